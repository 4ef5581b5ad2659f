# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstreams from the inventory: by the same rules as role tomcat_app, and nothing nginx would refuse."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _upstreams
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.balanced_apps import balanced_apps
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.tomcat_members import tomcat_members

ROLE = pathlib.Path(__file__).resolve().parents[4] / "roles" / "tomcat_app" / "defaults" / "main.yml"


def host(name: str = "c701", *instances: t.Any, **more: t.Any) -> dict[str, t.Any]:
    items = [item if isinstance(item, dict) else {"name": item} for item in instances or ("app01", "app02")]
    return {"inventory_hostname": name, "ansible_host": f"10.0.0.{name[-2:]}", "tomcat_app_instances": items, **more}


def places(*hosts: dict) -> list[str]:
    return [f"{member['name']} {member['address']}:{member['port']}" for member in tomcat_members(hosts)]


def test_defaults_are_those_of_the_role() -> None:
    role = yaml.safe_load(ROLE.read_text(encoding="utf-8"))
    assert {name: role[f"tomcat_app_{name}"] for name in _upstreams.DEFAULTS} == _upstreams.DEFAULTS


def test_each_instance_of_each_host_is_a_member() -> None:
    assert places(host(), host("c742", "app01", tomcat_app_http_port_base=9000)) == [
        "c701/app01 10.0.0.01:8080",
        "c701/app02 10.0.0.01:8081",
        "c742/app01 10.0.0.42:9000",
    ]


def test_what_does_not_run_is_no_member_and_keeps_its_place() -> None:
    stopped = {"name": "app01", "state": "stopped"}
    absent = {"name": "app03", "state": "absent"}
    assert places(host("c701", stopped, "app02", absent)) == ["c701/app02 10.0.0.01:8081"]


def test_a_host_without_tomcats_has_no_member() -> None:
    assert places({"inventory_hostname": "c703"}) == []


@pytest.mark.parametrize(
    ("more", "address"),
    [
        ({"ansible_host": "fd00::1"}, "[fd00::1]"),
        ({"load_balancer_member_address": "10.9.9.9"}, "10.9.9.9"),
        ({"tomcat_app_http_address": "10.8.8.8"}, "10.8.8.8"),
        ({"tomcat_app_http_address": "0.0.0.0"}, "10.0.0.01"),
        ({"ansible_host": None}, "c701"),
    ],
)
def test_a_member_is_where_others_reach_it(more: dict, address: str) -> None:
    (member,) = tomcat_members([host("c701", "app01", **more)])
    assert member["address"] == address


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"tomcat_app_http_address": "127.0.0.1"}, "it listens on 127.0.0.1, which only the host itself can reach"),
        ({"tomcat_app_http_address": "localhost"}, "it listens on localhost, which only"),
        ({"tomcat_app_http_address": "127.1"}, "it listens on 127.1, which only"),
        ({"tomcat_app_http_address": "::1"}, "it listens on ::1, which only"),
        ({"ansible_host": "127.0.0.1"}, "its ansible_host is 127.0.0.1, which is another machine"),
    ],
)
def test_requests_for_one_host_never_go_to_the_balancers_own_tomcat(more: dict, why: str) -> None:
    (member,) = tomcat_members([host("c701", "app01", **more)], "balancer")
    assert member["address"] == ""
    assert member["unreachable"].startswith(why)
    with pytest.raises(AnsibleFilterError, match="c701/app01 of the application app01 cannot be reached .*member_addr"):
        balanced_apps([member], [], 8000)
    (member,) = tomcat_members([host("c701", "app01", load_balancer_member_address="10.9.9.9", **more)], "balancer")
    assert (member["address"], member["unreachable"]) == ("10.9.9.9", "")


def test_the_balancers_own_tomcat_may_listen_on_such_an_address() -> None:
    (member,) = tomcat_members([host("c701", "app01", tomcat_app_http_address="127.0.0.1")], "c701")
    assert (member["address"], member["unreachable"]) == ("127.0.0.1", "")


def test_one_that_no_application_names_may_listen_where_it_likes() -> None:
    found = tomcat_members([host("c701", {"name": "inner", "http_address": "127.0.0.1"}, "app01")], "balancer")
    (app,) = balanced_apps(found, [{"name": "app01"}], 8000)
    assert names(app) == ["c701/app01"]


def test_a_member_knows_what_to_ask_it_for() -> None:
    (member,) = tomcat_members([host("c701", {"name": "app01", "wars": [{"src": "shop.war"}]})])
    assert member["url"] == "http://127.0.0.1:8080/shop/"
    assert member["log"] == "/var/log/tomcat_app/app01.log"
    assert member["weight"] == 1


TLS = {"tomcat_app_http_port_base": -1, "tomcat_app_https_port_base": 8443}


def test_a_member_with_tls_alone_is_asked_so() -> None:
    (member,) = tomcat_members([host("c701", "app01", **TLS, tomcat_app_ready_ca="/ca.pem")])
    assert (member["scheme"], member["port"], member["url"]) == ("https", 8443, "https://127.0.0.1:8443/")
    assert member["trust"] == {"validate_certs": True, "ca_path": "/ca.pem", "server_name": ""}
    assert [app["scheme"] for app in apps([], host("c701", "app01", **TLS))] == ["https"]


def test_members_with_and_without_tls_are_no_upstream() -> None:
    with pytest.raises(AnsibleFilterError, match="members with and without TLS .c702/app01 has TLS only"):
        apps([], host("c701", "app01"), host("c702", "app01", **TLS))


