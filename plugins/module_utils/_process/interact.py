# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Things done to a process that leave its state alone: a signal, text for its standard input, empty logs.

Every script returns ``{full name: error}``, with an empty error for each process it was done to. With ``predict``
nothing is done, and the answer is what would be.
"""

import os
import typing as t

from .. import _errors, _said, _wait
from .._host import careful as _careful, procfs as _procfs
from .._rpc import script as _script, states as _states
from . import control as _control, logs as _logs

Errors = t.Dict[str, str]


def send_signal(
    processes: t.Sequence[t.Any], number: int, predict: bool, clock: _wait.Clock, local: bool
) -> _script.Script:
    """Send a signal to each process; one that has just been forked is given time to be able to receive it."""
    errors = {}  # type: Errors
    for process in processes:
        if process.state not in _states.SIGNALLABLE:
            errors[process.full_name] = yield from _unsignallable(process)
    able = [process for process in processes if process.full_name not in errors]
    if not predict and able:
        yield from _let_them_exec(able, clock, local)
        calls = [("signalProcess", (process.full_name, str(number))) for process in able]
        errors.update(_faults(able, (yield from _script.multicall(calls))))
    elif able:
        errors.update({process.full_name: "" for process in able})
    return errors


def _unsignallable(process: t.Any) -> _script.Script:
    if process.state == _states.UNKNOWN:
        return (yield from _control.unknown_reason(process))
    return "is %s: there is no process to send a signal to" % process.statename


def _let_them_exec(processes: t.Sequence[t.Any], clock: _wait.Clock, local: bool) -> _script.Script:
    """Between fork and exec a child still has supervisord's handlers, which swallow signals."""
    young = [process for process in processes if process.now - process.start < 2]
    if not young:
        return
    yield _script.Pause(_states.LOST_STOP)
    if not local:
        return
    daemon = yield from _script.call("getPID")
    deadline = clock.now() + 5
    while clock.now() < deadline and not all(_procfs.has_execed(p.pid, daemon) for p in young):
        yield _script.Pause(0.05)


def send_stdin(processes: t.Sequence[t.Any], text: str, predict: bool) -> _script.Script:
    """Write text to the standard input of each process."""
    if predict:
        return {
            p.full_name: "" if p.state in _states.ALIVE else "is %s: it reads nothing" % p.statename for p in processes
        }
    calls = [("sendProcessStdin", (process.full_name, text)) for process in processes]
    return _faults(processes, (yield from _script.multicall(calls)))


def _faults(processes: t.Sequence[t.Any], answers: t.Sequence[t.Any]) -> Errors:
    return {
        process.full_name: answer.message if isinstance(answer, _errors.Fault) else ""
        for process, answer in zip(processes, answers)
    }


def clear_logs(processes: t.Sequence[t.Any], predict: bool, local: bool) -> _script.Script:
    """Empty the logs of each process; those whose logs are empty already are not in the answer.

    The daemon clears only logs it has open: for a process that does not run it reports success and does nothing.
    Such files are truncated here, which takes a daemon on this machine. A log that is no file holds nothing.
    """
    errors, sizes = yield from _look(processes, local)
    filled = [process for process in processes if sizes[process.full_name]]
    if predict:
        return dict({process.full_name: "" for process in filled}, **errors)
    running = [process for process in filled if process.state in _states.ALIVE]
    calls = [("clearProcessLogs", (process.full_name,)) for process in running]
    errors.update(_faults(running, (yield from _script.multicall(calls))))
    for process in filled:
        if process.state not in _states.ALIVE:
            errors[process.full_name] = yield from _truncate(process, local)
    return errors


def _look(processes: t.Sequence[t.Any], local: bool) -> _script.Script:
    """Why logs cannot be touched, by process, and bytes in both logs of each process that can be.

    Files of this machine are looked at here. The daemon is asked for the rest: a tail of length 0 gives the size.
    """
    errors = {}  # type: Errors
    sizes = {process.full_name: 0 for process in processes}
    calls = []
    for process in processes:
        for channel, path in _logs.sources(process):
            try:
                size = (yield from _logs.carefully(_sizer(path))) if _logs.is_here(path, local) else None
            except _errors.PlantedPath as error:
                errors[process.full_name] = "%s; nothing was emptied" % error.message
                continue
            if size is None:
                calls.append(("tailProcess%sLog" % channel, (process.full_name, 0, 0)))
            else:
                sizes[process.full_name] += size
    for (_method, arguments), answer in zip(calls, (yield from _script.multicall(calls))):
        if isinstance(answer, _errors.Fault):
            errors[arguments[0]] = answer.message
        else:
            sizes[arguments[0]] += _size_told(answer)
    sizes.update(dict.fromkeys(errors, 0))
    return errors, sizes


def _size_told(answer: t.Any) -> int:
    if not isinstance(answer, list) or len(answer) != 3 or not isinstance(answer[1], int):
        raise _errors.ProtocolError("the size of a log is told as Supervisor does not: %s" % _said.brief(answer))
    return answer[1]


def _sizer(path: str) -> t.Callable[[t.Container[int]], t.Optional[int]]:
    """Gives the size of a log of this machine, None where that cannot be seen."""

    def size(accounts: t.Container[int]) -> t.Optional[int]:
        try:
            return _careful.size(path, accounts)
        except FileNotFoundError:
            return 0
        except OSError:
            return None
        except _errors.PlantedPath:
            if _careful.keeps_nothing(path):
                return 0
            raise

    return size


def _truncate(process: t.Any, local: bool) -> _script.Script:
    if not local:
        return "is %s: supervisord clears only the logs of running processes, and this one is not on this machine" % (
            process.statename
        )
    for _channel, path in _logs.sources(process):
        try:
            yield from _logs.carefully(_emptier(path))
        except _errors.PlantedPath as error:
            return error.message
        except OSError as error:
            return "its log %s cannot be emptied: %s" % (path, error.strerror)
    return ""


def _emptier(path: str) -> t.Callable[[t.Container[int]], None]:
    def empty(accounts: t.Container[int]) -> None:
        if _sizer(path)(accounts):
            with _careful.opened(path, os.O_WRONLY, accounts) as descriptor:
                os.ftruncate(descriptor, 0)

    return empty
