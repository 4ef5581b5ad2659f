# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a daemon tells about its processes and itself, as records."""

import typing as t

from .. import _errors, _said


class Process(t.NamedTuple):
    """One process as the daemon describes it. Times are seconds since 1970 by the daemon's clock, 0 = never."""

    group: str
    name: str
    state: int
    statename: str
    pid: int = 0
    start: int = 0
    stop: int = 0
    now: int = 0
    spawnerr: str = ""
    exitstatus: int = 0
    stdout_logfile: str = ""
    stderr_logfile: str = ""
    description: str = ""

    @property
    def full_name(self) -> str:
        """``group:name``, as the daemon takes it."""
        return "%s:%s" % (self.group, self.name)

    @property
    def uptime(self) -> int:
        """Seconds since the start by the daemon's own clock; 0 when it is not running."""
        return max(0, self.now - self.start) if self.pid else 0


_TYPES = (str, str, int, str, int, int, int, int, str, int, str, str, str)


class Snapshot(t.NamedTuple):
    """A daemon and all its processes at one moment."""

    version: str
    api_version: str
    identification: str
    state: str
    pid: int
    processes: t.Dict[str, Process]


def process_of(info: t.Dict[str, t.Any]) -> Process:
    """The record of one getProcessInfo structure. Raises ProtocolError if it is none."""
    try:
        process = Process(**{field: info[field] for field in Process._fields if field in info})
        if all(map(isinstance, process, _TYPES)):
            return process
    except TypeError:  # no structure, or one without a name
        pass
    raise _errors.ProtocolError("a process is described as Supervisor does not: %s" % _said.brief(info, 200))
