# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Supervisor makes of an option that the specification can only call raw, since it may be an expansion. Pure."""

from __future__ import annotations

import typing as t

from ..module_utils._options import table as _table

_EXPANSION = "%("
_TYPES: dict[str, dict[str, t.Any]] = {
    "bool": {"type": "bool"},
    "int": {"type": "int"},
    "autorestart": {"type": "str", "choices": ("true", "false", "unexpected")},
}
_OPTIONS = {name: found[0][1].type for name, found in _table.union(*_table.KINDS).items()}


def _switch(option: dict[str, t.Any], value: t.Any) -> dict[str, t.Any]:
    """A switch that may have options of its own: a mapping of these, or one of its words, or yes and no."""
    if isinstance(value, dict) or (isinstance(value, str) and value.lstrip().startswith("{")):
        return {**option, "type": "dict", "choices": None}
    return {"type": "str", "choices": option["choices"]} if option.get("choices") else {"type": "bool"}


def narrowed(name: str, option: dict[str, t.Any], value: t.Any) -> dict[str, t.Any]:
    """The specification of an option, with the type that Supervisor gives it.

    :param name: of the option; option: its specification in the role, of the type raw; value: what was typed. One with
        an expansion in it stays as it is: who knows the daemon judges it.
    """
    if option.get("options"):
        return _switch(option, value)
    if isinstance(value, str) and _EXPANSION in value:
        return option
    return {**option, **_TYPES.get(_OPTIONS.get(name, ""), {})}
