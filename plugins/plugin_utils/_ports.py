# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which sockets get in each other's way: the rules of Linux for two listeners on one port."""

from __future__ import annotations

import ipaddress
import typing as t

ANY = "::"  # Java's default: one dual-stack socket that takes IPv4 and IPv6


class Claim(t.NamedTuple):
    """One port that one instance wants to listen on."""

    instance: str
    base: str
    kind: str  # "http_port", "ajp_port"...: the option a user would change
    address: str
    port: int


def normal_address(text: str) -> str:
    """The address in one spelling; a host name counts as "every address", because it may stand for any of them."""
    text = text.strip("[] ")
    if text in ("", "*"):
        return ANY
    if text == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ANY
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def overlap(one: str, two: str) -> bool:
    """Whether two listeners with these (normal) addresses cannot share a port."""
    if one == two or ANY in (one, two):
        return True
    if "0.0.0.0" in (one, two):
        other = two if one == "0.0.0.0" else one
        return ":" not in other
    return False


def between(claims: t.Sequence[Claim]) -> list[str]:
    """One sentence for each pair of claims that exclude each other."""
    problems = []
    for index, one in enumerate(claims):
        for two in claims[index + 1 :]:
            if one.port != two.port or not overlap(one.address, two.address):
                continue
            problems.append(
                f"port {one.port} is wanted twice: {one.kind} of {one.instance!r} and {two.kind} of {two.instance!r}. "
                f"Give one of them another {'port' if ' ' in two.kind else f'offset or an explicit {two.kind}'}."
            )
    return problems


def against(
    claims: t.Sequence[Claim],
    listening: t.Sequence[dict],
    gone: t.Container[str],
    leaving: t.Mapping[str, t.Container[int]],
) -> list[str]:
    """One sentence for each claim that a socket on the host already stands in the way of.

    listening: as the module tomcat_info returns it. gone: bases of instances that this run removes first. leaving: base
    of an instance -> ports that this run makes it leave.
    """
    problems = []
    for claim in claims:
        for socket in listening:
            if socket["port"] != claim.port or not overlap(claim.address, normal_address(socket["address"])):
                continue
            owner = socket.get("catalina_base") or ""
            free = owner == claim.base or claim.port in leaving.get(owner, ())
            if (free and socket.get("supervised")) or owner in gone:
                continue
            problems.append(_taken(claim, socket, owner))
            break  # a process often holds the IPv4 and the IPv6 socket: say it once
    return problems


def _taken(claim: Claim, socket: dict, owner: str) -> str:
    holder = f"{socket.get('process') or 'a process'} (pid {socket.get('pid') or 'unknown'})"
    start = f"port {claim.port} ({claim.kind} of {claim.instance!r}) is already listened on by {holder}"
    if owner == claim.base:
        return (
            f"{start}, a Tomcat with the same CATALINA_BASE that no Supervisor looks after: started by hand, or left "
            f"over from a killed supervisord. Stop it (kill {socket.get('pid')}) and run again."
        )
    if owner:
        return (
            f"{start}, the Tomcat of {owner}, which does not leave it in this run. Choose another port, or give that "
            "instance its new port in this run or in a run before."
        )
    return f"{start}, which is not one of these instances. Choose another one, or stop it."
