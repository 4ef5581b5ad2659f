# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last lines a process wrote, whatever they contain."""

import os
import typing as t

from .. import _errors, _said
from .._rpc import script as _script

MAX_BYTES = 64 * 1024
MAX_LINE = 2000


def sources(process: t.Any) -> t.List[t.Tuple[str, str]]:
    """(RPC channel, path) of the logs to look at: standard error first, standard output if that is all there is."""
    pairs = [("Stderr", process.stderr_logfile), ("Stdout", process.stdout_logfile)]
    return [(channel, path) for channel, path in pairs if path]


def clean(data: t.Union[bytes, str], lines: int) -> t.List[str]:
    """The last ``lines`` lines as text without control characters, each cut at 2000 characters."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    kept = [line.rstrip() for line in _said.text(text).split("\n")]
    while kept and not kept[-1]:
        kept.pop()
    return [line[:MAX_LINE] for line in kept[-lines:]] if lines > 0 else []


def read_end(path: str, size: int = MAX_BYTES) -> t.Optional[bytes]:
    """The last ``size`` bytes of a regular file; None if it is none or cannot be read."""
    try:
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - size))
            return stream.read(size)
    except OSError:
        return None


def tail(process: t.Any, lines: int, local: bool, channel: t.Optional[str] = None) -> _script.Script:
    """The last lines of a process's log: standard error, or standard output when there is none or it is empty.

    The file itself is read where it can be, because the daemon fails on bytes that are not UTF-8; its RPC is the
    fallback for another machine's daemon. No log is an empty list.

    :param process: Process record.
    :param local: is the daemon on this machine?
    :param channel: "stdout" or "stderr" for exactly that one.
    Raises ConnectionFailed or DeadlineExceeded, and nothing else: a daemon that does not answer any more would take as
    much time again for each of many logs.
    """
    for name, path in sources(process):
        if channel and name.lower() != channel:
            continue
        data = read_end(path) if local else None  # type: t.Union[bytes, str, None]
        if data is None:
            data = yield from _remote(process, name)
        found = clean(t.cast(t.Union[bytes, str], data), lines)
        if found:
            return found
    return []


def _remote(process: t.Any, channel: str) -> _script.Script:
    for size in (16384, 16383, 16382, 16381):  # an offset inside a character makes the daemon fail
        try:
            text = yield from _script.call("readProcess%sLog" % channel, process.full_name, -size, 0)
            return text if isinstance(text, str) else ""
        except _errors.ProtocolError as error:
            if error.details.get("status") != 500:
                return ""
        except (_errors.ConnectionFailed, _errors.DeadlineExceeded):
            raise
        except _errors.SupervisorError:
            return ""
    return ""


def daemon_log() -> _script.Script:
    """The end of the daemon's own log; empty if it cannot be read. Never raises."""
    try:
        return _said.text(str((yield from _script.call("readLog", -32768, 0))))
    except _errors.SupervisorError:
        return ""


def ending(log: str, name: str) -> str:
    """How the daemon's own log says that a process ended last, e.g. ``exit status 3; not expected``.

    A process that dies before startsecs leaves its exit status nowhere else.

    :param log: text from ``daemon_log``.
    :param name: ``group:name``; the log has only the second half.
    """
    mark = " exited: %s (" % name.partition(":")[2]
    for line in reversed(log.split("\n")):
        _before, found, rest = line.partition(mark)
        if found:
            return rest.rstrip(") \r")
    return ""


def spawned_pid(log: str, name: str) -> int:
    """The pid that the daemon's own log names for the last start of a process, 0 if it names none."""
    mark = " spawned: '%s' with pid " % name.partition(":")[2]
    for line in reversed(log.split("\n")):
        _before, found, rest = line.partition(mark)
        if found:
            return _said.number(rest.strip()) or 0
    return 0
