# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of a daemon: letting it read its files, and adding and removing groups, many in one request."""

import typing as t

from .. import _errors, _said, _wait
from .._rpc import script as _script

# Faults of Supervisor.
NO_SUCH_GROUP = 10
ALREADY_ADDED = 90
STILL_RUNNING = 91
TRIES = 10
# So often, and in such seconds, a group is asked to go before its processes are looked at and stopped again.
IN_A_ROW = 20
BETWEEN = 0.05

Noted = t.Callable[[str, str], None]  # is told of an action, and of the group it was done to


class Reread(t.NamedTuple):
    """Names of the groups that are new, changed and gone in the files, compared with what the daemon runs."""

    added: t.FrozenSet[str]
    changed: t.FrozenSet[str]
    removed: t.FrozenSet[str]


def reread(client: t.Any) -> Reread:
    """Let the daemon read its files; nothing is applied by that. Raises Fault 92 when it refuses them."""
    answer = client.call("reloadConfig")
    try:
        added, changed, removed = map(frozenset, answer[0])
        return Reread(added, changed, removed)
    except (TypeError, ValueError, LookupError):
        said = _said.brief(answer)
        raise _errors.ProtocolError("reloadConfig answered as Supervisor does not: %s" % said) from None


def remove(
    client: t.Any,
    groups: t.Sequence[str],
    stop: t.Callable[[t.List[str]], None],
    clock: _wait.Clock,
    noted: Noted,
) -> None:
    """Remove groups whose processes are at rest; one that is not there is fine.

    A member that ``autorestart`` brings back between the stop and here is stopped again (fault 91). But first the
    group is asked to go a few times more: the daemon brings a process back only after it has answered a request, so
    that a crash loop too fast to be stopped is at rest for the first request after its end.

    :param stop: stops processes by their full names.
    :raises _errors.SupervisorError: one would not come to rest.
    """
    for attempt in range(TRIES * IN_A_ROW):
        restless = _remove_those_at_rest(client, groups, noted)
        if not restless:
            return
        groups = sorted(restless)
        if attempt == TRIES * IN_A_ROW - 1:
            raise restless[groups[0]]
        if (attempt + 1) % IN_A_ROW:
            clock.sleep(BETWEEN)
            continue
        stop([process.full_name for process in client.processes().values() if process.group in groups])


def _remove_those_at_rest(client: t.Any, groups: t.Sequence[str], noted: Noted) -> t.Dict[str, _errors.Fault]:
    """Ask each group to go; returns those that would not, with fault 91. Raises any other fault."""
    restless = {}
    for group, fault in _each(client, "removeProcessGroup", groups, {}):
        if fault is None:
            noted("remove", group)
        elif fault.code == STILL_RUNNING:
            restless[group] = fault
        elif fault.code != NO_SUCH_GROUP:
            raise fault
    return restless


def add(client: t.Any, groups: t.Sequence[str], sizes: t.Mapping[str, int], noted: Noted) -> None:
    """Add groups from the configuration read last; one that is already there is fine.

    :param sizes: processes of each, where that is known: the daemon starts them all before it answers again.
    """
    for group, fault in _each(client, "addProcessGroup", groups, sizes):
        if fault is not None and fault.code != ALREADY_ADDED:
            raise fault
        noted("add", group)


def _each(
    client: t.Any, method: str, groups: t.Sequence[str], sizes: t.Mapping[str, int]
) -> t.Iterator[t.Tuple[str, t.Optional[_errors.Fault]]]:
    """Call a method for each group, many in one request: the daemon does so in one turn of its loop."""
    for part in parts(groups, sizes):
        answers = client.multicall([(method, (group,)) for group in part])
        for group, answer in zip(part, answers):
            yield group, answer if isinstance(answer, _errors.Fault) else None


def parts(groups: t.Sequence[str], sizes: t.Mapping[str, int]) -> t.List[t.List[str]]:
    """Groups for one request each, cut by the number of their processes, or by one of them that alone has more."""
    found = []  # type: t.List[t.List[str]]
    room = 0
    for group in groups:
        size = max(1, sizes.get(group, 1))
        if not found or size > room:
            found.append([])
            room = _script.AT_ONCE
        found[-1].append(group)
        room -= size
    return found
