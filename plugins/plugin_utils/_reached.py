# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where what listens on one host is for whoever asks: the one place that decides it.

To the control playbooks, the dashboard and the load balancer an address like 127.0.0.1 of another host is their own
machine. Whoever uses it all the same controls, or serves, the wrong one in the other's name.
"""

from __future__ import annotations

import typing as t

from ..module_utils._rpc import interface as _interface


class Reached(t.NamedTuple):
    """``address``, without brackets; or none, and ``why`` in words that "because" could stand before."""

    address: str
    why: str = ""


def reached(host: t.Mapping, listens: str, own: str | None = None, told: str = "") -> Reached:
    """Where a host's server is.

    :param host: the variables of the host: inventory_hostname and, where there is one, ansible_host.
    :param listens: the address that its configuration names; "" or one like 0.0.0.0 for all of them.
    :param own: the host that asks, by its name in the inventory; None for one that is not in it.
    :param told: how others reach the host, where somebody has said it. It is believed, for it may lead into a tunnel.
    """
    name = str(host["inventory_hostname"])
    every = _interface.is_every(listens)
    if not every and (name == own or not _interface.is_loopback(listens)):
        return Reached(_bare(listens))
    if told:
        return Reached(_bare(told))
    if not every:
        return Reached("", f"it listens on {_bare(listens)}, which only the host itself can reach")
    found = str(host.get("ansible_host") or name)
    if name != own and _interface.is_loopback(found):
        return Reached("", f"its ansible_host is {found}, which is another machine for whoever asks from elsewhere")
    return Reached(_bare(found))


def bracketed(address: str) -> str:
    """As it stands in a URL."""
    return f"[{address}]" if ":" in address and not address.startswith("[") else address


def _bare(address: str) -> str:
    return address.strip().strip("[]")
