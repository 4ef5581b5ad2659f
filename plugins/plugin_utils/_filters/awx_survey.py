# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a survey of AWX from the variables of a playbook."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from .. import _awx_survey, _playbook_table


def awx_survey(playbook: str, variables: list[str], proposed: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
    """See plugins/filter/awx_survey.yml."""
    try:
        book = _playbook_table.playbook(str(playbook))
        return _awx_survey.survey(book, [str(name) for name in variables], proposed)
    except ValueError as error:
        raise AnsibleFilterError(f"awx_survey: {error}") from None
