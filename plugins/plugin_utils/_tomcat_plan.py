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

from . import _ports, _tomcat_libs, _tomcat_ports

NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
CONTEXT = re.compile(r"^[^\s#?%<>\"'\\]*$")
ARCHIVE = re.compile(r"apache-tomcat-(\d[^/]*?)\.(?:tar|tgz|zip)")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
SYSTEM = ("/dev/", "/etc/", "/proc/", "/sys/")
PORTS = ("http_port", "shutdown_port", "ajp_port")

# Item option -> role setting it falls back to (same name), where the item does not say.
INHERITED = (
    "version", "user", "group", "java_home", "full_copy", "http_address", "connector", "extra_connectors", "valves",
    "access_log", "auto_deploy", "conf_files", "webapps_from_home", "remove_undeclared_wars", "ready_timeout",
    "ready_status", "autostart", "autorestart", "startsecs", "startretries", "stopwaitsecs", "priority",
    "program_options", "purge", "adopt", "shutdown_command", "jvm_route",
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
              releases and users that are needed; errors (sentences; nothing may be written unless it is empty).
    """
    settings = {**settings, "java_home": settings.get("java_home") or host.get("java_home") or ""}
    everything = [_fill(item, index, settings) for index, item in enumerate(items)]
    staying = [item for item in everything if item["state"] != "absent"]
    absent = [item for item in everything if item["state"] == "absent"]
    for item in staying:
        item["program_file"] = (programs or {}).get(item["name"], "")
        # Supervisor refuses a section that names a user or a log folder that does not exist.
        needed = {"user": item["user"], "stdout_logfile": posixpath.dirname(item["stdout_logfile"])}
        item["lacking"] = [option for option, one in needed.items() if one in (host.get("lacking") or [])]
        item["installed"] = (host.get("bases") or {}).get(item["base"]) or {}
    releases, release_errors = _releases(staying, settings, host)
    return {
        "all": everything,
        "instances": staying,
        "absent": _within(absent, settings),
        "batches": _batches(_within(staying, settings), settings, changed),
        "releases": releases,
        "users": _users(staying),
        "errors": _errors(everything, staying, absent, settings, host)
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
    _fill_ports(full, item, index, settings)
    _fill_paths(full, item, settings)
    full["jvm_options"] = [str(word) for key in (settings, item) for word in key.get("jvm_options") or []]
    full["environment"] = {**(settings.get("environment") or {}), **(item.get("environment") or {})}
    full["server"], full["server_problem"] = _tomcat_ports.server(full["conf_files"] or {}, full["jvm_options"] or [])
    full["ports"] = sorted({claim.port for claim in _tomcat_ports.claims(full)})
    full["wars"] = [_war(war) for war in item.get("wars") or []]
    full["libs"], full["libs_problems"] = _tomcat_libs.filled(item, settings)
    full["ready"] = {
        "name": full["name"],
        "url": _ready_url(full, item),
        "status": full["ready_status"] or _ready_status(full),
        "timeout": full["ready_timeout"],
        "log": full["stdout_logfile"],
    }
    return full


def _fill_ports(full: dict, item: dict, index: int, settings: dict) -> None:
    offset = index if item.get("offset") is None else int(item["offset"])
    for kind in PORTS:
        full[kind] = _port(item, kind, settings, offset)
    full["ajp_secret"] = item.get("ajp_secret") or settings.get("ajp_secret") or ""
    full["ajp_address"] = item.get("ajp_address") or settings.get("ajp_address") or "127.0.0.1"


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


def _port(item: dict, kind: str, settings: dict, offset: int) -> int:
    """An explicit port, or the base plus the offset; a base below 1 means "off" (-1)."""
    if item.get(kind) is not None:
        return int(item[kind])
    base = int(settings.get(f"{kind}_base") or -1)
    return base + offset if base > 0 else -1


def _war(war: dict) -> dict[str, t.Any]:
    """A declared WAR with the file name by which Tomcat derives its context path."""
    context = war.get("context")
    if context is None:
        name = posixpath.basename(str(war.get("src") or "").partition("?")[0])
        stem = name[:-4] if name.lower().endswith(".war") else name
    else:
        stem = str(context).strip("/").replace("/", "#") or "ROOT"
    path = "/" if stem == "ROOT" else "/" + stem.replace("#", "/")
    return {
        "src": str(war.get("src") or ""),
        "checksum": str(war.get("checksum") or ""),
        "state": war.get("state") or "present",
        "name": f"{stem}.war",
        "context": path,
    }


def _ready_url(full: dict, item: dict) -> str:
    present = [war["context"] for war in full["wars"] if war["state"] != "absent"]
    path = item.get("ready_path") or (present[0].rstrip("/") + "/" if present else "/")
    address = _ports.normal_address(str(full["http_address"] or ""))
    address = {"::": "127.0.0.1", "0.0.0.0": "127.0.0.1"}.get(address, address)
    host = f"[{address}]" if ":" in address else address
    return f"http://{host}:{full['http_port']}/{path.lstrip('/')}"


def _ready_status(full: dict) -> list[str]:
    """With an application an answer that says "it is here"; an empty Tomcat answers 404, which proves enough."""
    served = full["full_copy"] or full["webapps_from_home"]
    applications = served or any(war["state"] != "absent" for war in full["wars"])
    return ["200-399", "401", "403", "405"] if applications else ["200-499"]


def _batches(staying: list[dict], settings: dict, changed: t.Container[str]) -> list[dict[str, t.Any]]:
    """What to bring together, in order: those that have nothing to lose, then each change by itself.

    An instance that runs and changes is alone in its batch (or with at_once - 1 others, after the first one was seen
    ready): when it does not get ready it goes back, and those after it have not been touched. Versions come last.
    """
    steady: list[str] = []
    changing: list[str] = []
    switching: list[str] = []
    for item in staying:
        old = item["installed"].get("version")
        item["newcomer"] = item["installed"].get("state") != "present"
        item["previous_version"] = old if old and old != item["version"] and not item["newcomer"] else ""
        # What it was seen ready by: the variables may ask for something else by now. Nothing where that is not known.
        before = item["installed"].get("ready") or {}
        item["ready_before"] = {**item["ready"], **before} if before else {}
        touched = item["name"] in changed and not item["newcomer"]
        (switching if item["previous_version"] else changing if touched else steady).append(item["name"])
    size = 1 if settings.get("one_by_one") else max(1, int(settings.get("at_once") or 1))
    groups = [[name] for name in steady] if settings.get("one_by_one") else [steady] if steady else []
    groups += [[name] for name in changing[:1]]
    groups += [changing[first : first + size] for first in range(1, len(changing), size)]
    groups += [[name] for name in switching]
    touched_names = [item["name"] for item in staying if item["newcomer"] or item["name"] in {*changing, *switching}]
    return [
        {
            "names": names,
            "later": [name for group in groups[index + 1 :] for name in group],
            "touched": [name for name in names if name in touched_names],
        }
        for index, names in enumerate(groups)
    ]


def _errors(instances: list[dict], staying: list[dict], absent: list[dict], settings: dict, host: dict) -> list[str]:
    problems: list[str] = []
    if not host.get("privileged", True):
        problems.append("missing privilege: this role writes below /opt and /etc. Run the play with become: true.")
    problems += _names(instances) + _tomcat_libs.shared_errors(settings)
    for item in staying:
        problems += _item_errors(item, host)
    problems += _overlapping_paths(instances, settings)
    claims = [claim for item in staying for claim in _tomcat_ports.claims(item)]
    problems += _ports.between(claims)
    leaving = {item["base"] for item in absent}
    problems += _ports.against(claims, host.get("listening") or [], leaving)
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
        *_port_errors(item, host),
        *_value_errors(item),
        *_war_errors(item),
        *item["libs_problems"],
    ]
    return [f"instance {item['name']!r}: {text}" for text in found]


def _port_errors(item: dict, host: dict) -> list[str]:
    problems = []
    lowest = int(host.get("unprivileged_port_start", 1024))
    for claim in _tomcat_ports.claims(item):
        if not 1 <= claim.port <= 65535:
            problems.append(f"{claim.kind} {claim.port} is no port. Use 1 to 65535.")
        elif claim.port < lowest and item["user"] != "root":
            problems.append(
                f"{claim.kind} {claim.port} is below {lowest}, which user {item['user']!r} may not open. "
                "Choose a higher one (and let a proxy listen below), or user: root."
            )
    listens = item["server"].listens() if item["server"] else []
    if listens and item["http_port"] not in listens:
        problems.append(
            f"http_port {item['http_port']} is in no Connector of the own server.xml, which has "
            f"{', '.join(map(str, listens))}: nothing would answer there. Set http_port to the one that is to be asked."
        )
    if item["http_port"] < 1:
        problems.append("no HTTP port: set http_port, or tomcat_app_http_port_base above 0.")
    if item["ajp_port"] > 0 and not item["ajp_secret"]:
        problems.append(
            f"ajp_port {item['ajp_port']} without ajp_secret: anyone who reaches that port could read any file of the "
            "application. Set ajp_secret (from a vault), or leave AJP off (ajp_port: -1)."
        )
    return problems


def _value_errors(item: dict) -> list[str]:
    problems = [item["server_problem"]] if item["server_problem"] else []
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
    for key in item["environment"]:
        if not re.match(r"^[A-Za-z_][A-Za-z0-9_]*$", str(key)):
            problems.append(f"environment holds {key!r}, which is no variable name. Use letters, digits and '_'.")
    return problems


def _war_errors(item: dict) -> list[str]:
    problems = []
    names = [war["name"] for war in item["wars"]]
    for war in item["wars"]:
        if war["state"] != "absent" and not war["src"]:
            problems.append(f"wars: {war['context']} has no src. Give a URL or a file on the controller.")
        if names.count(war["name"]) > 1:
            problems.append(f"wars: two entries for the context {war['context']}. One file per context.")
        if not CONTEXT.match(war["context"]) or ".." in war["context"]:
            problems.append(f"wars: context {war['context']!r} is no path. Use '/', '/shop' or '/shop/v2'.")
    return sorted(set(problems))


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
