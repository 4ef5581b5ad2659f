# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The desk: it takes events and what other threads saw, decides what is to be told, keeps it, and acknowledges.

Nothing here waits for anybody but the disk. An event is acknowledged once all that follows from it is kept.
"""

import select
import time
import typing as t

from . import (
    details as _details,
    events as _events,
    inbox as _inbox,
    kinds as _kinds,
    log as _log,
    maintenance as _maintenance,
    programs as _programs,
    protocol as _protocol,
    rules as _rules,
    store as _store,
    troubles as _troubles,
)
from .signs import Sign

SILENCE = 200.0  # seconds without an event: supervisord sends one each minute
TEST = "supervisord_fleet_alerts_test"


class Desk:
    """All decisions.

    :param daemon: what tells this life of supervisord from others: its PID and start.
    :param own: the listener's full name.

    ``asks`` is called where a look at all programs is needed.
    """

    def __init__(
        self,
        settings: t.Mapping[str, t.Any],
        store: _store.Store,
        log: _log.Log,
        daemon: str,
        own: str,
    ) -> None:
        self.inbox = _inbox.Inbox()
        self.marks = _maintenance.Marks(settings["maintenance"])
        self.reader = _programs.Reader(store.programs, settings["backoff_tries"], own)
        self.ended = False
        self.heard = 0.0
        self.asks = _nothing  # type: t.Callable[[], None]
        calm = _troubles.Calm(**settings["calm"])
        self._troubles = _troubles.Troubles(store.troubles, calm, settings["severities"], self.muted)
        self._settings, self._store, self._log, self._daemon, self._own = settings, store, log, daemon, own
        self._routes = [route["name"] for route in settings["routes"]]
        self._told_drops = self._drops()
        self._last_word = time.monotonic()

    def muted(self, subject: str) -> bool:
        """Is somebody at work there?"""
        return self.marks.muted(subject, time.time())

    def firing(self, route: str) -> t.List[t.Dict[str, t.Any]]:
        """The notices of troubles that last and that a route was told of."""
        with self._store.changed:
            return [one["notice"] for one in self._store.firing.values() if route in one["routes"]]

    def begin(self) -> None:
        """Say what happened while nobody listened."""
        self.marks.look()
        for route in self._store.keep_routes(self._routes):
            self._log.say("route %s: there is none any more, what waited for it is given up" % route)
        former = self._store.kept.get("daemon")
        signs = self._undeclared()
        if former and former != self._daemon:
            if not self._store.kept.get("stopping"):
                signs.append(Sign("bad", "daemon", "", "daemon_gone"))
            signs.append(Sign("good", "daemon", ""))
        self._keep(self._judged(signs), {"daemon": self._daemon, "stopping": False})

    def _undeclared(self) -> t.List[Sign]:
        """Checks that settings no longer have: nobody would ever see that they are well again."""
        watched = {(_programs.full(one["program"]), one["name"]) for one in self._settings["watch"]}
        healed = _programs.healed(self._settings["watch"])
        signs = []
        for one in self._store.troubles.values():
            check = one["area"] in ("http", "memory") and (one["subject"], one["part"]) not in watched
            if check or (one["area"] == "watchdog" and one["subject"] not in healed):
                signs.append(Sign("end", one["area"], one["subject"], facts={"why": "removed"}, part=one["part"]))
        return signs

    def event(self, seen: _events.Event) -> None:
        """Take an event; when this returns, all that follows from it is kept."""
        now = time.time()
        self.heard, self._last_word = now, time.monotonic()
        if self._store.kept.get("last") == [self._daemon, seen.serial]:
            return  # the one before was killed after it was kept, and before that was acknowledged
        signs = self._missed(seen.pool_serial) + self.reader.event(seen, now)
        if not self._settings["tell_stopped"]:
            signs = [sign for sign in signs if sign.kind != "stopped"]
        if seen.name == "REMOTE_COMMUNICATION" and seen.words.get("type") == TEST:
            signs.append(Sign("news", "news", "", "test", {"reason": seen.data[:80]}))
        kept = {"last": [self._daemon, seen.serial], "pool": seen.pool_serial, "stopping": self.reader.stopping}
        self._keep(self._judged(signs), kept, {"events": 1})

    def _missed(self, serial: int) -> t.List[Sign]:
        """Serials of a pool have no gaps, but for events that supervisord dropped because nobody took them in time."""
        former = self._store.kept.get("pool", -1)
        number = serial - former - 1
        signs = [Sign("good", "ear", self._own)] if self._own else []
        if serial < 0 or former < 0 or number <= 0 or self._store.kept.get("last", [""])[0] != self._daemon:
            return signs
        self._store.commit({"c": {"lost": number}})
        self.asks()
        lost = Sign("bad", "ear", self._own, "overflow", {"value": number}, part="lost")
        return [*signs, lost, Sign("good", "ear", self._own, part="lost")]

    def hand(self, item: t.Any) -> None:
        """Take what another thread saw."""
        if isinstance(item, Sign):
            self._keep(self._judged([item]), {})
        elif item[0] == "look":
            self._keep(self._judged(self.reader.look(item[2], item[1], time.time())), {})
        elif item[0] == "healing":
            (self.reader.healing.add if item[2] else self.reader.healing.discard)(item[1])

    def safely(self, does: t.Callable[[t.Any], None], item: t.Any) -> None:
        """Take something. What cannot be taken would come again, and end the next listener, too: a look follows."""
        try:
            does(item)
        except Exception as error:  # noqa: BLE001  whatever it is
            what = repr(item)[:200]
            self._log.say("%s could not be taken: %s: %s" % (what, type(error).__name__, error))
            self.asks()

    def tick(self) -> None:
        """Time goes by."""
        self.marks.look()
        self._store.try_again()
        drops = self._drops()
        signs = []
        if drops > self._told_drops:
            signs.append(Sign("news", "news", "", "dropped", {"value": drops - self._told_drops}))
            self._told_drops = drops
        self._keep(self._judged(signs) + self._troubles.tick(time.time()), {})

    def deaf(self) -> bool:
        """Has supervisord forgotten the listener? Then this is told, and only a new start helps."""
        if time.monotonic() - self._last_word < SILENCE:
            return False
        self._keep(self._judged([Sign("bad", "ear", self._own, "deaf")]), {})
        return True

    def stops(self) -> None:
        """supervisord stops, and its event may never come: it sends none to a listener that it has told to end."""
        if not self.reader.stopping:
            self.reader.stopping = True
            self._keep(self._judged([Sign("bad", "daemon", "", "daemon_stopping")]), {"stopping": True})

    def gone(self) -> None:
        """supervisord is there no more."""
        if not self.reader.stopping:
            self._keep(self._judged([Sign("bad", "daemon", "", "daemon_gone")]), {"stopping": True})

    def _drops(self) -> int:
        return sum(number for name, number in self._store.counts().items() if name.startswith("dropped_"))

    def _judged(self, signs: t.Iterable[Sign]) -> t.List[_troubles.Notice]:
        now = time.time()
        return [notice for sign in signs for notice in self._troubles.take(sign, now)]

    def _keep(
        self,
        notices: t.List[_troubles.Notice],
        kept: t.Mapping[str, t.Any],
        counts: t.Optional[t.Mapping[str, int]] = None,
    ) -> None:
        """Make one record of it all."""
        record = {}  # type: t.Dict[str, t.Any]
        for name, changed, values in (
            ("t", self._troubles.changed, self._store.troubles),
            ("p", self.reader.changed, self._store.programs),
        ):
            if changed:
                record[name] = {key: values.get(key) for key in sorted(changed)}
                changed.clear()
        if notices:
            parcels = {one["key"]: {"notice": one, "routes": self._routes_of(one)} for one in notices}
            record["n"] = parcels
            record["f"] = {one["key"]: {} for one in notices if not _details.wanted(one)}
            record["g"] = self._firing_after(parcels)
        record.update({name: value for name, value in (("k", dict(kept)), ("c", dict(counts or {}))) if value})
        if record:
            self._store.commit(record)

    def _routes_of(self, notice: _troubles.Notice) -> t.List[str]:
        return _rules.routes(self._settings["rules"], self._routes, notice, self._settings["host"])

    @staticmethod
    def _firing_after(parcels: t.Mapping[str, t.Dict[str, t.Any]]) -> t.Dict[str, t.Any]:
        """What these messages change in the list of what lasts: news are in it for no moment."""
        return {
            one["notice"]["id"]: None if one["notice"]["say"] in (*_kinds.OVER, "news") else one
            for one in parcels.values()
        }

    def run(self, listener: _protocol.Listener) -> str:
        """Listen until somebody ends it; return why it ended: ``asked``, ``gone`` or ``deaf``."""
        listener.ready()
        ticked = time.monotonic()
        while not self.ended:
            pause = max(0.0, ticked + 1.0 - time.monotonic())
            readable, _writable, _odd = select.select([listener.fileno(), self.inbox.fileno()], [], [], pause)
            try:
                if listener.fileno() in readable:
                    seen = listener.read()
                    if seen is not None:
                        self.safely(self.event, seen)
                        listener.done()
            except _protocol.Closed as closed:
                self._log.say(str(closed))
                return "gone"
            for item in self.inbox.take() if self.inbox.fileno() in readable else ():
                self.safely(self.hand, item)
            if time.monotonic() >= ticked + 1.0:
                ticked = time.monotonic()
                self.tick()
                if self.deaf():
                    return "deaf"
        return "asked"


def _nothing() -> None:
    """Nobody is asked."""
