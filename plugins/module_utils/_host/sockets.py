# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listening sockets of this machine, TCP and local ones, and the processes that hold them, read from /proc."""

import os
import socket
import struct
import typing as t

LISTEN = "0A"  # state column of /proc/net/tcp, see include/net/tcp_states.h
ACCEPTS = 0x10000  # flag in /proc/net/unix of a socket that listens, see include/linux/net.h


class Socket(t.NamedTuple):
    """One listening socket. ``uid``: of whoever opened it; ``pids``: all that hold it and can be seen, ascending."""

    address: str
    port: int
    uid: int
    pids: t.Tuple[int, ...]


def listening(proc: str = "/proc") -> t.List[Socket]:
    """All listening TCP sockets of this network namespace."""
    found = []
    for table in ("tcp", "tcp6"):
        found.extend(_table(os.path.join(proc, "net", table)))
    owners = _owners(proc, {row[3] for row in found})
    return [Socket(address, port, uid, tuple(owners.get(inode, ()))) for address, port, uid, inode in found]


def listening_paths(proc: str = "/proc") -> t.Dict[str, t.Tuple[int, ...]]:
    """Path of each local socket that is listened on -> the processes that hold it and can be seen.

    A path is as it was bound: it may be relative, and another socket may bear the name by now.
    """
    found = {}  # type: t.Dict[str, t.List[str]]
    try:
        with open(os.path.join(proc, "net", "unix"), errors="surrogateescape") as handle:
            lines = handle.readlines()[1:]
    except OSError:
        return {}
    for line in lines:
        words = line.split()
        if len(words) > 7 and int(words[3], 16) & ACCEPTS and words[7][:1] != "@":
            path = line.rstrip("\n").partition(" " + words[6] + " ")[2]
            found.setdefault(path, []).append(words[6])
    owners = _owners(proc, {inode for inodes in found.values() for inode in inodes})
    return {
        path: tuple(sorted(pid for inode in inodes for pid in owners.get(inode, ()))) for path, inodes in found.items()
    }


def _table(path: str) -> t.List[t.Tuple[str, int, int, str]]:
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


def _owners(proc: str, inodes: t.Set[str]) -> t.Dict[str, t.List[int]]:
    owners: t.Dict[str, t.List[int]] = {}
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
                holders = owners.setdefault(target[8:-1], [])
                if pid not in holders:
                    holders.append(pid)
    return owners


def pids(proc: str = "/proc") -> t.List[int]:
    """All process ids, ascending."""
    return sorted(int(name) for name in os.listdir(proc) if name.isdigit())
