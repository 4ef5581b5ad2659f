# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One time for each of many numbers, and which is due next. No clock."""

import heapq
import typing as t


class Timers:
    """Setting a time anew replaces it.

    Times mostly move into the future (deadlines of requests that were answered). So an entry that has become too
    early is put right only when its turn comes, and there is one for each number however often it was set.
    """

    def __init__(self) -> None:
        self._heap = []  # type: t.List[t.Tuple[float, int]]
        self._wanted = {}  # type: t.Dict[int, float]
        self._listed = {}  # type: t.Dict[int, float]

    @property
    def first(self) -> float:
        """No number is due before this."""
        return self._heap[0][0] if self._heap else float("inf")

    def set(self, number: int, when: float) -> None:
        """Make ``number`` due at ``when``, whatever was set for it before."""
        self._wanted[number] = when
        if when < self._listed.get(number, float("inf")):
            self._listed[number] = when
            heapq.heappush(self._heap, (when, number))

    def forget(self, number: int) -> None:
        """``number`` is not due any more."""
        self._wanted.pop(number, None)

    def due(self, now: float) -> t.List[int]:
        """The numbers whose time has come; their times are forgotten."""
        found = []
        while self._heap and self._heap[0][0] <= now:
            listed, number = heapq.heappop(self._heap)
            if self._listed.get(number) != listed:
                continue  # an earlier time was set later on, and has had its turn
            del self._listed[number]
            when = self._wanted.get(number)
            if when is None:
                continue
            if when <= now:
                del self._wanted[number]
                found.append(number)
            else:
                self.set(number, when)
        return found
