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
    C(supervisord.fleet.rolling_restart), C(supervisord.fleet.adopt), C(supervisord.fleet.alerts_test) and
    C(supervisord.fleet.bootstrap).
  - Prints an aligned table on the terminal, whatever callback is used, with good and bad news in colour. It is printed
    at once, so that AWX makes one event of it.
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
      - C(rows), C(summary), C(totals), C(complaint), C(complaints) and C(stats) in one, perhaps with C(metrics), as
        P(supervisord.fleet.fleet_status#filter), P(supervisord.fleet.fleet_changes#filter) and
        P(supervisord.fleet.fleet_outcome#filter) make it. With a complaint the task fails, after everything is shown
        and written; see O(by_host).
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
    description:
      - Files to write on the controller, always with all rows. The end of the name says what, C(.json), C(.csv) or
        C(.html), or C(.prom) for the metrics of O(table), where it has any.
      - A relative name begins in the folder that the command was started in; under ansible-runner, where that is the
        project, in the folder of the run's artifacts. AWX removes both with the job, so name a folder that is mounted
        into its jobs. Where a file was written is told below the table and in RV(paths).
    type: list
    elements: str
    default: []
  show:
    description: Whether to print the table.
    type: bool
    default: true
  show_rows:
    description:
      - If there are more rows than this, only those are printed that somebody should look at, and of these so many at
        most, with the numbers of all and a sentence that says what was left out. V(0) prints all of them.
    type: int
    default: 500
  hint:
    description: How to see rows that were left out, for that sentence.
    type: str
    default: paths writes all of them, show_rows=0 prints them
  by_host:
    description:
      - Whether complaints are left to a play over the hosts in RV(complaints), which fails each of them for itself, so
        that the recap and AWX show the right ones. The task then only fails for what belongs to no host.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show what runs here, and keep it
  supervisord.fleet.fleet_report:
    title: Processes of {{ inventory_hostname }}
    rows: "{{ supervisor.processes }}"
    columns: [name, state, pid, description]
    paths: [processes.html, processes.csv]

- name: Show what runs everywhere
  supervisord.fleet.fleet_report:
    title: Processes
    table: "{{ asked.servers | supervisord.fleet.fleet_status(fail_on='problem') }}"
    columns: [host, process, state, message]
    by_host: true
  register: shown
  run_once: true

- name: Hand numbers and names on to the next job of a workflow
  ansible.builtin.set_stats:
    data:
      supervisord_fleet: "{{ shown.stats }}"
  run_once: true
"""

RETURN = r"""
count:
  description: How many rows there are.
  type: int
  returned: success
shown:
  description: How many of them are printed.
  type: int
  returned: success
paths:
  description: The files, each with its full path.
  type: list
  elements: str
  returned: success
complaints:
  description: What is wrong, in one sentence for each host of which O(table) complains.
  type: dict
  returned: success
  sample:
    c702: "To look at: web FATAL: Exited too quickly (process log may have details)"
stats:
  description:
    - What C(stats) of O(table) is, numbers and names of one shape for all playbooks, small enough for the artifacts of
      a job.
    - C(hosts), C(processes) and C(running) are numbers. C(to_look_at), C(failed), C(unreachable) and C(changed) have
      C(count), a number, and C(names), the first 100. Names are those of hosts; in C(to_look_at) host and process.
  type: dict
  returned: success
  sample:
    hosts: 20
    processes: 120
    running: 118
    to_look_at: {count: 1, names: [c702 web]}
    failed: {count: 1, names: [c702]}
    unreachable: {count: 0, names: []}
    changed: {count: 0, names: []}
"""
