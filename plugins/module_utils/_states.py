# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do next with one process, decided from what was seen. No I/O, no clock, no Ansible.

The daemon's own rules are full of traps: a start during STOPPING is silently lost, a stop right after a start too,
BACKOFF refuses a start, EXITED may come back by itself. ``step`` knows them; the caller only carries its
decisions out and reports back through ``observe``, ``start_accepted`` and ``stop_accepted``.
"""

import typing as t

STOPPED = 0
STARTING = 10
RUNNING = 20
BACKOFF = 30
STOPPING = 40
EXITED = 100
FATAL = 200
UNKNOWN = 1000

NAMES = {
    STOPPED: "STOPPED",
    STARTING: "STARTING",
    RUNNING: "RUNNING",
    BACKOFF: "BACKOFF",
    STOPPING: "STOPPING",
    EXITED: "EXITED",
    FATAL: "FATAL",
    UNKNOWN: "UNKNOWN",
}
CODES = {name: code for code, name in NAMES.items()}

ALIVE = frozenset([STARTING, RUNNING, STOPPING])  # there is a process with a PID
ACTIVE = frozenset([STARTING, RUNNING, BACKOFF])  # Supervisor means it to run
AT_REST = frozenset([STOPPED, EXITED, FATAL])  # its group may be removed
SIGNALLABLE = frozenset([STARTING, RUNNING, STOPPING])

START = "start"
STOP = "stop"
WAIT = "wait"
DONE = "done"
FAIL = "fail"

MAX_REQUESTS = 5  # of one kind for one process, before its coming back every time is called a failure
RESPAWN = 2  # seconds by the daemon's clock after which an EXITED process has not been restarted by itself
LOST_STOP = 0.1  # seconds after fork in which a stop signal can be swallowed
PATIENCE = 3.0  # seconds after which a process that never gets that old is stopped at any age
STEADY = 1.0  # seconds that a process with startsecs=0 must live to count as started


class Step(t.NamedTuple):
    """What to do: START, STOP, WAIT, DONE or FAIL, and why."""

    action: str
    reason: str = ""


class Rules(t.NamedTuple):
    """What holds for all processes of one run."""

    min_age: float = LOST_STOP  # never stop a process younger than this (seconds)
    wait: bool = True  # False: be content when the daemon has accepted the request


class History(t.NamedTuple):
    """What is known about one process beyond its present state. Times are seconds of the caller's clock."""

    stopping: bool = False  # still in the first half of a restart
    since: float = -1.0  # when the process was looked at first
    pid: int = 0
    last_pid: int = 0  # that of the last look at which it had one
    pid_seen: float = 0.0  # when this pid was seen first
    running_pid: int = 0  # the pid last seen RUNNING since the start was asked for
    running_seen: float = 0.0  # since when
    saw_starting: bool = False  # so its startsecs is not 0
    attempted: bool = False  # a start was asked for, or seen to be under way
    exited_seen: float = -1.0  # since when EXITED is seen without a break
    exited_start: int = 0  # when the run that ended so was started, by the daemon's clock
    respawned: int = 0  # how often it was EXITED from another run than before
    starts: int = 0
    stops: int = 0


def begin(wanted: str) -> History:
    """The history of a process nothing has been done to yet."""
    return History(stopping=wanted == "restarted")


def observe(history: History, seen: t.Any, now: float) -> History:
    """Add one look at the process (None: it does not exist)."""
    if history.since < 0:
        history = history._replace(since=now)
    if seen is None:
        return history._replace(pid=0, exited_seen=-1.0)
    if seen.pid != history.pid:
        history = history._replace(pid=seen.pid, pid_seen=now)
    history = _observe_exited(history, seen, now)
    return history._replace(
        last_pid=seen.pid or history.last_pid,
        saw_starting=history.saw_starting or seen.state == STARTING,
        attempted=history.attempted or (seen.state in ACTIVE and not history.stopping),
    )


def _observe_exited(history: History, seen: t.Any, now: float) -> History:
    """A crash loop can be so fast that it is only ever seen EXITED; then its start times tell."""
    if seen.state != EXITED:
        return history._replace(exited_seen=-1.0)
    if history.exited_start == seen.start and history.exited_seen >= 0:
        return history
    again = history.exited_start not in (0, seen.start)
    return history._replace(exited_seen=now, exited_start=seen.start, respawned=history.respawned + again)


def start_accepted(history: History) -> History:
    """The daemon has accepted a start."""
    return history._replace(starts=history.starts + 1, attempted=True, running_pid=0, pid=0, exited_seen=-1.0)


