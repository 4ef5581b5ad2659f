# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders that a Tomcat works in and limits that it wants, looked at as its user and beside its supervisord."""

import os
import re
import shutil
import typing as t

from .._host import limits as _limits
from . import instance as _instance, trial as _trial

# Where a JVM leaves what a bad day leaves. It starts without these places, so they are no reason to refuse.
_DUMPS = re.compile(r"-XX:(?:ErrorFile|HeapDumpPath|ReplayDataFile)=(.+)")


def problem(item: t.Dict[str, t.Any], daemon: int) -> str:
    """Why a program could not start there, or not with its limits; "" if it could.

    :param item: an entry of the module's ``instances``.
    :param daemon: id of the supervisord that will start it; 0 where none runs, and nothing is known.
    """
    account = _trial.user(item["user"])
    for option, path, tests in (("directory", item["directory"], "-d -x"), ("temp_dir", item["temp_dir"], "-d -w -x")):
        if not path or _own(path, item["base"]) or not _instance.expected(path, item["base"], account.pw_uid):
            continue
        if not _trial.may(path, tests, account):
            what = "write" if "-w" in tests else "enter"
            return "%s: %s is no folder that user %s can %s. Make it, or give another one." % (
                option, path, account.pw_name, what,
            )  # fmt: skip
    return _limit_problem(item["limits"], daemon)


def _own(path: str, base: str) -> bool:
    """Is it one of the folders that the role makes itself, as it has to be?"""
    return os.path.normpath(path) in [os.path.join(base, name) for name, _writable in _instance.FOLDERS]


def _limit_problem(wanted: t.Dict[str, t.Any], daemon: int) -> str:
    if wanted and shutil.which("prlimit") is None:
        return "limits: they need the command prlimit, which this host has not. Install util-linux, or drop them."
    for kind, value in sorted(_limits.read(wanted).items()):
        given = _limits.of(daemon, kind) if daemon else None
        if given and not _limits.enough(given.hard, value):
            return (
                "limits: %s: %s is more than the %d %s that supervisord may pass on. Lower it, or raise that with "
                "supervisor_limits of the role supervisor."
                % (kind, _limits.shown(value), given.hard, _limits.KINDS[kind].what)
            )
    return ""


def doubts(items: t.List[t.Dict[str, t.Any]]) -> t.List[str]:
    """Places for dumps that a user could not write: that would only be seen on the day when they are needed."""
    found = {}  # type: t.Dict[t.Tuple[str, str, str], t.List[str]]
    for item in items:
        folders = _unwritable(item)
        for folder in sorted(set(folders.values())):
            options = ", ".join(name for name in sorted(folders) if folders[name] == folder)
            found.setdefault((options, folder, item["user"]), []).append(item["name"])
    return [
        "%s: %s: %s is no folder that user %s can write. The JVM starts, and leaves nothing there when it is needed."
        % (", ".join(names), options, folder, user)
        for (options, folder, user), names in found.items()
    ]


def _unwritable(item: t.Dict[str, t.Any]) -> t.Dict[str, str]:
    """Option -> folder that it names and that the user cannot write."""
    account = _trial.user(item["user"])
    found = {}
    for word in item["jvm_options"]:
        named = _DUMPS.match(word)
        if named:
            path = _instance.reached(item["directory"], named.group(1))
            folder = path if os.path.isdir(path) else os.path.dirname(path)
            if _instance.expected(folder, item["base"], account.pw_uid) and not _trial.may(folder, "-w", account):
                found[word.partition("=")[0]] = folder
    return found
