# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of a server: all of them in force, or all as they were and the server with them."""

import typing as t

from .. import _errors
from .._host import files as _files
from . import servers as _servers


class Wanted(t.NamedTuple):
    """A file that is to be there with this content, or for None one that is not to be there."""

    path: str
    content: t.Optional[bytes]
    attributes: _files.Attributes


class Plan(t.NamedTuple):
    """``changes``: what is not as wanted; ``action``: what the server has to do, one of none, reload, start."""

    changes: t.Tuple[Wanted, ...]
    action: str


def plan(server: _servers.Server, wanted: t.Iterable[Wanted], reload: bool, start: bool) -> Plan:
    """Compare with what is there. Changes nothing.

    :param reload: something else has changed that the server only reads at a reload.
    :param start: it is to run.
    :raises _errors.OptionError: somebody else has a port or socket that it is to get.
    """
    changes = tuple(item for item in wanted if _differs(item))
    running = bool(server.pid())
    behind = running and not changes and server.is_behind()
    needed = bool(changes) or reload or behind
    action = ("reload" if needed else "none") if running else ("start" if start else "none")
    if action != "none":
        try:
            server.refuse_taken()
        except _errors.OptionError as error:
            error.message += " Nothing was changed."
            raise
    return Plan(changes, action)


def _differs(item: Wanted) -> bool:
    if item.content is None:
        return _files.attributes_of(item.path) is not None or bool(_files.link_of(item.path))
    same = _files.read_own(item.path) == item.content
    return not same or bool(_files.link_of(item.path)) or _files.attributes_differ(item.path, item.attributes)


def apply(server: _servers.Server, decided: Plan) -> None:
    """Carry it out.

    :raises _errors.SupervisorError: the server does not take it; its words come first. The files are as they were,
        and it runs with them if it ran before; the message says so, or what is not.
    """
    attempt = _Attempt(server, decided)
    try:
        attempt.write()
        attempt.follow()
    except _errors.SupervisorError as error:
        attempt.put_back(error)
        raise
    finally:
        for transaction in attempt.done:
            transaction.finish()


class _Attempt:
    """A change on its way, with what it takes to go back."""

    def __init__(self, server: _servers.Server, decided: Plan) -> None:
        self.server, self.decided = server, decided
        self.was_running = bool(server.pid())
        self.done = []  # type: t.List[_files.Transaction]
        self.told = False  # the server has been told to take the files up

    def write(self) -> None:
        for item in self.decided.changes:
            transaction = _files.Transaction({item.path: item.content}, item.attributes)
            transaction.stage()
            transaction.commit()
            self.done.append(transaction)

    def follow(self) -> None:
        if self.decided.action == "none":
            return
        self.server.check()
        self.told = True
        if self.decided.action == "reload":
            self.server.reload()
        else:
            self.server.start()
        self.server.prove()

    def put_back(self, error: _errors.SupervisorError) -> None:
        """Undo what was done, and add to the message how that went."""
        error.details["rolled_back"] = False
        try:
            for transaction in reversed(self.done):
                transaction.restore()
        except _errors.SupervisorError as trouble:
            error.message += "\nThe former files could not be put back completely: %s" % trouble
            return
        error.message += "\nThe former files are back." if self.done else "\nNo file was changed."
        name = self.server.name
        if self.was_running and self.told:
            try:
                (self.server.reload if self.server.pid() else self.server.start)()
            except _errors.SupervisorError as trouble:
                state = (
                    "goes on as it ran before, but does not take these either" if self.server.pid() else "does not run"
                )
                same = error.message.startswith(trouble.message)
                error.message += " %s %s%s" % (name, state, "." if same else ": " + trouble.message)
                return
        if self.was_running:
            error.message += " %s runs with them." % name if self.done else " %s runs as before." % name
        error.details["rolled_back"] = True
