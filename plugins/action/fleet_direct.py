# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks status and control, as far as it needs nothing but the daemons that the controller reaches."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..plugin_utils import _worker

if t.TYPE_CHECKING:
    from ..plugin_utils import _direct


class ActionModule(_worker.Action):
    """See the module's DOCUMENTATION."""

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict[str, t.Any]:
        """Ask, and where everybody has answered act and show."""
        # Not above: Ansible loads this file in its main process too, which needs none of it and would keep it.
        from ..plugin_utils import _direct, _unsafe

        ActionBase.run(self, tmp, task_vars)
        variables = task_vars or {}
        _result, options = self.validate_argument_spec({"playbook": {"type": "str", "required": True}})
        try:
            about = _direct.run(options["playbook"], variables, self._templar.template)
            question = _direct.question(about)
        except ValueError as error:
            raise AnsibleActionFail(str(error)) from None
        asked = self.ask("supervisor_info", question, variables)
        if asked.get("failed"):
            return asked
        rest = _direct.remainder(about, asked["servers"])
        if not _direct.is_all(about, asked["servers"], rest):
            return {**asked, **rest, "done": False, "complaints": {}}
        result = self._end(about, asked, variables)
        return t.cast(dict[str, t.Any], _unsafe.Marker().mark({**result, **rest, "done": True}))

    def _end(self, about: _direct.Run, asked: dict[str, t.Any], variables: dict) -> dict[str, t.Any]:
        """Act, show, and hand numbers and names on to a workflow."""
        from ..plugin_utils import _direct, _report

        check, servers = bool(variables["ansible_check_mode"]), asked["servers"]
        acted = []
        if about.book == "control":
            acted = [self.ask("supervisor_process", order, variables) for order in _direct.orders(about, servers)]
            failed = next((result for result in acted if result.get("failed")), None)
            if failed:
                return failed
            unasked = [server for server in servers if server["failed"]]
            done = [server for result in acted for server in result["servers"]]
            # The report of a dry run is for the terminal.
            result = _report.carry_out(_direct.changes(about, unasked + done, check), self._task.check_mode)
        else:
            result = _report.carry_out(_direct.states(about, servers), False)
        stats = {"playbook": about.book, "check_mode": check, **result.pop("stats")}
        handed = {"data": {"supervisord_fleet": stats}, "per_host": False, "aggregate": False}
        return {**result, **_together([asked, *acted]), "ansible_stats": handed}


def _together(results: list[dict[str, t.Any]]) -> dict[str, t.Any]:
    """What the results of modules say to Ansible."""
    found: dict[str, t.Any] = {"changed": any(result.get("changed") for result in results)}
    for key in ("warnings", "deprecations", "diff"):
        every = [item for result in results for item in result.get(key) or []]
        found.update({key: every} if every else {})
    return found
