# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter program_fault: what is wrong with declared programs, before any host is touched."""

from __future__ import annotations

DOCUMENTATION = r"""
name: program_fault
author: Supervisor Fleet contributors
version_added: 0.2.0
short_description: Say what is wrong with declared programs
description:
  - Looks at items for M(supervisord.fleet.supervisor_program) as that module does, as far as no host is needed for it.
    A name that cannot be addressed, an option of another kind, and a value that cannot be written are found.
  - Used by the role P(supervisord.fleet.supervisor#role), which refuses them before it does anything.
options:
  _input:
    description: The items, see O(supervisord.fleet.supervisor_program#module:programs).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Refuse programs that cannot be written
  ansible.builtin.assert:
    that: programs | supervisord.fleet.program_fault == ''
    fail_msg: "{{ programs | supervisord.fleet.program_fault }}"
"""

RETURN = r"""
_value:
  description: A sentence about the first that is wrong, empty if none is. It holds no value that can be a secret.
  type: str
"""

import typing as t

from ..plugin_utils import _program_fault


def program_fault(items: list[dict]) -> str:
    """See DOCUMENTATION."""
    return _program_fault.first(items)


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"program_fault": program_fault}
