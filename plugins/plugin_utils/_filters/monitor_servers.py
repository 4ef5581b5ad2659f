# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server list of the monitor, from the inventory."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

from .. import _servers


def monitor_servers(
    hosts: t.Iterable[t.Mapping], extra: list[dict] | None = None, own: str | None = None
) -> list[dict]:
    """See plugins/filter/monitor_servers.yml."""
    try:
        return _servers.servers(list(hosts), [dict(server) for server in extra or []], own)
    except ValueError as error:
        raise AnsibleFilterError(f"monitor_servers: {error}") from None
