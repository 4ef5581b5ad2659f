# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports of Tomcats that other machines can use."""

from __future__ import annotations

import typing as t

from .. import _served, _tomcat_ports


def tomcat_served(plan: t.Mapping) -> list[dict[str, t.Any]]:
    """See plugins/filter/tomcat_served.yml."""
    return _served.tomcat_holders(plan["instances"], plan["absent"], _tomcat_ports.claims)
