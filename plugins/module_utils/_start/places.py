# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Can the daemon use the files and folders that its configuration names, as the account that it will run as?"""

import os
import stat
import typing as t

from .. import _errors
from .._config import values as _values
from .._host import account as _account, binding as _binding, careful as _careful
from . import service as _service

# Read, write and look, as ``os.access`` tells them for one path; None for what is not there.
Rights = t.Dict[str, t.Optional[t.Tuple[bool, bool, bool]]]
_OUTPUTS = ("/dev/stdout", "/dev/stderr", "/dev/fd/1", "/dev/fd/2", "/proc/self/fd/1", "/proc/self/fd/2")


class Places:
    """The paths of a configuration, looked at as the daemon's account. ``refused`` and ``unknown`` hold sentences."""

    def __init__(self, start: _service.Start, uid: int) -> None:
        self._start = start
        self._uid = uid
        self.refused: t.List[str] = []
        self.unknown: t.List[str] = []

    def log(self, text: str, rotated: bool) -> None:
        """Look at the daemon's own log: without it the daemon does not start."""
        where = "[supervisord] logfile: %s" % text
        path = self._absolute(where, text)
        if path is None:
            return
        if path in _OUTPUTS:
            self._output(where, rotated)
            return
        try:
            facts = os.stat(path)
        except OSError:
            self._new_file(where, path)
            return
        if stat.S_ISDIR(facts.st_mode):
            self.refused.append("%s is a folder" % where)
        elif stat.S_ISFIFO(facts.st_mode) or stat.S_ISSOCK(facts.st_mode) or stat.S_ISBLK(facts.st_mode):
            self.refused.append("%s is no file but a pipe, socket or disk" % where)
        elif stat.S_ISCHR(facts.st_mode):
            self._device(where, path, rotated)
        elif not self._led_astray(where, path):
            self._existing_file(where, path, rotated)

    def _absolute(self, where: str, text: str) -> t.Optional[str]:
        path = _service.absolute(self._start, text)
        if path is None:
            self.unknown.append("%s cannot be tried: where it lies is only known when the daemon starts" % where)
        return path

    def _led_astray(self, where: str, path: str) -> bool:
        try:
            _careful.settle(path)
        except _errors.PlantedPath as error:
            self.refused.append("%s: %s" % (where, error.message))
            return True
        except _errors.SupervisorError:
            pass  # a link to nothing, which is a file that will be made
        return False

    def _output(self, where: str, rotated: bool) -> None:
        kind = _service.output(self._start)
        if kind in ("file", "null"):
            return
        if kind == "socket":
            self.refused.append("%s is a socket for a service of systemd, and cannot be opened" % where)
        elif rotated:
            self.refused.append(
                "%s can only be written to when the daemon does not rotate it: set logfile_maxbytes to 0" % where
            )
        elif not kind:
            self.unknown.append("%s works unless it is a socket, as it is for a service of systemd" % where)

    def _device(self, where: str, path: str, rotated: bool) -> None:
        if os.path.realpath(path) == "/dev/null":
            return
        if rotated:
            self.refused.append(
                "%s is a device, which the daemon cannot rotate: name a file, or set logfile_maxbytes to 0" % where
            )
        else:
            self.unknown.append("%s is a device, and whether the daemon can write to it only its start shows" % where)

    def _owned(self, folder: str) -> bool:
        return os.path.realpath(folder) in self._start.owned

    def _planned(self, folder: str) -> bool:
        return os.path.realpath(folder) in self._start.planned and not os.path.isdir(folder)

    def _existing_file(self, where: str, path: str, rotated: bool) -> None:
        folder = os.path.dirname(path)
        if self._owned(folder) and self._goes_along(path, folder):
            return
        rights = self._rights([path, folder], where)
        if rights is None:
            return
        of_file = rights[path]
        if of_file is None or not of_file[1]:
            self.refused.append(
                "%s cannot be written by account %s: give it to that account, or take it away" % (where, self._name())
            )
        elif rotated and not _full(rights[folder]):
            self.unknown.append(
                "%s cannot be rotated, since account %s cannot write its folder" % (where, self._name())
            )

    def _goes_along(self, path: str, folder: str) -> bool:
        """Will a file belong to whom its folder will? Root's folder is given with all in it, another's with its own."""
        owners = {self._uid, os.stat(folder).st_uid}
        return 0 in owners or os.stat(path).st_uid in owners

    def _new_file(self, where: str, path: str) -> None:
        folder = os.path.dirname(path)
        if self._owned(folder) or self._planned(folder):
            return
        rights = self._rights([folder], where)
        if rights is not None and not _full(rights[folder]):
            self.refused.append(
                "%s cannot be made by account %s, which cannot write %s" % (where, self._name(), folder)
            )

    def child_logs(self, text: str, used: bool) -> None:
        """Look at the folder for AUTO logs.

        :param used: does any program have one? Then the daemon ends when it cannot make it.
        """
        where = "[supervisord] childlogdir: %s" % text
        folder = self._absolute(where, text)
        if folder is None or self._owned(folder) or self._planned(folder):
            return
        rights = self._rights([folder], where)
        if rights is None or _full(rights[folder]):
            return
        sentence = "%s cannot be written by account %s" % (where, self._name())
        (self.refused if used else self.unknown).append(sentence)

    def pid_file(self, text: str) -> None:
        """Look at the pidfile. The daemon starts without it, but nobody can tell later what was its."""
        where = "[supervisord] pidfile: %s" % text
        path = self._absolute(where, text)
        if path is None:
            return
        folder = os.path.dirname(path)
        if os.path.isdir(path):
            self.unknown.append("%s is a folder, so the daemon will have no pidfile" % where)
            return
        if self._owned(folder) or self._planned(folder):
            return
        rights = self._rights([path, folder], where)
        if rights is None:
            return
        of_file = rights[path]
        if not (of_file[1] if of_file is not None else _full(rights[folder])):
            self.unknown.append(
                "%s cannot be written by account %s, so the daemon will have no pidfile" % (where, self._name())
            )

    def socket(self, section: str, path: str, used: bool) -> None:
        """Look at where the daemon makes its Unix socket.

        :param used: is this the socket of the daemon that runs now?
        """
        where = "[%s] file: %s" % (section, path)
        folder = os.path.dirname(path)
        if os.path.isdir(path):
            self.refused.append("%s is a folder, which the daemon would try to remove for ever" % where)
        elif not used and _binding.answers(path):
            self.refused.append("%s is the socket of another program that runs" % where)
        elif not self._owned(folder) and not self._planned(folder):
            rights = self._rights([folder], where)
            if rights is not None and not _full(rights[folder]):
                self.refused.append("%s cannot be made by account %s" % (where, self._name()))

    def _rights(self, paths: t.List[str], where: str) -> t.Optional[Rights]:
        """What the account may do; None, and noted, when that is not known."""
        try:
            found = _account.ask(self._uid, lambda: {path: _access(path) for path in paths})
        except _account.Unknown as error:
            self.unknown.append("%s cannot be tried from here: %s" % (where, error))
            return None
        return t.cast(Rights, found)

    def _name(self) -> str:
        return _account.name(self._uid)


def _access(path: str) -> t.Optional[t.Tuple[bool, bool, bool]]:
    if not os.path.lexists(path):
        return None
    return os.access(path, os.R_OK), os.access(path, os.W_OK), os.access(path, os.X_OK)


def _full(rights: t.Optional[t.Sequence[bool]]) -> bool:
    """Can names be made in a folder?"""
    return bool(rights and rights[1] and rights[2])


def makes_auto_logs(options: t.Mapping[str, t.Any]) -> bool:
    """Does a process have a log that the daemon names by itself?"""
    return _values.AUTO in (options.get("stdout_logfile"), options.get("stderr_logfile"))
