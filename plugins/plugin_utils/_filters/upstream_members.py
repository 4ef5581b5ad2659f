# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is in service, from the load balancer's own file."""

from __future__ import annotations

import typing as t

from ...module_utils._nginx import upstream as _upstream


def upstream_members(text: str) -> list[dict[str, t.Any]]:
    """See plugins/filter/upstream_members.yml."""
    return [dict(item._asdict()) for item in _upstream.members(str(text))]
