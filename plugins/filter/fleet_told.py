# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List what hosts said over their own connections, and who was not asked."""

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_told
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: List what hosts said over their own connections, and who was not asked
description:
  - Used by the playbooks C(supervisord.fleet.status) and C(supervisord.fleet.control). A host that nobody asked is not
    left out of their tables; it has an entry that says so.
positional: otherwise
options:
  _input:
    description: The variables of each host, as in C(hostvars).
    type: list
    elements: dict
    required: true
  otherwise:
    description: What to say of a host that nobody asked.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: See who was not asked
  ansible.builtin.debug:
    msg: "{{ hosts | supervisord.fleet.fleet_told('not asked') | selectattr('failed') | map(attribute='name') }}"
  vars:
    hosts: "{{ groups.app_hosts | map('extract', hostvars) }}"
"""

RETURN = r"""
_value:
  description: Entries as M(supervisord.fleet.supervisor_info) returns them in C(servers).
  type: list
  elements: dict
"""

import typing as t

from ..plugin_utils import _fleet_asked


def fleet_told(hosts: t.Iterable[t.Mapping], otherwise: str) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return _fleet_asked.told(hosts, str(otherwise))


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"fleet_told": fleet_told}
