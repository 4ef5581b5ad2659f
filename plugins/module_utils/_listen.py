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


class Listener(t.NamedTuple):
    """One listening socket; pid None when its owner cannot be seen (no privilege, or another PID namespace)."""

    address: str
    port: int
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
    owners = _owners(proc, {inode for _address, _port, inode in found})
    return sorted((_listener(proc, owners, row) for row in found), key=lambda item: (item.port, item.address))


def _sockets(path: str) -> t.List[t.Tuple[str, int, str]]:
    """(address, port, inode) of the listening sockets in one table; a missing table (no IPv6) has none."""
    rows = []  # type: t.List[t.Tuple[str, int, str]]
    try:
        with open(path) as handle:
            lines = handle.readlines()[1:]
    except OSError:
        return rows
    for line in lines:
        fields = line.split()
        if len(fields) > 9 and fields[3] == LISTEN:
            address, port = fields[1].split(":")
            rows.append((_address(address), int(port, 16), fields[9]))
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


def _listener(proc: str, owners: t.Dict[str, int], row: t.Tuple[str, int, str]) -> Listener:
    address, port, inode = row
    pid = owners.get(inode)
    if pid is None:
        return Listener(address, port, None, "", "", False)
    base = ""
    for word in arguments(pid, proc):
        if word.startswith(CATALINA_BASE):
            base = word[len(CATALINA_BASE) :]
    return Listener(address, port, pid, _name(pid, proc), base, supervised(pid, proc))


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
