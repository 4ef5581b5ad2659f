# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller's half of release_archive: verify, ask the target, and send the archive only when it is missing there."""

from __future__ import annotations

import tarfile
import typing as t

from ansible.plugins.action import ActionBase

from ..module_utils import _shown
from ..plugin_utils import _deliver

MODULE = "supervisord.fleet.release_archive"


class ActionModule(ActionBase):
    """See the module's DOCUMENTATION."""

    TRANSFERS_FILES = True

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict[str, t.Any]:
        """Steps: what the controller can check, is it there, bring it, unpack it."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        arguments = dict(self._task.args)
        options = _deliver.take_options(arguments)
        if arguments.get("state") == "absent" or not arguments.get("src"):
            return self._module(arguments, variables)
        variable = str(arguments.get("variable") or "src")
        checksum_variable = str(arguments.get("checksum_variable") or "checksum")
        source = _deliver.Source(
            str(arguments["src"]),
            str(arguments.get("checksum") or ""),
            (variable, checksum_variable),
            f"{checksum_variable}_required" if arguments.get("checksum_required", True) else "",
        )
        source, path = _deliver.settle(self, source, variables)
        arguments["checksum"] = source.checksum
        found = self._module({**arguments, "_step": "find"}, variables)
        if found.get("failed") or found.get("path"):
            return found
        if self._task.check_mode:
            name = arguments.get("name") or _top_folder(path)
            told = _shown.archive(source.src, source.checksum)
            difference = [_shown.line(str(arguments["root"]), name or "a release", "", told)]
            path = f"{arguments['root']}/{name}" if name else ""
            return {"changed": True, "name": name, "path": path, "diff": difference}
        return self._install(source, path, options, arguments, variables)

    def _install(
        self, source: _deliver.Source, path: str, options: dict, arguments: dict, variables: dict
    ) -> dict[str, t.Any]:
        archive = _deliver.bring(self, source, path, _deliver.folder(self), options, variables)
        return self._module({**arguments, "_step": "install", "_archive": archive}, variables)

    def _module(self, arguments: dict, variables: dict) -> dict[str, t.Any]:
        return self._execute_module(module_name=MODULE, module_args=arguments, task_vars=variables, wrap_async=False)


def _top_folder(path: str) -> str:
    """The top folder of a local tar, so that a dry run can tell where it would go; "" when that cannot be seen."""
    if not path or not tarfile.is_tarfile(path):
        return ""
    with tarfile.open(path) as source:
        first = source.next()
        while first is not None and first.name in (".", "./"):
            first = source.next()
        name = first.name.removeprefix("./").split("/")[0] if first else ""
        return "" if name == ".." else name
