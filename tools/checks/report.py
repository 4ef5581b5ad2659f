# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell people how it went: one line per check as it ends, and the summary."""

from __future__ import annotations

import re
import time
import typing as t

from . import place
from .model import Check, Result

TAIL = 40
# How a task, a test or a program says that it failed. Ansible says it of what is rescued, too, so the last one counts.
FAULT = re.compile(r"fatal: \[|failed: \[|^(E   |FAILED|ERROR)|Traceback \(most recent")
BEFORE, AFTER = 6, 30
WIDTH = 400
WORDS = {"passed": "ok", "failed": "FAILED", "not run": "absent"}


class Totals(t.NamedTuple):
    """The numbers of the last line: tests where a check counts tests, otherwise the check itself as one."""

    passed: int
    failed: int
    skipped: int


def totals(results: t.Iterable[Result]) -> Totals:
    """Add up what was run; whatever was left out counts as skipped."""
    passed = failed = skipped = 0
    for result in results:
        count = result.count
        passed += count.passed or int(result.status == "passed")
        failed += count.failed or int(result.status == "failed")
        skipped += count.skipped + len(result.absent) + int(result.status == "not run")
    return Totals(passed, failed, skipped)


def progress(event: str, thing: t.Any) -> None:
    """Print what the runner reports while it works."""
    if event == "end":
        print(line(thing), flush=True)
        if thing.status == "failed":
            print(tail(thing), flush=True)
    elif event == "alive":
        running: t.List[Check] = thing
        print(f"  {time.strftime('%H:%M:%S')} at work: {', '.join(f'{c.stage}/{c.name}' for c in running)}", flush=True)


def line(result: Result) -> str:
    """Return one check's line, the same while it runs and in the summary."""
    count = f"{result.count.executed} {result.count.unit}" if result.count.unit else ""
    skipped = f", {result.count.skipped} skipped" if result.count.skipped else ""
    name = f"{WORDS[result.status]:7}{result.check.stage:12}{result.check.name:34}"
    return f"{name}{result.seconds:7.1f} s  {count}{skipped}  {result.reason}".rstrip()


def tail(result: Result) -> str:
    """Return what failed last and the last lines of a check's log, and where the rest is.

    A scenario tidies up after a failure, so that its last lines alone may say nothing.
    """
    lines = place.text(place.ROOT / result.log).rstrip().splitlines()
    end = max(len(lines) - TAIL, 0)
    fault = max((number for number, one in enumerate(lines) if FAULT.search(one)), default=end)
    shown = lines[max(fault - BEFORE, 0) : min(fault + AFTER, end)] if fault < end else []
    shown += [*(["[...]"] if shown else []), *lines[end:]]
    return "\n".join([*(f"    | {item[:WIDTH]}" for item in shown), f"    whole log: {result.log}"])


def not_run(results: t.Iterable[Result]) -> t.List[str]:
    """Name every part that was left out, with the reason."""
    found = []
    for result in results:
        where = f"{result.check.stage}: {result.check.name}"
        if result.status == "not run":
            found.append(f"{where}: {result.reason}")
        found.extend(f"{where}: {name}" for name in result.absent)
    return found


def summary(results: t.Sequence[Result], seconds: float) -> str:
    """Return the closing table, the parts that did not run, and the totals on a line of their own."""
    left_out = not_run(results)
    rows = [f"{'':7}{'stage':12}{'check':34}{'seconds':>9}  executed", *(line(result) for result in results)]
    failed = [f"  {r.check.stage}: {r.check.name}: {r.reason} ({r.log})" for r in results if r.status == "failed"]
    parts = [
        "",
        "=" * 100,
        *rows,
        "",
        "NOT RUN HERE:" if left_out else "NOT RUN HERE: nothing, every part ran",
        *(f"  {item}" for item in left_out),
        *(["", "FAILED:", *failed] if failed else []),
        "",
        f"{len(results)} checks in {seconds / 60:.1f} minutes. Tests are counted one by one, any other check as one:",
        "{} passed, {} failed, {} skipped".format(*totals(results)),
    ]
    return "\n".join(parts)
