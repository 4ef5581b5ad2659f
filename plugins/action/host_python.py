# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether modules can run on a host, asked by its shell where they cannot; and a Python where it has none."""

from __future__ import annotations

import typing as t

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.executor.interpreter_discovery import discover_interpreter
from ansible.plugins.action import ActionBase
from ansible.release import __version__

from ..module_utils import _said, _shown
from ..plugin_utils import _host_look, _host_packages, _host_python

SPEC = {
    "facts": {"type": "bool", "default": False},
    "after": {"type": "dict"},
    "refuse": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["query", "present"], "default": "query"},
    "packages": {"type": "list", "elements": "str", "default": []},
    "repository": {"type": "str", "default": ""},
    "repository_key": {"type": "str", "default": ""},
    "repository_check": {"type": "bool", "default": True},
}
_GATHERED = {"_ansible_facts_gathered", "_facts_gathered"}  # marks of Ansible's own, also in a cache of facts
DISCOVERED = "discovered_interpreter_python"  # the fact in which Ansible keeps what it has found
SHOWN = 6  # last lines of what a package manager says


class ActionModule(ActionBase):
    """See the module's DOCUMENTATION."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict[str, t.Any]:
        """Gather facts, judge what another task has met, or look and install."""
        super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(SPEC, mutually_exclusive=[("facts", "after")])
        variables = task_vars or {}
        if options["after"] is not None:
            return {"failed": options["refuse"], **self._after(options["after"], variables)}
        return self._facts(variables) if options["facts"] else self._prepare(options, variables)

    def _after(self, failed: dict, variables: dict) -> dict[str, t.Any]:
        """The message of a failed result, or what its Python has to do with it."""
        said = str(failed.get("msg") or "").strip()
        if _host_python.is_about_python(failed):
            said = self._sentence(failed, variables) or said
        return {"changed": False, "msg": said}

    def _facts(self, variables: dict) -> dict[str, t.Any]:
        """What a play that gathers facts does, and no more of it where all is well."""
        if constants.DEFAULT_GATHERING == "smart" and _GATHERED & set(variables.get("ansible_facts") or {}):
            return {"changed": False}
        task = self._task.copy()
        task.args = self._of_play()
        gather = self._shared_loader_obj.action_loader.get(
            "ansible.legacy.gather_facts",
            task=task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        result: dict[str, t.Any] = gather.run(task_vars=dict(variables))
        failed = next(iter((result.get("failed_modules") or {}).values()), None)
        facts = result.get("ansible_facts") or {}
        if failed is not None:
            said = self._sentence(failed, variables) if _host_python.is_about_python(failed) else ""
            return {"failed": True, "changed": False, "msg": said} if said else result
        found = (facts.get("ansible_python") or {}).get("version") or {}
        if found and (found["major"], found["minor"]) < _host_python.needed(_host_python.numbers(__version__)):
            return {"failed": True, "changed": False, "msg": self._sentence(result, variables)}
        warned = _host_python.warning(*_enterprise(facts), __version__)
        return {
            **result,
            "changed": False,
            "warnings": list(result.get("warnings") or []) + ([warned] if warned else []),
        }

    def _of_play(self) -> dict[str, t.Any]:
        """What a play, or ansible.cfg for all plays, says of the facts to gather."""
        play = self._task.get_play()
        told = {name: getattr(play, name, None) for name in ("gather_subset", "gather_timeout", "fact_path")}
        return {name: value for name, value in told.items() if value is not None}

    def _sentence(self, result: t.Mapping, variables: dict) -> str:
        """What the Python of this host has to do with a result; "" if nothing, or if its shell cannot be asked."""
        try:
            look = self._look(variables)
        except AnsibleActionFail:
            return ""
        return _host_python.sentence(look, self._used(variables, look, result), __version__)

    def _of_host(self, variables: dict) -> dict:
        """The variables of the host that is asked."""
        if not self._task.delegate_to:
            return variables
        return (variables.get("ansible_delegated_vars") or {}).get(str(self._task.delegate_to)) or variables

    def _configured(self, variables: dict) -> str:
        """What ansible_python_interpreter or ansible.cfg says, unless Ansible finds it out itself."""
        found = constants.config.get_config_value("INTERPRETER_PYTHON", variables=self._of_host(variables))
        value = str(self._templar.template(found) or "").strip()
        return "" if value.startswith("auto") else value

    def _look(self, variables: dict) -> _host_look.Look:
        done = self._low_level_execute_command(_host_look.script(self._configured(variables)), sudoable=False)
        try:
            return _host_look.read(done["stdout"])
        except ValueError as error:
            lines = (done.get("stderr") or done["stdout"]).strip().splitlines()
            raise AnsibleActionFail(
                _said.text(f"This host cannot be looked at, {error}: {' '.join(lines[-1:])}")
            ) from error

    def _prepare(self, options: dict, variables: dict) -> dict[str, t.Any]:
        """Look, install what is missing, and say what is to be known."""
        core = _host_python.numbers(__version__)
        look = self._look(variables)
        keys = ("packages", "repository", "repository_key", "repository_check")
        wish = _host_packages.Wish(tuple(options["packages"]), *(options[key] for key in keys[1:]))
        packages = _host_packages.wanted(look, wish, core)
        installs = bool(packages) and options["state"] == "present"
        trouble = ""
        if installs and not self._task.check_mode:
            trouble = self._install(look, packages, wish)
            look = look if trouble else self._look(variables)
        fitting = _host_python.best(look.pythons, core)
        used = self._used(variables, look)
        foreseen = installs and self._task.check_mode
        told = trouble or _host_python.sentence(look, used, __version__, _cure(packages if not installs else (), look))
        return {
            **_described(look),
            "changed": installs and not trouble,
            "failed": options["state"] == "present" and fitting is None and not foreseen,
            "packages": list(packages),
            "interpreter": fitting.path if fitting and told else used if fitting else "",
            "inventory": f"ansible_python_interpreter: {fitting.path}" if fitting and told else "",
            "msg": "" if fitting or foreseen else told,
        }

    def _used(self, variables: dict, look: _host_look.Look, result: t.Mapping | None = None) -> str:
        """The interpreter that Ansible uses on this host: once it has found one, it stays with it."""
        known = [one.get("ansible_facts") or {} for one in (result or {}, self._of_host(variables))]
        found = self._configured(variables) or next(filter(None, (facts.get(DISCOVERED) for facts in known)), "")
        if found or not look.pythons:
            return str(found)
        return str(discover_interpreter(self, "python", "auto_silent", variables))

    def _install(self, look: _host_look.Look, packages: t.Sequence[str], wish: _host_packages.Wish) -> str:
        """Install packages as the task's become says; what went wrong, "" if nothing."""
        try:
            command = _host_packages.command(look, packages, wish)
        except ValueError as error:
            raise AnsibleActionFail(str(error)) from error
        done = self._low_level_execute_command(command, sudoable=True)
        if done["rc"] == 0:
            return ""
        # The address of a repository or proxy of the host may have a password in it.
        said = _shown.address(f"{done['stdout']}\n{done['stderr']}")
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        named = ", ".join(packages)
        return _said.text(f"{look.managers[0]} could not install {named}: {' | '.join(lines[-SHOWN:])}")


