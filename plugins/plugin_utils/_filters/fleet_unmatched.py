# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say which names nothing in the fleet goes by."""

from __future__ import annotations

import typing as t

from .. import _fleet_asked


def fleet_unmatched(answers: t.Iterable[t.Mapping], names: t.Iterable[str], variable: str) -> list[str]:
    """See plugins/filter/fleet_unmatched.yml."""
    return _fleet_asked.unmatched(answers, list(names), str(variable))
