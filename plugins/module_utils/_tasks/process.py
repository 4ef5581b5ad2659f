# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change the state of existing processes: what a task asks for, turned into goals, and outcomes into a result."""

import signal
import typing as t

from .. import _errors, _said, _wait
from .._process import control as _control, interact as _interact, logs as _logs, select as _select, session as _session
from .._rpc import script as _script, states as _states

Result = t.Dict[str, t.Any]

# The options of a program that say how long it may take, with Supervisor's defaults.
_TIMES = (("startsecs", 1), ("startretries", 3), ("stopwaitsecs", 10))
MARGIN = 15.0  # seconds; the daemon notices many things only once a second
LEAST = 60.0
EACH = 0.1  # seconds; the daemon starts one after the other, and makes a copy of itself for each
MOST = 6 * 3600.0  # a daemon can say what it likes about its programs; for ever is nothing to wait


def goals(
    infos: t.Dict[str, t.Dict[str, t.Any]], processes: t.Sequence[t.Any], params: t.Dict[str, t.Any]
) -> t.List[_control.Goal]:
    """One goal for each process, with what is known about its timing and priority."""
    return [_goal(process.full_name, infos.get(process.full_name, {}), params) for process in processes]


def declared(config_file: str, infos: t.Dict[str, t.Dict[str, t.Any]]) -> _script.Script:
    """Full name -> options from the files, of groups for which the files agree with all that the daemon tells.

    The daemon does not tell everything: ``as_loaded`` among them says whether it is known to have read these files.
    """
    from .._program import drift as _drift  # it brings the whole parser with it, which takes time

    snapshot = yield from _script.snapshot()
    try:
        model = _drift.declared(config_file, snapshot).model
    except _errors.ConfigError:
        return {}
    same = [group for group in model.groups.values() if not _drift.differing(group, snapshot.processes, infos)]
    loaded = _drift.loaded(model, snapshot, config_file)
    return {
        "%s:%s" % (group.name, process.name): dict(process.options, as_loaded=group.name in loaded)
        for group in same
        for process in group.processes
    }


def _goal(name: str, info: t.Dict[str, t.Any], params: t.Dict[str, t.Any]) -> _control.Goal:
    known = {key: info[key] for key, _default in _TIMES if isinstance(info.get(key), int)}
    group, own = (info[key] if isinstance(info.get(key), int) else 999 for key in ("group_prio", "process_prio"))
    return _control.Goal(
        name=name,
        wanted=params["state"],
        priority=(group, own),
        autorestart=info.get("autorestart"),
        stopasgroup=info.get("stopasgroup"),
        as_loaded=info.get("as_loaded", False),
        one_shot=params["one_shot"],
        settle=params["settle"],
        **known,
    )


