#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: host_python
short_description: Say whether modules can run on a host, and install a Python where there is none
version_added: 0.2.0
description:
  - Modules need a Python on the host. How old that may be depends on the ansible-core of the controller. Where it is
    too old or missing, Ansible fails with messages such as C(No start of json char found) or C(SyntaxError). This
    module says in one sentence what is there, what is needed and what to do.
  - It asks the host by its shell alone, which needs no Python there.
  - With O(facts) it gathers facts as a play does, and asks the host only if that fails, or finds a Python that the
    modules of this collection cannot use. A host where all is well costs no more than its facts do.
  - With O(after) it judges the result of another task, and asks the host only if that may be about its Python.
  - Without both it looks, and with O(state=present) it installs a Python by the package manager of the host when there
    is none that this ansible-core can use. Used by the playbook C(supervisord.fleet.bootstrap).
  - Part of it runs on the controller, so that it cannot be run with C(async).
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.attributes
attributes:
  check_mode:
    support: full
    details: It looks at the host, and says what it would install.
  diff_mode:
    support: none
  idempotent:
    details: A host with a Python that can be used is left alone.
  platform:
    platforms: posix
options:
  facts:
    description: Gather facts, as a play with C(gather_facts) does.
    type: bool
    default: false
  after:
    description:
      - The registered result of another task of this host.
      - Its message is handed on unless the host's Python is to blame.
    type: dict
  refuse:
    description: Whether to fail with the message of O(after).
    type: bool
    default: false
  state:
    description:
      - V(query) only looks.
      - V(present) installs a Python where none is that this ansible-core can use, and fails if there still is none
        after that. Needs C(become).
    type: str
    choices: [query, present]
    default: query
  packages:
    description: Packages to install, in place of those that are known for the system.
    type: list
    elements: str
    default: []
  repository:
    description:
      - Address of the only package repository to ask, such as that of an archive. For systems with yum or dnf whose own
        ones are gone.
      - The host keeps its repositories as they are, and nothing of this one.
    type: str
    default: ""
  repository_key:
    description: Address of the key that has signed its packages; those in C(/etc/pki/rpm-gpg) of the host if empty.
    type: str
    default: ""
  repository_check:
    description: Whether packages of O(repository) must be signed.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Gather facts, or say what keeps this host from running modules
  supervisord.fleet.host_python:
    facts: true

- name: Install a Python where there is none
  supervisord.fleet.host_python:
    state: present
  become: true
  register: found

- name: Use it from now on
  ansible.builtin.set_fact:
    ansible_python_interpreter: "{{ found.interpreter }}"
  when: found.inventory != ''
"""

RETURN = r"""
msg:
  description:
    - What keeps modules from running there and what to do, in one sentence; empty if nothing does.
    - With O(after) its message.
  returned: always, but for facts
  type: str
  sample: >-
    This host has Python 2.7.5 (/usr/bin/python), and ansible-core 2.19.14 needs 3.8 or newer there: run the playbook
    supervisord.fleet.bootstrap for it, which installs one where the system has a package.
system:
  description: What the host calls its system.
  returned: without O(facts) and O(after)
  type: str
  sample: CentOS Linux 7 (Core)
pythons:
  description: All Pythons that were found, each with C(path) and C(version).
  returned: without O(facts) and O(after)
  type: list
  elements: dict
  sample: [{path: /usr/bin/python3, version: 3.6.8}]
interpreter:
  description: The Python to use from now on; empty if there is none that this ansible-core can use.
  returned: without O(facts) and O(after)
  type: str
  sample: /usr/bin/python3
inventory:
  description: What must stand in the inventory for this host; empty if nothing must.
  returned: without O(facts) and O(after)
  type: str
  sample: "ansible_python_interpreter: /usr/bin/python3"
controllers:
  description: The releases of ansible-core that can manage the host, with the best Python that it has.
  returned: without O(facts) and O(after)
  type: str
  sample: "2.16"
packages:
  description: What was installed, would be, or would help.
  returned: without O(facts) and O(after)
  type: list
  elements: str
  sample: [python3]
package_manager:
  description: The package manager of the host; empty if it has none that is known here.
  returned: without O(facts) and O(after)
  type: str
  sample: yum
service_manager:
  description: What starts services there.
  returned: without O(facts) and O(after)
  type: str
  sample: systemd 219
supervisors:
  description: Each supervisord that was found, its release and its path.
  returned: without O(facts) and O(after)
  type: list
  elements: str
  sample: [3.4.0 /usr/bin/supervisord]
"""
