# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task for many ``servers``, carried out by the process that Ansible has for the task anyway.

Where a module would be sent to the controller itself, to be unpacked and compiled by another Python there, its own
``main`` is called instead. All that decides what a task does, says and hides is the module's.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shutil
import sys
import threading
import typing as t

from ansible import constants
from ansible.plugins.action.normal import ActionModule as AnyModule

if t.TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = "ansible_collections.supervisord.fleet.plugins"
LOCAL = "ansible.plugins.connection.local"  # mitogen's, which bears the same name, has its own way with modules
ANY = ("", "auto", "auto_legacy", "auto_silent", "auto_legacy_silent")  # no Python is asked for


class Action(AnyModule):
    """Calls the module of the same name here, or has Ansible run it as any other."""

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict[str, t.Any]:
        """The result of the module, wherever it runs."""
        variables = task_vars or {}
        if self._task.args.get("servers") is None or not self._can_be_here(variables):
            return super().run(tmp, task_vars)
        result = super(AnyModule, self).run(tmp, task_vars)
        return {**result, **self._called(str(self._task.action), self._task.args, variables)}

    def ask(self, name: str, arguments: Mapping, variables: dict) -> dict[str, t.Any]:
        """The result of a module of this collection that is given ``servers``."""
        name, given = f"supervisord.fleet.{name}", dict(arguments)
        if self._can_be_here(variables):
            return self._called(name, given, variables)
        return t.cast(dict[str, t.Any], self._execute_module(name, given, task_vars=variables))

    def _called(self, name: str, arguments: Mapping, variables: dict) -> dict[str, t.Any]:
        given = dict(arguments)
        self._update_module_args(name, given, variables)
        with _folder(self._loader.get_basedir()):
            return called(name.rpartition(".")[2], as_sent(given))

    def _can_be_here(self, variables: Mapping) -> bool:
        """Whether nothing about the task asks for another account, place, time, environment or Python."""
        task = self._task
        return (
            type(self._connection).__module__ == LOCAL
            and not self._connection.become
            and not task.async_val
            and not any(task.environment or ())
            and threading.current_thread() is threading.main_thread()  # no other is told of signals
            and self._same_python(variables)
        )

    def _same_python(self, variables: Mapping) -> bool:
        """Whether the module would run with the Python that Ansible runs with, or with any."""
        host = self._task.delegate_to
        own = (variables.get("ansible_delegated_vars") or {}).get(host) or {} if host else variables
        wanted = constants.config.get_config_value("INTERPRETER_PYTHON", variables=own)
        wanted = str(self._templar.template(wanted) or "").strip()
        if wanted in ANY:
            return True
        found = shutil.which(wanted)
        return found is not None and os.path.realpath(found) == os.path.realpath(sys.executable)


def as_sent(arguments: Mapping) -> dict[str, t.Any]:
    """The arguments as a module is sent them: plain data, with what a vault has encrypted as text."""
    try:
        from ansible.module_utils.common.json import Direction, get_module_encoder
    except ImportError:  # ansible-core before 2.19
        from ansible.parsing.ajson import AnsibleJSONEncoder

        return json.loads(json.dumps(arguments, cls=AnsibleJSONEncoder, vault_to_text=True))
    return json.loads(json.dumps(arguments, cls=get_module_encoder("legacy", Direction.CONTROLLER_TO_MODULE)))


def called(name: str, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
    """The result of a module that is called, each text in it marked as one that Ansible must not evaluate.

    Raises KeyboardInterrupt where the module was interrupted: it has told its last, and the process is to end.
    """
    from . import _inside, _unsafe  # most tasks run as they always did, and need none of it

    module = importlib.import_module(f"{PACKAGE}.modules.{name}")
    return _unsafe.Marker().mark(_inside.result_of(module.main, arguments))


@contextlib.contextmanager
def _folder(path: str) -> t.Iterator[None]:
    """Relative paths are those of the playbook's folder, in which Ansible starts modules of the controller."""
    former = os.getcwd()
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(former)
