# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The applications behind a load balancer."""

from __future__ import annotations

DOCUMENTATION = r"""
name: balanced_apps
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Make a load balancer's applications of Tomcats
description:
  - Gives each application its members, its port and its names, and refuses what nginx would refuse or misread.
  - Used by the role P(supervisord.fleet.load_balancer#role).
positional: declared, port_base, sticky, cookie
options:
  _input:
    description: Tomcats, as P(supervisord.fleet.tomcat_members#filter) lists them.
    type: list
    elements: dict
    required: true
  declared:
    description: The applications, as in the role's C(load_balancer_apps).
    type: list
    elements: dict
    required: true
  port_base:
    description: Port of the first application that names none.
    type: int
    required: true
  sticky:
    description: How sessions of applications stay at their member that do not say it themselves.
    type: str
    choices: [none, route, cookie]
    default: none
  cookie:
    description: Name of the cookie that says where. See the role's C(load_balancer_sticky_cookie).
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: See what the load balancer would get
  ansible.builtin.debug:
    msg: "{{ tomcats | supervisord.fleet.balanced_apps([{'name': 'shop', 'instances': ['app01', 'app02']}], 8000) }}"
  vars:
    tomcats: "{{ groups.app_hosts | map('extract', hostvars) | supervisord.fleet.tomcat_members }}"
"""

RETURN = r"""
_value:
  description:
    - The applications as declared, each with C(port), C(server_names), C(scheme), C(sticky), C(sticky_cookie) and
      C(members) filled in.
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils import _upstreams


def balanced_apps(
    found: list[dict], declared: list[dict], port_base: int, sticky: str = "none", cookie: str = ""
) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    try:
        return _upstreams.apps(found, [dict(entry) for entry in declared], int(port_base), sticky, cookie)
    except ValueError as error:
        raise AnsibleFilterError(f"load_balancer_apps: {error}") from None


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"balanced_apps": balanced_apps}
