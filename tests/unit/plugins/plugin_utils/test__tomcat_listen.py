# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS, JMX, debuggers and agents of a Tomcat by its variables: ports, options, files, and what cannot work."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.tomcat_plan import tomcat_plan
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.tomcat_trials import tomcat_trials

SETTINGS: dict[str, t.Any] = {
    "version": "10.1.34",
    "releases": [{"version": "10.1.34", "archive": "t.tar.gz"}],
    "home_root": "/opt/tomcat",
    "base_root": "/opt",
    "log_dir": "/log",
    "java_home": "/usr/local/jdk-17",
    "user": "tomcat",
    "http_port_base": 8080,
    "ready_timeout": 60,
}
CERTIFICATE = {"certificateFile": "/etc/ssl/shop.pem", "certificateKeyFile": "/etc/ssl/shop.key"}
SSL = [{"certificates": [CERTIFICATE]}]
USERS = [{"name": "monitor", "password": "s3cret"}, {"name": "admin", "password": "x", "access": "readwrite"}]
APP01, APP02 = {"name": "app01"}, {"name": "app02"}
JMX = "-Dcom.sun.management.jmxremote."


def plan(*items: dict, listening: t.Sequence[dict] = (), **settings: t.Any) -> dict[str, t.Any]:
    host = {"privileged": True, "listening": list(listening), "bases": {}, "homes": []}
    return tomcat_plan(list(items), {**SETTINGS, **settings}, host)


def one(item: dict | None = None, **settings: t.Any) -> dict[str, t.Any]:
    found = plan({**APP01, **(item or {})}, **settings)
    assert found["errors"] == []
    return found["instances"][0]


def errors(item: dict | None = None, **settings: t.Any) -> list[str]:
    return plan({**APP01, **(item or {})}, **settings)["errors"]


def test_every_port_has_a_base_and_an_offset() -> None:
    bases = {"https_port_base": 8443, "jmx_port_base": 9010, "debug_port_base": 8000, "agent_port_base": 9404}
    first, second = plan(APP01, {**APP02, "jmx_port": 9999}, **bases, ssl_hosts=SSL, jmx_users=USERS)["instances"]
    assert first["ports"] == [8000, 8080, 8443, 9010, 9404]
    assert second["ports"] == [8001, 8081, 8444, 9405, 9999]


def test_nothing_of_it_is_there_unless_somebody_wants_it() -> None:
    found = one()
    assert found["ports"] == [8080]
    assert found["listen_options"] == []
    assert list(found["conf_texts"]) == []
    assert [connector["attributes"]["port"] for connector in found["connectors"]] == [8080]


@pytest.mark.parametrize(
    ("settings", "kind", "port"),
    [
        ({"https_port_base": 8443, "ssl_hosts": SSL}, "https_port", 8443),
        ({"jmx_port_base": 9010, "jmx_users": USERS}, "jmx_port", 9010),
        ({"debug_port_base": 8000}, "debug_port", 8000),
        ({"agent_port_base": 9404}, "agent_port", 9404),
    ],
)
def test_a_port_that_is_taken_is_told_by_the_name_of_its_variable(settings: dict, kind: str, port: int) -> None:
    (error,) = errors(listening=[{"port": port, "address": "::", "pid": 77, "process": "nginx"}], **settings)
    assert f"port {port} ({kind} of 'app01')" in error
    assert "nginx (pid 77)" in error
    (error,) = plan(APP01, {**APP02, "http_port": port}, **{**settings, "http_address": ""})["errors"][:1]
    assert f"port {port} is wanted twice" in error
    assert kind in error


def test_jmx_has_one_port_on_loopback_and_asks_who_it_is() -> None:
    found = one({"jmx_port": 9010, "jmx_users": USERS})
    assert found["listen_options"] == [
        f"{JMX}port=9010",
        f"{JMX}rmi.port=9010",
        f"{JMX}ssl=false",
        f"{JMX}host=127.0.0.1",
        f"{JMX}access.file=/opt/app01/conf/jmxremote.access",
        f"{JMX}login.config=fleetJmx",
        "-Djava.rmi.server.hostname=127.0.0.1",
        "-Djava.security.auth.login.config=/opt/app01/conf/jmxremote.login",
    ]
    texts = found["conf_texts"]
    assert texts["conf/jmxremote.password"] == "monitor s3cret\nadmin x\n"
    assert texts["conf/jmxremote.access"] == "monitor readonly\nadmin readwrite\n"
    assert 'passwordFile="/opt/app01/conf/jmxremote.password"' in texts["conf/jmxremote.login"]


