# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List what hosts said over their own connections, and who was not asked."""

from __future__ import annotations

import typing as t

from .. import _fleet_asked


def fleet_told(hosts: t.Iterable[t.Mapping], otherwise: str) -> list[dict[str, t.Any]]:
    """See plugins/filter/fleet_told.yml."""
    return _fleet_asked.told(hosts, str(otherwise))
