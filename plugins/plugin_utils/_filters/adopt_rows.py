# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for the report of the playbook adopt."""

from __future__ import annotations

import typing as t

KINDS = {
    "program": "programs",
    "fcgi-program": "FastCGI programs",
    "eventlistener": "event listeners",
    "group": "groups",
}


def adopt_rows(hosts: t.Iterable[t.Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    """See plugins/filter/adopt_rows.yml."""
    rows: list[dict[str, t.Any]] = []
    for variables in hosts:
        host = variables["inventory_hostname"]
        read = variables.get("__adopt_read", {})
        if "left_out" not in read:
            result = "unreachable" if read.get("unreachable") else "failed"
            said = (variables.get("__python_told") or {}).get("msg") or read.get("msg", "it was not asked")
            rows.append({"host": host, "what": "", "result": result, "message": said})
            continue
        rows.append(_read(host, read))
        rows += [
            {
                "host": host,
                "what": entry["what"],
                "result": "left out",
                "file": entry["file"],
                "line": entry["line"],
                "message": entry["why"],
            }
            for entry in read["left_out"]
        ]
    return rows


def _read(host: str, read: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The row of a host that was read."""
    counts = ", ".join(_counted(number, KINDS[kind]) for kind, number in read["programs"].items()) or "no programs"
    told = f"{counts}; secrets to encrypt: {len(read['secrets'])}"
    version = f"Supervisor {read['version']}" if read["version"] else "no daemon answers"
    return {"host": host, "what": version, "result": "read", "file": read["config_file"], "line": "", "message": told}


def _counted(number: int, things: str) -> str:
    return f"{number} {things[:-1] if number == 1 else things}"
