# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a Tomcat believes where a request came from, what it logs of it, and how a balancer knows it again.

Pure: text and numbers in, text and numbers out.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from . import _reached, _role_hosts

INHERITED = ("remote_ip", "access_log", "valves", "jvm_route")
VALVE = "org.apache.catalina.valves.RemoteIpValve"
# What Java writes of an address that has no name: no zeros are left out.
_OCTET = r"\d{1,3}"
_HEXTET = "[0-9a-f]{1,4}"
_LOG_ATTRIBUTES = {
    "pattern": "pattern",
    "directory": "directory",
    "prefix": "prefix",
    "suffix": "suffix",
    "file_date_format": "fileDateFormat",
    "max_days": "maxDays",
    "request_attributes_enabled": "requestAttributesEnabled",
}
_LOG_DEFAULTS = {
    "directory": "logs",
    "prefix": "localhost_access_log",
    "suffix": ".txt",
    "pattern": '%h %l %u %t "%r" %s %b',
}


def balancers(hosts: t.Iterable[t.Mapping], name: str, groups: t.Mapping, instances: list[str]) -> list[dict]:
    """The load balancers in front of one host's instances.

    :param hosts: the variables of each host that runs the role load_balancer, as in hostvars.
    :param name: the host with the Tomcats.
    :param groups: group -> its hosts.
    :param instances: names of its instances.
    :returns: host, address ("" where nobody can tell it), numeric (is it no name?), and instances: name -> the route
              that sticky sessions know it by, "" without such.
    """
    found = []
    for host in hosts:
        group = _role_hosts.value("load_balancer", "load_balancer_group", host, "app_hosts")
        gone = _role_hosts.value("load_balancer", "load_balancer_state", host, "present") == "absent"
        if gone or name not in (groups.get(group) or []):
            continue
        served = _served(host, name, instances)
        if served:
            own = str(host["inventory_hostname"])
            # Of another host an address like 127.0.0.1 is the end of a tunnel; here it would be every local account.
            address = _reached.reached(host, "", name).address
            numeric = not address or _numeric(address)
            found.append({"host": own, "address": address, "numeric": numeric, "instances": served})
    return found


def _served(host: t.Mapping, name: str, instances: list[str]) -> dict[str, str]:
    """Instances that a balancer sends requests to, with their routes."""
    apps = _role_hosts.value("load_balancer", "load_balancer_apps", host, [])
    usual = _role_hosts.value("load_balancer", "load_balancer_sticky", host, "none")
    apps = apps or [{"name": instance} for instance in instances]
    found: dict[str, str] = {}
    for app in apps:
        sticky = (app.get("sticky") or usual) == "route"
        for instance in app.get("instances") or [app["name"]]:
            if instance in instances and not found.get(instance):
                found[instance] = route(name, instance) if sticky else ""
    return found


