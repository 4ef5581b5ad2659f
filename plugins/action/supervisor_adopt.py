# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run supervisor_adopt on the host, and keep the values that it read on the controller, out of the result."""

from __future__ import annotations

import base64
import json
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..plugin_utils import _adopted_files


class ActionModule(ActionBase):
    """See the module's DOCUMENTATION."""

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict[str, t.Any]:
        """Read, keep, tell."""
        result = super().run(tmp, task_vars)
        args = {key: value for key, value in self._task.args.items() if key != "_values"}
        output = args.pop("output", None)
        result.update(
            self._execute_module(
                "supervisord.fleet.supervisor_adopt", {**args, "_values": bool(output)}, task_vars=task_vars
            )
        )
        values = result.pop("_values", None)
        if values and not self._task.check_mode:
            read = json.loads(base64.b64decode(values))
            try:
                _adopted_files.keep(str(output), str((task_vars or {})["inventory_hostname"]), read)
            except OSError as error:
                raise AnsibleActionFail(f"output: {output} cannot be written on the controller: {error}.") from error
        return result