def stop_accepted(history: History) -> History:
    """The daemon has accepted a stop."""
    return history._replace(stops=history.stops + 1, exited_seen=-1.0)


def note_running(history: History, seen: t.Any, now: float) -> History:
    """Remember which pid was RUNNING, to recognise a crash loop."""
    if seen is None or seen.state != RUNNING or history.stopping or history.running_pid:
        return history
    return history._replace(running_pid=seen.pid, running_seen=now)


def age(history: History, seen: t.Any, now: float) -> float:
    """Seconds that the present pid has lived for certain."""
    by_daemon = seen.now - seen.start - 1 if seen.start else 0  # both are whole seconds, cut off
    return max(now - history.pid_seen, float(by_daemon))


def step(goal: t.Any, seen: t.Any, history: History, now: float, rules: Rules) -> t.Tuple[Step, History]:
    """Decide about one process just observed.

    :param goal: record with name, wanted, startsecs, autorestart, one_shot, settle.
    :param seen: the process as last seen, None if the daemon does not know it.
    :returns: the step, and the history to continue with (a restart moves on to its second half here).
    """
    if seen is not None and seen.state == UNKNOWN:
        return Step(FAIL, unknown_advice(goal.name, seen.pid or history.last_pid)), history
    if goal.wanted == "stopped" or history.stopping:
        decision = _towards_stopped(goal, seen, history, now, rules)
        if goal.wanted == "stopped" or decision.action != DONE:
            return decision, history
        history = history._replace(stopping=False, attempted=False, running_pid=0, saw_starting=False)
    history = note_running(history, seen, now)
    return _towards_started(goal, seen, history, now, rules), history


def unknown_advice(name: str, pid: int) -> str:
    """Why a process in UNKNOWN is left alone, and how a person gets out of it.

    :param pid: 0 if it is not known; releases before 4.2.2 do not tell it.
    """
    which = "pid %d" % pid if pid else 'its pid (see "spawned" in its log)'
    return (
        "%s is UNKNOWN: supervisord could not signal %s, and supervisord itself will die when that process ends. "
        "It was not touched. Shut supervisord down, end %s by hand, then start the service again"
        % (name, which, "pid %d" % pid if pid else "the process")
    )


def respawns(goal: t.Any, seen: t.Any) -> bool:
    """May Supervisor restart this EXITED process by itself?"""
    if goal.autorestart in (False, "false"):
        return False
    if goal.autorestart in (True, "true"):
        return True
    return bool(seen.spawnerr)  # "unexpected": only then is a bad exit code noted


def stays_exited(goal: t.Any, seen: t.Any, history: History, now: float) -> bool:
    """Has an EXITED process been left alone long enough to say it will stay so?"""
    if goal.autorestart is not None and not respawns(goal, seen):
        return True
    return seen.now - seen.stop >= RESPAWN or (history.exited_seen >= 0 and now - history.exited_seen >= RESPAWN)


def _towards_stopped(goal: t.Any, seen: t.Any, history: History, now: float, rules: Rules) -> Step:
    if seen is None:
        return _missing(goal) if goal.wanted == "restarted" else Step(DONE, "does not exist")
    if seen.state in (STOPPED, FATAL):
        return Step(DONE, "stopped" if history.stops else "was already %s" % NAMES[seen.state])
    if seen.state == EXITED:
        if goal.wanted == "restarted" or stays_exited(goal, seen, history, now):
            return Step(DONE, "has ended by itself" if history.stops else "was already EXITED")
        return Step(
            WAIT,
            "it ends and is restarted by autorestart too fast to be stopped safely" if history.respawned else "EXITED",
        )
    if seen.state == STOPPING:
        return Step(WAIT, "STOPPING") if rules.wait or history.stopping else Step(DONE, "is stopping")
    if history.stops >= MAX_REQUESTS:
        return Step(FAIL, "was stopped %d times, but something starts it again" % history.stops)
    least = _least_age(goal, history, now, rules)
    if seen.state == BACKOFF or age(history, seen, now) >= least:
        return Step(STOP)
    return Step(WAIT, "it never lives for the %g s that it must to be stopped safely" % least)


def _least_age(goal: t.Any, history: History, now: float, rules: Rules) -> float:
    """How old a process must be to be stopped. A crash loop can be so fast that none ever is.

    A lost signal does no harm there, so that any age will do in the end; except on old releases, where the danger is
    a signal to the group of a process that has just ended: not without stopasgroup.
    """
    safe = rules.min_age <= LOST_STOP or goal.stopasgroup is False
    if now - history.since < PATIENCE:
        return LOST_STOP if safe else rules.min_age
    return 0.0 if safe else LOST_STOP


