# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a check that is tried again and again counts as failed, and when as well again. No effects."""

import typing as t


class Health:
    """The last tries of one check: ill when ``fails`` of the last ``of`` failed, well after ``fails`` good ones.

    ``turned``: the last try made it ill or well.
    """

    def __init__(self, fails: int, of: int) -> None:
        self._fails, self._of = fails, of
        self._tries = []  # type: t.List[bool]
        self.ill = False
        self.turned = False

    def tried(self, good: bool) -> t.Optional[str]:
        """Take one try; return ``bad`` while it is ill, ``good`` when it is well again, and None in between."""
        self._tries = [*self._tries, good][-self._of :]
        before = self.ill
        if not self.ill:
            self.ill = self._tries.count(False) >= self._fails
        elif len(self._tries) >= self._fails and all(self._tries[-self._fails :]):
            self.ill, self._tries = False, []
        self.turned = self.ill != before
        if self.turned:
            return "bad" if self.ill else "good"
        return "bad" if self.ill and not good else None

    def forget(self) -> None:
        """It was started anew: former tries say nothing."""
        self._tries = []
