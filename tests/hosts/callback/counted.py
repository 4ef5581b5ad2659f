# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes which tasks ran a module on which host, as JSON, into the file that TASKS_COUNTED names."""

from __future__ import annotations

DOCUMENTATION = """
name: counted
type: notification
short_description: Writes which tasks ran a module on which host
description:
  - Writes host -> names of its tasks that ran a module, as JSON, into the file that the environment names.
  - A task that only decides something on the controller, or is skipped, is none of them.
  - A loop counts each of its turns.
"""

import json
import os

from ansible.plugins.callback import CallbackBase

HERE = ("supervisord.fleet.role_variables",)  # actions that hide what they found, and ran on the controller alone


class CallbackModule(CallbackBase):
    """Counts what costs a connection to the host."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "counted"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._ran = {}

    def _count(self, result):
        if result._task.delegate_to or result._task.action in HERE:
            return
        if "results" in result._result:
            return  # a loop: each turn was told before
        # What a module was called with is in its result, unless that is hidden.
        if "invocation" in result._result or "censored" in result._result:
            self._ran.setdefault(result._host.get_name(), []).append(result._task.get_name().strip())

    v2_runner_on_ok = _count
    v2_runner_item_on_ok = _count

    def v2_playbook_on_stats(self, stats):
        with open(os.environ["TASKS_COUNTED"], "w", encoding="utf-8") as stream:
            json.dump(self._ran, stream)
