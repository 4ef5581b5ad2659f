# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be done from a command line: run (by supervisord), check the settings, send a test through every route."""

import argparse
import json
import os
import pwd
import signal
import sys
import threading
import time
import typing as t

from . import (
    beat as _beat,
    config as _config,
    delivery as _delivery,
    desk as _desk,
    details as _details,
    door as _door,
    host as _host,
    log as _log,
    looks as _looks,
    message as _message,
    procfs as _procfs,
    programs as _programs,
    protocol as _protocol,
    rpc as _rpc,
    sender as _sender,
    store as _store,
    troubles as _troubles,
    watch as _watch,
    watchdog as _watchdog,
)
from .routes import batch as _batch
from .signs import Sign

STACK = 256 * 1024  # bytes of each thread
LEAVE = 3.0  # seconds to bring away what is waiting, when the listener is asked to end
LEAVE_ALONE = 10.0  # and when supervisord is gone
TAKE_OVER = 20.0  # seconds to wait for a former listener


def main(arguments: t.Sequence[str]) -> int:
    """Do it; return the exit status: 0, 1 (it did not work) or 2 (the settings cannot be used)."""
    parser = argparse.ArgumentParser(prog="supervisord-fleet-alerts", description=__doc__)
    parser.add_argument("command", choices=("run", "check", "test"))
    parser.add_argument("settings", help="the file of settings; check: or - for standard input")
    parser.add_argument("--route", help="test: only this one")
    chosen = parser.parse_args(arguments)
    try:
        settings = _config.load(chosen.settings)
    except _config.Unusable as unusable:
        sys.stderr.write("%s\n" % unusable)
        return 2
    if chosen.command == "check":
        return check(settings)
    if chosen.command == "run":
        return run(settings)
    return test(dict(settings, user=settings["user"] or _owner(chosen.settings)), chosen.route)


def _owner(path: str) -> str:
    """Whose a file is, if root asks: of settings without an account that of the daemon, as which the listener runs."""
    if os.geteuid() != 0:
        return ""
    try:
        return pwd.getpwuid(os.stat(path).st_uid).pw_name
    except (OSError, KeyError):
        return ""


def check(settings: _config.Settings) -> int:
    """Say what of the settings cannot work here, for the account that they name."""
    try:
        _door.leave_root(settings["user"])
        found = _host.faults(settings)
    except _door.Unusable as unusable:
        found = [str(unusable)]
    log = _log.Log(_config.secrets(settings))
    sys.stderr.write("".join("%s\n" % log.harmless(fault) for fault in found))
    return 2 if found else 0


def test(settings: _config.Settings, only: t.Optional[str]) -> int:
    """Send one message through every route at once and print as JSON what became of each."""
    log = _log.Log(_config.secrets(settings))
    try:
        _door.leave_root(settings["user"])
    except _door.Unusable as unusable:
        sys.stderr.write("%s\n" % unusable)
        return 2
    routes = [route for route in settings["routes"] if only in (None, route["name"])]
    results = {}  # type: t.Dict[str, t.Dict[str, t.Any]]

    def attempt(route: t.Mapping[str, t.Any]) -> None:
        teller = _delivery.teller(settings, route)
        troubles = _troubles.Troubles({}, _troubles.Calm(), {}, lambda _subject: False)
        notice = troubles.take(Sign("news", "news", "", "test"), time.time())[0]
        batch = _batch.Batch([_message.message(notice, {}, teller)], teller, time.time())
        began = time.monotonic()
        verdict = _delivery.deliver(route, batch)
        taken = round(time.monotonic() - began, 3)
        results[route["name"]] = {
            "type": route["type"],
            "arrived": verdict.word == "ok",
            "why": log.harmless(verdict.why),
            "seconds": taken,
        }

    threads = [threading.Thread(target=attempt, args=(route,)) for route in routes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps({"version": 1, "host": settings["host"], "routes": results}, sort_keys=True) + "\n")
    return 0 if routes and all(result["arrived"] for result in results.values()) else 1


def run(settings: _config.Settings) -> int:
    """Listen to supervisord until it says to end."""
    listener = _protocol.Listener()
    secrets = _config.secrets(settings)
    log = _log.Log(secrets)
    if "SUPERVISOR_ENABLED" not in os.environ:
        log.say("this is an event listener: supervisord starts it; to try the settings, say check or test")
        return 2
    try:
        supervisor = _door.opened(_way(settings), settings["user"], _programs.healed(settings["watch"]))
        store = _opened(settings)
    except _door.Unusable as unusable:
        log.say(str(unusable))
        return 2
    except (OSError, _store.Busy) as error:
        log.say("folder %s: %s" % (settings["folder"], error))
        return 2
    threading.stack_size(STACK)
    house = House(settings, store, log, secrets, supervisor)
    signal.signal(signal.SIGTERM, house.end)
    signal.signal(signal.SIGINT, house.end)
    house.start()
    try:
        why = house.desk.run(listener)
    except _protocol.Closed:
        why = "gone"
    if why == "gone":
        house.desk.gone()
    elif why == "asked" and house.stops():
        house.desk.stops()
    house.leave(LEAVE_ALONE if why == "gone" else LEAVE)
    return 0 if why == "asked" else 1


