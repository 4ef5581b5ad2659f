# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The monitor's list of daemons: the inventory first, and nothing that the application would misread."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.monitor_servers import monitor_servers

EXTRA = {
    "name": "tomcat_8080",
    "url": "http://10.0.0.41/RPC2",
    "port": "9001",
    "username": "admin",
    "password": "123456",
}


def host(**changes):
    known = {
        "name": "inventory_hostname",
        "address": "ansible_host",
        "inet": "supervisor_inet_http_server",
        "server": "monitor_web_server",
    }
    base = {"inventory_hostname": "c701", "ansible_host": "10.0.0.41"}
    return {**base, **{known[key]: value for key, value in changes.items()}}


@pytest.mark.parametrize(
    ("port", "url", "number"),
    [
        ("9001", "http://10.0.0.41/RPC2", 9001),
        (9001, "http://10.0.0.41/RPC2", 9001),
        ("*:9001", "http://10.0.0.41/RPC2", 9001),
        (":9001", "http://10.0.0.41/RPC2", 9001),
        ("0.0.0.0:9001", "http://10.0.0.41/RPC2", 9001),
        ("10.9.9.9:9002", "http://10.9.9.9/RPC2", 9002),
        ("[fd00::9]:9002", "http://[fd00::9]/RPC2", 9002),
    ],
)
def test_a_host_is_reached_where_its_daemon_listens(port, url, number):
    assert monitor_servers([host(inet={"port": port})]) == [{"name": "c701", "url": url, "port": number}]


def test_an_ipv6_host_gets_brackets():
    assert monitor_servers([host(address="fd00::1", inet={"port": "*:9001"})])[0]["url"] == "http://[fd00::1]/RPC2"


def test_credentials_come_along():
    (server,) = monitor_servers([host(inet={"port": "9001", "username": "user", "password": 123})])
    assert server["username"] == "user"
    assert server["password"] == "123"


def test_a_host_without_an_address_is_reached_by_its_name():
    (server,) = monitor_servers([{"inventory_hostname": "c701", "supervisor_inet_http_server": {"port": 9001}}])
    assert server["url"] == "http://c701/RPC2"


def test_a_host_without_a_network_daemon_is_left_out():
    assert monitor_servers([host()]) == []


def test_a_host_may_override_any_of_it():
    inet = {"port": "*:9001", "username": "user", "password": "x"}
    (server,) = monitor_servers([host(inet=inet, server={"port": 9009, "password": "y"})])
    assert server == {"name": "c701", "url": "http://10.0.0.41/RPC2", "port": 9009, "username": "user", "password": "y"}


def test_a_host_of_others_is_described_whole():
    (server,) = monitor_servers([host(server={"url": "http://10.0.0.9/RPC2", "port": 9001})])
    assert server == {"name": "c701", "url": "http://10.0.0.9/RPC2", "port": 9001}


def test_servers_by_hand_are_added_and_replace():
    hosts = [host(inet={"port": "9001"}), host(name="c702", inet={"port": "9001"})]
    replaced = {"name": "c701", "url": "http://10.0.0.99/RPC2", "port": 9001}
    found = monitor_servers(hosts, [EXTRA, replaced])
    assert [(server["name"], server["url"]) for server in found] == [
        ("c701", "http://10.0.0.99/RPC2"),
        ("c702", "http://10.0.0.41/RPC2"),
        ("tomcat_8080", "http://10.0.0.41/RPC2"),
    ]
    assert found[2]["port"] == 9001


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "https://10.0.0.41/RPC2"}, "plain HTTP only"),
        ({"url": "10.0.0.41/RPC2"}, "http://ADDRESS/RPC2"),
        ({"url": ""}, "http://ADDRESS/RPC2"),
        ({"url": "unix:///run/supervisor.sock"}, "http://ADDRESS/RPC2"),
        ({"url": "http://user:123456@10.0.0.41/RPC2"}, "http://ADDRESS/RPC2"),
        ({"url": "http://10.0.0.41:9001/RPC2"}, "from port instead"),
        ({"port": 0}, "from 1 to 65535"),
        ({"port": ""}, "from 1 to 65535"),
        ({"port": 70000}, "from 1 to 65535"),
        ({"port": "9001x"}, "from 1 to 65535"),
        ({"port": True}, "from 1 to 65535"),
        ({"username": None}, "has no username"),
        ({"password": ""}, "has no password"),
        ({"username": "a:b"}, "holds a colon"),
        ({"password": "{SHA}7c4a8d09ca3762af61e59520943dc26494f8941b"}, "is a hash"),
        ({"name": ".."}, "name that can be shown"),
        ({"name": ""}, "name that can be shown"),
        ({"timeout": 3}, "unknown key timeout"),
    ],
)
def test_what_would_be_misread_is_refused_without_telling_the_password(change, words):
    with pytest.raises(AnsibleFilterError, match=words) as caught:
        monitor_servers([], [{**EXTRA, **change}])
    assert "123456" not in str(caught.value)
    assert "7c4a8d" not in str(caught.value)


def test_a_name_is_used_once():
    with pytest.raises(AnsibleFilterError, match="listed twice"):
        monitor_servers([], [EXTRA, EXTRA])


@pytest.mark.parametrize(
    "port",
    [
        "127.0.0.1:9001",
        "127.9.9.9:9001",
        "localhost:9001",
        "[::1]:9001",
        "::1:9001",
        "127.1:9001",
        "0x7f.1:9001",
        "[::ffff:127.0.0.1]:9001",
        "localhost.localdomain:9001",
    ],
)
def test_an_address_that_means_the_monitor_itself_is_never_asked_for_another_host(port):
    inet = {"port": port, "username": "user", "password": "secret"}
    (server,) = monitor_servers([host(inet=inet)], [], "monitor")
    assert server["url"] == "http://10.0.0.41/RPC2"
    assert "only the host itself can reach" in server["error"]
    assert "username" not in server
    assert "password" not in server


def test_the_monitor_itself_may_listen_on_such_an_address():
    assert monitor_servers([host(inet={"port": "127.0.0.1:9001"})], [], "c701") == [
        {"name": "c701", "url": "http://127.0.0.1/RPC2", "port": 9001}
    ]


def test_a_host_that_ansible_reaches_on_its_own_machine_is_not_the_monitor():
    (server,) = monitor_servers([host(address="127.0.0.1", inet={"port": "*:9001"})], [], "monitor")
    assert "error" in server
    assert server["url"] == "http://c701/RPC2"
    assert "ansible_host is 127.0.0.1" in server["error"]


def test_who_is_not_in_the_inventory_is_none_of_its_hosts():
    assert "error" in monitor_servers([host(inet={"port": "127.0.0.1:9001"})])[0]


@pytest.mark.parametrize("port", ["0:9001", "0.0.0.0:9001", ":9001", "[::]:9001", "*:9001"])
def test_who_listens_everywhere_is_asked_at_the_address_of_the_host(port):
    (server,) = monitor_servers([host(inet={"port": port})], [], "monitor")
    assert (server["url"], "error" in server) == ("http://10.0.0.41/RPC2", False)


def test_an_address_that_somebody_gave_for_the_monitor_is_used():
    """Such as the end of a tunnel."""
    inet, server = {"port": "127.0.0.1:9001"}, {"url": "http://127.0.0.1/RPC2", "port": 19001}
    assert monitor_servers([host(inet=inet, server=server)], [], "monitor") == [{"name": "c701", **server}]
    assert "error" not in monitor_servers([], [{"name": "x", **server}], "monitor")[0]
