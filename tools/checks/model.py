# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records that the other files pass to each other."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass


class Count(t.NamedTuple):
    """What a check did, as its own output tells it.

    ``executed`` is the number of things looked at (tests, files, scenarios). ``passed``, ``failed`` and ``skipped`` are
    for checks that are themselves collections of tests; a check that is one thing leaves them at zero.
    """

    executed: int
    unit: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0


Counter = t.Callable[[str], Count]


@dataclass(frozen=True)
class Check:
    """One command with a verdict of its own."""

    stage: str
    name: str
    argv: t.Tuple[str, ...]
    count: Counter
    core: str = "2.19"  # the environment it runs in
    cwd: str = "."
    env: t.Tuple[t.Tuple[str, str], ...] = ()
    lane: str = "any"  # checks of one lane share a limit of how many run at once
    refuse: t.Tuple[str, ...] = ()  # patterns in the output that make a green exit code a lie
    absent: t.Tuple[str, ...] = ()  # patterns whose first group names a part that was not run, each one reported
    missing: str = ""  # why this check cannot run on this machine at all
    minutes: float = 20


@dataclass(frozen=True)
class Result:
    """How one check ended."""

    check: Check
    status: str  # "passed", "failed" or "not run"
    seconds: float
    count: Count
    reason: str = ""
    log: str = ""
    absent: t.Tuple[str, ...] = ()
