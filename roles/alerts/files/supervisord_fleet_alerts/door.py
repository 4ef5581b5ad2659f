# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A door in the wall between the listener, which has an account of its own, and supervisord, whose socket is root's.

Whoever may use that socket may have anything done as root, so the listener's account may not. Where supervisord starts
the listener as root, a child of it stays root: it does nothing but ask supervisord the few things that are listed here,
and ends with the listener. All that talks to the world is done without rights.
"""

import json
import os
import pwd
import socket
import threading
import typing as t

from . import rpc as _rpc

ASKS = """
    getAllProcessInfo getProcessInfo getState getSupervisorVersion readLog readProcessStderrLog readProcessStdoutLog
""".split()  # noqa: SIM905
ORDERS = ("startProcess", "stopProcess")


class Unusable(Exception):
    """There is no such account."""


def opened(supervisor: _rpc.Supervisor, user: str, healed: t.Container[str]) -> t.Union[_rpc.Supervisor, "Door"]:
    """Give up root for an account; return the way to supervisord that is left.

    :param user: empty, or whoever this is already: nothing is given up.
    :param healed: full names of programs that may be stopped and started.
    :raises Unusable: there is no such account, or only root can become it.
    """
    account = _account(user)
    if account is None:
        return supervisor
    inside, outside = socket.socketpair()
    if os.fork() == 0:
        inside.close()
        _serve(outside, supervisor, healed)
    outside.close()
    _become(account)
    return Door(inside, supervisor.known)


def leave_root(user: str) -> None:
    """Give up root for an account, and keep nothing of it.

    :raises Unusable: as ``opened``.
    """
    account = _account(user)
    if account is not None:
        _become(account)


def _account(user: str) -> t.Optional[pwd.struct_passwd]:
    """Who to become; None where nothing is to be given up."""
    try:
        account = pwd.getpwnam(user) if user else None
    except KeyError:
        raise Unusable("user: there is no account %r on this host" % user)
    if account is None or account.pw_uid == os.geteuid():
        return None
    if os.geteuid() != 0:
        raise Unusable("user: %r; only root can become another account, leave it empty" % user)
    return account


def _become(account: pwd.struct_passwd) -> None:
    os.initgroups(account.pw_name, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    os.environ.update(HOME=account.pw_dir, USER=account.pw_name, LOGNAME=account.pw_name)


def allowed(method: str, params: t.Sequence[t.Any], healed: t.Container[str]) -> bool:
    """May the listener have this done?"""
    if method in ORDERS:
        return bool(params) and params[0] in healed
    return method in ASKS


def answer(line: bytes, supervisor: _rpc.Supervisor, healed: t.Container[str]) -> t.Dict[str, t.Any]:
    """The answer to one line of the listener."""
    asked = json.loads(line.decode("utf-8"))
    method, params = asked["method"], asked["params"]
    if not allowed(method, params, healed):
        return {"error": "%s is nothing that the listener may ask for" % method}
    try:
        return {"value": (supervisor.text if asked["text"] else supervisor.call)(method, *params)}
    except _rpc.Fault as fault:
        return {"fault": fault.code, "error": str(fault)}
    except _rpc.Unanswered as unanswered:
        return {"error": str(unanswered)}


def _serve(outside: socket.socket, supervisor: _rpc.Supervisor, healed: t.Container[str]) -> None:
    """Answer until the listener has ended. Nothing else of this process may go on: it is root."""
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        os.closerange(3, outside.fileno())
        os.closerange(outside.fileno() + 1, 1024)
        with outside.makefile("rb") as lines:
            for line in lines:
                outside.sendall(json.dumps(answer(line, supervisor, healed)).encode("ascii") + b"\n")
    finally:
        os._exit(0)


class Door:
    """The listener's side, used as ``rpc.Supervisor`` is."""

    def __init__(self, inside: socket.socket, known: bool) -> None:
        self.known = known
        self._inside, self._lines = inside, inside.makefile("rb")
        self._lock = threading.Lock()

    def call(self, method: str, *params: t.Any) -> t.Any:
        """Call ``supervisor.METHOD``, see ``rpc.Supervisor``."""
        return self._ask(method, params, False)

    def text(self, method: str, *params: t.Any) -> str:
        """The same for a text."""
        return str(self._ask(method, params, True))

    def _ask(self, method: str, params: t.Tuple[t.Any, ...], text: bool) -> t.Any:
        line = json.dumps({"method": method, "params": params, "text": text}).encode("ascii") + b"\n"
        try:
            with self._lock:
                self._inside.sendall(line)
                said = json.loads(self._lines.readline().decode("ascii"))
        except (OSError, ValueError):
            raise _rpc.Unanswered("the process that asks supervisord has ended")
        if "fault" in said:
            raise _rpc.Fault(said["fault"], said["error"])
        if "error" in said:
            raise _rpc.Unanswered(said["error"])
        return said["value"]


Way = t.Union[_rpc.Supervisor, Door]
