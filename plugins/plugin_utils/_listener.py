# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the listener of the role alerts lives, hears and is rid of what it has to tell, by its sign of life. Pure."""

from __future__ import annotations

import datetime as dt
import typing as t

# What a row about a listener has in the place of a state.
STALE, DEAF, UNDELIVERED, UNSEEN = STATES = ("stale", "deaf", "undelivered", "unseen")
WRITES = 60  # seconds; it writes each 5
HEARS = 150  # seconds; supervisord sends an event each minute


def faults(alerts: t.Mapping[str, t.Any]) -> list[tuple[str, str]]:
    """What is wrong with a listener, as pairs of a state and a sentence; none if all is well.

    :param alerts: as supervisor_info returns it. With ``unseen`` alone: why nobody could look.
    """
    if alerts.get("unseen"):
        return [(UNSEEN, f"its sign of life could not be read: {alerts['unseen']}")]
    if alerts.get("error"):
        return [(STALE, f"gives no sign of life: {alerts['error']}")]
    if _more(alerts["written"], WRITES):
        return [(STALE, f"has given no sign of life for {_lasting(alerts['written'])}; nobody is told of anything")]
    quiet = [since for since in (alerts["heard"], alerts["started"]) if since is not None]
    found = []
    if quiet and min(quiet) > HEARS:
        text = f"has heard nothing of supervisord for {_lasting(min(quiet))}; nobody is told of anything"
        found.append((DEAF, text))
    if alerts["unsaved"]:
        found.append((UNDELIVERED, f"cannot keep on the disk what it has to tell: {alerts['unsaved']}"))
    for route in alerts["routes"]:
        if route["waiting"] and route["last_error"]:
            messages = "1 message waits" if route["waiting"] == 1 else f"{route['waiting']} messages wait"
            found.append((UNDELIVERED, f"{messages} for the route {route['name']}: {route['last_error']}"))
    return found


def count(answers: t.Iterable[t.Mapping[str, t.Any]]) -> tuple[int, int]:
    """How many listeners are well, and how many were looked for.

    :param answers: of hosts, as modules return them; of one without a listener there is no ``alerts``.
    """
    found = [not faults(answer["alerts"]) for answer in answers if answer.get("alerts")]
    return sum(found), len(found)


def _more(seconds: int | None, most: int) -> bool:
    return seconds is None or seconds > most


def _lasting(seconds: int | None) -> str:
    return "ever" if seconds is None else str(dt.timedelta(seconds=min(seconds, 10**9)))
