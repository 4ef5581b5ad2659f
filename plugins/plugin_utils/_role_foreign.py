# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables as the role geerlingguy.supervisor has them, told apart from ours of the same name. No I/O."""

from __future__ import annotations

import typing as t

PAGE = "docs/from-geerlingguy.md of this collection"
# Its variables -> what does it here. Those with the same name and meaning in both roles are not among them.
VARIABLES = {
    "supervisor_started": "nothing: the role keeps the service running",
    "supervisor_enabled": "supervisor_service_enabled",
    "supervisor_config_path": "supervisor_config_file and supervisor_include_dir",
    "supervisor_nodaemon": "nothing: systemd runs the daemon in the foreground",
    "supervisor_user": "supervisor_supervisord: {user: ...}",
    "supervisor_password": "password in supervisor_unix_http_server and supervisor_inet_http_server",
    "supervisor_unix_http_server_enable": "supervisor_unix_http_server_enabled",
    "supervisor_unix_http_server_password_protect": "username and password in supervisor_unix_http_server",
    "supervisor_inet_http_server_enable": "supervisor_inet_http_server, which is off unless it has a port",
    "supervisor_inet_http_server_port": "port in supervisor_inet_http_server",
    "supervisor_inet_http_server_password_protect": "username and password in supervisor_inet_http_server",
}


def recognised(variables: t.Mapping[str, t.Any], programs: t.Any) -> list[str]:
    """One fault that says what stands for what here; none when the variables are not of that role.

    :param variables: all variables of the host, not templated.
    :param programs: supervisor_programs, templated.
    """
    entries = [item for item in programs if isinstance(item, dict)] if isinstance(programs, list) else []
    with_text = [str(item.get("name")) for item in entries if "configuration" in item]
    names = [name for name in VARIABLES if name in variables]
    if not with_text and len(names) < 2:
        return []
    told = [f"{name}: here {VARIABLES[name]}" for name in names]
    if with_text:
        told.insert(
            0,
            f"supervisor_programs: {', '.join(with_text)}: 'configuration' is text of an ini file; here each of "
            "its lines is an option of the program (autorestart: true)",
        )
    head = "These are variables of the role geerlingguy.supervisor, and this role has others; the table of both is in"
    return [f"{head} {PAGE}. {'. '.join(told)}."]
