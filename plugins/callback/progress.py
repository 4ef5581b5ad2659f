# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: progress
type: notification
short_description: Show how far a task for many supervisord daemons is, while it runs
version_added: 0.1.0
description:
  - Ansible shows nothing of a module before it has ended. With this callback, a task that has the option C(servers) of
    M(supervisord.fleet.supervisor_info), M(supervisord.fleet.supervisor_process) or M(supervisord.fleet.supervisor_rpc)
    tells how many servers are done, and with C(-v) a line about each of them as soon as it has ended.
  - It works for tasks that run on the controller as the same user. What runs elsewhere, or with C(become), can write a
    O(supervisord.fleet.supervisor_process#module:progress_file) there.
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
requirements:
  - to be enabled, for example with E(ANSIBLE_CALLBACKS_ENABLED=supervisord.fleet.progress)
options:
  interval:
    description:
      - Seconds between two lines that say how many are done.
    type: float
    default: 5.0
    env:
      - name: SUPERVISOR_PROGRESS_INTERVAL
    ini:
      - section: callback_supervisor_progress
        key: interval
"""

import atexit
import contextlib
import json
import os
import tempfile
import threading
import time
import typing as t

from ansible.plugins.callback import CallbackBase

from ..module_utils import _said
from ..plugin_utils import _screen

VARIABLE = "SUPERVISOR_PROGRESS_FILE"  # where the modules look for the name of the file


class CallbackModule(CallbackBase):
    """Makes a file for the modules to write to, and follows it in a thread."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "supervisord.fleet.progress"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self._failed = 0
        self._told = 0.0

    def v2_playbook_on_start(self, _playbook: t.Any) -> None:
        if VARIABLE in os.environ:
            path, own = os.environ[VARIABLE], False
        else:
            (descriptor, path), own = tempfile.mkstemp(prefix="supervisor-progress-"), True
            os.close(descriptor)
            os.environ[VARIABLE] = path  # inherited by the modules
        self._told = time.monotonic()
        self._thread = threading.Thread(target=self._follow, args=(path, own), daemon=True)
        self._thread.start()
        atexit.register(self._stop)

    def v2_playbook_on_stats(self, _stats: t.Any) -> None:
        self._stop()

    def _stop(self) -> None:
        self._end.set()
        if self._thread is not None:
            self._thread.join(5)

    def _follow(self, path: str, own: bool) -> None:
        begun = os.path.getsize(path) if os.path.exists(path) else 0
        with open(path, "a+", encoding="utf-8") as stream:
            stream.seek(begun)
            while not self._end.wait(0.2):
                self._show(stream)
            self._show(stream)
        if own:
            with contextlib.suppress(OSError):
                os.unlink(path)

    def _show(self, stream: t.TextIO) -> None:
        found: dict[str, t.Any] = {}
        for line in stream:
            found = json.loads(line)
            self._failed = found["failed"] + (self._failed if found["done"] > 1 else 0)
            self._display.v("  [%(done)d/%(total)d] " % found + _sentence(found))
        now = time.monotonic()
        if found and now - self._told >= self.get_option("interval"):
            self._told = now
            text = "  %d of %d servers done, %d failed" % (found["done"], found["total"], self._failed)
            self._display.display(text, stderr=_screen.aside())


def _sentence(found: dict[str, t.Any]) -> str:
    """What became of one server."""
    verdict = "ok" if found["reachable"] else "unreachable"
    if found["failed"] and found["reachable"]:
        verdict = "failed"
    elif found["changed"]:
        verdict = "changed"
    return "%s: %s after %.1f s%s" % (
        _said.line(found["name"]),
        verdict,
        found["seconds"],
        ": " + _said.text(found["msg"]) if found["msg"] else "",
    )
