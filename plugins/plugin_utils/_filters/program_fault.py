# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter program_fault: what is wrong with declared programs, before any host is touched."""

from __future__ import annotations

from .. import _program_fault


def program_fault(items: list[dict]) -> str:
    """See plugins/filter/program_fault.yml."""
    return _program_fault.first(items)
