# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the daemons of a fleet answered, as rows for a table.

Pure: data in, data out.
"""

from __future__ import annotations

import datetime as dt
import re
import types
import typing as t

from ..module_utils import _said
from ..module_utils._process import logs as _logs, select as _select
from . import _listener, _outcome

FEW = 3  # so many orphans are named in a row
LONGEST = 10**9  # seconds; a daemon can say what it likes, and a timedelta cannot hold all of it


def rows(answers: t.Iterable[t.Mapping], problems: bool = False) -> list[dict[str, t.Any]]:
    """One row for each process of each server; one for a server that could not be asked.

    :param answers: entries as modules return them in ``servers``: name, reachable, failed, msg, processes.
    :param problems: only what somebody should look at.
    """
    ordered = sorted(answers, key=lambda answer: _natural(str(answer["name"])))
    return [row for answer in ordered for row in _rows(answer) if not problems or _outcome.look(row)]


def _natural(name: str) -> list[tuple[int, str]]:
    """As people sort: node2 before node10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"([0-9]+)", name)]


def _rows(answer: t.Mapping) -> t.Iterator[dict[str, t.Any]]:
    host, processes = str(answer["name"]), answer.get("processes") or []
    for process in processes:
        yield _changed(host, process) if "after" in process else _seen(host, process)
    orphans = (answer.get("orphans") or {}).get("processes")
    if orphans:
        yield _left_behind(host, orphans)
    for state, message in _listener.faults(answer["alerts"]) if answer.get("alerts") else ():
        yield {
            "host": host,
            "process": "",
            "state": state,
            "pid": "",
            "uptime": "",
            "message": f"role alerts: {message}",
        }
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


def _left_behind(host: str, processes: t.Sequence[t.Mapping]) -> dict[str, t.Any]:
    """One row for all that an earlier daemon of a host has left behind."""
    names = [f"{process['name'] or 'unknown'} (PID {process['pid']})" for process in processes]
    message = f"run beside, of an earlier daemon: {_said.some(names, FEW)}; the playbook recover stops them"
    return {"host": host, "process": "", "state": _outcome.ORPHANS, "pid": "", "uptime": "", "message": message}


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
        "message": process["reason"] + _logs.last_words(process.get("log") or []) if process["failed"] else "",
    }


def status(answers: t.Iterable[t.Mapping], problems: bool, fail_on: str) -> dict[str, t.Any]:
    """Everything that a report of states says, as ``_outcome.table`` has it.

    :param problems: only rows that somebody should look at.
    :param fail_on: "nothing", "unreachable" or "problem".
    """
    answers = list(answers)
    everything = rows(answers)
    trouble = [row for row in everything if _outcome.look(row)]
    lost = [row for row in trouble if not row.get("asked", True)]
    found = _outcome.stats(everything)
    hosts, processes, running = (found[key] for key in ("hosts", "processes", "running"))
    totals: dict[str, t.Any] = {"hosts": hosts, "processes": processes, "to look at": len(trouble)}
    summary = f"{processes} processes on {hosts} hosts, {running} RUNNING, {len(trouble)} to look at"
    well, listeners = _listener.count(answers)
    if listeners:
        totals["listeners well"] = f"{well} of {listeners}"
        summary += f"; {well} of {listeners} listeners of the role alerts are well"
    return _outcome.table(
        everything,
        {"nothing": [], "unreachable": lost}.get(fail_on, trouble),
        "To look at",
        summary,
        totals,
        shown=trouble if problems else None,
    )


def changes(answers: t.Iterable[t.Mapping], states: t.Sequence[str]) -> dict[str, t.Any]:
    """The same of what was done to processes.

    :param states: only processes in one of these were meant, so it is fine when there was nothing to do; empty for all.
    """
    done = rows(answers)
    bad = [row for row in done if row["result"] != "ok"]
    summary = f"{len(done)} programs on {len({row['host'] for row in done})} hosts, {len(bad)} failed"
    if states and not done:
        summary = f"Nothing is in these states: {', '.join(states)}. Nothing was done."
    table = _outcome.table(done, bad, "Not as wanted", summary, {"programs": len(done)})
    return table if done or states else {**table, "complaint": "No program matches."}


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
