# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders with all that is in them: whether one is complete, copied, moved."""

import errno
import os
import shutil
import typing as t

from .._host import careful as _careful

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
