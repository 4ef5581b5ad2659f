# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The earlier lives of one supervisord: which PIDs it had and what it started, from its pidfile and its log.

Whoever can write these files could name any process in them. So each record comes with its writer, and counts only for
processes that the writer could have started: his own, or anybody's if it was root.
"""

import os
import re
import stat
import time
import typing as t

from .. import _errors
from .._host import careful as _careful

# Supervisor writes "time LEVEL text". A plugin can set another form from its own start on: supvisors "time;LEVEL;text".
_LINE = re.compile(
    rb"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3})([ ;])INFO\3"
    rb"(?:supervisord started with pid (\d+)|spawned: u?(['\"])(.*)\5 with pid (\d+))$"
)
# At level debug the daemon copies what programs print into its log, so that any line may be theirs.
_FOREIGN = re.compile(rb"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}([ ;])DEBG\1u?['\"].*['\"] \w+ output:$")
# A line about a start, in whatever form.
_ABOUT = re.compile(rb"\b(?:supervisord started with pid \d+|spawned: u?['\"].*['\"] with pid \d+)")
# A clock that was wrong when the machine started is set right later, so that records seem to be older than the start.
TOLERANCE = 86400.0
LIMIT = 256 * 1024 * 1024  # bytes of log that are read, the newest ones


class Life(t.NamedTuple):
    """The daemon once had this PID. ``since``: seconds since 1970; ``source``: the file that says so."""

    pid: int
    since: float
    writer: int
    source: str


class Spawn(t.NamedTuple):
    """The daemon once started a process. ``sure``: nobody else can have written this into its log."""

    pid: int
    when: float
    name: str
    writer: int
    sure: bool


class Lives(t.NamedTuple):
    """All that is known, by PID. ``stale``: PID in the pidfile, 0 without one; ``warnings``: what could not be read."""

    lives: t.Dict[int, t.List[Life]]
    spawns: t.Dict[int, t.List[Spawn]]
    stale: int = 0
    warnings: t.Tuple[str, ...] = ()


def read(pidfile: t.Optional[str], logfile: t.Optional[str], backups: int, booted: float) -> Lives:
    """Read both files, and the rotated logs.

    :param booted: when the machine started, seconds since 1970; PIDs of a day before mean nothing any more.
    """
    found = Lives({}, {})
    booted -= TOLERANCE
    warnings = []  # type: t.List[str]
    stale = _pidfile(pidfile, booted, found, warnings) if pidfile else 0
    if logfile:
        _logs(logfile, backups, booted, found, warnings)
    return found._replace(stale=stale, warnings=tuple(warnings))


def _pidfile(path: str, booted: float, found: Lives, warnings: t.List[str]) -> int:
    try:
        with _careful.opened(path, accounts=None) as descriptor:
            text, facts = os.read(descriptor, 64).strip(), os.fstat(descriptor)
    except FileNotFoundError:
        return 0
    except _errors.PlantedPath as error:
        warnings.append("the pidfile is no proof: %s" % error.message)
        return 0
    except OSError as error:
        warnings.append("the pidfile %s cannot be read (%s)" % (path, error.strerror))
        return 0
    if not text.isdigit() or _open_to_others(facts):
        warnings.append("the pidfile %s is no proof: it holds no PID, or everybody may write it" % path)
        return 0
    if facts.st_mtime >= booted:
        found.lives.setdefault(int(text), []).append(Life(int(text), facts.st_mtime, facts.st_uid, path))
    return int(text)


def _logs(path: str, backups: int, booted: float, found: Lives, warnings: t.List[str]) -> None:
    left = LIMIT
    for name in [path] + ["%s.%d" % (path, number + 1) for number in range(backups)]:
        try:
            with _careful.opened(name, accounts=None) as descriptor, os.fdopen(os.dup(descriptor), "rb") as stream:
                facts = os.fstat(descriptor)
                if facts.st_mtime < booted or left <= 0:
                    break
                if _open_to_others(facts):
                    warnings.append("the log %s is no proof: everybody may write it" % name)
                    break
                stream.seek(max(0, facts.st_size - left))
                left -= facts.st_size
                strange = _lines(stream, name, facts.st_uid, booted, found)
                if strange:
                    warnings.append(_STRANGE % (name, strange))
        except FileNotFoundError:
            break
        except _errors.PlantedPath as error:
            if not _careful.keeps_nothing(name):
                warnings.append("the log is no proof: %s" % error.message)
            break
        except OSError as error:
            warnings.append("the log %s cannot be read (%s)" % (name, error.strerror))
            break


_STRANGE = (
    "the log %s has %d lines about starts in a form that is neither Supervisor's own nor one known here; a plugin or a "
    "program may write it. What was started then is not known from the log, and orphans of it may not be found"
)


def _lines(stream: t.Iterable[bytes], source: str, writer: int, booted: float, found: Lives) -> int:
    """Take the records of one log; returns how many lines seem to be some and cannot be understood."""
    sure, strange = True, 0
    fresh = []  # type: t.List[Spawn]
    for line in stream:
        if b" with pid " not in line:
            sure = sure and not (b" output:" in line and _FOREIGN.match(line.rstrip(b"\r\n")))
            continue
        match = _LINE.match(line.rstrip(b"\r\n"))
        when = _seconds(match.group(1), match.group(2)) if match else 0.0
        if not match or when < booted:
            strange += sure and not match and bool(_ABOUT.search(line))
            continue
        if match.group(4):
            pid = int(match.group(4))
            found.lives.setdefault(pid, []).append(Life(pid, when, writer, source))
        else:
            fresh.append(Spawn(int(match.group(7)), when, os.fsdecode(match.group(6)), writer, True))
    for spawn in fresh:
        found.spawns.setdefault(spawn.pid, []).append(spawn._replace(sure=sure))
    return strange


def _seconds(stamp: bytes, thousandths: bytes) -> float:
    """A time as the daemon writes it, in the machine's zone; 0 for one that cannot be."""
    year, month, day, hour, minute, second = map(int, re.split(b"[- :]", stamp))
    try:
        whole = time.mktime((year, month, day, hour, minute, second, 0, 0, -1))
        return whole + int(thousandths) / 1000.0
    except (ValueError, OverflowError):
        return 0.0


def _open_to_others(facts: os.stat_result) -> bool:
    return bool(facts.st_mode & stat.S_IWOTH)