def test_jmx_of_all_addresses_has_no_address_of_its_own() -> None:
    found = one({"jmx_port": 9010, "jmx_users": USERS, "jmx_address": "0.0.0.0"})
    assert not [word for word in found["listen_options"] if "host" in word]


def test_a_java_is_tried_for_what_the_ports_need_and_not_with_files_that_are_still_to_come() -> None:
    found = one({"jmx_port": 9010, "jmx_users": USERS, "debug_port": 8000, "jvm_options": ["-Xmx64m"]})
    assert tomcat_trials([found])[0]["jvm_options"] == [
        "-Dcom.sun.management.jmxremote",
        found["listen_options"][-1],
        "-Xmx64m",
    ]
    assert tomcat_trials([one({"jvm_options": ["-Xmx64m"]})])[0]["jvm_options"] == ["-Xmx64m"]


def test_a_debugger_is_on_loopback_and_waits_for_nobody() -> None:
    (option,) = one({"debug_port": 8000})["listen_options"]
    assert option == "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:8000"
    (option,) = one({"debug_port": 8000, "debug_address": "::1"})["listen_options"]
    assert option.endswith("address=[::1]:8000")


def test_an_agent_in_options_of_all_gets_a_port_of_each() -> None:
    option = "-javaagent:/opt/jmx_prometheus_javaagent.jar={agent_port}:/etc/jmx.yml"
    found = plan(APP01, APP02, agent_port_base=9404, jvm_options=[option])
    assert found["errors"] == []
    assert [item["jvm_options"][0].split("=")[1] for item in found["instances"]] == [
        "9404:/etc/jmx.yml",
        "9405:/etc/jmx.yml",
    ]
    assert [item["ports"] for item in found["instances"]] == [[8080, 9404], [8081, 9405]]


def test_tls_alone() -> None:
    found = one({"http_port": -1, "https_port": 8443, "ssl_hosts": SSL})
    (connector,) = found["connectors"]
    assert connector["attributes"] == {
        "port": 8443,
        "protocol": "HTTP/1.1",
        "connectionTimeout": 20000,
        "scheme": "https",
        "secure": True,
        "SSLEnabled": True,
    }
    assert connector["ssl_hosts"] == SSL
    assert found["ready"]["url"] == "https://127.0.0.1:8443/"
    assert (found["ready"]["validate_certs"], found["ready"]["server_name"]) == (True, "")


def test_tls_beside_http_is_where_http_sends_those_who_must_use_it() -> None:
    found = one(
        {"https_port": 8443, "ssl_hosts": SSL, "connector": {"maxThreads": 9}, "https_connector": {"maxThreads": 7}}
    )
    plain, secured = [connector["attributes"] for connector in found["connectors"]]
    assert (plain["redirectPort"], plain["maxThreads"], secured["maxThreads"]) == (8443, 9, 7)
    assert found["ready"]["url"] == "http://127.0.0.1:8080/"
    assert "validate_certs" not in found["ready"]


@pytest.mark.parametrize(
    ("item", "spoken"),
    [
        ({}, [True]),
        ({"https_port": 8443, "ssl_hosts": SSL}, [False, True]),
        ({"http2": False, "extra_connectors": [{"port": 9000, "http2": True}]}, [False, True]),
    ],
)
def test_http2_is_spoken_in_clear_text_only_where_there_is_no_tls(item: dict, spoken: list[bool]) -> None:
    assert [connector["http2"] for connector in one({"http2": True, **item})["connectors"]] == spoken


