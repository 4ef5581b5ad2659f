# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read from a tool's own output how much it did, so that a tool that did nothing cannot pass.

Every function here takes settings and returns a counter: text of the log in, ``Count`` out.
"""

from __future__ import annotations

import re

from .model import Count, Counter


def known(number: int, unit: str) -> Counter:
    """Count what the command line itself names: a list of files, one scenario."""

    def count(_log: str) -> Count:
        return Count(number, unit)

    return count


def said(pattern: str, unit: str) -> Counter:
    """Count by the number that the tool prints; ``pattern`` has it as its only group, the last match counts."""

    def count(log: str) -> Count:
        numbers = re.findall(pattern, log)
        return Count(int(numbers[-1]) if numbers else 0, unit)

    return count


def lines(pattern: str, unit: str) -> Counter:
    """Count the lines that match ``pattern``."""

    def count(log: str) -> Count:
        return Count(len(re.findall(pattern, log, re.MULTILINE)), unit)

    return count


def pytest() -> Counter:
    """Count tests by pytest's last line; errors (in fixtures, at collection) are failures."""

    def count(log: str) -> Count:
        ends = re.findall(r"^=+ (.*) in [0-9.]+s.*=+$", log, re.MULTILINE)
        found = {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", ends[-1] if ends else "")}
        failed = found.get("failed", 0) + found.get("error", 0) + found.get("errors", 0)
        passed = found.get("passed", 0) + found.get("xfailed", 0)
        return Count(passed + failed, "tests", passed, failed, found.get("skipped", 0))

    return count


def molecule(repeated: bool = True) -> Counter:
    """Count the actions of a scenario that ended well, but none at all unless hosts were converged and verified.

    :param repeated: whether it must have been converged a second time, too.
    """
    needed = {"converge", "verify", *(["idempotence"] if repeated else [])}

    def count(log: str) -> Count:
        done = re.findall(r"\[[^\]]+ > (\w+)\] Executed: Successful", log)
        return Count(len(done) if needed <= set(done) else 0, "actions")

    return count
