# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A role's variables, each as its specification says, or everything that is wrong with them in one message."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..plugin_utils import _role_foreign, _role_names, _role_said, _role_taken


class ActionModule(ActionBase):
    """See the module's DOCUMENTATION."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict[str, t.Any]:
        """Take, convert, look at the other names."""
        super().run(tmp, task_vars)
        self.validate_argument_spec({})
        variables = task_vars or {}
        if self._task._role is None:
            raise AnsibleActionFail("role_variables belongs into a role: it reads that role's meta/argument_specs.yml.")
        role = self._task._role
        name = str(role.get_name(include_role_fqcn=False))
        taken = _role_taken.Taken(self._templar, name, role.get_default_vars(), variables)
        values = taken.all()
        faults = self._other_names(taken, values, variables)
        if faults:
            told = _role_said.refusal(taken.role, faults, taken.own, variables)
            return {"failed": True, "changed": False, "msg": told}
        # Nothing of it is shown, since it may hold secrets; the role goes on with what is registered.
        return {**values, "changed": False, "_ansible_no_log": True}

    @staticmethod
    def _other_names(taken: _role_taken.Taken, values: dict, variables: dict) -> list[str]:
        """All faults, with those of names that the role does not know. What may be meant for others is a warning."""
        programs = taken.given.get("supervisor_programs")
        foreign = _role_foreign.recognised(variables, programs) if taken.role == "supervisor" else []
        if foreign:
            return foreign
        others = values.get("other_variables") or []
        strange = _role_names.strange(taken.role, taken.options, variables, others)
        for word in strange.words:
            Display().warning(word)
        return taken.faults + strange.faults
