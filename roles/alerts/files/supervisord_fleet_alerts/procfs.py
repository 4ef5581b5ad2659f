# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory a process and all that it started use, as Linux tells it."""

import os
import threading
import time
import typing as t

PAGE = os.sysconf("SC_PAGE_SIZE")
FRESH = 1.0  # seconds for which it is remembered who started whom


def status(pid: int, root: str = "/proc") -> t.List[bytes]:
    """The words of a process's ``stat``, from its state on: the name before them may hold anything.

    :raises OSError: there is no such process.
    """
    with open("%s/%d/stat" % (root, pid), "rb") as stream:
        return stream.read().rpartition(b")")[2].split()


def parents(root: str = "/proc") -> t.Dict[int, int]:
    """The parent of each process that can be seen."""
    found = {}
    for name in os.listdir(root):
        if name.isdigit():
            try:
                found[int(name)] = int(status(int(name), root)[1])
            except (OSError, ValueError, IndexError):
                continue
    return found


def tree(pid: int, parent_of: t.Mapping[int, int]) -> t.List[int]:
    """A process and all below it."""
    children = {}  # type: t.Dict[int, t.List[int]]
    for child, parent in parent_of.items():
        children.setdefault(parent, []).append(child)
    found = [pid]
    for one in found:
        found += [child for child in children.get(one, ()) if child not in found]
    return found


class Family:
    """Processes and all that they started. Who asks for many reads the table of all processes once for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parents, self._read = {}, 0.0  # type: t.Dict[int, int], float

    def of(self, pid: int) -> t.List[int]:
        """A process and all below it."""
        with self._lock:
            if pid not in self._parents or time.monotonic() - self._read >= FRESH:
                self._parents, self._read = parents(), time.monotonic()
            known = self._parents
        return tree(pid, known)


def resident(pids: t.Iterable[int], root: str = "/proc") -> int:
    """The bytes of memory that they have, what they share counted for each."""
    total = 0
    for pid in pids:
        try:
            with open("%s/%d/statm" % (root, pid), "rb") as stream:
                total += int(stream.read().split()[1]) * PAGE
        except (OSError, ValueError, IndexError):
            continue
    return total
