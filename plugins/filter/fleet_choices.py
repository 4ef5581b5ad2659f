# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say which names select something at which servers."""

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_choices
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Say which names select something at which servers
description:
  - M(supervisord.fleet.supervisor_process) refuses a name that matches nothing. This says what to ask for where, when
    not every server has everything.
positional: names
options:
  _input:
    description: Entries as M(supervisord.fleet.supervisor_info) returns them in C(servers).
    type: list
    elements: dict
    required: true
  names:
    description: Names and patterns of processes.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: See who has web, and who has workers too
  ansible.builtin.debug:
    msg: "{{ asked.servers | supervisord.fleet.fleet_choices(['web', 'worker:*']) }}"
"""

RETURN = r"""
_value:
  description: C(names), and the C(hosts) at which just these match something.
  type: list
  elements: dict
  sample:
    - {names: [web, "worker:*"], hosts: [c701]}
"""

import typing as t

from ..plugin_utils import _fleet


def fleet_choices(answers: t.Iterable[t.Mapping], names: list[str]) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return _fleet.choices(answers, names)


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"fleet_choices": fleet_choices}
