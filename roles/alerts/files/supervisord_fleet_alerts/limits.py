# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often something may happen: pauses between attempts, messages a minute, restarts an hour. No clock."""

import typing as t

FIRST = 1.0
LONGEST = 60.0
WRONG = 300.0  # seconds after an answer that only a person can mend


def pause(failures: int, wrong: bool, chance: float) -> float:
    """Seconds to wait after so many failures in a row.

    :param wrong: the other side refuses who asks, or how: it will for a while.
    :param chance: 0 to 1, so that a thousand hosts do not come back at the same moment.
    """
    full = min(LONGEST, FIRST * 2.0 ** min(failures - 1, 10))
    if wrong:
        full = min(WRONG, full * 5)
    return full * (0.75 + chance / 2)


class Bucket:
    """So many in so many seconds, and no more: a quarter of them at once, the others spread over the time.

    Whoever has to wait a little can say more at once then; whoever has used all up would have to be silent for long.

    :param number: 0 means without limit.
    """

    def __init__(self, number: int, seconds: float) -> None:
        self._most = max(1.0, number / 4.0)
        self._pace = max(0.0, number - self._most) / seconds or 1.0 / seconds  # a second
        self._left, self._at = self._most, 0.0
        self._without = not number

    def wait(self, now: float) -> float:
        """Seconds until one more may be."""
        if self._without:
            return 0.0
        self._left = min(self._most, self._left + max(0.0, now - self._at) * self._pace)
        self._at = now
        return max(0.0, (1.0 - self._left) / self._pace)

    def take(self, now: float) -> None:
        """One more was."""
        self.wait(now)
        self._left -= 1.0


def restarts_left(times: t.Sequence[float], per_hour: int, now: float) -> int:
    """How many restarts are left of so many an hour."""
    return max(0, per_hour - sum(1 for at in times if 0 <= now - at < 3600))
