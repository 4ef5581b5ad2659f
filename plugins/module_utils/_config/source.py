# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where configuration files come from: the disk, memory, or the disk with edits that are not written yet."""

import contextlib
import errno
import fnmatch
import glob
import os
import stat
import typing as t

_LINKS = 40  # so many links in a row the kernel follows, see path_resolution(7)


class Source:
    """Files by path."""

    def read(self, path: str) -> t.Optional[bytes]:
        """Give the bytes of a file, or None when it cannot be read; ``why`` then says the reason."""
        raise NotImplementedError

    def glob(self, pattern: str) -> t.List[str]:
        """List the paths that match a pattern, as Python's glob without recursion does, in any order."""
        raise NotImplementedError

    def why(self, path: str) -> str:
        """Say why ``path`` cannot be read: ``missing``, ``directory``, ``denied`` or ``unreadable``; "" if it can."""
        return "" if self.read(path) is not None else "missing"

    def real(self, path: str) -> str:
        """Give the one true name of ``path``: symbolic links in its directory are followed."""
        return os.path.normpath(path)

    def link(self, path: str) -> str:
        """Give what a symbolic link says, "" for what is none."""
        return ""


class Account(t.NamedTuple):
    """Who reads: a uid and all its groups."""

    uid: int
    gids: t.FrozenSet[int]


class Disk(Source):
    """The file system as this process sees it, or as another account would.

    A daemon that has dropped root's rights rereads its files as its own account: a file it may not open is passed
    over without a word, and the programs in it count as removed.

    :param account: only files that this account may read count as readable, judged by owner and mode.
    """

    def __init__(self, account: t.Optional[Account] = None) -> None:
        self.account = account

    def _denied(self, path: str) -> bool:
        """Tell whether the account lacks a right on the file or on a directory above it."""
        if self.account is None or self.account.uid == 0:
            return False
        real = os.path.realpath(path)
        parts = real.split("/")
        folders = ["/".join(parts[:depth]) or "/" for depth in range(1, len(parts))]
        return any(not _allows(os.stat(folder), self.account, 1) for folder in folders) or not _allows(
            os.stat(real), self.account, 4
        )

    def read(self, path: str) -> t.Optional[bytes]:
        """Give the bytes of a file, or None."""
        try:
            if self._denied(path):
                return None
            with _file(path) as file:
                return file.read()
        except OSError:
            return None

    def glob(self, pattern: str) -> t.List[str]:
        """List matching paths."""
        return glob.glob(pattern)

    def why(self, path: str) -> str:
        """Say why a file cannot be read."""
        try:
            if self._denied(path):
                return "denied"
            with _file(path):
                return ""
        except FileNotFoundError:
            return "missing"
        except IsADirectoryError:
            return "directory"
        except PermissionError:
            return "denied"
        except OSError:
            return "unreadable"

    def real(self, path: str) -> str:
        """Follow links in the directory part; a file that is a link keeps its name."""
        head, tail = os.path.split(os.path.abspath(path))
        return os.path.join(os.path.realpath(head), tail)

    def link(self, path: str) -> str:
        """Give what a symbolic link says."""
        try:
            return os.readlink(path)
        except OSError:
            return ""


@contextlib.contextmanager
def _file(path: str) -> t.Iterator[t.BinaryIO]:
    """Open a file. Raises OSError, also for a pipe, in which nothing may ever come."""
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        if stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "is a pipe", path)
        yield file


class Memory(Source):
    """Files given as a map of path to bytes. None stands for a file that exists and cannot be read."""

    def __init__(self, files: t.Mapping[str, t.Optional[bytes]]) -> None:
        self.files = dict(files)

    def read(self, path: str) -> t.Optional[bytes]:
        """Give the bytes of a file, or None."""
        return self.files.get(os.path.normpath(path))

    def why(self, path: str) -> str:
        """Say why a file cannot be read."""
        path = os.path.normpath(path)
        return "missing" if path not in self.files else "denied" if self.files[path] is None else ""

    def glob(self, pattern: str) -> t.List[str]:
        """List matching paths."""
        return [path for path in self.files if matches(path, pattern)]


class Overlay(Source):
    """Another source with pending edits on top: a path with bytes is added or replaced, one with None is removed.

    A link that is edited becomes a file of its own; one that leads to what is edited leads to what it will be.
    """

    def __init__(self, base: Source, edits: t.Mapping[str, t.Optional[bytes]]) -> None:
        self.base = base
        self.edits = {base.real(path): data for path, data in edits.items()}

    def read(self, path: str) -> t.Optional[bytes]:
        """Give the bytes of a file with the edits applied, or None."""
        edited = self._edited(path)
        return self.edits[edited] if edited else self.base.read(path)

    def why(self, path: str) -> str:
        """Say why a file cannot be read, edits applied."""
        edited = self._edited(path)
        if edited:
            return "missing" if self.edits[edited] is None else ""
        return self.base.why(path)

    def _edited(self, path: str) -> str:
        """Give the edit that a path, or the link that it is, ends at; "" for none."""
        real = self.base.real(path)
        for _turn in range(_LINKS):
            if real in self.edits:
                return real
            target = self.base.link(real)
            if not target:
                break
            real = self.base.real(os.path.join(os.path.dirname(real), target))
        return ""

    def real(self, path: str) -> str:
        """Give the one true name of a path."""
        return self.base.real(path)

    def link(self, path: str) -> str:
        """Give what a symbolic link says, edits applied."""
        return "" if self.base.real(path) in self.edits else self.base.link(path)

    def glob(self, pattern: str) -> t.List[str]:
        """List matching paths: those of the base that are not removed, and those that the edits add."""
        found = [path for path in self.base.glob(pattern) if self.edits.get(self.base.real(path), b"") is not None]
        known = {self.base.real(path) for path in found}
        head, tail = os.path.split(pattern)
        for real, data in self.edits.items():
            if data is None or real in known:
                continue
            if "*" not in head and "?" not in head and "[" not in head:
                # The edit may be known by another name of the same directory.
                name = os.path.basename(real)
                if self.base.real(os.path.join(head, name)) == real and _fits(name, tail):
                    found.append(os.path.join(head, name))
            elif matches(real, pattern):
                found.append(real)
        return found


def _allows(entry: os.stat_result, account: Account, right: int) -> bool:
    """Apply the mode bits: 4 to read a file, 1 to pass a directory. The first class that matches decides alone."""
    if entry.st_uid == account.uid:
        return bool(entry.st_mode >> 6 & right)
    if entry.st_gid in account.gids:
        return bool(entry.st_mode >> 3 & right)
    return bool(entry.st_mode & right)


def _fits(name: str, pattern: str) -> bool:
    """Match one component of a path; a hidden name needs a pattern that begins with a dot."""
    if name.startswith(".") and not pattern.startswith("."):
        return False
    return fnmatch.fnmatchcase(name, "*" if pattern == "**" else pattern)


def matches(path: str, pattern: str) -> bool:
    """Tell whether glob would list ``path`` for ``pattern`` if it existed. Both are compared component by component."""
    names = os.path.normpath(path).split("/")
    patterns = os.path.normpath(pattern).split("/")
    return len(names) == len(patterns) and all(_fits(name, part) for name, part in zip(names, patterns))
