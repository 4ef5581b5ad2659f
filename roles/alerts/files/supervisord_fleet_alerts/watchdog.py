# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restarts of what hangs: seldom, for a reason that is told, and never while somebody works there."""

import threading
import time
import typing as t

from . import door as _door, inbox as _inbox, limits as _limits, log as _log, rpc as _rpc, store as _store
from .signs import Sign

OVER = ("STOPPED", "EXITED", "FATAL", "UNKNOWN")
PATIENCE = 300.0  # seconds that a program may take to stop
AT_ONCE = 4  # restarts; when all are ill at once, so is what they need, and the checks must go on meanwhile
AGAIN = 10.0  # seconds between two looks for what has stayed stopped
NOT_THERE, NOT_RUNNING, STARTED = 10, 70, 60  # codes of Supervisor's faults


class Watchdog:
    """It stops and starts programs.

    What it is about to start again is kept (``halfway``): if the listener is killed in between, the next one starts it.
    """

    def __init__(
        self,
        store: _store.Store,
        supervisor: _door.Way,
        inbox: _inbox.Inbox,
        muted: t.Callable[[str], bool],
        log: _log.Log,
    ) -> None:
        self._store, self._supervisor, self._inbox, self._muted, self._log = store, supervisor, inbox, muted, log
        self._busy = set()  # type: t.Set[str]
        told = [one for one in store.troubles.values() if one["area"] == "watchdog" and one["state"] == "open"]
        self._given_up = {one["subject"] for one in told}  # also by a former listener
        self._lock = threading.Lock()

    def heal(self, program: str, per_hour: int, reason: str) -> None:
        """Restart a program that is ill, if it may be."""
        now = time.time()
        with self._lock:
            if program in self._busy or len(self._busy) >= AT_ONCE or self._muted(program):
                return
            times = [min(at, now) for at in self._times(program) if now - at < 3600]
            if not _limits.restarts_left(times, per_hour, now):
                self._give_up(program, "unhealed", {"value": len(times)})
                return
            self._busy.add(program)
            self._keep(program, [*times, now], True)
        if self._healing(program, self._restart):
            self._inbox.put(Sign("news", "news", program, "restarted", {"reason": reason}))

    def well(self, program: str) -> None:
        """It is well."""
        with self._lock:
            if program in self._given_up:
                self._given_up.discard(program)
                self._inbox.put(Sign("good", "watchdog", program))

    def resume(self) -> None:
        """For ever: start what was stopped, also by a former listener, and could not be started."""
        while True:
            self.look()
            time.sleep(AGAIN)

    def look(self) -> None:
        """Start what has stayed stopped, but for what somebody works at."""
        for program in [name for name, value in self._all().items() if value.get("halfway")]:
            with self._lock:
                if program in self._busy or self._muted(program):
                    continue
                self._busy.add(program)
            self._healing(program, self._start)

    def _healing(self, program: str, does: t.Callable[[str], None]) -> bool:
        """Do it, while nobody takes the program's stop for a person's; return whether it went well."""
        self._inbox.put(("healing", program, True))
        try:
            does(program)
        except (_rpc.Unanswered, _rpc.Fault) as error:
            self._log.say("watchdog: %s could not be restarted: %s" % (program, error))
            reason = self._log.harmless(str(error))
            if isinstance(error, _rpc.Fault):
                with self._lock:
                    self._give_up(program, "unstarted", {"reason": reason})
            else:
                self._inbox.put(Sign("bad", "rpc", "", "no_rpc", {"reason": reason}, again=False))
            return False
        finally:
            self._inbox.put(("healing", program, False))
            with self._lock:
                self._busy.discard(program)
        return True

    def _give_up(self, program: str, kind: str, facts: t.Dict[str, t.Any]) -> None:
        again = program not in self._given_up
        self._given_up.add(program)
        self._inbox.put(Sign("bad", "watchdog", program, kind, facts, again=again))

    def _restart(self, program: str) -> None:
        try:
            before = self._supervisor.call("getProcessInfo", program)["pid"]
        except (_rpc.Unanswered, _rpc.Fault):
            self._undone(program)
            raise
        try:
            self._supervisor.call("stopProcess", program, False)
        except _rpc.Fault as fault:
            if fault.code != NOT_RUNNING:
                self._undone(program)
                raise
        except _rpc.Unanswered as unanswered:  # it may have been heard all the same: then it must be started
            self._start(program)
            if self._supervisor.call("getProcessInfo", program)["pid"] == before:
                self._undone(program)
                raise unanswered
            return
        self._start(program)

    def _undone(self, program: str) -> None:
        """It was not stopped, and the attempt does not count."""
        with self._lock:
            self._keep(program, self._times(program)[:-1], False)

    def _start(self, program: str) -> None:
        """Start it once it has stopped, whatever the daemon does meanwhile: it must not stay stopped."""
        deadline, pause = time.monotonic() + PATIENCE, 0.2
        while True:
            try:
                if self._started(program):
                    break
                pause = 0.2
            except _rpc.Unanswered:
                if time.monotonic() > deadline:
                    raise
                pause = min(10.0, pause * 2)
            if time.monotonic() > deadline:
                raise _rpc.Fault(0, "it did not stop within %g s" % PATIENCE)
            time.sleep(pause)
        with self._lock:
            self._keep(program, self._times(program), False)

    def _started(self, program: str) -> bool:
        """Start it if it has stopped; was that done, or is there nothing to be done?"""
        try:
            state = self._supervisor.call("getProcessInfo", program)["statename"]
            if state in ("STARTING", "RUNNING", "BACKOFF"):
                return True
            if state not in OVER:
                return False
            self._supervisor.call("startProcess", program, False)
        except _rpc.Fault as fault:
            if fault.code not in (STARTED, NOT_THERE):  # somebody did it meanwhile, or took the program away
                raise
        return True

    def _all(self) -> t.Dict[str, t.Dict[str, t.Any]]:
        return dict(self._store.kept.get("restarts", {}))

    def _times(self, program: str) -> t.List[float]:
        return list(self._all().get(program, {}).get("times", ()))

    def _keep(self, program: str, times: t.Sequence[float], halfway: bool) -> None:
        restarts = dict(self._all(), **{program: {"times": list(times), "halfway": halfway}})
        self._store.commit({"k": {"restarts": restarts}})
