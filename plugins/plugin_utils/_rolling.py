# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rolling restart: what is restarted on a host, in which batch, and what has become of it.

Pure: text and numbers in, text and numbers out.
"""

from __future__ import annotations

import typing as t
from urllib.parse import urlsplit


def targets(processes: list[dict], members: list[dict], balanced: list[dict], http: str) -> list[dict[str, t.Any]]:
    """The processes of one host that are to be restarted, with all that is needed to judge them afterwards.

    :param processes: as supervisor_info returns them.
    :param members: the host's Tomcats, as the filter tomcat_members lists them.
    :param balanced: members that the load balancers know, as the filter upstream_members lists them.
    :param http: "" asks the Tomcats as the role tomcat_app does, a path asks them for that, a URL is asked for every
                 program, "none" asks nobody.
    """
    known = {member["instance"]: member for member in members}
    out = {entry["member"]: "out" if entry["drained"] else "in" for entry in balanced}
    return [_target(process, known.get(process["group"]), out, http) for process in processes]


def _target(process: dict, member: dict | None, balanced: dict[str, str], http: str) -> dict[str, t.Any]:
    alone = process["group"] == process["process"]
    name = member["name"] if member else ""
    return {
        "program": process["name"],
        "label": process["process"] if alone else process["name"],
        "instance": member["instance"] if member else "",
        "state": process["state"],
        "pid": process["pid"],
        "member": name if name in balanced else "",
        "balancer": balanced.get(name, ""),
        "port": member["port"] if member else 0,
        "log": process.get("stdout_logfile") or "",
        "ready": _ready(process, member, http),
    }


def _ready(process: dict, member: dict | None, http: str) -> dict[str, t.Any]:
    """What http_ready is to ask for; empty for nothing."""
    if http == "none" or (member is None and "://" not in http):
        return {}
    url = http or (member or {})["url"]
    if http.startswith("/") and member:
        parts = urlsplit(member["url"])
        url = f"{parts.scheme}://{parts.netloc}{http}"
    more = {key: member[key] for key in ("status", "health") if member.get(key)} if member and not http else {}
    trust = member.get("trust") or {} if member and "://" not in http else {}
    return {"name": process["name"], "url": url, "log": process.get("stdout_logfile") or "", **more, **trust}


def results(
    step: list[dict], processes: list[dict], error: str, seconds: float, foreseen: bool = False
) -> dict[str, dict[str, t.Any]]:
    """What has become of the programs of one step, by the program.

    :param step: some of what targets() returned.
    :param processes: as supervisor_info returns them now; empty when nobody could be asked.
    :param error: what went wrong, "" if all are well.
    :param foreseen: nothing was done, this is check mode.
    :returns: result, state, pid, seconds, message, balancer, and member: who can be put back into service, which after
              an error are those only that nobody has touched.
    """
    now = {process["name"]: process for process in processes}
    good = "would restart" if foreseen else "ok"
    return {target["program"]: _result(target, now.get(target["program"]), error, seconds, good) for target in step}


def _result(target: dict, process: dict | None, error: str, seconds: float, good: str) -> dict[str, t.Any]:
    state, pid = (process["state"], process["pid"]) if process else ("", 0)
    same = state == "RUNNING" and pid == target["pid"]
    back = target["member"] if same or not error else ""
    return {
        "result": "failed" if error else good,
        "state": state,
        "pid": pid,
        "seconds": round(seconds, 1),
        "message": next(iter(error.splitlines()), ""),
        "member": back,
        "balancer": "" if not target["member"] else "in" if back else "out",
    }


def batches(hosts: list[str], serial: t.Iterable[int | str]) -> list[list[str]]:
    """The batches in which Ansible takes these hosts for this value of "serial"."""
    sizes = [_size(item, len(hosts)) for item in serial]
    left = list(hosts)
    result: list[list[str]] = []
    while left:
        size = sizes[min(len(result), len(sizes) - 1)] if sizes else len(hosts)
        result.append(left[:size])
        left = left[size:]
    return result


def _size(item: int | str, total: int) -> int:
    text = str(item).strip()
    if text.endswith("%"):
        return max(1, int(float(text[:-1]) / 100.0 * total))
    return int(text) if int(text) > 0 else max(1, total)


def rows(hosts: list[t.Mapping], serial: t.Iterable[int | str], gone: t.Container[str] = ()) -> list[dict[str, t.Any]]:
    """One row for each program of the whole restart.

    :param hosts: the variables of all hosts, with what the playbook noted in them.
    :param gone: hosts that were lost on the way.
    :returns: batch, host, program, result (untouched, restarting, ok, would restart, failed, unknown), pid before, pid,
              seconds, balancer ("in", "out", ""), message.
    """
    names = [str(host["inventory_hostname"]) for host in hosts]
    number = {name: index + 1 for index, group in enumerate(batches(names, serial)) for name in group}
    return [
        _row(number[name], name, target, host, name in gone)
        for name, host in zip(names, hosts)
        for target in host.get("__rolling_targets") or []
    ]


def _row(batch: int, host_name: str, target: t.Mapping, host: t.Mapping, gone: bool) -> dict[str, t.Any]:
    noted = (host.get("__rolling_results") or {}).get(target["program"]) or {}
    result = noted.get("result", "untouched")
    lost = gone and result == "restarting"
    return {
        "batch": batch,
        "host": host_name,
        "program": target["label"],
        "result": "unknown" if lost else result,
        "state": noted.get("state", target["state"]),
        "pid_before": target["pid"],
        "pid": noted.get("pid", target["pid"]),
        "seconds": noted.get("seconds", 0),
        "balancer": noted.get("balancer", target["balancer"]),
        "message": "the host was lost on the way" if lost else noted.get("message", ""),
    }
