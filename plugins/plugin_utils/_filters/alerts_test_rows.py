# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of test messages."""

from __future__ import annotations

import typing as t

from .. import _alerts


def alerts_test_rows(
    outcomes: dict[str, dict[str, t.Any]], foreseen: bool = False, route: str = ""
) -> list[dict[str, t.Any]]:
    """See plugins/filter/alerts_test_rows.yml."""
    return _alerts.rows(dict(outcomes), bool(foreseen), str(route))
