# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has become of one step of a rolling restart."""

from __future__ import annotations

from .. import _rolling


def rolling_results(
    step: list[dict], processes: list[dict], seconds: float, error: str = "", foreseen: bool = False
) -> dict[str, dict]:
    """See plugins/filter/rolling_results.yml."""
    return _rolling.results(step, processes, str(error), float(seconds), foreseen)
