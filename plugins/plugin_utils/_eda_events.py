# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events for rulebooks, of both sources: few, each about all that one action can be about. No I/O."""

from __future__ import annotations

import collections
import itertools
import typing as t

from ..module_utils import _said
from . import _eda_watch

Event = dict[str, t.Any]
Key = tuple[str, str]
_BRACES = str.maketrans("{}", "()")
_NAMED = 3  # hosts of a sentence
ROWS = 1000  # of processes at most: ansible-rulebook writes the event into a file for each run, and takes its time
_ACTED_ON = ("failed", "given_up")  # kinds of which a playbook is told hosts and programs
_SENTENCES = {
    "failed": "{what} is {state}",
    "given_up": "{what} is {state}, and starting it has not helped",
    "unnamed": "{what} is {state}, and its name cannot be handed to a playbook",
    "recovered": "{what} runs again",
    "ended": "{what} is {state}, and no trouble any more",
}


def of(source: str, changes: t.Sequence[_eda_watch.Change], held: t.AbstractSet[Key], tries: int) -> list[Event]:
    """The events of one look.

    :param held: host and full name of all that fails, told now or before: an action for others must not include these.
    :param tries: how many of a process and hour there may be.
    """
    found = []
    by_kind: dict[str, list[_eda_watch.Change]] = {}
    for change in changes:
        by_kind.setdefault(change.kind, []).append(change)
    for kind in _SENTENCES:
        listed = sorted(by_kind.get(kind, []), key=lambda change: change.seen.key)
        for part in _parts(listed, held) if kind in _ACTED_ON else [listed]:
            if part:
                found.append(_event(source, kind, part, tries))
    return found


class _Part:
    """Changes of hosts that can be one action, of which playbooks are told all hosts and all programs."""

    def __init__(self) -> None:
        self.changes: list[_eda_watch.Change] = []
        self._names: set[str] = set()
        self._barred: set[str] = set()

    def takes(self, changes: t.Sequence[_eda_watch.Change], barred: set[str]) -> bool:
        """Add those of a host, unless what is barred there or here would be acted on."""
        names = {change.seen.full_name for change in changes}
        if names & self._barred or self._names & (barred - names):
            return False
        self.changes += changes
        self._names |= names
        self._barred |= barred - names
        return True


def _parts(listed: t.Sequence[_eda_watch.Change], held: t.AbstractSet[Key]) -> list[list[_eda_watch.Change]]:
    """Few parts, so that the hosts of each times its programs hold nothing that is to be left alone.

    Where something is EXITED, the same program of another host may have ended as it should, which nobody may undo: then
    hosts are together only if just the same has failed there.
    """
    of_host: dict[str, list[_eda_watch.Change]] = {}
    for change in listed:
        of_host.setdefault(change.seen.host, []).append(change)
    names = {change.seen.full_name for change in listed}
    doubtful = names if any(change.seen.state == "EXITED" for change in listed) else set()
    barred = {host: set(doubtful) for host in of_host}
    for host, name in held:
        if host in barred and name in names:
            barred[host].add(name)
    parts: list[_Part] = []
    for host, changes in of_host.items():
        if not any(part.takes(changes, barred[host]) for part in parts):
            parts.append(_Part())
            parts[-1].takes(changes, barred[host])
    return [part.changes for part in parts]


def _event(source: str, kind: str, changes: t.Sequence[_eda_watch.Change], tries: int) -> Event:
    seen = [change.seen for change in changes]
    named = [] if kind == "unnamed" else seen
    return harmless(
        {
            "kind": kind,
            "source": source,
            "hosts": _unique(item.host for item in named),
            "programs": _unique(item.full_name for item in named),
            "states": _unique(item.state for item in named),
            "count": len(seen),
            "text": text(kind, seen),
            "processes": [_process(change, tries) for change in changes],
        }
    )


def harmless(said: t.Mapping[str, t.Any]) -> Event:
    """An event in which nothing is a template, nothing moves a terminal, and no more rows are than anybody reads.

    ansible-rulebook hands events to playbooks as extra variables, and what stands in these Ansible takes for a
    template: a process named by somebody else would be evaluated on the controller.
    """
    return {"supervisor": _harmless({**said, "processes": said["processes"][:ROWS]})}


def _harmless(value: t.Any) -> t.Any:
    if isinstance(value, str):
        return _said.line(value).translate(_BRACES)
    if isinstance(value, list):
        return [_harmless(item) for item in value]
    if isinstance(value, dict):
        return {key: _harmless(item) for key, item in value.items()}
    return value


def _process(change: _eda_watch.Change, tries: int) -> dict[str, t.Any]:
    seen = change.seen
    return {
        "host": seen.host,
        "program": seen.program,
        "name": seen.full_name,
        "state": seen.state,
        "since": seen.since,
        "exit_status": seen.exit_status,
        "reason": seen.reason,
        "tries": change.tries,
        "tries_per_hour": tries,
    }


def _unique(items: t.Iterable[str]) -> list[str]:
    return sorted(set(items))


def text(kind: str, seen: t.Sequence[_eda_watch.Seen]) -> str:
    """All of it in one line: "app01 is FATAL on 12 hosts: c701, c702, c703 and 9 more"."""
    parts = []
    ordered = sorted(seen, key=lambda item: (item.program, item.state))
    for (program, state), items in itertools.groupby(ordered, key=lambda item: (item.program, item.state)):
        said = _SENTENCES[kind].format(what=program, state=state)
        parts.append(f"{said} on {listing([item.host for item in items])}")
    more = len(parts) - _NAMED
    return "; ".join(parts[:_NAMED]) + (f"; and {more} more programs" if more > 0 else "")


def listing(hosts: t.Sequence[str]) -> str:
    """Hosts for a sentence."""
    if len(hosts) == 1:
        return hosts[0]
    more = len(hosts) - _NAMED
    named = ", ".join(hosts[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{len(hosts)} hosts: {named}"


def daemons(kind: str, records: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[Event]:
    """One event about daemons, by host, that do not answer any more (``unreachable``), or do again (``reachable``)."""
    if not records:
        return []
    hosts = sorted(records)
    why = collections.Counter(str(record.get("failure", "")) for record in records.values())
    said = "does not answer" if kind == "unreachable" else "answers again"
    reasons = f" ({', '.join(sorted(filter(None, why)))})" if kind == "unreachable" else ""
    rows = [
        {"host": host, "failure": records[host].get("failure", ""), "reason": records[host].get("error", "")}
        for host in hosts
    ]
    told = {
        "kind": kind,
        "source": "supervisor_poll",
        "hosts": hosts,
        "programs": [],
        "states": [],
        "count": len(hosts),
    }
    return [harmless({**told, "text": f"supervisord {said} on {listing(hosts)}{reasons}", "processes": rows})]
