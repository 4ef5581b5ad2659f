# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of the kernel that one Tomcat wants for itself, as its start script raises them."""

from __future__ import annotations

import typing as t

from ..module_utils._host import limits as _limits


def take(full: dict[str, t.Any], settings: dict, item: dict) -> None:
    """Fill in limits (as given) and limit_words: kind -> number or "unlimited", as prlimit writes it."""
    given = [source.get("limits") or {} for source in (settings, item)]
    full["limits"] = {kind: value for one in given for kind, value in one.items() if value is not None}
    full["limit_words"] = {kind: _limits.shown(value) for kind, value in sorted(_limits.read(full["limits"]).items())}


def errors(full: dict[str, t.Any]) -> list[str]:
    """What is wrong with the limits of an instance."""
    return [f"limits: {problem}" for problem in _limits.problems(full["limits"])]
