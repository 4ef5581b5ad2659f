# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a host's Tomcats to bring together, and in which order: one change after the other, ports left before taken.

Pure: text and numbers in, text and numbers out.
"""

from __future__ import annotations

import typing as t

Waits = dict[str, set[str]]


def left(staying: list[dict], listening: t.Sequence[dict]) -> dict[str, set[int]]:
    """Base of an instance of this run -> ports that it has so far, and will not have after it.

    :param staying: filled in instances with what is installed of each.
    :param listening: as the module tomcat_info returns it.
    """
    found = {}
    for item in staying:
        installed = item["installed"]
        had = set(installed.get("ports") or []) if installed.get("state") == "present" else set()
        if installed.get("unsettled"):  # a run was ended before its end: what it wrote is not what runs
            had |= {socket["port"] for socket in listening if socket.get("catalina_base") == item["base"]}
        found[item["base"]] = had - set(item["ports"])
    return found


def batches(
    staying: list[dict], settings: dict, changed: t.Container[str], leaving: dict[str, set[int]]
) -> list[dict[str, t.Any]]:
    """What to bring together, in order: those that have nothing to lose, then each change by itself.

    An instance that runs and changes is alone in its batch (or with at_once - 1 others, after the first one was seen
    ready): when it does not get ready it goes back, and those after it have not been touched. Versions come last.
    An instance that takes a port comes after the one that leaves it; those that take theirs from each other are one
    batch: all are stopped before the first one starts, and go back together.

    :param changed: names of instances whose folder or program changes.
    :param leaving: what left() returned.
    """
    steady: list[str] = []
    changing: list[str] = []
    switching: list[str] = []
    for item in staying:
        old = item["installed"].get("version")
        item["newcomer"] = item["installed"].get("state") != "present"
        item["previous_version"] = old if old and old != item["version"] and not item["newcomer"] else ""
        # What it was seen ready by: the variables may ask for something else by now. Nothing where that is not known.
        before = item["installed"].get("ready") or {}
        item["ready_before"] = {**{key: item["ready"][key] for key in ("name", "log")}, **before} if before else {}
        touched = item["name"] in changed and not item["newcomer"]
        (switching if item["previous_version"] else changing if touched else steady).append(item["name"])
    size = 1 if settings.get("one_by_one") else max(1, int(settings.get("at_once") or 1))
    groups = [[name] for name in steady] if settings.get("one_by_one") else [steady] if steady else []
    groups += [[name] for name in changing[:1]]
    groups += [changing[first : first + size] for first in range(1, len(changing), size)]
    groups += [[name] for name in switching]
    touched_names = [item["name"] for item in staying if item["newcomer"] or item["name"] in {*changing, *switching}]
    newcomers = {item["name"] for item in staying if item["newcomer"]}
    waits = _waits(staying, leaving)
    return _told(_ordered(groups, waits), waits, touched_names, newcomers)


def _waits(staying: list[dict], leaving: dict[str, set[int]]) -> Waits:
    """Instance -> those that have to leave a port before it can start; itself among them where that is a circle."""
    waits = {
        item["name"]: {
            other["name"]
            for other in staying
            if other is not item and leaving.get(other["base"], set()) & set(item["ports"])
        }
        for item in staying
    }
    for known in waits.values():  # those that are waited for wait for others themselves
        queue = list(known)
        while queue:
            fresh = waits[queue.pop()] - known
            known.update(fresh)
            queue += fresh
    return waits


def _ordered(groups: list[list[str]], waits: Waits) -> list[list[str]]:
    """The groups with those that wait taken out and put behind those that they wait for."""
    pending: list[list[str]] = []
    for group in groups:
        free = [name for name in group if not waits[name]]
        pending += [free] if free else []
        for name in group:
            circle = sorted(other for other in waits[name] if name in waits[other])
            if waits[name] and not any(name in known for known in pending):
                pending.append(circle or [name])
    found: list[list[str]] = []
    while pending:
        done = {name for group in found for name in group}
        ready = next(group for group in pending if all(waits[name] <= {*done, *group} for name in group))
        pending.remove(ready)
        found.append(ready)
    return found


def _told(
    groups: list[list[str]], waits: Waits, touched: t.Container[str], newcomers: t.Container[str]
) -> list[dict[str, t.Any]]:
    return [
        {
            "names": names,
            "later": [name for group in groups[index + 1 :] for name in group],
            "touched": [name for name in names if name in touched],
            "together": any(name in waits[name] for name in names),
            "stop": [name for name in names if name in waits[name] and name not in newcomers],
        }
        for index, names in enumerate(groups)
    ]
