# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rolling restart restarts on one host."""

from __future__ import annotations

import typing as t

from .. import _rolling


def rolling_targets(
    processes: list[dict], members: list[dict], balanced: list[dict] | None = None, http: str = ""
) -> list[dict[str, t.Any]]:
    """See plugins/filter/rolling_targets.yml."""
    return _rolling.targets(processes, members, balanced or [], str(http))
