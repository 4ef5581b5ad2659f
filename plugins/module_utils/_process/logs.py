# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last lines a process wrote, whatever they contain.

On this machine the files are looked at by the rules of ``careful``: a log often lies in a folder of the program's own
account. One that those rules refuse is not asked of the daemon either, which would follow a link, or wait for ever for
somebody to write into a pipe.
"""

import functools
import os
import typing as t

from .. import _errors, _said
from .._host import careful as _careful, procfs as _procfs
from .._rpc import script as _script

MAX_BYTES = 64 * 1024
MAX_LINE = 2000
MOST = 400  # lines of which it is seen whether they say the same again and again


class Mark(t.NamedTuple):
    """Where a log ended at some moment: which file it was, and how long."""

    file: t.Tuple[int, int]
    size: int


# Path -> its mark. A log that is not in it was not there then.
Marks = t.Dict[str, Mark]


def marks(paths: t.Iterable[str]) -> Marks:
    """Where the logs of this machine end now, so that it is known later what has been written since."""
    found = {}
    for path in paths:
        try:
            facts = os.stat(path)
        except OSError:
            continue
        found[path] = Mark((facts.st_dev, facts.st_ino), facts.st_size)
    return found


def marks_of(processes: t.Iterable[t.Any]) -> Marks:
    """The same for all logs of processes."""
    return marks({path for process in processes for _channel, path in sources(process) if os.path.isabs(path)})


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


def folded(lines: t.List[str]) -> t.List[str]:
    """The lines once, where they say nothing but the same several times, as each start of a program that fails does."""
    for size in range(1, len(lines) // 2 + 1):
        times = len(lines) // size
        if lines[-1] == lines[size - 1] and lines == lines[:size] * times:
            return lines[:size]
    return lines


def last_words(lines: t.Sequence[str]) -> str:
    """How the last three lines end a sentence about a failure; "" where there are none."""
    return "; its last lines: %s" % " | ".join(lines[-3:]) if lines else ""


class Tail(t.NamedTuple):
    """The last lines; ``refused``: why a log of this machine was not looked at, "" if none was refused.

    ``old``: it is not known whether the lines are of this life of the process or of a former one.
    """

    lines: t.List[str]
    refused: str = ""
    old: bool = True


def tail(
    process: t.Any,
    lines: int,
    local: bool,
    channel: t.Optional[str] = None,
    since: t.Optional[Marks] = None,
) -> _script.Script:
    """The last lines of a process's log: standard error, or standard output when there is none or it is empty.

    The file itself is read where it can be, because the daemon fails on bytes that are not UTF-8; its RPC is the
    fallback for another machine's daemon. No log is an empty list. Gives a ``Tail``.

    :param process: Process record.
    :param local: is the daemon on this machine?
    :param channel: "stdout" or "stderr" for exactly that one.
    :param since: of a log of this machine only what was written after these marks were made.
    Raises ConnectionFailed or DeadlineExceeded, and nothing else: a daemon that does not answer any more would take as
    much time again for each of many logs.
    """
    refused = ""
    for name, path in sources(process):
        if channel and name.lower() != channel:
            continue
        data = None  # type: t.Union[bytes, str, None]
        here = is_here(path, local)
        if here:
            try:
                data = yield from carefully(functools.partial(_end_of, path, since))
            except _errors.PlantedPath as error:
                refused = refused or error.message
                continue
        known = here and since is not None and data is not None
        if data is None:
            data = yield from _remote(process, name)
        found = clean(t.cast(t.Union[bytes, str], data), MOST if known and lines > 0 else lines)
        if found:
            return Tail((folded(found) if known else found)[-lines:], old=not known)
    return Tail([], refused, not local or since is None or not sources(process))


def is_here(path: str, local: bool) -> bool:
    """Is a log of a daemon a path of this machine? ``syslog`` is none."""
    return local and os.path.isabs(path)


def carefully(act: t.Callable[[t.Container[int]], t.Any]) -> _script.Script:
    """Do something with a log of the daemon on this machine. The daemon is asked as whom it runs only if that matters.

    :param act: is given the accounts that may own the log, and may be called twice.
    Raises what act raises.
    """
    try:
        return act(())
    except _errors.PlantedPath as error:
        if error.details["reason"] != "owner":
            raise
    uid = _procfs.account((yield from _script.call("getPID")))
    return act(() if uid is None else (uid,))


def _end_of(path: str, since: t.Optional[Marks], accounts: t.Container[int]) -> t.Optional[bytes]:
    """The end of a log, or what of it is newer than a mark; None where it is not there or may not be read."""
    try:
        with _careful.opened(path, accounts=accounts) as descriptor, os.fdopen(os.dup(descriptor), "rb") as stream:
            facts = os.fstat(descriptor)
            begin = max(0, facts.st_size - MAX_BYTES)
            mark = since.get(path) if since is not None else None
            if mark and mark.file == (facts.st_dev, facts.st_ino) and mark.size <= facts.st_size:
                begin = max(begin, mark.size)  # else it was emptied or replaced, and all in it is newer
            stream.seek(begin)
            return stream.read(MAX_BYTES)
    except OSError:
        return None


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
    rest = _last(log, "exited: %s (" % name.partition(":")[2])
    return rest.rstrip(") \r")


def spawned_pid(log: str, name: str) -> int:
    """The pid that the daemon's own log names for the last start of a process, 0 if it names none."""
    rest = _last(log, "spawned: '%s' with pid " % name.partition(":")[2])
    return _said.number(rest.strip()) or 0


def is_deaf(log: str, name: str, pid: int) -> bool:
    """Does the daemon's own log say that an event listener, in this very life, gets no events any more?

    :param name: ``group:name``; the log has only the second half.
    """
    short = name.partition(":")[2]
    _before, found, life = log.rpartition("spawned: '%s' with pid %d\n" % (short, pid))
    return bool(found) and bool(_last(life, short + ": has entered the UNKNOWN state and will no longer receive "))


def _last(log: str, mark: str) -> str:
    """What follows a mark in the last line that has it, as a text after time and level; "" if none has.

    Supervisor puts blanks between the three, a plugin can change that.
    """
    for line in reversed(log.split("\n")):
        before, found, rest = line.partition(mark)
        if found and before[-1:] in (" ", ";", "|", "\t", ","):
            return rest
    return ""
