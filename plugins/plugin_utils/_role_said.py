# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role says when it refuses its variables: all of it once, and not again for each host of a group. No I/O."""

from __future__ import annotations

import typing as t

from ..module_utils import _said

# Whom a host is compared with: the first ones of its batch. Each costs the reading of all its variables.
LOOKED_AT = 3


def refusal(role: str, faults: list[str], own: t.Container[str], variables: t.Mapping[str, t.Any]) -> str:
    """Everything that is wrong; what another host has said already is only counted, with the first of it.

    :param own: those of the faults that need not be the same where the variables are: their values are templates.
    :param variables: those of the host, with what Ansible knows of the play.
    """
    many = f"{len(faults)} faults" if len(faults) > 1 else "a fault"
    common = [fault for fault in faults if fault not in own]
    alike = _alike(role, variables) if common else ""
    if not alike:
        return _listed(f"The variables of the role {role} have {many}; nothing was changed by it:", faults)
    if len(common) == len(faults) == 1:
        return f"The variables of the role {role} have a fault, as on {alike}; nothing was changed by it: {faults[0]}"
    told = f"{len(common)} of them as on {alike}" if len(common) < len(faults) else f"as on {alike}"
    head = f"The variables of the role {role} have {many}, {told}; nothing was changed by it. The first of those:"
    return _listed(head, [common[0], *(fault for fault in faults if fault in own)])


def _listed(head: str, faults: list[str]) -> str:
    return "\n".join((head, *(f"- {fault}" for fault in faults)))


def template(error: Exception) -> str:
    """Why a template cannot be worked out, without the lines of source that Ansible puts below it."""
    said = str(getattr(error, "message", "") or error).partition("\n")[0]
    sentences = dict.fromkeys(said.partition(". Error was")[0].split(". "))  # ansible-core 2.16 says it twice
    return _said.line(". ".join(sentences))[:300]


def _alike(role: str, variables: t.Mapping[str, t.Any]) -> str:
    """The first host of the batch, when another one has the same variables of the role; "" for that first one."""
    own, everybody = str(variables.get("inventory_hostname")), variables.get("hostvars")
    mine = None
    for host in list(variables.get("ansible_play_batch") or [])[:LOOKED_AT]:
        if host == own or everybody is None:
            return ""
        mine = _of(everybody, own, role) if mine is None else mine
        if _of(everybody, host, role) == mine:
            return str(host)
    return ""


def _of(everybody: t.Any, host: str, role: str) -> dict[str, t.Any]:
    return {name: value for name, value in everybody.raw_get(host).items() if name.startswith(f"{role}_")}
