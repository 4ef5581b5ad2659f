# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which daemon of this machine is meant: its main file, and the process that runs with it."""

import os
import stat
import typing as t

from .. import _errors
from .._host import procfs as _procfs, stamp as _stamp, supervisords as _supervisords

DEFAULT_CONFIGS = (
    "/etc/supervisor/supervisord.conf",
    "/etc/supervisord.conf",
    "/usr/local/etc/supervisord.conf",
    "/usr/local/etc/supervisor/supervisord.conf",
    "/usr/etc/supervisord.conf",
)
_SLACK = 2.0  # seconds between a start and the writing of the pidfile, as far as clocks tell them apart


def explicit(path: str) -> str:
    """The path of a main file that was named. Raises OptionError if it does not exist."""
    if not os.path.isfile(path):
        raise _errors.OptionError("config_file: %s does not exist or is not a file" % path)
    return os.path.abspath(path)


def find(dead: bool = False) -> t.Optional[str]:
    """The main file of this machine's daemon, None if there is none.

    The one in the usual places that a running supervisord uses; else the one that the only supervisord uses, wherever
    it lies; else the first one in the usual places.

    :param dead: the daemon may be dead: the only file in the usual places is meant then, whoever else may run.
    Raises OptionError if several daemons run and there is no way to tell.
    """
    usual = [path for path in DEFAULT_CONFIGS if os.path.isfile(path)]
    if dead and len(usual) == 1:
        return usual[0]
    running = sorted({process.config for process in believed() if process.config})
    choice = [path for path in usual if any(_same(path, other) for other in running)] or running
    if len(choice) > 1:
        raise _errors.OptionError(
            "several supervisord daemons run here (%s): set config_file or server_url" % ", ".join(choice)
        )
    return choice[0] if choice else usual[0] if usual else None


def process_of(config_file: str) -> t.Optional[_supervisords.Supervisord]:
    """The living daemon of a main file, by its command line or by its pidfile; None if there is none."""
    for process in believed():
        if process.config and _same(process.config, config_file):
            return process
    return _by_pidfile(config_file)


def refuse_another(config_file: str, pid: int) -> None:
    """Refuse files that the daemon which answers does not read.

    :param pid: what the daemon says that it is.
    :raises _errors.OptionError: it certainly runs with another main file.
    """
    for process in believed():
        if process.pid == pid and process.config and not _same(process.config, config_file):
            raise _errors.OptionError(
                "config_file: the supervisord that answers (PID %d) was started with %s, and does not read %s. Set "
                "config_file to %s. Nothing was changed." % (pid, process.config, config_file, process.config)
            )


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def believed() -> t.List[_supervisords.Supervisord]:
    """The daemons of this machine whose command line counts: nobody else could have started a process like that."""
    return [
        process
        for process in _supervisords.all_of_them()
        if _supervisords.trusted(process) or _is_vouched_for(process.config, process.uid)
    ]


def _is_vouched_for(config_file: str, uid: int) -> bool:
    """Does a file that only root can write say that its daemon runs as this account?"""
    try:
        facts = os.stat(config_file)
        if facts.st_uid != 0 or facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return False
        named = _reading().account(config_file)
        return uid == (0 if named is None else named)
    except (OSError, _errors.SupervisorError):
        return False


def _by_pidfile(config_file: str) -> t.Optional[_supervisords.Supervisord]:
    """The process that a pidfile names, if it has been that process since the file was written."""
    path = _reading().own(config_file).get("pidfile") or ""
    try:
        with open(path, opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            facts, text = os.fstat(file.fileno()), file.read(32).strip()
    except (OSError, ValueError):
        return None
    pid = int(text) if text.isdigit() else 0
    uid, started = _procfs.account(pid), _stamp.daemon_started(pid)
    if uid is None or started is None or _procfs.is_zombie(pid) or facts.st_mode & stat.S_IWOTH:
        return None
    written_by = (0, os.geteuid(), uid)  # an account can only name a process of its own
    if facts.st_uid not in written_by or started > facts.st_mtime + _SLACK:
        return None
    return _supervisords.Supervisord(pid, config_file, uid)


def _reading() -> t.Any:
    from . import reading as _found  # it brings the whole parser with it, which takes time

    return _found
