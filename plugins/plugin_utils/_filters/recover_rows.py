# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a recovery has found and done."""

from __future__ import annotations

import typing as t

from .. import _recover


def recover_rows(hosts: t.Iterable[t.Mapping], start: bool = True) -> list[dict[str, t.Any]]:
    """See plugins/filter/recover_rows.yml."""
    return _recover.rows(hosts, bool(start))
