# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is in service, from the load balancer's own file."""

from __future__ import annotations

DOCUMENTATION = r"""
name: upstream_members
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Read the members of upstreams from nginx's configuration
description:
  - Reads the file that the role P(supervisord.fleet.load_balancer#role) wrote. Members carry their names in it, and
    those that were taken out of service are marked; there is no other record.
options:
  _input:
    description: Text of the file; empty where there is none yet.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Who is out of service
  ansible.builtin.debug:
    msg: "{{ text | supervisord.fleet.upstream_members | selectattr('drained') | map(attribute='member') }}"
"""

RETURN = r"""
_value:
  description: The members in the file's order.
  type: list
  elements: dict
  sample:
    - app: app01
      member: c701/app01
      address: 10.0.0.41:8080
      drained: false
"""

import typing as t

from ..module_utils._nginx import upstream as _upstream


def upstream_members(text: str) -> list[dict[str, t.Any]]:
    """See DOCUMENTATION."""
    return [dict(item._asdict()) for item in _upstream.members(str(text))]


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"upstream_members": upstream_members}
