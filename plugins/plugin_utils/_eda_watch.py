# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an event source remembers of processes: what has failed, what was tried, what is enough. No I/O, no clock."""

from __future__ import annotations

import re
import typing as t

from ..module_utils._process import select as _select

HOUR = 3600.0
# Names that can be handed to a playbook: no pattern, no list, and no end of a line.
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}")
_NAME = re.compile(r"[\w.@+-]{1,255}")
_NO_HOSTS = ("all", "ungrouped", "localhost")
_ON_ITS_WAY = ("STARTING", "STOPPING", "BACKOFF")


class Seen(t.NamedTuple):
    """One process as a source has seen it."""

    host: str
    group: str
    name: str
    state: str
    failed: bool  # should something be done about it?
    mark: t.Any = None  # differs when it has failed once more
    since: float = 0.0  # seconds since 1970
    exit_status: int | None = None
    reason: str = ""

    @property
    def full_name(self) -> str:
        """As modules and playbooks know it, and no other."""
        return f"{self.group}:{self.name}"

    @property
    def program(self) -> str:
        """As people know it."""
        return self.name if self.group == self.name else self.full_name

    @property
    def key(self) -> tuple[str, str]:
        """Which process this is."""
        return self.host, self.full_name

    @property
    def nameable(self) -> bool:
        """Can a playbook be told to do something about this process and about no other?"""
        return is_host(self.host) and bool(_NAME.fullmatch(self.group)) and bool(_NAME.fullmatch(self.name))


def is_host(name: str) -> bool:
    """Is it the name of one host, as far as can be said without an inventory?"""
    return bool(_HOST.fullmatch(name)) and name.lower() not in _NO_HOSTS


class Limit(t.NamedTuple):
    """How much is tried."""

    tries: int  # of a process within an hour; 0: each failure is told once, and nothing is given up
    retry: float  # seconds after which a try that has changed nothing counts as one that did not help


class Change(t.NamedTuple):
    """Something that is to be told: kind is failed, given_up, unnamed, recovered or ended."""

    kind: str
    seen: Seen
    tries: int  # with this one


class _Track:
    """What is known of one process."""

    def __init__(self) -> None:
        self.tries: list[float] = []
        self.failing = self.given_up = False
        self.mark: t.Any = None
        self.at = 0.0


class Choice(t.NamedTuple):
    """Which processes are looked at: patterns of programs as playbooks take them, and exceptions."""

    programs: t.Sequence[str] = ()
    ignore: t.Sequence[str] = ()

    def takes(self, group: str, name: str) -> bool:
        """Is this one of them?"""
        if any(_select.matches_names(pattern, group, name) for pattern in self.ignore):
            return False
        return not self.programs or any(_select.matches_names(pattern, group, name) for pattern in self.programs)


class Watch:
    """All processes of all hosts."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._tracks: dict[tuple[str, str], _Track] = {}

    def __len__(self) -> int:
        return len(self._tracks)

    def judge(self, seen: Seen, now: float) -> Change | None:
        """What is to be told of a process that was just seen, if anything.

        :param now: seconds of a clock that never goes back.
        """
        track = self._tracks.get(seen.key)
        if seen.failed:
            track = track or self._tracks.setdefault(seen.key, _Track())
            return self._failed(track, seen, now)
        if track is None or seen.state in _ON_ITS_WAY:
            return None
        was, tries = track.failing, self._recent(track, now)
        track.failing = track.given_up = False
        if not tries:
            del self._tracks[seen.key]
        if not was or not seen.nameable:
            return None
        return Change("recovered" if seen.state == "RUNNING" else "ended", seen, len(tries))

    def _failed(self, track: _Track, seen: Seen, now: float) -> Change | None:
        if track.given_up:
            return None
        if track.failing and (
            not self._limit.tries or (seen.mark == track.mark and now < track.at + self._limit.retry)
        ):
            return None
        tries = self._recent(track, now)
        track.failing, track.mark, track.at = True, seen.mark, now
        if not seen.nameable:
            track.given_up = True
            return Change("unnamed", seen, 0)
        if self._limit.tries and len(tries) >= self._limit.tries:
            track.given_up = True
            return Change("given_up", seen, len(tries))
        if self._limit.tries:
            tries.append(now)
        return Change("failed", seen, len(tries))

    @staticmethod
    def _recent(track: _Track, now: float) -> list[float]:
        track.tries = [when for when in track.tries if when > now - HOUR]
        return track.tries

    def in_flight(self, seen: Seen, now: float, patience: float) -> bool:
        """Was this told as failed no longer than that ago, and has nobody started it yet?"""
        track = self._tracks.get(seen.key)
        if track is None or not seen.failed or not track.failing or track.given_up:
            return False
        return bool(seen.mark == track.mark) and now < track.at + patience

    def forget(self, there: t.Mapping[str, t.Container[str]]) -> None:
        """These hosts have only these processes, by their full names: of others there nothing is remembered."""
        for host, name in [key for key in self._tracks if key[0] in there and key[1] not in there[key[0]]]:
            del self._tracks[host, name]

    def forget_oldest(self, most: int) -> None:
        """Remember so many at most; those that were told of first go first."""
        for key in sorted(self._tracks, key=lambda key: self._tracks[key].at)[: max(0, len(self._tracks) - most)]:
            del self._tracks[key]

    @property
    def failing(self) -> set[tuple[str, str]]:
        """Host and full name of what has failed and was told."""
        return {key for key, track in self._tracks.items() if track.failing}
