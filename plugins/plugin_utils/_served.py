# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ports of a site other machines use, who asks them, and where: what firewalls have to let in.

Pure: variables of hosts in, addresses out.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ..module_utils._rpc import interface as _interface
from . import _ports, _reached, _role_hosts, _upstreams

# AJP asks for a secret, and JMX with users for a password, so that they may be open too. A debugger asks for none, nor
# do most agents.
WEB = ("http_port", "https_port", "extra_connectors port", "Connector port in server.xml")
ROLES = ("supervisor", "tomcat_app", "load_balancer", "monitor_web")
CONTROLLER = ""
# Tags after which the services of a role run as the variables say.
_SERVES_AFTER = {role: {role, f"{role}_run"} for role in ROLES}
_SERVES_AFTER["load_balancer"].add("load_balancer_configure")
_SERVES_AFTER["monitor_web"].add("monitor_web_configure")
_ANSIBLES = ("ssh", "smart", "paramiko", "paramiko_ssh")
_THROUGH_OTHERS = re.compile(r"ProxyJump|ProxyCommand|(?:^|\s)-J")
_SSH_WORDS = ("ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_ssh_args")


class Asked(t.NamedTuple):
    """A port, and who asks it: a host of the inventory, or the controller."""

    asker: str
    host: str
    address: str
    port: int
    what: str
    role: str

    def told(self) -> dict[str, t.Any]:
        """As ports_reached takes it."""
        found = self._asdict()
        del found["asker"]
        return found


def beyond_loopback(addresses: t.Iterable[str]) -> list[int]:
    """Ports of "ADDRESS:PORT", or of "PORT", that other machines can use, each once; what is no number is left out."""
    found = set()
    for text in addresses:
        address, _colon, port = str(text).strip().rpartition(":")
        if port.isascii() and port.isdigit() and 0 < int(port) < 65536 and not _interface.is_loopback(address):
            found.add(int(port))
    return sorted(found)


def tomcat_holders(instances: t.Iterable[t.Mapping], absent: t.Iterable[t.Mapping], claims: t.Callable) -> list[dict]:
    """Who holds which ports in the firewall: one entry for each instance, without ports for one that is absent."""
    found = [{"name": f"tomcat_app/{item['name']}", "ports": _open(item, claims(item))} for item in instances]
    return found + [{"name": f"tomcat_app/{item['name']}", "ports": []} for item in absent]


def _open(item: t.Mapping, claims: t.Iterable[_ports.Claim]) -> list[int]:
    kinds = (*WEB, "ajp_port", *(["jmx_port"] if item.get("jmx_users") else []))
    return sorted({one.port for one in claims if one.kind in kinds and not _interface.is_loopback(one.address)})


def wanted_roles(tags: t.Iterable[str], skipped: t.Container[str]) -> list[str]:
    """The roles whose services a run with these tags has brought to what the variables say."""
    chosen = {str(tag) for tag in tags}
    left_out = [role for role in ROLES if role in skipped or f"{role}_run" in skipped]
    everything = bool({"all", "tagged"} & chosen)
    return [role for role in ROLES if role not in left_out and (everything or _SERVES_AFTER[role] & chosen)]


def site(
    there: t.Collection[str],
    hosts: t.Mapping[str, t.Mapping],
    groups: t.Mapping[str, t.Sequence[str]],
    roles: t.Collection[str],
) -> list[dict[str, t.Any]]:
    """All ports of a site that somebody else uses.

    :param there: names of the hosts that take part in this run: only they ask, and only they are asked.
    :param hosts: name -> variables, of all hosts.
    :param groups: all groups.
    :param roles: those whose ports are asked.
    :returns: for each that asks: asker ("" for the controller), and ports as the module ports_reached takes them.
    :raises ValueError: a variable cannot be read; names it.
    """
    found: list[Asked] = []
    apps, balancers, boards = (
        [hosts[name] for name in groups.get(group) or [] if name in there]
        for group in ("app_hosts", "lb_hosts", "monitor_hosts")
    )
    # What only they are sure to reach, nobody asks in their place.
    if "supervisor" in roles and (boards or not groups.get("monitor_hosts")):
        found += [one for host in apps for one in _daemon(host, boards)]
    balanced = _apps(balancers if {"tomcat_app", "load_balancer"} & set(roles) else [], hosts, groups)
    if "tomcat_app" in roles:
        found += [one for balancer, made in balanced for one in _members(balancer, made) if one.host in there]
        found += [] if groups.get("lb_hosts") else _tomcats(apps)
    if "load_balancer" in roles:
        found += [one for balancer, made in balanced for one in _balanced(balancer, made)]
    if "monitor_web" in roles:
        found += [one for board in boards for one in _board(board)]
    return _by_asker((one.asker, one.told()) for one in dict.fromkeys(found))


def _by_asker(asked: t.Iterable[tuple[str, dict[str, t.Any]]]) -> list[dict[str, t.Any]]:
    found: dict[str, list[dict[str, t.Any]]] = {}
    for asker, port in asked:
        found.setdefault(asker, []).append(port)
    return [{"asker": asker, "ports": ports} for asker, ports in found.items()]


def again(
    closed: t.Iterable[t.Mapping], there: t.Sequence[str], hosts: t.Mapping[str, t.Mapping]
) -> list[dict[str, t.Any]]:
    """Who else asks what does not answer the controller, which is no user of these ports and may have no way to them.

    :param closed: what ports_reached returned.
    :param there: names of the hosts that take part.
    :param hosts: name -> variables, of all hosts.
    :returns: as site() does. A host asks for another one; the controller once more where there is no such host.
    """
    return _by_asker(_once_more(one, there, hosts) for one in closed)