def test_how_a_certificate_is_looked_at() -> None:
    item = {"http_port": -1, "https_port": 8443, "ssl_hosts": [{"attributes": {"hostName": "shop.example"}, **SSL[0]}]}
    assert one({**item, "ready_ca": "/ca.pem"})["ready"]["ca_path"] == "/ca.pem"
    assert one(item)["ready"]["server_name"] == "shop.example"
    assert one({**item, "ready_host": "other.example"})["ready"]["server_name"] == "other.example"
    unchecked = one({**item, "ready_ca": "/ca.pem", "ready_validate_certs": False})["ready"]
    assert (unchecked["validate_certs"], unchecked["ca_path"]) == (False, "")


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"https_port": 8443}, ["https_port 8443 without a certificate", "certificateKeyFile"]),
        ({"https_port": 8443, "ssl_hosts": [*SSL, {}]}, ["in each of ssl_hosts"]),
        ({"http_port": -1}, ["no HTTP port", "https_port"]),
        ({"https_port": 443, "ssl_hosts": SSL}, ["https_port 443 is below 1024"]),
        ({"jmx_port": 9010}, ["jmx_port 9010 without jmx_users", "jmxremote.authenticate=false"]),
        ({"jmx_port": 9010, "jmx_users": [{"name": "a b", "password": "x"}]}, ["'a b' is no name"]),
        ({"jmx_port": 9010, "jmx_users": [{"name": "a", "password": "x y"}]}, ["the password of 'a'"]),
        ({"jmx_port": 9010, "jmx_users": [{"name": "a", "password": ""}]}, ["the password of 'a'"]),
        ({"jmx_port": 9010, "jmx_users": [{"name": "a", "password": "=x"}]}, ["begins with ':' or '='"]),
        ({"jmx_port": 9010, "jmx_users": [*USERS, USERS[0]]}, ["'monitor' 2 times"]),
        (
            {"jmx_port": 9010, "jmx_users": USERS, "jvm_options": ["-Djava.security.auth.login.config=/x"]},
            ["-Djava.security.auth.login.config beside jmx_users"],
        ),
        ({"jmx_port": 9010, "jmx_users": USERS, "jvm_options": [f"{JMX}port=9011"]}, ["and a JMX port in jvm_options"]),
        (
            {"debug_port": 8000, "jvm_options": ["-agentlib:jdwp=transport=dt_socket,server=y,address=8001"]},
            ["debug_port 8000 and a debugger in jvm_options"],
        ),
        ({"jvm_options": ["-javaagent:/a.jar={agent_port}"]}, ["{agent_port}", "tomcat_app_agent_port_base"]),
    ],
)
def test_what_cannot_work_is_refused_with_its_cure(item: dict, words: list[str]) -> None:
    (error,) = errors(item)
    assert [word for word in words if word not in error] == []
    assert "s3cret" not in error


def test_jmx_for_everybody_has_to_be_said_in_words() -> None:
    found = one({"jmx_port": 9010, "jvm_options": [f"{JMX}authenticate=false"]})
    assert not [word for word in found["listen_options"] if "login" in word]
    assert list(found["conf_texts"]) == []


def test_an_own_server_xml_says_what_is_there() -> None:
    text = '<Server port="-1"><Service><Connector port="9443" SSLEnabled="true"/></Service></Server>'
    item = {
        "http_port": -1,
        "https_port": 9443,
        "conf_files": {"server.xml": text},
        "jmx_port": 9010,
        "jmx_users": USERS,
    }
    found = one(item)
    assert found["ports"] == [9010, 9443]
    assert found["ready"]["url"] == "https://127.0.0.1:9443/"
    (error,) = errors({**item, "https_port": 9444})
    assert "https_port 9444 is in no Connector" in error


@pytest.mark.parametrize(
    ("option", "ports"),
    [
        ("-agentpath:/opt/libjprofilerti.so=port=8849,nowait", [8849]),
        ("-agentlib:yjpagent=port=10001,listen=all", [10001]),
        ("-javaagent:/opt/byteman.jar=listener:true,port:9091,address:127.0.0.1", [9091]),
        ("-Dotel.exporter.prometheus.port=9464", [9464]),
        ("-Djolokia.port=8778", [8778]),
    ],
)
def test_ports_of_agents_are_known_wherever_they_are_written(option: str, ports: list[int]) -> None:
    assert one({"jvm_options": [option]})["ports"] == sorted([8080, *ports])
