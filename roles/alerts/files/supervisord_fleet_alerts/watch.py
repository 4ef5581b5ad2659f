# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of programs that run: does it answer over HTTP in time, and does it use no more memory than it may?"""

import heapq
import threading
import time
import typing as t

from . import (
    health as _health,
    inbox as _inbox,
    log as _log,
    procfs as _procfs,
    programs as _programs,
    store as _store,
    watchdog as _watchdog,
    web as _web,
)
from .signs import Sign

WORKERS = 8
Programs = t.Mapping[str, t.Mapping[str, t.Any]]


class Check:
    """One check of one program."""

    def __init__(self, settings: t.Mapping[str, t.Any]) -> None:
        self.settings = settings
        self.program = _programs.full(settings["program"])
        self.answers = _health.Health(settings["fails"], settings["of"])
        self.memory = _health.Health(1, 1)
        self.missed = False  # there is no such program, and that was said

    def go_on(self, troubles: t.Mapping[str, t.Mapping[str, t.Any]]) -> None:
        """What a former listener found ill is so until it is seen to be well."""
        for area, health in (("http", self.answers), ("memory", self.memory)):
            known = troubles.get(self.sign("good", area).key)
            health.ill = bool(known and known["state"] == "open")

    def sign(self, verb: str, area: str, facts: t.Optional[t.Mapping[str, t.Any]] = None, again: bool = True) -> Sign:
        """What was seen of it."""
        kind = "unanswered" if area == "http" else "memory"
        return Sign(verb, area, self.program, kind, facts or {}, again, self.settings["name"])

    def ready(self, known: t.Optional[t.Mapping[str, t.Any]], now: float) -> bool:
        """Does the program run, and for long enough?"""
        if not known or known["state"] != "RUNNING":
            return False
        return not 0 <= now - known["up"] < self.settings["grace"]  # below 0: the clock was set back

    def answered(self) -> str:
        """Ask it once; return why that was not well, or nothing."""
        settings = self.settings
        way = _web.Way(settings["deadline"], settings["ca_file"], settings["verify"])
        began = time.monotonic()
        try:
            answer = _web.ask(_web.Request(settings["url"], None, settings["headers"], "GET"), way)
        except _web.Failed as failed:
            return str(failed)
        if not any(_fits(word, answer.status) for word in settings["expect"]):
            return "status %d" % answer.status
        if settings["contains"] and settings["contains"] not in answer.text():
            return "the answer lacks %r" % settings["contains"]
        late = time.monotonic() - began > settings["deadline"]
        return "did not answer within %g s" % settings["deadline"] if late else ""


def _fits(word: str, status: int) -> bool:
    return word == str(status) or (word.endswith("xx") and word[0] == str(status)[0])


class Watch:
    """All checks, each in its own rhythm, a few at the same time.

    :param store: what is known of programs (``state`` and ``up``), and of troubles that a former listener has told.
    :param pids: full name -> its process, 0 if there is none.
    """

    def __init__(
        self,
        settings: t.Sequence[t.Mapping[str, t.Any]],
        store: _store.Store,
        pids: t.Callable[[str], int],
        watchdog: _watchdog.Watchdog,
        inbox: _inbox.Inbox,
        log: _log.Log,
    ) -> None:
        self._programs = store.programs  # type: Programs
        self._pids, self._watchdog, self._inbox, self._log = pids, watchdog, inbox, log
        now = time.monotonic()
        # Checks of one rhythm are spread over it.
        self._due = [
            (now + one["every"] * (number + 1) / len(settings), number, Check(one))
            for number, one in enumerate(settings)
        ]  # type: t.List[t.Tuple[float, int, Check]]
        for _at, _number, check in self._due:
            check.go_on(store.troubles)
        heapq.heapify(self._due)
        self._lock = threading.Lock()
        self._family = _procfs.Family()

    def start(self) -> None:
        """Begin."""
        for number in range(min(WORKERS, len(self._due))):
            threading.Thread(target=self._work, name="watch %d" % number, daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                due = heapq.heappop(self._due) if self._due else None
            if due is None:
                time.sleep(0.5)
                continue
            at, number, check = due
            time.sleep(max(0.0, min(at - time.monotonic(), 0.5)))
            if time.monotonic() >= at:
                try:
                    self._once(check)
                except Exception as error:  # noqa: BLE001  a check must not end the others
                    self._log.say("check %s: %s: %s" % (check.settings["name"], type(error).__name__, error))
                at = time.monotonic() + check.settings["every"]
            with self._lock:
                heapq.heappush(self._due, (at, number, check))

    def _once(self, check: Check) -> None:
        known = self._programs.get(check.program)
        if known is None and self._programs and not check.missed:
            check.missed = True
            like = sorted(name for name in list(self._programs) if name.endswith(":" + check.settings["program"]))
            hint = "; give %s" % " or ".join(like) if like else ""
            self._log.say("check %s: there is no program %s%s" % (check.settings["name"], check.program, hint))
        if not check.ready(known, time.time()):
            check.answers.forget()
            return
        why = ""
        if check.settings["url"]:
            why = self._http(check) or ""
        if check.settings["memory_mb"]:
            why = self._memory(check) or why
        if why and check.settings["restart_per_hour"]:
            self._watchdog.heal(check.program, check.settings["restart_per_hour"], why)
        elif not why and not check.answers.ill and not check.memory.ill:
            self._watchdog.well(check.program)

    def _http(self, check: Check) -> t.Optional[str]:
        why = check.answered()
        turned = check.answers.tried(not why)
        if turned is None:
            return None
        facts = {"checked": check.settings["name"], "reason": why}
        self._inbox.put(check.sign(turned, "http", facts, turned == "bad" and check.answers.turned))
        return why or None

    def _memory(self, check: Check) -> t.Optional[str]:
        pid = self._pids(check.program)
        used = _procfs.resident(self._family.of(pid)) / 1048576.0 if pid else 0.0
        limit = check.settings["memory_mb"]
        turned = check.memory.tried(used <= limit)
        if turned is None:
            return None
        facts = {"value": int(used), "limit": int(limit)}
        self._inbox.put(check.sign(turned, "memory", facts, turned == "bad" and check.memory.turned))
        return "uses %d MB of memory, more than %d MB" % (used, limit) if turned == "bad" else None
