# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rolling restart restarts on one host."""

from __future__ import annotations

DOCUMENTATION = r"""
name: rolling_targets
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Work out what a rolling restart restarts on a host
description:
  - Brings together the processes of a host, its Tomcats and the members of load balancers.
  - Used by the playbook C(supervisord.fleet.rolling_restart).
positional: members, balanced, http
options:
  _input:
    description: Processes, as M(supervisord.fleet.supervisor_info) returns them.
    type: list
    elements: dict
    required: true
  members:
    description: Tomcats of the host, as P(supervisord.fleet.tomcat_members#filter) lists them.
    type: list
    elements: dict
    required: true
  balanced:
    description: Members of load balancers, as P(supervisord.fleet.upstream_members#filter) lists them.
    type: list
    elements: dict
    default: []
  http:
    description:
      - What to ask afterwards. Empty asks each Tomcat for what the role P(supervisord.fleet.tomcat_app#role) asks it, a
        path asks each Tomcat for that, a URL is asked for every program, V(none) is nothing.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: See what would be restarted here
  ansible.builtin.debug:
    msg: "{{ seen.processes | supervisord.fleet.rolling_targets(tomcats) }}"
"""

RETURN = r"""
_value:
  description: One entry for each process.
  type: list
  elements: dict
"""

import typing as t

from ..plugin_utils import _rolling


def rolling_targets(
    processes: list[dict], members: list[dict], balanced: list[dict] | None = None, http: str = ""
) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return _rolling.targets(processes, members, balanced or [], str(http))


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"rolling_targets": rolling_targets}
