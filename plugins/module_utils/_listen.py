# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who listens on which TCP port, read from /proc: no ss, netstat or lsof needed on the host."""

import os
import socket
import struct
import typing as t

LISTEN = "0A"  # state column of /proc/net/tcp, see include/net/tcp_states.h
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
    found = []
    for table in ("tcp", "tcp6"):
        found.extend(_sockets(os.path.join(proc, "net", table)))
    owners = _owners(proc, {row[3] for row in found})
    return sorted((_listener(proc, owners, row) for row in found), key=lambda item: (item.port, item.address))


def _sockets(path: str) -> t.List[t.Tuple[str, int, int, str]]:
    """(address, port, uid, inode) of the listening sockets in one table; a missing table (no IPv6) has none."""
    rows = []  # type: t.List[t.Tuple[str, int, int, str]]
    try:
        with open(path) as handle:
            lines = handle.readlines()[1:]
    except OSError:
        return rows
    for line in lines:
        fields = line.split()
        if len(fields) > 9 and fields[3] == LISTEN:
            address, port = fields[1].split(":")
            rows.append((_address(address), int(port, 16), int(fields[7]), fields[9]))
    return rows


def _address(text: str) -> str:
    """The kernel prints addresses as 32-bit words in the machine's own byte order."""
    words = [int(text[index : index + 8], 16) for index in range(0, len(text), 8)]
    packed = b"".join(struct.pack("=I", word) for word in words)
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)


def _owners(proc: str, inodes: t.Set[str]) -> t.Dict[str, int]:
    owners: t.Dict[str, int] = {}
    for pid in pids(proc):
        folder = os.path.join(proc, str(pid), "fd")
        try:
            names = os.listdir(folder)
        except OSError:
            continue  # the process ended, or is somebody else's
        for name in names:
            try:
                target = os.readlink(os.path.join(folder, name))
            except OSError:
                continue
            if target.startswith("socket:[") and target[8:-1] in inodes:
                owners.setdefault(target[8:-1], pid)
    return owners


def pids(proc: str = "/proc") -> t.List[int]:
    """All process ids, ascending."""
    return sorted(int(name) for name in os.listdir(proc) if name.isdigit())


def _listener(proc: str, owners: t.Dict[str, int], row: t.Tuple[str, int, int, str]) -> Listener:
    address, port, uid, inode = row
    pid = owners.get(inode)
    if pid is None:
        return Listener(address, port, uid, None, "", "", False)
    return Listener(address, port, uid, pid, _name(pid, proc), _catalina_base(pid, proc), supervised(pid, proc))


def jvms(proc: str = "/proc") -> t.List[Jvm]:
    """All running Tomcats. Seen by their command line, which is open also where their sockets are not."""
    found = []
    for pid in pids(proc):
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
    seen: t.Set[int] = set()
    while pid > 1 and pid not in seen:
        seen.add(pid)
        pid = _parent(pid, proc)
        if any(os.path.basename(word) == "supervisord" for word in arguments(pid, proc)[:3]):
            return True
    return False


def _parent(pid: int, proc: str) -> int:
    return int(_status(pid, proc).get("PPid", "0"))


def _name(pid: int, proc: str) -> str:
    return _status(pid, proc).get("Name", "")


def _status(pid: int, proc: str) -> t.Dict[str, str]:
    try:
        with open(os.path.join(proc, str(pid), "status"), errors="replace") as handle:
            pairs = [line.split(":", 1) for line in handle if ":" in line]
    except OSError:
        return {}
    return {key: value.strip() for key, value in pairs}
