# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports that other machines can use."""

from __future__ import annotations

import typing as t

from .. import _served


def served_ports(addresses: t.Iterable[str]) -> list[int]:
    """See plugins/filter/served_ports.yml."""
    return _served.beyond_loopback(addresses)
