# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asked for ports that do not answer the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
name: site_ports_again
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Find another host for ports that do not answer the controller
description:
  - Used by the playbook C(supervisord.fleet.site). The controller is no user of these ports, and may have a way to SSH
    only, so another host of the run decides; where there is none, the controller asks once more.
  - A host whose name has no address is asked at that of its default route, as its facts have it.
options:
  _input:
    description: C(closed) of M(supervisord.fleet.ports_reached).
    type: list
    elements: dict
    required: true
  names:
    description: Names of the hosts that took part.
    type: list
    elements: str
    required: true
  hostvars:
    description: C(hostvars) of all.
    type: dict
    required: true
positional: names, hostvars
"""

EXAMPLES = r"""
- name: Show them
  ansible.builtin.debug:
    msg: "{{ asked.closed | supervisord.fleet.site_ports_again(ansible_play_hosts, hostvars) }}"
"""

RETURN = r"""
_value:
  description: As P(supervisord.fleet.site_ports#filter) returns it.
  type: list
  elements: dict
"""

import typing as t

from ..plugin_utils import _served


def site_ports_again(
    closed: t.Iterable[t.Mapping], names: t.Iterable[str], hostvars: t.Mapping
) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return _served.again(closed, [str(name) for name in names], hostvars)


class FilterModule:
    """The filter for Ansible."""

    def filters(self) -> dict[str, t.Any]:
        """Name -> function."""
        return {"site_ports_again": site_ports_again}