def is_restless(seen: t.Any, history: History, now: float) -> bool:
    """Must it be looked at often, so as not to miss the moment in which it can be stopped?"""
    return seen is not None and (seen.state == EXITED or (bool(seen.pid) and age(history, seen, now) < STEADY))


def _missing(goal: t.Any) -> Step:
    return Step(FAIL, "%s does not exist in the running daemon" % goal.name)


def _towards_started(goal: t.Any, seen: t.Any, history: History, now: float, rules: Rules) -> Step:
    if seen is None:
        return _missing(goal)
    if not rules.wait and (history.starts or seen.state in ACTIVE):
        reason = "is RUNNING" if seen.state == RUNNING else "is starting"
        return Step(DONE, "start requested" if history.starts else reason)
    if history.running_pid not in (0, seen.pid) and seen.state in ACTIVE:
        return Step(FAIL, "keeps crashing: it ended as pid %d and autorestart started it again" % history.running_pid)
    return _STARTED[seen.state](goal, seen, history, now)


def _from_stopped(goal: t.Any, seen: t.Any, history: History, now: float) -> Step:
    if history.starts >= 2:
        return Step(FAIL, "was started %d times, but something stops it again" % history.starts)
    return Step(START)


def _from_starting(goal: t.Any, seen: t.Any, history: History, now: float) -> Step:
    return Step(WAIT, "STARTING")


def _from_running(goal: t.Any, seen: t.Any, history: History, now: float) -> Step:
    unproven = goal.startsecs <= 0 if goal.startsecs is not None else not history.saw_starting
    if unproven and age(history, seen, now) < STEADY:
        return Step(WAIT, "RUNNING since less than %g s" % STEADY)
    settled = max(now - history.running_seen, seen.now - seen.start - 1 - (goal.startsecs or 0))
    if settled < (goal.settle or 0):
        return Step(WAIT, "RUNNING since less than %g s (settle)" % goal.settle)
    return Step(DONE, "started" if history.starts else "is RUNNING")


def _from_backoff(goal: t.Any, seen: t.Any, history: History, now: float) -> Step:
    return Step(WAIT, "BACKOFF: %s" % seen.spawnerr)


def _from_stopping(goal: t.Any, seen: t.Any, history: History, now: float) -> Step:
    return Step(WAIT, "STOPPING")


def _from_exited(goal: t.Any, seen: t.Any, history: History, now: float) -> Step:
    clean = not seen.spawnerr
    if goal.one_shot and clean and (history.starts or goal.wanted != "restarted"):
        return Step(DONE, "has run and ended as expected")
    if history.attempted:
        hint = "with an expected exit code (a one-shot job?)" if clean else "(%s)" % exit_hint(seen)
        return Step(FAIL, "ended right after its start %s" % hint)
    return Step(START)  # should autorestart be faster, the daemon says "already started", which is as good


def _from_fatal(goal: t.Any, seen: t.Any, history: History, now: float) -> Step:
    if history.attempted:
        return Step(FAIL, "is FATAL, supervisord gave up: %s" % (seen.spawnerr or "no reason given"))
    return Step(START)


_STARTED = {
    STOPPED: _from_stopped,
    STARTING: _from_starting,
    RUNNING: _from_running,
    BACKOFF: _from_backoff,
    STOPPING: _from_stopping,
    EXITED: _from_exited,
    FATAL: _from_fatal,
}


def exit_hint(seen: t.Any) -> str:
    """How it ended, as far as the daemon says it."""
    if seen.exitstatus == -1:
        return "killed by a signal"
    if seen.exitstatus == 127:
        return "exit status 127: the command, its directory or its user could not be set up"
    return seen.spawnerr or "exit status %d" % seen.exitstatus


def is_there(wanted: str, seen: t.Any) -> str:
    """Why nothing needs to be done, for a process that has long been as wanted; empty in case of doubt."""
    if wanted == "started" and seen.state == RUNNING and seen.now - seen.start >= 3:
        return "is RUNNING"
    if wanted == "stopped" and seen.state in (STOPPED, FATAL):
        return "was already %s" % NAMES[seen.state]
    return ""


def predict(wanted: str, seen: t.Any) -> t.Tuple[str, ...]:
    """The actions that a real run would take now, for check mode: some of "stop", "start"."""
    state = seen.state if seen is not None else STOPPED
    if wanted == "stopped":
        return ("stop",) if state in ACTIVE else ()
    if wanted == "restarted":
        return ("stop", "start") if state in ACTIVE else ("start",)
    return ("start",) if state in (STOPPED, EXITED, FATAL, STOPPING) else ()
