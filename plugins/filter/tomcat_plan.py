# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that turns tomcat_app_instances into a complete, checked plan."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tomcat_plan
author: Supervisor Fleet contributors
version_added: 0.1.0
short_description: Plan Tomcat instances and find every collision before anything is written
description:
  - Fills in paths, ports and programs for a list of Tomcat instances and checks them against each other and
    against the host.
  - Used by the role P(supervisord.fleet.tomcat_app#role).
positional: settings, host, changed, programs
options:
  _input:
    description: The instances, as in the role's C(tomcat_app_instances).
    type: list
    elements: dict
    required: true
  settings:
    description: The role's variables without their prefix.
    type: dict
    required: true
  host:
    description: Result of M(supervisord.fleet.tomcat_info).
    type: dict
    required: true
  changed:
    description: Instances whose folder or program would change; each of them is brought by itself.
    type: list
    elements: str
    default: []
  programs:
    description: Instance -> file of its Supervisor program.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: See which ports three instances get
  ansible.builtin.debug:
    msg: "{{ plan.instances | map(attribute='http_port') }}"
  vars:
    plan: "{{ [{'name': 'app01'}, {'name': 'app02'}] | supervisord.fleet.tomcat_plan(settings, host) }}"
"""

RETURN = r"""
_value:
  description:
    - The plan. C(instances) (filled in), C(absent), C(batches) (what to apply together, in order), C(versions) and
      C(errors), a list of sentences; nothing may be written unless it is empty.
  type: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils import _tomcat_plan


def tomcat_plan(
    instances: t.Any, settings: t.Any, host: t.Any, changed: t.Any = (), programs: t.Any = None
) -> dict[str, t.Any]:
    """See DOCUMENTATION."""
    if not isinstance(instances, list) or not all(isinstance(item, dict) and item.get("name") for item in instances):
        raise AnsibleFilterError("tomcat_app_instances must be a list of mappings, each with a name")
    try:
        return _tomcat_plan.plan(instances, dict(settings), dict(host), list(changed), dict(programs or {}))
    except (TypeError, ValueError, KeyError) as error:
        raise AnsibleFilterError(f"tomcat_app_instances cannot be planned: {error!r}") from error


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"tomcat_plan": tomcat_plan}
