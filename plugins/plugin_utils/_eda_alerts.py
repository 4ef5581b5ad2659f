# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON that the listener of the role alerts sends, read with care: whoever has the token may be anybody. No I/O.

The schema is that of the README of roles/alerts, version 1. Texts for people, logs and links are left out of events.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import typing as t

from . import _eda_watch

VERSION = 1
MOST = 1000  # alerts of one message; the listener sends 20 at most, unless told otherwise
SOURCE = "supervisor_events"
# The states of Supervisor that kinds of trouble mean.
STATES = {"fatal": "FATAL", "exited": "EXITED", "backoff": "BACKOFF", "unknown": "UNKNOWN"}
_WORD = re.compile(r"[a-z_]{1,40}")
_TEXT = re.compile(r"[^\x00-\x1f\x7f]{0,255}")


class Refused(Exception):
    """This is no message of the listener; the text says why."""


class Alert(t.NamedTuple):
    """What of an alert is handed on."""

    key: str
    status: str
    say: str
    kind: str
    area: str
    severity: str
    host: str
    group: str
    program: str
    since: float
    exit_status: int | None

    def seen(self, kinds: t.Container[str]) -> _eda_watch.Seen | None:
        """The process it is about, if it is about one that fails in one of these ways, or does so no more."""
        if self.area != "state" or not self.program:
            return None
        if self.status == "firing":
            if self.kind not in kinds or self.kind not in STATES:
                return None
            state, failed = STATES[self.kind], True
        else:
            state, failed = ("RUNNING" if self.say == "recovered" else "STOPPED"), False
        group = self.group or self.program
        return _eda_watch.Seen(
            self.host, group, self.program, state, failed, self.key, self.since, self.exit_status if failed else None
        )

    def programs(self) -> list[str]:
        """The full name of the program it is about, if a playbook can be told it."""
        seen = _eda_watch.Seen(self.host, self.group or self.program, self.program, "", False)
        return [seen.full_name] if seen.nameable else []

    def event(self) -> dict[str, t.Any]:
        """For rules that want to know of everything."""
        kept = ("host", "group", "program", "kind", "status", "say", "severity", "since")
        return {name: getattr(self, name) for name in kept}


def read(body: bytes) -> list[Alert]:
    """The alerts of one message. Raises Refused."""
    try:
        document = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused("the body is no JSON") from None
    if not isinstance(document, dict):
        raise Refused("the body is no JSON object")
    version, alerts = document.get("version"), document.get("alerts")
    if version != VERSION or isinstance(version, bool):
        raise Refused(f"version is not {VERSION}")
    if not isinstance(alerts, list) or len(alerts) > MOST:
        raise Refused(f"alerts is no list of at most {MOST}")
    return [_alert(number, item) for number, item in enumerate(alerts, start=1)]


def _alert(number: int, item: t.Any) -> Alert:
    if not isinstance(item, dict):
        raise Refused(f"alert {number} is no object")
    words = {name: _matched(number, item, name, _WORD) for name in ("status", "say", "kind", "severity")}
    texts = {name: _matched(number, item, name, _TEXT) for name in ("key", "area", "host", "group", "program")}
    if not texts["key"] or not texts["host"]:
        raise Refused(f"alert {number} has no key or no host")
    code = item.get("exit_status")
    known = code if isinstance(code, int) and not isinstance(code, bool) and abs(code) < 1 << 16 else None
    return Alert(**words, **texts, since=_seconds(item.get("since")), exit_status=known)


def _matched(number: int, item: t.Mapping[str, t.Any], name: str, pattern: re.Pattern[str]) -> str:
    value = item.get(name)
    if value is None and pattern is _TEXT:
        return ""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Refused(f"alert {number}: {name} is not as the listener writes it")
    return value


def _seconds(value: t.Any) -> float:
    """RFC 3339 in UTC to seconds since 1970; 0 for anything else."""
    try:
        return dt.datetime.fromisoformat(str(value)[:40].replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError):
        return 0.0
