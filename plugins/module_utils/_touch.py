# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Things done to a process that leave its state alone: a signal, text for its standard input, empty logs.

Every function returns ``{full name: error}``, with an empty error for each process it was done to. With ``predict``
nothing is done, and the answer is what would be.
"""

import os
import typing as t

from . import _control, _errors, _procfs, _states, _wait

Errors = t.Dict[str, str]


def send_signal(client: t.Any, processes: t.Sequence[t.Any], number: int, predict: bool, clock: _wait.Clock) -> Errors:
    """Send a signal to each process; one that has just been forked is given time to be able to receive it."""
    errors = {p.full_name: _unsignallable(client, p) for p in processes if p.state not in _states.SIGNALLABLE}
    able = [process for process in processes if process.full_name not in errors]
    if not predict and able:
        _let_them_exec(client, able, clock)
        calls = [("signalProcess", (process.full_name, str(number))) for process in able]
        errors.update(_faults(able, client.multicall(calls)))
    elif able:
        errors.update({process.full_name: "" for process in able})
    return errors


def _unsignallable(client: t.Any, process: t.Any) -> str:
    if process.state == _states.UNKNOWN:
        return _control.unknown_reason(client, process)
    return "is %s: there is no process to send a signal to" % process.statename


def _let_them_exec(client: t.Any, processes: t.Sequence[t.Any], clock: _wait.Clock) -> None:
    """Between fork and exec a child still has supervisord's handlers, which swallow signals."""
    young = [process for process in processes if process.now - process.start < 2]
    if not young:
        return
    clock.sleep(_states.LOST_STOP)
    if not client.local:
        return
    daemon = client.call("getPID")
    deadline = clock.now() + 5
    while clock.now() < deadline and not all(_procfs.has_execed(p.pid, daemon) for p in young):
        clock.sleep(0.05)


def send_stdin(client: t.Any, processes: t.Sequence[t.Any], text: str, predict: bool) -> Errors:
    """Write text to the standard input of each process."""
    if predict:
        return {
            p.full_name: "" if p.state in _states.ALIVE else "is %s: it reads nothing" % p.statename for p in processes
        }
    calls = [("sendProcessStdin", (process.full_name, text)) for process in processes]
    return _faults(processes, client.multicall(calls))


def _faults(processes: t.Sequence[t.Any], answers: t.Sequence[t.Any]) -> Errors:
    return {
        process.full_name: answer.message if isinstance(answer, _errors.Fault) else ""
        for process, answer in zip(processes, answers)
    }


def clear_logs(client: t.Any, processes: t.Sequence[t.Any], predict: bool) -> Errors:
    """Empty the logs of each process; those whose logs are empty already are not in the answer.

    The daemon clears only logs it has open: for a process that does not run it reports success and does nothing.
    Such files are truncated here, which takes a daemon on this machine.
    """
    filled = [process for process, size in zip(processes, log_sizes(client, processes)) if size]
    if predict:
        return {process.full_name: "" for process in filled}
    running = [process for process in filled if process.state in _states.ALIVE]
    calls = [("clearProcessLogs", (process.full_name,)) for process in running]
    errors = _faults(running, client.multicall(calls))
    errors.update({p.full_name: _truncate(client, p) for p in filled if p.state not in _states.ALIVE})
    return errors


def log_sizes(client: t.Any, processes: t.Sequence[t.Any]) -> t.List[int]:
    """Bytes in both logs of each process together. A tail of length 0 gives the size without the contents."""
    channels = ("tailProcessStdoutLog", "tailProcessStderrLog")
    answers = client.multicall([(method, (process.full_name, 0, 0)) for process in processes for method in channels])
    sizes = [0 if isinstance(answer, _errors.Fault) else int(answer[1]) for answer in answers]
    return [first + second for first, second in zip(sizes[::2], sizes[1::2])]


def _truncate(client: t.Any, process: t.Any) -> str:
    if not client.local:
        return "is %s: supervisord clears only the logs of running processes, and this one is not on this machine" % (
            process.statename
        )
    try:
        for path in (process.stdout_logfile, process.stderr_logfile):
            if path and os.path.isfile(path):
                os.truncate(path, 0)
    except OSError as error:
        return "its log %s cannot be emptied: %s" % (error.filename, error.strerror)
    return ""
