# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asked for ports that do not answer the controller."""

from __future__ import annotations

import typing as t

from .. import _served


def site_ports_again(
    closed: t.Iterable[t.Mapping], names: t.Iterable[str], hostvars: t.Mapping
) -> list[dict[str, t.Any]]:
    """See plugins/filter/site_ports_again.yml."""
    return _served.again(closed, [str(name) for name in names], hostvars)
