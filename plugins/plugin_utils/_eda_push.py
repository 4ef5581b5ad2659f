# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source supervisor_events without its loop: takes what listeners send, and says what of it is to be told."""

from __future__ import annotations

import time
import typing as t

from ..module_utils import _errors
from ..module_utils._rpc import interface as _interface
from . import _eda_alerts, _eda_door, _eda_events, _eda_options, _eda_watch, _inventory_endpoints

SHORTEST = 16  # characters of a token or secret
WAITING = 20_000  # alerts that wait to be told; who comes then is asked to try again
REMEMBERED = 50_000  # processes
_BOUNDS = (
    ("port", 1, 65535),
    ("gather", 0, 300),
    ("timeout", 0.1, 300),
    ("max_bytes", 1024, 64 << 20),
    ("connections", 1, 10000),
    ("tries", 0, 1000),
)


class Push:
    """What was sent and is not told yet, and what is remembered of it.

    :param options: of the source, as ``_eda_options.read`` gives them. Raises OptionError for what cannot be used.
    """

    def __init__(self, options: _eda_options.Options) -> None:
        _eda_options.within(options, _BOUNDS)
        if not options["token"] and not options["secret"]:
            raise _errors.OptionError(
                "token and secret are missing: give one of them, as to the route of the role alerts"
            )
        for name in ("token", "secret"):
            if options[name] and len(options[name]) < SHORTEST:
                raise _errors.OptionError(f"{name}: it is shorter than {SHORTEST} characters; choose a longer one")
        if options["keyfile"] and not options["certfile"]:
            raise _errors.OptionError("keyfile is set but certfile is not: set both, or certfile alone")
        self._hosts = {name for pattern in options["hosts"] for name in _inventory_endpoints.expand(pattern)}
        self._options = options
        self._choice = _eda_watch.Choice(options["programs"], options["ignore"])
        # The same message says nothing new, however much later it comes.
        self._watch = _eda_watch.Watch(_eda_watch.Limit(options["tries"], float("inf")))
        self._waiting: list[_eda_alerts.Alert] = []

    @property
    def warning(self) -> str:
        """A word about a token that crosses a network in clear text, or nothing."""
        if self._options["certfile"] or not self._options["token"] or _interface.is_loopback(self._options["host"]):
            return ""
        return "the token crosses the network in clear text: set certfile, or put a TLS proxy before host 127.0.0.1"

    @property
    def rules(self) -> _eda_door.Rules:
        """For the door."""
        options = self._options
        return _eda_door.Rules(
            options["token"] or "",
            options["secret"] or "",
            options["max_bytes"],
            options["timeout"],
            options["connections"],
        )

    def take(self, body: bytes) -> None:
        """One message. Raises Answer."""
        try:
            alerts = _eda_alerts.read(body)
        except _eda_alerts.Refused as error:
            raise _eda_door.Answer(422, str(error)) from None
        for alert in alerts:
            if self._hosts and alert.host not in self._hosts:
                raise _eda_door.Answer(422, "the host of an alert is none of those that may send (option hosts)")
        if len(self._waiting) + len(alerts) > WAITING:
            raise _eda_door.Answer(503, "too much waits; try again")
        self._waiting.extend(alerts)

    def told(self) -> list[_eda_events.Event]:
        """What has come since the last time, as events."""
        alerts, self._waiting = self._waiting, []
        latest: dict[tuple[str, str], _eda_watch.Seen] = {}
        others = []
        for alert in alerts:
            seen = alert.seen(self._options["kinds"])
            if seen is None:
                others.append(alert)
            elif self._choice.takes(seen.group, seen.name):
                latest[seen.key] = seen
        now = time.monotonic()
        judged = [self._watch.judge(seen, now) for seen in latest.values()]
        changes = [change for change in judged if change]
        self._watch.forget_oldest(REMEMBERED)
        events = _eda_events.of(_eda_alerts.SOURCE, changes, self._watch.failing, self._options["tries"])
        return [*events, *_others(others)]


async def listen(door: _eda_door.Door, options: _eda_options.Options) -> int:
    """Open the door; returns the port. Raises OptionError for a certificate or an address that cannot be used."""
    tls = None
    if options["certfile"]:
        try:
            tls = _eda_door.context(options["certfile"], options["keyfile"])
        except (OSError, ValueError) as error:
            raise _errors.OptionError(f"certfile {options['certfile']!r} cannot be used: {error}") from None
    try:
        return await door.open(options["host"], options["port"], tls)
    except OSError as error:
        where = f"{options['host']!r}, port {options['port']}"
        why = error.strerror or str(error)
        raise _errors.OptionError(
            f"host {where}: cannot listen there: {why}; choose another port, or address"
        ) from None


def _others(alerts: t.Sequence[_eda_alerts.Alert]) -> list[_eda_events.Event]:
    """One event about all that is no failed process: slow answers, memory, listeners, tests."""
    if not alerts:
        return []
    # Names are for playbooks as well: what could mean more than one host or program stands in the rows alone.
    hosts = sorted({alert.host for alert in alerts if _eda_watch.is_host(alert.host)})
    programs = sorted({name for alert in alerts for name in alert.programs()})
    kinds = ", ".join(sorted({alert.kind for alert in alerts}))
    told = {"kind": "told", "source": _eda_alerts.SOURCE, "hosts": hosts, "programs": programs, "states": []}
    text = f"{kinds} on {_eda_events.listing(sorted({alert.host for alert in alerts}))}"
    rows = [alert.event() for alert in alerts]
    return [_eda_events.harmless({**told, "count": len(alerts), "text": text, "processes": rows})]
