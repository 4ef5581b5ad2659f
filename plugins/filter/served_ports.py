# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports that other machines can use."""

from __future__ import annotations

DOCUMENTATION = r"""
name: served_ports
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Choose the ports that other machines can use
description:
  - Used by roles for M(supervisord.fleet.firewall_ports). Leaves out what listens on a loopback address only.
options:
  _input:
    description: Where something listens, each as C(PORT), C(ADDRESS:PORT) or C(*:PORT).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show them
  ansible.builtin.debug:
    msg: "{{ ['127.0.0.1:9001', '*:8000'] | supervisord.fleet.served_ports }}" # [8000]
"""

RETURN = r"""
_value:
  description: The ports, each once, sorted.
  type: list
  elements: int
"""

import typing as t

from ..plugin_utils import _served


def served_ports(addresses: t.Iterable[str]) -> list[int]:
    """See DOCUMENTATION."""
    return _served.beyond_loopback(addresses)


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"served_ports": served_ports}
