# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run checks, several at once where their lanes allow it, and judge each one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
import typing as t
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from . import place
from .model import Check, Count, Result

# What no check may say, whatever its exit code.
NEVER = (
    r"All targets skipped",
    r"Required program .* not found",
    r"no tests ran",
    r"command not found",
)
Report = t.Callable[[str, t.Any], None]


class Stopped(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


def judge(check: Check, code: int, log: str) -> tuple[str, str, Count]:
    """Return status, reason and count of a check that ended with exit code ``code`` and wrote ``log``."""
    count = check.count(log)
    for pattern in NEVER + check.refuse:
        found = re.search(pattern, log)
        if found:
            return "failed", f"its output says: {found.group(0)}", count
    if code:
        return "failed", f"exit code {code}" if code > 0 else f"ended by signal {-code}", count
    if count.failed:
        return "failed", f"{count.failed} failed although the exit code is 0", count
    if not count.executed:
        return "failed", f"nothing was executed: its output counts 0 {count.unit}", count
    return "passed", "", count


def run(check: Check, children: t.Set[subprocess.Popen[bytes]]) -> Result:
    """Run one check to its end or its deadline; its output goes to a log of its own."""
    if check.missing:
        return Result(check, "not run", 0, Count(0, ""), check.missing)
    log = place.LOGS / f"{check.stage}-{re.sub('[^A-Za-z0-9.]+', '-', check.name)}.log"
    begin = time.monotonic()
    with log.open("wb") as stream:
        code, late = _execute(check, stream, children)
    text = place.text(log)
    status, reason, count = judge(check, code, text)
    if late:
        status, reason = "failed", f"not done after {check.minutes:g} minutes"
    absent = tuple(sorted({name for pattern in check.absent for name in re.findall(pattern, text, re.MULTILINE)}))
    name = str(log.relative_to(place.ROOT))
    return Result(check, status, time.monotonic() - begin, count, reason, name, absent)


def _execute(check: Check, stream: t.IO[bytes], children: t.Set[subprocess.Popen[bytes]]) -> t.Tuple[int, bool]:
    """Return the exit code, and whether the time was up."""
    try:
        child = subprocess.Popen(
            check.argv,
            cwd=place.ROOT / check.cwd,
            env=place.environment(check.core, check.env),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        stream.write(f"cannot start: {error}\n".encode())
        return 127, False
    children.add(child)
    hung = _wait(child, check.minutes * 60)
    children.discard(child)
    stream.write(hung.encode())
    return child.returncode, bool(hung)


def _wait(child: subprocess.Popen[bytes], seconds: float) -> str:
    """Wait for the child; when its time was up, stop it and return what was still at work, for the end of the log."""
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        hung = "at work when the time was up:\n" + at_work(child.pid)
        stop(child)
        return hung
    return ""


def at_work(session: int) -> str:
    """List the processes of a session, and what has run in containers for a while without being a service there."""
    table = subprocess.run(
        ("ps", "-e", "-o", "sid,pid,ppid,stat,etimes,wchan:18,args", "--width", "160"),
        stdout=subprocess.PIPE,
        check=False,
    )
    rows = table.stdout.decode(errors="replace").splitlines()
    suspects = re.compile(r"\b(apt|apt-get|dpkg|sudo|ansible\S*|AnsiballZ\S*|timeout)\b")
    own = [row for row in rows[1:] if row.split(None, 1)[0] == str(session)]
    others = [row for row in rows[1:] if row not in own and suspects.search(row)]
    # What is certain stands last, where the end of a log is looked at: others may be those of another run.
    return "\n".join(rows[:1] + others[-15:] + own[-30:]) + "\n"


def stop(child: subprocess.Popen[bytes]) -> None:
    """End a child and what it started: politely first, so that it can remove its test hosts."""
    for number, patience in ((signal.SIGTERM, 90), (signal.SIGKILL, 10)):
        try:
            os.killpg(child.pid, number)
            child.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            pass
        return


class Lanes:
    """How many checks may run at once: in all, and in each lane."""

    def __init__(self, limits: t.Mapping[str, int], total: int) -> None:
        self.limits = limits
        self.total = total
        self.busy: t.List[str] = []

    def take(self, queue: t.List[Check]) -> t.Optional[Check]:
        """Remove and return the first check that may start now."""
        for index, check in enumerate(queue):
            free = len(self.busy) < self.total
            if check.missing or (free and self.busy.count(check.lane) < self.limits.get(check.lane, self.total)):
                return queue.pop(index)
        return None


def run_all(checks: t.Sequence[Check], lanes: Lanes, report: Report) -> t.List[Result]:
    """Run every check, in the given order as far as the lanes allow; results come back in that order too."""
    queue = list(checks)
    running: t.Dict[Future[Result], Check] = {}
    results: t.Dict[Check, Result] = {}
    children: t.Set[subprocess.Popen[bytes]] = set()
    with ThreadPoolExecutor(max_workers=max(1, len(queue))) as pool, _Stopping(children):
        while queue or running:
            check = lanes.take(queue)
            while check:
                lanes.busy.append(check.lane)
                report("start", check)
                running[pool.submit(run, check, children)] = check
                check = lanes.take(queue)
            for future in _some_done(running, report):
                check = running.pop(future)
                lanes.busy.remove(check.lane)
                results[check] = future.result()
                report("end", results[check])
    return [results[check] for check in checks]


def _some_done(running: t.Mapping[Future[Result], Check], report: Report) -> t.Set[Future[Result]]:
    done: t.Set[Future[Result]] = set()
    while not done:
        done = wait(running, timeout=60, return_when=FIRST_COMPLETED).done
        if not done:
            report("alive", list(running.values()))
    return done


class _Stopping:
    """On SIGINT and SIGTERM end all children, each within its patience, and leave."""

    def __init__(self, children: t.Set[subprocess.Popen[bytes]]) -> None:
        self.children = children
        self.before: t.Dict[int, t.Any] = {}

    def __enter__(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            self.before[number] = signal.signal(number, self._stop)

    def __exit__(self, *_exception: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, _frame: object) -> None:
        threads = [threading.Thread(target=stop, args=(child,)) for child in list(self.children)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        raise Stopped(signal.Signals(number).name)
