# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for the report of the playbook adopt."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: adopt_rows
short_description: Rows that tell what was read of each host, and what no variable says
version_added: 0.2.0
author: Supervisor Fleet contributors (@supervisord-fleet)
description:
  - Used by the playbook C(supervisord.fleet.adopt), for M(supervisord.fleet.fleet_report).
options:
  _input:
    description: The variables of all hosts, with C(__adopt_read), what M(supervisord.fleet.supervisor_adopt) returned.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
rows: "{{ ansible_play_hosts_all | map('extract', hostvars) | supervisord.fleet.adopt_rows }}"
"""

RETURN = r"""
_value:
  description: A row for each host, followed by one for each thing that was left out.
  type: list
  elements: dict
"""

KINDS = {
    "program": "programs",
    "fcgi-program": "FastCGI programs",
    "eventlistener": "event listeners",
    "group": "groups",
}


def adopt_rows(hosts: t.Iterable[t.Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
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


class FilterModule:
    """The filter for Ansible."""

    def filters(self) -> dict[str, t.Any]:
        """Name -> function."""
        return {"adopt_rows": adopt_rows}
