# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which processes a user means, by name, glob, group or state. No I/O."""

import fnmatch
import typing as t

from .. import _errors, _near, _said
from .._rpc import states as _states


def matches(pattern: str, process: t.Any) -> bool:
    """Does a pattern name this process?

    ``group:name`` with globs in both halves; ``group:`` is the whole group; without a colon the pattern is compared
    with the group's name and with the process's. A name with characters that are not shown is known by the one that is
    shown in its place as well.
    """
    return matches_names(pattern, process.group, process.name)


def matches_names(pattern: str, group: str, name: str) -> bool:
    """The same for the names of a group and of a process in it."""
    of_group, colon, of_name = pattern.partition(":")
    if not colon:
        return _fits(group, pattern) or _fits(name, pattern)
    return _fits(group, of_group) and _fits(name, of_name or "*")


def _fits(name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(name, pattern) or (
        not name.isprintable() and fnmatch.fnmatchcase(_said.line(name), pattern)
    )


def select(
    processes: t.Mapping[str, t.Any],
    names: t.Optional[t.Sequence[str]] = None,
    states: t.Optional[t.Sequence[str]] = None,
    strict: bool = True,
) -> t.List[t.Any]:
    """The processes that match any of ``names`` and are in one of ``states``: None is all, an empty list none.

    Raises OptionError for a name that matches nothing, with the closest names, if ``strict``.
    """
    ordered = sorted(processes.values(), key=lambda process: (process.group, process.name))
    if names is not None:
        chosen = {p.full_name for pattern in names for p in _matching(pattern, ordered, strict)}
        ordered = [process for process in ordered if process.full_name in chosen]
    if states is not None:
        codes = {_states.CODES[state] for state in states}
        ordered = [process for process in ordered if process.state in codes]
    return ordered


def _matching(pattern: str, ordered: t.Sequence[t.Any], strict: bool) -> t.List[t.Any]:
    found = [process for process in ordered if matches(pattern, process)]
    if not found and strict:
        if pattern == "all":
            raise _errors.OptionError("names: no process is named 'all'; write all: true, or '*'")
        raise _errors.OptionError(
            "names: %r matches none of the daemon's %d processes%s"
            % (pattern, len(ordered), _closest(pattern, ordered))
        )
    return found


def _closest(pattern: str, ordered: t.Sequence[t.Any]) -> str:
    known = {}  # type: t.Dict[str, str]
    for process in sorted(ordered, key=lambda process: process.group != process.name):  # "web" means web:web first
        for spelling in (process.full_name, process.name, process.group):
            known.setdefault(spelling, process.full_name)
    close = _near.near(pattern, known, most=5, cutoff=0.5)
    names = list(dict.fromkeys(known[spelling] for spelling in close))[:3]
    if names:
        return "; did you mean %s?" % " or ".join(names)
    return "; there are: %s" % ", ".join(p.full_name for p in ordered[:10]) if ordered else " (it has none at all)"
