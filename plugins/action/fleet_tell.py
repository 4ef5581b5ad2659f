# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell people what a report found, through routes of the role alerts."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ..plugin_utils import _tell

SPEC = {
    "rows": {"type": "list", "elements": "dict", "required": True},
    "routes": {"type": "dict", "required": True, "no_log": True},
    "names": {"type": "list", "elements": "str", "required": True},
    "title": {"type": "str", "required": True},
}


class ActionModule(ActionBase):
    """See the module's DOCUMENTATION."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict[str, t.Any]:
        """Judge the routes, and send."""
        super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(SPEC)
        orders, faults = _tell.orders(options["routes"], options["names"])
        if faults:  # not raised: the playbook, which shows nothing of this task, says it in another one
            return {"changed": False, "failed": True, "msg": "names: " + "; ".join(faults), "told": []}
        told = [] if self._task.check_mode else _tell.send(orders, options["rows"], options["title"])
        lost = [f"{one['route']}: {one['why']}" for one in told if not one["arrived"]]
        failed = {"failed": True, "msg": "This was not told: " + "; ".join(lost)} if lost else {}
        return {"changed": False, "told": told, **failed}
