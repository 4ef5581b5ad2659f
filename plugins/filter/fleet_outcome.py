# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say what the rows of a recovery or of a rolling restart come to."""

from __future__ import annotations

DOCUMENTATION = r"""
name: fleet_outcome
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Say what the rows of a recovery or of a rolling restart come to
description:
  - Makes the table for M(supervisord.fleet.fleet_report) out of the rows that P(supervisord.fleet.recover_rows#filter)
    and P(supervisord.fleet.rolling_rows#filter) make.
options:
  _input:
    description: The rows.
    type: list
    elements: dict
    required: true
  heading:
    description: How a complaint begins.
    type: str
    default: Not well
"""

EXAMPLES = r"""
- name: Show what was done, and fail when something is not well
  supervisord.fleet.fleet_report:
    title: Recovery
    table: "{{ rows | supervisord.fleet.fleet_outcome }}"
    columns: [host, what, name, pid, result, message]
"""

RETURN = r"""
_value:
  description:
    - The table, with C(rows), C(summary), C(totals), C(complaint), C(complaints) and C(stats).
    - What has C(failed), is C(unreachable) or C(unknown) in C(result) is complained about.
  type: dict
"""

import typing as t

from ..plugin_utils import _outcome


def fleet_outcome(rows: t.Iterable[t.Mapping], heading: str = "Not well") -> dict[str, t.Any]:
    """See DOCUMENTATION."""
    found = list(rows)
    bad = [row for row in found if row.get("result") in ("failed", "unreachable", "unknown")]
    return _outcome.table(found, bad, str(heading))


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"fleet_outcome": fleet_outcome}
