# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for many file descriptors at once, each known by a number of the caller's."""

import math
import select
import typing as t


class Poller:
    """epoll where there is one (Linux), else poll."""

    def __init__(self) -> None:
        self._epoll = select.epoll() if hasattr(select, "epoll") else None
        self._poll = self._epoll or select.poll()  # type: t.Any
        self._watched = {}  # type: t.Dict[int, t.Tuple[t.Any, int, int]]
        self._numbers = {}  # type: t.Dict[int, int]

    def watch(self, number: int, source: t.Any, events: int) -> None:
        """Wait for ``events`` of ``source`` (it has ``fileno``), instead of what was waited for under this number."""
        known = self._watched.get(number)
        if not events or source is None:
            self.forget(number)
        elif known is None or known[0] is not source:
            self.forget(number)
            descriptor = source.fileno()
            self._watched[number], self._numbers[descriptor] = (source, descriptor, events), number
            self._poll.register(descriptor, events)
        elif known[2] != events:
            self._watched[number] = (source, known[1], events)
            self._poll.modify(known[1], events)

    def forget(self, number: int) -> None:
        """Wait no longer. The descriptor may have been closed already, which makes the kernel forget it, too."""
        known = self._watched.pop(number, None)
        if known is not None:
            del self._numbers[known[1]]
            try:
                self._poll.unregister(known[1])
            except (OSError, KeyError):
                pass

    def poll(self, seconds: float) -> t.List[int]:
        """The numbers of what can go on, after ``seconds`` at the latest (may be infinite)."""
        endless = seconds == float("inf")
        if self._epoll is not None:
            found = self._epoll.poll(-1 if endless else max(0.0, seconds), max(1, len(self._watched)))
        else:
            found = self._poll.poll(None if endless else math.ceil(1000 * max(0.0, seconds)))
        return [self._numbers[descriptor] for descriptor, _events in found]

    def close(self) -> None:
        """Give the file descriptor back."""
        if self._epoll is not None:
            self._epoll.close()
