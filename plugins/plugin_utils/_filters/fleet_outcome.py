# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say what the rows of a recovery or of a rolling restart come to."""

from __future__ import annotations

import typing as t

from .. import _outcome


def fleet_outcome(rows: t.Iterable[t.Mapping], heading: str = "Not well") -> dict[str, t.Any]:
    """See plugins/filter/fleet_outcome.yml."""
    found = list(rows)
    bad = [row for row in found if row.get("result") in ("failed", "unreachable", "unknown")]
    return _outcome.table(found, bad, str(heading))