def sticky(how: str, *hosts: dict, cookie: str = "") -> dict:
    (app,) = balanced_apps(
        tomcat_members(hosts or (host("c701", "app01"), host("c702", "app01"))), [], 8000, how, cookie
    )
    return app


def test_sessions_stay_at_a_member_and_others_take_its_place() -> None:
    app = sticky("route")
    assert [member["route"] for member in app["members"]] == ["c701-app01", "c702-app01"]
    assert [[other["name"] for other in member["backups"]] for member in app["members"]] == [
        ["c702/app01"],
        ["c701/app01"],
    ]
    assert (app["sticky"], app["sticky_cookie"]) == ("route", "JSESSIONID")
    assert sticky("cookie")["sticky_cookie"] == "fleet_route_app01"
    assert sticky("cookie", cookie="where")["sticky_cookie"] == "where"
    assert "backups" not in sticky("none")["members"][0]


def test_the_route_is_the_one_that_the_tomcat_has() -> None:
    own = host("c701", {"name": "app01", "jvm_route": "first"})
    assert sticky("route", own, host("c702", "app01"))["members"][0]["route"] == "first"


def test_only_some_take_the_place_of_one_among_many() -> None:
    many = [host(f"c{number}", "app01") for number in range(700, 730)]
    members = sticky("cookie", *many)["members"]
    assert {len(member["backups"]) for member in members} == {_upstreams.BACKUPS}
    assert members[-1]["backups"][0]["name"] == "c700/app01"


@pytest.mark.parametrize(
    ("how", "instances", "cookie", "words"),
    [
        ("route", [{"name": "app01", "jvm_route": "x"}] * 2, "", "another member of app01 has, too"),
        ("cookie", [{"name": "app01", "jvm_route": "a.b"}, "app01"], "", "nginx cannot use"),
        ("route", ["app01", "app01"], "SESSION-ID", "'SESSION-ID' cannot be read by nginx"),
    ],
)
def test_routes_that_nginx_cannot_tell_apart_are_refused(how: str, instances: list, cookie: str, words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words):
        sticky(how, *(host(f"c70{number}", item) for number, item in enumerate(instances)), cookie=cookie)


def test_words_that_are_no_instances_are_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="c701: tomcat_app_instances: instance 1: is a text"):
        tomcat_members([{"inventory_hostname": "c701", "tomcat_app_instances": ["app01"]}])


def apps(declared: list[dict], *hosts: dict) -> list[dict]:
    return balanced_apps(tomcat_members(hosts or (host(), host("c702"))), declared, 8000)


def names(app: dict) -> list[str]:
    return [member["name"] for member in app["members"]]


def test_without_a_list_each_name_of_an_instance_is_an_application() -> None:
    first, second = apps([])
    assert (first["name"], first["port"], names(first)) == ("app01", 8000, ["c701/app01", "c702/app01"])
    assert (second["name"], second["port"], names(second)) == ("app02", 8001, ["c701/app02", "c702/app02"])


def test_an_application_may_have_several_instances_a_port_and_names() -> None:
    (app,) = apps([{"name": "shop", "instances": ["app01", "app02"], "port": 80, "server_names": ["shop.example.com"]}])
    assert names(app) == ["c701/app01", "c701/app02", "c702/app01", "c702/app02"]
    assert (app["port"], app["server_names"]) == (80, ["shop.example.com"])


def test_two_applications_share_a_port_by_their_names() -> None:
    both = [{"name": "app01", "port": 80, "server_names": ["a"]}, {"name": "app02", "port": 80, "server_names": ["b"]}]
    assert [app["port"] for app in apps(both)] == [80, 80]


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ([{"name": "shop"}], "shop has no member: no host has an instance called shop in tomcat_app_instances"),
        ([{"name": "a b"}], "letters, digits"),
        ([{"name": "x", "instances": ["app01"]}, {"name": "x", "instances": ["app02"]}], "x is listed twice"),
        ([{"name": "app01", "port": 80}, {"name": "app02", "port": 80}], "both listen on port 80 without server_names"),
        (
            [{"name": n, "port": 80, "server_names": ["s"]} for n in ("app01", "app02")],
            "both listen on port 80 under the name s",
        ),
        ([{"name": "app01", "tls_key": "/k"}], "needs both tls_certificate and tls_key"),
    ],
)
def test_what_nginx_would_refuse_is_refused_with_a_cure(declared: list[dict], words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words):
        apps(declared)


def test_an_address_nginx_cannot_use_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="c701/app01 has the address 'bad;host'"):
        apps([], host("c701", "app01", ansible_host="bad;host"))


def test_variables_of_other_hosts_are_taken_as_the_role_would_take_them() -> None:
    hosts = [
        {
            "inventory_hostname": "c701",
            "tomcat_app_instances": '[{"name": "app01"}, {"name": "app02", "state": "Stopped"}, {"name": "app03"}]',
            "tomcat_app_http_port_base": "9080\n",
            "tomcat_app_full_copy": "",
        }
    ]
    assert [(one["name"], one["port"]) for one in _upstreams.members(hosts)] == [
        ("c701/app01", 9080),
        ("c701/app03", 9082),
    ]


def test_a_variable_of_another_host_that_cannot_be_right_is_told_with_its_host() -> None:
    with pytest.raises(
        ValueError, match="^c701: tomcat_app_instances: instance 1: is a text; write a mapping with name$"
    ):
        _upstreams.members([{"inventory_hostname": "c701", "tomcat_app_instances": ["app01"]}])
