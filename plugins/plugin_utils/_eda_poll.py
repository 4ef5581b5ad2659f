# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source supervisor_poll without its loop: asks all daemons, and says what has changed since."""

from __future__ import annotations

import os
import time
import typing as t

from ..module_utils import _errors
from ..module_utils._rpc import clear_text as _clear_text, states as _states
from . import _eda_events, _eda_options, _eda_watch, _inventory_ask, _inventory_endpoints, _inventory_hosts

SOURCE = "supervisor_poll"
_LONGEST = 200  # characters of a reason
_BOUNDS = (
    ("interval", 1, 86400),
    ("retry", 1, 86400),
    ("tries", 0, 1000),
    ("timeout", 0.1, 3600),
    ("port", 1, 65535),
    ("parallel", 0, 100000),
    ("gather", 0, 3600),
    ("misses", 1, 1000),
)
_TLS = ("ca_path", "client_cert", "client_key", "validate_certs")


class Poll:
    """All daemons, and what is remembered of them.

    :param options: of the source, as ``_eda_options.read`` gives them. Raises OptionError for what cannot be used.
    """

    def __init__(self, options: _eda_options.Options) -> None:
        _eda_options.within(options, _BOUNDS)
        self._options = options
        self._targets = targets(options)
        self.names = _inventory_hosts.names(self._targets, [{}] * len(self._targets), ["name", "host", "address"])
        self._choice = _eda_watch.Choice(options["programs"], options["ignore"])
        self._watch = _eda_watch.Watch(_eda_watch.Limit(options["tries"], options["retry"]))
        self._missed = dict.fromkeys(self.names, options["misses"] - 1)  # one that never answered is told at once

    @property
    def warning(self) -> str:
        """A word about passwords that cross a network in clear text, or nothing."""
        return _clear_text.of_all([(name, target.endpoint) for name, target in zip(self.names, self._targets)]) or ""

    def look(self) -> list[_eda_events.Event]:
        """Ask all of them at once, which takes no longer than the timeout, and return what is to be told."""
        records = dict(zip(self.names, _inventory_ask.ask(self._targets, self._options["parallel"])))
        now = time.monotonic()
        lost = {host: record for host, record in records.items() if self._is_lost(host, record)}
        back = {host: record for host, record in records.items() if self._is_back(host, record)}
        rows = {host: self._rows(host, record) for host, record in records.items() if record["reachable"]}
        self._watch.forget({host: {seen.full_name for seen in there} for host, there in rows.items()})
        changes = self._changes([seen for there in rows.values() for seen in there], now)
        return [
            *_eda_events.daemons("unreachable", lost),
            *_eda_events.daemons("reachable", back),
            *_eda_events.of(SOURCE, changes, self._watch.failing, self._options["tries"]),
        ]

    def _is_lost(self, host: str, record: t.Mapping[str, t.Any]) -> bool:
        if record["reachable"]:
            return False
        self._missed[host] += 1
        return self._missed[host] == self._options["misses"]

    def _is_back(self, host: str, record: t.Mapping[str, t.Any]) -> bool:
        if not record["reachable"]:
            return False
        missed, self._missed[host] = self._missed[host], 0
        return missed >= self._options["misses"]

    def _rows(self, host: str, record: t.Mapping[str, t.Any]) -> list[_eda_watch.Seen]:
        return [
            self._seen(host, row) for row in record["processes"] if self._choice.takes(row["group"], row["process"])
        ]

    def _changes(self, rows: t.Sequence[_eda_watch.Seen], now: float) -> list[_eda_watch.Change]:
        """What fails while the action for others has not begun waits, so that the next action is one for all of it."""
        gather = self._options["gather"] if self._options["tries"] else 0.0
        waits = any(self._watch.in_flight(seen, now, gather) for seen in rows)
        judged = [self._watch.judge(seen, now) for seen in rows if not (waits and seen.failed)]
        return [change for change in judged if change]

    def _seen(self, host: str, row: t.Mapping[str, t.Any]) -> _eda_watch.Seen:
        state, why = row["state"], row["spawnerr"]
        failed = state in self._options["states"] and _states.is_trouble(state, why)
        # Each start, also one that fails, sets the time of the last start.
        return _eda_watch.Seen(
            host,
            row["group"],
            row["process"],
            state,
            failed,
            mark=row["start"],
            since=float(row["stop"] or row["start"]),
            exit_status=row["exitstatus"],
            reason=why[:_LONGEST],
        )


def targets(options: _eda_options.Options) -> list[_inventory_endpoints.Target]:
    """The daemons. Raises OptionError for an endpoint that cannot be used."""
    listed = options["endpoints"]
    for number, entry in enumerate(listed if isinstance(listed, list) else [listed], start=1):
        for name in ("username", "password"):
            value = entry.get(name) if isinstance(entry, dict) else None
            if value is not None and not isinstance(value, str):
                raise _errors.OptionError(
                    f"endpoints, entry {number}: {name} is {type(value).__name__} and no text; write it in quotes"
                )
            _eda_options.evaluated(f"endpoints, entry {number}: {name}", value or "")
    defaults = {name: options[name] or None for name in _TLS if name != "validate_certs"}
    defaults.update(validate_certs=options["validate_certs"], timeout=options["timeout"])
    for name in ("username", "password"):
        defaults[name] = options[name] or os.environ.get("SUPERVISOR_" + name.upper()) or None
    return _inventory_endpoints.targets(listed, defaults, options["port"])
