# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where one Tomcat instance listens by its variables: ports of base and offset, connectors, JMX, a debugger, agents.

Pure: text and numbers in, text and numbers out.
"""

from __future__ import annotations

import posixpath
import re
import typing as t

from . import _ports, _reached, _tomcat_ports

PORTS = ("http_port", "https_port", "shutdown_port", "ajp_port", "jmx_port", "debug_port", "agent_port")
# Options of an instance that the role has as variables of the same name
INHERITED = (
    "https_connector", "ssl_hosts", "http2", "jmx_address", "jmx_users", "debug_address", "ready_ca", "ready_host",
    "ready_validate_certs",
)  # fmt: skip
AGENT_PORT = "{agent_port}"
JMX_LOGIN = "fleetJmx"
_LOGIN_CONFIG = "-Djava.security.auth.login.config="
# A word of a file of passwords: nothing that parts words or escapes.
_WORD = re.compile(r"(?![:=])[!-\[\]-~]+\Z")


def fill_ports(full: dict, item: dict, index: int, settings: dict) -> None:
    """Note every port of an instance, -1 for one that is off, and what belongs to it.

    :param full: the instance as it is filled in so far.
    :param item: as it was written.
    :param index: its place in the list.
    """
    offset = index if item.get("offset") is None else int(item["offset"])
    for kind in PORTS:
        full[kind] = _port(item, kind, settings, offset)
    full["ajp_secret"] = item.get("ajp_secret") or settings.get("ajp_secret") or ""
    full["ajp_address"] = item.get("ajp_address") or settings.get("ajp_address") or "127.0.0.1"
    for kind in ("jmx_address", "debug_address"):
        full[kind] = full[kind] or "127.0.0.1"


def _port(item: dict, kind: str, settings: dict, offset: int) -> int:
    """An explicit port, or the base plus the offset; a base below 1 means "off" (-1)."""
    if item.get(kind) is not None:
        return int(item[kind])
    base = int(settings.get(f"{kind}_base") or -1)
    return base + offset if base > 0 else -1


def fill_options(full: dict) -> None:
    """Note the options of the JVM and the files that JMX and a debugger need.

    Options that somebody has written come after these, and win.
    """
    full["listen_options"] = []
    if full["jmx_port"] > 0:
        full["listen_options"] += _jmx_options(full)
    if full["debug_port"] > 0:
        where = f"{_reached.bracketed(full['debug_address'])}:{full['debug_port']}"
        full["listen_options"].append(f"-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address={where}")


def trial_options(full: dict) -> list[str]:
    """Options that show whether a Java has what these ports need, and that disturb no running instance."""
    found = [word for word in full["listen_options"] if _tomcat_ports.JDWP.match(word)]
    return [_tomcat_ports.JMX.rstrip("."), *found] if full["jmx_port"] > 0 else found


def _jmx_options(full: dict) -> list[str]:
    """Both ports of JMX are one, so that a firewall can know it. The files are read through a login module of the JDK.

    The JDK's own option for a file of passwords wants the file to belong to the user, who could change it then.
    """
    values = {"port": full["jmx_port"], "rmi.port": full["jmx_port"], "ssl": "false"}
    address = _ports.normal_address(full["jmx_address"])
    options = []
    if address not in (_ports.ANY, "0.0.0.0"):
        values["host"] = address
        options.append(f"-Djava.rmi.server.hostname={address}")
    if full["jmx_users"]:
        folder = posixpath.join(full["base"], "conf")
        values["access.file"] = f"{folder}/jmxremote.access"
        values["login.config"] = JMX_LOGIN
        options.append(f"{_LOGIN_CONFIG}{folder}/jmxremote.login")
        full["conf_texts"] = {**_jmx_files(full["jmx_users"], folder), **full["conf_texts"]}
    return [f"{_tomcat_ports.JMX}{name}={value}" for name, value in values.items()] + options


def _jmx_files(users: list[dict], folder: str) -> dict[str, str]:
    login = (
        f"{JMX_LOGIN} {{\n    com.sun.jmx.remote.security.FileLoginModule required\n    "
        f'passwordFile="{folder}/jmxremote.password" hashPasswords="false";\n}};\n'
    )
    access = [f"{user['name']} {user.get('access') or 'readonly'}\n" for user in users]
    passwords = [f"{user['name']} {user.get('password') or ''}\n" for user in users]
    return {
        "conf/jmxremote.login": login,
        "conf/jmxremote.access": "".join(access),
        "conf/jmxremote.password": "".join(passwords),
    }


def connectors(full: dict) -> list[dict[str, t.Any]]:
    """The Connector elements that are not AJP's: attributes, ssl_hosts, http2.

    HTTP/2 without TLS is for where there is no TLS: a proxy that hands on an upgrade would let it pass its own rules.
    """
    address = {"address": full["http_address"]} if full["http_address"] else {}
    found = []
    if full["http_port"] > 0:
        redirect = {"redirectPort": full["https_port"]} if full["https_port"] > 0 else {}
        plain = {"port": full["http_port"], "protocol": "HTTP/1.1", "connectionTimeout": 20000, **redirect, **address}
        found.append(_connector({**plain, **(full["connector"] or {})}, [], full["http2"] and full["https_port"] < 1))
    if full["https_port"] > 0:
        secured = {"scheme": "https", "secure": True, "SSLEnabled": True}
        secured = {"port": full["https_port"], "protocol": "HTTP/1.1", "connectionTimeout": 20000, **secured, **address}
        found.append(_connector({**secured, **(full["https_connector"] or {})}, full["ssl_hosts"], full["http2"]))
    for one in full["extra_connectors"] or []:
        own = {"address": one["address"]} if one.get("address") else {}
        attributes = {"port": one["port"], **own, **(one.get("attributes") or {})}
        found.append(_connector(attributes, one.get("ssl_hosts"), one.get("http2")))
    return found


def _connector(attributes: dict, ssl_hosts: t.Any, http2: t.Any) -> dict[str, t.Any]:
    return {"attributes": attributes, "ssl_hosts": ssl_hosts or [], "http2": bool(http2)}


def ready(full: dict, path: str) -> dict[str, t.Any]:
    """Where to ask whether an instance is ready, for http_ready: url, and for TLS how far to trust what answers."""
    address = _ports.normal_address(str(full["http_address"] or ""))
    address = {"::": "127.0.0.1", "0.0.0.0": "127.0.0.1"}.get(address, address)
    plain = full["http_port"] > 0 or full["https_port"] < 1
    scheme, port = ("http", full["http_port"]) if plain else ("https", full["https_port"])
    found = {"url": f"{scheme}://{_reached.bracketed(address)}:{port}/{path.lstrip('/')}"}
    if plain:
        return found
    validate = full["ready_validate_certs"] is not False
    return {
        **found,
        "validate_certs": validate,
        "ca_path": (full["ready_ca"] or "") if validate else "",
        "server_name": full["ready_host"] or _host_name(full),
    }


def _host_name(full: dict) -> str:
    """The name of the first certificate, if the connector says one: Tomcat chooses the certificate by it."""
    name = str(((full["ssl_hosts"] or [{}])[0].get("attributes") or {}).get("hostName") or "")
    return name if re.match(r"[A-Za-z0-9][A-Za-z0-9.-]*\Z", name) else ""


def errors(item: dict, host: dict) -> list[str]:
    """What is wrong with the ports of an instance, and with what belongs to them, each as a sentence."""
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
    problems += _asked_errors(item)
    if item["ajp_port"] > 0 and not item["ajp_secret"]:
        problems.append(
            f"ajp_port {item['ajp_port']} without ajp_secret: anyone who reaches that port could read any file of the "
            "application. Set ajp_secret (from a vault), or leave AJP off (ajp_port: -1)."
        )
    if item["https_port"] > 0 and not item["server"]:
        problems += _tls_errors(item)
    problems += _jmx_errors(item) if item["jmx_port"] > 0 else []
    problems += _doubled_errors(item)
    return problems


def _asked_errors(item: dict) -> list[str]:
    """Is there a port that answers over HTTP, so that somebody can see the instance ready?"""
    kind = "http_port" if item["http_port"] > 0 or item["https_port"] < 1 else "https_port"
    listens = item["server"].listens() if item["server"] else []
    problems = []
    if listens and item[kind] not in listens:
        problems.append(
            f"{kind} {item[kind]} is in no Connector of the own server.xml, which has "
            f"{', '.join(map(str, listens))}: nothing would answer there. Set {kind} to the one that is to be asked."
        )
    if item["http_port"] < 1 and item["https_port"] < 1:
        problems.append(
            "no HTTP port: set http_port, or tomcat_app_http_port_base above 0; or, for TLS only, https_port or "
            "tomcat_app_https_port_base."
        )
    return problems


def _tls_errors(item: dict) -> list[str]:
    certificates = [len(host.get("certificates") or []) for host in item["ssl_hosts"] or []]
    if certificates and all(certificates):
        return []
    where = " in each of ssl_hosts" if certificates else ""
    text = (
        f"https_port {item['https_port']} without a certificate{where}: Tomcat would not listen there. Name one that "
        "is on the host, ssl_hosts: [{certificates: [{certificateFile: /etc/ssl/shop.pem, certificateKeyFile: "
        "/etc/ssl/private/shop.key}]}], or leave TLS off (https_port: -1)."
    )
    return [text]


def _jmx_errors(item: dict) -> list[str]:
    words = item["jvm_options"]
    if not item["jmx_users"]:
        text = (
            f"jmx_port {item['jmx_port']} without jmx_users: whoever reaches that port, and every account of the host "
            "does, could run any code as the instance's user. Set jmx_users: [{name: monitor, password: (from a "
            "vault)}], or say in jvm_options that you want that: -Dcom.sun.management.jmxremote.authenticate=false."
        )
        return [] if f"{_tomcat_ports.JMX}authenticate=false" in words else [text]
    problems = []
    names = [str(user["name"]) for user in item["jmx_users"]]
    for user in item["jmx_users"]:
        if names.count(user["name"]) > 1:
            problems.append(f"jmx_users names {user['name']!r} {names.count(user['name'])} times. Every name once.")
        if not re.match(r"[A-Za-z0-9_.-]+\Z", str(user["name"])):
            problems.append(f"jmx_users: {user['name']!r} is no name. Use letters, digits, '_', '.' and '-'.")
        if not _WORD.match(str(user.get("password") or "")):
            problems.append(
                f"jmx_users: the password of {user['name']!r} is empty, begins with ':' or '=', or has a blank, a "
                "backslash or letters beyond ASCII, which the JDK would not read as they are. Set another one."
            )
    if any(word.startswith(_LOGIN_CONFIG) for word in words):
        problems.append(
            f"jvm_options has {_LOGIN_CONFIG.rstrip('=')} beside jmx_users, which needs that option for itself. Leave "
            "one of them out, or configure JMX in jvm_options alone (jmx_port: -1)."
        )
    return sorted(set(problems))


def _doubled_errors(item: dict) -> list[str]:
    """Ports that are given twice in different words, and an agent's port that is asked for and not there."""
    problems = []
    words = item["jvm_options"]
    if item["jmx_port"] > 0 and any(word.startswith(f"{_tomcat_ports.JMX}port=") for word in words):
        problems.append(f"jmx_port {item['jmx_port']} and a JMX port in jvm_options: leave one of them out.")
    if item["debug_port"] > 0 and any(_tomcat_ports.JDWP.match(word) for word in words):
        problems.append(f"debug_port {item['debug_port']} and a debugger in jvm_options: leave one of them out.")
    if item["agent_port"] < 1 and any(AGENT_PORT in word for word in words):
        problems.append(
            "jvm_options has {agent_port}, and there is none: set tomcat_app_agent_port_base above 0, or agent_port."
        )
    return problems
