# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: ports and paths worked out, order of application, and every collision named before anything is written."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.tomcat_former import tomcat_former
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.tomcat_plan import tomcat_plan
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.tomcat_programs import tomcat_programs

SETTINGS: dict[str, t.Any] = {
    "version": "10.1.34",
    "releases": [{"version": "10.1.34", "archive": "t.tar.gz", "checksum": "sha256:0"}],
    "home_root": "/opt/tomcat",
    "base_root": "/opt",
    "log_dir": "/var/log/tomcat_app",
    "java_home": "/usr/local/jdk-17",
    "user": "tomcat",
    "http_port_base": 8080,
    "shutdown_port_base": -1,
    "ajp_port_base": -1,
    "ajp_address": "127.0.0.1",
    "ready_timeout": 60,
}
HOST: dict[str, t.Any] = {
    "privileged": True,
    "unprivileged_port_start": 1024,
    "listening": [],
    "bases": {},
    "homes": [],
    "java_home": "",
}


def plan(items: list[dict], host: dict | None = None, **settings: t.Any) -> dict[str, t.Any]:
    return tomcat_plan(items, {**SETTINGS, **settings}, {**HOST, **(host or {})})


def socket(port: int, address: str = "::", **more: t.Any) -> dict[str, t.Any]:
    return {"port": port, "address": address, "pid": 77, "process": "nginx", "catalina_base": "", **more}


def own(port: int, base: str, supervised: bool = True, address: str = "::") -> dict[str, t.Any]:
    return socket(port, address, process="java", catalina_base=base, supervised=supervised)


APP01, APP02 = {"name": "app01"}, {"name": "app02"}
BOTH = [APP01, APP02]
AJP = {"ajp_secret": "s"}

