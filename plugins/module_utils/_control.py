# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring many processes of one daemon into their wanted states at once, and say truthfully what became of each."""

import typing as t

from . import _errors, _logs, _session, _states, _wait

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
) -> t.List[Outcome]:
    """Carry all goals out and return one outcome for each, in the same order.

    :param timeout: seconds for everything together.
    :param max_parallel: so many processes may be STARTING at once; 0 = any number.
    :param log_lines: so many last log lines come with each failure.
    :param wait: False: do not wait for RUNNING or STOPPED once the daemon has accepted the request.
    Raises what the first look at the daemon raises; a connection lost later is part of the outcomes.
    """
    clock = clock or _wait.Clock()
    tracks = run(
        client, _session.Session(goals, timeout, clock, max_parallel, wait, client.local).script(), clock, timeout
    )
    return outcomes(client, tracks, log_lines)


def run(client: t.Any, script: _session.Script, clock: _wait.Clock, timeout: float) -> t.List[_session.Track]:
    """Run one script against one daemon, waiting for each answer."""
    deadline = clock.now() + timeout
    answers = None  # type: t.Any
    error = None  # type: t.Optional[_errors.SupervisorError]
    try:
        while True:
            request = script.throw(error) if error is not None else script.send(answers)
            answers, error = None, None
            if isinstance(request, _session.Pause):
                clock.sleep(min(request.seconds, max(0.0, deadline - clock.now())))
                continue
            try:
                answers = client.multicall(request.calls, timeout=max(0.5, deadline - clock.now()))
            except _errors.SupervisorError as raised:
                error = raised
    except StopIteration as stop:
        return t.cast(t.List[_session.Track], stop.value)


def outcomes(client: t.Any, tracks: t.Sequence[_session.Track], log_lines: int) -> t.List[Outcome]:
    """The results of a script that has ended; failures get their causes and last log lines."""
    journal = None  # type: t.Optional[str]
    results = []
    for track in tracks:
        reason, log = track.reason, ()  # type: t.Tuple[str, t.Tuple[str, ...]]
        if track.failed and track.state == _states.UNKNOWN:
            reason = unknown_reason(client, track.seen, track.history.last_pid)
        elif track.failed and track.seen is not None and log_lines > 0:
            journal = _logs.daemon_log(client) if journal is None else journal
            ending = _logs.ending(journal, track.goal.name)
            reason += " [supervisord's log: %s]" % ending if ending else ""
            log = tuple(_logs.tail(track.seen, log_lines, client))
        results.append(_outcome(track, reason, log))
    return results


def unknown_reason(client: t.Any, process: t.Any, known_pid: int = 0) -> str:
    """Why a process in UNKNOWN was left alone, with its pid, which old releases tell only in their log."""
    pid = process.pid or known_pid or _logs.spawned_pid(_logs.daemon_log(client), process.full_name)
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
