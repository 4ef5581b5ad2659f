# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All ports that one Tomcat instance will listen on: of its variables, its JVM options, and an own server.xml.

Pure: text and numbers in, text and numbers out.
"""

from __future__ import annotations

import re
import shlex
import typing as t

from ..module_utils import _markup
from . import _ports

# Variables that hold options of the JVM as well
OPTIONS_VARIABLES = ("JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
JMX = "-Dcom.sun.management.jmxremote."
JDWP = re.compile(r"-(?:agentlib:jdwp=|Xrunjdwp:)(.*)")
AGENT = re.compile(r"-(?:javaagent|agentpath|agentlib):(?!jdwp=)[^=]+=(.*)")
# Agents that take their port from a property
PROPERTIES = ("-Dotel.exporter.prometheus.port=", "-Djolokia.port=")
JMX_LISTENER = "org.apache.catalina.mbeans.JmxRemoteLifecycleListener"


class Server(t.NamedTuple):
    """What an own server.xml says: (kind, address, port) of each socket, and whether every port could be read."""

    sockets: list[tuple[str, str, int]]
    complete: bool

    def listens(self) -> list[int]:
        """Ports of its Connectors; none when not all of them are known."""
        return [port for kind, _address, port in self.sockets if kind == "Connector port"] if self.complete else []


def claims(item: dict) -> list[_ports.Claim]:
    """One claim for each socket of a filled in instance."""
    if item["server"]:
        wanted = [(f"{kind} in server.xml", address, port) for kind, address, port in item["server"].sockets]
    else:
        wanted = [("http_port", item["http_address"] or "", item["http_port"])]
        wanted.append(("https_port", item["http_address"] or "", item["https_port"]))
        wanted.append(("shutdown_port", "127.0.0.1", item["shutdown_port"]))
        wanted.append(("ajp_port", item["ajp_address"], item["ajp_port"]))
        for connector in item["extra_connectors"] or []:
            wanted.append(("extra_connectors port", connector.get("address") or "", int(connector["port"])))
    wanted += [(kind, item[f"{kind[:-5]}_address"], item[kind]) for kind in ("jmx_port", "debug_port")]
    agent = item["agent_port"]
    wanted.append(("agent_port", "", agent))
    given = [*item["jvm_options"], *words(item["environment"])]
    wanted += [one for one in of_options(given) if one[2] != agent]
    return [
        _ports.Claim(str(item["name"]), item["base"], kind, _ports.normal_address(address), port)
        for kind, address, port in wanted
        if port != -1
    ]


def words(environment: dict, names: t.Iterable[str] = OPTIONS_VARIABLES) -> list[str]:
    """Options of the JVM that stand in the environment of the program, word by word.

    :param names: of the variables to look at.
    """
    found = []
    for name in names:
        text = str(environment.get(name) or "")
        try:
            found += shlex.split(text)
        except ValueError:
            found += text.split()
    return found


def of_options(words: t.Iterable[str]) -> list[tuple[str, str, int]]:
    """(kind, address, port) of what options of a JVM open: JMX, a debugger, agents. Port 0 is any that is free."""
    found: dict[tuple[str, int], tuple[str, str, int]] = {}
    values = dict(word.partition("=")[::2] for word in words if word.startswith(JMX))
    host = values.get(f"{JMX}host", "")
    for name in ("port", "rmi.port"):
        _add(found, "the JMX port in jvm_options", host, values.get(JMX + name, ""))
    for word in words:
        debugger, agent = JDWP.match(word), AGENT.match(word)
        if debugger:
            parts = dict(part.partition("=")[::2] for part in debugger.group(1).split(","))
            if parts.get("server") == "y":
                address, _colon, port = parts.get("address", "").rpartition(":")
                _add(found, "the debugger's port in jvm_options", address, port)
        elif agent:
            _add(found, "an agent's port in jvm_options", *_of_agent(agent.group(1)))
        elif word.startswith(PROPERTIES):
            _add(found, "an agent's port in jvm_options", "", word.partition("=")[2])
    return list(found.values())


def _add(found: dict[tuple[str, int], tuple[str, str, int]], kind: str, address: str, port: str) -> None:
    """The two ports of JMX may be one."""
    if port.isascii() and port.isdigit() and 0 < int(port) < 65536:
        found.setdefault((kind, int(port)), (kind, address, int(port)))


def _of_agent(text: str) -> tuple[str, str]:
    """Address and port in the arguments of an agent: "port=8778,host=x", "9404:file", "host:9404:file", "port:9091"."""
    named = re.search(r"(?:^|,)port[=:](\d+)", text)
    if named:
        host = re.search(r"(?:^|,)(?:host=|address:)([^,]+)", text)
        return host.group(1) if host else "", named.group(1)
    plain = re.match(r"(?:(\[[^\]]*\]|[A-Za-z0-9_.-]+):)?(\d{2,5})(?::|$)", text)
    return (plain.group(1) or "", plain.group(2)) if plain else ("", "")


def server(files: dict, options: list[str]) -> tuple[Server | None, str]:
    """What an own server.xml says, None if there is none or it is not read; and what is wrong with XML files."""
    problem = ""
    for name, text in files.items():
        if str(name).endswith(".xml"):
            try:
                _markup.read(str(text), lambda _name, _attributes: None)
            except _markup.NoXml as error:
                problem = f"conf_files {name!r} is no XML: {error}. Tomcat would not start with it."
            except _markup.DocumentType:
                pass
    text = files.get("server.xml")
    if text is None or problem:
        return None, problem
    found: list[tuple[str, str, str]] = []
    try:
        _markup.read(str(text), lambda name, attributes: found.extend(_sockets(name, attributes)))
    except _markup.DocumentType:
        return None, ""
    values = dict(word[2:].partition("=")[::2] for word in options if word.startswith("-D"))
    read = [(kind, _markup.replaced(address, values), _number(port, values)) for kind, address, port in found]
    return Server([one for one in read if one[2] > 0], all(one[2] for one in read)), ""


def elements(text: str, name: str) -> list[dict[str, str]]:
    """Attributes of all elements of that name in an XML text; none where it is not read."""
    found: list[dict[str, str]] = []
    try:
        _markup.read(text, lambda one, attributes: found.append(attributes) if one == name else None)
    except (_markup.NoXml, _markup.DocumentType):
        return []
    return found


def _sockets(name: str, attributes: dict) -> list[tuple[str, str, str]]:
    """(kind, address, port as it is written) of what one element opens."""
    offset = attributes.get("portOffset", "")
    if name in ("Server", "Connector"):
        address = attributes.get("address", "localhost" if name == "Server" else "")
        port = attributes.get("port", "8005" if name == "Server" else "")
        return [(f"{name} port", address, f"{port}+{offset}" if offset else port)]
    if name == "Listener" and attributes.get("className") == JMX_LISTENER:
        address = attributes.get("rmiBindAddress", "")
        names = ("rmiRegistryPortPlatform", "rmiServerPortPlatform")
        return [(key, address, attributes[key]) for key in names if attributes.get(key)]
    return []


def _number(text: str, values: dict[str, str]) -> int:
    """A port; -1 for none, 0 for one that is not known (or any that is free)."""
    port, _plus, offset = _markup.replaced(text, values).partition("+")
    try:
        return int(port) + int(offset or 0) if int(port) > 0 else int(port)
    except ValueError:
        return 0
