# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server.xml of a Tomcat and nginx's file in front of it, as the roles write them."""

from __future__ import annotations

import os
import pathlib
import shlex
import subprocess
from xml.etree import ElementTree as ET

import jinja2
import jinja2.nativetypes
import pytest
import yaml
from ansible.plugins.filter.core import FilterModule
from ansible.plugins.test.core import TestModule as Known

from ansible_collections.supervisord.fleet.plugins.module_utils._nginx import upstream as _upstream
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.balanced_apps import balanced_apps
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.tomcat_members import tomcat_members
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.tomcat_plan import tomcat_plan

ROLES = pathlib.Path(__file__).resolve().parents[3] / "roles"
SETTINGS = {
    "version": "10.1.34",
    "releases": [{"version": "10.1.34", "archive": "t.tar.gz"}],
    "home_root": "/opt/tomcat",
    "base_root": "/opt",
    "log_dir": "/log",
    "java_home": "/jdk",
    "user": "tomcat",
    "http_port_base": 8080,
    "access_log": True,
    "balancers": [{"host": "lb1", "address": "10.0.0.9", "instances": {"app01": "c701-app01"}}],
}
SSL = [
    {"attributes": {"hostName": "shop"}, "certificates": [{"certificateFile": "/a&b.pem", "certificateKeyFile": "/k"}]}
]
DIRECTIVES = {"client_max_body_size": "20m"}
BALANCER = {"method": "ip_hash", "max_fails": 1, "fail_timeout": 10, "keepalive": 0, "listen": "", "options": {}}


def written(role: str, name: str, **variables) -> str:
    """A template as Ansible renders it."""
    environment = jinja2.Environment(trim_blocks=True, loader=jinja2.FileSystemLoader(ROLES / role / "templates"))
    environment.filters.update(FilterModule().filters())
    return environment.get_template(name).render(ansible_managed="Ansible managed", **variables)


def instance(**item):
    found = tomcat_plan([{"name": "app01", **item}], SETTINGS, {"privileged": True, "homes": []})
    assert found["errors"] == []
    return found["instances"][0]


def server(**item):
    return ET.fromstring(written("tomcat_app", "conf/server.xml.j2", instance=instance(**item)))


def test_a_plain_tomcat_has_one_connector_and_a_log() -> None:
    found = server(remote_ip="false")
    assert [one.attrib for one in found.iter("Connector")] == [
        {"port": "8080", "protocol": "HTTP/1.1", "connectionTimeout": "20000"}
    ]
    assert [one.get("className") for one in found.iter("Valve")] == ["org.apache.catalina.valves.AccessLogValve"]
    assert next(found.iter("Valve")).get("pattern") == '%h %l %u %t "%r" %s %b'


@pytest.mark.parametrize("version", ["9.0.37", "10.1.34"])
def test_old_versions_go_wherever_tomcat_deploys_itself(version: str) -> None:
    """Also with a release that has no health check: the option is older than that."""
    item = {"name": "app01", "version": version, "auto_deploy": True, "old_versions": "remove"}
    item["wars"] = [{"src": "shop.war", "context": "/shop##001"}]
    found = tomcat_plan([item], SETTINGS, {"privileged": True, "homes": ["9.0.37"]})
    assert found["errors"] == []
    text = written("tomcat_app", "conf/server.xml.j2", instance=found["instances"][0])
    assert next(ET.fromstring(text).iter("Host")).get("undeployOldVersions") == "true"


def test_tls_and_http2_stand_in_their_connector() -> None:
    found = server(http_port=-1, https_port=8443, ssl_hosts=SSL, http2=True)
    (connector,) = found.iter("Connector")
    assert (connector.get("port"), connector.get("SSLEnabled"), connector.get("secure")) == ("8443", "true", "true")
    assert [child.tag for child in connector] == ["UpgradeProtocol", "SSLHostConfig"]
    assert connector.find("SSLHostConfig").get("hostName") == "shop"
    assert connector.find("SSLHostConfig/Certificate").get("certificateFile") == "/a&b.pem"


def test_who_has_asked_is_known_before_any_other_valve_looks() -> None:
    own = {"className": "org.apache.catalina.valves.RemoteAddrValve", "allow": "10.*"}
    found = server(valves=[own])
    names = [one.get("className").rpartition(".")[2] for one in found.iter("Valve")]
    assert names == ["RemoteIpValve", "RemoteAddrValve", "AccessLogValve"]
    assert list(found.iter("Valve"))[-1].get("requestAttributesEnabled") == "true"
    assert next(found.iter("Engine")).get("jvmRoute") == "c701-app01"


def test_options_that_somebody_wrote_come_after_those_of_the_ports() -> None:
    one = instance(debug_port=8000, jvm_options=["-Dtitle=two words"])
    text = written("tomcat_app", "bin/setenv.sh.j2", instance=one)
    (line,) = (line for line in text.splitlines() if line.startswith("CATALINA_OPTS="))
    words = shlex.split(shlex.split(line)[0].partition("=")[2])
    assert [word.partition("=")[0] for word in words] == ["-agentlib:jdwp", "-Dtitle"]


def nginx_knows_keepalive_timeout(said: str) -> bool:
    """As the role decides by what ``nginx -v`` says."""
    environment = jinja2.nativetypes.NativeEnvironment(undefined=jinja2.StrictUndefined)
    environment.filters["regex_search"] = FilterModule().filters()["regex_search"]
    environment.tests.update(Known().tests())
    texts = yaml.safe_load((ROLES / "load_balancer/vars/main.yml").read_text(encoding="utf-8"))
    known = {"__load_balancer_asked": {"stderr": said} if said else {"skipped": True}}
    for name in ("__load_balancer_nginx", "__load_balancer_keepalive_timeout"):
        known[name] = environment.from_string(texts[name]).render(known)
    return known["__load_balancer_keepalive_timeout"]


