# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Linux tells about processes of this machine. Every function gives a harmless answer where there is no /proc."""

import os
import stat
import typing as t


def cmdline(pid: int) -> t.List[str]:
    """Words of a process's command line; empty if it is gone or may not be seen."""
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as stream:
            words = stream.read().split(b"\0")
    except OSError:
        return []
    return [os.fsdecode(word) for word in words[:-1]]


def environment(pid: int) -> t.Dict[str, str]:
    """The environment that a process was started with; empty when it is gone or may not be seen."""
    try:
        with open("/proc/%d/environ" % pid, "rb") as handle:
            entries = os.fsdecode(handle.read()).split("\0")
    except OSError:
        return {}
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def account(pid: int) -> t.Optional[int]:
    """Number of the account that a process runs as; None if it is gone."""
    try:
        return os.stat("/proc/%d" % pid).st_uid
    except OSError:
        return None


def has_execed(pid: int, daemon_pid: int) -> bool:
    """Is a child of supervisord its program by now? Until then it still shows the daemon's command line.

    False for one that has ended as well: the daemon has not noticed yet, and should not be told to signal it.
    """
    own = cmdline(pid)
    return own != cmdline(daemon_pid) if own else not is_zombie(pid)


def is_contained(pid: int) -> bool:
    """Is a process in a container, where the same paths mean other files?

    A service that systemd keeps from parts of this machine has mounts of its own as well, and is in none. Who may not
    look at its root may look at its numbers: a process in a container has one of that container's too.
    """
    try:
        root, ours = os.stat("/proc/%d/root/." % pid), os.stat("/")
        if (root.st_dev, root.st_ino) != (ours.st_dev, ours.st_ino):
            return True
    except OSError:
        pass
    try:
        with open("/proc/%d/status" % pid, "rb") as stream:
            numbers = [line.split()[1:] for line in stream if line.startswith(b"NSpid:")]
    except OSError:
        return False
    return bool(numbers) and len(numbers[0]) > 1


def is_stopped(pid: int) -> bool:
    """Has a signal stopped it, so that it goes on only after another one?"""
    return _status(pid)[:1] in ([b"T"], [b"t"])


def is_zombie(pid: int) -> bool:
    """Has it ended, and only its parent does not know yet?"""
    return _status(pid)[:1] == [b"Z"]


def is_child(pid: int, parent: int) -> bool:
    """Is a process there, and has its parent not learnt yet that it has ended, if it has?"""
    return _status(pid)[1:2] == [b"%d" % parent]


def _status(pid: int) -> t.List[bytes]:
    """State, parent and so on from /proc/PID/stat; the command name before them may hold blanks and brackets."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as stream:
            return stream.read().rpartition(b")")[2].split()
    except OSError:
        return []


def open_files(pid: int) -> t.Optional[t.Dict[t.Tuple[int, int], str]]:
    """(device, inode) of each regular file that a process holds open -> where it is now; None if one may not look.

    A file that was renamed has its new name, one that was removed ends in " (deleted)".
    """
    folder = "/proc/%d/fd" % pid
    found = {}
    try:
        numbers = os.listdir(folder)
        for number in numbers:
            seen = _stat("%s/%s" % (folder, number))
            if seen is not None and stat.S_ISREG(seen.st_mode):
                found[seen.st_dev, seen.st_ino] = link("%s/%s" % (folder, number))
    except OSError:
        return None
    return found


def file_of(pid: int, path: str) -> t.Optional[t.Tuple[int, int]]:
    """(device, inode) of what a path means to a process, which may see other mounts; (0, 0) if nothing is there.

    None if one may not look, or if it is no regular file.
    """
    try:
        seen = _stat("/proc/%d/root%s" % (pid, path))
    except OSError:
        return None
    if seen is None:
        return (0, 0)
    return (seen.st_dev, seen.st_ino) if stat.S_ISREG(seen.st_mode) else None


def _stat(path: str) -> t.Optional[os.stat_result]:
    """What is there; None if nothing is. Raises OSError if one may not look."""
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def link(path: str) -> str:
    """Where a link below /proc leads, "" if it is gone or one may not look."""
    try:
        return os.readlink(path)
    except OSError:
        return ""
