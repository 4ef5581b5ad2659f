# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say which names nothing in the fleet goes by."""

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_unmatched
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Say which names nothing in the fleet goes by
description:
  - A name that some daemons do not know is usual in a fleet. One that none of them knows is a mistake, and this says
    so, with the nearest name that there is.
positional: names, variable
options:
  _input:
    description: Results of M(supervisord.fleet.supervisor_info), which was asked for these names.
    type: list
    elements: dict
    required: true
  names:
    description: The names.
    type: list
    elements: str
    required: true
  variable:
    description: The variable that the names are from, for the sentences.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Refuse names that nothing goes by
  ansible.builtin.assert:
    that: asked.servers | supervisord.fleet.fleet_unmatched(names, 'names') == []
  vars:
    names: [web, "worker:*"]
"""

RETURN = r"""
_value:
  description: A sentence for each of these names; none if no daemon has answered.
  type: list
  elements: str
  sample: ["control_programs: 'ap02' matches no program on any of the 2 hosts; did you mean app02?"]
"""

import typing as t

from ..plugin_utils import _fleet_asked


def fleet_unmatched(answers: t.Iterable[t.Mapping], names: t.Iterable[str], variable: str) -> list[str]:
    """See DOCUMENTATION."""
    return _fleet_asked.unmatched(answers, list(names), str(variable))


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"fleet_unmatched": fleet_unmatched}
