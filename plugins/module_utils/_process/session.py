# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The procedure that brings many processes of one daemon into their wanted states, without any I/O.

``Session.script`` yields ``Calls`` (one multicall) and ``Pause``, and is sent the answers. A caller with one daemon
waits for each; an event loop can run many of them side by side.
"""

import re
import typing as t

from .. import _errors, _wait
from .._host import procfs as _procfs
from .._rpc import records as _records, script as _script, states as _states
from . import history as _history, steps as _steps, track as _track

OVERDUE = 0.5  # seconds after which it is no longer expected every moment
MAX_REST = 0.5  # seconds between two looks at what may change at any time
MAX_WAIT = 1.0  # the same when it is known that nothing good can have come true before
EACH = 0.005  # seconds that a daemon may take to tell about one process
OLD_MIN_AGE = 1.0  # before 4.2.2 a stop that meets a process just forked can end supervisord itself
FEW = 4  # of so many processes and more, one is asked for by its name; else all of them are at once
# Faults of Supervisor.
SHUTTING_DOWN = 6
UNKNOWN_NAME = 10
FAILED = 30
SPAWN_ERROR = 50
# Faults that only say that something happened since the last look, so that the next one will tell. Any other, such as
# one of a plugin's own, is the daemon's last word. After a stop, FAILED means UNKNOWN, unless it says so again.
_OVERTAKEN = {True: frozenset([UNKNOWN_NAME, 60]), False: frozenset([UNKNOWN_NAME, FAILED, 70])}


Goal = _track.Goal
Track = _track.Track
Calls = _script.Calls
Pause = _script.Pause


class Session:
    """The procedure for the processes of one daemon."""

    def __init__(
        self,
        goals: t.Sequence[Goal],
        timeout: float,
        clock: _wait.Clock,
        max_parallel: int = 0,
        wait: bool = True,
        local: bool = False,
        execed: t.Callable[[int, int], bool] = _procfs.has_execed,
        looked_first: t.Optional[t.Callable[[t.Sequence[Track]], None]] = None,
    ) -> None:
        self.tracks = [Track(goal) for goal in goals]
        self.timeout = timeout
        self._clock = clock
        self._max_parallel = max_parallel
        self._rules = _steps.Rules(wait=wait)
        self._execed = execed if local else None
        self._looked_first = looked_first  # told when all have been seen once and nothing has been done to any
        self._haste = 0.1 if local else 0.25  # one daemon on this machine costs little to ask; of others there are many
        self._daemon_pid = 0
        self._total = 0  # processes of the daemon, once all have been asked for
        self._looked_at = frozenset()  # type: t.FrozenSet[Track]
        self._began = clock.now()
        self._deadline = self._began + timeout

    def script(self, looked: t.Optional[t.List[t.Any]] = None) -> _script.Script:
        """Yields Calls and Pause until every track is done; returns the tracks.

        :param looked: the answers to ``first_calls``, if they have been asked for already.
        """
        if not self.tracks:
            return []
        if looked is None:
            looked = yield self._ask(first_calls([track.goal.name for track in self.tracks]), len(self.tracks))
        self._first_look(looked)
        pause = 0.02
        try:
            while True:
                requests = self._decide()
                for part in _parts(requests):
                    answers = yield self._ask([call for _track, call in part])
                    self._note(part, answers)
                    pause = 0.02
                if not self._pending():
                    break
                if self._clock.now() >= self._deadline:
                    self._give_up()
                    break
                yield Pause(self._rest(pause))
                pause = min(pause * 1.5, self._haste)
                yield from self._look(self._pending())
            yield from self._verify()
        except _errors.SupervisorError as error:
            for track in self._pending():
                so_far = " after %s" % ", ".join(track.actions) if track.actions else ""
                answered = isinstance(error, (_errors.Interrupted, _errors.Fault))
                what = "" if answered else "the connection failed: "
                track.finish(True, "was last seen %s%s, then %s%s" % (_track.state_name(track), so_far, what, error))
        return self.tracks

    def _rest(self, pause: float) -> float:
        """Seconds until the next look: ``pause``, longer while nothing can come true, shorter if something is due."""
        now = self._clock.now()
        if self._restless():
            return min(pause, 0.04, self._left())
        all_due = [track.due for track in self._pending()]
        waits = [max(_track.MOMENT, due - now) for due in all_due if due is not None and due > now - OVERDUE]
        first = min(waits, default=MAX_WAIT)
        if len(waits) == len(all_due):
            # The daemon notices only when it is woken that a process has died, and takes what it notices too late for
            # one that has run for long enough: so there is a look shortly before as well.
            pause = max(pause, first - 0.15 if first > 0.3 else first)
        else:
            pause = max(pause, 0.4 * self._haste * (now - self._began))
        return min(pause, first, MAX_REST, self._left())

    def _pending(self) -> t.List[Track]:
        return [track for track in self.tracks if not track.done]

    def _left(self) -> float:
        return max(0.0, self._deadline - self._clock.now())

    def _ask(self, calls: t.List[t.Tuple[str, t.Tuple[t.Any, ...]]], processes: int = 0) -> Calls:
        """A request for what is left of the time, and no less than it takes to tell about so many processes."""
        return Calls(calls, max(0.5 + EACH * max(processes, self._total), self._left()), multicall=True)

    def _restless(self) -> bool:
        now = self._clock.now()
        downwards = [track for track in self._pending() if track.goal.wanted == "stopped" or track.history.stopping]
        return any(_history.is_restless(track.seen, track.history, now) for track in downwards)

    def _first_look(self, answers: t.List[t.Any]) -> None:
        for answer in answers[:2]:
            if isinstance(answer, _errors.Fault):
                raise answer
        if version_tuple(answers[0]) < (4, 2, 2):
            self._rules = self._rules._replace(min_age=OLD_MIN_AGE)
        self._daemon_pid = answers[1]
        if len(self.tracks) > _script.AT_ONCE:
            self._store_all(self.tracks, answers[2])
        else:
            self._store(self.tracks, answers[2:])
        for track in self.tracks:
            track.before = track.seen
        if self._looked_first:
            self._looked_first(self.tracks)

    def _look(self, tracks: t.List[Track]) -> _script.Script:
        """Look at processes again: at all that the daemon has, where these are many of them."""
        if len(tracks) > _script.AT_ONCE and FEW * len(tracks) > self._total:
            [answer] = yield self._ask([("getAllProcessInfo", ())], len(tracks))
            self._store_all(tracks, answer)
            return
        answers = []  # type: t.List[t.Any]
        for first in range(0, len(tracks), _script.AT_ONCE):
            part = tracks[first : first + _script.AT_ONCE]
            answers += yield self._ask([("getProcessInfo", (track.goal.name,)) for track in part])
        if tracks:
            self._store(tracks, answers)

    def _store_all(self, tracks: t.List[Track], answer: t.Any) -> None:
        if isinstance(answer, _errors.Fault):
            raise answer
        found = _script.by_name(answer)
        self._total = len(found)
        absent = _errors.Fault(UNKNOWN_NAME, "BAD_NAME")
        self._store(tracks, [found.get(track.goal.name, absent) for track in tracks])

    def _store(self, tracks: t.List[Track], answers: t.List[t.Any]) -> None:
        now = self._clock.now()
        self._looked_at = frozenset(tracks)
        for track, answer in zip(tracks, answers):
            if isinstance(answer, _errors.Fault) and answer.code == SHUTTING_DOWN:
                raise answer
            if isinstance(answer, _errors.Fault) and answer.code != UNKNOWN_NAME:
                track.finish(True, "could not be looked at: %s" % answer.message)
                continue
            track.seen = None if isinstance(answer, _errors.Fault) else _record(answer)
            track.started = track.started if track.state == _states.STARTING else 0.0
            track.history = _history.observe(track.history, track.seen, now)

    def _decide(self) -> t.List[t.Tuple[Track, t.Tuple[str, t.Tuple[t.Any, ...]]]]:
        """Advance every track; returns the calls to make, stops before starts."""
        now = self._clock.now()
        for track in self._pending():
            track.step, track.history = _steps.step(track.goal, track.seen, track.history, now, self._rules)
            if track.step.action in (_states.DONE, _states.FAIL):
                track.finish(track.step.action == _states.FAIL, track.step.reason)
        pending = self._pending()
        stops = [track for track in pending if track.step.action in _STOPS and self._may_stop(track, now)]
        stops.sort(key=lambda track: track.goal.priority, reverse=True)
        return [request for track in stops for request in _stop_requests(track)] + [
            (track, ("startProcess", (track.goal.name, False))) for track in self._startable(pending)
        ]

    def _may_stop(self, track: Track, now: float) -> bool:
        """Is the child past the moment between fork and exec, in which it swallows signals?"""
        if self._execed is None or not track.seen.pid or now - track.history.pid_seen > 5:
            return True
        return self._execed(track.seen.pid, self._daemon_pid)

    def _startable(self, pending: t.List[Track]) -> t.List[Track]:
        """Those of the lowest priority not yet finished, as many as may be STARTING at once."""
        upwards = [track for track in pending if track.goal.wanted != "stopped"]
        if not upwards:
            return []
        lowest = min(track.goal.priority for track in upwards)
        ready = [track for track in upwards if track.step.action == _states.START and track.goal.priority == lowest]
        if self._max_parallel:
            busy = sum(1 for track in upwards if track.state in _states.ACTIVE and not track.history.stopping)
            ready = ready[: max(0, self._max_parallel - busy)]
        return ready

    def _note(self, requests: t.List[t.Tuple[Track, t.Any]], answers: t.List[t.Any]) -> None:
        for (track, (method, _params)), answer in zip(requests, answers):
            starting = method == "startProcess"
            if starting and track.step.action == _states.CATCH:
                continue  # the stop after it tells whether it has been caught
            before, track.refusal = track.refusal, answer.message if isinstance(answer, _errors.Fault) else ""
            if not isinstance(answer, _errors.Fault):
                track.actions.append(_states.START if starting else _states.STOP)
                accept = _history.start_accepted if starting else _history.stop_accepted
                track.history = accept(track.history)
                track.started = self._clock.now() if starting else 0.0
            elif answer.code == SPAWN_ERROR and starting:  # it is in BACKOFF now, and the daemon will try again
                track.actions.append(_states.START)
                track.history = _history.start_accepted(track.history)
            elif answer.code not in _OVERTAKEN[starting] or (answer.code == FAILED and before == answer.message):
                track.finish(True, "could not be %s: %s" % ("started" if starting else "stopped", answer.message))

    def _give_up(self) -> None:
        for track in self._pending():
            goal = track.goal
            wanted = "STOPPED" if goal.wanted == "stopped" or track.history.stopping else "RUNNING"
            reason = "not %s after %g s, last seen %s" % (wanted, self.timeout, _track.state_name(track))
            said = "; when asked last, supervisord said: %s" % track.refusal if track.refusal else ""
            track.finish(True, reason + _track.advice(track) + said)

    def _verify(self) -> _script.Script:
        """Look once more at everything: what was RUNNING a moment ago may have died while others were waited for."""
        if len(self._looked_at) == len(self.tracks):
            return
        yield from self._look(self.tracks)
        for track in self.tracks:
            if track.failed or not self._rules.wait:
                continue
            upwards = track.goal.wanted != "stopped"
            if upwards and track.state not in _ALLOWED[track.goal.one_shot]:
                track.finish(True, "was RUNNING, but is %s now" % _track.state_name(track))
            elif upwards and track.state == _states.RUNNING and track.seen.pid != track.history.running_pid:
                track.finish(True, "ended after it was RUNNING and was restarted by autorestart")
            elif not upwards and track.state in _states.ACTIVE and not track.goal.leaving:
                track.finish(True, "was stopped, but is %s again" % _track.state_name(track))


_STOPS = frozenset([_states.STOP, _states.CATCH])
_ALLOWED = {False: frozenset([_states.RUNNING]), True: frozenset([_states.RUNNING, _states.EXITED])}


def _record(answer: t.Any) -> _records.Process:
    return answer if isinstance(answer, _records.Process) else _records.process_of(answer)


def _parts(requests: t.List[t.Tuple[Track, t.Any]]) -> t.List[t.List[t.Tuple[Track, t.Any]]]:
    """Requests that do not keep the daemon for long; what belongs to one process stays together."""
    parts = []  # type: t.List[t.List[t.Tuple[Track, t.Any]]]
    for index, request in enumerate(requests):
        together = index and request[0] is requests[index - 1][0]
        if not parts or (len(parts[-1]) >= _script.AT_ONCE and not together):
            parts.append([])
        parts[-1].append(request)
    return parts


def first_calls(names: t.Sequence[str]) -> t.List[t.Tuple[str, t.Tuple[t.Any, ...]]]:
    """What a session asks first: so that it can share a request with what else is asked at the same time."""
    calls = [("getSupervisorVersion", ()), ("getPID", ())]  # type: t.List[t.Tuple[str, t.Tuple[t.Any, ...]]]
    if len(names) > _script.AT_ONCE:
        return [*calls, ("getAllProcessInfo", ())]
    return calls + [("getProcessInfo", (name,)) for name in names]


def _stop_requests(track: Track) -> t.List[t.Tuple[Track, t.Tuple[str, t.Tuple[t.Any, ...]]]]:
    methods = ("startProcess", "stopProcess") if track.step.action == _states.CATCH else ("stopProcess",)
    return [(track, (method, (track.goal.name, False))) for method in methods]


def version_tuple(version: str) -> t.Tuple[int, ...]:
    """ "4.2.5" -> (4, 2, 5); "4.4.0.dev0" -> (4, 4, 0, 0)."""
    return tuple(int(number) for number in re.findall("[0-9]{1,9}", str(version)[:40]))
