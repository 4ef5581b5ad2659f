# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server list of the monitor, from the inventory."""

from __future__ import annotations

DOCUMENTATION = r"""
name: monitor_servers
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Make the monitor's server list from the inventory
description:
  - Turns hosts of the inventory and servers listed by hand into the list of daemons that the monitor shows, and
    refuses what the application would silently misread.
  - A host is listed when it has C(monitor_web_server), or C(supervisor_inet_http_server) with a port. One without
    either has no daemon that could be reached over the network and is left out.
options:
  _input:
    description: The variables of each host, as in C(hostvars).
    type: list
    elements: dict
    required: true
    suboptions:
      inventory_hostname:
        description: Name the host gets on the page.
        type: str
        required: true
      ansible_host:
        description: Where the host is reached when C(port) names no address of its own; its name by default.
        type: str
      supervisor_inet_http_server:
        description: C(port), C(username) and C(password) of the daemon.
        type: dict
      monitor_web_server:
        description: C(url), C(port), C(username) and C(password), each of which overrides what was found so far.
        type: dict
  extra:
    description:
      - Servers listed by hand, with C(name), C(url), C(port), C(username) and C(password).
      - One with the name of a host replaces it.
    type: list
    elements: dict
    default: []
  own:
    description:
      - Name in the inventory of the host that asks the daemons; of none of it by default.
      - A host whose daemon has an address such as 127.0.0.1 is listed with the key C(error), unless it is this very
        host. To whoever asks from elsewhere such an address means another machine.
    type: str
positional: extra, own
"""

EXAMPLES = r"""
- name: See the list
  ansible.builtin.debug:
    msg: "{{ groups.app_hosts | map('extract', hostvars) | supervisord.fleet.monitor_servers(extra) }}"
  vars:
    extra:
      - name: tomcat_8080
        url: http://10.0.0.43/RPC2
        port: 9001
"""

RETURN = r"""
_value:
  description:
    - The servers, each with C(name), C(url), C(port) and, where there are any, C(username) and C(password), or instead
      of these C(error), why it cannot be asked.
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils import _servers


def monitor_servers(
    hosts: t.Iterable[t.Mapping], extra: list[dict] | None = None, own: str | None = None
) -> list[dict]:
    try:
        return _servers.servers(list(hosts), [dict(server) for server in extra or []], own)
    except ValueError as error:
        raise AnsibleFilterError(f"monitor_servers: {error}") from None


class FilterModule:
    def filters(self) -> dict:
        return {"monitor_servers": monitor_servers}
