#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: playbook_variables
short_description: Refuse what a playbook was given and cannot have been meant
version_added: 0.2.0
description:
  - Used by the playbooks C(supervisord.fleet.site), C(supervisord.fleet.status), C(supervisord.fleet.control),
    C(supervisord.fleet.rolling_restart), C(supervisord.fleet.recover), C(supervisord.fleet.adopt),
    C(supervisord.fleet.alerts_test), C(supervisord.fleet.bootstrap) and C(supervisord.fleet.awx), as their first task.
  - Holds the variables of the playbook against the table of all that there are, and fails with every fault at once,
    each with the name of the variable, the value and what to give instead. These are values that cannot be meant,
    variables that are missing, misspelt names of variables, hosts that do not exist, a C(--limit) that leaves none, and
    reports that could not be written in the end.
  - Looks at what was given with C(-e) (in AWX a survey or extra variables), at C(vars) of an C(import_playbook), and at
    what the inventory says for the hosts that are meant.
  - With the variable C(PLAYBOOK_help) set to true, such as C(-e control_help=true), it prints all variables of the
    playbook, and the playbook does nothing else.
  - Runs on the controller and needs no connection to any host.
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    details: It only looks.
  platform:
    platforms: all
options:
  playbook:
    description: Which playbook the variables are of, such as V(control).
    type: str
    required: true
seealso:
  - plugin: supervisord.fleet.playbook_variables
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Refuse what cannot be meant
  supervisord.fleet.playbook_variables:
    playbook: control
"""

RETURN = r"""
msg:
  description: All that is wrong, a sentence on a line each; empty if nothing is.
  returned: always
  type: str
  sample: control_host is no variable of this playbook; did you mean control_hosts?
"""
