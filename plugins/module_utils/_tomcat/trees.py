# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders with all that is in them: whether one is complete, copied, moved."""

import errno
import os
import shutil
import tempfile
import typing as t

from .._host import careful as _careful, files as _files

_ELSEWHERE = (errno.EXDEV, errno.EMLINK, errno.EPERM, errno.EOPNOTSUPP)


def complete(source: str, target: str, except_for: t.Container[str] = ()) -> bool:
    """Whether every file of source is in target, as it was copied: names, sizes and times. No content is read.

    :param except_for: paths below target that are somebody else's business.
    """
    for folder, _folders, files in os.walk(source):
        there = os.path.join(target, os.path.relpath(folder, source))
        for name in files:
            path = os.path.normpath(os.path.join(there, name))
            if path not in except_for and _facts(os.path.join(folder, name)) != _facts(path):
                return False
    return os.path.isdir(target)


def _facts(path: str) -> t.Optional[t.Tuple[int, int, int]]:
    try:
        seen = os.lstat(path)
    except OSError:
        return None
    link = os.path.islink(path)  # its time is that of the copy
    return seen.st_mode & 0o170000, seen.st_size, 0 if link else seen.st_mtime_ns


def others(top: str, known: t.Container[str], inner: str = "") -> t.List[str]:
    """Relative paths of all in a folder that is not known; a folder in which nothing is known counts as one.

    :param known: relative paths of files. Links are never followed.
    :param inner: the folder in top to look at.
    """
    folder = os.path.join(top, inner)
    if os.path.islink(folder) or not os.path.isdir(folder):
        return []
    found = []  # type: t.List[str]
    for name in sorted(os.listdir(folder)):
        path = os.path.join(inner, name)
        whole = os.path.join(top, path)
        if os.path.isdir(whole) and not os.path.islink(whole):
            below = others(top, known, path)
            held = [one for one in os.listdir(whole) if os.path.join(path, one) in below]
            found += [path] if len(held) == len(os.listdir(whole)) else below
        elif path not in known:
            found.append(path)
    return found


def carry(source: str, target: str) -> None:
    """Let a file or folder be in a second place as well, in place of what is there. Files need no space if they can do
    without. Raises OSError."""
    os.makedirs(os.path.dirname(target), 0o755, exist_ok=True)
    _careful.remove(target)
    if os.path.isdir(source) and not os.path.islink(source):
        copy(source, target)
    else:
        link(source, target)


def link(source: str, target: str) -> None:
    """A second name for a file or link; a copy where there can be none. Raises OSError."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if not other_place(error):
            raise
        copy(source, target)  # a mount in the base: this one case needs space


def copied(base: str, source: str, prefix: str, attributes: _files.Attributes) -> str:
    """The path of a copy of a file, under a temporary name in the base and with its attributes. Raises OSError."""
    descriptor, temporary = tempfile.mkstemp(prefix=prefix, dir=base)
    with os.fdopen(descriptor, "wb") as target, open(source, "rb") as handle:
        shutil.copyfileobj(handle, target)
        uid, gid = (-1 if number is None else number for number in (attributes.uid, attributes.gid))
        os.fchown(target.fileno(), uid, gid)
        os.fchmod(target.fileno(), attributes.mode)
    return temporary


def other_place(error: OSError) -> bool:
    """Did a rename, or a second name, fail since the two are on different file systems, or this one cannot do it?"""
    return error.errno in _ELSEWHERE


def copy(source: str, target: str) -> None:
    """Copy a file, a link or a folder, with owners and modes. Raises OSError."""
    if os.path.isdir(source) and not os.path.islink(source):
        shutil.copytree(source, target, symlinks=True)
        for folder, _folders, files in os.walk(source):
            for path in [folder] + [os.path.join(folder, name) for name in files]:
                seen = os.lstat(path)
                os.lchown(
                    os.path.normpath(os.path.join(target, os.path.relpath(path, source))), seen.st_uid, seen.st_gid
                )
        return
    shutil.copy2(source, target, follow_symlinks=False)
    seen = os.lstat(source)
    os.lchown(target, seen.st_uid, seen.st_gid)


def move(source: str, target: str) -> None:
    """Give what source names the name target, which is no folder. Raises OSError."""
    try:
        os.replace(source, target)
    except OSError as error:
        if not other_place(error):
            raise
        _careful.remove(target)
        copy(source, target)
        _careful.remove(source)
