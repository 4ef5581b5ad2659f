# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ports are open to others, who asks them, and where."""

from __future__ import annotations

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _served
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.site_ports import site_ports
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.site_ports_again import site_ports_again
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.tomcat_plan import tomcat_plan
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.tomcat_served import tomcat_served

SETTINGS = {
    "version": "10.1.34",
    "releases": [{"version": "10.1.34", "archive": "t.tar.gz"}],
    "home_root": "/opt/tomcat",
    "base_root": "/opt",
    "log_dir": "/log",
    "java_home": "/jdk",
    "user": "tomcat",
    "http_port_base": 8080,
    "shutdown_port_base": 8005,
}
GROUPS = {"app_hosts": ["c701", "c703"], "lb_hosts": ["c702"], "monitor_hosts": ["c702"]}
ROLES = tuple(_served.ROLES)


def host(name: str, address: str = "", **variables) -> dict:
    return {"inventory_hostname": name, "ansible_host": address or f"10.0.0.{name[-2:].lstrip('0')}", **variables}


def fleet(**more) -> dict[str, dict]:
    app = {"supervisor_inet_http_server": {"port": "*:9001"}, "tomcat_app_instances": [{"name": "shop"}]}
    return {"c701": host("c701", **app, **more), "c703": host("c703", **app), "c702": host("c702")}


def asked(hosts: dict, groups: dict, roles: tuple[str, ...] = ROLES) -> set[tuple]:
    found = _served.site(list(hosts), hosts, groups, list(roles))
    return {(one["asker"], port["host"], port["address"], port["port"]) for one in found for port in one["ports"]}


@pytest.mark.parametrize(
    ("texts", "ports"),
    [
        (["9001"], [9001]),
        (["*:9001", "0.0.0.0:80", "[::]:80"], [80, 9001]),
        (["127.0.0.1:9001", "localhost:9001", "[::1]:9001"], []),
        (["10.0.0.1:9001"], [9001]),
        (["", "%(ENV_PORT)s", ":", "*:0", "*:70000"], []),
    ],
)
def test_a_port_counts_unless_it_is_of_loopback(texts, ports):
    assert _served.beyond_loopback(texts) == ports


def test_of_a_tomcat_is_opened_what_others_use_and_what_asks_for_a_password():
    items = [
        {
            "name": "shop",
            "ajp_port": 8009,
            "ajp_address": "0.0.0.0",
            "ajp_secret": "x",
            "jmx_port": 9010,
            "jmx_address": "0.0.0.0",
            "jmx_users": [{"name": "monitor", "password": "x" * 12}],
            "debug_port": 8787,
            "debug_address": "0.0.0.0",
            "agent_port": 9404,
            "extra_connectors": [{"port": 8090}, {"port": 8091, "address": "127.0.0.1"}],
        },
        {"name": "inner", "http_address": "127.0.0.1"},
        {"name": "gone", "state": "absent"},
    ]
    plan = tomcat_plan(items, SETTINGS, {"privileged": True, "homes": []})
    assert tomcat_served(plan) == [
        {"name": "tomcat_app/shop", "ports": [8009, 8080, 8090, 9010]},
        {"name": "tomcat_app/inner", "ports": []},
        {"name": "tomcat_app/gone", "ports": []},
    ]


def test_jmx_that_asks_for_no_password_is_not_opened():
    word = "-Dcom.sun.management.jmxremote.authenticate=false"
    items = [{"name": "a", "jmx_port": 9010, "jmx_address": "0.0.0.0", "jvm_options": [word]}]
    plan = tomcat_plan(items, SETTINGS, {"privileged": True, "homes": []})
    assert plan["errors"] == []
    assert tomcat_served(plan) == [{"name": "tomcat_app/a", "ports": [8080]}]


def test_each_port_is_asked_from_who_uses_it():
    assert asked(fleet(), GROUPS) == {
        ("c702", "c701", "10.0.0.1", 9001),
        ("c702", "c703", "10.0.0.3", 9001),
        ("c702", "c701", "10.0.0.1", 8080),
        ("c702", "c703", "10.0.0.3", 8080),
        ("", "c702", "10.0.0.2", 8000),
        ("", "c702", "10.0.0.2", 80),
    }


def test_without_a_balancer_and_a_dashboard_the_controller_asks():
    groups = {"app_hosts": ["c701"]}
    assert asked(fleet(), groups) == {("", "c701", "10.0.0.1", 9001), ("", "c701", "10.0.0.1", 8080)}


def test_nobody_asks_in_the_place_of_those_who_take_no_part():
    groups = {name: list(hosts) for name, hosts in GROUPS.items()}
    assert site_ports(["c701"], fleet(), groups, ["all"]) == []
    (one,) = site_ports(["c701"], fleet(), {**groups, "monitor_hosts": []}, ["all"])
    assert [port["port"] for port in one["ports"]] == [9001]


@pytest.mark.parametrize(
    "more",
    [
        {"ansible_ssh_common_args": "-o ProxyJump=bastion"},
        {"ansible_ssh_extra_args": "-J bastion"},
        {"ansible_connection": "containers.podman.podman"},
        {"ansible_connection": "local"},  # it is the host itself
        {"ansible_host": "127.0.0.1", "ansible_port": 2222},
    ],
)
def test_the_controller_does_not_ask_where_it_has_no_way_of_its_own(more):
    hosts = {"c701": {**fleet()["c701"], **more}}
    assert asked(hosts, {"app_hosts": ["c701"]}) == set()


