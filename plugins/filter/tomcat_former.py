# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter tomcat_former: former Supervisor programs of Tomcat instances that did not get ready."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tomcat_former
author: Supervisor Fleet contributors
version_added: 0.2.0
short_description: Former Supervisor programs of Tomcat instances that did not get ready
description:
  - >-
    Turns planned instances into items for C(supervisor_program) that go back: one that was ready before gets its
    former text, and a newcomer is removed.
  - Used by the role P(supervisord.fleet.tomcat_app#role).
options:
  _input:
    description: Instances of the plan.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: See the items
  ansible.builtin.debug:
    msg: "{{ plan.instances | supervisord.fleet.tomcat_former }}"
"""

RETURN = r"""
_value:
  description: Items for C(supervisor_program).
  type: list
  elements: dict
"""

import typing as t

from ..plugin_utils import _tomcat_program


def tomcat_former(instances: list[dict]) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return [_tomcat_program.former(item) for item in instances]


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"tomcat_former": tomcat_former}
