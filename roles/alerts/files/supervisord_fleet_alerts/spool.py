# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages on their way: which route still has to get which, and what goes when there are too many. No effects."""

import collections
import json
import typing as t

from . import kinds as _kinds


class Parcel:
    """One message and the routes that still have to get it.

    ``facts`` are what was found out about it later (its log); None while that is being done, and not ``known`` then.
    They are kept as JSON, which needs no more room than was counted: of a text with one odd letter Python makes four
    bytes of each. ``attempts`` counts the times that a route has said it is the message's own fault. ``came``: when, on
    the monotonic clock, if that was in this life of the listener.
    """

    __slots__ = ("_facts", "attempts", "came", "notice", "routes", "size")

    def __init__(self, notice: t.Dict[str, t.Any], routes: t.Sequence[str], size: int) -> None:
        self.notice = notice
        self.routes = list(routes)
        self._facts = None  # type: t.Optional[bytes]
        self.size = size
        self.attempts = 0
        self.came = None  # type: t.Optional[float]

    @property
    def known(self) -> bool:
        """Is all known about it?"""
        return self._facts is not None

    @property
    def facts(self) -> t.Optional[t.Dict[str, t.Any]]:
        """What was found out."""
        return None if self._facts is None else t.cast(t.Dict[str, t.Any], json.loads(self._facts.decode("ascii")))

    def learn(self, facts: t.Dict[str, t.Any]) -> None:
        """Keep what was found out."""
        self._facts = json.dumps(facts).encode("ascii")


class Spool:
    """All of them.

    :param most: so many messages at most;
    :param room: and so many bytes (of their text as JSON).
    """

    def __init__(self, most: int, room: int) -> None:
        self.parcels = collections.OrderedDict()  # type: t.MutableMapping[str, Parcel]
        self.size = 0
        self.unknown = collections.OrderedDict()  # type: t.MutableMapping[str, Parcel]  # of which more is found out
        self._most, self._room = most, room
        self._lanes = {}  # type: t.Dict[str, t.MutableMapping[str, Parcel]]
        self._ranks = [collections.OrderedDict() for _turn in _kinds.SEVERITIES]  # type: t.List[t.Dict[str, Parcel]]

    def add(self, key: str, parcel: Parcel) -> None:
        """One more. Call ``surplus`` then."""
        if key in self.parcels or not parcel.routes:
            return
        self.parcels[key] = parcel
        self._ranks[_kinds.rank(parcel.notice["severity"])][key] = parcel
        for route in parcel.routes:
            self._lanes.setdefault(route, collections.OrderedDict())[key] = parcel
        self.size += parcel.size
        if not parcel.known:
            self.unknown[key] = parcel

    def surplus(self) -> t.List[str]:
        """The keys of those that must go: of the lowest severity there is, the oldest first."""
        over, size, gone = len(self.parcels) - self._most, self.size - self._room, []  # type: int, int, t.List[str]
        for rank in self._ranks:
            for key, parcel in rank.items():
                if over <= 0 and size <= 0:
                    return gone
                gone.append(key)
                over, size = over - 1, size - parcel.size
        return gone

    def enrich(self, key: str, facts: t.Dict[str, t.Any], size: int) -> None:
        """More is known about one."""
        parcel = self.parcels.get(key)
        if parcel is not None and not parcel.known:
            parcel.learn(facts)
            del self.unknown[key]
            parcel.size += size
            self.size += size

    def done(self, key: str, route: str) -> bool:
        """A route need not get it any more; is that the last one that was waiting for it?"""
        parcel = self.parcels.get(key)
        if parcel is None or route not in parcel.routes:
            return False
        parcel.routes.remove(route)
        del self._lanes[route][key]
        if not parcel.routes:
            self._remove(key)
        return not parcel.routes

    def drop(self, key: str) -> t.Optional[Parcel]:
        """No route gets it any more."""
        parcel = self.parcels.get(key)
        if parcel is not None:
            for route in parcel.routes:
                del self._lanes[route][key]
            self._remove(key)
        return parcel

    def _remove(self, key: str) -> None:
        parcel = self.parcels.pop(key)
        del self._ranks[_kinds.rank(parcel.notice["severity"])][key]
        self.unknown.pop(key, None)
        self.size -= parcel.size

    def waiting(self, route: str) -> int:
        """How many a route still has to get."""
        return len(self._lanes.get(route, ()))

    def first(self, route: str, most: int, now: float, patience: float) -> t.List[t.Tuple[str, Parcel]]:
        """The oldest of a route, up to one of which not all is known yet and that is younger than ``patience``."""
        found = []  # type: t.List[t.Tuple[str, Parcel]]
        for key, parcel in self._lanes.get(route, {}).items():
            ready = parcel.known or not 0 <= now - parcel.notice["at"] < patience
            if len(found) >= most or not ready:
                break
            found.append((key, parcel))
        return found

    def keys(self, route: str) -> t.List[str]:
        """The keys of all that a route still has to get."""
        return list(self._lanes.get(route, ()))

    def routes(self) -> t.List[str]:
        """All that still have to get something."""
        return [route for route, lane in self._lanes.items() if lane]
