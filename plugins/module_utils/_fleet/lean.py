# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results without what is well and unchanged, and how long a result is. No I/O."""

import json
import typing as t

from .._rpc import states as _states

Result = t.Dict[str, t.Any]

ALL, NOTABLE, NONE = "all", "notable", "none"
LIMIT = 700000  # characters from which on ansible-runner, and with it AWX, shows {} instead of a result
# What says how it went and has a length of its own, whatever the number of processes.
_BRIEF = ("name", "server_url", "reachable", "changed", "failed", "msg", "seconds", "waited_for", "diff", "summary")
_SAMPLE = 20  # entries that are measured


def result(found: Result, detail: str) -> Result:
    """The result of a task, or that of each of its servers, with less in it.

    :param detail: all, notable or none, as the option documents them.
    """
    if detail == ALL:
        return found
    if "servers" in found:
        return dict(found, servers=[_lean(entry, detail) for entry in found["servers"]])
    return _lean(found, detail)


def _lean(entry: Result, detail: str) -> Result:
    kept = {key: value for key, value in entry.items() if detail == NOTABLE or key in _BRIEF}
    if "processes" in entry:
        kept.pop("groups", None)
        kept["states"] = _counts(entry["processes"])
        if detail == NOTABLE:
            kept["processes"] = [process for process in entry["processes"] if _notable(process)]
    if detail == NOTABLE and "calls" in entry:
        kept["calls"] = [call for call in entry["calls"] if call["failed"] or call["changed"]]
    return kept


def _counts(processes: t.Iterable[Result]) -> t.Dict[str, int]:
    """How many processes are in which state in the end."""
    counts = {}  # type: t.Dict[str, int]
    for process in processes:
        state = process["after"] if "after" in process else process["state"]
        counts[state] = counts.get(state, 0) + 1
    return dict(sorted(counts.items()))


def _notable(process: Result) -> bool:
    """Was something done to it, or should somebody look at it?"""
    if "after" in process:
        return bool(process["failed"] or process["actions"])
    return _states.is_trouble(process["state"], process["spawnerr"])


def length(found: Result) -> int:
    """About how many characters the result of servers has; of many servers a few are measured."""
    entries = found["servers"]
    sample = entries[:: max(1, len(entries) // _SAMPLE)]
    measured = sum(len(json.dumps(entry)) for entry in sample)
    rest = {key: value for key, value in found.items() if key != "servers"}
    return len(json.dumps(rest)) + (measured * len(entries) // len(sample) if sample else 0)
