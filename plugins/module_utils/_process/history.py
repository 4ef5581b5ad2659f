# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known about one process beyond its present state, from looking at it again and again. No I/O, no clock."""

import typing as t

from .._rpc import states as _states


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
    exited_looks: int = 0  # how often in a row it was seen EXITED from that run
    exited_start: int = 0  # when the run that ended so was started, by the daemon's clock
    respawned: int = 0  # how often it was EXITED from another run than before
    exited_clean: bool = False  # the run that ended so ended as expected
    returns_clean: bool = False  # it came back after such an end, so it does so after any
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
        saw_starting=history.saw_starting or seen.state == _states.STARTING,
        attempted=history.attempted or (seen.state in _states.ACTIVE and not history.stopping),
    )


def _observe_exited(history: History, seen: t.Any, now: float) -> History:
    """A crash loop can be so fast that it is only ever seen EXITED; then its start times tell."""
    if seen.state != _states.EXITED:
        return history._replace(exited_seen=-1.0)
    if history.exited_start == seen.start and history.exited_seen >= 0:
        return history._replace(exited_looks=history.exited_looks + 1)
    again = history.exited_start not in (0, seen.start)
    return history._replace(
        exited_seen=now,
        exited_looks=1,
        exited_start=seen.start,
        respawned=history.respawned + again,
        exited_clean=not seen.spawnerr,
        returns_clean=history.returns_clean or (again and history.exited_clean),
    )


def start_accepted(history: History) -> History:
    """The daemon has accepted a start."""
    return history._replace(starts=history.starts + 1, attempted=True, running_pid=0, pid=0, exited_seen=-1.0)


def stop_accepted(history: History) -> History:
    """The daemon has accepted a stop."""
    return history._replace(stops=history.stops + 1, exited_seen=-1.0)


def note_running(history: History, seen: t.Any, now: float) -> History:
    """Remember which pid was RUNNING, to recognise a crash loop."""
    if seen is None or seen.state != _states.RUNNING or history.stopping or history.running_pid:
        return history
    return history._replace(running_pid=seen.pid, running_seen=now)


def age(history: History, seen: t.Any, now: float) -> float:
    """Seconds that the present pid has lived for certain."""
    by_daemon = seen.now - seen.start - 1 if seen.start else 0  # both are whole seconds, cut off
    return max(now - history.pid_seen, float(by_daemon))


def is_restless(seen: t.Any, history: History, now: float) -> bool:
    """Must it be looked at often, so as not to miss the moment in which it can be stopped?"""
    return seen is not None and (
        seen.state == _states.EXITED or (bool(seen.pid) and age(history, seen, now) < _states.STEADY)
    )
