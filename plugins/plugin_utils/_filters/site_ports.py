# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports of a site that other machines use."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from .. import _served


def site_ports(
    names: t.Iterable[str],
    hostvars: t.Mapping,
    groups: t.Mapping,
    tags: t.Sequence[str],
    skipped: t.Sequence[str] = (),
) -> list[dict[str, t.Any]]:
    """See plugins/filter/site_ports.yml."""
    roles = _served.wanted_roles(tags, list(skipped))
    try:
        return _served.site([str(name) for name in names], hostvars, groups, roles) if roles else []
    except (KeyError, TypeError, ValueError) as error:
        raise AnsibleFilterError(f"site_ports: {error}") from error
