# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of what was done in a fleet."""

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_changes
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Make the table of what was done in a fleet
description:
  - Makes one row for each process out of the results of M(supervisord.fleet.supervisor_process), and one for each
    server that could not be asked.
options:
  _input:
    description: Entries as the module returns them in C(servers).
    type: list
    elements: dict
    required: true
  states:
    description:
      - The states that were asked for. With any, there is nothing to complain about when there was nothing to do, and
        the summary says so.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Show what was done
  supervisord.fleet.fleet_report:
    title: Restarts
    table: "{{ done.servers | supervisord.fleet.fleet_changes }}"
    columns: [host, process, before, after, did, result, message]
"""

RETURN = r"""
_value:
  description: The table for M(supervisord.fleet.fleet_report), with C(rows), C(summary), C(totals) and C(complaint).
  type: dict
"""

import typing as t

from ..plugin_utils import _fleet


def fleet_changes(answers: t.Iterable[t.Mapping], states: t.Sequence[str] = ()) -> dict[str, t.Any]:
    """See DOCUMENTATION."""
    return _fleet.changes(answers, list(states))


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"fleet_changes": fleet_changes}
