# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may read and write a file: owner, group and mode as a task gives them, or as is safe."""

import grp
import os
import pwd
import stat
import typing as t

from .. import _errors
from . import files as _files


def attributes(params: t.Dict[str, t.Any], daemon_uid: int) -> _files.Attributes:
    """Attributes of files that the daemon has to be able to read again at every reread, and nobody else.

    :param params: options ``owner``, ``group`` and ``mode``; None where the safe choice is wanted.
    :param daemon_uid: account that the daemon runs as. When it gave up root's rights, a file for root alone would be
        skipped without a word at the next reread, and its programs taken for removed.
    :raises _errors.OptionError: no such account or group, or not a mode.
    """
    mine = os.geteuid()
    uid: t.Optional[int] = mine
    gid: t.Optional[int] = os.getegid()
    mode = 0o600
    if daemon_uid != mine:
        gid, mode = _primary_group(daemon_uid), 0o640
    if params.get("owner"):
        uid = account(params["owner"], "owner").pw_uid
    if params.get("group"):
        gid = group(params["group"])
    if params.get("mode"):
        mode = octal(params["mode"])
    return _files.Attributes(mode, uid, gid)


def account(name: str, option: str) -> t.Any:
    """The account of a name or number. Raises OptionError when there is none."""
    try:
        return pwd.getpwuid(int(name)) if name.isdecimal() else pwd.getpwnam(name)
    except (KeyError, ValueError, OverflowError):
        raise _errors.OptionError("%s: there is no account %s on this host; create it first" % (option, name)) from None


def group(name: str) -> int:
    """Number of a group. Raises OptionError when there is none."""
    try:
        return int(name) if name.isdecimal() else grp.getgrnam(name).gr_gid
    except (KeyError, ValueError):
        raise _errors.OptionError("group: there is no group %s on this host; create it first" % name) from None


def octal(text: str) -> int:
    """A mode written as an octal number. Raises OptionError for anything else."""
    try:
        mode = int(text, 8)
    except ValueError:
        mode = -1
    if not 0 <= mode <= 0o7777:
        raise _errors.OptionError("mode %r is not an octal number; write it in quotes, such as '0640'" % text)
    return mode


def _primary_group(uid: int) -> t.Optional[int]:
    try:
        return pwd.getpwuid(uid).pw_gid
    except KeyError:
        return None


def writable_by_others(path: str) -> t.Optional[str]:
    """The first of a file or folder and all folders above it, links resolved, that not only root can change.

    None when only root can. In a folder such as /tmp others cannot replace what is root's.
    """
    path = first = os.path.realpath(path)
    while True:
        try:
            facts = os.stat(path)
        except OSError:
            return path
        loose = facts.st_mode & 0o002 or (facts.st_mode & 0o020 and facts.st_gid != 0)
        if facts.st_uid != 0 or (loose and (path == first or not facts.st_mode & stat.S_ISVTX)):
            return path
        if path == "/":
            return None
        path = os.path.dirname(path)
