# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Could a server listen at an address now, and if not, who is in the way? Looking disturbs nobody."""

import errno
import os
import socket
import stat
import typing as t

from . import account as _account, procfs as _procfs, sockets as _sockets

ANYWHERE = ("0.0.0.0", "::")


class Refusal(t.NamedTuple):
    """Why an address cannot be had. ``number``: the errno, 0 for a name that nobody resolves."""

    number: int
    text: str


def refusal(host: str, port: int, uid: int) -> t.Optional[Refusal]:
    """Try to have an IPv4 address for a moment, as supervisord does when it starts; None when that works.

    A socket that is bound and does not listen disturbs nobody.

    :param host: address or name; "" for every interface.
    :raises _account.Unknown: this account cannot try that as account ``uid``.
    """
    told = _account.ask(uid, lambda: _bind(host, port))
    return Refusal(*told) if told else None


def _bind(host: str, port: int) -> t.Optional[t.Tuple[int, str]]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror as error:
            return 0, str(error.strerror)
        except OSError as error:
            return error.errno or 0, os.strerror(error.errno or 0)
    return None


def in_use(found: Refusal) -> bool:
    """Does somebody listen there?"""
    return found.number == errno.EADDRINUSE


def not_here(found: Refusal) -> bool:
    """Is it an address of another machine?"""
    return found.number == errno.EADDRNOTAVAIL


def not_allowed(found: Refusal) -> bool:
    """May the account not have that port?"""
    return found.number in (errno.EACCES, errno.EPERM)


def holders(host: str, port: int, proc: str = "/proc") -> t.List[_sockets.Socket]:
    """The listening sockets that keep others from an IPv4 address."""
    mine = {host, *ANYWHERE} if host else None
    return [row for row in _sockets.listening(proc) if row.port == port and (mine is None or row.address in mine)]


def told(held: t.Iterable[_sockets.Socket]) -> str:
    """Who holds sockets, for people: pid and name, or at least the account."""
    found: t.List[str] = []
    for row in held:
        words = [name(pid) for pid in row.pids] or ["a process of account %d that cannot be seen from here" % row.uid]
        found.extend(word for word in words if word not in found)
    return ", ".join(found) or "a process that cannot be seen from here"


def name(pid: int) -> str:
    """A process for people. Arguments are left out, which may be secrets."""
    words = _procfs.cmdline(pid)
    return "process %d (%s)" % (pid, os.path.basename(words[0])) if words else "process %d" % pid


def answers(path: str) -> bool:
    """Does anybody listen on a Unix socket? supervisord asks the same way before it takes a path for its own."""
    try:
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            return False
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(5.0)
            probe.connect(path)
    except OSError:
        return False
    return True
