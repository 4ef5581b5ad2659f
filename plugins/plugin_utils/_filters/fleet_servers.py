# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List the daemons that the controller can ask itself."""

from __future__ import annotations

import typing as t

from .. import _reach


def fleet_servers(hosts: t.Iterable[t.Mapping]) -> list[dict[str, t.Any]]:
    """See plugins/filter/fleet_servers.yml."""
    return _reach.servers(hosts)
