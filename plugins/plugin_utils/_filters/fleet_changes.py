# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of what was done in a fleet."""

from __future__ import annotations

import typing as t

from .. import _fleet


def fleet_changes(answers: t.Iterable[t.Mapping], states: t.Sequence[str] = ()) -> dict[str, t.Any]:
    """See plugins/filter/fleet_changes.yml."""
    return _fleet.changes(answers, list(states))
