# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the listener of the role alerts would refuse."""

from __future__ import annotations

import typing as t

from .. import _alerts


def alerts_faults(settings: dict[str, t.Any], files: str) -> list[str]:
    """See plugins/filter/alerts_faults.yml."""
    return _alerts.faults(settings, str(files))
