# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""nginx and php-fpm, asked the same: who runs, is it up to date, what is wrong, reload or start, and the proof."""

import contextlib
import glob
import os
import re
import signal
import typing as t
from collections import OrderedDict

from .. import _errors, _wait
from .._host import files as _files, sockets as _sockets, stamp as _stamp
from . import listens as _listens, named as _named, ports as _ports, reload as _reload, words as _words

SYSTEMD = "/run/systemd/system"
_LOG_PATH = re.compile(r"\berror_log(?: =)?\s+(/[^\s;]+)")
_ALL_SOCKETS = re.compile(r"\blisten = (\S+)")
_POOL_SOCKET = re.compile(r"^listen\s*=\s*(\S+)\s*$", re.MULTILINE)


class Place(t.NamedTuple):
    """How a server is reached: its program, its service, its pidfile, and seconds that it has for a change."""

    program: str
    service: str
    pid_file: str
    timeout: float


class Nginx:
    """The nginx of this host.

    :param run: runs a command; returns code, output, errors.
    :param texts: path -> text of the files that are to be in force.
    :param gone: files that are not to be there.
    """

    name = "nginx"
    serious = staticmethod(_reload.serious)

    def __init__(self, run: _reload.Run, place: Place, texts: t.Mapping[str, str], gone: t.Iterable[str] = ()) -> None:
        self.run, self.place = run, place
        # What has gone has no time any more, but its folder has. Only asked where nothing else tells.
        self.times = [*texts, *_read_with(texts.values())] or [os.path.dirname(path) for path in gone]
        self.listens = [(item, path) for path, text in sorted(texts.items()) for item in _listens.listens(text)]

    def pid(self) -> int:
        """Its master; 0 when it does not run."""
        try:
            return _reload.master(self.place.pid_file)
        except _errors.SupervisorError:
            return 0

    def refuse_taken(self) -> None:
        """Raises OptionError when somebody else has a port that it is to get."""
        pid = self.pid()
        _ports.refuse_taken(self.listens, self._own(pid), bool(pid))

    def is_behind(self) -> bool:
        """Does it run without having taken the files up as they are on the disk?"""
        pid = self.pid()
        return bool(pid) and (_reload.is_behind(pid, self.times) or bool(self._missing(pid)))

    def check(self) -> None:
        """Raises SupervisorError when it refuses the configuration on the disk."""
        _reload.check(self.run, self.place.program)

    def reload(self) -> None:
        """Raises SupervisorError unless it works by the configuration on the disk."""
        _reload.reload(self.run, self.place.program, self.place.pid_file, self.place.timeout)

    def start(self) -> None:
        """Raises SupervisorError unless it runs then, by the configuration on the disk."""
        _started(self, self.place, self.run, "-T")

    def prove(self) -> None:
        """Raises DeadlineExceeded unless it listens where it is to."""
        what = "that nginx listens on port %s" % ", ".join(str(item.port) for item, _path in self.listens)
        _wait.wait_until(lambda: not self._missing(self.pid()), min(5.0, self.place.timeout), 0.05, what=what)

    def _missing(self, pid: int) -> t.List[_listens.Listen]:
        return _ports.missing([item for item, _path in self.listens], self._own(pid))

    def _own(self, pid: int) -> t.Set[int]:
        return _reload.children(pid) | {pid} if pid else set()


