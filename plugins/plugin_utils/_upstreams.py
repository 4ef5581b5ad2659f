# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who stands behind a load balancer: the Tomcats of the inventory and the upstreams made of them.

Pure: text and numbers in, text and numbers out.
"""

from __future__ import annotations

import re
import typing as t

from ..module_utils._rpc import interface as _interface
from . import _ports, _reached, _role_hosts, _role_spec, _tomcat_listen, _tomcat_plan, _tomcat_proxies

PREFIX = "tomcat_app_"
# What the role tomcat_app assumes when an inventory says nothing; the defaults of a role are seen by nobody else.
DEFAULTS: dict[str, t.Any] = {
    "home_root": "/opt/tomcat",
    "base_root": "/opt",
    "log_dir": "/var/log/tomcat_app",
    "http_port_base": 8080,
    "ready_timeout": 60,
}
TRUST = ("validate_certs", "ca_path", "server_name")
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
ROUTE = re.compile(r"^[A-Za-z0-9_-]+$")
COOKIE = re.compile(r"^[A-Za-z0-9_]+$")
BACKUPS = (
    8  # so many members take the place of one that does not answer: files of many members must not grow by squares
)
HOST = re.compile(r"^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])$")


def members(
    hosts: t.Iterable[t.Mapping], own: str | None = None, known: dict[str, list[dict]] | None = None
) -> list[dict[str, t.Any]]:
    """The Tomcats of some hosts, each as one that could stand in an upstream.

    :param hosts: the variables of each host, as in hostvars.
    :param own: the host that sends them requests, by its name in the inventory; None for one that is not in it.
    :param known: plans of hosts that were made before, by name; those of others are added. The plan of a host is most
                  of the work, and the same for all that send it requests.
    :returns: name ("c701/app01"), host, instance, address, port, scheme ("https" where there is TLS only), weight,
              route (for sticky sessions), unreachable ("", or why there is no address), and what the role tomcat_app
              would wait for: url, status, timeout, log, trust, health.
    """
    plans = {} if known is None else known
    return [member for host in hosts for member in _of_host(host, own, plans)]


def _planned(host: t.Mapping) -> list[dict]:
    items = _role_hosts.value("tomcat_app", PREFIX + "instances", host, [])
    settings = {key: _setting(key, host) for key in _settings()}
    return list(_tomcat_plan.plan(items, settings, {})["all"])


def _of_host(host: t.Mapping, own: str | None, plans: dict[str, list[dict]]) -> list[dict[str, t.Any]]:
    name = str(host["inventory_hostname"])
    if name not in plans:
        plans[name] = _planned(host)
    return [
        {
            "name": f"{name}/{item['name']}",
            "host": name,
            "instance": item["name"],
            "address": _reached.bracketed(_place(item, host, own).address),
            "port": int(item["http_port"] if item["http_port"] > 0 else item["https_port"]),
            "scheme": "http" if item["http_port"] > 0 else "https",
            "route": str(item["jvm_route"] or _tomcat_proxies.route(name, item["name"])),
            "weight": int(host.get("load_balancer_member_weight") or 1),
            "url": item["ready"]["url"],
            "status": item["ready"]["status"],
            "timeout": float(item["ready"]["timeout"]),
            "log": item["ready"]["log"] or "",
            "trust": {key: item["ready"][key] for key in TRUST if key in item["ready"]},
            "health": item["ready"]["health"],
            "unreachable": _place(item, host, own).why,
        }
        for item in plans[name]
        if item["state"] in ("started", "restarted", "present")
    ]


def _setting(key: str, host: t.Mapping) -> t.Any:
    """One of them; jvm_route is only an option of an instance."""
    known = PREFIX + key in _role_spec.options("tomcat_app")
    return _role_hosts.value("tomcat_app", PREFIX + key, host, DEFAULTS.get(key)) if known else DEFAULTS.get(key)


def _settings() -> set[str]:
    more = {"ajp_address", "jvm_options", "environment", *(f"{kind}_base" for kind in _tomcat_listen.PORTS)}
    return {*_tomcat_plan.INHERITED, *DEFAULTS, *more}


def _place(item: dict, host: t.Mapping, own: str | None) -> _reached.Reached:
    """Where others reach a Tomcat: the address it listens on, if it is one, or that of its host."""
    address = str(item["http_address"] or "")
    # Any other name may stand for whichever address of the host.
    listens = address if _interface.is_loopback(address) else _ports.normal_address(address)
    return _reached.reached(host, listens, own, told=str(host.get("load_balancer_member_address") or ""))


def apps(
    found: list[dict], declared: list[dict], port_base: int, sticky: str = "none", cookie: str = ""
) -> list[dict[str, t.Any]]:
    """The applications behind a load balancer, complete and checked.

    :param found: what members() returned.
    :param declared: load_balancer_apps; without any, each name of an instance is an application of its own.
    :param sticky: load_balancer_sticky, for applications that say nothing of it.
    :param cookie: load_balancer_sticky_cookie.
    :raises ValueError: a sentence that names the application and what to change.
    """
    names = list(dict.fromkeys(member["instance"] for member in found))
    wanted = declared or [{"name": name} for name in names]
    result = [_app(entry, index, found, port_base) for index, entry in enumerate(wanted)]
    for app in result:
        _stick(app, sticky, cookie)
    doubled = {app["name"] for app in result if [other["name"] for other in result].count(app["name"]) > 1}
    if doubled:
        raise ValueError(f"the application {sorted(doubled)[0]} is listed twice; give each a name of its own")
    _refuse_collisions(result)
    return result


def _app(entry: dict, index: int, found: list[dict], port_base: int) -> dict[str, t.Any]:
    name = str(entry.get("name") or "")
    if not NAME.match(name):
        raise ValueError(f"an application is called {name!r}; use letters, digits, '_', '.' and '-'")
    instances = [str(item) for item in entry.get("instances") or [name]]
    behind = [member for member in found if member["instance"] in instances]
    if not behind:
        raise ValueError(
            f"the application {name} has no member: no host has an instance called {' or '.join(instances)} in "
            "tomcat_app_instances. Name them in instances, or see load_balancer_group"
        )
    for member in behind:
        if member.get("unreachable"):
            raise ValueError(
                f"{member['name']} of the application {name} cannot be reached from the load balancer, because "
                f"{member['unreachable']}. Change tomcat_app_http_address or the http_address of the instance, set "
                "load_balancer_member_address of its host, or list the applications without it in load_balancer_apps"
            )
        if not HOST.match(member["address"]):
            raise ValueError(
                f"{member['name']} has the address {member['address']!r}, which nginx cannot use; set its host's "
                "load_balancer_member_address"
            )
    if bool(entry.get("tls_certificate")) != bool(entry.get("tls_key")):
        raise ValueError(f"the application {name} needs both tls_certificate and tls_key, or neither")
    schemes = {member["scheme"] for member in behind}
    if len(schemes) > 1:
        secured = next(member["name"] for member in behind if member["scheme"] == "https")
        raise ValueError(
            f"the application {name} has members with and without TLS ({secured} has TLS only); give all of them an "
            "http_port, or none"
        )
    return {
        **entry,
        "scheme": schemes.pop(),
        "name": name,
        "port": int(entry.get("port") or port_base + index),
        "server_names": [str(item) for item in entry.get("server_names") or []],
        "members": behind,
    }


def _stick(app: dict, sticky: str, cookie: str) -> None:
    """How sessions of an application stay at their member: sticky, cookie, and for each member who takes its place."""
    app["sticky"] = app.get("sticky") or sticky
    # Browsers send a cookie to every port of a name, so each application has its own.
    own = "fleet_route_" + re.sub(r"[^A-Za-z0-9_]", "_", app["name"])
    app["sticky_cookie"] = cookie or ("JSESSIONID" if app["sticky"] == "route" else own)
    if app["sticky"] == "none":
        return
    if not COOKIE.match(app["sticky_cookie"]):
        raise ValueError(
            f"sticky_cookie {app['sticky_cookie']!r} cannot be read by nginx; use letters, digits and '_' "
            "(load_balancer_sticky_cookie)"
        )
    behind = app["members"]
    routes = [member["route"] for member in behind]
    for member in behind:
        if not ROUTE.match(member["route"]) or routes.count(member["route"]) > 1:
            usable = ROUTE.match(member["route"])
            wrong = f"another member of {app['name']} has, too" if usable else "nginx cannot use"
            raise ValueError(
                f"{member['name']} has the jvm_route {member['route']!r}, which {wrong}; give each a route of its own, "
                "of letters, digits, '_' and '-', or none"
            )
    app["members"] = [
        {**member, "backups": (behind[index + 1 :] + behind[:index])[:BACKUPS]} for index, member in enumerate(behind)
    ]


def _refuse_collisions(result: list[dict]) -> None:
    seen: dict[tuple[int, str], str] = {}
    for app in result:
        for server_name in app["server_names"] or [""]:
            other = seen.setdefault((app["port"], server_name), app["name"])
            if other != app["name"]:
                called = f"under the name {server_name}" if server_name else "without server_names"
                raise ValueError(
                    f"the applications {other} and {app['name']} both listen on port {app['port']} {called}; "
                    "give one another port, or different server_names"
                )
