# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other threads have for the desk: it wakes up for it as for an event."""

import collections
import os
import typing as t


class Inbox:
    """A queue with a file to wait for."""

    def __init__(self) -> None:
        self._out, self._in = os.pipe()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self._items = collections.deque()  # type: t.Deque[t.Any]

    def fileno(self) -> int:
        """What to wait for."""
        return self._out

    def put(self, item: t.Any) -> None:
        """Hand something over."""
        self._items.append(item)
        self.wake()

    def wake(self) -> None:
        """Wake the desk. It may be called by a signal."""
        try:
            os.write(self._in, b".")
        except OSError:
            pass  # full: it is awake

    def take(self) -> t.Iterator[t.Any]:
        """All that was handed over, in order."""
        try:
            os.read(self._out, 4096)
        except OSError:
            pass
        while self._items:
            yield self._items.popleft()