def balancer(drained=(), **settings) -> str:
    own = {**BALANCER, **settings}
    hosts = [
        {"inventory_hostname": name, "ansible_host": f"10.0.0.{name[-1]}", "tomcat_app_instances": [{"name": "app01"}]}
        for name in ("c701", "c702", "c703")
    ]
    if own.pop("tls", False):
        hosts = [{**host, "tomcat_app_http_port_base": -1, "tomcat_app_https_port_base": 8443} for host in hosts]
    plan = balanced_apps(tomcat_members(hosts), [], 8000, own.pop("sticky", "none"))
    more = {"__load_balancer_directives": DIRECTIVES, "__load_balancer_drained": list(drained)}
    more["__load_balancer_keepalive_timeout"] = nginx_knows_keepalive_timeout(own.pop("nginx", ""))
    return written(
        "load_balancer", "etc/nginx/balancer.conf.j2", __load_balancer=own, __load_balancer_plan=plan, **more
    )


def test_without_sticky_sessions_an_application_is_one_upstream() -> None:
    text = balancer()
    assert text.count("\nupstream ") == 1
    assert "proxy_pass http://fleet_app01;" in text
    assert "Set-Cookie" not in text


@pytest.mark.parametrize("sticky", ["route", "cookie"])
def test_each_member_has_an_upstream_in_which_others_wait_for_its_place(sticky: str) -> None:
    text = balancer(["c702/app01"], sticky=sticky)
    assert text.count("\nupstream route_app01.") == 3
    assert text.count(" backup") == 6
    assert text.count(" down; # c702/app01") == text.count("; # c702/app01") == 4
    assert [one.drained for one in _upstream.members(text)] == [False, True, False]
    assert "proxy_pass http://$fleet_1;" in text
    assert "ip_hash" not in text.partition("route_app01.1")[2]  # nginx takes no backup with it
    assert ("add_header Set-Cookie" in text) is (sticky == "cookie")


def test_every_upstream_keeps_connections_where_one_does() -> None:
    assert balancer(sticky="route", keepalive=7).count("    keepalive 7;\n") == 4


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", 1),  # a dry run on a bare host
        ("nginx version: nginx/1.14.1", 0),
        ("nginx version: nginx/1.15.2", 0),
        ("nginx version: nginx/1.15.3", 1),
        ("nginx version: nginx/1.26.3 (Ubuntu)", 1),
    ],
)
def test_an_old_nginx_is_not_told_what_it_does_not_know(said: str, told: int) -> None:
    text = balancer(keepalive=7, nginx=said)
    assert (text.count("    keepalive 7;\n"), text.count("keepalive_timeout")) == (1, told)


def test_members_with_tls_alone_are_spoken_to_so() -> None:
    assert "proxy_pass https://fleet_app01;" in balancer(tls=True)
    assert "proxy_pass https://$fleet_1;" in balancer(tls=True, sticky="route")


def test_no_other_protocol_than_that_of_websockets_is_handed_on() -> None:
    text = balancer()
    assert "proxy_set_header Upgrade $fleet_upgrade;" in text
    assert text.count('"~*^websocket$"') == 2
    assert "proxy_set_header Upgrade $http_upgrade" not in text


def test_pages_of_a_former_war_are_compiled_anew(tmp_path: pathlib.Path) -> None:
    """As the shell of the instance does it at each start: older than the WAR, and of that application alone."""
    for name in ("shop", "blog", "a#b"):
        (tmp_path / "work" / "Catalina" / "localhost" / name / "org" / "apache" / "jsp").mkdir(parents=True)
        (tmp_path / "work" / "Catalina" / "localhost" / name / "SESSIONS.ser").touch()
    (tmp_path / "webapps").mkdir()
    for name, time in (("shop.war", 2000000000), ("blog.war", 1000000000), ("a#b.war", 2000000000)):
        (tmp_path / "webapps" / name).touch()
        os.utime(tmp_path / "webapps" / name, (time, time))
    script = written("tomcat_app", "bin/setenv.sh.j2", instance=instance(jvm_options=["-Dit's=$HOME"]))
    subprocess.run(["/bin/sh", "-euc", script], env={"CATALINA_BASE": str(tmp_path)}, check=True)
    assert sorted(path.parents[2].name for path in tmp_path.glob("work/*/*/*/org/apache/jsp")) == ["blog"]
    assert len(list(tmp_path.glob("work/*/*/*/SESSIONS.ser"))) == 3
    subprocess.run(["/bin/sh", "-euc", script], env={"CATALINA_BASE": str(tmp_path / "none")}, check=True)


def test_who_only_asks_something_removes_nothing_in_folders_of_another_account(tmp_path: pathlib.Path) -> None:
    """Root who calls "catalina.sh version" goes where links in the work folder lead."""
    pages = tmp_path / "precious" / "jsp"
    pages.mkdir(parents=True)
    (tmp_path / "work" / "Catalina" / "localhost" / "shop" / "org").mkdir(parents=True)
    (tmp_path / "work" / "Catalina" / "localhost" / "shop" / "org" / "apache").symlink_to(tmp_path / "precious")
    (tmp_path / "webapps").mkdir()
    (tmp_path / "webapps" / "shop.war").touch()
    os.utime(tmp_path / "webapps" / "shop.war", (2000000000, 2000000000))
    script = written("tomcat_app", "bin/setenv.sh.j2", instance=instance())
    os.chown(tmp_path / "work", 65534, -1)
    subprocess.run(["/bin/sh", "-euc", script], env={"CATALINA_BASE": str(tmp_path)}, check=True)
    assert pages.is_dir()
