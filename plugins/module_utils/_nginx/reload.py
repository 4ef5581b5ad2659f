# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running nginx: reload it, and know when nobody works by the old rules any more."""

import os
import re
import typing as t

from .. import _errors, _wait

TITLE = re.compile(rb"^nginx: worker process\s*$")
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
    return {child for child in _numbers("/proc") if _parent(child) == pid and TITLE.match(_title(child))}


def reload(run: Run, command: str, pid_file: str, timeout: float, clock: t.Optional[_wait.Clock] = None) -> None:
    """Make nginx read its configuration, and wait until all workers that take requests go by it.

    :param run: runs a command; returns code, output, errors.
    :param timeout: seconds for the new workers to take over.
    :raises _errors.SupervisorError: nginx refuses the configuration, or nothing happens in time.
    """
    pid = master(pid_file)
    old = workers(pid)
    code, output, errors = run([command, "-s", "reload"])
    if code != 0:
        raise _errors.SupervisorError("nginx refuses its configuration: %s" % (errors or output).strip())

    def replaced() -> bool:
        now = workers(pid)
        return bool(now) and not now & old

    _wait.wait_until(replaced, timeout, 0.05, clock, "that nginx has exchanged its workers (see its error log)")


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