def default_timeout(goals_: t.Sequence[_control.Goal], max_parallel: int) -> float:
    """Seconds in which the slowest way to success ends: retries used up, processes that ignore their stop signal."""
    tiers = {}  # type: t.Dict[t.Any, t.List[float]]
    stopping = 0.0
    for goal in goals_:
        startsecs, retries, stopwaitsecs = (
            default if getattr(goal, key) is None else getattr(goal, key) for key, default in _TIMES
        )
        start = retries * (retries + 1) / 2.0 + (retries + 1) * (startsecs + 1) + goal.settle
        tiers.setdefault(goal.priority, []).append(start)
        stopping = max(stopping, float(stopwaitsecs))
    starting = 0.0
    for starts in tiers.values():
        rounds = -(-len(starts) // max_parallel) if max_parallel else 1
        starting += max(starts) * rounds
    return min(MOST, max(LEAST, starting + stopping + MARGIN + EACH * len(goals_)))


def signal_number(name: str) -> int:
    """Number of a signal given as ``HUP``, ``SIGHUP`` or ``1``. Raises OptionError that lists what there is."""
    text = str(name).upper()
    known = {item.name[3:]: int(item) for item in signal.Signals}
    number = _said.number(text)
    if number is not None and number in known.values():
        return number
    short = text[3:] if text.startswith("SIG") else text
    if short in known:
        return known[short]
    raise _errors.OptionError(
        "signal %r is not known here; use one of %s, or its number" % (name, ", ".join(sorted(known)))
    )


def entry(process: t.Any) -> Result:
    """What is reported about a process nothing was done to."""
    return {
        "name": _said.line(process.full_name),
        "group": _said.line(process.group),
        "before": _said.line(process.statename),
        "after": _said.line(process.statename),
        "pid_before": process.pid,
        "pid": process.pid,
        "actions": [],
        "failed": False,
        "reason": "",
        "log": [],
    }


def merge(entries: t.Dict[str, Result], outcomes: t.Sequence[_control.Outcome]) -> None:
    """Put outcomes into the entries of their processes."""
    for outcome in outcomes:
        found = entries[outcome.name]
        found.update(after=outcome.after, pid=outcome.pid, failed=outcome.failed, reason=outcome.reason)
        found["actions"] = found["actions"] + list(outcome.actions)
        found["log"] = list(outcome.log)


def predict(
    entries: t.Dict[str, Result], processes: t.Sequence[t.Any], wanted: str, one_shot: bool = False
) -> _script.Script:
    """Fill in what a real run would do now."""
    for process in processes:
        found = entries[process.full_name]
        if process.state == _states.UNKNOWN:
            found.update(failed=True, reason=(yield from _control.unknown_reason(process)))
            continue
        actions = _states.predict(wanted, process, one_shot)
        found["actions"] = found["actions"] + list(actions)
        if actions:
            found["after"] = "STOPPED" if actions[-1] == _states.STOP else "RUNNING"
            found["reason"] = "would %s" % " and ".join(actions)


def result_of(entries: t.Dict[str, Result], before: t.Sequence[t.Any]) -> Result:
    """The module's result. Raises ProcessFailed that carries it if any process failed."""
    listed = [entries[process.full_name] for process in before]
    result = {"changed": any(item["actions"] for item in listed), "processes": listed}  # type: Result
    if result["changed"]:
        result["diff"] = {
            "before": "".join("%s %s\n" % (item["name"], item["before"]) for item in listed if item["actions"]),
            "after": "".join(
                "%s %s%s\n" % (item["name"], item["after"], _how(item)) for item in listed if item["actions"]
            ),
        }
    failed = [item for item in listed if item["failed"]]
    if failed:
        raise _errors.ProcessFailed(complaint(failed, len(listed)), **result)
    return result


def _how(item: Result) -> str:
    if item["before"] == item["after"]:
        return " (%s)" % ", ".join(item["actions"])
    return ""


def complaint(failed: t.Sequence[Result], total: int) -> str:
    """One sentence per failed process (five at most), each with the last lines it wrote."""
    parts = []
    for item in failed[:5]:
        reason = item["reason"]
        text = reason if item["name"] in reason else "%s %s" % (item["name"], reason)
        parts.append(text + _logs.last_words(item["log"]))
    if len(failed) > 5:
        parts.append("and %d more" % (len(failed) - 5))
    return "%d of %d processes failed: %s" % (len(failed), total, "; ".join(parts)) if total > 1 else parts[0]


class Task(t.NamedTuple):
    """What is asked of one daemon."""

    endpoint: t.Any
    params: t.Dict[str, t.Any]
    check: bool
    config_file: t.Optional[str]  # the daemon's main file, if it is on this machine
    clock: _wait.Clock
    signal: int = 0


def script(
    endpoint: t.Any,
    params: t.Dict[str, t.Any],
    check: bool,
    config_file: t.Optional[str] = None,
    clock: t.Optional[_wait.Clock] = None,
) -> _script.Script:
    """Everything a task asks for: logs first, so that those of a new start are kept, then state, then input.

    :param config_file: the daemon's main file, if it is on this machine.
    Raises OptionError at once for what no daemon could be asked.
    """
    if params["names"] is None and params["in_state"] is None and not params["all"]:
        raise _errors.OptionError("nothing says which processes: give names or in_state, or all: true for every one")
    if params["stdin"] is not None and params["state"] == "stopped":
        raise _errors.OptionError("stdin: nobody reads it once state: stopped is reached; leave one of them out")
    signal = params.get("signal")
    if signal is not None and params["state"] != "signalled":
        raise _errors.OptionError(
            "signal %r is only sent with state: signalled, and state is %s; add it, or leave the signal out"
            % (signal, params["state"] or "not given")
        )
    number = signal_number(str(signal)) if params["state"] == "signalled" else 0
    return _carry_out(Task(endpoint, params, check, config_file, clock or _wait.Clock(), number))


def _carry_out(task: Task) -> _script.Script:
    params, local = task.params, task.endpoint.local
    before = _select.select((yield from _script.processes()), params["names"], params["in_state"])
    entries = {process.full_name: entry(process) for process in before}
    if params["clear_logs"] and before:
        _record(entries, "clear_logs", (yield from _interact.clear_logs(before, task.check, local)))
    if params["state"] == "signalled":
        errors = yield from _interact.send_signal(before, task.signal, task.check, task.clock, local)
        _record(entries, "signal", errors)
    elif params["state"] and before:
        yield from _change_state(task, before, entries)
    if params["stdin"] is not None:
        yield from _write(task, before, entries)
    return result_of(entries, before)


def _change_state(task: Task, before: t.Sequence[t.Any], entries: t.Dict[str, Result]) -> _script.Script:
    params = task.params
    if task.check:
        yield from predict(entries, before, params["state"], params["one_shot"])
        return
    there = {p.full_name: _states.is_there(params["state"], p) for p in before if not params["settle"]}
    for name, reason in there.items():
        entries[name]["reason"] = reason
    rest = [process for process in before if not there.get(process.full_name)]
    if not rest:  # asking for 500 processes' configuration takes longer than all the rest
        return
    few = len(rest) <= _script.AT_ONCE  # else each takes its time, and is asked for by itself
    first = _session.first_calls([process.full_name for process in rest]) if few else []
    told, *looked = yield _script.Calls([("getAllConfigInfo", ()), *first])
    infos = {"%s:%s" % (info["group"], info["name"]): info for info in _script.checked_configs(told)}
    if not few:
        looked = None
    if task.config_file is not None and task.endpoint.local:
        for name, options in (yield from declared(task.config_file, infos)).items():
            infos.setdefault(name, {}).update(options)
        looked = None  # too old by now
    wanted, local = goals(infos, rest, params), task.endpoint.local
    parallel = params["max_parallel"]
    timeout = params["wait_timeout"] or default_timeout(wanted, parallel)
    log_lines, wait = params["log_lines"], params["wait"]
    merge(
        entries,
        (yield from _control.script(wanted, timeout, task.clock, parallel, log_lines, wait, local, looked)),
    )


def _write(task: Task, before: t.Sequence[t.Any], entries: t.Dict[str, Result]) -> _script.Script:
    able = [process for process in before if not entries[process.full_name]["failed"]]
    if task.check:
        coming = [p for p in able if entries[p.full_name]["after"] == "RUNNING"]
        able = [process for process in able if process not in coming]
        _record(entries, "stdin", {process.full_name: "" for process in coming})
    if able:
        _record(entries, "stdin", (yield from _interact.send_stdin(able, task.params["stdin"], task.check)))


def _record(entries: t.Dict[str, Result], action: str, errors: t.Dict[str, str]) -> None:
    for name, error in errors.items():
        if error:
            entries[name].update(failed=True, reason="%s: %s" % (action, error))
        else:
            entries[name]["actions"] = entries[name]["actions"] + [action]
