# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The load balancers in front of the Tomcats of a host."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tomcat_balancers
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: List the load balancers in front of the Tomcats of a host
description:
  - Finds out by the variables of the role P(supervisord.fleet.load_balancer#role) which hosts send requests to which
    Tomcats of a host, so that these can believe them where a request came from.
  - Used by the role P(supervisord.fleet.tomcat_app#role).
positional: host, groups, instances
options:
  _input:
    description:
      - The variables of each host that runs a load balancer, as in C(hostvars). Used are C(inventory_hostname),
        C(ansible_host) and those that begin with C(load_balancer_).
    type: list
    elements: dict
    required: true
  host:
    description: The host with the Tomcats.
    type: str
    required: true
  groups:
    description: The groups of the inventory.
    type: dict
    required: true
  instances:
    description: Names of the Tomcats.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: See who stands in front of app01
  ansible.builtin.debug:
    msg: "{{ balancers | supervisord.fleet.tomcat_balancers('c701', groups, ['app01']) }}"
  vars:
    balancers: "{{ groups.lb_hosts | map('extract', hostvars) }}"
"""

RETURN = r"""
_value:
  description:
    - The load balancers. C(instances) has the Tomcats that are behind one, each with the route that sticky sessions
      know it by; C(address) is empty where the inventory has only one like 127.0.0.1 for another
      host; C(numeric) tells whether it has to be looked up.
  type: list
  elements: dict
  sample:
    - host: lb1
      address: 10.0.0.9
      numeric: true
      instances: {app01: c701-app01}
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils import _tomcat_proxies


def tomcat_balancers(
    hosts: t.Iterable[t.Mapping], host: str, groups: t.Mapping, instances: list[str]
) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    try:
        return _tomcat_proxies.balancers(hosts, str(host), groups, [str(name) for name in instances])
    except (KeyError, TypeError, ValueError) as error:
        raise AnsibleFilterError(f"tomcat_balancers: load_balancer_apps cannot be read: {error}") from error


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"tomcat_balancers": tomcat_balancers}
