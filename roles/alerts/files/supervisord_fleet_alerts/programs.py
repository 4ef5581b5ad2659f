# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of each program, and what an event or a look at all of them means for it. No effects.

A program is a dict that is kept over restarts: ``state`` (as supervisord writes it), ``at`` (when that was heard),
``up`` (when it was last RUNNING, or 0), ``starts`` (how often it was started since it is known), ``ahead`` (a state
that a look found, while the event that tells of it is perhaps still on its way: what comes before it is older).
"""

import typing as t

from . import events as _events
from .signs import Sign

Program = t.Dict[str, t.Any]
Programs = t.MutableMapping[str, Program]

RUNS = ("RUNNING",)
AREAS = ("state", "http", "memory", "watchdog")  # of troubles that a program may have
_STATE = "PROCESS_STATE_"


class Reader:
    """Turns events and looks into signs.

    :param programs: full name -> what is known; changed in place. ``changed`` names those that were.
    :param backoff_tries: so many starts in a row must fail before it is told.
    :param own: the full name of the listener itself, of which nothing is told.
    """

    def __init__(self, programs: Programs, backoff_tries: int = 2, own: str = "") -> None:
        self.programs = programs
        self.changed = set()  # type: t.Set[str]
        self.stopping = False  # the daemon stops its programs itself
        self.healing = set()  # type: t.Set[str]  # the watchdog stops and starts these
        self._tries = backoff_tries
        self._own = own

    def event(self, seen: _events.Event, now: float) -> t.List[Sign]:
        """What an event means."""
        if seen.name.startswith(_STATE):
            return self._state(_events.program(seen), seen.name[len(_STATE) :], seen.words, now)
        if seen.name == "PROCESS_GROUP_REMOVED":
            return self._removed(seen.words.get("groupname", ""))
        if seen.name == "SUPERVISOR_STATE_CHANGE_STOPPING":
            self.stopping = True
            return [Sign("bad", "daemon", "", "daemon_stopping")]
        if seen.name == "SUPERVISOR_STATE_CHANGE_RUNNING":
            self.stopping = False
            return [Sign("good", "daemon", ""), Sign("news", "news", "", "daemon_started")]
        return []

    def _state(self, name: str, state: str, words: t.Mapping[str, str], now: float) -> t.List[Sign]:
        known = self.programs.setdefault(name, {"state": "", "at": 0.0, "up": 0.0, "starts": 0})
        known.update(state=state, at=now, up=now if state in RUNS else 0.0)
        known["starts"] += state == "STARTING"
        ahead = known.get("ahead", "")
        older = bool(ahead) and ahead not in (state, words.get("from_state", ""))
        if ahead and not older:
            del known["ahead"]
        self.changed.add(name)
        return [] if older or name == self._own else self._meaning(name, state, words, again=state != ahead)

    def _meaning(self, name: str, state: str, words: t.Mapping[str, str], again: bool) -> t.List[Sign]:
        came = {"from": words.get("from_state", "")}
        if state == "EXITED":
            return [] if words.get("expected") == "1" else [Sign("bad", "state", name, "exited", came, again=again)]
        if state == "BACKOFF":
            tries = max(1, _events.number(words.get("tries", "")))
            return [Sign("bad", "state", name, "backoff", {"tries": tries})] if tries >= self._tries else []
        if state in ("FATAL", "UNKNOWN"):
            return [Sign("bad", "state", name, state.lower(), came, again=again)]
        if state == "RUNNING":
            return [Sign("good", "state", name)]
        if state in ("STOPPING", "STOPPED") and not self.stopping and name not in self.healing:
            return self._stopped(name, state, words)
        return []

    @staticmethod
    def _stopped(name: str, state: str, words: t.Mapping[str, str]) -> t.List[Sign]:
        """Somebody stops it. In BACKOFF it is STOPPED at once, else STOPPING comes first."""
        if state == "STOPPED" and words.get("from_state") == "STOPPING":
            return []
        return [Sign("news", "news", name, "stopped"), *_ends(name, "stopped")]

    def _removed(self, group: str) -> t.List[Sign]:
        gone = [name for name in self.programs if name.partition(":")[0] == group]
        for name in gone:
            del self.programs[name]
        self.changed.update(gone)
        return [sign for name in gone for sign in _ends(name, "removed")]

    def look(self, seen: t.Mapping[str, t.Mapping[str, t.Any]], began: float, now: float) -> t.List[Sign]:
        """What it means to find the programs so: full name -> answer of getAllProcessInfo.

        Only those are judged of which no event came since the look began: events are newer.
        """
        signs = []  # type: t.List[Sign]
        for name, info in seen.items():
            known = self.programs.get(name)
            states = () if known is None else (known["state"], known.get("ahead", known["state"]))
            if known is None or (_before(known, began, now) and states != (info["statename"],) * 2):
                signs += self._found(name, info, known, now)
        for name in [name for name, known in self.programs.items() if name not in seen and _before(known, began, now)]:
            known = self.programs.pop(name)
            self.changed.add(name)
            if name == self._own or self.stopping:
                continue
            gone = known["state"] in RUNS
            signs += [Sign("bad", "state", name, "gone")] if gone else []
            signs += _ends(name, "removed", AREAS[1:] if gone else AREAS)
        return signs

    def _found(self, name: str, info: t.Mapping[str, t.Any], known: t.Optional[Program], now: float) -> t.List[Sign]:
        """A program in a state of which no event told: it was missed, or the listener is new here."""
        state = info["statename"]
        up = float(info.get("start") or 0) if state in RUNS else 0.0
        self.programs[name] = {"state": state, "at": now, "up": up, "starts": known["starts"] if known else 0}
        self.changed.add(name)
        if name == self._own or self.stopping:
            return []
        # Of an end that was not expected supervisord keeps a word.
        if state in ("FATAL", "UNKNOWN") or (state == "EXITED" and info.get("spawnerr")):
            self.programs[name]["ahead"] = state
            return [Sign("bad", "state", name, state.lower(), {"from": ""}, again=known is not None)]
        if state == "RUNNING":
            return [Sign("good", "state", name)]
        return _ends(name, "stopped") if state == "STOPPED" and name not in self.healing else []


def full(name: str) -> str:
    """The full name of a program that settings name: one alone is that of a group of its own, too."""
    return name if ":" in name else "%s:%s" % (name, name)


def healed(watch: t.Iterable[t.Mapping[str, t.Any]]) -> t.Set[str]:
    """The full names of programs that checks of the settings may have restarted."""
    return {full(one["program"]) for one in watch if one["restart_per_hour"]}


def _ends(name: str, why: str, areas: t.Sequence[str] = AREAS) -> t.List[Sign]:
    """All its troubles are over for good."""
    return [Sign("end", area, name, facts={"why": why}) for area in areas]


def _before(known: Program, began: float, now: float) -> bool:
    """Was it heard before a look began? Not after now in any case: then the clock was set back."""
    return known["at"] < began or bool(known["at"] > now)
