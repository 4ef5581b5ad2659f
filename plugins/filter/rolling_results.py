# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has become of one step of a rolling restart."""

from __future__ import annotations

DOCUMENTATION = r"""
name: rolling_results
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Say what has become of one step of a rolling restart
description:
  - Compares programs as they were with what a daemon says now.
  - Used by the playbook C(supervisord.fleet.rolling_restart).
positional: processes, seconds, error, foreseen
options:
  _input:
    description: The programs of the step, as P(supervisord.fleet.rolling_targets#filter) lists them.
    type: list
    elements: dict
    required: true
  processes:
    description: The same programs now, as M(supervisord.fleet.supervisor_info) returns them.
    type: list
    elements: dict
    required: true
  seconds:
    description: How long it took.
    type: float
    required: true
  error:
    description: What went wrong; empty if nothing did.
    type: str
    default: ""
  foreseen:
    description: Whether this is check mode, in which nothing was done.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: See how it went
  ansible.builtin.debug:
    msg: "{{ step | supervisord.fleet.rolling_results(seen.processes, 7.5) }}"
"""

RETURN = r"""
_value:
  description:
    - Program -> C(result), C(state), C(pid), C(seconds), C(message), C(balancer), and C(member), which is empty for
      those that should not be put back into service.
  type: dict
"""

import typing as t

from ..plugin_utils import _rolling


def rolling_results(
    step: list[dict], processes: list[dict], seconds: float, error: str = "", foreseen: bool = False
) -> dict[str, dict]:
    """See DOCUMENTATION."""
    return _rolling.results(step, processes, str(error), float(seconds), foreseen)


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"rolling_results": rolling_results}
