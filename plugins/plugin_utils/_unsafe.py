# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks what others said, so that Ansible never takes it for a template."""

from __future__ import annotations

import typing as t

from ansible.utils.unsafe_proxy import wrap_var


def unsafe(value: t.Any) -> t.Any:
    """Mark every text in plain data that could be a template, keys too.

    Only text with a brace can be one. The rest stays as it is: before ansible-core 2.19 ``ansible-inventory`` prints a
    marked text as ``{"__ansible_unsafe": ...}``, which other programs stumble over. From 2.19 on nothing is a template
    unless it is marked as trusted, which what comes from a daemon never is.
    """
    if isinstance(value, dict):
        return {unsafe(key): unsafe(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unsafe(item) for item in value]
    if isinstance(value, str) and ("{" in value or "}" in value):
        return wrap_var(value)
    return value
