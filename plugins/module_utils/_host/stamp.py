# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which file, and which process, exactly: so that another one, or the same one changed, is told apart."""

import os
import stat
import typing as t

Stamp = t.List[int]


def daemon_identity(pid: int, proc: str = "/proc") -> str:
    """``pid:start`` of a process; start in clock ticks since boot, so that a reused pid is another identity.

    Empty when the process cannot be seen (another host or PID namespace).
    """
    ticks = _start_ticks(pid, proc)
    return "" if ticks is None else "%d:%d" % (pid, ticks)


def daemon_started(pid: int, proc: str = "/proc") -> t.Optional[float]:
    """When a process started, in seconds since the epoch by this host's clock; None when unknown."""
    ticks = _start_ticks(pid, proc)
    if ticks is None:
        return None
    try:
        with open(os.path.join(proc, "stat"), "rb") as handle:
            boot = [int(line.split()[1]) for line in handle if line.startswith(b"btime ")]
    except (OSError, ValueError):
        return None
    return boot[0] + ticks / float(os.sysconf("SC_CLK_TCK")) if boot else None


def stamp(path: str) -> t.Optional[Stamp]:
    """Inode, size and change time (ns) of a file; None when it is gone.

    The change time cannot be set by a user, so copying a file with its old modification time is still noticed.
    """
    try:
        status = os.stat(path)
    except OSError:
        return None
    return [status.st_ino, status.st_size, status.st_ctime_ns]


def changed_at(path: str) -> t.Optional[float]:
    """When what a path means became what it is, in seconds since the epoch; None when it is not there.

    The change time of the file, and of every link that leads to it, also of one in the place of a folder on the way:
    certificates are renewed by copying old ones over, with their time, or by turning a link to others.
    """
    times, done, todo, links = [], "/", _parts(path), 0
    try:
        while todo:
            step = os.path.join(done, todo.pop(0))
            facts = os.lstat(step)
            if stat.S_ISLNK(facts.st_mode) and links < 40:
                links += 1
                target = os.readlink(step)
                todo = _parts(target) + todo
                done = "/" if target.startswith("/") else done
            else:
                done = os.path.dirname(done) if os.path.basename(step) == ".." else step
            if stat.S_ISLNK(facts.st_mode) or not todo:
                times.append(facts.st_ctime)
    except OSError:
        return None
    return max(times) if times else None


def _parts(path: str) -> t.List[str]:
    return [name for name in path.split("/") if name not in ("", ".")]


def stamps(paths: t.Iterable[str]) -> t.Dict[str, Stamp]:
    """Stamps of those of the paths that exist."""
    found = {path: stamp(path) for path in paths}
    return {path: value for path, value in found.items() if value is not None}


def _start_ticks(pid: int, proc: str) -> t.Optional[int]:
    """Field 22 of /proc/PID/stat; the command name before it may itself hold blanks and brackets."""
    try:
        with open(os.path.join(proc, str(pid), "stat"), "rb") as handle:
            fields = handle.read().rpartition(b")")[2].split()
        return int(fields[19])
    except (OSError, ValueError, IndexError):
        return None


def newest_change(paths: t.Iterable[str]) -> t.Optional[float]:
    """When the last of them became what it is, see ``changed_at``; None when none is there."""
    return max((time for time in map(changed_at, paths) if time is not None), default=None)