# (what it is, instances, settings, sockets of the host, words that the one message must hold)
COLLISIONS: list[tuple[str, list[dict], dict, list[dict], list[str]]] = [
    (
        "same explicit port",
        [{**APP01, "http_port": 80_80}, {**APP02, "http_port": 8080}],
        {},
        [],
        ["8080", "app01", "app02"],
    ),
    (
        "explicit port on a planned one",
        [APP01, APP02, {"name": "x", "http_port": 8081}],
        {},
        [],
        ["8081", "app02", "'x'"],
    ),
    ("same offset", [{**APP01, "offset": 3}, {**APP02, "offset": 3}], {}, [], ["8083", "offset"]),
    ("offset against the place in the list", [APP01, APP02, {"name": "x", "offset": 1}], {}, [], ["8081"]),
    (
        "shutdown port on another's HTTP port",
        [APP01, {**APP02, "shutdown_port": 8080}],
        {},
        [],
        ["shutdown_port", "app02"],
    ),
    (
        "own shutdown port on own HTTP port",
        [{**APP01, "shutdown_port": 8080}],
        {},
        [],
        ["http_port of 'app01'", "shutdown_port"],
    ),
    ("planned shutdown on planned HTTP", BOTH, {"shutdown_port_base": 8079}, [], ["8080"]),
    ("AJP on HTTP", [{**APP01, **AJP, "ajp_port": 8080}], {"ajp_address": "0.0.0.0"}, [], ["ajp_port"]),
    (
        "AJP on shutdown, both on loopback",
        [{**APP01, **AJP, "ajp_port": 8005, "shutdown_port": 8005}],
        {},
        [],
        ["8005"],
    ),
    ("planned AJP ports of two", [{**APP01, "ajp_port": 8009}, APP02], {**AJP, "ajp_port_base": 8008}, [], ["8009"]),
    ("extra connector on HTTP", [{**APP01, "extra_connectors": [{"port": 8080}]}], {}, [], ["extra_connectors"]),
    (
        "the same extra connector for all",
        BOTH,
        {"extra_connectors": [{"port": 8443}]},
        [],
        ["8443", "extra_connectors port of 'app01'", "extra_connectors port of 'app02'"],
    ),
    (
        "two extra connectors of one",
        [{**APP01, "extra_connectors": [{"port": 8443}, {"port": 8443}]}],
        {},
        [],
        ["8443"],
    ),
    (
        "one address within all addresses",
        [{**APP01, "http_port": 8080, "http_address": "10.0.0.41"}, {**APP02, "http_port": 8080}],
        {},
        [],
        ["8080"],
    ),
    (
        "IPv4 wildcard against one IPv4 address",
        [{**APP01, "http_address": "0.0.0.0"}, {**APP02, "http_port": 8080, "http_address": "10.0.0.41"}],
        {},
        [],
        ["8080"],
    ),
    (
        "the same address in two spellings",
        [{**APP01, "http_address": "localhost"}, {**APP02, "http_port": 8080, "http_address": "::ffff:127.0.0.1"}],
        {},
        [],
        ["8080"],
    ),
    (
        "a host name may be any address",
        [{**APP01, "http_address": "c701.example.com"}, {**APP02, "http_port": 8080, "http_address": "10.0.0.41"}],
        {},
        [],
        ["8080"],
    ),
    ("a foreign socket on all addresses", [APP01], {}, [socket(8080)], ["8080", "nginx", "77", "http_port"]),
    ("a foreign socket on IPv4's wildcard", [APP01], {}, [socket(8080, "0.0.0.0")], ["nginx"]),
    ("a foreign socket on loopback", [APP01], {}, [socket(8080, "127.0.0.1")], ["nginx"]),
    ("a foreign socket on IPv6's loopback", [APP01], {}, [socket(8080, "::1")], ["nginx"]),
    ("a foreign socket held twice", [APP01], {}, [socket(8080), socket(8080, "0.0.0.0")], ["nginx"]),
    ("a foreign socket whose owner is unseen", [APP01], {}, [socket(8080, pid=None, process="")], ["pid unknown"]),
    (
        "a foreign socket on the shutdown port",
        [{**APP01, "shutdown_port": 8005}],
        {},
        [socket(8005)],
        ["shutdown_port"],
    ),
    ("a foreign socket on the AJP port", [{**APP01, **AJP, "ajp_port": 8009}], {}, [socket(8009)], ["ajp_port"]),
    (
        "a foreign socket on an extra connector",
        [{**APP01, "extra_connectors": [{"port": 8443}]}],
        {},
        [socket(8443)],
        ["extra_connectors"],
    ),
    (
        "the wanted address is taken",
        [{**APP01, "http_address": "10.0.0.41"}],
        {},
        [socket(8080, "10.0.0.41")],
        ["nginx"],
    ),
    ("a Tomcat that nobody declared", [APP01], {}, [own(8080, "/opt/old")], ["/opt/old", "another port"]),
    (
        "a port that its holder only leaves in this run",
        [{**APP01, "http_port": 8090}, {**APP02, "http_port": 8080}],
        {},
        [own(8080, "/opt/app01")],
        ["8080", "/opt/app01", "run before"],
    ),
    (
        "the same folder, started by hand",
        [APP01],
        {},
        [own(8080, "/opt/app01", supervised=False)],
        ["same CATALINA_BASE", "kill 77"],
    ),
    ("a stopped instance keeps its port", [{**APP01, "state": "stopped"}, {**APP02, "offset": 0}], {}, [], ["8080"]),
    ("the same name twice", [APP01, {**APP01, "base": "/srv/other"}], {}, [], ["app01", "2 times"]),
    ("the same folder twice", [APP01, {**APP02, "base": "/opt/app01/"}], {}, [], ["/opt/app01", "overlap"]),
    ("a folder within another", [APP01, {**APP02, "base": "/opt/app01/webapps/x"}], {}, [], ["overlap"]),
    ("a folder that is the releases' own", [{"name": "tomcat"}], {}, [], ["tomcat_app_home_root", "overlap"]),
    ("a folder around the releases", [{**APP01, "base": "/opt/t"}], {"home_root": "/opt/t/releases"}, [], ["overlap"]),
    (
        "a present folder within one that is removed",
        [{**APP01, "state": "absent"}, {**APP02, "base": "/opt/app01/two"}],
        {},
        [],
        ["overlap"],
    ),
]


@pytest.mark.parametrize(
    ("items", "settings", "sockets", "words"), [case[1:] for case in COLLISIONS], ids=[case[0] for case in COLLISIONS]
)
def test_a_collision_is_named_once(items: list[dict], settings: dict, sockets: list[dict], words: list[str]) -> None:
    errors = plan(items, {"listening": sockets}, **settings)["errors"]
    assert len(errors) == 1, errors
    assert [word for word in words if word not in errors[0]] == []


def test_the_corpus_is_large_enough() -> None:
    assert len(COLLISIONS) >= 30


