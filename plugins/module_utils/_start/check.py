# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What supervisord only finds out when it starts, found out before: addresses, files, limits, its account."""

import os
import typing as t

from .._config import model as _model
from .._host import account as _account, binding as _binding, limits as _limits
from . import places as _places, service as _service

# Option of [supervisord], kind of limit, what it counts.
_LIMITS = (("minfds", "nofile", "open files"), ("minprocs", "nproc", "processes"))


class Findings(t.NamedTuple):
    """``refused``: with these the daemon would not start. ``unknown``: what is doubtful, or not known from here."""

    refused: t.Tuple[str, ...] = ()
    unknown: t.Tuple[str, ...] = ()


def look(start: _service.Start, uid: int, after: _model.Model, before: t.Optional[_model.Model]) -> Findings:
    """What a start with a configuration would meet.

    :param uid: account of the daemon that runs, or of who asks when none does.
    :param after: the configuration.
    :param before: the one that the running daemon was started with; None when none runs, or it cannot be read.
    """
    settings = after.daemon["supervisord"]
    final = _final(start, uid, settings["user"], before)
    if not _service.starts_as_root(start.service) and final != _account.number(start.service["User"], uid):
        return Findings(
            (
                "[supervisord] user: the service starts the daemon as account %s, which cannot become %s"
                % (start.service["User"], settings["user"]),
            )
        )
    places = _places.Places(start, final)
    _files(places, after)
    search = _Search(start, final, before)
    for section, values in after.daemon.items():
        if section.startswith("unix_http_server"):
            places.socket(section, values["file"], search.has("unix_http_server", "file", values["file"]))
        elif section.startswith("inet_http_server"):
            search.address(section, values["port"])
    for option, kind, what in _LIMITS:
        search.limit(option, kind, what, settings[option])
    search.unknown.extend(_plugins(after, before))
    return Findings(tuple(search.refused + places.refused), tuple(search.unknown + places.unknown))


def _final(start: _service.Start, uid: int, user: t.Any, before: t.Optional[_model.Model]) -> int:
    """The account that the daemon will run as: the one that it switches to, else the one that starts it."""
    if user is not None:
        return _account.number(user, uid)
    if start.service:
        return _account.number(start.service.get("User") or 0, uid)
    switched = before is not None and before.daemon["supervisord"]["user"] is not None
    return 0 if switched and os.geteuid() == 0 else uid


def _files(places: _places.Places, after: _model.Model) -> None:
    settings = after.daemon["supervisord"]
    places.log(settings["logfile"], bool(settings["logfile_maxbytes"]))
    processes = [process for group in after.groups.values() for process in group.processes]
    places.child_logs(settings["childlogdir"], any(_places.makes_auto_logs(process.options) for process in processes))
    places.pid_file(settings["pidfile"])


class _Search:
    """What of the machine itself could be in the way. ``refused`` and ``unknown`` collect sentences."""

    def __init__(self, start: _service.Start, uid: int, before: t.Optional[_model.Model]) -> None:
        self._start = start
        self._uid = uid
        self._in_force = before.daemon if before and start.running else {}
        self.refused: t.List[str] = []
        self.unknown: t.List[str] = []

    def has(self, kind: str, option: str, value: t.Any) -> bool:
        """Does the running daemon have a server with this value?"""
        return any(values[option] == value for name, values in self._in_force.items() if name.startswith(kind))

    def address(self, section: str, port: t.Tuple[str, int]) -> None:
        """Look whether the daemon could listen there, unless it does so already."""
        host, number = port
        where = "[%s] port: %s:%d" % (section, host or "*", number)
        if self.has("inet_http_server", "port", port):
            return
        try:
            found = _binding.refusal(host, number, self._uid)
        except _account.Unknown as error:
            self.unknown.append("%s cannot be tried from here: %s" % (where, error))
            return
        if found is None:
            return
        if _binding.in_use(found):
            self._held(where, host, number)
        elif _binding.not_here(found):
            self.refused.append("%s is no address of this host" % where)
        elif _binding.not_allowed(found):
            self._not_allowed("%s may not be had by account %s" % (where, _account.name(self._uid)))
        else:
            self.refused.append("%s: %s" % (where, found.text or "the name cannot be resolved"))

    def _held(self, where: str, host: str, number: int) -> None:
        """Somebody listens there: that does not matter when it is the daemon itself, under another address."""
        held = _binding.holders(host, number)
        others = [row for row in held if not self._start.pid or self._start.pid not in row.pids]
        if others or not held:
            self.refused.append("%s is in use by %s" % (where, _binding.told(others)))

    def _not_allowed(self, sentence: str) -> None:
        service = self._start.service
        if service.get("AmbientCapabilities") or (not service and self._uid == os.geteuid()):
            self.unknown.append(sentence + ", unless its service gives it the capability for that")
        else:
            self.refused.append(sentence)

    def limit(self, option: str, kind: str, what: str, wanted: int) -> None:
        """Look whether the daemon will have, or can raise itself, the limit that it insists on."""
        said = _service.limit(self._start.service, kind)
        own = _limits.of(self._start.pid or os.getpid(), kind)
        highest = (said or own or _limits.Limit(wanted, wanted)).hard
        try:
            if self._uid == 0 and _limits.root_may_have(kind, wanted):
                return
            highest = _given(kind, highest) if said else highest
        except _account.Unknown:
            pass  # as far as the numbers tell
        if _limits.enough(highest, wanted):
            return
        text = "[supervisord] %s: %d is more than the %d %s that the daemon may have" % (option, wanted, highest, what)
        if said or self._start.pid:
            self.refused.append(text)
        else:
            self.unknown.append(text + ", unless its service allows more than this session has")


def _given(kind: str, said: int) -> int:
    """What systemd gives of the limit in a unit: as much as it can itself, without a word. Raises Unknown."""
    first = _limits.of(1, kind)
    if first is None or _limits.enough(first.hard, said) or _limits.root_may_have(kind, said):
        return said
    return first.hard


def _plugins(after: _model.Model, before: t.Optional[_model.Model]) -> t.List[str]:
    """A word about each plugin that is new or has new options: its function runs only when the daemon starts."""
    old = before.daemon if before else {}
    return [
        "[%s] whether the plugin accepts its options only the start of the daemon shows" % section
        for section, values in after.daemon.items()
        if section.startswith("rpcinterface:") and len(values) > 1 and old.get(section) != values
    ]
