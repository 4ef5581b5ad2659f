# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts whose module may have failed for their Python."""

from __future__ import annotations

import typing as t

from ..plugin_utils import _host_python

DOCUMENTATION = r"""
name: python_suspects
short_description: Hosts on which a module has said nothing, or that the Python there is too old
version_added: 0.2.0
author: Supervisor Fleet contributors (@supervisord-fleet)
description:
  - Used by playbooks, to ask only these hosts with M(supervisord.fleet.host_python). A task that all hosts skip takes a
    fleet of a thousand half a minute.
positional: registered
options:
  _input:
    description: The variables of hosts.
    type: list
    elements: dict
    required: true
  registered:
    description: Name of the variable with the module's result. A host that has none is left out.
    type: str
    required: true
"""

EXAMPLES = r"""
names: "{{ ansible_play_hosts_all | map('extract', hostvars) | supervisord.fleet.python_suspects('answer') }}"
"""

RETURN = r"""
_value:
  description: Names of the hosts.
  type: list
  elements: str
  sample: [c701]
"""


def python_suspects(hosts: t.Iterable[t.Mapping[str, t.Any]], registered: str) -> list[str]:
    """See DOCUMENTATION."""
    return [
        str(host["inventory_hostname"])
        for host in hosts
        if registered in host and _host_python.is_about_python(host[registered] or {})
    ]


class FilterModule:
    """The filter for Ansible."""

    def filters(self) -> dict[str, t.Any]:
        """Name -> function."""
        return {"python_suspects": python_suspects}
