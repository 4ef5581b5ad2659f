#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: fleet_direct
short_description: What the playbooks status and control do with daemons that the controller reaches, in one task
version_added: 0.2.0
description:
  - Used by the playbooks C(supervisord.fleet.status) and C(supervisord.fleet.control).
  - Asks the daemons of all hosts of the play that can be asked from the controller, as
    M(supervisord.fleet.supervisor_info) does. Where all of them have answered, and nothing is to be done on a host
    itself, it acts as M(supervisord.fleet.supervisor_process) does, and shows what came of it as
    M(supervisord.fleet.fleet_report) does. Otherwise it returns the answers, and the further plays of the playbook do
    the rest.
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.attributes
attributes:
  platform:
    platforms: all
options:
  playbook:
    description: The playbook whose variables say what is meant, V(status) or V(control).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Ask the daemons that can be reached from here
  supervisord.fleet.fleet_direct:
    playbook: status
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
done:
  description: Whether the table was shown, so that nothing is left to do.
  returned: always
  type: bool
  sample: true
left:
  description: Hosts whose daemons could not be asked from the controller.
  returned: always
  type: list
  elements: str
  sample: []
listening:
  description: Hosts that could be asked, and may have a listener of the role P(supervisord.fleet.alerts#role).
  returned: always
  type: list
  elements: str
  sample: []
complaints:
  description: Host -> what is wrong there, as the table says it.
  returned: always
  type: dict
  sample: {}
servers:
  description: What the daemons have answered, see RV(supervisord.fleet.supervisor_info#module:servers).
  returned: unless RV(done)
  type: list
  elements: dict
  sample: []
shown:
  description: Number of rows that were printed.
  returned: if RV(done)
  type: int
  sample: 12
count:
  description: Number of rows of the table.
  returned: if RV(done)
  type: int
  sample: 12
paths:
  description: The files of the report.
  returned: if RV(done)
  type: list
  elements: str
  sample: []
"""
