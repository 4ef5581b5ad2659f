# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory a process and all that it started use, as Linux tells it."""

import os
import typing as t

PAGE = os.sysconf("SC_PAGE_SIZE")


def parents(root: str = "/proc") -> t.Dict[int, int]:
    """The parent of each process that can be seen."""
    found = {}
    for name in os.listdir(root):
        if name.isdigit():
            try:
                with open("%s/%s/stat" % (root, name), "rb") as stream:
                    found[int(name)] = int(stream.read().rpartition(b")")[2].split()[1])
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