def route(host: str, instance: str) -> str:
    """What a load balancer calls an instance that has no jvm_route. Behind the last dot of a session's id."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", f"{host}-{instance}")


def _numeric(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def fill_route(full: dict, settings: dict) -> None:
    """Note by which name sticky sessions know an instance: its own, or the one that a load balancer goes by.

    :param settings: the role's variables, with balancers (see there).
    """
    routes = [one["instances"][full["name"]] for one in _before(full, settings)]
    full["jvm_route"] = full["jvm_route"] or next(filter(None, routes), "")


def _before(full: dict, settings: dict) -> list[dict]:
    """The balancers that send requests to an instance."""
    return [one for one in settings.get("balancers") or [] if full["name"] in one["instances"]]


def fill(full: dict, settings: dict) -> None:
    """Note the valves of an instance, and what is wrong with remote_ip.

    :param full: the instance as it is filled in so far.
    :param settings: the role's variables, with balancers (see there) and resolved (name -> addresses).
    """
    before = _before(full, settings)
    resolved = settings.get("resolved") or {}
    addresses = [found for one in before for found in resolved.get(one["address"], [one["address"]])]
    full["remote_ip_valve"], full["remote_ip_problem"] = remote_ip(full, [one for one in addresses if _numeric(one)])
    full["access_log_valve"] = access_log(full["access_log"], bool(full["remote_ip_valve"]))


def remote_ip(full: dict, addresses: list[str]) -> tuple[dict[str, t.Any], str]:
    """The attributes of the RemoteIpValve, {} for none, and what is wrong.

    :param addresses: of the load balancers in front of the instance.
    """
    said = full["remote_ip"]
    said = "auto" if said is None or said == "" else said
    own = any(str(valve.get("className") or "").endswith(".RemoteIpValve") for valve in full["valves"] or [])
    if said in ("false", False) or (said == "auto" and (own or not addresses)):
        return {}, ""
    if own:
        return {}, "remote_ip beside a RemoteIpValve in valves: leave one of them out (remote_ip: false)."
    options = said if isinstance(said, dict) else {}
    trusted = options.get("proxies") or addresses
    if not trusted:
        return {}, (
            "remote_ip is on, but no load balancer of the inventory serves this instance: name whom to believe, "
            "remote_ip: {proxies: [10.0.0.9]}, or see tomcat_app_load_balancer_group."
        )
    try:
        patterns = sorted({pattern(str(one)) for one in trusted})
    except ValueError as error:
        return {}, f"remote_ip: proxies: {error}"
    return {
        "className": VALVE,
        "internalProxies": "|".join(patterns),
        "remoteIpHeader": options.get("remote_ip_header") or "X-Forwarded-For",
        "protocolHeader": options.get("protocol_header") or "X-Forwarded-Proto",
        "portHeader": options.get("port_header") or "X-Forwarded-Port",
        **(options.get("attributes") or {}),
    }, ""


def pattern(text: str) -> str:
    """A regular expression for an address, or a network with its length, as Java writes its addresses.

    :raises ValueError: a sentence for people.
    """
    try:
        network = ipaddress.ip_network(text.strip("[] "), strict=False)
    except ValueError:
        raise ValueError(f"{text!r} is no address. Use 10.0.0.9, fd00::9 or a network such as 10.0.0.0/24.") from None
    if network.version == 4:
        return _of_ipv4(network)
    if network.prefixlen % 16:
        raise ValueError(f"{text!r}: the length of an IPv6 network must be a multiple of 16 here, such as /48 or /64.")
    parts = [f"{int(part, 16):x}" for part in network.network_address.exploded.split(":")]
    full = network.prefixlen // 16
    written = ":".join(parts[:full] + [_HEXTET] * (8 - full))
    short = str(network.network_address)
    return written if network.prefixlen < 128 or short == written else f"{written}|{short}"


def _of_ipv4(network: ipaddress.IPv4Network) -> str:
    octets = [int(part) for part in str(network.network_address).split(".")]
    full, bits = divmod(network.prefixlen, 8)
    words = [str(octet) for octet in octets[:full]]
    if bits:
        first = octets[full]
        words.append(f"(?:{'|'.join(map(str, range(first, first + (1 << (8 - bits)))))})")
    return r"\.".join(words + [_OCTET] * (4 - len(words)))


def access_log(said: t.Any, behind_proxies: bool) -> dict[str, t.Any]:
    """The attributes of the AccessLogValve, {} for none.

    :param said: true, false, or the options of the log.
    :param behind_proxies: then it logs the client that the RemoteIpValve has found, unless the options say otherwise.
    """
    if said is False or said is None:
        return {}
    given = {key: value for key, value in said.items() if value is not None} if isinstance(said, dict) else {}
    options = {**_LOG_DEFAULTS, **({"request_attributes_enabled": True} if behind_proxies else {}), **given}
    named = {_LOG_ATTRIBUTES[key]: value for key, value in options.items() if key in _LOG_ATTRIBUTES}
    return {"className": "org.apache.catalina.valves.AccessLogValve", **named, **(given.get("attributes") or {})}
