# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter tomcat_trials: what to try before Tomcat instances are changed."""

from __future__ import annotations

DOCUMENTATION = r"""
name: tomcat_trials
author: Supervisor Fleet contributors
version_added: 0.2.0
short_description: What to try before Tomcat instances are changed
description:
  - >-
    Turns planned instances into items for M(supervisord.fleet.tomcat_check).
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
    msg: "{{ plan.instances | supervisord.fleet.tomcat_trials }}"
"""

RETURN = r"""
_value:
  description: Items for M(supervisord.fleet.tomcat_check).
  type: list
  elements: dict
"""

import typing as t

from ..plugin_utils import _tomcat_program


def tomcat_trials(instances: list[dict]) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return [_tomcat_program.trial(item) for item in instances]


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"tomcat_trials": tomcat_trials}
