# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of Ansible's own kinds as plain ones. No I/O."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping


def plain(value: t.Any, omit: t.Any = None) -> t.Any:
    """The same in plain types: without what is to be omitted, and with what a vault has encrypted as text.

    :param omit: what stands for a value that is not given, as Ansible's variable of that name.
    """
    if isinstance(value, Mapping):
        return {plain(key, omit): plain(item, omit) for key, item in value.items() if not _omitted(item, omit)}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item, omit) for item in value if not _omitted(item, omit)]
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    return str(value)


def _omitted(value: t.Any, omit: t.Any) -> bool:
    return isinstance(value, str) and isinstance(omit, str) and value == omit