def _way(settings: _config.Settings) -> _rpc.Supervisor:
    way = settings["supervisor"]
    url = way["url"] or os.environ.get("SUPERVISOR_SERVER_URL", "")
    return _rpc.Supervisor(url, way["username"], way["password"], way["timeout"])


def _opened(settings: _config.Settings) -> _store.Store:
    """The store; a former listener may still be about to bring its last messages away."""
    deadline = time.monotonic() + TAKE_OVER
    while True:
        try:
            return _store.Store(settings["folder"], settings["spool"]["most"], settings["spool"]["room"])
        except _store.Busy:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


class House:
    """The desk and all threads around it."""

    def __init__(
        self,
        settings: _config.Settings,
        store: _store.Store,
        log: _log.Log,
        secrets: t.Sequence[str],
        supervisor: _door.Way,
    ) -> None:
        group, name = os.environ.get("SUPERVISOR_GROUP_NAME", ""), os.environ.get("SUPERVISOR_PROCESS_NAME", "")
        own = "%s:%s" % (group, name) if name else ""
        self.desk = _desk.Desk(settings, store, log, daemon_id(), own)
        self._settings, self._store, self._supervisor = settings, store, supervisor
        inbox = self.desk.inbox
        self._looks = _looks.Looks(supervisor, inbox, settings["look_every"], own, deaf(store.troubles))
        self.desk.asks = self._looks.ask
        self._details = _details.Details(settings, store, supervisor, log, secrets)
        self._watchdog = _watchdog.Watchdog(store, supervisor, inbox, self.desk.muted, log)
        self._watch = _watch.Watch(settings["watch"], store, self._pid, self._watchdog, inbox, log)
        self._senders = [_sender.Sender(settings, route, store, self.desk.firing, log) for route in settings["routes"]]
        self._started = time.time()
        self._beat = _beat.Beat(settings, self.report, log)

    def start(self) -> None:
        """Begin."""
        self.desk.begin()
        for thread in [self._looks, self._details, self._beat, *self._senders]:
            thread.start()
        threading.Thread(target=self._sync, name="sync", daemon=True).start()
        threading.Thread(target=self._watchdog.resume, name="resume", daemon=True).start()
        self._watch.start()

    def end(self, *_signal: t.Any) -> None:
        """End soon."""
        self.desk.ended = True
        self.desk.inbox.wake()

    def stops(self) -> bool:
        """Does supervisord stop, and not just the listener? The event that says so may still wait in its buffer."""
        try:
            self._supervisor.call("getState")
        except _rpc.Fault as fault:
            return fault.code == _rpc.STOPS
        except _rpc.Unanswered:
            pass
        return False

    def leave(self, seconds: float) -> None:
        """Bring away what can be in so many seconds, and leave the rest to the next one."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not all(sender.idle() for sender in self._senders):
            time.sleep(0.02)
        for sender in self._senders:
            sender.end()
        for sender in self._senders:
            sender.join(max(0.0, deadline - time.monotonic()))
        self._store.close()

    def report(self) -> t.Dict[str, t.Any]:
        """How it all is, see ``beat``."""
        latest, programs = self._looks.latest, dict(self._store.programs)
        return {
            "host": self._settings["host"],
            "now": time.time(),
            "started": self._started,
            "heard": self.desk.heard,
            "answers": bool(latest) and not self._looks.failed,
            "daemon": {"version": self._looks.version, "id": self._store.kept.get("daemon")},
            "firing": len(self._store.firing),
            "unsaved": self._store.unsaved,
            "counts": self._store.counts(),
            "processes": latest,
            "starts": {name: known["starts"] for name, known in programs.items()},
            "routes": {sender.route["name"]: self._route(sender) for sender in self._senders},
        }

    def _route(self, sender: _sender.Sender) -> t.Dict[str, t.Any]:
        sent = _message.stamp(sender.last_sent) if sender.last_sent else None
        waiting = self._store.waiting(sender.route["name"])
        return {"type": sender.route["type"], "waiting": waiting, "last_sent": sent, "last_error": sender.last_error}

    def _pid(self, program: str) -> int:
        return int(self._looks.latest.get(program, {}).get("pid", 0))

    def _sync(self) -> None:
        while True:
            self._store.dirty.wait()
            self._store.sync()
            time.sleep(0.05)


def deaf(troubles: t.Mapping[str, t.Mapping[str, t.Any]]) -> t.Dict[str, float]:
    """The listeners of which was told that they are deaf, and since when."""
    found = [one for one in troubles.values() if one["kind"] == "deaf" and one["state"] == "open"]
    return {one["subject"]: one["since"] for one in found}


def daemon_id() -> str:
    """What tells this life of supervisord, the parent of this process, from others."""
    parent = os.getppid()
    try:
        started = _procfs.status(parent)[19].decode("ascii")
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as stream:
            boot = stream.read(8)
    except (OSError, IndexError):
        started, boot = "", ""
    return "%d-%s-%s" % (parent, started, boot)
