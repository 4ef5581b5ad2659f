# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet as seen from the controller: where daemons are reached, what they answered, as rows for a table.

Pure: data in, data out.
"""

from __future__ import annotations

import datetime as dt
import re
import types
import typing as t
from urllib.parse import urlsplit

from ..module_utils._process import select as _select
from . import _servers

ADDRESS = "supervisor_server_url"
LOOPBACK = ("127.", "localhost", "::1")
# States that ask for somebody; EXITED does only with an exit status that was not expected.
LONGEST = 10**9  # seconds; a daemon can say what it likes, and a timedelta cannot hold all of it
MANY = 20  # so many are named in a message
TROUBLE = ("FATAL", "BACKOFF", "UNKNOWN")


def servers(hosts: t.Iterable[t.Mapping]) -> list[dict[str, t.Any]]:
    """Hosts whose daemons the controller can ask itself, as the option ``servers`` of the modules wants them.

    A host that listens on loopback only, or whose password the inventory does not know, is left out: it is asked over
    its own connection.
    """
    return [entry for entry in map(_server, hosts) if entry is not None]


def _server(host: t.Mapping) -> dict[str, t.Any] | None:
    name = str(host["inventory_hostname"])
    if host.get(ADDRESS):
        return {"name": name, "server_url": str(host[ADDRESS])}
    try:
        found = _servers.servers([host], [])
    except ValueError:
        return None
    if not found or (urlsplit(found[0]["url"]).hostname or "").startswith(LOOPBACK):
        return None
    login = {key: found[0][key] for key in ("username", "password") if key in found[0]}
    return {"name": name, "server_url": f"http://{urlsplit(found[0]['url']).netloc}:{found[0]['port']}", **login}


def rows(answers: t.Iterable[t.Mapping], problems: bool = False) -> list[dict[str, t.Any]]:
    """One row for each process of each server; one for a server that could not be asked.

    :param answers: entries as modules return them in ``servers``: name, reachable, failed, msg, processes.
    :param problems: only what somebody should look at.
    """
    ordered = sorted(answers, key=lambda answer: _natural(str(answer["name"])))
    return [row for answer in ordered for row in _rows(answer) if not problems or _trouble(row)]


def _natural(name: str) -> list[tuple[int, str]]:
    """As people sort: node2 before node10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"([0-9]+)", name)]


def _rows(answer: t.Mapping) -> t.Iterator[dict[str, t.Any]]:
    host, processes = str(answer["name"]), answer.get("processes") or []
    for process in processes:
        yield _changed(host, process) if "after" in process else _seen(host, process)
    if answer.get("failed") and not any(process.get("failed") for process in processes):
        how = "failed" if answer.get("reachable", True) else "unreachable"
        yield {
            "host": host,
            "process": "",
            "state": how,
            "result": how,
            "message": answer.get("msg") or "",
            "asked": False,
        }


def _label(process: t.Mapping) -> str:
    name = str(process["name"])
    return name.partition(":")[0] if name == f"{process['group']}:{process['group']}" else name


def _seen(host: str, process: t.Mapping) -> dict[str, t.Any]:
    message = str(process.get("spawnerr") or "")
    return {
        "host": host,
        "process": _label(process),
        "state": process["state"],
        "pid": process["pid"] or "",
        "uptime": str(dt.timedelta(seconds=min(int(process.get("uptime") or 0), LONGEST))) if process["pid"] else "",
        "message": message if process["state"] != "RUNNING" else "",
    }


def _changed(host: str, process: t.Mapping) -> dict[str, t.Any]:
    actions = [str(action) for action in process.get("actions") or []]
    return {
        "host": host,
        "process": _label(process),
        "before": process["before"],
        "after": process["after"],
        "pid": process["pid"] or "",
        "did": ", ".join(actions),
        "result": "failed" if process["failed"] else "ok",
        "message": process["reason"] if process["failed"] else "",
    }


def _trouble(row: t.Mapping) -> bool:
    state = row.get("state")
    return (
        not row.get("asked", True)
        or row.get("result") == "failed"
        or state in TROUBLE
        or (state == "EXITED" and bool(row["message"]))
    )


def status(answers: t.Iterable[t.Mapping], problems: bool, fail_on: str) -> dict[str, t.Any]:
    """Everything that a report of states says: rows, summary, totals, and complaint, "" if nothing is to fail.

    :param problems: only rows that somebody should look at.
    :param fail_on: "nothing", "unreachable" or "problem".
    """
    everything = rows(answers)
    hosts = len({row["host"] for row in everything})
    lost = [row for row in everything if not row.get("asked", True)]
    trouble = [row for row in everything if _trouble(row)]
    running = sum(row["state"] == "RUNNING" for row in everything)
    processes = len(everything) - len(lost)
    bad = {"nothing": [], "unreachable": lost}.get(fail_on, trouble)
    return {
        "rows": trouble if problems else everything,
        "summary": f"{processes} processes on {hosts} hosts, {running} RUNNING, {len(trouble)} to look at",
        "totals": {"hosts": hosts, "processes": processes, "to look at": len(trouble)},
        "complaint": f"To look at: {_named(bad)}" if bad else "",
    }


def changes(answers: t.Iterable[t.Mapping], nothing_is_well: bool) -> dict[str, t.Any]:
    """The same of what was done to processes.

    :param nothing_is_well: whether it is fine that there was nothing to do.
    """
    done = rows(answers)
    bad = [row for row in done if row["result"] != "ok"]
    complaint = f"Not as wanted: {_named(bad)}" if bad else ""
    return {
        "rows": done,
        "summary": f"{len(done)} programs on {len({row['host'] for row in done})} hosts, {len(bad)} failed",
        "totals": {"programs": len(done)},
        "complaint": complaint if done or nothing_is_well else "No program matches.",
    }


def _named(bad: list[dict]) -> str:
    names = [f"{row['host']} {row['process']}".strip() for row in bad]
    return ", ".join(names[:MANY]) + (f" and {len(names) - MANY} more" if len(names) > MANY else "")


def choices(answers: t.Iterable[t.Mapping], names: list[str]) -> list[dict[str, t.Any]]:
    """Which names select something at which servers: modules refuse a name that matches nothing.

    :returns: names, and the servers at which just these match something.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    for answer in answers:
        processes = [
            types.SimpleNamespace(group=process["group"], name=process["process"])
            for process in answer.get("processes") or []
        ]
        fitting = tuple(name for name in names if any(_select.matches(name, process) for process in processes))
        if fitting:
            found.setdefault(fitting, []).append(str(answer["name"]))
    return [{"names": list(fitting), "hosts": hosts} for fitting, hosts in found.items()]
