# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running nginx: reload it, and know when nobody works by the old rules any more, or why that will not be.

A reload is a signal. What comes of it, nginx only tells its error log; the proof are its workers: with a configuration
that it cannot use it keeps those that it has (ngx_process_cycle.c), else new ones take all requests.
"""

import os
import re
import signal
import typing as t

from .. import _errors, _wait
from .._host import stamp as _stamp
from . import words as _words

TITLE = re.compile(rb"^nginx: worker process\s*$")
ROUNDED = 1.01  # seconds by which a process seems to be older than it is: the kernel tells whole ones of its boot
Run = t.Callable[[t.List[str]], t.Tuple[int, str, str]]


def master(pid_file: str) -> int:
    """The process ID of nginx's master.

    :raises _errors.SupervisorError: it does not run, or pid_file is another one's.
    """
    try:
        with open(pid_file, encoding="ascii") as stream:
            pid = int(stream.read())
        os.stat("/proc/%d" % pid)
    except (OSError, ValueError) as error:
        raise _errors.SupervisorError(
            "nginx does not run: pid_file %s names no process (%s). Start nginx, or name its file." % (pid_file, error)
        )
    return pid


def workers(pid: int) -> t.Set[int]:
    """Worker processes of a master that take requests. One that shuts down says so in its title, and is left out."""
    return {child for child in children(pid) if TITLE.match(_title(child))}


def children(pid: int) -> t.Set[int]:
    """All processes that a master has started and that still run."""
    return {child for child in _numbers("/proc") if _parent(child) == pid}


def is_behind(pid: int, paths: t.Iterable[str]) -> bool:
    """Did a file become what it is after the oldest of the workers that take requests, so that not all can know it?

    A worker that has ended is replaced by one that is younger, and knows no more than its master.
    """
    oldest = min((_stamp.daemon_started(worker) or 0.0 for worker in workers(pid)), default=0.0)
    newest = _stamp.newest_change(paths)
    return bool(oldest) and newest is not None and newest > oldest + ROUNDED


def check(run: Run, command: str) -> None:
    """Have nginx read the whole configuration on the disk.

    :raises _errors.SupervisorError: it refuses it; in its own words.
    """
    code, output, errors = run([command, "-q", "-t"])
    if code != 0:
        words = serious((errors + "\n" + output).splitlines()) or [(errors or output).strip()]
        raise _errors.SupervisorError("nginx refuses its configuration: %s" % "; ".join(words))


def reload(run: Run, command: str, pid_file: str, timeout: float, clock: t.Optional[_wait.Clock] = None) -> None:
    """Make nginx read its configuration, and wait until all workers that take requests go by it.

    :param run: runs a command; returns code, output, errors.
    :param timeout: seconds for the new workers to take over.
    :raises _errors.SupervisorError: nginx refuses the configuration, or nothing happens in time; in its own words.
    """
    pid = master(pid_file)
    check(run, command)
    old = workers(pid)
    said = _words.Words(_words.logs_of(pid))
    os.kill(pid, signal.SIGHUP)

    def replaced() -> bool:
        last = final([line for line in said.lines() if " %d#" % pid in line])
        if last:
            raise _errors.SupervisorError("nginx does not take its configuration up: %s%s" % (last, _hint(last)))
        now = workers(pid)
        return bool(now) and not now & old

    try:
        _wait.wait_until(replaced, timeout, 0.05, clock, "that nginx has exchanged its workers (see its error log)")
    except _errors.DeadlineExceeded as error:
        error.message += "".join(": " + line for line in serious(said.lines())[-1:])
        raise


def final(lines: t.Sequence[str]) -> str:
    """Why nginx has given up, from what its master wrote; "" while it has not. A port it tries to get several times."""
    found = serious(lines)
    ports = [line for line in found if "bind() to " in line]
    if any("still could not bind()" in line for line in found):
        return ports[-1] if ports else found[-1]
    others = [line for line in found if line not in ports]
    return others[-1] if others else ""


def _hint(line: str) -> str:
    if "bind() to " in line and "(13:" in line:
        return (
            ". Where SELinux enforces, nginx gets ports of the type http_port_t only: choose one of them (semanage "
            "port -l), or add this one (semanage port -a -t http_port_t -p tcp PORT), as the roles do unless *_selinux "
            "is false."
        )
    return ""


def serious(lines: t.Iterable[str]) -> t.List[str]:
    """The lines in which nginx says that it cannot go on, without their time."""
    return [line[line.index("[emerg]") :] for line in lines if "[emerg]" in line]


def _numbers(folder: str) -> t.List[int]:
    return [int(name) for name in os.listdir(folder) if name.isdigit()]


def _parent(pid: int) -> int:
    try:
        with open("/proc/%d/stat" % pid, "rb") as stream:
            return int(stream.read().rpartition(b")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def _title(pid: int) -> bytes:
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as stream:
            return stream.read().replace(b"\0", b" ")
    except OSError:
        return b""
