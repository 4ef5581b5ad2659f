# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell people what a report found, through routes of the role alerts."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ..module_utils import _said
from ..plugin_utils import _role_elsewhere, _tell

SPEC = {
    "rows": {"type": "list", "elements": "dict", "required": True},
    "hosts": {"type": "list", "elements": "str", "required": True},
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
        routes, faults = self._routes(options["hosts"], task_vars or {})
        orders, wrong = ([], []) if faults else _tell.orders(routes, options["names"])
        if faults or wrong:
            said = "; ".join(faults) or "names: " + "; ".join(wrong)
            return {"changed": False, "failed": True, "msg": said, "told": []}
        told = [] if self._task.check_mode else _tell.send(orders, options["rows"], options["title"])
        lost = [f"{one['route']}: {one['why']}" for one in told if not one["arrived"]]
        failed = {"failed": True, "msg": "This was not told: " + "; ".join(lost)} if lost else {}
        return {"changed": False, "told": told, **failed}

    def _routes(self, hosts: t.Sequence[str], variables: dict) -> tuple[dict[str, list[dict[str, t.Any]]], list[str]]:
        """Host to its routes, as the role would take them, and what is wrong with them."""
        routes: dict[str, list[dict[str, t.Any]]] = {}
        faults: dict[str, list[str]] = {}
        for host in hosts:
            own = dict(variables["hostvars"].raw_get(host))
            if "alerts_routes" not in own:
                continue
            taken = _role_elsewhere.taken(self._templar, "alerts", own, variables, _tell.VARIABLES)
            values = taken.all()
            if values.get("state") == "absent":
                continue
            for fault in taken.faults:
                faults.setdefault(fault, []).append(host)
            routes[host] = [] if taken.faults else _tell.spoken(values["routes"], values["language"])
        return routes, [f"{fault} (on {_said.some(those, 3)})" for fault, those in faults.items()]
