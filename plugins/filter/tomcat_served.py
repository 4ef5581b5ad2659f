# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports of Tomcats that other machines can use."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tomcat_served
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Choose the ports of Tomcats that other machines can use
description:
  - Used by the role P(supervisord.fleet.tomcat_app#role). Leaves out what listens on a loopback address only, and
    what asks for no password, a debugger or an agent.
options:
  _input:
    description: The plan of P(supervisord.fleet.tomcat_plan#filter).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Open them
  supervisord.fleet.firewall_ports:
    holders: "{{ plan | supervisord.fleet.tomcat_served }}"
"""

RETURN = r"""
_value:
  description: C(name) and C(ports) of each instance; none for one that is to be absent.
  type: list
  elements: dict
"""

import typing as t

from ..plugin_utils import _served, _tomcat_ports


def tomcat_served(plan: t.Mapping) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return _served.tomcat_holders(plan["instances"], plan["absent"], _tomcat_ports.claims)


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"tomcat_served": tomcat_served}
