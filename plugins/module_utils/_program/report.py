# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a run, or of a prediction, as plain data without secrets."""

import typing as t

from .._config import masked as _masked
from .._process import control as _control
from .._rpc import states as _states
from . import decision as _decision, declare as _declare, plan as _plan, situation as _situation

Result = t.Dict[str, t.Any]

_DONE = {_plan.ADD: "added", _plan.UPDATE: "updated", _plan.REMOVE: "removed"}
_STATES = {("stop", "start"): "restarted", ("start",): "started", ("stop",): "stopped"}
# Daemon actions that change nothing by themselves.
_HARMLESS = ("reread",)


class Facts(t.NamedTuple):
    """What a report is made of. ``outcomes``: by process; ``actions``: in order, taken or foreseen."""

    situation: _situation.Situation
    decision: _decision.Decision
    outcomes: t.Dict[str, t.Any]
    actions: t.List[t.Dict[str, str]]
    rewritten: t.Tuple[str, ...] = ()


class Foreseen(t.NamedTuple):
    """What check mode expects of one process, in the form of an outcome."""

    before: t.Optional[str]
    after: t.Optional[str]
    pid: int
    actions: t.Tuple[str, ...]


def predict(
    situation: _situation.Situation, decision: _decision.Decision, attributes_differ: t.List[str]
) -> t.Tuple[t.Dict[str, t.Any], t.List[t.Dict[str, str]]]:
    """Outcomes and actions of a run that is not made."""
    actions = [_action("write" if new is not None else "delete", path) for path, new in _changed(situation)]
    actions += [_action("attributes", path) for path in attributes_differ]
    changes = decision.groups.changes
    if changes or decision.groups.uncertain:
        actions.append(_action("reread"))
    going = {change.group for change in changes if change.action != _plan.ADD}
    coming = {change.group for change in changes if change.action != _plan.REMOVE}
    for name, seen in sorted(situation.live.processes.items()):
        if seen.group in going and seen.state in _states.ACTIVE:
            actions.append(_action("stop", name))
    actions += [_action("remove", name) for name in sorted(going)]
    actions += [_action("add", change.group) for change in changes if change.group in coming]
    outcomes = {}
    for goal in decision.goals:
        outcomes[goal.name] = _foreseen(goal, situation, coming)
        actions += [_action(verb, goal.name) for verb in outcomes[goal.name].actions]
    return outcomes, actions


def build(facts: Facts) -> Result:
    """The whole result."""
    programs = [_program_result(item, facts) for item in facts.situation.wanted.items]
    programs += [_purged_result(change, facts) for change in _purged(facts)]
    return {
        "changed": any(action["action"] not in _HARMLESS for action in facts.actions),
        "programs": programs,
        "actions": facts.actions,
        "restarted": sorted(_restarted(facts)),
        "left_over": list(facts.situation.wanted.left_over),
        "diff": _diffs(facts, programs),
    }


def _action(action: str, name: str = "") -> t.Dict[str, str]:
    return {"action": action, "name": name} if name else {"action": action}


def _changed(situation: _situation.Situation) -> t.List[t.Tuple[str, t.Optional[bytes]]]:
    changed = situation.disk.changed
    return [(path, changed[path]) for path in situation.disk.order]


def _foreseen(goal: _control.Goal, situation: _situation.Situation, coming: t.Set[str]) -> Foreseen:
    """What will become of one process: one of a replaced group starts by itself where it has autostart."""
    seen = situation.live.processes.get(goal.name)
    group = situation.disk.after.get(goal.name.split(":", 1)[0])
    before = seen.statename if seen else None
    after = "STOPPED" if goal.wanted == "stopped" else "RUNNING"
    if group is None or group.name not in coming:
        actions = _states.predict(goal.wanted, seen, goal.one_shot)
    else:
        process = next(process for process in group.processes if "%s:%s" % (group.name, process.name) == goal.name)
        starts = process.options.get("autostart", True)
        actions = (("stop",) if starts else ()) if goal.wanted == "stopped" else (() if starts else ("start",))
    if before == "EXITED" and not actions and group is not None and group.name not in coming:
        after = before  # it has run, and that is enough
    return Foreseen(before, after, seen.pid if seen and not actions else 0, actions)


def _members(item: _declare.Item, situation: _situation.Situation) -> t.List[t.Tuple[str, str]]:
    """(group, process) of everything an item's section stands for, as it will be; as it was when it goes."""
    found = []
    for groups in (situation.disk.after, situation.disk.before):
        for group in groups.values():
            for process in group.processes:
                if item.section in (process.section, "group:" + group.name):
                    found.append((group.name, "%s:%s" % (group.name, process.name)))
        if found:
            break
    if not found and item.state == "absent":
        found = [(seen.group, name) for name, seen in situation.live.processes.items() if seen.group == item.name]
    return sorted(found)