PEACE: list[tuple[str, list[dict], dict, list[dict]]] = [
    ("nothing listens", BOTH, {}, []),
    ("its own JVM", [APP01], {}, [own(8080, "/opt/app01")]),
    ("its own JVM on both sockets", [APP01], {}, [own(8080, "/opt/app01"), own(8080, "/opt/app01", address="0.0.0.0")]),
    ("another port", [APP01], {}, [socket(9001), socket(22)]),
    ("two addresses", [{**APP01, "http_address": "10.0.0.41"}], {}, [socket(8080, "10.0.0.42")]),
    ("IPv4's wildcard beside one IPv6 address", [{**APP01, "http_address": "0.0.0.0"}], {}, [socket(8080, "::1")]),
    ("two loopbacks", [{**APP01, "http_address": "127.0.0.1"}, {**APP02, "offset": 0, "http_address": "::1"}], {}, []),
    ("shutdown ports off", BOTH, {"shutdown_port_base": -1}, [socket(8005)]),
    (
        "an instance that is removed frees its port",
        [{**APP01, "state": "absent"}, {**APP02, "offset": 0}],
        {},
        [own(8080, "/opt/app01")],
    ),
    ("an absent instance wants no port", [{**APP01, "state": "absent"}], {}, [socket(8080)]),
    ("planned AJP and shutdown ports apart", BOTH, {**AJP, "ajp_port_base": 8009, "shutdown_port_base": 8205}, []),
    ("neighbours with similar names", [{"name": "app"}, {"name": "app1"}], {}, []),
]


@pytest.mark.parametrize(
    ("items", "settings", "sockets"), [case[1:] for case in PEACE], ids=[case[0] for case in PEACE]
)
def test_what_gets_along_is_let_through(items: list[dict], settings: dict, sockets: list[dict]) -> None:
    assert plan(items, {"listening": sockets}, **settings)["errors"] == []


BAD: list[tuple[str, list[dict], dict, dict, list[str]]] = [
    ("no privilege", [APP01], {}, {"privileged": False}, ["become: true"]),
    ("AJP without a secret", [{**APP01, "ajp_port": 8009}], {}, {}, ["ajp_secret", "vault"]),
    ("no version", [APP01], {"version": ""}, {}, ["tomcat_app_version"]),
    ("no Java", [APP01], {"java_home": ""}, {}, ["tomcat_app_java_home", "supervisord.fleet.jdk"]),
    ("no archive", [APP01], {"releases": []}, {}, ["tomcat_app_archive", "tomcat_app_checksum"]),
    ("a name that is a path", [{"name": "../x", "base": "/srv/x"}], {}, {}, ["'../x'"]),
    ("a name supervisorctl takes", [{"name": "all"}], {}, {}, ["supervisorctl"]),
    ("a port out of range", [{**APP01, "http_port": 70000}], {}, {}, ["70000", "65535"]),
    ("a port for root only", [{**APP01, "http_port": 80}], {}, {}, ["80", "tomcat", "proxy"]),
    ("no port at all", [APP01], {"http_port_base": -1}, {}, ["tomcat_app_http_port_base"]),
    ("a relative folder", [{**APP01, "base": "srv/app01"}], {}, {}, ["absolute"]),
    ("a folder of the system", [{**APP01, "base": "/etc/app01"}], {}, {}, ["/etc/app01"]),
    ("two options in one", [{**APP01, "jvm_options": ["-Xmx64m\n-Xms1m"]}], {}, {}, ["jvm_options"]),
    ("no variable's name", [{**APP01, "environment": {"A-B": "1"}}], {}, {}, ["A-B"]),
    ("a working directory from nowhere", [{**APP01, "directory": "var"}], {}, {}, ["directory", "absolute"]),
    ("a limit that is none", [{**APP01, "limits": {"nofile": "lots"}}], {}, {}, ["limits", "nofile", "lots"]),
    ("a limit that nobody knows", [APP01], {"limits": {"files": 1}}, {}, ["limits", "files", "nofile"]),
    ("a WAR from nowhere", [{**APP01, "wars": [{"context": "/x"}]}], {}, {}, ["/x", "src"]),
    ("one context twice", [{**APP01, "wars": [{"src": "x.war"}, {"src": "y.war", "context": "/x"}]}], {}, {}, ["/x"]),
    ("a context that leads out", [{**APP01, "wars": [{"src": "x.war", "context": "/../x"}]}], {}, {}, ["no path"]),
    (
        "a version without a name",
        [{**APP01, "wars": [{"src": "x.war", "context": "/x##"}]}],
        {},
        {},
        ["x##.war", "'/shop##001'"],
    ),
    ("a version with a slash", [{**APP01, "wars": [{"src": "x.war", "context": "/x##1/2"}]}], {}, {}, ["no version"]),
    ("a URL that ends at its #", [{**APP01, "wars": [{"src": "https://h/x##1.war"}]}], {}, {}, ["%23%23"]),
    (
        "one version twice",
        [{**APP01, "wars": [{"src": "x##1.war"}, {"src": "y.war", "context": "/x##1"}]}],
        {},
        {},
        ["/x##1", "per version"],
    ),
    (
        "versions that Tomcat orders as texts",
        [{**APP01, "wars": [{"src": f"x##{number}.war"} for number in (8, 9, 10)]}],
        {},
        {},
        ["8 for newer than 10", "09 and 10"],
    ),
    (
        "old versions that nobody would remove",
        [{**APP01, "wars": [{"src": "x##1.war"}], "old_versions": "remove"}],
        {},
        {},
        ["old_versions: remove", "auto_deploy: true"],
    ),
    (
        "a newer version that is there and not declared",
        [{**APP01, "wars": [{"src": "x##1.war"}]}],
        {},
        {"bases": {"/opt/app01": {"versions": ["x##2.war", "y##3.war"]}}},
        ["x##2.war", "'/x##2', state: absent"],
    ),
    (
        "two versions that nothing tells apart",
        [{**APP01, "wars": [{"src": "x##1.war"}, {"src": "x##2.war"}]}],
        {"version": "9.0.37", "releases": [{"version": "9.0.37", "archive": "x"}]},
        {},
        ["HealthCheckValve", "ready_path"],
    ),
    ("somebody else's folder", [APP01], {}, {"bases": {"/opt/app01": {"foreign": True}}}, ["adopt"]),
    (
        "a release that goes while it is in use",
        [APP01],
        {"releases": [*SETTINGS["releases"], {"version": "10.1.34", "state": "absent", "archive": "x"}]},
        {},
        ["10.1.34", "app01"],
    ),
]


