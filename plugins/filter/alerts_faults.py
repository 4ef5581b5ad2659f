# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the listener of the role alerts would refuse."""

from __future__ import annotations

DOCUMENTATION = r"""
name: alerts_faults
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Judge settings of the alerts' listener before they reach a host
description:
  - Used by the role P(supervisord.fleet.alerts#role), which refuses them before anything is written.
positional: files
options:
  _input:
    description: The settings, as they are written for the listener.
    type: dict
    required: true
  files:
    description: The role's folder C(files), which holds the listener.
    type: path
    required: true
"""

EXAMPLES = r"""
- name: See what is wrong
  ansible.builtin.debug:
    msg: "{{ {'host': 'web01'} | supervisord.fleet.alerts_faults(role_path ~ '/files') }}"
"""

RETURN = r"""
_value:
  description: A sentence for each fault, without the value of a secret; none if all is well.
  type: list
  elements: str
  sample: ["calm.settle: -1; give a number from 0 to 3600"]
"""

import typing as t

from ..plugin_utils import _alerts


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"alerts_faults": alerts_faults}


def alerts_faults(settings: dict[str, t.Any], files: str) -> list[str]:
    """See DOCUMENTATION."""
    return _alerts.faults(settings, str(files))
