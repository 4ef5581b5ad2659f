# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to happen to bring a daemon to the declared configuration and states. No I/O.

Supervisor can only replace whole groups: ``removeProcessGroup`` and ``addProcessGroup`` (supervisor-semantics: a
running process never takes a new configuration). So the unit of change is the group, and a program outside any
group is a group of its own.
"""

import typing as t

from . import _control, _errors, _states

ADD = "add"
UPDATE = "update"
REMOVE = "remove"


class Change(t.NamedTuple):
    """What happens to one group, and why."""

    group: str
    action: str
    reasons: t.Tuple[str, ...]


class Groups(t.NamedTuple):
    """The decision about this task's groups: certain changes, and groups whose active state only the daemon knows."""

    changes: t.Tuple[Change, ...]
    uncertain: t.Tuple[str, ...]

    @property
    def names(self) -> t.Set[str]:
        """The names of the groups that change for certain."""
        return {change.group for change in self.changes}


def groups(
    before: t.Dict[str, t.Any],
    after: t.Dict[str, t.Any],
    ours: t.Set[str],
    active: t.Set[str],
    known: t.Dict[str, str],
    differing: t.Any,
) -> Groups:
    """Decide which of this task's groups to add, update or remove.

    :param before: groups by name as the files on disk describe them (empty when those cannot be read).
    :param after: the same once the declared files are in place.
    :param ours: names of the groups that a file of this task shapes, before or after.
    :param active: names of the groups that the daemon runs.
    :param known: group name -> fingerprint of what the daemon runs for it, where that is known.
    :param differing: callable(old group, new group) -> names of the options that differ.
    """
    changes: t.List[Change] = []
    uncertain: t.List[str] = []
    for name in sorted(ours):
        if name not in after:
            if name in active:
                changes.append(Change(name, REMOVE, ("not declared any more",)))
        elif name not in active:
            if after[name].processes:
                changes.append(Change(name, ADD, ("not known to the daemon",)))
            else:
                uncertain.append(name)  # a group without processes is not listed, so it may be there already
        elif name not in known:
            uncertain.append(name)
        elif known[name] != after[name].fingerprint:
            changes.append(Change(name, UPDATE, _reasons(before.get(name), after[name], known[name], differing)))
    return Groups(tuple(changes), tuple(uncertain))


def settle(decision: Groups, added: t.Set[str], changed: t.Set[str], drifted: t.Dict[str, t.Tuple[str, ...]]) -> Groups:
    """Decide about the uncertain groups by the daemon's own comparison.

    :param added: groups that reloadConfig reported as new.
    :param changed: groups that it reported as changed.
    :param drifted: group -> differences that the daemon shows but does not count as a change.
    """
    changes = list(decision.changes)
    for name in decision.uncertain:
        if name in added:
            changes.append(Change(name, ADD, ("not known to the daemon",)))
        elif name in changed:
            changes.append(Change(name, UPDATE, ("the daemon runs an older configuration",)))
        elif name in drifted:
            changes.append(Change(name, UPDATE, drifted[name]))
    # What the notes believed in step may have been changed behind them.
    for name in sorted((added | changed) & set(drifted) - {change.group for change in changes}):
        changes.append(Change(name, UPDATE, drifted[name]))
    return Groups(tuple(sorted(changes)), ())


def log_drift(group: t.Any, processes: t.Dict[str, t.Any]) -> t.Tuple[str, ...]:
    """Log files that running processes were given otherwise than declared.

    Supervisor never reports a change to AUTO (ProcessConfig.__eq__ skips it), but shows each process's log path.
    """
    found = set()
    for process in group.processes:
        seen = processes.get("%s:%s" % (group.name, process.name))
        if seen is None or process.kind == "eventlistener":
            continue
        for stream in ("stdout_logfile", "stderr_logfile"):
            declared = process.options.get(stream)
            shown = getattr(seen, stream)
            if declared == "AUTO" and shown and "---" not in shown:
                found.add(stream)
            elif declared is None and shown:
                found.add(stream)
    return tuple(sorted(found))


def refuse_unknown(names: t.Iterable[str], processes: t.Dict[str, t.Any]) -> None:
    """Refuse to touch groups with a process in UNKNOWN: it would run twice, or take supervisord down with it.

    :raises _errors.ProcessFailed: see above.
    """
    touched = set(names)
    for full_name, seen in sorted(processes.items()):
        if seen.group in touched and seen.state == _states.UNKNOWN:
            raise _errors.ProcessFailed(_states.unknown_advice(full_name, seen.pid))


def stops(changes: t.Iterable[Change], processes: t.Dict[str, t.Any]) -> t.List[_control.Goal]:
    """The goals that clear the way: every process of a group to be updated or removed is stopped."""
    going = {change.group for change in changes if change.action in (UPDATE, REMOVE)}
    return [_control.Goal(name, "stopped") for name, seen in sorted(processes.items()) if seen.group in going]


def goals(
    items: t.Iterable[t.Any], after: t.Dict[str, t.Any], processes: t.Dict[str, t.Any], changes: t.Iterable[Change]
) -> t.List[_control.Goal]:
    """What each process should become once the groups are in place.

    A declared state rules. Processes of a changed group that nothing is said about get back the state they had.

    :param items: the declared items.
    :param processes: the processes as they were before anything was done.
    """
    wanted = declared_states(items, after)
    actions = {change.group: change.action for change in changes}
    found = []
    for group in after.values():
        action = actions.get(group.name)
        for process in group.processes:
            full_name = "%s:%s" % (group.name, process.name)
            state = _wanted(wanted.get(full_name), action, processes.get(full_name), process)
            if state is not None:
                found.append(goal(group, process, state))
    return found


def declared_states(items: t.Iterable[t.Any], after: t.Dict[str, t.Any]) -> t.Dict[str, str]:
    """``group:process`` -> declared state. What is said of a program outweighs what is said of its group."""
    by_section = {item.section: item.state for item in items}
    found = {}
    for group in after.values():
        of_group = by_section.get("group:" + group.name)
        for process in group.processes:
            state = by_section.get(process.section, of_group)
            if state is not None:
                found["%s:%s" % (group.name, process.name)] = state
    return found


def goal(group: t.Any, process: t.Any, wanted: str, settle_seconds: float = 0.0) -> _control.Goal:
    """The goal for one process, with the timing that its configuration gives it."""
    options = process.options
    return _control.Goal(
        "%s:%s" % (group.name, process.name),
        wanted,
        startsecs=options.get("startsecs"),
        startretries=options.get("startretries"),
        stopwaitsecs=options.get("stopwaitsecs"),
        priority=(group.priority, options.get("priority") or 0),
        autorestart=options.get("autorestart"),
        one_shot=options.get("autorestart") in (False, "false"),
        settle=settle_seconds,
    )


def _wanted(declared: t.Optional[str], action: t.Optional[str], seen: t.Any, process: t.Any) -> t.Optional[str]:
    """The state to bring one process to; None leaves it alone."""
    if declared in ("started", "stopped"):
        return declared
    if declared == "restarted":
        # A group that is new or replaced has just started with the wanted configuration: once is enough.
        return "started" if action or seen is None else "restarted"
    if action != UPDATE or seen is None:
        return None
    return "started" if seen.state in _states.ACTIVE else "stopped"


def _reasons(before: t.Any, after: t.Any, active: str, differing: t.Any) -> t.Tuple[str, ...]:
    """Which options differ, where the old values are at hand."""
    if before is None or before.fingerprint != active:
        return ("the daemon runs an older configuration",)
    return tuple(differing(before, after)) or ("configuration changed",)
