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


class Watchdog:
    """It stops and starts programs.

    What it is about to start again is kept: if the listener is killed in between, the next one starts it.
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
        self._given_up = set()  # type: t.Set[str]
        self._lock = threading.Lock()

    def heal(self, program: str, per_hour: int, reason: str) -> None:
        """Restart a program that is ill, if it may be."""
        now = time.time()
        with self._lock:
            if program in self._busy or self._muted(program):
                return
            times = [at for at in self._times().get(program, ()) if now - at < 3600]
            if not _limits.restarts_left(times, per_hour, now):
                self._give_up(program, len(times))
                return
            self._busy.add(program)
            self._keep(program, [*times, now], True)
        self._inbox.put(("healing", program, True))
        try:
            self._restart(program)
            self._inbox.put(Sign("news", "news", program, "restarted", {"reason": reason}))
        except (_rpc.Unanswered, _rpc.Fault) as error:
            self._log.say("watchdog: %s could not be restarted: %s" % (program, error))
            self._inbox.put(Sign("bad", "rpc", "", "no_rpc", {"reason": self._log.harmless(str(error))}, again=False))
        finally:
            self._inbox.put(("healing", program, False))
            with self._lock:
                self._busy.discard(program)

    def well(self, program: str) -> None:
        """It is well."""
        with self._lock:
            if program in self._given_up:
                self._given_up.discard(program)
                self._inbox.put(Sign("good", "watchdog", program))

    def resume(self) -> None:
        """Start what a former listener had stopped, or was about to stop, and could not start again."""
        for program in [name for name, value in self._times_all().items() if value.get("halfway")]:
            self._inbox.put(("healing", program, True))
            try:
                self._start(program)
            except (_rpc.Unanswered, _rpc.Fault) as error:
                self._log.say("watchdog: %s could not be started: %s" % (program, error))
            finally:
                self._inbox.put(("healing", program, False))

    def _give_up(self, program: str, times: int) -> None:
        again = program not in self._given_up
        self._given_up.add(program)
        self._inbox.put(Sign("bad", "watchdog", program, "unhealed", {"value": times}, again=again))

    def _restart(self, program: str) -> None:
        try:
            self._supervisor.call("stopProcess", program, False)
        except _rpc.Fault as fault:
            if fault.code != 70:  # it does not run
                raise
        self._start(program)

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
                raise _rpc.Unanswered("%s did not stop within %g s" % (program, PATIENCE))
            time.sleep(pause)
        with self._lock:
            self._keep(program, self._times().get(program, []), False)

    def _started(self, program: str) -> bool:
        """Start it if it has stopped; was that done, or did somebody else do it?"""
        state = self._supervisor.call("getProcessInfo", program)["statename"]
        if state in ("STARTING", "RUNNING", "BACKOFF"):
            return True
        if state not in OVER:
            return False
        try:
            self._supervisor.call("startProcess", program, False)
        except _rpc.Fault as fault:
            if fault.code != 60:  # it was started meanwhile
                raise
        return True

    def _times_all(self) -> t.Dict[str, t.Dict[str, t.Any]]:
        return dict(self._store.kept.get("restarts", {}))

    def _times(self) -> t.Dict[str, t.List[float]]:
        return {name: value["times"] for name, value in self._times_all().items()}

    def _keep(self, program: str, times: t.Sequence[float], halfway: bool) -> None:
        restarts = dict(self._times_all(), **{program: {"times": list(times), "halfway": halfway}})
        self._store.commit({"k": {"restarts": restarts}})
