# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles would miss on the way, seen from the controller before any of them acts. No I/O.

Only what is certain: whether a release is installed already, or what a host will fetch, the roles find out themselves.
"""

from __future__ import annotations

import ipaddress
import typing as t

from . import _tomcat_libs
from ._deliver import Source

# Addresses that are nobody's: they stand in examples.
_EXAMPLES = [ipaddress.ip_network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]


def sources(role: str, values: t.Mapping[str, t.Any]) -> list[Source]:
    """The archives that a role would bring, each with the names of its variables.

    :param values: the role's variables without its prefix, as they were taken; what could not be taken is missing.
    """
    return [source for source in _SOURCES.get(role, _none)(values) if source.src]


def missing(role: str, values: t.Mapping[str, t.Any]) -> list[str]:
    """What has to be said and is not."""
    return _MISSING.get(role, _nothing)(values)


def example_address(variables: t.Mapping[str, t.Any]) -> list[str]:
    """A fault when the address of a host is still that of an example."""
    text = str(variables.get("ansible_host") or "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return []
    if any(address in network for network in _EXAMPLES):
        return [f"ansible_host: {text} is an address for examples, which no host has; put in its own"]
    return []


def _none(_values: t.Mapping[str, t.Any]) -> list[Source]:
    return []


def _nothing(_values: t.Mapping[str, t.Any]) -> list[str]:
    return []


def _stays(entry: t.Mapping[str, t.Any]) -> bool:
    return entry.get("state") != "absent"


def _release(variable: str, entry: t.Mapping[str, t.Any], role: str, required: t.Any) -> Source:
    names = (f"{variable}archive", f"{variable}checksum")
    waiver = f"{role}_checksum_required" if required else ""
    return Source(str(entry.get("archive") or ""), str(entry.get("checksum") or ""), names, waiver)


def _releases(role: str, values: t.Mapping[str, t.Any]) -> list[Source]:
    """The one in use, and those beside it."""
    required = values.get("checksum_required", True)
    others = [entry for entry in values.get("versions") or [] if _stays(entry)]
    beside = [
        _release(f"{role}_versions: version {entry.get('name') or number}: ", entry, role, required)
        for number, entry in enumerate(others, 1)
    ]
    return [_release(f"{role}_", values, role, required), *beside]


def _jdk_sources(values: t.Mapping[str, t.Any]) -> list[Source]:
    wanted = values.get("state") != "absent" and values.get("install_method") != "package"
    return _releases("jdk", values) if wanted else []


def _jdk_missing(values: t.Mapping[str, t.Any]) -> list[str]:
    if values.get("state") == "absent" or values.get("install_method") == "package":
        return []
    if values.get("archive") == "" and values.get("name") == "":
        cure = "name the JDK's archive and its jdk_checksum, or set jdk_install_method: package"
        return [f"jdk_archive is empty: {cure}"]
    return []


def _tomcats(values: t.Mapping[str, t.Any]) -> list[t.Mapping[str, t.Any]]:
    return [item for item in values.get("instances") or [] if _stays(item)]


def _tomcat_sources(values: t.Mapping[str, t.Any]) -> list[Source]:
    found = _releases("tomcat_app", values) if _tomcats(values) else []
    for item in _tomcats(values):
        for number, war in enumerate([war for war in item.get("wars") or [] if _stays(war)], 1):
            where = f"tomcat_app_instances: instance {item.get('name')}: wars: war {number}:"
            names = (f"{where} src", f"{where} checksum")
            source = Source(str(war.get("src") or ""), str(war.get("checksum") or ""), names)
            demanded = source.remote and values.get("war_checksum_required", True)
            found.append(source._replace(waiver="tomcat_app_war_checksum_required" if demanded else ""))
    return found + _lib_sources(values)


def _lib_sources(values: t.Mapping[str, t.Any]) -> list[Source]:
    """Jars: of all instances, and of each."""
    lists = [("tomcat_app_libs: jar", values.get("libs"))] if _tomcats(values) else []
    for item in _tomcats(values):
        lists.append((f"tomcat_app_instances: instance {item.get('name')}: libs: jar", item.get("libs")))
    return [
        Source(
            str(lib.get("src") or ""),
            str(lib.get("checksum") or ""),
            (f"{where} {number}: src", f"{where} {number}: checksum"),
        )
        for where, libs in lists
        for number, lib in enumerate([lib for lib in libs or [] if _stays(lib)], 1)
    ]


def _tomcat_missing(values: t.Mapping[str, t.Any]) -> list[str]:
    found = []
    if values.get("version") == "" and any(not item.get("version") for item in _tomcats(values)):
        found.append("tomcat_app_version is empty: name the Tomcat, for example 10.1.34")
    for source in _lib_sources(values):
        if source.remote and not source.checksum:
            found.append(_tomcat_libs.no_checksum(source.names[1], source.told))
    return found


def _monitor_sources(values: t.Mapping[str, t.Any]) -> list[Source]:
    return [_release("monitor_web_", values, "", required=False)]


def _monitor_missing(values: t.Mapping[str, t.Any]) -> list[str]:
    if values.get("archive") and values.get("checksum") == "":
        return ["monitor_web_checksum is empty: state the checksum of monitor_web_archive, as 'sha256:...'"]
    return []


_SOURCES = {"jdk": _jdk_sources, "monitor_web": _monitor_sources, "tomcat_app": _tomcat_sources}
_MISSING = {"jdk": _jdk_missing, "monitor_web": _monitor_missing, "tomcat_app": _tomcat_missing}
