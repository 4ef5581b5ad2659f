# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planned work: marks that silence what is told of some programs, for a time that ends by itself.

A mark is a file ``NAME.json`` in a folder that only those can write who do such work:
``{"version": 1, "seconds": 900, "programs": ["app*"], "reason": "rolling_restart"}``. It holds so many ``seconds``
after it was written, or, with ``until`` in their place, until a time of the system's clock. ``programs`` are names as
the modules take them: of programs or groups, ``group:name``, with ``*`` and ``?``; without any it is about the whole
host.
"""

import fnmatch
import json
import math
import os
import time
import typing as t

LONGEST = 24 * 3600.0  # seconds after the mark was written that any mark holds
LARGEST = 1 << 16


class Mark(t.NamedTuple):
    """One of them."""

    until: float
    programs: t.Sequence[str]
    reason: str
    written: float = 0.0


def covers(mark: Mark, subject: str, now: float) -> bool:
    """Does it silence this program (``group:name``; empty: the daemon) now?"""
    if now >= mark.until:
        return False
    if not mark.programs:
        return True
    group, colon, name = subject.partition(":")  # supervisord's log names listeners without their group
    return bool(subject) and any(_names(pattern, group, name if colon else group) for pattern in mark.programs)


def _names(pattern: str, group: str, name: str) -> bool:
    """Does a pattern name this program?"""
    of_group, colon, of_name = pattern.partition(":")
    if not colon:
        return fnmatch.fnmatchcase(group, pattern) or fnmatch.fnmatchcase(name, pattern)
    return fnmatch.fnmatchcase(group, of_group) and fnmatch.fnmatchcase(name, of_name or "*")


def read(path: str) -> t.Optional[Mark]:
    """The mark of a file; None where that is none, which silences nothing."""
    try:
        with open(path, "rb") as stream:
            written = os.fstat(stream.fileno()).st_mtime
            value = json.loads(stream.read(LARGEST).decode("utf-8"))
        programs = value.get("programs") or []
        if isinstance(programs, str):  # each of its characters would be a program
            programs = [one.strip() for one in programs.split(",") if one.strip()]
        if not all(isinstance(one, str) for one in programs):
            return None
        until = written + float(value["seconds"]) if "seconds" in value else float(value["until"])
        if math.isnan(until):
            return None
        return Mark(min(until, written + LONGEST), programs, str(value.get("reason") or ""), written)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


class Marks:
    """All marks of a folder.

    :param folder: empty, or not there: there are none.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._marks = []  # type: t.List[Mark]
        self._changed = 0
        self._ahead = {}  # type: t.Dict[t.Tuple[float, float], float]

    def look(self) -> None:
        """Read them anew."""
        self._changed = self._change()
        try:
            names = sorted(os.listdir(self._folder)) if self._folder else []
        except OSError:
            names = []
        names = [name for name in names if name.endswith(".json") and not name.startswith(".")]
        found = [read(os.path.join(self._folder, name)) for name in names]
        self._marks = [mark for mark in found if mark is not None]
        times = {(mark.written, mark.until) for mark in self._marks}
        self._ahead = {key: at for key, at in self._ahead.items() if key in times}

    def _change(self) -> int:
        """What differs once a name in the folder has come, gone or been replaced."""
        try:
            return os.stat(self._folder).st_mtime_ns if self._folder else 0
        except OSError:
            return 0

    def muted(self, subject: str, now: float) -> bool:
        """Is anything silenced about this program? Work may have begun since the last look, and right before this."""
        if self._change() != self._changed:
            self.look()
        return any(covers(mark, subject, self._time(mark, now)) for mark in self._marks)

    def _time(self, mark: Mark, now: float) -> float:
        """The time for a mark. Where it is from later than now, the clock was set back, and the other clock counts."""
        if now >= mark.written:
            return now
        passed = time.monotonic()
        return mark.written + passed - self._ahead.setdefault((mark.written, mark.until), passed)

    def until(self, now: float) -> float:
        """When the last of them ends; 0 if there is none."""
        return max([mark.until for mark in self._marks if mark.until > now] or [0.0])
