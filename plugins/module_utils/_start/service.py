# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known about how a daemon will be started: by which unit, next to which daemon that runs now."""

import os
import shlex
import stat
import typing as t

from .._host import limits as _limits

# What stands there for a service without a word about its output, which is systemd's own default.
_JOURNAL = "journal"


class Start(t.NamedTuple):
    """How it will be started.

    ``pid``: of the daemon that runs now, 0 when none does or it does not tell. ``running``: whether one runs.
    ``service``: options of the section [Service] of its unit, name -> value; empty when nobody said.
    ``owned``: folders that will belong to the daemon's account, with its logs in them.
    ``planned``: folders that will be there, although they may not be now.
    """

    pid: int = 0
    running: bool = False
    service: t.Mapping[str, t.Any] = {}
    owned: t.FrozenSet[str] = frozenset()
    planned: t.FrozenSet[str] = frozenset()


def folders(paths: t.Iterable[str]) -> t.FrozenSet[str]:
    """Folders as they are compared: without needless slashes, and /var/run under its real name."""
    return frozenset(os.path.realpath(path) for path in paths)


def environment(service: t.Mapping[str, t.Any]) -> t.Dict[str, str]:
    """Variables that a unit sets with ``Environment``."""
    given = service.get("Environment") or []
    found: t.Dict[str, str] = {}
    for line in [given] if isinstance(given, str) else given:
        try:
            words = shlex.split(str(line))
        except ValueError:
            continue
        found.update(word.partition("=")[::2] for word in words if "=" in word)
    return found


def limit(service: t.Mapping[str, t.Any], kind: str) -> t.Optional[_limits.Limit]:
    """The limit that a unit sets; None when it says nothing about it.

    :param kind: ``nofile`` or ``nproc``.
    """
    text = service.get("Limit" + kind.upper())
    return None if text is None else _limits.parse(str(text))


def starts_as_root(service: t.Mapping[str, t.Any]) -> bool:
    """Is it root that a unit starts the daemon as?"""
    return str(service.get("User") or "root") in ("root", "0")


def absolute(start: Start, path: str) -> t.Optional[str]:
    """A path as the daemon will take it: relative ones start from where its service, or it itself, is.

    None for a relative one when nobody knows that.
    """
    folder = str(start.service.get("WorkingDirectory") or "/") if start.service else ""
    if not folder and start.pid:
        try:
            folder = os.readlink("/proc/%d/cwd" % start.pid)
        except OSError:
            pass
    path = os.path.normpath(os.path.join(folder, path))
    return path if os.path.isabs(path) else None


def output(start: Start) -> str:
    """What the daemon's standard output will be: file, socket, pipe, null, or "" when nobody knows."""
    if start.service:
        word = str(start.service.get("StandardOutput") or _JOURNAL).partition(":")[0]
        return {"null": "null", "file": "file", "append": "file", "truncate": "file"}.get(word, "socket")
    try:
        mode = os.stat("/proc/%d/fd/1" % start.pid).st_mode if start.pid else 0
    except OSError:
        return ""
    kinds = ((stat.S_ISREG, "file"), (stat.S_ISSOCK, "socket"), (stat.S_ISFIFO, "pipe"))
    return next((word for matches, word in kinds if matches(mode)), "")
