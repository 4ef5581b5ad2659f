# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names such as {base} and {http_port} in values that many instances share: each gets its own.

Pure: what is filled in comes from the instance itself.
"""

from __future__ import annotations

import re
import typing as t

# Name -> what it stands for. The one table: role README and argument specs name these.
PLACEHOLDERS = {
    "name": "name of the instance",
    "base": "its folder (CATALINA_BASE)",
    "home": "the release that it runs (CATALINA_HOME); with full_copy its own folder",
    "version": "its version of Tomcat",
    "java_home": "its JDK",
    "user": "its user",
    "group": "its group",
    "directory": "its working directory",
    "dump_dir": "where its JVM leaves what a crash leaves",
    "temp_dir": "its temporary files",
    "http_port": "its HTTP port",
    "https_port": "its HTTPS port",
    "shutdown_port": "its shutdown port",
    "ajp_port": "its AJP port",
    "jmx_port": "its JMX port",
    "debug_port": "the port of its debugger",
    "agent_port": "the port of its agent",
    "jvm_route": "its name for sticky sessions",
}
# Folders first, in an order in which each may use those before it.
FOLDERS = ("directory", "dump_dir", "temp_dir")
FILLED = (
    *FOLDERS, "jvm_options", "environment", "connector", "https_connector", "ssl_hosts",
    "extra_connectors", "valves", "access_log", "remote_ip", "ready_ca", "ready_host",
    "program_options",
)  # fmt: skip
# ${name}, %{name} and #{name} are Tomcat's, Java's and the application's; \{name} is {name} itself.
_WORD = re.compile(r"([\\$%#]?)\{(" + "|".join(PLACEHOLDERS) + r")\}")


def fill(full: dict[str, t.Any]) -> None:
    """Fill in what of a planned instance may hold placeholders (FILLED), in place."""
    for key in FILLED:
        if key in full:
            full[key] = filled(full[key], full)


def filled(value: t.Any, full: dict[str, t.Any]) -> t.Any:
    """A value with all placeholders replaced: a text, or the texts in lists and of mappings (their keys stay).

    :param full: the instance; a placeholder that it has no value for, such as a port that is off, stays as it is,
                 as all other braces do.
    """
    if isinstance(value, dict):
        return {key: filled(one, full) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [filled(one, full) for one in value]
    if not isinstance(value, str):
        return value

    def replace(match: re.Match[str]) -> str:
        mark, name = match.groups()
        if mark == "\\":
            return "{" + name + "}"
        given = full.get(name)
        return match.group(0) if mark or given in (None, -1) else str(given)

    return _WORD.sub(replace, value)
