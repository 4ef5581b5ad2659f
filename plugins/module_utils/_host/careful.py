# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in folders that other accounts can write: looked at, opened and removed without being led astray.

Who may write a folder decides what its names mean. So a path is followed name by name, each in the open folder before:

* A link on the way counts for what its maker could have had anyway: one made by root or by this account is followed
  wherever it leads, one of any other account only into a folder that belongs to that account.
* At the end of the path a link is not followed, unless a caller asks for that: then as one on the way.
* What is there must be a regular file. In a folder that others can write it must not have a second name (a hard link
  to somebody's file), and where everybody can write it must belong to root, this account, or one that is expected.
"""

import contextlib
import errno
import os
import shutil
import stat
import typing as t

from .. import _errors

MAX_LINKS = 40  # as Linux has it
# A folder that is only passed need not be readable.
_FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)
# Without waiting for the other end of a pipe, and without taking over a terminal.
_FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

Accounts = t.Optional[t.Container[int]]


class _Name(t.NamedTuple):
    """A name in an open folder; facts of what bears it, which may be a link, and of the folder."""

    folder: int
    name: str
    path: str
    facts: os.stat_result
    within: os.stat_result


def size(path: str, accounts: Accounts = ()) -> int:
    """Bytes in a file, which is not opened.

    :param accounts: besides root, this account and the folder's own, who may own it; None: anybody.
    :raises _errors.PlantedPath: what is there is not to be touched, as above.
    :raises OSError: it is not there, or may not be seen.
    """
    with _reached(path) as place:
        _check_file(place, place.facts, accounts)
        return place.facts.st_size


def keeps_nothing(path: str) -> bool:
    """Is this a device or pipe, or a link to one, or to nothing? What is written there is gone."""
    if path.startswith("/dev/"):
        return True  # /dev/stdout is another file for each process
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return True
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


@contextlib.contextmanager
def opened(path: str, flags: int = os.O_RDONLY, accounts: Accounts = (), follow: bool = False) -> t.Iterator[int]:
    """The descriptor of a file, open for a while.

    :param flags: of ``os.open``; a file is never created.
    :param accounts: besides root, this account and the folder's own, who may own it; None: anybody.
    :param follow: whether a link at its end is followed, as one on the way.
    :raises _errors.PlantedPath: what is there is not to be touched, as above.
    :raises OSError: it is not there, or may not be opened.
    """
    with _reached(path, follow) as place:
        _check_file(place, place.facts, accounts)
        descriptor = os.open(place.name, flags | _FLAGS, dir_fd=place.folder)
        try:
            _check_file(place, os.fstat(descriptor), accounts)
            yield descriptor
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def folder(path: str) -> t.Iterator[int]:
    """The descriptor of a folder, open for a while: names in it are meant wherever its path leads meanwhile.

    :raises _errors.PlantedPath: a link on the way was made by an account that has no business there.
    :raises OSError: it is not there, or is no folder.
    """
    with _reached(path, follow=True) as place:
        descriptor = _next(os.dup(place.folder), place.name)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def read_end(path: str, limit: int, accounts: Accounts = ()) -> bytes:
    """The last ``limit`` bytes of a file. Parameters and errors as of ``opened``."""
    with opened(path, accounts=accounts) as descriptor, os.fdopen(os.dup(descriptor), "rb") as stream:
        stream.seek(max(0, os.fstat(descriptor).st_size - limit))
        return stream.read(limit)


def check_way(path: str) -> None:
    """See that nobody leads this account elsewhere on the way to a folder; one that is not there is none of ours.

    :raises _errors.PlantedPath: a link on it, or at its end, was made by an account that has no business there.
    """
    with contextlib.suppress(OSError), _reached(path, follow=True):
        pass


def settle(path: str) -> str:
    """Where a path that the user named leads: itself, or, for a link at its end, what that points to.

    :raises _errors.PlantedPath: a link on it was made by an account that has no business there.
    :raises _errors.SupervisorError: it ends in a link that leads nowhere.
    """
    try:
        with _reached(path, follow=True) as place:
            return os.path.realpath(path) if os.path.islink(path) else place.path
    except OSError as error:
        if os.path.islink(path):
            raise _errors.SupervisorError(
                "%s is a link to %s, which cannot be reached: %s. Make that, or remove the link."
                % (path, os.readlink(path), error.strerror),
                path=path,
            ) from None
        return path


def set_attributes(path: str, mode: int, uid: t.Optional[int], gid: t.Optional[int]) -> None:
    """Give a file or folder its mode, and its owner and group where they are given.

    :raises _errors.PlantedPath: what is there is not to be touched, as above. A link that may be followed is.
    :raises OSError: it is not there, or this is not permitted.
    """
    owner = (-1 if uid is None else uid, -1 if gid is None else gid)
    with _reached(path, follow=True) as place:
        folder = stat.S_ISDIR(place.facts.st_mode)
        descriptor = os.open(place.name, _FLAGS | (os.O_DIRECTORY if folder else 0), dir_fd=place.folder)
        try:
            if not folder:
                _check_file(place, os.fstat(descriptor), None)
            if owner != (-1, -1):
                os.fchown(descriptor, *owner)
            os.fchmod(descriptor, mode)
        finally:
            os.close(descriptor)


def remove(path: str) -> None:
    """Remove what bears this name: a folder with all in it, a link as a link, anything else as such; or nothing.

    :raises _errors.PlantedPath: a link on the way was made by an account that has no business there.
    :raises OSError: it cannot be removed.
    """
    try:
        with _reached(path) as place:
            if not stat.S_ISDIR(place.facts.st_mode):
                os.unlink(place.name, dir_fd=place.folder)
                return
    except FileNotFoundError:
        return
    shutil.rmtree(path)  # follows no link: it goes from one open folder to the next


@contextlib.contextmanager
def _reached(path: str, follow: bool = False) -> t.Iterator[_Name]:
    """Follow a path to its last name."""
    todo = _names(os.path.join(os.getcwd(), path))
    strangers = set()  # type: t.Set[int]
    links = 0
    folder = os.open("/", _FOLDER)
    try:
        while True:
            name = todo.pop(0) if todo else "."
            facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISLNK(facts.st_mode) and (todo or follow):
                links += 1
                if links > MAX_LINKS:
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
                strangers |= {uid for uid in (facts.st_uid, os.fstat(folder).st_uid) if not _trusted(uid)}
                target = os.readlink(name, dir_fd=folder)
                todo = _names(target) + todo
                folder = _next(folder, "/") if target.startswith("/") else folder
            elif todo:
                folder = _next(folder, name)
            else:
                break
        within = os.fstat(folder)
        if strangers - {within.st_uid}:
            raise _errors.PlantedPath(
                "%s leads over a link of account %d into a folder that belongs to account %d, so it is not followed"
                % (path, min(strangers - {within.st_uid}), within.st_uid),
                path=path,
                reason="way",
            )
        yield _Name(folder, name, path, facts, within)
    finally:
        os.close(folder)


def _next(folder: int, name: str) -> int:
    """Go on to a folder in an open one, which is closed."""
    further = os.open(name, _FOLDER, dir_fd=folder)
    os.close(folder)
    return further


def _names(path: str) -> t.List[str]:
    return [name for name in path.split("/") if name not in ("", ".")]


def _trusted(uid: int) -> bool:
    return uid in (0, os.geteuid())


def _check_file(place: _Name, facts: os.stat_result, accounts: Accounts) -> None:
    """Refuse what is no file, or one that somebody else may have put there. Raises PlantedPath."""
    reason = ""
    if stat.S_ISLNK(facts.st_mode):
        reason, text = "link", "%s is a link, and a link is not followed there" % place.path
    elif not stat.S_ISREG(facts.st_mode):
        reason, text = "kind", "%s is not a regular file" % place.path
    elif facts.st_nlink > 1 and not _closed(place.within, stat.S_IWGRP | stat.S_IWOTH):
        reason, text = "names", "%s has other names (hard links), so it may be somebody else's file" % place.path
    elif not _expected(place, facts.st_uid, accounts):
        reason, text = "owner", "%s belongs to account %d, which has no business there" % (place.path, facts.st_uid)
    if reason:
        raise _errors.PlantedPath(text, path=place.path, reason=reason)


def _expected(place: _Name, uid: int, accounts: Accounts) -> bool:
    if accounts is None or _trusted(uid) or uid == place.within.st_uid or uid in accounts:
        return True
    return _closed(place.within, stat.S_IWOTH)


def _closed(folder: os.stat_result, others: int) -> bool:
    """Can only root and this account make names in a folder?"""
    return _trusted(folder.st_uid) and not folder.st_mode & others
