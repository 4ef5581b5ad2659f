# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to happen to bring a daemon to the declared configuration and states. No I/O.

Supervisor can only replace whole groups: ``removeProcessGroup`` and ``addProcessGroup`` (supervisor-semantics: a
running process never takes a new configuration). So the unit of change is the group, and a program outside any
group is a group of its own.
"""

import typing as t

from .. import _errors
from .._config import model as _model
from .._process import control as _control
from .._rpc import client as _client, states as _states
from . import declare as _declare

ADD = "add"
UPDATE = "update"
REMOVE = "remove"

# Seconds on top of every deadline that is worked out: a daemon with hundreds of programs takes a while to answer.
MARGIN = 20.0
EACH = 0.1  # more for each start: the daemon starts one after the other, and makes a copy of itself for each
LOGS = ("stdout_logfile", "stderr_logfile")
# Options of a group that reloadConfig does not compare (FastCGIGroupConfig.__eq__).
UNSEEN = ("socket_backlog", "socket_mode", "socket_owner")
# Seconds granted for the stop of a process whose stopwaitsecs is not known any more.
UNKNOWN_STOPWAIT = 120


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
    before: t.Dict[str, _model.Group],
    after: t.Dict[str, _model.Group],
    ours: t.Set[str],
    active: t.Set[str],
    known: t.Dict[str, str],
) -> Groups:
    """Decide which of this task's groups to add, update or remove.

    :param before: groups by name as the files on disk describe them (empty when those cannot be read).
    :param after: the same once the declared files are in place.
    :param ours: names of the groups that a file of this task shapes, before or after.
    :param active: names of the groups that the daemon runs.
    :param known: group name -> fingerprint of what the daemon runs for it, where that is known.
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
        elif known[name] != _model.fingerprint(after[name]):
            changes.append(Change(name, UPDATE, _reasons(before.get(name), after[name], known[name])))
    return Groups(tuple(changes), tuple(uncertain))


def settle(
    decision: Groups, added: t.AbstractSet[str], changed: t.AbstractSet[str], drifted: t.Dict[str, t.Tuple[str, ...]]
) -> Groups:
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
    return Groups(tuple(sorted(changes)), ())


def foresee(
    decision: Groups,
    before: t.Dict[str, _model.Group],
    after: t.Dict[str, _model.Group],
    drifted: t.Dict[str, t.Tuple[str, ...]],
    alike: t.Container[str] = (),
) -> Groups:
    """Decide about the uncertain groups without asking the daemon to reread, for check mode.

    What is on the disk now is taken for what the daemon runs, unless the daemon shows otherwise.

    :param alike: groups that are in no file now, and run what is declared as far as their processes show.
    """
    changed = {name for name in decision.uncertain if name in after and name not in before and name not in alike}
    changed.update(differing(decision.uncertain, before, after))
    # The real run has to ask about these, which its foreseen actions show.
    return settle(decision, set(), changed, drifted)._replace(uncertain=decision.uncertain)


def differing(
    names: t.Iterable[str], before: t.Mapping[str, _model.Group], after: t.Mapping[str, _model.Group]
) -> t.Set[str]:
    """Those of the groups that are to be something else than the files say now, in what Supervisor compares."""
    return {
        name
        for name in names
        if name in before
        and name in after
        and _model.fingerprint(before[name]) != _model.fingerprint(after[name])
        and not unseen(before[name], after[name])
    }


def unseen(before: _model.Group, after: _model.Group) -> t.Tuple[str, ...]:
    """Options that differ, when they are all of the kind that Supervisor's own comparison misses; else none.

    Those are the socket options of a FastCGI program, and a log that becomes AUTO (ProcessConfig.__eq__ skips it).
    """
    names = _model.differing(before, after)
    former = {process.name: process.options for process in before.processes}
    for name in names:
        if name in UNSEEN:
            continue
        for process in after.processes:
            value = process.options.get(name)
            if name not in LOGS or (value != "AUTO" and value != former.get(process.name, {}).get(name)):
                return ()
    return tuple(names)


def log_drift(group: _model.Group, processes: t.Dict[str, _client.Process]) -> t.Tuple[str, ...]:
    """Log files that running processes were given otherwise than declared.

    Supervisor never reports a change to AUTO (ProcessConfig.__eq__ skips it), but shows each process's log path.
    """
    found = set()
    for process in group.processes:
        seen = processes.get("%s:%s" % (group.name, process.name))
        if seen is None:
            continue
        for stream in LOGS:
            declared = process.options.get(stream)
            shown = getattr(seen, stream)
            # Paths that Supervisor chooses for AUTO read <process>-<stream>---<identifier>-<random>.log.
            if shown and (declared is None or (declared == "AUTO" and "---" not in shown)):
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


