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
  - The address is C(supervisor_server_url) of the host, or that of C(supervisord_server), which
    P(supervisord.fleet.supervisor#inventory) has set, or that of C(supervisor_inet_http_server) as the role
    P(supervisord.fleet.supervisor#role) knows it, the first of these that there is. A host whose
    C(supervisor_inet_http_server) listens on loopback only, or whose password is known as a hash only, is left out; ask
    it over its own connection.
  - The login is C(supervisor_server_username) and C(supervisor_server_password) of the host, or the one with which the
    inventory plugin has asked this address in the same run of Ansible, or that of C(supervisor_inet_http_server), the
    first of these that there is. Without any the modules use their own, see there.
  - C(supervisor_server_ca_path), C(supervisor_server_client_cert), C(supervisor_server_client_key),
    C(supervisor_server_validate_certs) and C(supervisor_server_timeout) of a host are what the modules have without
    C(supervisor_server_) before their names. Those of the inventory plugin are used beside its address.
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
  description: The servers, each with C(name), C(server_url) and, where there are any, C(username), C(password),
    C(ca_path), C(client_cert), C(client_key), C(validate_certs) and C(timeout).
  type: list
  elements: dict
"""

import typing as t

from ..plugin_utils import _reach


def fleet_servers(hosts: t.Iterable[t.Mapping]) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return _reach.servers(hosts)


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"fleet_servers": fleet_servers}
