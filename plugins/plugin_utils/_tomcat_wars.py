# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Web applications of one planned Tomcat: names of their files, versions side by side, and how they are seen ready.

Tomcat serves every request without a session from the newest version that has started. So an answer proves nothing
about a version that was just added: one that cannot start leaves the answers to the one before it. What does prove it
is Tomcat's HealthCheckValve, which says no as long as one application is starting, or has failed to.

Pure: text and numbers in, text and numbers out.
"""

from __future__ import annotations

import itertools
import posixpath
import re
import typing as t

from ..module_utils._tomcat import versions as _versions
from . import _tomcat_listen, _tomcat_ports

CONTEXT = re.compile(r"^[^\s#?%<>\"'\\]*$")
VERSION = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
URL = re.compile(r"^[a-z]+://", re.IGNORECASE)
MARKER = _versions.MARKER  # between the context and the version
HEALTH = "/.fleet-health"
VALVE = "org.apache.catalina.valves.HealthCheckValve"
# The first releases of each line whose valve asks all applications.
HAVE_VALVE = {8: (8, 5, 58), 9: (9, 0, 38)}


def fill(full: dict, item: dict) -> None:
    """Add to an instance: wars, whether its server.xml gets the valve, and ready (what to ask)."""
    full["wars"] = [_war(war) for war in item.get("wars") or []]
    full["old_versions"] = full["old_versions"] or "keep"
    host = _host_of(full)
    versioned = any(_version(war) and war["state"] != "absent" for war in full["wars"])
    full["health_valve"] = versioned and not host and _has_valve(str(full["version"] or ""))
    health = HEALTH if full["health_valve"] else host.get("health", "")
    while_it_runs = host["auto_deploy"] if host else bool(full["auto_deploy"])
    for war in full["wars"]:
        war["live"] = bool(_version(war) and while_it_runs and health)
    full["drains"] = host["old_versions"] if host else while_it_runs
    full["ready"] = {
        "name": full["name"],
        **_tomcat_listen.ready(full, _path(full, item)),
        "status": full["ready_status"] or _status(full),
        "timeout": full["ready_timeout"],
        "log": full["stdout_logfile"],
        "health": _tomcat_listen.ready(full, health)["url"] if versioned and health else "",
        "deployed": [f"{full['base']}/webapps/{war['name']}" for war in newest(full["wars"]) if war["live"]],
    }


def newest(wars: list[dict]) -> list[dict]:
    """Of each context the version that gets the new sessions."""
    found: dict[str, dict] = {}
    for war in wars:
        known = found.get(war["context"])
        if war["state"] != "absent" and (known is None or _version(war) > _version(known)):
            found[war["context"]] = war
    return list(found.values())


def _war(war: dict) -> dict[str, t.Any]:
    """A declared WAR with the file name by which Tomcat derives its context path and version."""
    context = war.get("context")
    source = str(war.get("src") or "")
    if context is None:
        name = posixpath.basename(source.partition("?")[0])
        name = name.replace("%23", "#") if URL.match(source) else name
        stem = name[:-4] if name.lower().endswith(".war") else name
    else:
        stem = str(context).strip("/").replace("/", "#")
    base, marker, version = stem.rpartition(MARKER) if MARKER in stem else (stem, "", "")
    base = base or "ROOT"
    return {
        "src": source,
        "checksum": str(war.get("checksum") or ""),
        "state": war.get("state") or "present",
        "name": f"{base}{marker}{version}.war",
        "context": "/" if base == "ROOT" else "/" + base.replace("#", "/"),
    }


def _version(war: dict) -> str:
    return _versions.split(str(war["name"]))[1]


def _host_of(full: dict) -> dict[str, t.Any]:
    """What an own server.xml says of its first Host; empty where the role's own one is used, or it cannot be read."""
    text = (full["conf_files"] or {}).get("server.xml")
    if text is None:
        return {}
    found = {"auto_deploy": False, "old_versions": False, "health": ""}
    for host in _tomcat_ports.elements(str(text), "Host")[:1]:
        found["auto_deploy"] = host.get("autoDeploy", "true") == "true"
        found["old_versions"] = found["auto_deploy"] and host.get("undeployOldVersions") == "true"
    for valve in _tomcat_ports.elements(str(text), "Valve"):
        if valve.get("className") == VALVE and valve.get("checkContainersAvailable", "true") == "true":
            found["health"] = valve.get("path", "/health")
    return found