def stops(
    names: t.Iterable[str], processes: t.Dict[str, _client.Process], before: t.Dict[str, _model.Group]
) -> t.List[_control.Goal]:
    """The goals that clear the way: every process of the named groups is stopped.

    :param before: groups as configured so far, for how long their processes may take.
    """
    going = set(names)
    options = {
        "%s:%s" % (group.name, process.name): process.options
        for group in before.values()
        for process in group.processes
        if group.name in going
    }
    found = []
    for name, seen in sorted(processes.items()):
        if seen.group in going:
            known = options.get(name, {})
            wait = known.get("stopwaitsecs", UNKNOWN_STOPWAIT)
            asgroup = known.get("stopasgroup")
            found.append(_control.Goal(name, "stopped", stopwaitsecs=wait, stopasgroup=asgroup, leaving=True))
    return found


def goals(
    items: t.Iterable[_declare.Item],
    after: t.Dict[str, _model.Group],
    processes: t.Dict[str, _client.Process],
    changes: t.Iterable[Change],
    stay: float = 0.0,
) -> t.List[_control.Goal]:
    """What each process should become once the groups are in place.

    A declared state rules. Processes of a changed group that nothing is said about get back the state they had.

    :param items: the declared items.
    :param processes: the processes as they were before anything was done.
    :param stay: seconds that a process must stay RUNNING to count as started.
    """
    wanted = declared_states(items, after)
    one_shot = {item.section: item.one_shot for item in items}
    actions = {change.group: change.action for change in changes}
    found = []
    for group in after.values():
        action = actions.get(group.name)
        for process in group.processes:
            full_name = "%s:%s" % (group.name, process.name)
            state = _wanted(wanted.get(full_name), action, processes.get(full_name))
            if state is not None:
                shot = one_shot.get(process.section)
                shot = one_shot.get("group:" + group.name) if shot is None else shot
                found.append(goal(group, process, state, stay, shot))
    return found


def open_goals(
    found: t.Iterable[_control.Goal], processes: t.Dict[str, _client.Process], changes: t.Iterable[Change]
) -> t.List[_control.Goal]:
    """The goals that are not reached already, by the one look that was taken at everything.

    A process of a group that has just changed, or one that must stay up for a while, is looked at again in any case.
    """
    changed = {change.group for change in changes}
    return [
        item
        for item in found
        if item.settle
        or item.name not in processes
        or processes[item.name].group in changed
        or not _states.is_there(item.wanted, processes[item.name])
    ]


def declared_states(items: t.Iterable[_declare.Item], after: t.Dict[str, _model.Group]) -> t.Dict[str, str]:
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


def goal(
    group: _model.Group,
    process: _model.Process,
    wanted: str,
    stay: float = 0.0,
    one_shot: t.Optional[bool] = None,
) -> _control.Goal:
    """The goal for one process, with the timing that its configuration gives it.

    :param one_shot: whether an end as expected counts as started; None: if it is not started again by itself.
    """
    options = process.options
    return _control.Goal(
        "%s:%s" % (group.name, process.name),
        wanted,
        startsecs=options.get("startsecs"),
        startretries=options.get("startretries"),
        stopwaitsecs=options.get("stopwaitsecs"),
        stopasgroup=options.get("stopasgroup"),
        as_loaded=True,
        priority=(group.priority, options.get("priority") or 0),
        autorestart=options.get("autorestart"),
        one_shot=options.get("autorestart") in (False, "false") if one_shot is None else one_shot,
        settle=stay,
    )


def _wanted(declared: t.Optional[str], action: t.Optional[str], seen: t.Optional[_client.Process]) -> t.Optional[str]:
    """The state to bring one process to; None leaves it alone."""
    if declared in ("started", "stopped"):
        return declared
    if declared == "restarted":
        # A group that is new or replaced has just started with the wanted configuration: once is enough.
        return "started" if action or seen is None else "restarted"
    if action != UPDATE or seen is None:
        return None
    return "started" if seen.state in _states.ACTIVE else "stopped"


def _reasons(before: t.Optional[_model.Group], after: _model.Group, active: str) -> t.Tuple[str, ...]:
    """Which options differ, where the old values are at hand."""
    if before is None or _model.fingerprint(before) != active:
        return ("the daemon runs an older configuration",)
    return tuple(_model.differing(before, after)) or ("configuration changed",)


def seconds_needed(goals_: t.Iterable[_control.Goal], max_parallel: int = 0) -> float:
    """A deadline that no healthy process misses: the slowest stop, and the starts one batch after the other.

    A start may use all its retries: n*(n+1)/2 seconds of waiting between n+1 attempts (supervisor process.py, backoff).
    """
    stop = start = 0.0
    starts = 0
    for item in goals_:
        retries = max(0, 3 if item.startretries is None else item.startretries)
        if item.wanted != "started":
            stop = max(stop, 10 if item.stopwaitsecs is None else item.stopwaitsecs)
        if item.wanted != "stopped":
            starts += 1
            once = max(0, 1 if item.startsecs is None else item.startsecs) + item.settle + 2.0
            start = max(start, retries * (retries + 1) / 2 + (retries + 1) * once)
    batches = -(-starts // max_parallel) if max_parallel else min(1, starts)
    return stop + start * batches + MARGIN + EACH * starts
