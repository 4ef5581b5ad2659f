# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time: the only place that reads the clock or sleeps. Tests give their own clock."""

import time
import typing as t

from . import _errors


class Clock:
    """Monotonic time in seconds."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            time.sleep(seconds)


def wait_until(
    predicate: t.Callable[[], t.Any],
    timeout: float,
    interval: float = 0.1,
    clock: t.Optional[Clock] = None,
    what: str = "the expected condition",
) -> t.Any:
    """Ask ``predicate`` every ``interval`` seconds until it returns something true, and return that.

    It is asked at least once. Raises DeadlineExceeded after ``timeout`` seconds.
    """
    clock = clock or Clock()
    deadline = clock.now() + timeout
    while True:
        value = predicate()
        if value:
            return value
        left = deadline - clock.now()
        if left <= 0:
            raise _errors.DeadlineExceeded("%s did not come true within %g s" % (what, timeout), timeout=timeout)
        clock.sleep(min(interval, left))
