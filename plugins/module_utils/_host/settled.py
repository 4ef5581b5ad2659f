# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts and folders that already are as a role makes them, so that no module has to be run to see it."""

import grp
import os
import pwd
import stat
import typing as t

Wanted = t.NamedTuple("Wanted", [("home", str), ("shell", str), ("comment", str)])


def groups_lacking(names: t.Iterable[str]) -> t.List[str]:
    """Those groups that are not there, in the order given."""
    return [name for name in names if _gid(name) is None]


def users_differing(accounts: t.Iterable[t.Dict[str, str]], wanted: Wanted) -> t.List[str]:
    """Names of users that are not there, or are with another primary group, home, shell or comment.

    :param accounts: mappings with ``user`` and ``group``.
    :param wanted: what each of them should have.
    """
    found = []
    for one in accounts:
        try:
            seen = pwd.getpwnam(one["user"])
        except KeyError:
            found.append(one["user"])
            continue
        if (seen.pw_gid, Wanted(seen.pw_dir, seen.pw_shell, seen.pw_gecos)) != (_gid(one["group"]), wanted):
            found.append(one["user"])
    return found


def folder(path: str, group: str, mode: int) -> t.Dict[str, t.Any]:
    """How a folder is that belongs to root and a group.

    :returns: ``uid`` (owner of the path itself, not of what a link leads to; 0 where nothing is there) and ``settled``
              (whether it is a folder of root and ``group`` with ``mode``, or root's link to one).
    """
    try:
        itself = os.lstat(path)
        behind = os.stat(path)
    except OSError:
        return {"uid": _owner(path), "settled": False}
    settled = (
        itself.st_uid == 0
        and stat.S_ISDIR(behind.st_mode)
        and (behind.st_uid, behind.st_gid, stat.S_IMODE(behind.st_mode)) == (0, _gid(group), mode)
    )
    return {"uid": itself.st_uid, "settled": settled}


def _owner(path: str) -> int:
    """Of the path itself, which may be a link to nothing."""
    try:
        return os.lstat(path).st_uid
    except OSError:
        return 0


def _gid(name: str) -> t.Optional[int]:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return None
