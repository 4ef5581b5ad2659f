# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values that a playbook of this collection works with."""

from __future__ import annotations

DOCUMENTATION = r"""
name: playbook_variables
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: The values that a playbook of this collection works with
description:
  - Takes the variables of a playbook, such as C(status_hosts) and C(status_states) of C(supervisord.fleet.status), from
    wherever they were given, and returns them as what they are meant to be.
  - An empty text, a null and an empty list, as surveys give for a question that was left empty, are the default. A
    list, a text with commas and one with a line for each item are equal.
  - A value that cannot be meant makes it fail, with the name of the variable, the value and what to give instead.
    M(supervisord.fleet.playbook_variables) tells all of these at once, before anything is touched.
options:
  _terms:
    description: The playbook, such as V(status).
    type: list
    elements: str
    required: true
seealso:
  - module: supervisord.fleet.playbook_variables
"""

EXAMPLES = r"""
- name: See what the playbook status would work with
  ansible.builtin.debug:
    msg: "{{ lookup('supervisord.fleet.playbook_variables', 'status') }}"
"""

RETURN = r"""
_raw:
  description: For each playbook its values by the names of the variables, without the name of the playbook before them.
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ..plugin_utils import _playbook_given, _playbook_table


class LookupModule(LookupBase):
    """See DOCUMENTATION."""

    def run(self, terms: list[str], variables: t.Any = None, **_options: t.Any) -> list[dict[str, t.Any]]:
        """One map for each playbook named."""
        try:
            return [
                _playbook_given.values(_playbook_table.playbook(str(term)), variables or {}, self._templar.template)
                for term in terms
            ]
        except ValueError as error:
            raise AnsibleLookupError(str(error)) from None