def test_what_listens_on_loopback_or_is_absent_is_not_asked():
    hosts = fleet()
    hosts["c701"].update(supervisor_inet_http_server={"port": "127.0.0.1:9001"}, tomcat_app_instances=[])
    hosts["c703"].update(supervisor_state="absent", tomcat_app_instances=[{"name": "shop", "state": "stopped"}])
    hosts["c702"].update(load_balancer_state="absent", monitor_web_address=["127.0.0.1"])
    assert asked(hosts, GROUPS) == set()


def test_a_daemon_that_the_dashboard_reaches_in_another_way_is_not_asked():
    assert asked(fleet(monitor_web_server={"url": "http://10.9.9.9/RPC2"}), GROUPS, ["supervisor"]) == {
        ("c702", "c703", "10.0.0.3", 9001)
    }


def test_a_daemon_whose_restart_is_put_off_may_serve_its_former_port():
    assert asked(fleet(supervisor_restart_on_change="no"), GROUPS, ["supervisor"]) == {
        ("c702", "c703", "10.0.0.3", 9001)
    }


def closed(host_name: str, **more) -> dict:
    entry = {"host": host_name, "address": "10.0.0.2", "port": 80, "what": "", "role": "", "why": "x", "resolved": True}
    return {**entry, **more}


def again(one: dict, there: list[str], hosts: dict) -> list[tuple]:
    found = site_ports_again([one], there, hosts)
    return [(each["asker"], port["host"], port["address"]) for each in found for port in each["ports"]]


def test_what_does_not_answer_the_controller_is_asked_from_another_machine_if_there_is_one():
    hosts = {**fleet(), "alias": host("alias", "10.0.0.2")}
    assert again(closed("c702"), ["alias", "c702", "c703"], hosts) == [("c703", "c702", "10.0.0.2")]
    assert again(closed("c702"), ["alias", "c702"], hosts) == [("", "c702", "10.0.0.2")]


@pytest.mark.parametrize(
    ("facts", "address"),
    [
        ({"default_ipv4": {"address": "10.0.9.9"}}, "10.0.9.9"),
        ({"default_ipv4": {"address": "-oProxyCommand=x"}}, "c702"),
        ({"default_ipv4": {}}, "c702"),
        ({}, "c702"),
    ],
)
def test_a_host_whose_name_only_ssh_knows_is_asked_at_its_own_address(facts, address):
    hosts = {**fleet(), "c702": host("c702", "c702", ansible_facts=facts)}
    one = closed("c702", address="c702", resolved=False)
    assert again(one, ["c703", "c702"], hosts) == [("c703", "c702", address)]
    assert again({**one, "resolved": True}, ["c703", "c702"], hosts) == [("c703", "c702", "c702")]


def test_the_ports_are_those_of_the_variables():
    hosts = fleet()
    hosts["c702"].update(
        monitor_web_tls="yes", load_balancer_apps=[{"name": "all", "instances": ["shop"], "port": 8443}]
    )
    assert asked(hosts, GROUPS, ["load_balancer", "monitor_web"]) == {
        ("", "c702", "10.0.0.2", 8443),
        ("", "c702", "10.0.0.2", 443),
    }


def test_the_plan_of_a_host_is_made_once_for_all_its_balancers(monkeypatch):
    """It is most of the work: a thousand hosts of many Tomcats would take minutes."""
    made = []
    plan = _served._upstreams._planned
    monkeypatch.setattr(
        _served._upstreams, "_planned", lambda host: made.append(host["inventory_hostname"]) or plan(host)
    )
    hosts = {**fleet(), "c704": host("c704")}
    assert len(asked(hosts, {**GROUPS, "lb_hosts": ["c702", "c704"]}, ["load_balancer", "tomcat_app"])) == 6
    assert made == ["c701", "c703"]


def test_a_balancer_alone_is_asked_at_the_ports_of_all_its_applications():
    found = site_ports(["c702"], fleet(), GROUPS, ["load_balancer", "tomcat_app"])
    assert [(one["asker"], [port["port"] for port in one["ports"]]) for one in found] == [("", [8000])]


def test_what_is_told_names_the_variable():
    (one,) = _served.site(["c701"], fleet(), {"app_hosts": ["c701"]}, ["supervisor"])
    assert one["ports"][0]["role"] == "supervisor"


@pytest.mark.parametrize(
    ("tags", "skipped", "roles"),
    [
        (["all"], [], ROLES),
        (["all"], ["monitor_web"], ROLES[:3]),
        (["all"], ["tomcat_app_run"], ["supervisor", "load_balancer", "monitor_web"]),
        (["load_balancer_run"], [], ["load_balancer"]),
        (["load_balancer_configure"], [], ["load_balancer"]),
        (["tomcat_app_install", "supervisor_configure"], [], []),  # nothing runs yet on a new host
        (["site_check"], [], []),
        (["jdk"], [], []),
    ],
)
def test_only_ports_of_the_roles_that_ran_are_asked(tags, skipped, roles):
    assert _served.wanted_roles(tags, skipped) == list(roles)
