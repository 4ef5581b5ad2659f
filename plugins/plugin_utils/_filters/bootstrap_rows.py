# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for the report of the playbook bootstrap."""

from __future__ import annotations

import typing as t


def bootstrap_rows(hosts: t.Iterable[t.Mapping[str, t.Any]], foreseen: bool = False) -> list[dict[str, t.Any]]:
    """See plugins/filter/bootstrap_rows.yml."""
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
