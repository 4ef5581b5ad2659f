# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that is kept over restarts, in memory and on disk: troubles, programs, messages on their way, counts.

Every change is one record: what an event changed and the messages it made are kept together, or not at all. Without
room on the disk all stays in memory, and is written as soon as there is some again.
"""

import fcntl
import json
import os
import threading
import time
import typing as t

from . import journal as _journal, spool as _spool

Record = t.Dict[str, t.Any]
SMALLEST = 1 << 20  # bytes of a journal that is not worth rewriting
PATIENCE = 5.0  # seconds that a message waits for what is being found out about it
CHUNK = 200  # messages in one record of a rewritten journal


class Busy(Exception):
    """Another process has the store."""


class Store:
    """The store in a folder of this account's own.

    :raises Busy: another process has it.
    :raises OSError: the folder is not there or not writable.
    """

    def __init__(self, folder: str, most: int, room: int) -> None:
        self.troubles = {}  # type: t.Dict[str, t.Any]
        self.programs = {}  # type: t.Dict[str, t.Any]
        self.firing = {}  # type: t.Dict[str, t.Any]
        self.kept = {"counts": {}}  # type: t.Dict[str, t.Any]
        self.changed = threading.Condition(threading.RLock())
        self.unsaved = ""  # why what is in memory is not on the disk
        self.dirty = threading.Event()
        self._spool = _spool.Spool(most, room)
        self._lock = _locked(os.path.join(folder, "lock"))
        self._journal = _journal.Journal(os.path.join(folder, "journal"))
        self._rewritten = 0
        self._retry = 0.0
        self._closed = self._live = False
        for record in self._journal.read():
            self._apply(record)
        self.damaged = self._journal.damaged
        self._live = True
        self._drop_surplus()
        self._compact(True)

    def commit(self, record: Record) -> None:
        """Take a change and keep it.

        ``t``: troubles by key, ``p``: programs by name, ``g``: messages of troubles that last, by the trouble's id
        (None: it is gone); ``n``: messages by key, each a dict of ``notice`` and ``routes``; ``f``: what was found out,
        by key; ``d``: lists of key and route that need no more; ``x``: keys that were given up; ``k``: other values by
        name; ``c``: counts to add, by name.
        """
        with self.changed:
            if self._closed:
                return  # others have it
            self._apply(record)
            self._save(record)
            if record.get("n"):
                self._drop_surplus()
            self._compact(False)
            self.changed.notify_all()
        self.dirty.set()

    def _drop_surplus(self) -> None:
        keys = self._spool.surplus()
        if keys:
            counts = {}  # type: t.Dict[str, int]
            for key in keys:
                name = "dropped_" + self._spool.parcels[key].notice["severity"]
                counts[name] = counts.get(name, 0) + 1
            record = {"x": keys, "c": counts}
            self._apply(record)
            self._save(record)

    def _apply(self, record: Record) -> None:
        _update(self.troubles, record.get("t", {}))
        _update(self.programs, record.get("p", {}))
        _update(self.firing, record.get("g", {}))
        self.kept.update(record.get("k", {}))
        for key, value in record.get("n", {}).items():
            parcel = _spool.Parcel(value["notice"], value["routes"], len(json.dumps(value)))
            parcel.came = time.monotonic() if self._live else None
            self._spool.add(key, parcel)
        for key, facts in record.get("f", {}).items():
            self._spool.enrich(key, facts, len(json.dumps(facts)))
        for key, route in record.get("d", ()):
            self._spool.done(key, route)
        for key in record.get("x", ()):
            self._spool.drop(key)
        counts = self.kept["counts"]
        for name, number in record.get("c", {}).items():
            counts[name] = counts.get(name, 0) + number

    def _save(self, record: Record) -> None:
        if self.unsaved:
            return  # all at once, as soon as there is room
        try:
            self._journal.append(record)
        except OSError as error:
            self.unsaved = str(error)

    def _compact(self, always: bool) -> None:
        """Rewrite the journal where it holds much that is no longer needed, or lacks what could not be written."""
        now = time.monotonic()
        if self.unsaved and now < self._retry:
            return
        if not (always or self.unsaved or self._journal.size > max(SMALLEST, 4 * self._rewritten)):
            return
        try:
            self._journal.replace(self._all())
        except OSError as error:
            self.unsaved = str(error)
            self._retry = now + 1.0
        else:
            self._rewritten, self.unsaved = self._journal.size, ""

    def _all(self) -> t.Iterator[Record]:
        yield {"t": self.troubles, "p": self.programs, "g": self.firing, "k": self.kept}
        parcels = list(self._spool.parcels.items())
        for start in range(0, len(parcels), CHUNK):
            part = parcels[start : start + CHUNK]
            yield {
                "n": {key: {"notice": parcel.notice, "routes": parcel.routes} for key, parcel in part},
                "f": {key: parcel.facts for key, parcel in part if parcel.known},
            }

    def try_again(self) -> None:
        """Write what could not be written, if that can be now."""
        with self.changed:
            if self.unsaved and not self._closed:
                self._compact(False)

    def sync(self) -> None:
        """Bring all to the disk."""
        self.dirty.clear()
        try:
            self._journal.sync()
        except OSError as error:
            with self.changed:
                self.unsaved = self.unsaved or str(error)

    def close(self) -> None:
        """Leave it to others."""
        with self.changed:
            self.try_again()
            self.sync()
            self._closed = True
            self._journal.close()
            os.close(self._lock)

    def counts(self) -> t.Dict[str, int]:
        """All counts."""
        with self.changed:
            return dict(self.kept["counts"])

    def first(self, route: str, most: int, now: float) -> t.List[t.Tuple[str, _spool.Parcel]]:
        """The oldest messages that a route has to get and of which all is known."""
        with self.changed:
            return self._spool.first(route, most, now, PATIENCE)

    def waiting(self, route: str) -> int:
        """How many messages a route still has to get."""
        with self.changed:
            return self._spool.waiting(route)

    def unknown(self) -> t.List[t.Tuple[str, t.Dict[str, t.Any]]]:
        """The messages of which not all is known yet."""
        with self.changed:
            return [(key, parcel.notice) for key, parcel in self._spool.unknown.items()]

    def keep_routes(self, names: t.Container[str]) -> t.List[str]:
        """Give up what waits for routes that there are no more; return their names."""
        with self.changed:
            gone = [route for route in self._spool.routes() if route not in names]
            keys = [[key, route] for route in gone for key in self._spool.keys(route)]
            if keys:
                self.commit({"d": keys, "c": {"unroutable": len(keys)}})
            return gone


def _update(kept: t.Dict[str, t.Any], changes: t.Mapping[str, t.Any]) -> None:
    for key, value in list(changes.items()):
        if value is None:
            kept.pop(key, None)
        else:
            kept[key] = value


def _locked(path: str) -> int:
    flags = os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o600)
    except OSError as error:
        if error.errno not in _journal.NO_DISK:
            raise
        descriptor = os.open(path if os.path.exists(path) else os.path.dirname(path), os.O_RDONLY | flags)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise Busy(path)
    return descriptor
