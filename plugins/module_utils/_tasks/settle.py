# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting until processes have run for a while: the daemon is asked again and again by one task."""

import typing as t

from .. import _errors, _said
from .._process import logs as _logs
from .._rpc import script as _script, states as _states

# The daemon does not leave these by itself. EXITED and BACKOFF it may, by autorestart and startretries.
_LASTING = frozenset([_states.STOPPED, _states.STOPPING, _states.FATAL, _states.UNKNOWN])
_NEVER = float("inf")
_SHORTEST, _LONGEST = 0.2, 1.0  # seconds between two looks; whole seconds are all that the daemon tells of an age
_LINES = 3  # last lines of a log, beside the reason
_TOLD = 5  # processes that are told about by name


def script(snapshot: t.Any, names: t.Sequence[str], seconds: float, patience: float, local: bool) -> _script.Script:
    """Look until each process has been RUNNING for so many seconds; returns the last look, a snapshot.

    :param snapshot: the first look.
    :param names: full names of the processes.
    :param patience: seconds to wait beyond ``seconds``, for processes that start, or start again.
    :param local: is the daemon on this machine?
    :raises _errors.ProcessFailed: one is in a state that it will not leave by itself, or has not run for so long when
        the time is up. The message holds the last lines of its log.
    """
    waited = 0.0
    while True:
        left = [_left(snapshot.processes.get(name), seconds) for name in names]
        if not any(left):
            return snapshot
        if waited >= seconds + patience or _NEVER in left:
            young = [name for name, rest in zip(names, left) if rest]
            raise (yield from _failure(snapshot, young, seconds, local))
        rest = min(_LONGEST, max([_SHORTEST] + left))
        yield _script.Pause(rest)
        waited += rest
        snapshot = yield from _script.snapshot()


def _left(process: t.Any, seconds: float) -> float:
    """Seconds until it has run for long enough; 0 if it has."""
    if process is None or process.state in _LASTING:
        return _NEVER
    if process.state != _states.RUNNING:
        return max(seconds, _SHORTEST)
    return max(0.0, seconds - process.uptime)


def _failure(snapshot: t.Any, names: t.Sequence[str], seconds: float, local: bool) -> _script.Script:
    """The error about these, of which the first ones are told with the ends of their logs."""
    told, programs = [], []
    for name in names[:_TOLD]:
        process = snapshot.processes.get(name)
        tail = (yield from _logs.tail(process, _LINES, local)).lines if process else []
        state = _said.line(process.statename) if process else "gone"
        told.append("%s is %s%s%s" % (_said.line(name), state, _why(process), _logs.last_words(tail)))
        programs.append({"name": _said.line(name), "state": state, "log": tail})
    more = ["%d more" % (len(names) - _TOLD)] if len(names) > _TOLD else []
    wanted = "have not run for %g s" % seconds if seconds else "do not run"
    return _errors.ProcessFailed("these %s: %s" % (wanted, "; ".join(told + more)), programs=programs)


def _why(process: t.Any) -> str:
    """Why a process is in its state, as far as the daemon says so."""
    why = _said.line(process.spawnerr or process.description) if process else ""
    return " (%s)" % why if why else ""
