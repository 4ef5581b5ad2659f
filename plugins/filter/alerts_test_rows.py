# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of test messages."""

from __future__ import annotations

DOCUMENTATION = r"""
name: alerts_test_rows
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Make rows of what became of test messages
description:
  - Used by the playbook C(supervisord.fleet.alerts_test).
positional: foreseen, route
options:
  _input:
    description:
      - What came of it, by host; an empty one of a host that has failed before.
      - C(unreachable) says whether a host could not be reached, and C(msg) why; C(installed) and C(python) whether
        there is a listener and a Python for it, C(pythons) which were tried; C(sent) is the result of the command that
        sends.
    type: dict
    required: true
  foreseen:
    description: Whether they are those of a dry run, in which nothing is sent.
    type: bool
    default: false
  route:
    description: The only route that is tried, empty for all.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: See what arrived
  ansible.builtin.debug:
    msg: "{{ {inventory_hostname: __alerts_test_outcome} | supervisord.fleet.alerts_test_rows }}"
"""

RETURN = r"""
_value:
  description: One row for each route of each host, and one for a host that could not say.
  type: list
  elements: dict
  sample: [{host: web01, name: ops, route: ops, type: smtp, result: ok, seconds: 0.4, message: ""}]
"""

import typing as t

from ..plugin_utils import _alerts


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"alerts_test_rows": alerts_test_rows}


def alerts_test_rows(
    outcomes: dict[str, dict[str, t.Any]], foreseen: bool = False, route: str = ""
) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return _alerts.rows(dict(outcomes), bool(foreseen), str(route))
