# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All processes of this machine at one moment, as far as this account may see them. Linux only."""

import errno
import os
import time
import typing as t

_BOOTTIME = 7  # CLOCK_BOOTTIME of clock_gettime(2); Python names it from 3.7 on
_OURS = b"SUPERVISOR_"
_GONE = frozenset("ZXx")


class Row(t.NamedTuple):
    """One process. ``ticks``: its start after boot; with the pid it names the process for ever."""

    pid: int
    parent: int
    group: int
    session: int
    ticks: int
    uid: int
    alive: bool

    @property
    def identity(self) -> t.Tuple[int, int]:
        """What no other process has had or will have."""
        return self.pid, self.ticks


class Table:
    """What /proc says. Rows are read at once, the rest when it is asked for, and kept."""

    def __init__(
        self,
        proc: str = "/proc",
        booted: t.Optional[float] = None,
        exists: t.Optional[t.Callable[[int], bool]] = None,
    ) -> None:
        """Read the table.

        :param booted: seconds since 1970 at which this machine started; by default as its clocks tell.
        :param exists: tells whether a process is there that is not listed; by default the kernel is asked.
        """
        self.proc = proc
        self._exists = exists or _exists
        self.booted = time.time() - time.clock_gettime(_BOOTTIME) if booted is None else booted
        self._rate = float(os.sysconf("SC_CLK_TCK"))
        self.rows = {row.pid: row for row in map(self._row, self._pids()) if row is not None}
        self._supervisors = {}  # type: t.Dict[int, bool]
        self._environs = {}  # type: t.Dict[int, t.Optional[t.Dict[str, str]]]

    def _pids(self) -> t.List[int]:
        return [int(name) for name in os.listdir(self.proc) if name.isdigit()]

    def _row(self, pid: int) -> t.Optional[Row]:
        return row(pid, self.proc)

    def living(self, pid: int) -> bool:
        """Does it exist, and not only as a zombie that nobody has waited for?

        The kernel is asked about one that is not listed: /proc may hide the processes of others (hidepid).
        """
        return self.rows[pid].alive if pid in self.rows else pid > 0 and self._exists(pid)

    def started(self, pid: int) -> float:
        """When a listed process started, in seconds since 1970 by this machine's clock as it stands now."""
        return self.booted + self.rows[pid].ticks / self._rate

    def ancestors(self, pid: int) -> t.List[int]:
        """Parent, its parent and so on. Empty for a process without a living parent that can be seen."""
        found = []  # type: t.List[int]
        parent = self.rows[pid].parent if pid in self.rows else 0
        while parent in self.rows and parent not in found:
            found.append(parent)
            parent = self.rows[parent].parent
        return found

    def hidden(self, pid: int) -> bool:
        """Does it descend from somebody living that this account may not see, other than the first process?"""
        oldest = (self.ancestors(pid) or [pid])[-1]
        parent = self.rows[oldest].parent if oldest in self.rows else 0
        return parent > 1 and parent not in self.rows and self._exists(parent)

    def words(self, pid: int) -> t.List[str]:
        """The command line; empty for a kernel thread, and for one that has ended."""
        data = self._read(pid, "cmdline")
        return [os.fsdecode(word) for word in data.rstrip(b"\0").split(b"\0")] if data else []

    def environ(self, pid: int) -> t.Optional[t.Dict[str, str]]:
        """SUPERVISOR_* of the environment that it was started with; None when this account may not see it."""
        if pid not in self._environs:
            data = self._read(pid, "environ")
            found = [entry for entry in data.split(b"\0") if entry.startswith(_OURS)] if data and _OURS in data else []
            pairs = [os.fsdecode(entry).split("=", 1) for entry in found if b"=" in entry]
            self._environs[pid] = None if data is None else {pair[0]: pair[1] for pair in pairs}
        return self._environs[pid]

    def nested(self, pid: int) -> bool:
        """Does it live in a PID namespace below this one, as the processes of a container do?"""
        for line in (self._read(pid, "status") or b"").split(b"\n"):
            if line.startswith(b"NSpid:"):
                return len(line.split()) > 2
        return False

    def pipes(self, pid: int) -> t.Set[str]:
        """The pipes that are its standard input, output and error, as the kernel names them."""
        found = set()
        for number in range(3):
            try:
                target = os.readlink("%s/%d/fd/%d" % (self.proc, pid, number))
            except OSError:
                continue
            if target.startswith("pipe:"):
                found.add(target)
        return found

    def supervisord(self, pid: int) -> bool:
        """Is it a living supervisord, whatever its configuration?"""
        if pid not in self._supervisors:
            self._supervisors[pid] = self.living(pid) and is_supervisord(self.words(pid))
        return self._supervisors[pid]

    def _read(self, pid: int, name: str) -> t.Optional[bytes]:
        try:
            with open("%s/%d/%s" % (self.proc, pid, name), "rb") as stream:
                return stream.read()
        except OSError:
            return None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return error.errno == errno.EPERM
    return True


def row(pid: int, proc: str = "/proc") -> t.Optional[Row]:
    """One process; None when there is none."""
    try:
        with open("%s/%d/stat" % (proc, pid), "rb") as stream:
            fields = stream.read().rpartition(b")")[2].split()
        uid = os.stat("%s/%d" % (proc, pid)).st_uid
    except OSError:
        return None
    if len(fields) < 20:
        return None
    alive = fields[0].decode("ascii", "replace") not in _GONE
    return Row(pid, int(fields[1]), int(fields[2]), int(fields[3]), int(fields[19]), uid, alive)


def is_supervisord(words: t.Sequence[str]) -> bool:
    """Is this the command line of a supervisord?"""
    names = [os.path.basename(word) for word in words[:3]]
    return any(name in ("supervisord", "supervisord.py", "supervisor.supervisord") for name in names)
