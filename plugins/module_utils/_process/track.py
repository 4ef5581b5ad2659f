# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One process on its way to a state: what is wanted, what was seen and done, and how it ended."""

import typing as t

from .._rpc import states as _states
from . import history as _history, steps as _steps

MOMENT = 0.03  # seconds between looks at what is due; it is noticed after the answer to what woke the daemon


class Goal(t.NamedTuple):
    """What one process should become. ``None`` means not known; times are seconds."""

    name: str  # "group:name"
    wanted: str  # "started", "stopped" or "restarted"
    startsecs: t.Optional[int] = None
    startretries: t.Optional[int] = None
    stopwaitsecs: t.Optional[int] = None
    stopasgroup: t.Optional[bool] = None
    as_loaded: bool = False  # stopasgroup is certain to be what the daemon runs
    priority: t.Any = 999  # int, or tuple (group's, process's); compared with those of the other goals
    autorestart: t.Any = None  # True, False, "unexpected"
    one_shot: bool = False  # an EXITED as expected is success
    settle: float = 0.0  # must stay RUNNING with the same pid for so long
    leaving: bool = False  # its group is removed next: in need, EXITED is enough for that, even if it does not last


class Track:
    """One goal on its way."""

    def __init__(self, goal: Goal) -> None:
        self.goal = goal
        self.history = _history.begin(goal.wanted)
        self.before = None  # type: t.Any
        self.seen = None  # type: t.Any
        self.actions = []  # type: t.List[str]
        self.step = _steps.Step(_states.WAIT)
        self.done = False
        self.failed = False
        self.reason = ""
        self.refusal = ""  # what the daemon said instead of doing what it was asked for last
        self.started = 0.0  # when the daemon accepted the start that is under way, else 0

    def finish(self, failed: bool, reason: str) -> None:
        """This process has had its turn; ``reason`` says why it ended as it did."""
        self.done, self.failed, self.reason = True, failed, reason

    @property
    def state(self) -> t.Optional[int]:
        """Its state when it was last seen; None before that."""
        return self.seen.state if self.seen is not None else None

    @property
    def due(self) -> t.Optional[float]:
        """When it may be RUNNING, if it is STARTING: its startsecs, and a moment for the daemon to notice."""
        since = self.started or (self.history.pid_seen if self.state == _states.STARTING else 0.0)
        return since + (1 if self.goal.startsecs is None else self.goal.startsecs) + MOMENT if since else None


def state_name(track: Track) -> str:
    """The state in which a process was last seen, in words."""
    return _states.NAMES.get(track.seen.state, track.seen.statename) if track.seen is not None else "absent"


def advice(track: Track) -> str:
    """What to know about a process that did not get where it should in time."""
    if track.state == _states.STOPPING:
        known = " (%d s)" % track.goal.stopwaitsecs if track.goal.stopwaitsecs is not None else ""
        return ": it ignores its stop signal so far; supervisord kills it after stopwaitsecs%s" % known
    if track.state == _states.STARTING and not (track.goal.wanted == "stopped" or track.history.stopping):
        known = " (%d s)" % track.goal.startsecs if track.goal.startsecs is not None else ""
        return ": it becomes RUNNING when it has lived for startsecs%s; raise wait_timeout" % known
    if track.state == _states.BACKOFF:
        return ": supervisord keeps trying; %s" % track.seen.spawnerr
    if track.step.action == _states.START:
        return ": its turn to start did not come"
    return ": %s" % track.step.reason if track.step.reason else ""
