# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a Tomcat believes where a request came from, and what it logs: its balancers, and no one else."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _tomcat_proxies
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.tomcat_balancers import tomcat_balancers

GROUPS = {"app_hosts": ["c701", "c702"], "shop_hosts": ["c703"]}
ONE = {"host": "lb1", "address": "10.0.0.9", "numeric": True, "instances": {"app01": ""}}


def balancer(**more: t.Any) -> dict[str, t.Any]:
    return {"inventory_hostname": "lb1", "ansible_host": "10.0.0.9", **more}


def found(host: str = "c701", **more: t.Any) -> list[dict]:
    return tomcat_balancers([balancer(**more)], host, GROUPS, ["app01", "app02"])


def filled(item: dict, **settings: t.Any) -> dict[str, t.Any]:
    full = {"name": "app01", "remote_ip": "auto", "access_log": True, "valves": [], "jvm_route": "", **item}
    _tomcat_proxies.fill_route(full, {"balancers": [ONE], **settings})
    _tomcat_proxies.fill(full, {"balancers": [ONE], **settings})
    return full


def test_a_balancer_without_a_list_serves_every_instance() -> None:
    (one,) = found()
    assert one == {"host": "lb1", "address": "10.0.0.9", "numeric": True, "instances": {"app01": "", "app02": ""}}


@pytest.mark.parametrize(
    ("more", "instances"),
    [
        ({"load_balancer_apps": [{"name": "shop", "instances": ["app02"]}]}, {"app02": ""}),
        ({"load_balancer_apps": [{"name": "app01"}]}, {"app01": ""}),
        ({"load_balancer_sticky": "route"}, {"app01": "c701-app01", "app02": "c701-app02"}),
        (
            {"load_balancer_apps": [{"name": "app01", "sticky": "route"}, {"name": "app02", "sticky": "cookie"}]},
            {"app01": "c701-app01", "app02": ""},
        ),
    ],
)
def test_a_balancer_serves_what_it_says(more: dict, instances: dict) -> None:
    assert found(**more)[0]["instances"] == instances


@pytest.mark.parametrize(
    ("host", "more"),
    [
        ("c703", {}),
        ("c701", {"load_balancer_group": "shop_hosts"}),
        ("c701", {"load_balancer_state": "Absent"}),
        ("c701", {"load_balancer_apps": [{"name": "other"}]}),
    ],
)
def test_others_do_not(host: str, more: dict) -> None:
    assert found(host, **more) == []


@pytest.mark.parametrize(("host", "believed"), [("127.0.0.1", []), ("localhost", []), ("10.0.0.9", ["10\\.0\\.0\\.9"])])
def test_the_end_of_a_tunnel_is_not_believed(host: str, believed: list[str]) -> None:
    """Every account of the host could say there what client it is."""
    balancers = found(ansible_host=host)
    assert [one["address"] for one in balancers if not one["numeric"]] == []
    assert filled({}, balancers=balancers)["remote_ip_valve"].get("internalProxies", "") == "".join(believed)


def test_what_a_balancer_says_of_itself_and_cannot_be_meant_is_told_with_its_host() -> None:
    with pytest.raises(AnsibleFilterError, match="lb1: load_balancer_apps"):
        found(load_balancer_apps="shop")


def test_a_tomcat_believes_its_balancers_by_itself() -> None:
    valve = filled({})["remote_ip_valve"]
    assert valve["className"] == "org.apache.catalina.valves.RemoteIpValve"
    assert re.fullmatch(valve["internalProxies"], "10.0.0.9")
    assert not re.fullmatch(valve["internalProxies"], "10.0.0.99")
    assert not re.fullmatch(valve["internalProxies"], "10a0b0c9")


@pytest.mark.parametrize(
    ("item", "settings"),
    [
        ({"name": "app02"}, {}),
        ({"remote_ip": "false"}, {}),
        ({"valves": [{"className": "org.apache.catalina.valves.RemoteIpValve"}]}, {}),
        ({}, {"balancers": [{**ONE, "address": "lb1.example", "numeric": False}]}),
        ({}, {"balancers": []}),
    ],
)
def test_and_nobody_else(item: dict, settings: dict) -> None:
    full = filled(item, **settings)
    assert (full["remote_ip_valve"], full["remote_ip_problem"]) == ({}, "")


