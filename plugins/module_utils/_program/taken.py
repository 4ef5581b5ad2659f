# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets that FastCGI programs are to get, and that somebody on this machine has already.

The files do not tell all: another service may listen there, or supervisord itself, for a group that it has loaded and
that no file describes any more. It would take the path away from whoever has it, and remove a file that bears the name.
"""

import os
import stat
import typing as t

from .. import _errors
from .._config import claims as _claims, model as _model
from .._host import listeners as _listeners, sockets as _sockets
from . import plan as _plan


def refuse(
    before: t.Mapping[str, _model.Group],
    after: t.Mapping[str, _model.Group],
    groups: _plan.Groups,
    active: t.Container[str],
    daemon_pid: int,
) -> None:
    """Refuse sockets that are new in the configuration and taken on this machine.

    :param before: groups as the files describe them now; what they claim is known to be theirs.
    :param after: groups as they will be.
    :param groups: what will be done. A group that no file describes and that goes now may well be who has the socket.
    :param active: names of the groups that the daemon runs.
    :param daemon_pid: 0 when none runs.
    :raises _errors.OptionError: the section, the socket, who has it and what to do.
    """
    known = {group.options["socket"] for group in before.values() if group.kind == "fcgi-program"}
    wanted = [
        group for group in after.values() if group.kind == "fcgi-program" and group.options["socket"] not in known
    ]
    if not wanted:
        return
    leaving = any(
        change.action != _plan.ADD and change.group in active and change.group not in before
        for change in groups.changes
    ) or bool(groups.uncertain)
    for group in wanted:
        pids, what = _holder(group.options["socket"])
        own = group.name in active and group.name not in before  # it is loaded already, though no file tells
        if not what or ((leaving or own) and daemon_pid in pids):
            continue
        raise _errors.OptionError(
            "[%s] socket: %s is taken: %s. %s Nothing was changed."
            % (group.sections[0], group.options["socket"], _who(pids, what, daemon_pid), _cure(pids, daemon_pid))
        )


def _holder(url: str) -> t.Tuple[t.Tuple[int, ...], str]:
    """The processes that have a socket, and what is there; "" when nothing is in the way."""
    address = _claims.tcp(url)
    if address is None:
        return _of_path(_claims.path_of(url))
    wanted = _claims.addresses(address[0])
    for item in _sockets.listening():
        host = _claims.ANY if item.address == "::" else item.address.replace("::ffff:", "")
        if item.port == address[1] and _claims.overlap(wanted, frozenset([host])):
            return item.pids, "listens there"
    return (), ""


def _of_path(path: str) -> t.Tuple[t.Tuple[int, ...], str]:
    try:
        facts = os.lstat(path)
    except OSError:
        return (), ""
    if stat.S_ISREG(facts.st_mode) or stat.S_ISDIR(facts.st_mode):
        return (), "a %s has this name" % ("file" if stat.S_ISREG(facts.st_mode) else "folder")
    wanted = _claims.keys(path)
    for name, pids in sorted(_sockets.listening_paths().items()):
        if os.path.isabs(name) and _claims.keys(name) & wanted:
            return pids, "listens there"
    return (), ""


def _who(pids: t.Tuple[int, ...], what: str, daemon_pid: int) -> str:
    if what != "listens there":
        return what
    if daemon_pid in pids:
        return "supervisord itself listens there, for a group that it has loaded and that no file describes"
    if not pids:
        return "a process that cannot be seen from here listens there"
    return "%s (pid %d) listens there" % (
        os.path.basename(_listeners.arguments(pids[0])[:1][0] or "a process"),
        pids[0],
    )


def _cure(pids: t.Tuple[int, ...], daemon_pid: int) -> str:
    if daemon_pid and daemon_pid in pids:
        return "Let it forget that group first (supervisorctl update), or give the program another socket."
    return "Give the program another socket, or free this one first."
