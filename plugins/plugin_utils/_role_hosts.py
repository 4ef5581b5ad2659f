# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of a role as other hosts read them from hostvars, where nobody has taken them for the role. No I/O."""

from __future__ import annotations

import typing as t

from . import _plain, _role_spec, _role_values


def value(role: str, name: str, host: t.Mapping[str, t.Any], default: t.Any = None) -> t.Any:
    """One variable of a host in the type that the role gives it.

    :param name: with the role's prefix.
    :param host: the variables of the host.
    :param default: what stands for one that is not there, or says nothing.
    :raises ValueError: the host, the variable and what is wrong with it.
    """
    given = host.get(name)
    if given is None or _role_values.says_nothing(name, given):
        return default
    faults: list[str] = []
    converted = _role_values.convert(name, _role_spec.options(role)[name], _plain.plain(given), faults)
    if faults:
        raise ValueError(f"{host.get('inventory_hostname')}: {faults[0]}")
    return converted
