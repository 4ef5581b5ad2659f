# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the monitor's site listens and how people reach it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: monitor_site
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.1.0
short_description: Check where the monitor's site listens and how people reach it
description:
  - Takes the values of the role variables as people write them, refuses what nginx would misread or refuse, and returns
    them as nginx and the application want them.
  - In each list a single text may stand without the list, and what is there twice is returned once.
options:
  _input:
    description: The values of the role variables.
    type: dict
    required: true
    suboptions:
      addresses:
        description: The role variable C(monitor_web_address).
        type: list
        elements: str
      names:
        description: The role variable C(monitor_web_server_names).
        type: list
        elements: str
      path:
        description: The role variable C(monitor_web_path).
        type: str
        default: /
      origins:
        description: The role variable C(monitor_web_public_origins).
        type: list
        elements: str
      proxies:
        description: The role variable C(monitor_web_trusted_proxies).
        type: list
        elements: str
      links:
        description: The role variable C(monitor_web_links).
        type: list
        elements: dict
"""

EXAMPLES = r"""
- name: See what becomes of the values
  ansible.builtin.debug:
    msg: "{{ {'addresses': ['10.0.0.5', 'fd00::5'], 'path': 'monitor'} | supervisord.fleet.monitor_site }}"
    # addresses: ["10.0.0.5", "[fd00::5]"], path: /monitor/
"""

RETURN = r"""
_value:
  description:
    - The same keys, and C(local), whether no other machine can connect. IPv6 addresses have brackets, a path begins and
      ends with a slash, origins are in lower case and without the port that their scheme has anyway.
  type: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils import _site


def monitor_site(given: t.Mapping) -> dict:
    try:
        return _site.site(given)
    except ValueError as error:
        raise AnsibleFilterError(f"monitor_site: {error}") from None


class FilterModule:
    def filters(self) -> dict:
        return {"monitor_site": monitor_site}
