# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a recovery has found and done."""

from __future__ import annotations

DOCUMENTATION = r"""
name: recover_rows
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Say what a recovery has found and done
description:
  - Makes rows for a table out of what the playbook C(supervisord.fleet.recover) has noted in the variables of hosts.
    There is one for each orphan, suspect, taken port and program that was started or is not well, and one for each host
    where there is nothing of that.
positional: start
options:
  _input:
    description: The variables of the hosts.
    type: list
    elements: dict
    required: true
  start:
    description: Whether programs were to be started, so that one that is not well in the end has failed.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Show what was done
  supervisord.fleet.fleet_report:
    title: Recovery
    rows: "{{ ansible_play_hosts_all | map('extract', hostvars) | supervisord.fleet.recover_rows }}"
    columns: [host, what, name, pid, result, message]
"""

RETURN = r"""
_value:
  description: The rows.
  type: list
  elements: dict
  sample:
    - {host: c701, what: orphan, name: "web:web", pid: 4711, result: stopped, message: "proof: environment, session"}
"""

import typing as t

from ..plugin_utils import _recover


def recover_rows(hosts: t.Iterable[t.Mapping], start: bool = True) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return _recover.rows(hosts, bool(start))


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"recover_rows": recover_rows}
