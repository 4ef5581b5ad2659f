# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What this collection has let through on this host, and for whom: so that it takes that back, and nothing of others.

A thing is a text such as ``public 8000/tcp``. It lies in places: a port in firewalld's rules of this moment and in the
permanent ones, a type of SELinux in the policy. Whoever wants it is its holder: a role, or an instance of one.
"""

import json
import typing as t

from .. import _errors
from .._host import files as _files, state_dir as _state_dir


class Entry(t.NamedTuple):
    """One thing that was not there before: the places that it was put into, and who holds it."""

    places: t.Tuple[str, ...]
    holders: t.Tuple[str, ...]


Register = t.Dict[str, Entry]


class Plan(t.NamedTuple):
    """What is missing and what is superfluous, place -> things, and the register after it."""

    missing: t.Dict[str, t.List[str]]
    superfluous: t.Dict[str, t.List[str]]
    after: Register


def plan(known: Register, wanted: t.Mapping[str, t.Collection[str]], seen: t.Mapping[str, t.Container[str]]) -> Plan:
    """Compare what holders want with what is there. Changes nothing.

    :param known: the register.
    :param wanted: holder -> things. Holders that are not named keep what they have.
    :param seen: place -> things that are there. One that is there and is in no register is somebody else's.
    """
    after = {thing: entry._replace(holders=_staying(thing, entry, wanted)) for thing, entry in known.items()}
    missing = {place: [] for place in seen}  # type: t.Dict[str, t.List[str]]
    for holder in sorted(wanted):
        for thing in sorted(set(wanted[holder])):
            lacking = [place for place in seen if thing not in seen[place]]
            if thing not in after and not lacking:
                continue
            entry = after.get(thing, Entry((), ()))
            after[thing] = Entry(_with(entry.places, lacking), _with(entry.holders, [holder]))
            for place in lacking:
                missing[place] = list(_with(missing[place], [thing]))
    gone = {thing: entry for thing, entry in after.items() if not entry.holders}
    superfluous = {
        place: sorted(thing for thing, entry in gone.items() if place in entry.places and thing in seen[place])
        for place in seen
    }
    return Plan(missing, superfluous, {thing: entry for thing, entry in after.items() if entry.holders})


def united(known: Register, after: Register) -> Register:
    """What is to be noted before anything is done: a run that is killed then leaves nothing that nobody knows."""
    both = dict(known)
    for thing, entry in after.items():
        former = known.get(thing, Entry((), ()))
        both[thing] = Entry(_with(former.places, entry.places), _with(former.holders, entry.holders))
    return both


def read(path: str) -> Register:
    """The register of a file; empty when there is none.

    :raises _errors.SupervisorError: somebody has edited it, or it cannot be read.
    """
    text = _files.read_own(path)
    if text is None:
        return {}
    try:
        return {
            str(thing): Entry(tuple(map(str, entry["places"])), tuple(map(str, entry["holders"])))
            for thing, entry in json.loads(text.decode("utf-8")).items()
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _errors.SupervisorError(
            "%s, where this collection notes what it has opened on this host, cannot be read (%s). Put back what was "
            "in it, or remove it: then nothing is closed that was opened before." % (path, error)
        ) from None


def write(path: str, register: Register) -> None:
    """Replace the register of a file."""
    data = {thing: {"places": list(entry.places), "holders": list(entry.holders)} for thing, entry in register.items()}
    _state_dir.write(path, json.dumps(data, indent=1, sort_keys=True).encode("utf-8") + b"\n")


def _staying(thing: str, entry: Entry, wanted: t.Mapping[str, t.Collection[str]]) -> t.Tuple[str, ...]:
    return tuple(holder for holder in entry.holders if holder not in wanted or thing in wanted[holder])


def _with(some: t.Sequence[str], more: t.Iterable[str]) -> t.Tuple[str, ...]:
    return tuple(sorted(set(some).union(more)))
