# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a rolling restart is."""

from __future__ import annotations

DOCUMENTATION = r"""
name: rolling_rows
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Say how far a rolling restart is
description:
  - Makes one row for each program out of what the playbook C(supervisord.fleet.rolling_restart) has noted in the
    variables of the hosts.
positional: serial, gone
options:
  _input:
    description: The variables of all hosts of the restart, in its order.
    type: list
    elements: dict
    required: true
  serial:
    description: Sizes of the batches, as the playbook's C(serial).
    type: list
    elements: raw
    required: true
  gone:
    description: Hosts that were lost on the way.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: See the batches
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | map('extract', hostvars) | supervisord.fleet.rolling_rows([1, '25%']) }}"
"""

RETURN = r"""
_value:
  description: One row for each program.
  type: list
  elements: dict
  sample:
    - batch: 1
      host: c701
      program: app01
      result: ok
      state: RUNNING
      pid_before: 10
      pid: 20
      seconds: 7.5
      balancer: in
      message: ""
"""

import typing as t

from ..plugin_utils import _rolling


def rolling_rows(hosts: t.Iterable[t.Mapping], serial: list, gone: list[str] | None = None) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return _rolling.rows(list(hosts), serial, gone or [])


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"rolling_rows": rolling_rows}
