#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: role_variables
short_description: Take the variables of a role as its specification says, or refuse them in one message
version_added: 0.2.0
description:
  - Used by the roles C(supervisord.fleet.alerts), C(supervisord.fleet.jdk), C(supervisord.fleet.load_balancer),
    C(supervisord.fleet.monitor_web), C(supervisord.fleet.supervisor) and C(supervisord.fleet.tomcat_app), before they
    look at any variable of their own.
  - Reads C(meta/argument_specs.yml) of the role whose task it is, takes every variable named there, and returns its
    value in its type, whatever kind of variable it was (extra variables and answers of a survey are texts).
  - Empty texts, null, empty lists and empty mappings are the default. A text is split into a list, by blanks like a
    shell does for options, by commas, blanks or line ends for names; JSON is read; C(A=1) becomes a mapping.
  - What cannot be right is refused, all of it in one message that names variable, entry and cure, and so is a name that
    is nearly one of the role's. A name with the role's prefix that is near to none is a warning. Patterns in
    C(ROLE_other_variables) name those that belong to something else; names that another variable uses in its template
    are never suspected.
  - Runs on the controller and needs no connection to the host.
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
    details: Reading is never a change.
  platform:
    platforms: all
notes:
  - The result is never shown, since it may hold secrets. A refusal is, and holds none.
"""

EXAMPLES = r"""
- name: Take the variables of this role
  supervisord.fleet.role_variables:
  register: __tomcat_app

- name: Use one
  ansible.builtin.debug:
    msg: "{{ __tomcat_app.jvm_options | join(' ') }}"
"""

RETURN = r"""
_name_:
  description: The value of each variable under its name without the prefix of the role, so C(jvm_options).
  returned: success
  type: raw
"""
