# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show a table on the terminal, and write it into files of the controller."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.utils.color import stringc

from ..module_utils import _said
from . import _outcome, _page, _places, _screen, _table

COLOURS = {"good": "green", "bad": "red", "fair": "yellow"}
FORMATS = (".json", ".csv", ".html", ".prom")
SPEC: dict[str, dict[str, t.Any]] = {
    "rows": {"type": "list", "elements": "dict"},
    "table": {"type": "dict"},
    "columns": {"type": "list", "elements": "str", "required": True},
    "title": {"type": "str", "required": True},
    "summary": {"type": "str", "default": ""},
    "totals": {"type": "dict", "default": {}},
    "paths": {"type": "list", "elements": "str", "default": []},
    "show": {"type": "bool", "default": True},
    "show_rows": {"type": "int", "default": 500},
    "hint": {"type": "str", "default": "paths writes all of them, show_rows=0 prints them"},
    "by_host": {"type": "bool", "default": False},
}
# A line, and the colour it has on a terminal.
Line = tuple[str, "str | None"]


def carry_out(given: dict[str, t.Any], check: bool) -> dict[str, t.Any]:
    """Write and show; returns the result of a task.

    :param given: values of all options of SPEC.
    :param check: write nothing.
    """
    options = {**given, "complaint": "", "complaints": {}, "stats": {}, "metrics": "", **(given["table"] or {})}
    options["rows"] = [dict(row) for row in options["rows"]]
    _refuse(options)
    files = [_places.absolute(path, os.environ, os.getcwd()) for path in options["paths"]]
    written = [] if check else files
    for path in written:
        _write(path, _content(path, options))
    shown = _outcome.excerpt(options["rows"], options["show_rows"])
    if options["show"]:
        _show([*_lines(shown, options), *_told(written)])
    return {**_result_of(options), "shown": len(shown), "paths": files}


def _refuse(options: dict) -> None:
    wrong = [path for path in options["paths"] if os.path.splitext(path)[1] not in FORMATS]
    if wrong:
        raise AnsibleActionFail(
            f"paths: {wrong[0]} must end with .json, .csv, .html or .prom, which says what to write."
        )
    without = [path for path in options["paths"] if path.endswith(".prom") and not options["metrics"]]
    if without:
        raise AnsibleActionFail(f"paths: {without[0]}: there are no metrics of this table; write .json, .csv or .html.")
    if options["show_rows"] < 0:
        raise AnsibleActionFail(f"show_rows: {options['show_rows']} is less than 0; give a number, 0 for all rows.")


def _result_of(options: dict) -> dict[str, t.Any]:
    complaints = {str(host): _said.text(str(text)) for host, text in options["complaints"].items()}
    result: dict[str, t.Any] = {"changed": False, "count": len(options["rows"]), "complaints": complaints}
    if options["complaint"] and not (options["by_host"] and complaints):
        result.update(failed=True, msg=_said.text(options["complaint"]))
    return {**result, "stats": _said.data(options["stats"])}


def _lines(shown: t.Sequence[t.Mapping], options: dict) -> list[Line]:
    """Title, table and what is to be said of it."""
    columns, total = options["columns"], len(options["rows"])
    head, *body = _table.text(shown, columns)
    lines: list[Line] = [("", None), (_table.clean(options["title"]), "bright blue"), (head, "bright gray")]
    lines += [(line, COLOURS.get(_table.mood(row, columns))) for line, row in zip(body, shown)]
    summary = _table.clean(options["summary"])
    lines += [("", None), (summary, None)] if summary else []
    return lines + ([(text, None) for text in _left_out(shown, options)] if len(shown) < total else [])


def _left_out(shown: t.Sequence[t.Mapping], options: dict) -> t.Iterator[str]:
    """Sentences about a table of which not all is shown."""
    rows = options["rows"]
    looks, sums = sum(map(_outcome.look, rows)), _table.sums(rows, options["columns"])
    which = f"the {looks} to look at" if looks == len(shown) else f"the first {len(shown)} of {looks} to look at"
    if sums:
        yield f"All {len(rows)} rows: {sums}."
    yield f"Shown above: {which if looks else 'none'}; {len(rows) - len(shown)} rows are left out. {options['hint']}."


def _told(written: t.Iterable[str]) -> t.Iterator[Line]:
    for path in written:
        gone = ", which AWX removes with the job; an absolute path that is mounted into the job stays"
        yield f"Written: {_table.clean(path)}{gone if _places.lost(path, os.environ) else ''}", None


def _show(lines: t.Sequence[Line]) -> None:
    coloured = "\n".join(stringc(text, colour) if colour and text else text for text, colour in lines)
    _screen.show(coloured, "\n".join(text for text, _colour in lines))


def _content(path: str, options: dict) -> str:
    now = dt.datetime.now().astimezone()
    rows, columns = options["rows"], options["columns"]
    if path.endswith(".prom"):
        return str(options["metrics"])
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
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        handle, name = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".fleet-report-")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, path)
    except OSError as error:
        raise AnsibleActionFail(f"paths: {path} cannot be written on the controller: {error}.") from error
