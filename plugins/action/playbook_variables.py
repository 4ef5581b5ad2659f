# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuse what a playbook was given and cannot have been meant, all at once."""

from __future__ import annotations

import os
import typing as t

from ansible import context
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.vars import load_extra_vars

from ..plugin_utils import (
    _places,
    _playbook_faults,
    _playbook_given,
    _playbook_help,
    _playbook_table,
    _playbook_values,
    _screen,
)


class ActionModule(ActionBase):
    """See the module's DOCUMENTATION."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict[str, t.Any]:
        """Read, show the variables if asked to, refuse what is wrong."""
        super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec({"playbook": {"type": "str", "required": True}})
        try:
            book = _playbook_table.playbook(options["playbook"])
            extra = load_extra_vars(self._loader)
            options = context.CLIARGS.get("extra_vars") or ()
            given = _playbook_given.given(book, task_vars or {}, self._templar.template, extra, options)
            if _asked_for_help(book, given.run):
                _screen.show("\n" + "\n".join(_playbook_help.text(book)))
                return {"changed": False}
            found = _playbook_faults.faults(book, given._replace(unwritable=_unwritable))
        except ValueError as error:
            raise AnsibleActionFail(str(error)) from None
        return {"changed": False, "failed": bool(found), "msg": "\n".join(found)}


def _unwritable(path: str) -> str:
    return _places.unwritable(path, os.environ, os.getcwd())


def _asked_for_help(book: _playbook_table.Playbook, run: t.Mapping[str, t.Any]) -> bool:
    name = f"{book.prefix}help"
    try:
        return bool(_playbook_values.value(book.variables[name], run.get(name)))
    except ValueError:
        return True  # "-e control_help=me" wants it as well