class PhpFpm:
    """The php-fpm of this host. A pool that it cannot use ends it at a reload, and all other pools with it."""

    name = "php-fpm"

    def __init__(self, run: _reload.Run, place: Place, texts: t.Mapping[str, str], _gone: t.Iterable[str] = ()) -> None:
        self.run, self.place, self.paths = run, place, list(texts)
        self.sockets = [path for text in texts.values() for path in _POOL_SOCKET.findall(text) if path[:1] == "/"]

    @staticmethod
    def serious(lines: t.Iterable[str]) -> t.List[str]:
        """The lines in which it says that it cannot go on, without their time."""
        return [line.partition("] ")[2] for line in lines if "] ERROR: " in line or "] ALERT: " in line]

    def pid(self) -> int:
        """Its master; 0 when it does not run."""
        try:
            with open(self.place.pid_file, encoding="ascii") as stream:
                pid = int(stream.read())
            with open("/proc/%d/cmdline" % pid, "rb") as stream:
                return pid if b"php-fpm: master" in stream.read(4096) else 0
        except (OSError, ValueError):
            return 0

    def refuse_taken(self) -> None:
        """Raises OptionError when somebody else listens on the socket of the pool."""
        own = self.pid()
        for path in self.sockets:
            pids = _sockets.listening_paths().get(path, ())
            if pids and own not in pids:
                raise _errors.OptionError(
                    "%s: process %d listens there already, which is not %s. Stop it, or choose another socket."
                    % (path, pids[0], self.place.service)
                )

    def is_behind(self) -> bool:
        """Does it run without the socket of a pool, or without having read one as it is on the disk?

        Whenever it reads its configuration it writes its pidfile anew.
        """
        pid = self.pid()
        if not pid:
            return False
        read, newest = _stamp.changed_at(self.place.pid_file), _stamp.newest_change(self.paths)
        return bool(self._missing(pid)) or (read is not None and newest is not None and newest > read)

    def check(self) -> None:
        """Raises SupervisorError when it refuses the configuration on the disk, or would end with it.

        Its own test looks at no socket, so those of all pools are looked at here.
        """
        code, output, errors = self.run([self.place.program, "-tt"])
        if code != 0:
            words = self.serious((errors + "\n" + output).splitlines())
            said = "; ".join(words) or errors.strip()
            raise _errors.SupervisorError("php-fpm refuses its configuration: %s" % said)
        for address in _ALL_SOCKETS.findall(errors + output):
            folder = os.path.dirname(address)
            if folder and not os.path.isdir(folder):
                raise _errors.SupervisorError(
                    "php-fpm would end with its configuration: a pool is to listen on %s, and there is no folder %s. "
                    "It was not reloaded." % (address, folder)
                )
            wanted = [] if folder else _listens.listens("listen %s;" % address)
            pid = self.pid()
            _ports.refuse_taken([(item, "a pool") for item in wanted], {pid}, bool(pid), "php-fpm")

    def reload(self) -> None:
        """Raises SupervisorError unless it works by the configuration on the disk. It keeps its pid and runs anew."""
        self.check()
        pid = self.pid()
        life = _life(pid)
        said = _words.Words(_words.logs_of(pid))
        os.kill(pid, signal.SIGUSR2)

        def renewed() -> bool:
            now = _life(pid)
            if not now:
                words = "; ".join(self.serious(said.lines())[-2:])
                raise _errors.SupervisorError("php-fpm has ended: %s" % (words or "see its log"))
            return now != life and bool(self.pid())  # it has its title again

        what = "that php-fpm has read its configuration (see its log)"
        _wait.wait_until(renewed, self.place.timeout, 0.05, what=what)

    def start(self) -> None:
        """Raises SupervisorError unless it runs then."""
        _started(self, self.place, self.run, "-tt")

    def prove(self) -> None:
        """Raises DeadlineExceeded unless it has the sockets of the pools."""
        what = "that php-fpm listens on %s" % ", ".join(self.sockets)
        _wait.wait_until(lambda: not self._missing(self.pid()), min(5.0, self.place.timeout), 0.05, what=what)

    def _missing(self, pid: int) -> t.List[str]:
        held = _sockets.listening_paths() if self.sockets else {}
        return [path for path in self.sockets if path not in held or (held[path] and pid not in held[path])]


def _read_with(texts: t.Iterable[str]) -> t.List[str]:
    """What nginx reads with these texts: files that they name, and that the files which they include name."""
    found = []  # type: t.List[str]
    for text in texts:
        found += _there(_named.named(text))
        for path in _there(_named.included(text)):
            with contextlib.suppress(_errors.SupervisorError):
                found += _there(_named.named((_files.read(path) or b"").decode("utf-8", "replace")))
    return found


def _there(names: t.Iterable[str]) -> t.List[str]:
    return [path for name in names for path in ([name] if os.path.lexists(name) else sorted(glob.glob(name)))]


Server = t.Union[Nginx, PhpFpm]
KINDS = {"nginx": Nginx, "php-fpm": PhpFpm}  # type: t.Dict[str, t.Callable[..., Server]]


def _life(pid: int) -> t.List[bytes]:
    """What differs after a program has replaced itself: where the kernel has put its stack. Empty when it ended."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as stream:
            fields = stream.read().rpartition(b")")[2].split()
    except OSError:
        return []
    return [] if fields[0] == b"Z" else fields[25:26]


def _started(server: Server, place: Place, run: _reload.Run, question: str) -> None:
    """Start a service and wait for its process.

    :param question: the argument at which the program tells its configuration, and so where its logs are.
    """
    server.check()
    _code, output, errors = run([place.program, question])
    said = _words.Words(_LOG_PATH.findall(output + errors))
    systemd = os.path.isdir(SYSTEMD)
    code, output, errors = run(
        ["systemctl", "start", place.service] if systemd else ["service", place.service, "start"]
    )
    if code == 0:
        _wait.wait_until(server.pid, place.timeout, 0.05, what="that %s runs" % server.name)
        return
    words = list(OrderedDict.fromkeys(server.serious(said.lines()))) or [(errors or output).strip()]
    raise _errors.SupervisorError("%s does not start: %s" % (server.name, "; ".join(words[-3:])))