@pytest.mark.parametrize(
    ("items", "settings", "host", "words"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
def test_bad_input_is_named_with_its_cure(items: list[dict], settings: dict, host: dict, words: list[str]) -> None:
    errors = plan(items, host, **settings)["errors"]
    assert len(errors) == 1, errors
    assert [word for word in words if word not in errors[0]] == []


def test_low_ports_are_for_root_or_where_the_kernel_lets_everybody() -> None:
    item = {**APP01, "http_port": 80}
    assert plan([{**item, "user": "root"}])["errors"] == []
    assert plan([item], {"unprivileged_port_start": 0})["errors"] == []


def test_adopting_takes_a_foreign_folder() -> None:
    assert plan([{**APP01, "adopt": True}], {"bases": {"/opt/app01": {"foreign": True}}})["errors"] == []


def test_ports_follow_from_the_place_in_the_list_also_behind_an_absent_instance() -> None:
    items = [{**APP01, "state": "absent"}, APP02, {"name": "app03", "offset": 10}, {"name": "app04", "http_port": 9090}]
    found = plan(items, shutdown_port_base=8205, ajp_port_base=8409, ajp_secret="s")
    ports = [(item["http_port"], item["shutdown_port"], item["ajp_port"]) for item in found["instances"]]
    assert ports == [(8081, 8206, 8410), (8090, 8215, 8419), (9090, 8208, 8412)]


def test_a_shared_release_and_a_full_copy_differ_in_catalina_home() -> None:
    shared, copied = plan([APP01, {**APP02, "full_copy": True}])["instances"]
    assert (shared["home"], shared["base"]) == ("/opt/tomcat/10.1.34", "/opt/app01")
    assert (copied["home"], copied["base"]) == ("/opt/app02", "/opt/app02")


def test_a_switch_of_version_goes_alone_and_after_the_others() -> None:
    bases = {
        "/opt/app01": {"version": "10.1.30", "state": "present"},
        "/opt/app02": {"version": "10.1.34", "state": "present"},
        "/opt/app03": {"version": "10.1.30", "state": "present"},
    }
    found = plan([APP01, APP02, {"name": "app03"}, {"name": "app04"}], {"bases": bases})
    alone = {"together": False, "stop": []}
    assert found["batches"] == [
        {"names": ["app02", "app04"], "later": ["app01", "app03"], "touched": ["app04"], **alone},
        {"names": ["app01"], "later": ["app03"], "touched": ["app01"], **alone},
        {"names": ["app03"], "later": [], "touched": ["app03"], **alone},
    ]
    assert [item["previous_version"] for item in found["instances"]] == ["10.1.30", "", "10.1.30", ""]


READY = {"version": "10.1.34", "state": "present"}


def changing(names: list[str], **settings: t.Any) -> list[list[str]]:
    items = [{"name": f"app0{number}"} for number in range(1, 6)]
    bases = {f"/opt/{item['name']}": READY for item in items[:4]}
    found = tomcat_plan(items, {**SETTINGS, **settings}, {**HOST, "bases": bases}, names)
    return [batch["names"] for batch in found["batches"]]


def test_each_change_of_a_running_instance_is_a_batch_of_its_own() -> None:
    assert changing(["app02", "app03", "app05"]) == [["app01", "app04", "app05"], ["app02"], ["app03"]]
    assert changing([]) == [["app01", "app02", "app03", "app04", "app05"]]


def test_more_at_once_still_begin_with_one() -> None:
    names = ["app01", "app02", "app03", "app04"]
    assert changing(names, at_once=2) == [["app05"], ["app01"], ["app02", "app03"], ["app04"]]


def test_only_what_a_run_touches_can_go_back() -> None:
    found = tomcat_plan(BOTH, SETTINGS, {**HOST, "bases": {"/opt/app01": READY}}, [])
    assert [batch["touched"] for batch in found["batches"]] == [["app02"]]
    newcomer = tomcat_former(found["instances"])
    assert newcomer == [
        {"name": "app01", "state": "started", "_former": True},
        {"name": "app02", "state": "absent"},
    ]


JMX = ["-Dcom.sun.management.jmxremote.port=9012", "-Dcom.sun.management.jmxremote.rmi.port=9012"]
# (option, ports that it opens)
OPENING = [
    (JMX[0], [9012]),
    ("-Dcom.sun.management.jmxremote.port=0", []),
    ("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:8000", [8000]),
    ("-Xrunjdwp:transport=dt_socket,address=8000,server=y", [8000]),
    ("-agentlib:jdwp=transport=dt_socket,server=n,address=ide.example:8000", []),
    ("-javaagent:/opt/jmx_prometheus.jar=9404:/etc/jmx.yml", [9404]),
    ("-javaagent:/opt/jmx_prometheus.jar=127.0.0.1:9404:/etc/jmx.yml", [9404]),
    ("-javaagent:/opt/jolokia.jar=host=*,port=8778", [8778]),
    ("-javaagent:/opt/agent.jar=/etc/agent.conf", []),
    ("-Dport=7000", []),
]


@pytest.mark.parametrize(("option", "ports"), OPENING, ids=[option for option, _ports in OPENING])
def test_ports_that_options_open_are_part_of_the_plan(option: str, ports: list[int]) -> None:
    by_option = plan([{**APP01, "jvm_options": [option]}])["instances"][0]
    by_variable = plan([{**APP01, "environment": {"JAVA_OPTS": f"-Xmx64m '{option}'"}}])["instances"][0]
    assert by_option["ports"] == by_variable["ports"] == sorted([8080, *ports])


def test_one_port_of_jmx_for_two_instances_is_refused_and_two_of_one_instance_are_not() -> None:
    assert plan([{**APP01, "jvm_options": JMX}])["errors"] == []
    (error,) = plan(BOTH, jvm_options=JMX)["errors"]
    assert "port 9012 is wanted twice" in error
    assert "app01" in error
    assert "app02" in error
    (taken,) = plan([{**APP01, "jvm_options": JMX}], {"listening": [socket(9012)]})["errors"]
    assert "the JMX port in jvm_options" in taken
    assert "nginx (pid 77)" in taken


SERVER = (
    '<Server port="8005"><Listener className="org.apache.catalina.mbeans.JmxRemoteLifecycleListener" '
    'rmiRegistryPortPlatform="9001"/><Service><Connector port="${p:-9090}" address="127.0.0.1"/></Service></Server>'
)


def own_server(text: str, **more: t.Any) -> dict[str, t.Any]:
    return plan([{**APP01, "http_port": 9090, "conf_files": {"server.xml": text}, **more}])


def test_the_ports_of_an_own_server_xml_are_those_that_count() -> None:
    assert own_server(SERVER)["instances"][0]["ports"] == [8005, 9001, 9090]
    (error,) = own_server(SERVER, jvm_options=["-Dp=7000"])["errors"]
    assert "http_port 9090" in error
    assert "7000" in error
    found = tomcat_plan(
        [{**APP01, "http_port": 9090, "conf_files": {"server.xml": SERVER}}, {"name": "x", "http_port": 9001}],
        SETTINGS,
        HOST,
    )
    assert "port 9001 is wanted twice" in found["errors"][0]


def test_an_own_server_xml_that_is_none_is_refused_before_anything_is_written() -> None:
    (error,) = own_server("<Server port='-1'><Service>")["errors"]
    assert "'server.xml' is no XML" in error
    (error,) = own_server(SERVER, conf_files={"server.xml": SERVER, "context.xml": "<Context"})["errors"]
    assert "'context.xml' is no XML" in error


def test_a_server_xml_with_a_document_type_is_not_read() -> None:
    found = own_server('<!DOCTYPE Server [<!ENTITY p "7000">]><Server port="-1"/>')
    assert (found["errors"], found["instances"][0]["ports"]) == ([], [9090])


def test_what_is_wrong_with_jars_is_said_once_for_all_and_with_the_name_of_an_instance_for_its_own() -> None:
    found = plan([{**APP01, "libs": [{"src": "b.zip"}]}, APP02], libs=[{"src": "a.zip"}])
    assert [error.partition(" is no name")[0] for error in found["errors"]] == [
        "tomcat_app_libs: 'a.zip'",
        "instance 'app01': libs: 'b.zip'",
    ]


def test_one_by_one_is_one_batch_each() -> None:
    assert [batch["names"] for batch in plan(BOTH, one_by_one=True)["batches"]] == [["app01"], ["app02"]]


def test_an_installed_release_needs_no_archive() -> None:
    found = plan([{**APP01, "version": "10.1.30"}], {"homes": ["10.1.30"]})
    assert found["errors"] == []
    assert found["releases"] == [{"version": "10.1.30", "archive": "", "checksum": ""}]


def test_a_roll_back_changes_the_version_alone() -> None:
    releases = [{"version": "10.1.30", "archive": "http://x/apache-tomcat-10.1.34.tar.gz", "checksum": "sha256:0"}]
    kept = {"version": "10.1.30", "archive": "", "checksum": ""}
    assert plan([APP01], {"homes": ["10.1.30"]}, version="10.1.30", releases=releases)["releases"] == [kept]
    assert plan([APP01], version="10.1.30", releases=releases)["releases"] == releases


@pytest.mark.parametrize(
    ("war", "name", "context"),
    [
        ({"src": "https://x.example/shop-1.war?token=1"}, "shop-1.war", "/shop-1"),
        ({"src": "/srv/a.war", "context": "/"}, "ROOT.war", "/"),
        ({"src": "a.war", "context": "shop/v2/"}, "shop#v2.war", "/shop/v2"),
        ({"src": "shop##001.war"}, "shop##001.war", "/shop"),
        ({"src": "https://x.example/a%23b%23%231.2.war"}, "a#b##1.2.war", "/a/b"),
        ({"src": "a.war", "context": "/shop##001"}, "shop##001.war", "/shop"),
        ({"src": "a.war", "context": "/##7"}, "ROOT##7.war", "/"),
        ({"src": "ROOT##7.war"}, "ROOT##7.war", "/"),
    ],
)
def test_the_file_name_of_a_war_gives_its_context(war: dict, name: str, context: str) -> None:
    item = plan([{**APP01, "wars": [war]}])["instances"][0]
    assert (item["wars"][0]["name"], item["wars"][0]["context"]) == (name, context)


def test_readiness_asks_the_application_and_does_not_take_404_for_one() -> None:
    empty, filled = plan([APP01, {**APP02, "wars": [{"src": "shop.war"}], "http_address": "10.0.0.41"}])["instances"]
    assert (empty["ready"]["url"], empty["ready"]["status"]) == ("http://127.0.0.1:8080/", ["200-499"])
    assert filled["ready"]["url"] == "http://10.0.0.41:8081/shop/"
    assert filled["ready"]["status"] == ["200-399", "401", "403", "405"]


def test_the_program_is_the_manual_one_and_more() -> None:
    item = plan([{**APP01, "environment": {"MODE": 1}}])["instances"]
    program = tomcat_programs(item, {"app01": "c0ffee"})[0]
    assert program["command"] == "/opt/tomcat/10.1.34/bin/catalina.sh run"
    assert program["directory"] == "/opt/app01/var"
    assert program["environment"] == {
        "JAVA_HOME": "/usr/local/jdk-17",
        "JAVA_BIN": "/usr/local/jdk-17/bin",
        "CATALINA_HOME": "/opt/tomcat/10.1.34",
        "CATALINA_BASE": "/opt/app01",
        "HOME": "/opt/app01/var",
        "USER": "tomcat",
        "LOGNAME": "tomcat",
        "MODE": "1",
        "TOMCAT_APP_CONFIG": "c0ffee",
    }
    assert (program["exitcodes"], program["stopasgroup"], program["killasgroup"]) == ([0, 143], True, True)


def test_shared_values_are_each_instances_own() -> None:
    shared = {
        "jvm_options": ["-Xlog:gc:file={base}/logs/gc-{http_port}.log"],
        "environment": {"NODE": "{name}", "CATALINA_OPTS": "-Dcom.sun.management.jmxremote.port=9012"},
        "valves": [{"className": "x", "prefix": "{name}."}],
        "program_options": {"stderr_logfile": "{base}/logs/err"},
        "directory": "{base}/bin",
        "limits": {"core": "unlimited", "nofile": 4096},
    }
    first, second = plan([APP01, {**APP02, "limits": {"nofile": 8192}}], **shared)["instances"]
    assert first["jvm_options"][-2:] == [
        "-Xlog:gc:file=/opt/app01/logs/gc-8080.log", "-Dcom.sun.management.jmxremote.port=9012",
    ]  # fmt: skip
    assert (first["environment"], second["environment"]) == ({"NODE": "app01"}, {"NODE": "app02"})
    assert second["valves"] == [{"className": "x", "prefix": "app02."}]
    assert second["limit_words"] == {"core": "unlimited", "nofile": "8192"}
    program = tomcat_programs([second])[0]
    assert (program["directory"], program["stderr_logfile"]) == ("/opt/app02/bin", "/opt/app02/logs/err")
    # What stands in the environment is part of the plan like all else.
    assert first["ports"] == [8080, 9012]
    assert any("9012 is wanted twice" in error for error in plan(BOTH, **shared)["errors"])


def test_a_look_ahead_leaves_out_what_has_to_exist() -> None:
    needed = {"user", "stdout_logfile"}
    for lacking, left_out in (("tomcat", "user"), ("/var/log/tomcat_app", "stdout_logfile")):
        there = plan([APP01], {"lacking": [lacking]})["instances"]
        assert needed - tomcat_programs(there, bare=True)[0].keys() == {left_out}
        assert needed <= tomcat_programs(there)[0].keys()
    assert needed <= tomcat_programs(plan([APP01])["instances"], bare=True)[0].keys()


def test_an_absent_instance_is_an_absent_program() -> None:
    assert tomcat_programs(plan([{**APP01, "state": "absent"}])["absent"]) == [{"name": "app01", "state": "absent"}]


@pytest.mark.parametrize("items", ["app01", [{"http_port": 8080}], ["app01"], {"name": "app01"}])
def test_what_is_no_list_of_named_mappings_is_refused(items: t.Any) -> None:
    with pytest.raises(AnsibleFilterError, match="each with a name"):
        plan(items)


VERSIONS = [{"src": "shop##001.war"}, {"src": "shop##002.war"}]


def test_versions_are_asked_by_the_path_of_their_context_and_by_tomcats_health_check() -> None:
    item = plan([{**APP01, "wars": VERSIONS, "auto_deploy": True}])["instances"][0]
    assert item["health_valve"]
    assert item["ready"]["url"] == "http://127.0.0.1:8080/shop/"
    assert item["ready"]["health"] == "http://127.0.0.1:8080/.fleet-health"
    assert item["ready"]["deployed"] == ["/opt/app01/webapps/shop##002.war"]
    assert [war["live"] for war in item["wars"]] == [True, True]


def test_without_automatic_deployment_a_version_needs_a_restart() -> None:
    item = plan([{**APP01, "wars": VERSIONS}])["instances"][0]
    assert [war["live"] for war in item["wars"]] == [False, False]
    assert item["ready"]["health"]
    assert item["ready"]["deployed"] == []


def test_instances_without_versions_get_no_valve_and_are_asked_as_before() -> None:
    item = plan([{**APP01, "wars": [{"src": "shop.war"}], "auto_deploy": True, "old_versions": "remove"}])["instances"][
        0
    ]
    assert (item["health_valve"], item["ready"]["health"], item["ready"]["deployed"]) == (False, "", [])
    assert not item["wars"][0]["live"]


OWN = '<Server port="-1"><Connector port="8080"/><Host%s><Valve className="%s"%s/></Host></Server>'
HEALTH = "org.apache.catalina.valves.HealthCheckValve"


@pytest.mark.parametrize(
    ("host", "valve", "more", "health", "live"),
    [
        ("", HEALTH, "", "/health", True),
        (' autoDeploy="false"', HEALTH, ' path="/up"', "/up", False),
        ("", HEALTH, ' checkContainersAvailable="false"', "", False),
        ("", "org.apache.catalina.valves.AccessLogValve", "", "", False),
    ],
)
def test_an_own_server_xml_says_by_itself_what_its_tomcat_does(
    host: str, valve: str, more: str, health: str, live: bool
) -> None:
    files = {"server.xml": OWN % (host, valve, more)}
    found = plan([{**APP01, "wars": VERSIONS, "conf_files": files}])
    item = found["instances"][0]
    assert not item["health_valve"]
    assert item["ready"]["health"] == (f"http://127.0.0.1:8080{health}" if health else "")
    assert [war["live"] for war in item["wars"]] == [live, live]
    assert ["nothing tells" in error for error in found["errors"]] == ([] if health else [True])
    known = plan([{**APP01, "wars": VERSIONS, "conf_files": files, "ready_path": "/shop/new.html"}])
    assert known["errors"] == []


def moving(ports: dict[str, tuple[int, int]], **settings: t.Any) -> dict[str, t.Any]:
    """The plan for running instances, each with the port that it has and the one it is to have."""
    items = [{"name": name, "http_port": new} for name, (_old, new) in ports.items()]
    bases = {f"/opt/{name}": {**READY, "ports": [old]} for name, (old, _new) in ports.items() if old}
    listening = [own(old, f"/opt/{name}") for name, (old, _new) in ports.items() if old]
    host = {**HOST, "bases": bases, "listening": listening}
    return tomcat_plan(
        items, {**SETTINGS, **settings}, host, [name for name, (old, new) in ports.items() if old != new]
    )


def test_two_that_take_each_others_port_are_stopped_together() -> None:
    found = moving({"a": (8080, 8081), "b": (8081, 8080), "c": (8082, 8082), "d": (8083, 8084)})
    assert found["errors"] == []
    assert [batch["names"] for batch in found["batches"]] == [["c"], ["a", "b"], ["d"]]
    assert [batch["stop"] for batch in found["batches"]] == [[], ["a", "b"], []]
    assert [batch["together"] for batch in found["batches"]] == [False, True, False]


def test_a_circle_of_three_is_one_batch() -> None:
    found = moving({"a": (8080, 8081), "b": (8081, 8082), "c": (8082, 8080)})
    assert (found["errors"], [batch["names"] for batch in found["batches"]]) == ([], [["a", "b", "c"]])


def test_a_port_is_left_before_it_is_taken_and_nobody_else_is_stopped_for_it() -> None:
    found = moving({"new": (0, 8080), "a": (8080, 8081), "b": (8081, 8082), "c": (8083, 8083)}, at_once=5)
    assert found["errors"] == []
    assert [batch["names"] for batch in found["batches"]] == [["c"], ["b"], ["a"], ["new"]]
    assert [batch["stop"] for batch in found["batches"]] == [[], [], [], []]


def test_one_that_waits_for_a_circle_comes_after_it() -> None:
    found = moving({"x": (8090, 8085), "a": (8080, 8081), "b": (8081, 8080), "c": (8085, 8086)})
    assert [batch["names"] for batch in found["batches"]] == [["a", "b"], ["c"], ["x"]]


def test_a_port_of_one_that_this_run_leaves_alone_stays_taken() -> None:
    (error,) = moving({"a": (8080, 8081), "b": (8081, 8080)}, limit=["a"])["errors"]
    assert "8081" in error
    assert "/opt/b, which does not leave it in this run" in error


def test_a_run_that_was_ended_between_may_go_on_with_the_swap() -> None:
    """The folders say what is to be, the processes are still the former ones."""
    items = [{"name": "a", "http_port": 8081}, {"name": "b", "http_port": 8080}]
    bases = {"/opt/a": {**READY, "ports": [8081]}, "/opt/b": {**READY, "ports": [8080]}}
    host = {**HOST, "bases": bases, "listening": [own(8080, "/opt/a"), own(8081, "/opt/b")]}
    assert len(tomcat_plan(items, SETTINGS, host)["errors"]) == 2
    for base in bases.values():
        base["unsettled"] = True
    found = tomcat_plan(items, SETTINGS, host, ["a", "b"])
    assert (found["errors"], found["batches"][0]["stop"]) == ([], ["a", "b"])


def test_what_goes_back_is_asked_what_it_was_asked_before() -> None:
    bases = {"/opt/app01": {**READY, "ready": {"url": "http://old/", "status": ["200"], "timeout": 9}}}
    item = plan([{**APP01, "wars": VERSIONS, "auto_deploy": True}], {"bases": bases})["instances"][0]
    assert item["ready_before"] == {
        "name": "app01",
        "log": "/var/log/tomcat_app/app01.log",
        "url": "http://old/",
        "status": ["200"],
        "timeout": 9,
    }


@pytest.mark.parametrize(("groups", "readers"), [(["web"], "web"), (["web", "shop"], "root")])
def test_the_common_folder_of_logs_is_read_by_the_one_group_of_all_instances(groups, readers):
    items = [{"name": f"app{number}", "group": group} for number, group in enumerate([*groups, groups[0]])]
    found = tomcat_plan(items, SETTINGS, HOST)
    assert (found["groups"], found["readers"]) == (groups, readers)
