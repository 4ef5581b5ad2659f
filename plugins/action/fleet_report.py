# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show rows as a table on the terminal, and write them into files of the controller."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ..plugin_utils import _report


class ActionModule(ActionBase):
    """See the module's DOCUMENTATION."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict[str, t.Any]:
        """Check, write, show."""
        super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(
            _report.SPEC, required_one_of=[("rows", "table")], mutually_exclusive=[("rows", "table")]
        )
        return _report.carry_out(options, self._task.check_mode)
