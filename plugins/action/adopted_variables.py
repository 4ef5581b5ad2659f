# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write host_vars and group_vars of what supervisor_adopt has read."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ..plugin_utils import _adopted_files


class ActionModule(ActionBase):
    """See the module's DOCUMENTATION."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict[str, t.Any]:
        """Check, put together, write."""
        super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(
            {
                "output": {"type": "path", "required": True},
                "hosts": {"type": "list", "elements": "str", "required": True},
                "group": {"type": "str", "default": ""},
            },
        )
        try:
            if self._task.check_mode:
                names = _adopted_files.names(options["output"], options["hosts"], options["group"])
                return {"changed": True, "files": names, "encrypt": ""}
            files, changed = _adopted_files.write(options["output"], options["hosts"], options["group"])
        except (OSError, ValueError) as error:
            # Returned, not raised: past what is raised, failed_when of a task does not get to look.
            return {"failed": True, "changed": False, "msg": f"output: {error}"}
        return {"changed": changed, "files": files, "encrypt": _adopted_files.encryption(files)}