def _once_more(
    one: t.Mapping, there: t.Sequence[str], hosts: t.Mapping[str, t.Mapping]
) -> tuple[str, dict[str, t.Any]]:
    own = hosts[one["host"]]
    others = (name for name in there if name != one["host"] and _machine(hosts[name]) != _machine(own))
    # A name may be one that only the configuration of SSH knows.
    address = one["address"] if one["resolved"] else _address(own) or one["address"]
    kept = {key: one[key] for key in ("host", "port", "what", "role")}
    return next(others, CONTROLLER), {**kept, "address": address}


def _machine(host: t.Mapping) -> str:
    return str(host.get("ansible_host") or host["inventory_hostname"])


def _address(host: t.Mapping) -> str:
    """Its own address as its facts tell it; "" where they do not."""
    found = str(((host.get("ansible_facts") or {}).get("default_ipv4") or {}).get("address") or "")
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return ""


def _daemon(host: t.Mapping, boards: list[t.Mapping]) -> list[Asked]:
    """The daemon's own web server, which each dashboard asks, or else the controller."""
    inet = _role_hosts.value("supervisor", "supervisor_inet_http_server", host, {})
    gone = _role_hosts.value("supervisor", "supervisor_state", host, "present") == "absent"
    # Where a restart is put off, the daemon may still serve what it was started with.
    gone = gone or not _role_hosts.value("supervisor", "supervisor_restart_on_change", host, True)
    text = str(inet.get("port") or "")
    if gone or host.get("monitor_web_server") or not beyond_loopback([text]):
        return []
    listens = text.rpartition(":")[0]
    return _from_all(host, listens, beyond_loopback([text]), boards, ("supervisord", "supervisor"))


def _from_all(
    host: t.Mapping, listens: str, ports: list[int], askers: list[t.Mapping], named: tuple[str, str]
) -> list[Asked]:
    found = []
    for asker in [str(one["inventory_hostname"]) for one in askers] or [CONTROLLER]:
        place = _reached.reached(host, listens, asker or None)
        if place.address and (asker or _direct(host)):
            name = str(host["inventory_hostname"])
            found += [Asked(asker, name, place.address, port, *named) for port in ports]
    return found


def _direct(host: t.Mapping) -> bool:
    """Can the controller be expected to reach the host itself, and not only through another one?"""
    words = " ".join(str(host.get(name) or "") for name in _SSH_WORDS)
    return str(host.get("ansible_connection") or "ssh").rpartition(".")[2] in _ANSIBLES and not (
        _THROUGH_OTHERS.search(words)
    )


def _apps(balancers: t.Iterable[t.Mapping], hosts: t.Mapping, groups: t.Mapping) -> list[tuple[t.Mapping, list[dict]]]:
    """Each balancer, and its applications with their members, as its role has them."""
    plans: dict[str, list[dict]] = {}
    return [(balancer, _apps_of(balancer, hosts, groups, plans)) for balancer in balancers]


def _apps_of(balancer: t.Mapping, hosts: t.Mapping, groups: t.Mapping, plans: dict[str, list[dict]]) -> list[dict]:
    if _role_hosts.value("load_balancer", "load_balancer_state", balancer, "present") == "absent":
        return []
    group = _role_hosts.value("load_balancer", "load_balancer_group", balancer, "app_hosts")
    own = str(balancer["inventory_hostname"])
    declared = _role_hosts.value("load_balancer", "load_balancer_apps", balancer, [])
    base = int(_role_hosts.value("load_balancer", "load_balancer_port_base", balancer, 8000))
    behind = [hosts[name] for name in groups.get(group) or []]
    return _upstreams.apps(_upstreams.members(behind, own, plans), declared, base)


def _members(balancer: t.Mapping, made: list[dict]) -> list[Asked]:
    own = str(balancer["inventory_hostname"])
    return [
        Asked(own, member["host"], _bare(member["address"]), member["port"], member["instance"], "tomcat_app")
        for app in made
        for member in app["members"]
    ]


def _tomcats(apps: list[t.Mapping]) -> list[Asked]:
    direct = {str(host["inventory_hostname"]) for host in apps if _direct(host)}
    return [
        Asked(CONTROLLER, one["host"], _bare(one["address"]), one["port"], one["instance"], "tomcat_app")
        for one in _upstreams.members(apps)
        if one["host"] in direct and not one["unreachable"]
    ]


def _balanced(balancer: t.Mapping, made: list[dict]) -> list[Asked]:
    listens = _role_hosts.value("load_balancer", "load_balancer_listen", balancer, "")
    return [
        one
        for app in made
        if not _interface.is_loopback(listens)
        for one in _from_all(balancer, listens, [app["port"]], [], (f"nginx for {app['name']}", "load_balancer"))
    ]


def _board(board: t.Mapping) -> list[Asked]:
    secured = _role_hosts.value("monitor_web", "monitor_web_tls", board, False)
    port = int(_role_hosts.value("monitor_web", "monitor_web_port", board, 443 if secured else 80))
    addresses = _role_hosts.value("monitor_web", "monitor_web_address", board, []) or [""]
    return [
        one
        for address in map(str, addresses)
        if not _interface.is_loopback(address)
        for one in _from_all(board, address, [port], [], ("the dashboard", "monitor_web"))
    ]


def _bare(address: str) -> str:
    return address.strip("[]")
