# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports as firewalld and SELinux write them: numbers and ranges, each with its protocol. Pure: text in, values out."""

import re
import typing as t

_FORM = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?\Z")


class Range(t.NamedTuple):
    """Ports from ``low`` to ``high``; one port has both the same."""

    low: int
    high: int


def ranges(text: str) -> t.List[Range]:
    """What stands in "80" or "8000-8010"; none in other words."""
    match = _FORM.match(text.strip())
    return [Range(int(match.group(1)), int(match.group(2) or match.group(1)))] if match else []


def within(port: int, found: t.Iterable[Range]) -> bool:
    """Is a port in one of them?"""
    return any(one.low <= port <= one.high for one in found)