def _cure(packages: t.Sequence[str], look: _host_look.Look) -> str:
    """What there is to do on a host without any Python 3 that can be used."""
    if packages:
        return f"bootstrap_install=true installs {', '.join(packages)} by {look.managers[0]}"
    return f"{look.system or 'its system'} has no package of one that is known here, install one by hand"


def _described(look: _host_look.Look) -> dict[str, t.Any]:
    newest = max((python.version for python in look.pythons), default=())
    return {
        "system": look.system,
        "pythons": [{"path": one.path, "version": _host_python.text(one.version)} for one in look.pythons],
        "package_manager": look.managers[0] if look.managers else "",
        "service_manager": look.service,
        "supervisors": list(look.supervisors),
        "controllers": _host_python.named(_host_python.controllers(newest)),
    }


def _enterprise(facts: t.Mapping) -> tuple[str, int]:
    """Name and major release of an Enterprise Linux; Amazon Linux 2 counts as 7, all others as 0."""
    name, release = str(facts.get("ansible_distribution")), str(facts.get("ansible_distribution_major_version"))
    if facts.get("ansible_os_family") != "RedHat" or name == "Fedora" or not release.isdigit():
        return name, 0
    return f"{name} {release}", 7 if (name, release) == ("Amazon", "2") else int(release)
