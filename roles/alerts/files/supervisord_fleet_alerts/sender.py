# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One route's thread: it takes what waits for the route to where it leads, and tries again until it is there."""

import random
import threading
import time
import typing as t

from . import (
    delivery as _delivery,
    limits as _limits,
    log as _log,
    message as _message,
    spool as _spool,
    store as _store,
)
from .routes import alertmanager as _alertmanager, batch as _batch, verdicts as _verdicts

TRIES = 3  # times that a message may be refused for its own sake


class Sender(threading.Thread):
    """The way of one route.

    :param firing: the notices of all troubles that last, for services that must hear of them again and again.
    """

    def __init__(
        self,
        settings: t.Mapping[str, t.Any],
        route: t.Mapping[str, t.Any],
        store: _store.Store,
        firing: t.Callable[[str], t.List[t.Dict[str, t.Any]]],
        log: _log.Log,
    ) -> None:
        super().__init__(name="route " + route["name"], daemon=True)
        self.route = route
        self.last_sent = 0.0
        self.last_error = ""
        self.failures = 0
        self._store, self._log, self._firing = store, log, firing
        self._teller = _delivery.teller(settings, route)
        self._bucket = _limits.Bucket(route["per_minute"], 60.0)
        self._next = 0.0  # on the monotonic clock
        self._alone = 0  # so many of the next go one by one: together they were refused
        self._said = 0.0
        self._ended = False

    def end(self) -> None:
        """No more after the one on its way."""
        self._ended = True
        with self._store.changed:
            self._store.changed.notify_all()

    def idle(self) -> bool:
        """Is nothing on its way, or can nothing go now?"""
        return not self._store.waiting(self.route["name"]) or bool(self.failures)

    def run(self) -> None:
        """Until ``end``."""
        while not self._ended:
            pause = self._step()
            with self._store.changed:
                if not self._ended and pause > 0:
                    self._store.changed.wait(pause)

    def _step(self) -> float:
        """Send what can be sent now; return the seconds until there may be more to do."""
        now = time.monotonic()
        wait = max(self._next - now, self._bucket.wait(now))
        if wait > 0:
            return min(wait, 1.0)
        most = 1 if self._alone else self.route["at_once"]
        found = self._store.first(self.route["name"], most, time.time())
        found = self._fresh(found)
        if not found:
            return self._repeat(now)
        verdict = self._send([(one.notice, one.facts or {}) for _key, one in found])
        self._judge([key for key, _one in found], [one for _key, one in found], verdict)
        return 0.0

    def _send(self, notices: t.Sequence[t.Tuple[t.Mapping[str, t.Any], t.Mapping[str, t.Any]]]) -> _verdicts.Verdict:
        """Send notices, each with what was found out about it."""
        self._bucket.take(time.monotonic())
        try:
            messages = [_message.message(notice, facts, self._teller) for notice, facts in notices]
            return _delivery.deliver(self.route, _batch.Batch(messages, self._teller, time.time()))
        except Exception as error:  # noqa: BLE001  a route must not end for one message
            return _verdicts.Verdict("refused", "%s: %s" % (type(error).__name__, error))

    def _fresh(self, found: t.List[t.Tuple[str, t.Any]]) -> t.List[t.Tuple[str, t.Any]]:
        """Leave out what is too old to be of use."""
        kept = self.route["keep_hours"] * 3600
        old = [key for key, one in found if _age(one) > kept]
        if old:
            self._store.commit({"d": [[key, self.route["name"]] for key in old], "c": {"expired": len(old)}})
            self._log.say("route %s: %d messages were too old to be sent" % (self.route["name"], len(old)))
        return [(key, one) for key, one in found if key not in old]

    def _judge(self, keys: t.List[str], parcels: t.List[t.Any], verdict: _verdicts.Verdict) -> None:
        name = self.route["name"]
        if verdict.word == "ok":
            self.last_sent, self.last_error, self.failures = time.time(), "", 0
            self._alone = max(0, self._alone - 1)
            self._store.commit({"d": [[key, name] for key in keys], "c": {"sent " + name: len(keys)}})
            return
        self.last_error = self._log.harmless(verdict.why)
        self._log.say("route %s: %s: %s" % (name, verdict.word, verdict.why))
        self._store.commit({"c": {"failed " + name: 1}})
        if verdict.word == "refused" and len(keys) > 1:
            self._alone = len(keys)
            return
        if verdict.word == "refused":
            parcels[0].attempts += 1
            if parcels[0].attempts >= TRIES:
                self._alone = max(0, self._alone - 1)
                self._store.commit({"d": [[keys[0], name]], "c": {"refused " + name: 1}})
                return
        self._wait(verdict)

    def _wait(self, verdict: _verdicts.Verdict) -> None:
        self.failures += 1
        pause = _limits.pause(self.failures, verdict.word == "wrong", random.random())  # noqa: S311  not for secrets
        self._next = time.monotonic() + max(pause, verdict.wait)

    def _repeat(self, now: float) -> float:
        """Alertmanager is told of what lasts, again and again."""
        if self.route["type"] != "alertmanager":
            return 1.0
        if now >= self._said + _alertmanager.REFRESH:
            self._said = now
            firing = self._firing(self.route["name"])
            if firing:
                verdict = self._send([(notice, {}) for notice in firing])
                if verdict.word != "ok":
                    self.last_error = self._log.harmless(verdict.why)
                    self._wait(verdict)
        return 1.0


def _age(parcel: _spool.Parcel) -> float:
    """The seconds that a message waits. A clock that is set right makes none of them old: some hosts begin without."""
    waits = time.time() - parcel.notice["at"]
    return waits if parcel.came is None else min(waits, time.monotonic() - parcel.came)
