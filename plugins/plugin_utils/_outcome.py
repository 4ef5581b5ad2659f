# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rows of a table mean: what to look at, what is wrong with which host, and what the next job should know.

Pure: data in, data out. It knows the rows of all the playbooks: of states, changes, recoveries and rolling restarts.
"""

from __future__ import annotations

import collections
import typing as t

from ..module_utils import _said
from ..module_utils._rpc import states as _states
from . import _listener

Row = t.Mapping[str, t.Any]

ORPHANS = "orphans"  # state of a row about what an earlier daemon has left behind
MANY = 20  # so many are named in a message
EACH = 5  # so many things are told of one host
LISTED = 100  # names of one kind that are handed on to other jobs
# What rows have in the place of a state.
NO_STATE = ("failed", "unreachable", ORPHANS, *_listener.STATES)
PROBLEMS = ("failed", "unreachable", "unknown", "found")
TO_JUDGE = ("suspect", "port", "note")  # what a recovery leaves to people
CHANGED = ("stopped", "killed", "started", "installed", "would stop", "would start", "would restart", "would install")


def look(row: Row) -> bool:
    """Whether somebody should look at a row."""
    if row.get("what") in TO_JUDGE:
        return True
    if row.get("result"):
        return row["result"] in PROBLEMS
    state = str(row.get("state"))
    return state in NO_STATE or _states.is_trouble(state, row.get("message") or row.get("spawnerr") or "")


def excerpt(rows: t.Sequence[Row], most: int) -> t.Sequence[Row]:
    """The rows to print: all of them, or if those are more than ``most`` (0 is no limit) the ones to look at.

    Never more than ``most``, first come first shown.
    """
    return rows if not most or len(rows) <= most else [row for row in rows if look(row)][:most]


def table(
    rows: t.Sequence[Row],
    bad: t.Sequence[Row],
    heading: str,
    summary: str | None = None,
    totals: t.Mapping[str, int | str] | None = None,
    shown: t.Sequence[Row] | None = None,
) -> dict[str, t.Any]:
    """What a report needs.

    :param bad: the rows that are complained about.
    :param heading: how a complaint begins.
    :param shown: the rows of the report if those are not all of them.
    :returns: rows, summary, totals, complaint (about all, "" if there is none), complaints (by host), stats.
    """
    return {
        "rows": rows if shown is None else shown,
        "summary": _summary(rows) if summary is None else summary,
        "totals": totals or {},
        "complaint": f"{heading}: {_named(bad)}" if bad else "",
        "complaints": _complaints(bad, heading),
        "stats": stats(rows),
    }


def stats(rows: t.Sequence[Row]) -> dict[str, t.Any]:
    """Numbers and names for other jobs, of one shape for all playbooks and of limited size.

    :returns: hosts, processes, running: numbers. to_look_at, failed, unreachable, changed: a number ``count`` and
              ``names``, the first 100 of them: "host process" of to_look_at, hosts of the others.
    """
    looked = [row for row in rows if look(row)]
    lost = _hosts(row for row in rows if _word(row) == "unreachable")
    failed = [host for host in _hosts(row for row in looked if _failed(row)) if host not in set(lost)]
    return {
        "hosts": len(_hosts(rows)),
        "processes": sum(bool(_name(row)) for row in rows),
        "running": sum((row.get("after") or row.get("state")) == "RUNNING" for row in rows),
        "to_look_at": _listed([_place(row) for row in looked]),
        "failed": _listed(failed),
        "unreachable": _listed(lost),
        "changed": _listed(_hosts(row for row in rows if _changed(row))),
    }


def _failed(row: Row) -> bool:
    return row.get("what") not in TO_JUDGE and row.get("result") != "found"


def _changed(row: Row) -> bool:
    if "pid_before" in row:  # of a rolling restart
        other = row["result"] != "untouched" and row.get("pid") != row["pid_before"]
        return other or row["result"] in CHANGED
    return bool(row.get("did")) or row.get("result") in CHANGED


def _listed(names: list[str]) -> dict[str, t.Any]:
    return {"count": len(names), "names": names[:LISTED]}


def _hosts(rows: t.Iterable[Row]) -> list[str]:
    """Each host once, in the order of the rows."""
    return list(dict.fromkeys(str(row["host"]) for row in rows))


def _name(row: Row) -> str:
    return str(row.get("process") or row.get("program") or row.get("name") or "")


def _place(row: Row) -> str:
    return f"{row['host']} {_name(row)}".strip()


def _word(row: Row) -> str:
    return str(row.get("result") or row.get("state") or "")


def _named(bad: t.Sequence[Row]) -> str:
    names = list(dict.fromkeys(map(_place, bad)))
    return _said.some(names, MANY)


def _complaints(bad: t.Iterable[Row], heading: str) -> dict[str, str]:
    """Host -> what is wrong there, in one sentence."""
    found: dict[str, list[str]] = {}
    for row in bad:
        found.setdefault(str(row["host"]), []).append(_told(row))
    return {
        host: f"{heading}: " + "; ".join(texts[:EACH]) + (f"; and {len(texts) - EACH} more" if texts[EACH:] else "")
        for host, texts in found.items()
    }


def _told(row: Row) -> str:
    state = row.get("after") or row.get("state")
    # In a rolling restart the state is that of now, which may be well again.
    how = row["result"] if "pid_before" in row else state or row.get("result")
    words = " ".join(filter(None, (_name(row), str(how or ""))))
    return f"{words}: {row['message']}" if row.get("message") else words


def _summary(rows: t.Iterable[Row]) -> str:
    """How many of which kind ended how: "2 orphan stopped, 1 program started"."""
    counts = collections.Counter(" ".join(filter(None, (str(row.get("what") or ""), _word(row)))) for row in rows)
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
