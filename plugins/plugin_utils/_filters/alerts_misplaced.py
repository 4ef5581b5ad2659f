# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and places of the listener of the role alerts that cannot be."""

from __future__ import annotations

import typing as t

from .. import _alerts


def alerts_misplaced(values: dict[str, t.Any]) -> list[str]:
    """See plugins/filter/alerts_misplaced.yml."""
    return _alerts.misplaced(values)
