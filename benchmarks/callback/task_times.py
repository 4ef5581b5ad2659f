# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes ``name<TAB>seconds<TAB>ok|failed`` of each task, with all its loop items, to $TASK_TIMES."""

from __future__ import annotations

DOCUMENTATION = r"""
name: task_times
type: notification
short_description: Write how long each task took
description: Writes the time from the start of a task to its result, which is what a user waits for.
"""

import os  # noqa: E402  Ansible wants DOCUMENTATION first
import time  # noqa: E402  see above

from ansible.plugins.callback import CallbackBase  # noqa: E402  see above


class CallbackModule(CallbackBase):
    """See the module's docstring."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "task_times"

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._started = time.monotonic()

    def v2_runner_on_ok(self, result):
        self._note(result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._note(result, "failed")

    def _note(self, result, verdict):
        seconds = time.monotonic() - self._started
        with open(os.environ["TASK_TIMES"], "a", encoding="utf-8") as stream:
            stream.write("%s\t%.4f\t%s\n" % (result._task.get_name(), seconds, verdict))
