# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller's half of tomcat_base: all WARs and jars are verified and brought before the module changes anything."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..plugin_utils import _deliver, _fresh, _tomcat_libs

MODULE = "supervisord.fleet.tomcat_base"
KINDS = ("wars", "libs")  # what is brought to an instance, each a list of the item


class ActionModule(ActionBase):
    """See the module's DOCUMENTATION."""

    TRANSFERS_FILES = True

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict[str, t.Any]:
        """Steps: what the controller can check, which files are missing or old, bring those, change the folders."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        arguments = dict(self._task.args)
        options = _deliver.take_options(arguments)
        required = bool(arguments.get("war_checksum_required", True))
        sources, items = self._settle(arguments.get("bases") or [], required, variables)
        arguments["bases"] = items
        if not sources or arguments.get("former") in ("settle", "restore"):  # nothing is brought on the way back
            return self._module(arguments, variables)
        arguments["bases"], warnings = self._ask(sources, items, options, variables)
        found = self._module({**arguments, "_step": "find"}, variables)
        missing = [] if self._task.check_mode else found.get("missing") or []
        if found.get("failed"):
            return found
        if missing:
            result = self._deliver(missing, sources, options, arguments, variables)
        else:
            result = self._module(arguments, variables)
        return {**result, "warnings": [*result.get("warnings", []), *warnings]} if warnings else result

    def _settle(
        self, items: list[dict], required: bool, variables: dict
    ) -> tuple[dict[str, tuple[_deliver.Source, str]], list[dict]]:
        """The sources of WARs and jars by key, and the items with the checksums of local files filled in."""
        sources = {}
        settled = []
        for item in items:
            brought: dict[str, list[dict]] = {kind: [] for kind in KINDS}
            for kind, one in [(name, one) for name in KINDS for one in item.get(name) or []]:
                if one.get("state", "present") == "present" and item.get("state", "present") == "present":
                    source, path = self._source(item, kind, one, required, variables)
                    sources[source.key] = (source, path)
                    brought[kind].append({**one, "checksum": source.checksum})
                else:
                    brought[kind].append(one)
            settled.append({**item, **brought})
        return sources, settled

    def _ask(
        self, sources: dict[str, tuple[_deliver.Source, str]], items: list[dict], options: dict, variables: dict
    ) -> tuple[list[dict], list[str]]:
        """The items with what servers say of the WARs that no checksum describes, and what to warn of."""
        wars = {_key(war) for item in items for war in item.get("wars") or []}  # a jar changes by its src or checksum
        said = {
            key: _fresh.validator(self, source, options, variables)
            for key, (source, _path) in sources.items()
            if key in wars and _fresh.asked(source)
        }
        fresh = [
            {**item, "wars": [{**war, "validator": said.get(_key(war), ("",))[0]} for war in item.get("wars") or []]}
            for item in items
        ]
        return fresh, [warning for _validator, warning in said.values() if warning]

    def _source(self, item: dict, kind: str, one: dict, required: bool, variables: dict) -> tuple[_deliver.Source, str]:
        where = f"tomcat_app_instances {item.get('name')!r} {kind} {one.get('context') or one.get('name')}"
        source = _deliver.Source(
            str(one.get("src") or ""), str(one.get("checksum") or ""), (f"{where} src", f"{where} checksum")
        )
        if source.remote and kind == "libs" and not source.checksum:
            raise AnsibleActionFail(_tomcat_libs.no_checksum(f"{where} checksum", source.told))
        if source.remote and required:
            source = source._replace(waiver="tomcat_app_war_checksum_required")
        return _deliver.settle(self, source, variables)

    def _deliver(
        self,
        missing: list[str],
        sources: dict[str, tuple[_deliver.Source, str]],
        options: dict,
        arguments: dict,
        variables: dict,
    ) -> dict[str, t.Any]:
        folder = _deliver.folder(self)
        delivered = {key: _deliver.bring(self, *sources[key], folder, options, variables) for key in missing}
        return self._module({**arguments, "_step": "apply", "_delivered": delivered}, variables)

    def _module(self, arguments: dict, variables: dict) -> dict[str, t.Any]:
        return self._execute_module(module_name=MODULE, module_args=arguments, task_vars=variables, wrap_async=False)


def _key(war: dict) -> str:
    return _deliver.Source(str(war.get("src") or ""), str(war.get("checksum") or ""), ("", "")).key
