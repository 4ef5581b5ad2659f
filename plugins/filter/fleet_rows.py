# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make rows for a table of what daemons answered."""

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_rows
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Make rows for a table of what daemons answered
description:
  - Makes one row for each process out of results of M(supervisord.fleet.supervisor_info) or
    M(supervisord.fleet.supervisor_process), and one for each server that could not be asked.
positional: problems
options:
  _input:
    description: Entries as these modules return them in C(servers).
    type: list
    elements: dict
    required: true
  problems:
    description: Whether to return only what somebody should look at.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show what is wrong
  supervisord.fleet.fleet_report:
    title: What is wrong
    rows: "{{ asked.servers | supervisord.fleet.fleet_rows(problems=true) }}"
    columns: [host, process, state, message]
"""

RETURN = r"""
_value:
  description: The rows.
  type: list
  elements: dict
  sample:
    - {host: c701, process: app01, state: RUNNING, pid: 4711, uptime: "1:02:03", message: ""}
"""

import typing as t

from ..plugin_utils import _fleet


def fleet_rows(answers: t.Iterable[t.Mapping], problems: bool = False) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return _fleet.rows(answers, bool(problems))


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"fleet_rows": fleet_rows}
