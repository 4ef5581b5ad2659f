#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: adopted_variables
short_description: Write what supervisor_adopt has read as host_vars and group_vars
version_added: 0.2.0
description:
  - Used by the playbook C(supervisord.fleet.adopt), once for all hosts.
  - What all hosts have alike goes into C(group_vars/GROUP/supervisor.yml), the rest into
    C(host_vars/HOST/supervisor.yml). Programs that only some hosts have are put together with the shared ones there.
  - Secrets go into C(vault.yml) beside these files. All files are for their owner alone, mode 0600. Encrypt those with
    C(ansible-vault encrypt) before anybody else sees them.
  - A file that is there already and says something else is never replaced; the task fails and names it.
  - Runs on the controller and needs no connection to the host.
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.attributes
attributes:
  check_mode:
    details: Tells which files there would be, as far as that was read.
  diff_mode:
    support: none
  platform:
    platforms: all
options:
  output:
    description: The folder that was given to P(supervisord.fleet.supervisor_adopt#module).
    type: path
    required: true
  hosts:
    description: Names of the hosts.
    type: list
    elements: str
    required: true
  group:
    description:
      - Group that all of the hosts are in, for what they share. Without it, or with one host, everything goes into
        host_vars.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Write the variables
  supervisord.fleet.adopted_variables:
    output: adopted
    hosts: "{{ ansible_play_hosts }}"
    group: app_hosts
  run_once: true
"""

RETURN = r"""
files:
  description: The files, those with secrets last.
  type: list
  elements: str
  returned: success
encrypt:
  description:
    - The command that encrypts the files of this run that hold secrets, and no others. Empty when there are none, and
      in check mode.
  type: str
  returned: success
  sample: ansible-vault encrypt /srv/my-fleet/host_vars/web1/vault.yml
"""
