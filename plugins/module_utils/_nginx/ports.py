# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether nginx can have the ports that it is to have, and whether it has them: ``nginx -t`` forgives a port in use."""

import errno
import os
import socket
import typing as t

from .. import _errors
from .._host import listeners as _listeners, sockets as _sockets
from . import listens as _listens


def refuse_taken(
    wanted: t.Iterable[t.Tuple[_listens.Listen, str]], own: t.Container[int], running: bool, server: str = "nginx"
) -> None:
    """See that each address is free, or the server's already.

    :param wanted: addresses, each with the file that names it.
    :param own: the processes of this server.
    :param running: False when it does not run, so that nothing unseen can be its own.
    :raises _errors.OptionError: somebody else has one; the message names the port, who has it and what to do.
    """
    table = _sockets.listening()
    for listen, path in wanted:
        same = [item for item in table if item.port == listen.port]
        if any(_is(item, listen) and set(item.pids).intersection(_seen(item, own)) for item in same):
            continue
        foreign = [item for item in same if item.pids and not _seen(item, own)]
        if not _in_use(listen) or (not foreign and (running or not same)):
            continue
        raise _errors.OptionError(
            "%s: %s is to listen on port %d%s, which %s has. Choose another port, or stop what listens there."
            % (path, server, listen.port, " of " + listen.host if listen.host else "", _who(foreign or same)),
            port=listen.port,
        )


def missing(wanted: t.Iterable[_listens.Listen], own: t.Container[int]) -> t.List[_listens.Listen]:
    """Those of the addresses that this nginx does not listen on. A socket whose owner cannot be seen counts as its."""
    table = _sockets.listening()
    return [
        listen
        for listen in wanted
        if not any(_is(item, listen) and (not item.pids or _seen(item, own)) for item in table)
    ]


def _seen(item: _sockets.Socket, own: t.Container[int]) -> t.List[int]:
    return [pid for pid in item.pids if pid in own]


def _is(item: _sockets.Socket, listen: _listens.Listen) -> bool:
    return item.port == listen.port and item.address in _addresses(listen.host)


def _addresses(host: str) -> t.List[str]:
    """What the kernel's table shows for a host of nginx's; an unknown name is as good as any."""
    if not host:
        return ["0.0.0.0"]  # nosec: compared, nothing listens there
    try:
        return [str(answer[4][0]) for answer in socket.getaddrinfo(host, None, 0, socket.SOCK_STREAM)]
    except (OSError, ValueError):
        return [host]


def _in_use(listen: _listens.Listen) -> bool:
    """Ask the kernel, as nginx will: it knows best which addresses exclude each other."""
    for address in _addresses(listen.host):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind((address, listen.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
    return False


def _who(found: t.List[_sockets.Socket]) -> str:
    for item in found:
        if item.pids:
            words = _listeners.arguments(item.pids[0])
            return "%s (pid %d)" % (os.path.basename(words[0] if words else "") or "a process", item.pids[0])
    return "a process that cannot be seen from here" + (" (uid %d)" % found[0].uid if found else "")
