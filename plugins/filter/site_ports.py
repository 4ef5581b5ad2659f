# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports of a site that other machines use."""

from __future__ import annotations

DOCUMENTATION = r"""
name: site_ports
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Find the ports of a site that other machines use, and who asks them
description:
  - Used by the playbook C(supervisord.fleet.site). Dashboards ask the daemons, load balancers the Tomcats that are
    behind them, and the controller asks load balancers and dashboards, and the others where there are none of these.
  - Where none of the dashboards, or of the load balancers, take part (C(--limit)), nobody asks in their place.
  - The controller does not ask a host that it only reaches through another one, C(ProxyJump) or C(ProxyCommand) in its
    variables.
options:
  _input:
    description: Names of the hosts that took part.
    type: list
    elements: str
    required: true
  hostvars:
    description: C(hostvars) of all.
    type: dict
    required: true
  groups:
    description: Group -> its hosts.
    type: dict
    required: true
  tags:
    description: Tags of the run.
    type: list
    elements: str
    required: true
  skipped:
    description: Tags that it leaves out.
    type: list
    elements: str
    default: []
positional: hostvars, groups, tags, skipped
"""

EXAMPLES = r"""
- name: Show them
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts | supervisord.fleet.site_ports(hostvars, groups, ansible_run_tags) }}"
"""

RETURN = r"""
_value:
  description:
    - For each that asks, C(asker), a host or empty for the controller, and C(ports) for
      M(supervisord.fleet.ports_reached).
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils import _served


def site_ports(
    names: t.Iterable[str],
    hostvars: t.Mapping,
    groups: t.Mapping,
    tags: t.Sequence[str],
    skipped: t.Sequence[str] = (),
) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    roles = _served.wanted_roles(tags, list(skipped))
    try:
        return _served.site([str(name) for name in names], hostvars, groups, roles) if roles else []
    except (KeyError, TypeError, ValueError) as error:
        raise AnsibleFilterError(f"site_ports: {error}") from error


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"site_ports": site_ports}
