# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A look at all programs and at the daemon's log, now and then: what no event told, and listeners that went deaf."""

import re
import threading
import time
import typing as t

from . import door as _door, inbox as _inbox, rpc as _rpc
from .signs import Sign

READ = 65536  # bytes of the daemon's log
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) ")
_DEAF = re.compile(r"(\S+): has entered the UNKNOWN state and will no longer receive events")
_FRESH = re.compile(r"(?:spawned: '([^']+)'|exited: (\S+)|stopped: (\S+)|killed: (\S+))")
_OVER = re.compile(r"pool (\S+) event buffer overflowed, discarding event")


class Ears(t.NamedTuple):
    """What a log tells of listeners: which are deaf, how many events each pool lost, and the time of the last line."""

    deaf: t.Set[str]
    lost: t.Mapping[str, int]
    until: str


def ears(log: str, after: str, known: t.Iterable[str] = (), since: str = "") -> Ears:
    """Read the end of the daemon's log.

    :param after: lost events are counted in lines later than this.
    :param known: listeners that were deaf before: they are until a line says otherwise, however long the log is now.
    :param since: lines before this time say nothing new of them.
    """
    deaf, lost, until = set(known), {}, after  # type: t.Set[str], t.Dict[str, int], str
    for line in log.split("\n"):
        stamp = _STAMP.match(line)
        if not stamp:
            continue
        until = max(until, stamp.group(1))
        if stamp.group(1) < since:
            continue
        found, fresh, over = _DEAF.search(line), _FRESH.search(line), _OVER.search(line)
        if found:
            deaf.add(found.group(1))
        elif fresh:
            deaf.discard(next(filter(None, fresh.groups())))
        elif over and stamp.group(1) > after:
            lost[over.group(1)] = lost.get(over.group(1), 0) + 1
    return Ears(deaf, lost, until)


def still(deaf: t.Iterable[str], known: t.Mapping[str, int], pids: t.Mapping[str, int]) -> t.Set[str]:
    """Those that are deaf and have not been started anew meanwhile, of which the log may no longer tell.

    :param known: name -> the PID that was found to be deaf before.
    :param pids: name -> the PID of now.
    """
    return {name for name in deaf if name not in known or known[name] == pids.get(name, 0)}


def signs(seen: Ears, known: t.Iterable[str], own: str) -> t.List[Sign]:
    """What it means.

    :param known: listeners of which it was told before that they are deaf: they may be well again.
    :param own: the listener itself: it knows better.
    """
    found = [Sign("bad", "ear", name, "deaf", again=False) for name in sorted(seen.deaf) if name != own]
    found += [Sign("good", "ear", name) for name in sorted(known) if name not in seen.deaf]
    for name, number in sorted(seen.lost.items()):
        if name != own and name not in seen.deaf:
            found.append(Sign("bad", "ear", name, "overflow", {"value": number}, part="lost"))
            found.append(Sign("good", "ear", name, part="lost"))
    return found


class Looks(threading.Thread):
    """The thread that looks; ``latest`` is what it saw: full name -> the process as getAllProcessInfo tells it.

    :param told: listeners of which a former one has told that they are deaf -> since when.
    """

    def __init__(
        self,
        supervisor: _door.Way,
        inbox: _inbox.Inbox,
        every: float,
        own: str,
        told: t.Optional[t.Mapping[str, float]] = None,
    ) -> None:
        super().__init__(name="looks", daemon=True)
        self.latest = {}  # type: t.Dict[str, t.Dict[str, t.Any]]
        self.version = ""
        self.failed = False
        self._supervisor, self._inbox, self._every, self._own = supervisor, inbox, every, own
        self._now = threading.Event()
        self._after = ""
        self._deaf = {}  # type: t.Dict[str, int]  # name -> the PID that is deaf
        self._told = dict(told or {})

    def ask(self) -> None:
        """Look at once."""
        self._now.set()

    def run(self) -> None:
        """For ever."""
        while True:
            self._look()
            self._now.wait(self._every)
            self._now.clear()

    def _look(self) -> None:
        began = time.time()
        try:
            found, log = self._asked()
        except (_rpc.Fault, _rpc.Unanswered) as error:
            self.failed = True
            stops = isinstance(error, _rpc.Fault) and error.code == _rpc.STOPS
            if self._supervisor.known and not stops:
                self._inbox.put(Sign("bad", "rpc", "", "no_rpc", {"reason": str(error)}, again=False))
            return
        self.failed = False
        self.latest = {"%s:%s" % (one["group"], one["name"]): one for one in found}
        self._inbox.put(Sign("good", "rpc", ""))
        self._inbox.put(("look", began, self.latest))
        pids = {one["name"]: int(one.get("pid") or 0) for one in found}
        if self._told:
            starts = {one["name"]: float(one.get("start") or 0) for one in found}
            for name, since in self._told.items():
                self._deaf[name] = pids.get(name, 0) if starts.get(name, since + 1) <= since else -1
            self._told = {}
        seen = ears(log, self._after or _stamp(began - self._every), self._deaf, self._after)
        seen = seen._replace(deaf=still(seen.deaf, self._deaf, pids))
        for sign in signs(seen, self._deaf, self._own.rpartition(":")[2]):
            self._inbox.put(sign)
        self._deaf = {name: self._deaf.get(name, pids.get(name, 0)) for name in seen.deaf}
        self._after = seen.until

    def _asked(self) -> t.Tuple[t.List[t.Dict[str, t.Any]], str]:
        self.version = self.version or str(self._supervisor.call("getSupervisorVersion"))
        return self._supervisor.call("getAllProcessInfo"), self._supervisor.text("readLog", -READ, 0)


def _stamp(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S,000", time.localtime(at))
