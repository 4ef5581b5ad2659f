# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts whose module may have failed for their Python."""

from __future__ import annotations

import typing as t

from .. import _host_python


def python_suspects(hosts: t.Iterable[t.Mapping[str, t.Any]], registered: str) -> list[str]:
    """See plugins/filter/python_suspects.yml."""
    return [
        str(host["inventory_hostname"])
        for host in hosts
        if registered in host and _host_python.is_about_python(host[registered] or {})
    ]