def _has_valve(version: str) -> bool:
    number = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
    return bool(number) and number[0] >= min(HAVE_VALVE) and number >= HAVE_VALVE.get(number[0], ())


def _path(full: dict, item: dict) -> str:
    present = [war["context"] for war in full["wars"] if war["state"] != "absent"]
    return str(item.get("ready_path") or (present[0].rstrip("/") + "/" if present else "/"))


def _status(full: dict) -> list[str]:
    """With an application an answer that says "it is here"; an empty Tomcat answers 404, which proves enough."""
    served = full["full_copy"] or full["webapps_from_home"]
    applications = served or any(war["state"] != "absent" for war in full["wars"])
    return ["200-399", "401", "403", "405"] if applications else ["200-499"]


def errors(item: dict) -> list[str]:
    """What is wrong with the web applications of a filled in instance."""
    problems = []
    names = [war["name"] for war in item["wars"]]
    for war in item["wars"]:
        version = _version(war)
        shown = war["context"] + (f"{MARKER}{version}" if version else "")
        if war["state"] != "absent" and not war["src"]:
            problems.append(f"wars: {shown} has no src. Give a URL or a file on the controller.")
        if names.count(war["name"]) > 1:
            problems.append(f"wars: two entries for the context {shown}. One file per context, or per version of it.")
        if not CONTEXT.match(war["context"]) or ".." in war["context"]:
            problems.append(f"wars: context {war['context']!r} is no path. Use '/', '/shop' or '/shop/v2'.")
        if MARKER in war["name"] and not VERSION.match(version):
            problems.append(
                f"wars: {war['name']!r} names no version after {MARKER}. Use letters, digits, '.', '_' and '-', as in "
                "'/shop##001'."
            )
        if URL.match(war["src"]) and MARKER in war["src"]:
            problems.append(
                f"wars: the src of {shown} has {MARKER} in it, and a URL ends at its first '#'. Write %23%23 there, or "
                "another name and the version in context ('/shop##001')."
            )
    return sorted(set(problems)) or _version_errors(item)


def _version_errors(item: dict) -> list[str]:
    problems = []
    for war in newest(item["wars"]):
        versions = {_version(one) for one in item["wars"] if one["context"] == war["context"] and _there(one)}
        problems += _order_errors(war["context"], sorted(versions))
        problems += _newer_errors(item, war)
        if len(versions) > 1 and not item["ready"]["health"] and not item.get("ready_path"):
            problems.append(
                f"wars: two versions of {war['context']}, and nothing tells whether the newer one has started, since "
                f'the older one answers in its place. Put <Valve className="{VALVE}"/> into the Host of the own '
                "server.xml, or set ready_path to a page that only the newer one has."
            )
        if _version(war) and item["old_versions"] == "remove" and not item["drains"]:
            problems.append(
                "old_versions: remove leaves it to Tomcat to take an old version away when its last session has ended, "
                "and Tomcat does so only with auto_deploy: true (in an own server.xml: autoDeploy and "
                "undeployOldVersions of the Host). Set that, or old_versions: keep."
            )
    return sorted(set(problems))


def _there(war: dict) -> bool:
    return bool(war["state"] != "absent")


def _order_errors(context: str, versions: list[str]) -> list[str]:
    """Versions that Tomcat, which compares texts, puts into another order than anybody who counts."""
    return [
        f"wars: for {context} Tomcat would take version {after} for newer than {before}, since it compares them as "
        "texts. Give all numbers the same count of digits, for example 09 and 10."
        for before, after in itertools.pairwise(versions)
        if _counted(before) > _counted(after)
    ]


def _counted(version: str) -> list[tuple[int, str]]:
    parts = re.findall(r"\d+|\D+", version)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _newer_errors(item: dict, war: dict) -> list[str]:
    """A version that is not declared, lies there all the same, and would go on getting the new sessions."""
    declared = {one["name"] for one in item["wars"]}
    problems = []
    for name in item["installed"].get("versions") or []:
        one = _war({"src": name})
        ours = name in (item["installed"].get("deployed") or []) and item["remove_undeclared_wars"]
        newer = one["context"] == war["context"] and _version(one) > _version(war)
        if newer and name not in declared and not ours:
            problems.append(
                f"wars: {item['base']}/webapps holds {name}, which is newer than all that is declared for "
                f"{war['context']}, and would go on getting the new sessions. To go back, add {{context: "
                f"'{war['context']}{MARKER}{_version(one)}', state: absent}}; to keep it, declare it."
            )
    return problems
