# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server has written into its logs since a moment: its own words about why it does not do what it was told."""

import os
import typing as t

from .. import _errors
from .._host import careful as _careful

LIMIT = 64 * 1024


class Words:
    """The ends of some logs, from now on.

    :param paths: the logs; one that is not there yet may come.
    """

    def __init__(self, paths: t.Iterable[str]) -> None:
        self._sizes = {path: _size(path) for path in sorted(set(paths))}

    def lines(self) -> t.List[str]:
        """What was written since. A log that got shorter was begun anew, and all of it counts."""
        found = []  # type: t.List[str]
        for path, before in self._sizes.items():
            grown = _size(path) - before
            fresh = min(LIMIT, grown if grown >= 0 else _size(path))
            if fresh > 0:
                found.extend(_end(path, fresh).decode("utf-8", "replace").splitlines())
        return found


def logs_of(pid: int) -> t.List[str]:
    """The files that a process has open under a name that ends as that of a log does."""
    folder = "/proc/%d/fd" % pid
    try:
        targets = [os.readlink(os.path.join(folder, name)) for name in os.listdir(folder)]
    except OSError:
        return []
    return sorted({path for path in targets if path.endswith(("error.log", "fpm.log"))})


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _end(path: str, size: int) -> bytes:
    try:
        return _careful.read_end(path, size, None)
    except (OSError, _errors.PlantedPath):
        return b""
