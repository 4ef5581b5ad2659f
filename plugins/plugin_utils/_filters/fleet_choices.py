# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say which names select something at which servers."""

from __future__ import annotations

import typing as t

from .. import _fleet


def fleet_choices(answers: t.Iterable[t.Mapping], names: list[str]) -> list[dict[str, t.Any]]:
    """See plugins/filter/fleet_choices.yml."""
    return _fleet.choices(answers, names)
