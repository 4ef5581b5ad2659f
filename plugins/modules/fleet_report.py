#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: fleet_report
short_description: Show rows as a table, and write them as JSON, CSV or HTML
version_added: 0.1.0
description:
  - Used by the playbooks C(supervisord.fleet.status), C(supervisord.fleet.control), C(supervisord.fleet.recover),
    C(supervisord.fleet.rolling_restart) and C(supervisord.fleet.adopt).
  - Prints an aligned table on the terminal, whatever callback is used, with good and bad news in colour.
  - Writes the same rows into files on the controller. The HTML page needs nothing but itself; it can be searched,
    sorted and filtered, and what a daemon said cannot become a part of it.
  - Runs on the controller and needs no connection to the host.
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.attributes
attributes:
  check_mode:
    details: Shows the table and writes nothing.
  diff_mode:
    support: none
  idempotent:
    details: A report is never a change.
  platform:
    platforms: all
options:
  rows:
    description:
      - The rows.
      - The words in C(state), C(result) or C(after) decide about the colour, the last of these columns first.
    type: list
    elements: dict
  table:
    description:
      - C(rows), C(summary), C(totals) and C(complaint) in one, as P(supervisord.fleet.fleet_status#filter) and
        P(supervisord.fleet.fleet_changes#filter) make it. With a complaint the task fails, after everything is shown
        and written.
      - Exactly one of O(rows) and O(table) is needed.
    type: dict
  columns:
    description: Keys of the rows to show, in this order. On the terminal columns without any value are left out.
    type: list
    elements: str
    required: true
  title:
    description: What it is about.
    type: str
    required: true
  summary:
    description: A sentence to put below the table.
    type: str
    default: ""
  totals:
    description: Numbers to show large on the page, each with its name. The numbers of states come by themselves.
    type: dict
    default: {}
  paths:
    description: Files to write on the controller. The end of the name says what, C(.json), C(.csv) or C(.html).
    type: list
    elements: str
    default: []
  show:
    description: Whether to print the table.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Show what runs here, and keep it
  supervisord.fleet.fleet_report:
    title: Processes of {{ inventory_hostname }}
    rows: "{{ supervisor.processes }}"
    columns: [name, state, pid, description]
    paths: [processes.html, processes.csv]
"""

RETURN = r"""
count:
  description: How many rows there are.
  type: int
  returned: success
paths:
  description: The files.
  type: list
  elements: str
  returned: success
"""
