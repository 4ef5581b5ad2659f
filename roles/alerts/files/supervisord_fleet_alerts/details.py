# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found out about a message before it leaves: how the program ended, and the last lines of its log, masked."""

import os
import re
import stat
import threading
import typing as t

from . import (
    door as _door,
    kinds as _kinds,
    log as _log,
    masks as _masks,
    programs as _programs,
    rpc as _rpc,
    store as _store,
)

KINDS = ("restarted",)
MANY = 200  # messages that wait for it; more than that are too many to ask about each
ROOM = 3000  # characters of a log that are sent
READ = 16384  # bytes of a log that are looked at
_ENDED = re.compile(r"exited: (\S+) \((?:exit status (\d+)|terminated by (\w+))")


def wanted(notice: t.Mapping[str, t.Any]) -> bool:
    """Is there more to find out about it?"""
    if notice["say"] in _kinds.OVER or not notice["subject"]:
        return False
    return notice["area"] in _programs.AREAS or notice["kind"] in KINDS


class Details(threading.Thread):
    """The thread that finds out."""

    def __init__(
        self,
        settings: t.Mapping[str, t.Any],
        store: _store.Store,
        supervisor: _door.Way,
        log: _log.Log,
        secrets: t.Sequence[str],
    ) -> None:
        super().__init__(name="details", daemon=True)
        self._store, self._supervisor, self._log = store, supervisor, log
        self._secrets = secrets
        self._lines = settings["log_lines"]
        self._patterns = [re.compile(pattern) for pattern in settings["masks"]]

    def run(self) -> None:
        """For ever."""
        while True:
            todo = self._store.unknown()
            for number, (key, notice) in enumerate(todo):
                facts = {} if len(todo) - number > MANY else self._found(notice)  # type: t.Dict[str, t.Any]
                self._store.commit({"f": {key: facts}})
            with self._store.changed:
                if not self._store.unknown():
                    self._store.changed.wait(1.0)

    def _found(self, notice: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
        try:
            return self._facts(notice)
        except (_rpc.Unanswered, _rpc.Fault) as error:
            return {"reason": notice["facts"].get("reason") or self._log.harmless(str(error))}
        except Exception as error:  # noqa: BLE001  the messages after it have logs, too
            self._log.say("details of %s: %s: %s" % (notice["subject"], type(error).__name__, error))
            return {}

    def _facts(self, notice: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
        info = self._supervisor.call("getProcessInfo", notice["subject"])
        facts = {"pid": info["pid"] or None}  # type: t.Dict[str, t.Any]
        if notice["kind"] in ("exited", "backoff", "fatal"):
            facts.update(ended(self._supervisor.text("readLog", -READ, 0), info["name"]))
        if not facts.get("reason") and info["spawnerr"] and info["statename"] in ("FATAL", "BACKOFF"):
            facts["reason"] = self._log.harmless(info["spawnerr"])
        log = self._tail(notice["subject"], info) if self._lines else ""
        if log:
            facts["log"] = log
        return facts

    def _tail(self, subject: str, info: t.Mapping[str, t.Any]) -> str:
        """The last lines of both logs, those of standard error last."""
        texts = []
        for name, method in (("stdout", "readProcessStdoutLog"), ("stderr", "readProcessStderrLog")):
            if info.get(name + "_logfile"):
                texts.append(self._read(method, subject, info[name + "_logfile"]))
        text = "\n".join(_masks.clean(text).rstrip("\n") for text in texts if text.strip())
        return _masks.tail(_masks.masked(text, self._secrets, self._patterns), self._lines, ROOM)

    def _read(self, method: str, subject: str, path: str) -> str:
        try:
            return self._supervisor.text(method, subject, -READ, 0)
        except _rpc.Fault:
            return ""  # there is no log
        except _rpc.Unanswered:
            return _end_of(path)  # it may hold bytes that supervisord cannot say


def ended(log: str, name: str) -> t.Dict[str, t.Any]:
    """How a process ended last, as the daemon's own log has it: its answers forget that as soon as it starts again.

    :param name: without the group, as the log has it.
    """
    found = [match for match in _ENDED.finditer(log) if match.group(1) == name]
    if not found:
        return {}
    status, signal = found[-1].group(2), found[-1].group(3)
    return {"exit_status": int(status)} if status else {"reason": "terminated by " + signal}


def _end_of(path: str) -> str:
    """Whoever writes the log may have put something else in its place: only a file is read, and no other's."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return ""
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - READ))
            return stream.read(READ).decode("utf-8", "replace")
    except OSError:
        return ""
