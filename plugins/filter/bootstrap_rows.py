# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for the report of the playbook bootstrap."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: bootstrap_rows
short_description: Rows that tell what each host is, and who can manage it
version_added: 0.2.0
author: Supervisor Fleet contributors (@supervisord-fleet)
description:
  - Used by the playbook C(supervisord.fleet.bootstrap), for M(supervisord.fleet.fleet_report).
positional: foreseen
options:
  _input:
    description: The variables of all hosts, with C(__bootstrap_found), what M(supervisord.fleet.host_python) returned.
    type: list
    elements: dict
    required: true
  foreseen:
    description: Whether it is a dry run.
    type: bool
    default: false
"""

EXAMPLES = r"""
rows: "{{ ansible_play_hosts_all | map('extract', hostvars) | supervisord.fleet.bootstrap_rows }}"
"""

RETURN = r"""
_value:
  description: A row for each host.
  type: list
  elements: dict
  sample:
    - host: c701
      system: CentOS Linux 7 (Core)
      python: 3.6.8
      controllers: "2.16"
      result: installed
      inventory: "ansible_python_interpreter: /usr/bin/python3"
"""


def bootstrap_rows(hosts: t.Iterable[t.Mapping[str, t.Any]], foreseen: bool = False) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return [_row(variables, bool(foreseen)) for variables in hosts]


def _row(variables: t.Mapping[str, t.Any], foreseen: bool) -> dict[str, t.Any]:
    host, found = variables["inventory_hostname"], variables.get("__bootstrap_found") or {}
    if "pythons" not in found:
        result = "unreachable" if found.get("unreachable") else "failed"
        return {"host": host, "result": result, "message": str(found.get("msg") or "it was not asked").strip()}
    named = ", ".join(found["packages"])
    by_path = {python["path"]: python["version"] for python in found["pythons"]}
    return {
        "host": host,
        "system": found["system"],
        "python": by_path.get(found["interpreter"]) or ", ".join(dict.fromkeys(by_path.values())) or "none",
        "services": found["service_manager"],
        "supervisor": ", ".join(one.partition(" ")[0] for one in found["supervisors"]),
        "controllers": found["controllers"],
        "inventory": found["inventory"],
        "result": _result(found, foreseen),
        "message": found["msg"] or (named if found["changed"] else ""),
    }


def _result(found: t.Mapping[str, t.Any], foreseen: bool) -> str:
    if found["msg"]:
        return "failed"
    return ("would install" if foreseen else "installed") if found["changed"] else "ok"


class FilterModule:
    """The filter for Ansible."""

    def filters(self) -> dict[str, t.Any]:
        """Name -> function."""
        return {"bootstrap_rows": bootstrap_rows}
