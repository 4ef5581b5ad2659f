# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a rolling restart is."""

from __future__ import annotations

import typing as t

from .. import _rolling


def rolling_rows(hosts: t.Iterable[t.Mapping], serial: list, gone: list[str] | None = None) -> list[dict[str, t.Any]]:
    """See plugins/filter/rolling_rows.yml."""
    return _rolling.rows(list(hosts), serial, gone or [])
