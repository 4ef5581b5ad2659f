# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes each task's result as a line of JSON into the file that FAILURES_TOLD names."""

from __future__ import annotations

DOCUMENTATION = """
name: told
type: notification
short_description: Writes results for the tests of failures
description: [Writes each task's result as a line of JSON into the file that the environment names.]
"""

import json
import os

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Keeps what the operator's own callback would show, as data."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "told"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._stream = open(os.environ["FAILURES_TOLD"], "w", encoding="utf-8")  # noqa: SIM115  lives as long as the run

    def _tell(self, result, failed):
        row = {
            "host": result._host.get_name(),
            "task": result._task.get_name(),
            "failed": failed,
            "result": result._result,
        }
        self._stream.write(json.dumps(row, default=str) + "\n")
        self._stream.flush()

    def v2_playbook_on_start(self, playbook):
        self._stream.write("")

    def v2_runner_on_ok(self, result):
        self._tell(result, False)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._tell(result, not ignore_errors)

    def v2_runner_on_unreachable(self, result):
        self._tell(result, True)
