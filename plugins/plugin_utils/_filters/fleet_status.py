# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of what runs in a fleet."""

from __future__ import annotations

import typing as t

from .. import _fleet, _metrics


def fleet_status(
    answers: t.Iterable[t.Mapping], problems: bool = False, fail_on: str = "nothing", metrics: bool = False
) -> dict[str, t.Any]:
    """See plugins/filter/fleet_status.yml."""
    found = list(answers)
    return {**_fleet.status(found, bool(problems), str(fail_on)), "metrics": _metrics.text(found) if metrics else ""}