def test_a_balancer_with_a_name_is_known_by_what_the_host_makes_of_it() -> None:
    balancers = [{**ONE, "address": "lb1.example", "numeric": False}]
    valve = filled({}, balancers=balancers, resolved={"lb1.example": ["10.0.0.7", "fd00::7"]})["remote_ip_valve"]
    for address in ("10.0.0.7", "fd00:0:0:0:0:0:0:7", "fd00::7"):
        assert re.fullmatch(valve["internalProxies"], address)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"name": "app02", "remote_ip": "true"}, "no load balancer of the inventory serves this instance"),
        ({"remote_ip": {"proxies": ["lb1.example"]}}, "'lb1.example' is no address"),
        ({"remote_ip": {"proxies": ["fd00::/20"]}}, "multiple of 16"),
        ({"remote_ip": "true", "valves": [{"className": "x.RemoteIpValve"}]}, "leave one of them out"),
    ],
)
def test_what_was_asked_for_and_cannot_be_is_refused(item: dict, words: str) -> None:
    assert words in filled(item)["remote_ip_problem"]


def test_what_is_said_of_it_goes_before_what_is_usual() -> None:
    said = {"proxies": ["192.0.2.1"], "remote_ip_header": "X-Client", "attributes": {"trustedProxies": "x"}}
    valve = filled({"remote_ip": said})["remote_ip_valve"]
    assert (valve["internalProxies"], valve["remoteIpHeader"]) == (r"192\.0\.2\.1", "X-Client")
    assert (valve["protocolHeader"], valve["trustedProxies"]) == ("X-Forwarded-Proto", "x")


@pytest.mark.parametrize(
    ("network", "inside", "outside"),
    [
        ("10.0.0.0/8", ["10.1.2.3"], ["11.1.2.3", "100.1.2.3"]),
        ("172.16.0.0/12", ["172.16.0.1", "172.31.255.255"], ["172.15.0.1", "172.32.0.1"]),
        ("192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127", "192.0.2.12"]),
        ("0.0.0.0/0", ["203.0.113.7"], ["fd00:0:0:0:0:0:0:1"]),
        ("fd00:1::/32", ["fd00:1:0:0:0:0:0:9", "fd00:1:ffff:1:2:3:4:5"], ["fd00:2:0:0:0:0:0:9"]),
        ("::1", ["0:0:0:0:0:0:0:1", "::1"], ["0:0:0:0:0:0:0:11"]),
        ("[fd00::9]", ["fd00:0:0:0:0:0:0:9"], ["fd00:0:0:0:0:0:0:90"]),
    ],
)
def test_a_network_is_what_java_writes_of_its_addresses(network: str, inside: list[str], outside: list[str]) -> None:
    pattern = _tomcat_proxies.pattern(network)
    assert [address for address in inside if not re.fullmatch(pattern, address)] == []
    assert [address for address in outside if re.fullmatch(pattern, address)] == []


def test_sessions_that_stay_need_a_route_and_an_own_one_wins() -> None:
    sticky = [{**ONE, "instances": {"app01": "c701-app01"}}]
    assert filled({}, balancers=sticky)["jvm_route"] == "c701-app01"
    assert filled({"jvm_route": "mine"}, balancers=sticky)["jvm_route"] == "mine"
    assert filled({})["jvm_route"] == ""
    assert _tomcat_proxies.route("c701.example.com", "app_01") == "c701-example-com-app_01"


def test_the_log_of_requests_is_tomcats_usual_one() -> None:
    assert _tomcat_proxies.access_log(True, False) == {
        "className": "org.apache.catalina.valves.AccessLogValve",
        "directory": "logs",
        "prefix": "localhost_access_log",
        "suffix": ".txt",
        "pattern": '%h %l %u %t "%r" %s %b',
    }
    assert _tomcat_proxies.access_log(False, True) == {}


def test_the_log_tells_the_client_that_was_found_behind_a_proxy() -> None:
    assert filled({})["access_log_valve"]["requestAttributesEnabled"] is True
    assert (
        filled({"access_log": {"request_attributes_enabled": False}})["access_log_valve"]["requestAttributesEnabled"]
        is False
    )


def test_the_log_of_requests_has_options() -> None:
    said = {"pattern": "combined", "max_days": 30, "suffix": None, "attributes": {"encoding": "UTF-8"}}
    valve = _tomcat_proxies.access_log(said, False)
    assert (valve["pattern"], valve["maxDays"], valve["suffix"], valve["encoding"]) == ("combined", 30, ".txt", "UTF-8")
