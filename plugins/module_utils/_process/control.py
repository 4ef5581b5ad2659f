# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring many processes of one daemon into their wanted states at once, and say truthfully what became of each."""

import typing as t

from .. import _errors, _wait
from .._rpc import script as _script, states as _states
from . import logs as _logs, session as _session

Goal = _session.Goal


class Outcome(t.NamedTuple):
    """What became of one goal."""

    name: str
    before: t.Optional[str]
    after: t.Optional[str]
    pid: int
    actions: t.Tuple[str, ...]
    failed: bool
    reason: str
    log: t.Tuple[str, ...] = ()
    pid_before: int = 0


def drive(
    client: t.Any,
    goals: t.Sequence[Goal],
    timeout: float,
    clock: t.Optional[_wait.Clock] = None,
    max_parallel: int = 0,
    log_lines: int = 20,
    wait: bool = True,
    since: t.Optional[_logs.Marks] = None,
) -> t.List[Outcome]:
    """Carry all goals out and return one outcome for each, in the same order.

    :param timeout: seconds for everything together.
    :param max_parallel: so many processes may be STARTING at once; 0 = any number.
    :param log_lines: so many last log lines come with each failure.
    :param wait: False: do not wait for RUNNING or STOPPED once the daemon has accepted the request.
    :param since: where the logs ended when the work began; by default when the processes are looked at first.
    Raises what the first look at the daemon raises; a connection lost later is part of the outcomes.
    """
    clock = clock or _wait.Clock()
    work = script(goals, timeout, clock, max_parallel, log_lines, wait, client.local, since=since)
    outcomes = _script.run(client, work, clock)
    return t.cast(t.List[Outcome], outcomes)


def script(
    goals: t.Sequence[Goal],
    timeout: float,
    clock: _wait.Clock,
    max_parallel: int = 0,
    log_lines: int = 20,
    wait: bool = True,
    local: bool = False,
    looked: t.Optional[t.List[t.Any]] = None,
    since: t.Optional[_logs.Marks] = None,
) -> _script.Script:
    """The same as a script.

    :param local: is the daemon on this machine?
    :param looked: what ``_session.first_calls`` were answered a moment ago.
    """
    marks = dict(since or {})

    def note(tracks: t.Sequence[_session.Track]) -> None:
        if local and since is None:
            marks.update(_logs.marks_of(track.seen for track in tracks if track.seen is not None))

    session = _session.Session(goals, timeout, clock, max_parallel, wait, local, looked_first=note)
    tracks = yield from session.script(looked)
    return (yield from _outcomes(tracks, log_lines, local, marks))


def _outcomes(tracks: t.Sequence[_session.Track], log_lines: int, local: bool, marks: _logs.Marks) -> _script.Script:
    """The results of a session that has ended; failures get their causes and last log lines."""
    journal = None  # type: t.Optional[str]
    results = []
    for track in tracks:
        reason, log = track.reason, ()  # type: t.Tuple[str, t.Tuple[str, ...]]
        unknown = track.state == _states.UNKNOWN
        if track.failed and track.seen is not None and (unknown or log_lines > 0):
            if journal is None:
                journal = yield from _logs.daemon_log()
            if unknown:
                reason = _unknown_reason(track.seen, track.history.last_pid, t.cast(str, journal))
            else:
                ending = _logs.ending(t.cast(str, journal), track.goal.name) if _has_ended(track) else ""
                reason += " [supervisord's log: %s]" % ending if ending else ""
                reason += _states.log_advice(track.seen)
                try:
                    since = None if _is_same_life(track) else marks
                    tail = yield from _logs.tail(track.seen, log_lines, local, since=since)
                except _errors.SupervisorError:  # it does not answer any more, and will not for the next one
                    log_lines, tail = 0, _logs.Tail([])
                log = tuple(tail.lines)
                reason += _about_log(tail)
        results.append(_outcome(track, reason, log))
    return results


def _has_ended(track: _session.Track) -> bool:
    """Is the last end of the process that supervisord's log tells one that this work has seen? Else it is of an
    earlier life: of a process that lives, or of one whose last start did not get as far as to have a process.
    """
    if track.state in (_states.BACKOFF, _states.FATAL):
        return not track.seen.spawnerr or track.seen.spawnerr.startswith("Exited too quickly")
    if track.state == _states.EXITED:
        return True
    return track.history.respawned > 0 or track.history.running_pid not in (0, track.seen.pid)


def _is_same_life(track: _session.Track) -> bool:
    """Does it live as it did before anything was done? Then what it wrote before matters as well."""
    return track.before is not None and track.seen.pid != 0 and track.seen.pid == track.before.pid


def _about_log(tail: _logs.Tail) -> str:
    """What has to be said of the lines that come with a failure."""
    if tail.refused:
        return " [no log: %s]" % tail.refused
    if not tail.lines:
        return "" if tail.old else " [it has written nothing to its log since]"
    return " [of these lines of its log, some may be older]" if tail.old else ""


def unknown_reason(process: t.Any) -> _script.Script:
    """Why a process in UNKNOWN was left alone, with its pid, which old releases tell only in their log."""
    return _unknown_reason(process, 0, "" if process.pid else (yield from _logs.daemon_log()))


def _unknown_reason(process: t.Any, known_pid: int, journal: str) -> str:
    pid = process.pid or known_pid or _logs.spawned_pid(journal, process.full_name)
    return _states.unknown_advice(process.full_name, pid)


def _outcome(track: _session.Track, reason: str, log: t.Tuple[str, ...]) -> Outcome:
    return Outcome(
        name=track.goal.name,
        before=track.before.statename if track.before is not None else None,
        after=track.seen.statename if track.seen is not None else None,
        pid=track.seen.pid if track.seen is not None else 0,
        actions=tuple(track.actions),
        failed=track.failed,
        reason=reason,
        log=log,
        pid_before=track.before.pid if track.before is not None else 0,
    )
