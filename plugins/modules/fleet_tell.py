#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: fleet_tell
short_description: Tell people what a report found, through routes of the role alerts
version_added: 0.2.0
description:
  - Used by the playbook C(supervisord.fleet.status), for O(names) in its variable C(status_tell).
  - Sends what somebody should look at, from the controller. The same trouble of several hosts is one message, and equal
    routes of several hosts get it once.
  - Nothing is sent where there is nothing to look at. What is still so is told again each time.
  - Runs on the controller and needs no connection to the host.
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.attributes
attributes:
  check_mode:
    details: Judges the routes and sends nothing.
  diff_mode:
    support: none
  idempotent:
    support: none
    details: It sends each time.
  platform:
    platforms: all
options:
  rows:
    description: Rows of a report, as P(supervisord.fleet.fleet_status#filter) makes them.
    type: list
    elements: dict
    required: true
  hosts:
    description:
      - Hosts of the inventory whose C(alerts_routes) are meant. A route gets the troubles of the hosts that have it.
        Those with C(alerts_state=absent) have none.
      - Their variables are taken as the role P(supervisord.fleet.alerts#role) takes them. Files that a route names, as
        in C(ca_file), are those of the controller here.
    type: list
    elements: str
    required: true
  names:
    description:
      - Names of the routes that are meant. One that no host has is refused, and so is one of type C(command) or
        C(alertmanager), which is of its host alone.
    type: list
    elements: str
    required: true
  title:
    description: What the report is called; it is the title where several messages leave together.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Tell it
  supervisord.fleet.fleet_tell:
    title: Processes under Supervisor
    rows: "{{ (asked.servers | supervisord.fleet.fleet_status).rows }}"
    hosts: "{{ ansible_play_hosts_all }}"
    names: [ops]
  run_once: true
"""

RETURN = r"""
told:
  description:
    - What became of each route that had anything to be told. With one that did not arrive the task fails.
  returned: always
  type: list
  elements: dict
  contains:
    route:
      description: Its name.
      type: str
    type:
      description: Its type.
      type: str
    messages:
      description: How many troubles it was told of, in one message.
      type: int
    arrived:
      description: Whether it was taken.
      type: bool
    why:
      description: Why not, without secrets.
      type: str
  sample: [{route: ops, type: smtp, messages: 2, arrived: true, why: ""}]
"""
