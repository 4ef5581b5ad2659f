# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signs of life: a file that says how the listener is, metrics, and a call to a dead man's switch.

All of them say when supervisord was last heard. A listener that supervisord has forgotten says so by its silence: the
switch is only called after events.
"""

import json
import os
import threading
import time
import typing as t

from . import (
    VERSION,
    files as _files,
    log as _log,
    message as _message,
    metrics as _metrics,
    port as _port,
    web as _web,
)

VERSION_OF_FILE = 1


class Beat(threading.Thread):
    """The thread that gives them.

    :param look: what there is to say, see ``desk.Desk.report``.
    """

    def __init__(
        self, settings: t.Mapping[str, t.Any], look: t.Callable[[], t.Dict[str, t.Any]], log: _log.Log
    ) -> None:
        super().__init__(name="beat", daemon=True)
        self._settings, self._look, self._log = settings, look, log
        self._called = 0.0
        self._heard = 0.0

    def run(self) -> None:
        """For ever."""
        number = self._settings["metrics"]["port"]
        port = _port.Port(number, lambda: prometheus(self._look()), self._log) if number else None
        while True:
            if port:
                port.open()
            report = self._look()
            for name, made in (("heartbeat", document), ("metrics", prometheus)):
                path = self._settings[name]["file"]
                if path:
                    self._write(path, made(report))
            self._call(report)
            time.sleep(5.0)

    def _write(self, path: str, text: str) -> None:
        try:
            _files.put(path, text)
        except OSError as error:
            self._log.say("%s: %s" % (path, error.strerror))

    def _call(self, report: t.Mapping[str, t.Any]) -> None:
        """Call the dead man's switch, at most once a minute and only if supervisord was heard since."""
        url, now = self._settings["heartbeat"]["url"], time.monotonic()
        if not url or report["heard"] in (0, self._heard) or now < self._called + 50:
            return
        self._called = now
        try:
            answer = _web.ask(_web.Request(url, None, {}, "GET"), _web.Way(10.0))
        except _web.Failed as failed:
            self._log.say("heartbeat: %s" % failed)
            return
        if answer.status >= 300:
            self._log.say("heartbeat: the answer has status %d" % answer.status)
        else:
            self._heard = report["heard"]


def document(report: t.Mapping[str, t.Any]) -> str:
    """The heartbeat's file: JSON, version 1."""
    value = {
        "version": VERSION_OF_FILE,
        "program": VERSION,
        "pid": os.getpid(),
        "host": report["host"],
        "written": _message.stamp(report["now"]),
        "started": _message.stamp(report["started"]),
        "heard": _message.stamp(report["heard"]) if report["heard"] else None,
        "daemon": report["daemon"],
        "firing": report["firing"],
        "unsaved": report["unsaved"],
        "counts": report["counts"],
        "routes": report["routes"],
    }
    return json.dumps(value, indent=1, sort_keys=True) + "\n"


def prometheus(report: t.Mapping[str, t.Any]) -> str:
    """The metrics."""
    waiting = {name: route["waiting"] for name, route in report["routes"].items()}
    up = _metrics.known("supervisor_up", [({}, float(report["answers"]))])
    rest = _metrics.listener(report["counts"], waiting, report["firing"], report["heard"])
    return _metrics.text([up, *_metrics.processes(report["processes"], report["starts"]), *rest])
