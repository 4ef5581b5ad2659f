# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All variables of a site, looked at on the controller before any host is: one message with all that is missing."""

from __future__ import annotations

import re
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..plugin_utils import (
    _deliver,
    _local_file,
    _role_elsewhere,
    _role_foreign,
    _role_names,
    _role_needs,
    _site_said,
)

# What a template names and only a later task, or the host itself, can tell.
_LATER = re.compile(r"(ansible_\w+|jdk_java_home|__\w+)\Z")
_UNDEFINED = re.compile(r"\S+: '(\w+)' is undefined\Z")


class ActionModule(ActionBase):
    """See the module's DOCUMENTATION."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict[str, t.Any]:
        """Look at each host, for the roles of its groups; say it all at once."""
        super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(
            {"roles": {"type": "dict", "required": True}, "shows": {"type": "list", "elements": "str", "default": []}}
        )
        variables = task_vars or {}
        self._sources: dict[tuple, list[str]] = {}
        self._alike: list[tuple[list[str], dict, list[str]]] = []
        here = list(variables["ansible_play_hosts_all"])
        wanted = {group: self._wanted(roles, variables) for group, roles in options["roles"].items()}
        members = {group: [host for host in variables["groups"].get(group) or [] if host in here] for group in wanted}
        found = {host: self._faults(_roles(host, wanted, members), host, variables) for host in here}
        self._warn(wanted, options["shows"], here, variables)
        said = _site_said.message(found, members)
        return {"changed": False, **({"failed": True, "msg": said} if said else {})}

    @staticmethod
    def _wanted(roles: t.Sequence[str], variables: dict) -> list[str]:
        """The roles that this run is about: those of its tags."""
        tags = [str(tag) for tag in variables.get("ansible_run_tags") or ["all"]]
        skipped = [str(tag) for tag in variables.get("ansible_skip_tags") or []]
        everything = bool({"all", "tagged", "site_check"} & set(tags))
        return [
            role for role in roles if role not in skipped and (everything or any(tag.startswith(role) for tag in tags))
        ]

    def _faults(self, roles: list[str], host: str, variables: dict) -> list[str]:
        own = dict(variables["hostvars"].raw_get(host))
        prefixes = tuple(f"{role}_" for role in roles)
        about = {name: value for name, value in own.items() if name.startswith((*prefixes, "vault_"))}
        known = next((faults for names, values, faults in self._alike if names == roles and values == about), None)
        if known is None:
            known = [fault for role in roles for fault in self._of_role(role, own, variables)]
            self._alike.append((roles, about, known))
        return _role_needs.example_address(own) + known

    def _of_role(self, role: str, own: dict, variables: dict) -> list[str]:
        taken = _role_elsewhere.taken(self._templar, role, own, variables)
        values = taken.all()
        foreign = _role_foreign.recognised(own, taken.given.get("supervisor_programs")) if role == "supervisor" else []
        strange = _role_names.strange(role, taken.options, own, values.get("other_variables") or [])
        sources = [_unless_told(one, taken.faults) for one in _role_needs.sources(role, values)]
        missing = _role_needs.missing(role, values) + [fault for one in sources for fault in self._of_source(one, own)]
        faults = [fault for fault in taken.faults if not _is_later(fault)]
        return (foreign or faults + strange.faults) + missing

    def _of_source(self, source: _deliver.Source, own: dict) -> list[str]:
        """What is wrong with an archive: with its checksum, and whether it is there at all."""
        key = (source, own.get("inventory_dir"))
        if key not in self._sources:
            faults: dict[str, None] = {}
            for each in (source, source._replace(checksum="", waiver="")):
                try:
                    _deliver.settle(self, each, own)
                except AnsibleActionFail as error:
                    faults[str(error.message)] = None
            self._sources[key] = list(faults)
        return self._sources[key]

    def _warn(self, wanted: dict[str, list[str]], shows: list[str], here: list[str], variables: dict) -> None:
        groups = variables["groups"]
        inside = _site_said.misplaced(_local_file.misplaced(variables))
        if inside:
            Display().warning(inside)
        if variables.get("ansible_limit"):
            showing = {group: wanted[group] for group in shows if wanted.get(group)}
            word = _site_said.left_out(showing, groups, here)
            if word:
                Display().warning(word)
        for group, roles in wanted.items():
            if "monitor_web" in roles and any(host in here for host in groups.get(group) or []):
                self._warn_of_empty(next(host for host in groups[group] if host in here), variables)

    @staticmethod
    def _warn_of_empty(host: str, variables: dict) -> None:
        everybody = variables["hostvars"]
        own = everybody.raw_get(host)
        group = str(own.get("monitor_web_supervisor_group") or "app_hosts")
        members = [everybody.raw_get(name) for name in variables["groups"].get(group) or []]
        offering = [one for one in members if one.get("supervisor_inet_http_server") or one.get("monitor_web_server")]
        if not offering and not own.get("monitor_web_servers"):
            Display().warning(_site_said.empty_dashboard(group, 0, len(members)))


def _roles(host: str, wanted: dict[str, list[str]], members: dict[str, list[str]]) -> list[str]:
    return [role for group in wanted if host in members[group] for role in wanted[group]]


def _unless_told(source: _deliver.Source, faults: list[str]) -> _deliver.Source:
    """The same without its checksum, when that is known to be wrong."""
    told = any(fault.startswith(f"{source.names[1]}:") for fault in faults)
    return source._replace(checksum="", waiver="") if told else source


def _is_later(fault: str) -> bool:
    """Whether a template could not be worked out only because it is too early for that."""
    undefined = _UNDEFINED.match(fault)
    return bool(_LATER.match(undefined[1])) if undefined else "is undefined" in fault or "has no attribute" in fault
