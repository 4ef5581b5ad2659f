# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who listens on which TCP port, read from /proc: no ss, netstat or lsof needed on the host."""

import os
import typing as t

from . import sockets as _sockets

CATALINA_BASE = "-Dcatalina.base="


class Jvm(t.NamedTuple):
    """One running Tomcat."""

    pid: int
    uid: int
    catalina_base: str
    supervised: bool


class Listener(t.NamedTuple):
    """One listening socket; pid None when its owner cannot be seen (no privilege, or another PID namespace).

    uid is that of whoever opened it, which the kernel always tells.
    """

    address: str
    port: int
    uid: int
    pid: t.Optional[int]
    process: str
    catalina_base: str
    supervised: bool


def listeners(proc: str = "/proc") -> t.List[Listener]:
    """All listening TCP sockets of this network namespace, each with the process that holds it.

    A socket shared by several processes is listed with the lowest PID.
    """
    found = [_listener(proc, item) for item in _sockets.listening(proc)]
    return sorted(found, key=lambda item: (item.port, item.address))


def _listener(proc: str, item: _sockets.Socket) -> Listener:
    address, port, uid, pids = item
    if not pids:
        return Listener(address, port, uid, None, "", "", False)
    pid = pids[0]
    return Listener(address, port, uid, pid, _name(pid, proc), _catalina_base(pid, proc), supervised(pid, proc))


def jvms(proc: str = "/proc") -> t.List[Jvm]:
    """All running Tomcats. Seen by their command line, which is open also where their sockets are not."""
    found = []
    for pid in _sockets.pids(proc):
        base = _catalina_base(pid, proc)
        if base:
            uid = int((_status(pid, proc).get("Uid") or "-1").split()[0])
            found.append(Jvm(pid, uid, base, supervised(pid, proc)))
    return found


def attribute(listener: Listener, running: t.List[Jvm], ports: t.Dict[str, t.List[int]]) -> Listener:
    """Name the owner of a socket that could not be seen, where only one can be meant.

    Even root may not look into other processes in a container without CAP_SYS_PTRACE.

    :param ports: CATALINA_BASE -> ports that its configuration names.
    """
    if listener.pid is not None:
        return listener
    for jvm in running:
        if jvm.uid == listener.uid and listener.port in ports.get(jvm.catalina_base, []):
            return listener._replace(
                pid=jvm.pid, process="java", catalina_base=jvm.catalina_base, supervised=jvm.supervised
            )
    return listener


def _catalina_base(pid: int, proc: str) -> str:
    found = [word for word in arguments(pid, proc) if word.startswith(CATALINA_BASE)]
    return found[-1][len(CATALINA_BASE) :] if found else ""


def arguments(pid: int, proc: str = "/proc") -> t.List[str]:
    """The command line of a process as words; empty when it ended."""
    try:
        with open(os.path.join(proc, str(pid), "cmdline"), "rb") as handle:
            return handle.read().decode("utf-8", "replace").rstrip("\0").split("\0")
    except OSError:
        return []


def supervised(pid: int, proc: str = "/proc") -> bool:
    """Whether one of the process's ancestors is a supervisord."""
    above = [one for one in _line(pid, proc) if one != pid]
    return any(os.path.basename(word) == "supervisord" for one in above for word in arguments(one, proc)[:3])


def descends(pid: int, ancestors: t.Container[int], proc: str = "/proc") -> bool:
    """Whether a process is one of ``ancestors``, or a child of one, or a child of that."""
    return any(one in ancestors for one in _line(pid, proc))


def _line(pid: int, proc: str) -> t.Iterator[int]:
    """A process, its parent, the parent of that and so on, the first process of all included."""
    seen: t.Set[int] = set()
    while pid > 0 and pid not in seen:
        yield pid
        seen.add(pid)
        pid = int(_status(pid, proc).get("PPid", "0"))


def _name(pid: int, proc: str) -> str:
    return _status(pid, proc).get("Name", "")


def _status(pid: int, proc: str) -> t.Dict[str, str]:
    try:
        with open(os.path.join(proc, str(pid), "status"), errors="replace") as handle:
            pairs = [line.split(":", 1) for line in handle if ":" in line]
    except OSError:
        return {}
    return {key: value.strip() for key, value in pairs}
