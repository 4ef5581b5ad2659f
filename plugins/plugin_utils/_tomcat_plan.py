# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the instances a user wrote to the full plan: paths, ports, order; and everything that is wrong with it.

Pure: text and numbers in, text and numbers out. What the host looks like comes in as the result of tomcat_info.
"""

from __future__ import annotations

import posixpath
import re
import typing as t

from . import (
    _ports,
    _tomcat_batches,
    _tomcat_environment,
    _tomcat_leftovers,
    _tomcat_libs,
    _tomcat_limits,
    _tomcat_listen,
    _tomcat_outside,
    _tomcat_placeholders,
    _tomcat_ports,
    _tomcat_proxies,
    _tomcat_wars,
)  # fmt: skip

NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
ARCHIVE = re.compile(r"apache-tomcat-(\d[^/]*?)\.(?:tar|tgz|zip)")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
SYSTEM = ("/dev/", "/etc/", "/proc/", "/sys/")

# Item option -> role setting it falls back to (same name), where the item does not say.
INHERITED = (
    "version", "user", "group", "java_home", "full_copy", "http_address", "connector", "extra_connectors",
    "auto_deploy", "conf_files", "webapps_from_home", "remove_undeclared_wars", "ready_timeout",
    "ready_status", "autostart", "autorestart", "startsecs", "startretries", "stopwaitsecs", "priority",
    "program_options", "purge", "adopt", "shutdown_command", "directory", "dump_dir", "temp_dir", "heap_dump",
    "old_versions", *_tomcat_listen.INHERITED, *_tomcat_proxies.INHERITED,
)  # fmt: skip


def plan(
    items: list[dict],
    settings: dict,
    host: dict,
    changed: t.Container[str] = (),
    programs: dict[str, str] | None = None,
) -> dict[str, t.Any]:
    """The plan of all instances.

    :param items: tomcat_app_instances.
    :param settings: the role's variables without their prefix.
    :param host: result of the module tomcat_info: privileged, listening, bases, homes, unprivileged_port_start.
    :param changed: instances whose folder or program this run would change.
    :param programs: instance -> file of its program.
    :returns: all, instances (those that stay) and absent, each filled in; batches (what to apply together, in order);
              releases, users and groups that are needed; readers (the group that reads the common folder of logs);
              errors (sentences; nothing may be written unless it is empty).
    """
    settings = {**settings, "java_home": settings.get("java_home") or host.get("java_home") or ""}
    settings["resolved"] = host.get("resolved") or {}
    everything = [_fill(item, index, settings) for index, item in enumerate(items)]
    staying = [item for item in everything if item["state"] != "absent"]
    absent = [item for item in everything if item["state"] == "absent"]
    for item in staying:
        item["program_file"] = (programs or {}).get(item["name"], "")
        # Supervisor refuses a section that names a user or a log folder that does not exist.
        needed = {"user": item["user"], "stdout_logfile": posixpath.dirname(item["stdout_logfile"])}
        item["lacking"] = [option for option, one in needed.items() if one in (host.get("lacking") or [])]
        item["installed"] = (host.get("bases") or {}).get(item["base"]) or {}
    leaving = _tomcat_batches.left(_within(staying, settings), host.get("listening") or [])
    releases, release_errors = _releases(staying, settings, host)
    groups = list(dict.fromkeys(item["group"] for item in staying))
    return {
        "all": everything,
        "instances": staying,
        "absent": _within(absent, settings),
        "batches": _tomcat_batches.batches(_within(staying, settings), settings, changed, leaving),
        "releases": releases,
        "users": _users(staying),
        "groups": groups,
        "readers": groups[0] if len(groups) == 1 else "root",
        "errors": _errors(everything, staying, {item["base"] for item in absent}, leaving, settings, host)
        + release_errors
        + _unknown(everything, settings),
    }


def _within(found: list[dict], settings: dict) -> list[dict]:
    """Those that this run is about; the others count for ports and paths only."""
    only = settings.get("limit") or []
    return [item for item in found if not only or item["name"] in only]


def _unknown(everything: list[dict], settings: dict) -> list[str]:
    names = [item["name"] for item in everything]
    return [
        f"tomcat_app_limit names {name!r}, which is not in tomcat_app_instances."
        for name in settings.get("limit") or []
        if name not in names
    ]


def _fill(item: dict, index: int, settings: dict) -> dict[str, t.Any]:
    """The item with everything it inherits, and what follows from both."""
    full = {key: settings.get(key) for key in INHERITED}
    full.update({key: value for key, value in item.items() if value is not None})
    full["name"] = str(item["name"])
    full["state"] = item.get("state") or "started"
    full["group"] = full["group"] or full["user"]
    _tomcat_listen.fill_ports(full, item, index, settings)
    _fill_paths(full, item, settings)
    full["jvm_options"] = [str(word) for key in (settings, item) for word in key.get("jvm_options") or []]
    full["environment"] = {**(settings.get("environment") or {}), **(item.get("environment") or {})}
    _tomcat_proxies.fill_route(full, settings)
    _tomcat_leftovers.folders(full)
    _tomcat_placeholders.fill(full)
    _tomcat_environment.take(full)
    _tomcat_leftovers.tell(full)
    _tomcat_limits.take(full, settings, item)
    _tomcat_listen.fill_options(full)
    full.update(_tomcat_outside.outside(full, item, settings))
    full["server"], full["server_problem"] = _tomcat_ports.server(full["conf_files"] or {}, full["jvm_options"] or [])
    full["connectors"] = _tomcat_listen.connectors(full)
    _tomcat_proxies.fill(full, settings)
    full["ports"] = sorted({claim.port for claim in _tomcat_ports.claims(full)})
    _tomcat_wars.fill(full, item)
    full["libs"], full["libs_problems"] = _tomcat_libs.filled(item, settings)
    return full


def _fill_paths(full: dict, item: dict, settings: dict) -> None:
    full["base"] = posixpath.normpath(item.get("base") or posixpath.join(settings["base_root"], full["name"]))
    full["release"] = posixpath.join(settings["home_root"], str(full["version"] or ""))
    full["home"] = full["base"] if full["full_copy"] else full["release"]
    full["stdout_logfile"] = item.get("stdout_logfile") or posixpath.join(settings["log_dir"], f"{full['name']}.log")
    full["logs"] = [full["stdout_logfile"], *(f"{full['stdout_logfile']}.{number}" for number in range(1, 11))]
    full["conf_texts"] = {f"conf/{name}": text for name, text in (full["conf_files"] or {}).items()}
    if full["full_copy"] and item.get("webapps_from_home") is None and not settings.get("webapps_from_home"):
        full["webapps_from_home"] = None  # all, as `cp -a apache-tomcat-x/* /opt/app01` does


def _users(staying: list[dict]) -> list[dict[str, str]]:
    found = {item["user"]: item["group"] for item in staying if item["user"] != "root"}
    return [{"user": user, "group": found[user]} for user in sorted(found)]


def _releases(staying: list[dict], settings: dict, host: dict) -> tuple[list[dict[str, str]], list[str]]:
    """Releases to install (archive "" where it must be there already), and what is wrong about them."""
    known = {str(entry.get("version")): entry for entry in settings.get("releases") or [] if entry.get("version")}
    wanted = {item["version"] for item in staying if item["version"]}
    kept = {str(entry["version"]) for entry in (settings.get("releases") or [])[1:] if _stays(entry)}
    releases, problems = [], []
    for version in sorted(wanted | kept):
        entry = known.get(version, {})
        archive = str(entry.get("archive") or "")
        named = ARCHIVE.search(archive)
        if named and named.group(1) != version and version in (host.get("homes") or []):
            archive = ""  # a roll back changes the version alone: the archive is still that of the newer one
        if not archive and host.get("homes") is not None and version not in host["homes"]:
            problems.append(
                f"Tomcat {version} is not installed and has no archive: set tomcat_app_archive and tomcat_app_checksum "
                "(or an entry of tomcat_app_versions) to a URL or a file on the controller."
            )
        if version in wanted and not _stays(entry):
            users = ", ".join(item["name"] for item in staying if item["version"] == version)
            problems.append(
                f"tomcat_app_versions removes Tomcat {version}, which {users} runs. Keep it, or switch them first."
            )
        releases.append(
            {"version": version, "archive": archive, "checksum": str(entry.get("checksum") or "") if archive else ""}
        )
    return releases, problems


def _stays(entry: dict) -> bool:
    return (entry.get("state") or "present") != "absent"


def _errors(
    instances: list[dict], staying: list[dict], gone: set[str], leaving: dict[str, set[int]], settings: dict, host: dict
) -> list[str]:
    problems: list[str] = []
    if not host.get("privileged", True):
        problems.append("missing privilege: this role writes below /opt and /etc. Run the play with become: true.")
    problems += _names(instances) + _tomcat_libs.shared_errors(settings)
    for item in staying:
        problems += _item_errors(item, host)
    problems += _overlapping_paths(instances, settings)
    claims = [claim for item in staying for claim in _tomcat_ports.claims(item)]
    problems += _ports.between(claims)
    problems += _ports.against(claims, host.get("listening") or [], gone, leaving)
    return problems


def _names(instances: list[dict]) -> list[str]:
    problems = []
    names = [str(item["name"]) for item in instances]
    for name in sorted(set(names)):
        if names.count(name) > 1:
            problems.append(f"tomcat_app_instances names {name!r} {names.count(name)} times. Every name once.")
        if not NAME.match(name) or name == "all":
            problems.append(
                f"{name!r} cannot name an instance: it becomes a program name and a folder. Use letters, digits, '_', "
                "'.' and '-'; 'all' is taken by supervisorctl."
            )
    return problems


def _item_errors(item: dict, host: dict) -> list[str]:
    found = [
        *_tomcat_listen.errors(item, host),
        *_value_errors(item),
        *_tomcat_wars.errors(item),
        *_tomcat_outside.errors(item),
        *item["libs_problems"],
    ]
    return [f"instance {item['name']!r}: {text}" for text in found]


def _value_errors(item: dict) -> list[str]:
    problems = [item[key] for key in ("server_problem", "remote_ip_problem") if item[key]]
    if not item["version"]:
        problems.append("no Tomcat version: set tomcat_app_version (like 10.1.34), or version in the instance.")
    if not item["java_home"]:
        problems.append(
            "no JAVA_HOME: run the role supervisord.fleet.jdk before, or set tomcat_app_java_home or java_home."
        )
    if item["installed"].get("foreign") and not item["adopt"]:
        problems.append(
            f"{item['base']} exists, is not empty and was not made by this role. Move it away, choose another base, or "
            "set adopt: true to take it over (files that get replaced are kept beside, with the time in their name)."
        )
    for option in item["jvm_options"]:
        if CONTROL.search(str(option)) or "\n" in str(option):
            problems.append(
                f"jvm_options holds a control character or a line break in {str(option).partition('=')[0]!r}. "
                "One option per entry."
            )
    problems += _tomcat_environment.option_errors(item) + item["environment_problems"]
    return problems + _tomcat_leftovers.errors(item) + _tomcat_limits.errors(item)


def _overlapping_paths(instances: list[dict], settings: dict) -> list[str]:
    """No base may be, hold or lie in another base or the folder of the shared releases: removal would take both."""
    problems = []
    places = [(f"base of {item['name']!r}", item["base"]) for item in instances]
    places.append(("tomcat_app_home_root", posixpath.normpath(settings["home_root"])))
    for index, (what, path) in enumerate(places):
        for other, second in places[index + 1 :]:
            if _inside(path, second) or _inside(second, path):
                problems.append(f"{what} ({path}) and {other} ({second}) overlap. Give one of them a path of its own.")
        if not posixpath.isabs(path) or path.count("/") < 2 or path.startswith(SYSTEM):
            problems.append(f"{what}: {path} is no place for a Tomcat. Use an absolute path such as /opt/app01.")
    return problems


def _inside(path: str, parent: str) -> bool:
    return path == parent or path.startswith(parent.rstrip("/") + "/")
