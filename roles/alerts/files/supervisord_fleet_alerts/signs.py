# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was seen, in the words that troubles understand."""

import typing as t


class Sign(t.NamedTuple):
    """Something seen about one subject: a program (``group:name``), a listener, or the daemon (empty).

    ``verb``: bad (there is trouble), good (there is none), end (the trouble is over for good, ``facts["why"]``),
    news (tell it once). ``again``: it happened once more, and was not just seen to be still so.
    ``part`` tells troubles of one subject apart: the name of a health check.
    """

    verb: str
    area: str
    subject: str
    kind: str = ""
    facts: t.Mapping[str, t.Any] = {}
    again: bool = True
    part: str = ""

    @property
    def key(self) -> str:
        """What makes two signs be about the same trouble."""
        return "/".join(filter(None, (self.area, self.subject, self.part)))
