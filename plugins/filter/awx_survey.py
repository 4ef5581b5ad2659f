# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a survey of AWX from the variables of a playbook."""

from __future__ import annotations

DOCUMENTATION = r"""
name: awx_survey
author: Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Make a survey of AWX from the variables of a playbook
description:
  - Used by the playbook C(supervisord.fleet.awx), and of use in a playbook of your own that makes job templates.
  - Each question has the type, the choices, the bounds and the default that the variable has. A default that AWX would
    leave out without a word, as it is no right answer to its own question, is not there in the first place.
positional: variables, proposed
options:
  _input:
    description: The playbook, such as V(status).
    type: str
    required: true
  variables:
    description: The variables to ask for, in this order.
    type: list
    elements: str
    required: true
  proposed:
    description: Names of variables and values that their questions have as defaults, instead of those of the playbook.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: A job template that starts what is wanted
  awx.awx.job_template:
    name: Start programs
    project: Fleet
    playbook: supervisord.fleet.control
    inventory: Fleet
    extra_vars: {control_action: start}
    survey_enabled: true
    survey_spec: "{{ 'control' | supervisord.fleet.awx_survey(['control_programs', 'control_hosts']) }}"
"""

RETURN = r"""
_value:
  description: What C(survey_spec) of C(awx.awx.job_template) takes.
  type: dict
  contains:
    name:
      description: The playbook.
      type: str
    description:
      description: What it does.
      type: str
    spec:
      description: The questions.
      type: list
      elements: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils import _awx_survey, _playbook_table


def awx_survey(playbook: str, variables: list[str], proposed: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
    """See DOCUMENTATION."""
    try:
        book = _playbook_table.playbook(str(playbook))
        return _awx_survey.survey(book, [str(name) for name in variables], proposed)
    except ValueError as error:
        raise AnsibleFilterError(f"awx_survey: {error}") from None


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Name -> function."""
        return {"awx_survey": awx_survey}
