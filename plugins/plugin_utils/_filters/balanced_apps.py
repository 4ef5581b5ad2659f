# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The applications behind a load balancer."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from .. import _upstreams


def balanced_apps(
    found: list[dict], declared: list[dict], port_base: int, sticky: str = "none", cookie: str = ""
) -> list[dict[str, t.Any]]:
    """See plugins/filter/balanced_apps.yml."""
    try:
        return _upstreams.apps(found, [dict(entry) for entry in declared], int(port_base), sticky, cookie)
    except ValueError as error:
        raise AnsibleFilterError(f"load_balancer_apps: {error}") from None
