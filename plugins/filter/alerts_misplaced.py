# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and places of the listener of the role alerts that cannot be."""

from __future__ import annotations

DOCUMENTATION = r"""
name: alerts_misplaced
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Judge name and places of the alerts' listener
description:
  - Used by the role P(supervisord.fleet.alerts#role), which refuses them before anything is made or removed.
options:
  _input:
    description: The role's variables without C(alerts_), as M(supervisord.fleet.role_variables) returns them.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: See what is wrong
  ansible.builtin.debug:
    msg: "{{ taken | supervisord.fleet.alerts_misplaced }}"
"""

RETURN = r"""
_value:
  description: A sentence for each fault; none if all is well.
  type: list
  elements: str
  sample: ["program_dir: 'alerts'; give an absolute path below /"]
"""

import typing as t

from ..plugin_utils import _alerts


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"alerts_misplaced": alerts_misplaced}


def alerts_misplaced(values: dict[str, t.Any]) -> list[str]:
    """See DOCUMENTATION."""
    return _alerts.misplaced(values)
