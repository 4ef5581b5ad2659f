# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show rows as a table on the terminal, and write them into files of the controller."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils import _said
from ..plugin_utils import _page, _table

COLOURS = {"good": "green", "bad": "red", "fair": "yellow"}
FORMATS = (".json", ".csv", ".html")


class ActionModule(ActionBase):
    """See the module's DOCUMENTATION."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict[str, t.Any]:
        """Check, show, write."""
        super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(
            {
                "rows": {"type": "list", "elements": "dict"},
                "table": {"type": "dict"},
                "columns": {"type": "list", "elements": "str", "required": True},
                "title": {"type": "str", "required": True},
                "summary": {"type": "str", "default": ""},
                "totals": {"type": "dict", "default": {}},
                "paths": {"type": "list", "elements": "str", "default": []},
                "show": {"type": "bool", "default": True},
            },
            required_one_of=[("rows", "table")],
            mutually_exclusive=[("rows", "table")],
        )
        options = {**options, "complaint": "", **(options["table"] or {})}
        options["rows"] = [dict(row) for row in options["rows"]]
        wrong = [path for path in options["paths"] if os.path.splitext(path)[1] not in FORMATS]
        if wrong:
            raise AnsibleActionFail(f"paths: {wrong[0]} must end with .json, .csv or .html, which says what to write.")
        lines = _table.text(options["rows"], options["columns"])
        if options["show"]:
            self._show(lines, options)
        if not self._task.check_mode:
            for path in options["paths"]:
                _write(path, _content(path, options))
        told = {"msg": _said.text(options["complaint"]), "failed": True} if options["complaint"] else {}
        return {"changed": False, "count": len(options["rows"]), "paths": options["paths"], **told}

    @staticmethod
    def _show(lines: list[str], options: dict) -> None:
        display = Display()
        display.display(f"\n{_table.clean(options['title'])}", color="bright blue")
        display.display(lines[0], color="bright gray")
        for line, row in zip(lines[1:], options["rows"]):
            display.display(line, color=COLOURS.get(_table.mood(row, options["columns"])))
        if options["summary"]:
            display.display(f"\n{_table.clean(options['summary'])}")


def _content(path: str, options: dict) -> str:
    now = dt.datetime.now().astimezone()
    rows, columns = options["rows"], options["columns"]
    if path.endswith(".csv"):
        return _table.as_csv(rows, columns)
    if path.endswith(".json"):
        about = {
            "title": options["title"],
            "time": now.isoformat(timespec="seconds"),
            "summary": options["summary"],
            "totals": options["totals"],
        }
        return _table.as_json(rows, about)
    when = f"{now:%Y-%m-%d %H:%M:%S %Z}" + (f" · {options['summary']}" if options["summary"] else "")
    return _page.page(rows, columns, options["title"], when, options["totals"])


def _write(path: str, text: str) -> None:
    """Write a file, complete or not at all, so that who reads it meanwhile sees the old one or the new one."""
    full = os.path.abspath(os.path.expanduser(path))
    try:
        os.makedirs(os.path.dirname(full), exist_ok=True)
        handle, name = tempfile.mkstemp(dir=os.path.dirname(full), prefix=".fleet-report-")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, full)
    except OSError as error:
        raise AnsibleActionFail(f"paths: {path} cannot be written on the controller: {error}.") from error
