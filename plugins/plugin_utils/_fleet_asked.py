# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of asking a fleet: who was not asked at all, and names that nothing goes by anywhere. Pure."""

from __future__ import annotations

import typing as t

from ..module_utils import _near

ENTRY = "__fleet_entry"  # what the playbooks note of a host that they asked over its own connection
MANY = 10  # so many names are listed


def told(hosts: t.Iterable[t.Mapping], otherwise: str) -> list[dict[str, t.Any]]:
    """What hosts said over their own connections, and an entry that says why for each that nobody asked.

    :param hosts: their variables.
    :param otherwise: what to say of a host that nobody asked.
    """
    return [
        dict(host[ENTRY])
        if ENTRY in host
        else {
            "name": str(host["inventory_hostname"]),
            "reachable": False,
            "failed": True,
            "msg": otherwise,
            "processes": [],
        }
        for host in hosts
    ]


def unmatched(answers: t.Iterable[t.Mapping], names: t.Iterable[str], variable: str) -> list[str]:
    """A sentence about each name that nothing goes by at any of the daemons that answered.

    Empty where nobody answered: then nothing is known of any name.

    :param answers: results of supervisor_info that was asked for these names.
    :param variable: the variable that the names are from.
    """
    every = list(answers)
    heard = [answer for answer in every if not answer.get("failed") and "unmatched" in answer]
    if not heard:
        return []
    silent = len(every) - len(heard)
    aside = f" ({silent} could not be asked)" if silent else ""
    found = []
    for name in dict.fromkeys(names):
        if all(name in answer["unmatched"] for answer in heard):
            known = list(dict.fromkeys(other for answer in heard for other in answer["unmatched"][name]))
            hosts = "the host" if len(heard) == 1 else f"any of the {len(heard)} hosts"
            found.append(f"{variable}: {name!r} matches no program on {hosts}{aside}; {_meant(name, known)}")
    return found


def _meant(name: str, known: list[str]) -> str:
    near = _near.near(name.rstrip("*").rstrip(":"), known)
    there = (
        f"there are {', '.join(known[:MANY])}{', ...' if len(known) > MANY else ''}"
        if known
        else "there is none at all"
    )
    return f"did you mean {near[0]}?" if near else f"{there}."
