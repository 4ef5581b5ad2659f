# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a check that was tried again and again counts as failed, and when as well again. No effects."""

import typing as t


class Health:
    """The last tries of one check: it is ill when ``fails`` of the last ``of`` failed, and well after ``of`` good ones.

    A check that was never ill is well after one good try.
    """

    def __init__(self, fails: int, of: int) -> None:
        self._fails, self._of = fails, of
        self.tries = []  # type: t.List[bool]
        self.ill = False

    def tried(self, good: bool) -> t.Optional[str]:
        """Take one try; return ``bad`` or ``good`` when that changes something, and ``bad`` as long as it is ill."""
        self.tries = [*self.tries, good][-self._of :]
        if not self.ill and self.tries.count(False) >= self._fails:
            self.ill = True
            return "bad"
        if self.ill and good and all(self.tries[-self._fails :]):
            self.ill = False
            return "good"
        return "bad" if self.ill and not good else None

    def forget(self) -> None:
        """Begin anew: it was restarted."""
        self.tries = []
