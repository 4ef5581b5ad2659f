# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Tomcats of the inventory, as others reach them."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tomcat_members
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: List the Tomcats of the inventory with address and port
description:
  - Turns the C(tomcat_app_instances) of hosts into one list of what a load balancer could send requests to, by the same
    rules as the role P(supervisord.fleet.tomcat_app#role).
  - Instances that are V(absent) or V(stopped) are left out.
  - To whoever asks from elsewhere an address such as 127.0.0.1 is another machine. An instance that has only such a one
    gets no C(address), and C(unreachable) says why.
positional: own
options:
  _input:
    description:
      - The variables of each host, as in C(hostvars). Used are C(inventory_hostname), C(ansible_host), those that begin
        with C(tomcat_app_), C(load_balancer_member_address) and C(load_balancer_member_weight).
    type: list
    elements: dict
    required: true
  own:
    description: Name in the inventory of the host that sends requests to them; of none of it by default.
    type: str
"""

EXAMPLES = r"""
- name: See who answers on which port
  ansible.builtin.debug:
    msg: "{{ groups.app_hosts | map('extract', hostvars) | supervisord.fleet.tomcat_members }}"
"""

RETURN = r"""
_value:
  description:
    - The Tomcats. C(name) is host and instance with a slash between, C(scheme), C(address) and C(port) are where others
      reach it, C(unreachable) is empty or says why there is no C(address), C(route) is what sticky sessions know it by,
      C(url), C(status), C(timeout), C(log), C(health) and, with TLS, C(trust) are what M(supervisord.fleet.http_ready)
      wants to know on its own host.
  type: list
  elements: dict
  sample:
    - name: c701/app01
      host: c701
      instance: app01
      address: 10.0.0.41
      port: 8080
      scheme: http
      route: c701-app01
      unreachable: ""
      weight: 1
      url: http://127.0.0.1:8080/
      status: ["200-399"]
      timeout: 60
      log: /var/log/tomcat_app/app01.log
      trust: {}
      health: ""
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils import _upstreams


def tomcat_members(hosts: t.Iterable[t.Mapping], own: str | None = None) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    try:
        return _upstreams.members(hosts, own)
    except ValueError as error:
        raise AnsibleFilterError(f"tomcat_members: {error}") from error
    except (KeyError, TypeError) as error:
        raise AnsibleFilterError(f"tomcat_members: tomcat_app_instances cannot be read: {error!r}") from error


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"tomcat_members": tomcat_members}
