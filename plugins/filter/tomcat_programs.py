# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that makes Supervisor programs of planned Tomcat instances."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tomcat_programs
author: Supervisor Fleet contributors
version_added: 0.1.0
short_description: Supervisor programs of planned Tomcat instances
description:
  - Turns instances of P(supervisord.fleet.tomcat_plan#filter) into items for C(supervisor_program).
  - The environment variable C(TOMCAT_APP_CONFIG) holds a fingerprint of the instance's files. So a changed file is a
    changed program, and restarts just that one; also when the run that changed it ended before it could.
positional: fingerprints, bare
options:
  _input:
    description: Instances of the plan.
    type: list
    elements: dict
    required: true
  fingerprints:
    description: Instance name -> fingerprint, from M(supervisord.fleet.tomcat_base).
    type: dict
    default: {}
  bare:
    description:
      - Leave out what Supervisor only accepts where it exists, the user or the folder of the output, of instances
        whose host lacks it. For a look at the programs before anything is there.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Run the planned instances
  ansible.builtin.debug:
    msg: "{{ plan.instances | supervisord.fleet.tomcat_programs({'app01': 'c0ffee'}) }}"
"""

RETURN = r"""
_value:
  description: Items for C(supervisor_program).
  type: list
  elements: dict
"""

import typing as t

from ..plugin_utils import _tomcat_program


def tomcat_programs(
    instances: list[dict], fingerprints: dict[str, str] | None = None, bare: bool = False
) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    known = fingerprints or {}
    programs = [_tomcat_program.program(item, known.get(item["name"], "")) for item in instances]
    return [
        {key: value for key, value in program.items() if not bare or key not in item.get("lacking", ())}
        for item, program in zip(instances, programs)
    ]


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"tomcat_programs": tomcat_programs}
