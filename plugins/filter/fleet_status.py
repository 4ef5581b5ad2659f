# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of what runs in a fleet."""

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_status
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Make the table of what runs in a fleet
description:
  - Makes one row for each process out of the results of M(supervisord.fleet.supervisor_info), and one for each server
    that could not be asked.
options:
  _input:
    description: Entries as the module returns them in C(servers).
    type: list
    elements: dict
    required: true
  problems:
    description: Whether to return only rows that somebody should look at.
    type: bool
    default: false
  fail_on:
    description:
      - What there is to complain about. V(unreachable) are servers that could not be asked; V(problem) is also what is
        FATAL, BACKOFF or UNKNOWN, or has EXITED with a status that was not expected.
    type: str
    choices: [nothing, unreachable, problem]
    default: nothing
  metrics:
    description: Whether to return them as metrics for Prometheus as well.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show what is wrong
  supervisord.fleet.fleet_report:
    title: What is wrong
    table: "{{ asked.servers | supervisord.fleet.fleet_status(problems=true) }}"
    columns: [host, process, state, message]
"""

RETURN = r"""
_value:
  description: The table for M(supervisord.fleet.fleet_report), with C(rows), C(summary), C(totals) and C(complaint);
    C(metrics) is a text, empty unless asked for.
  type: dict
"""

import typing as t

from ..plugin_utils import _fleet, _metrics


def fleet_status(
    answers: t.Iterable[t.Mapping], problems: bool = False, fail_on: str = "nothing", metrics: bool = False
) -> dict[str, t.Any]:
    """See DOCUMENTATION."""
    found = list(answers)
    return {**_fleet.status(found, bool(problems), str(fail_on)), "metrics": _metrics.text(found) if metrics else ""}


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"fleet_status": fleet_status}
