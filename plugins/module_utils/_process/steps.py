# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do next with one process, decided from what was seen. No I/O, no clock, no Ansible.

The daemon's own rules are full of traps: a start during STOPPING is silently lost, a stop right after a start too,
BACKOFF refuses a start, EXITED may come back by itself. ``step`` knows them; the caller only carries its
decisions out and reports back through ``_history``.
"""

import typing as t

from .._rpc import states as _states
from . import history as _history

TOO_FAST = "it ends and is restarted by autorestart too fast to be stopped safely"


class Step(t.NamedTuple):
    """What to do: START, STOP, CATCH, WAIT, DONE or FAIL, and why."""

    action: str
    reason: str = ""


class Rules(t.NamedTuple):
    """What holds for all processes of one run."""

    min_age: float = _states.LOST_STOP  # never stop a process younger than this (seconds)
    wait: bool = True  # False: be content when the daemon has accepted the request


def step(
    goal: t.Any, seen: t.Any, history: _history.History, now: float, rules: Rules
) -> t.Tuple[Step, _history.History]:
    """Decide about one process just observed.

    :param goal: record with name, wanted, startsecs, stopasgroup, as_loaded, autorestart, one_shot, settle,
        leaving.
    :param seen: the process as last seen, None if the daemon does not know it.
    :returns: the step, and the history to continue with (a restart moves on to its second half here).
    """
    if seen is not None and seen.state == _states.UNKNOWN:
        return Step(_states.FAIL, _states.unknown_advice(goal.name, seen.pid or history.last_pid)), history
    if seen is not None and seen.state not in _states.NAMES:
        return Step(_states.FAIL, "is in a state that Supervisor does not have: %d %s" % seen[2:4]), history
    if goal.wanted == "stopped" or history.stopping:
        decision = _towards_stopped(goal, seen, history, now, rules)
        if goal.wanted == "stopped" or decision.action != _states.DONE:
            return decision, history
        history = history._replace(stopping=False, attempted=False, running_pid=0, saw_starting=False)
    history = _history.note_running(history, seen, now)
    return _towards_started(goal, seen, history, now, rules), history


def respawns(goal: t.Any, seen: t.Any) -> bool:
    """May Supervisor restart this EXITED process by itself?"""
    if goal.autorestart in (False, "false"):
        return False
    if goal.autorestart in (True, "true"):
        return True
    return bool(seen.spawnerr)  # "unexpected": only then is a bad exit code noted


def stays_exited(goal: t.Any, seen: t.Any, history: _history.History, now: float) -> bool:
    """Has an EXITED process been left alone long enough to say it will stay so?"""
    if goal.autorestart is not None and not respawns(goal, seen):
        return True
    # A daemon that gets too little of its machine may not have come to it yet: it answers first, and then restarts. So
    # it must have answered once more since it was seen to have had the time.
    left_alone = seen.now - seen.stop >= _states.RESPAWN and history.exited_looks > 1
    return left_alone or (history.exited_seen >= 0 and now - history.exited_seen >= _states.RESPAWN)


def _towards_stopped(goal: t.Any, seen: t.Any, history: _history.History, now: float, rules: Rules) -> Step:
    if seen is None:
        return _missing(goal) if goal.wanted == "restarted" else Step(_states.DONE, "does not exist")
    if seen.state in (_states.STOPPED, _states.FATAL):
        return Step(_states.DONE, "stopped" if history.stops else "was already %s" % _states.NAMES[seen.state])
    if seen.state == _states.EXITED:
        if goal.wanted == "restarted" or stays_exited(goal, seen, history, now):
            return Step(_states.DONE, "has ended by itself" if history.stops else "was already EXITED")
        return _from_crash_loop(goal, seen, history, now, rules) if history.respawned else Step(_states.WAIT, "EXITED")
    if seen.state == _states.STOPPING:
        return Step(_states.WAIT, "STOPPING") if rules.wait or history.stopping else Step(_states.DONE, "is stopping")
    if history.stops >= _states.MAX_REQUESTS:
        return Step(_states.FAIL, "was stopped %d times, but something starts it again" % history.stops)
    least = _least_age(goal, history, now, rules)
    if seen.state == _states.BACKOFF or _history.age(history, seen, now) >= least:
        return Step(_states.STOP, "it ends too soon to be stopped safely")  # is told if no stop ever reaches it
    return Step(_states.WAIT, "it never lives for the %g s that it must to be stopped safely" % least)


def _from_crash_loop(goal: t.Any, seen: t.Any, history: _history.History, now: float, rules: Rules) -> Step:
    """A crash loop that is seen EXITED, as the fastest ones are at every look.

    The daemon answers a request before it starts again what has ended, and with a quick program has seen the next end
    when the next request comes. So the start that would come in the same turn of its loop is asked for, and the stop
    with it. That is the youngest that a process can be: on old releases it must be certain that no group is signalled.
    """
    certain = _takes_any_stop(rules) or (goal.stopasgroup is False and goal.as_loaded)
    comes_back = respawns(goal, seen) or (goal.autorestart is None and history.returns_clean)
    patient = now - history.since >= _states.PATIENCE
    if certain and comes_back and patient:
        return Step(_states.CATCH, TOO_FAST)
    return Step(_states.DONE if goal.leaving and patient else _states.WAIT, TOO_FAST)


def _takes_any_stop(rules: Rules) -> bool:
    """Is a stop harmless at any age? Before 4.2.2 one to the process group is not while there is none yet."""
    return rules.min_age <= _states.LOST_STOP


def _least_age(goal: t.Any, history: _history.History, now: float, rules: Rules) -> float:
    """How old a process must be to be stopped. A crash loop can be so fast that none ever is.

    A lost signal does no harm there, so that any age will do in the end; except on old releases, where the danger is
    a signal to the group of a process that has just been forked and leads none yet: not without stopasgroup.
    """
    safe = _takes_any_stop(rules) or goal.stopasgroup is False
    if now - history.since < _states.PATIENCE:
        return _states.LOST_STOP if safe else rules.min_age
    return 0.0 if safe else _states.LOST_STOP


def _missing(goal: t.Any) -> Step:
    return Step(_states.FAIL, "%s does not exist in the running daemon" % goal.name)


def _towards_started(goal: t.Any, seen: t.Any, history: _history.History, now: float, rules: Rules) -> Step:
    if seen is None:
        return _missing(goal)
    if not rules.wait and (history.starts or seen.state in _states.ACTIVE):
        reason = "is RUNNING" if seen.state == _states.RUNNING else "is starting"
        return Step(_states.DONE, "start requested" if history.starts else reason)
    if history.running_pid not in (0, seen.pid) and seen.state in _states.ACTIVE:
        return Step(
            _states.FAIL, "keeps crashing: it ended as pid %d and autorestart started it again" % history.running_pid
        )
    return _STARTED[seen.state](goal, seen, history, now)


def _from_stopped(goal: t.Any, seen: t.Any, history: _history.History, now: float) -> Step:
    if history.starts >= 2:
        return Step(_states.FAIL, "was started %d times, but something stops it again" % history.starts)
    return Step(_states.START)


def _from_starting(goal: t.Any, seen: t.Any, history: _history.History, now: float) -> Step:
    return Step(_states.WAIT, "STARTING")


def _from_running(goal: t.Any, seen: t.Any, history: _history.History, now: float) -> Step:
    unproven = goal.startsecs <= 0 if goal.startsecs is not None else not history.saw_starting
    if unproven and _history.age(history, seen, now) < _states.STEADY:
        return Step(_states.WAIT, "RUNNING since less than %g s" % _states.STEADY)
    settled = max(now - history.running_seen, seen.now - seen.start - 1 - (goal.startsecs or 0))
    if settled < (goal.settle or 0):
        return Step(_states.WAIT, "RUNNING since less than %g s (settle)" % goal.settle)
    return Step(_states.DONE, "started" if history.starts else "is RUNNING")


def _from_backoff(goal: t.Any, seen: t.Any, history: _history.History, now: float) -> Step:
    return Step(_states.WAIT, "BACKOFF: %s" % seen.spawnerr)


def _from_stopping(goal: t.Any, seen: t.Any, history: _history.History, now: float) -> Step:
    return Step(_states.WAIT, "STOPPING")


def _from_exited(goal: t.Any, seen: t.Any, history: _history.History, now: float) -> Step:
    clean = not seen.spawnerr
    if goal.one_shot and clean and (history.starts or goal.wanted != "restarted"):
        return Step(_states.DONE, "has run and ended as expected")
    if history.attempted:
        hint = "with an expected exit code (a one-shot job?)" if clean else "(%s)" % _states.exit_hint(seen)
        return Step(_states.FAIL, "ended right after its start %s" % hint)
    return Step(_states.START)  # should autorestart be faster, the daemon says "already started", which is as good


def _from_fatal(goal: t.Any, seen: t.Any, history: _history.History, now: float) -> Step:
    if history.attempted:
        return Step(_states.FAIL, "is FATAL, supervisord gave up: %s" % (seen.spawnerr or "no reason given"))
    return Step(_states.START)


_STARTED = {
    _states.STOPPED: _from_stopped,
    _states.STARTING: _from_starting,
    _states.RUNNING: _from_running,
    _states.BACKOFF: _from_backoff,
    _states.STOPPING: _from_stopping,
    _states.EXITED: _from_exited,
    _states.FATAL: _from_fatal,
}
