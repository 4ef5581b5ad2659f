# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the daemons that the controller can ask itself."""

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_servers
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: List the daemons that the controller can ask itself
description:
  - Makes the option C(servers) of M(supervisord.fleet.supervisor_info), M(supervisord.fleet.supervisor_process) and
    M(supervisord.fleet.supervisor_rpc) out of hosts.
  - A host has C(supervisor_server_url), or C(supervisor_inet_http_server) as the role
    P(supervisord.fleet.supervisor#role) knows it. One that listens on loopback only, or whose password is known as a
    hash only, is left out; ask it over its own connection.
options:
  _input:
    description: The variables of each host, as in C(hostvars).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Ask all of them at once
  supervisord.fleet.supervisor_info:
    servers: "{{ groups.app_hosts | map('extract', hostvars) | supervisord.fleet.fleet_servers }}"
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
_value:
  description: The servers, each with C(name), C(server_url) and, where there are any, C(username) and C(password).
  type: list
  elements: dict
"""

import typing as t

from ..plugin_utils import _fleet


def fleet_servers(hosts: t.Iterable[t.Mapping]) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return _fleet.servers(hosts)


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"fleet_servers": fleet_servers}
