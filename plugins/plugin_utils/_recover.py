# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbook recover has found and done, as rows of a table. Pure."""

from __future__ import annotations

import typing as t

from ..module_utils._rpc import states as _states

Row = dict[str, t.Any]

WORDS = {"none": "found", "stop": "would stop"}
PROBLEMS = ("failed", "unreachable")


def rows(hosts: t.Iterable[t.Mapping], start: bool) -> list[Row]:
    """At least one row for each host.

    :param hosts: the variables of the hosts; those that the playbook has registered begin with ``__recover_``.
    :param start: whether programs were to be started, so that it is a failure if one is not well.
    """
    found: list[Row] = []
    for host in hosts:
        own = _host(host, start) or [_well(host)]
        found.extend({"host": host["inventory_hostname"], **row} for row in own)
    return found


def _host(host: t.Mapping, start: bool) -> list[Row]:
    looks = [_answer(host, "found"), _answer(host, "started")]
    last = looks[1] if "orphans" in looks[1] else looks[0]
    troubles = [row for name in ("found", "service", "started", "end") for row in _trouble(_answer(host, name))]
    programs = _started(looks[1]) + _broken(_processes(host), looks[1], start)
    notes = [{"what": "note", "result": "see", "message": note} for note in last.get("notes", [])]
    return troubles + _orphans(looks) + _suspects(last) + _ports(last) + programs + notes


def _answer(host: t.Mapping, name: str) -> t.Mapping:
    answer = host.get("__recover_" + name) or {}
    # A module without a Python has no words of its own.
    told = (host.get("__python_told") or {}).get("msg") if name == "found" else ""
    return {**answer, "msg": told} if told else answer


def _processes(host: t.Mapping) -> list[t.Mapping]:
    """The daemon's processes as they were seen last."""
    looks = [_answer(host, name) for name in ("end", "now")]
    return next((look["processes"] for look in looks if "processes" in look), [])


def _trouble(answer: t.Mapping) -> list[Row]:
    """What kept a task from telling anything; what is told in detail has rows of its own."""
    if answer.get("unreachable"):
        return [{"what": "host", "result": "unreachable", "message": str(answer.get("msg", "")).strip()}]
    untold = "orphans" not in answer and "processes" not in answer and "state" not in answer
    if answer.get("msg") and untold and not answer.get("skipped") and not answer.get("skip_reason"):
        return [{"what": "daemon", "result": "failed", "message": str(answer["msg"]).strip()}]
    return []


def _orphans(looks: t.Iterable[t.Mapping]) -> list[Row]:
    """Every orphan once, as it was left by the last look that saw it."""
    found = {}
    for look in looks:
        for one in look.get("orphans", []):
            proofs = ", ".join(item["kind"] for item in one["evidence"])
            found[one["pid"], one["started"]] = {
                **_process("orphan", one),
                "result": WORDS.get(one["action"], one["action"]),
                "message": one["reason"] or f"proof: {proofs}",
            }
    return list(found.values())


def _suspects(look: t.Mapping) -> list[Row]:
    return [
        {**_process("suspect", one), "result": "left", "message": f"no proof: {one['missing']}"}
        for one in look.get("suspects", [])
    ]


def _process(what: str, one: t.Mapping) -> Row:
    ports = ", ".join(str(port) for port in one["ports"])
    return {"what": what, **{key: one[key] for key in ("name", "pid", "user", "started", "command")}, "port": ports}


def _ports(look: t.Mapping) -> list[Row]:
    """Ports that somebody holds who is neither the program nor an orphan."""
    return [
        {
            **{key: one.get(key, "") for key in ("pid", "user", "started", "command")},
            "what": "port",
            "name": one["program"],
            "port": str(one["port"]),
            "result": "taken",
            "message": f"held by somebody else ({one['holder']})",
        }
        for one in look.get("ports", [])
        if one["holder"] in ("other", "suspect", "unseen")
    ]


def _started(look: t.Mapping) -> list[Row]:
    return [
        {
            "what": "program",
            "name": one["name"],
            "pid": one["pid"],
            "state": one["after"],
            "result": "failed" if one["failed"] else "would start" if _foreseen(one) else "started",
            "message": "; ".join([one["reason"], *one["log"][-1:]]) if one["failed"] else one["reason"],
        }
        for one in look.get("started", [])
        if one["actions"] or one["failed"]
    ]


def _foreseen(one: t.Mapping) -> bool:
    """Has check mode only said what would be done?"""
    return str(one["reason"]).startswith("would ")


def _broken(processes: t.Iterable[t.Mapping], look: t.Mapping, wanted: bool) -> list[Row]:
    """Programs that are not well in the end and have not been told of yet."""
    told = {one["name"] for one in look.get("started", []) if one["failed"] or _foreseen(one)}
    return [
        {
            "what": "program",
            "name": one["name"],
            "state": one["state"],
            "result": "failed" if wanted else "found",
            "message": one["spawnerr"] or one["description"],
        }
        for one in processes
        if one["name"] not in told and _states.is_trouble(one["state"], one["spawnerr"])
    ]


def _well(host: t.Mapping) -> Row:
    processes = _processes(host)
    running = sum(one["state"] == "RUNNING" for one in processes)
    message = f"nothing left behind, {running} of {len(processes)} programs are running"
    return {"what": "daemon", "result": "ok", "message": message}
