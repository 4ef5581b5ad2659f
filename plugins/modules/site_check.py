#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: site_check
short_description: Look at all variables of a site before any of its roles acts
version_added: 0.2.0
description:
  - Used by the playbook C(supervisord.fleet.site), before it touches any host.
  - Takes the variables of each role for each host as M(supervisord.fleet.role_variables) does, and looks for what only
    a person can know. That is placeholders and addresses of an example, undefined variables (of a vault that was not
    made), archives that are not on the controller, and checksums that are missing or wrong.
  - Fails with one message for all hosts and roles, in which each fault stands once with the hosts that have it.
  - Warns of a dashboard that would be empty, and of what C(--limit) leaves out.
  - Hosts whose variables of these roles, and C(vault_*), are written alike are looked at once. What a template
    makes of facts is left to the role.
  - Runs on the controller and needs no connection to any host.
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.attributes
attributes:
  check_mode:
    details: It never changes anything.
  diff_mode:
    support: none
  idempotent:
    details: Looking is never a change.
  platform:
    platforms: all
options:
  roles:
    description: For each group of the inventory a list of the roles that its hosts get.
    type: dict
    required: true
  shows:
    description: Those of the groups whose hosts show or serve the hosts of others, such as a load balancer.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: See what is missing
  supervisord.fleet.site_check:
    roles:
      app_hosts: [supervisor, jdk, tomcat_app]
      monitor_hosts: [monitor_web]
    shows: [monitor_hosts]
  run_once: true
"""

RETURN = r""" # """