def _program_result(item: _declare.Item, facts: Facts) -> Result:
    """What became of one declared item."""
    members = _members(item, facts.situation)
    groups = {group for group, _name in members} or {item.name}
    changes = [change for change in facts.decision.groups.changes if change.group in groups]
    processes = [_process_result(name, facts, changes) for _group, name in members]
    action = _verdict(item, changes, processes, facts)
    return {
        "name": item.name,
        "kind": item.kind,
        "group": sorted(groups)[0],
        "file": item.path,
        "state": item.state,
        "changed": action != "none",
        "action": action,
        "reasons": sorted({reason for change in changes for reason in change.reasons}),
        "processes": processes,
    }


def _purged(facts: Facts) -> t.List[_plan.Change]:
    """Groups that went because their files were purged."""
    named = {item.name for item in facts.situation.wanted.items}
    return [c for c in facts.decision.groups.changes if c.action == _plan.REMOVE and c.group not in named]


def _purged_result(change: _plan.Change, facts: Facts) -> Result:
    before = facts.situation.disk.before.get(change.group)
    names = sorted(name for name, seen in facts.situation.live.processes.items() if seen.group == change.group)
    return {
        "name": change.group,
        "kind": before.kind if before else "program",
        "group": change.group,
        "file": sorted(before.files)[0] if before else "",
        "state": "absent",
        "changed": True,
        "action": "removed",
        "reasons": list(change.reasons),
        "processes": [_process_result(name, facts, [change]) for name in names],
    }


def _process_result(name: str, facts: Facts, changes: t.List[_plan.Change]) -> Result:
    seen = facts.situation.live.processes.get(name)
    outcome = facts.outcomes.get(name)
    result: Result = {"name": name, "before": seen.statename if seen else None, "pid_before": seen.pid if seen else 0}
    if any(change.action == _plan.REMOVE for change in changes):
        result.update(after=None, pid=0, actions=[])
    elif outcome is None:
        result.update(after=result["before"], pid=result["pid_before"], actions=[])
    else:
        result.update(after=outcome.after, pid=outcome.pid, actions=list(outcome.actions))
    return result


def _verdict(item: _declare.Item, changes: t.List[_plan.Change], processes: t.List[Result], facts: Facts) -> str:
    """One word for what happened."""
    if changes:
        return _DONE[changes[0].action]
    for actions, word in _STATES.items():
        if any(tuple(process["actions"]) == actions for process in processes):
            return word
    touched = {action.get("name") for action in facts.actions if action["action"] in ("write", "delete", "attributes")}
    return "rewritten" if item.path in touched else "none"


def _restarted(facts: Facts) -> t.Set[str]:
    """Processes that ran before, and run anew or with another configuration now."""
    replaced = {change.group for change in facts.decision.groups.changes if change.action == _plan.UPDATE}
    to_run = {goal.name for goal in facts.decision.goals if goal.wanted != "stopped"}
    return {
        name
        for name, seen in facts.situation.live.processes.items()
        if name in to_run
        and seen.state in _states.ACTIVE
        and (seen.group in replaced or "start" in getattr(facts.outcomes.get(name), "actions", ()))
    }


def _diffs(facts: Facts, programs: t.List[Result]) -> t.List[Result]:
    """Files first, secrets hidden; then the states."""
    found = []
    disk = facts.situation.disk
    for path in sorted(disk.changed):
        before, after = _masked.pair(*map(_text, disk.files[path]))
        if path in disk.links:
            before = "link to %s\n" % disk.links[path]
        found.append({"before_header": path, "after_header": path, "before": before, "after": after})
    restarted = _restarted(facts)
    before_lines, after_lines = [], []
    for name, process in sorted(_all_processes(facts, programs).items()):
        before, after = process["before"] or "absent", process["after"] or "absent"
        again = " (restarted)" if name in restarted else ""
        if before != after or again:
            before_lines.append("%s %s\n" % (name, before))
            after_lines.append("%s %s%s\n" % (name, after, again))
    if before_lines:
        found.append(
            {
                "before_header": "processes",
                "after_header": "processes",
                "before": "".join(before_lines),
                "after": "".join(after_lines),
            }
        )
    return found


def _all_processes(facts: Facts, programs: t.List[Result]) -> t.Dict[str, Result]:
    """Results by process: those of the declared items, and what else goes or restarts together with them."""
    found = {process["name"]: process for program in programs for process in program["processes"]}
    changes = {change.group: change for change in facts.decision.groups.changes}
    for name, seen in facts.situation.live.processes.items():
        if seen.group in changes and name not in found:
            found[name] = _process_result(name, facts, [changes[seen.group]])
            if name not in facts.outcomes:
                found[name]["after"] = None
    return found


def _text(data: t.Optional[bytes]) -> str:
    return (data or b"").decode("utf-8", "replace")
