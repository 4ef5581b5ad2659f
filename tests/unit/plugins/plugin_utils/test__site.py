# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the monitor's site listens and how people reach it: as nginx wants it, or refused with the cure."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.monitor_site import monitor_site


def test_nothing_said_is_nothing_special():
    assert monitor_site({}) == {
        "addresses": [],
        "local": False,
        "names": [],
        "path": "/",
        "origins": [],
        "proxies": [],
        "links": [],
    }


@pytest.mark.parametrize(
    ("given", "nginx"),
    [
        (["10.0.0.5", "fd00::5"], ["10.0.0.5", "[fd00::5]"]),
        (["[::]", "*"], ["[::]", "0.0.0.0"]),
        ("10.0.0.5", ["10.0.0.5"]),
        ("", []),
        (["::1", "[::1]"], ["[::1]"]),
        ("localhost", ["localhost"]),
    ],
)
def test_addresses_of_both_kinds(given, nginx):
    assert monitor_site({"addresses": given})["addresses"] == nginx


@pytest.mark.parametrize(
    ("given", "local"),
    [
        (["127.0.0.1", "::1"], True),
        (["localhost"], True),
        (["127.0.0.1", "10.0.0.5"], False),
        (["localhost.example"], False),
        (["*"], False),
    ],
)
def test_it_is_known_whether_other_machines_can_connect(given, local):
    assert monitor_site({"addresses": given})["local"] is local


def test_names_may_be_addresses():
    names = ["ops.example", "10.0.0.5", "fd00::5"]
    assert monitor_site({"names": names})["names"] == ["ops.example", "10.0.0.5", "[fd00::5]"]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("/", "/"),
        ("", "/"),
        ("monitor", "/monitor/"),
        ("/a/b-c", "/a/b-c/"),
        ("/m/", "/m/"),
        ("/controls", "/controls/"),
    ],
)
def test_a_path_begins_and_ends_with_a_slash(given, path):
    assert monitor_site({"path": given})["path"] == path


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://Ops.example", "https://ops.example"),
        ("https://ops.example:443/", "https://ops.example"),
        ("http://ops.example:80", "http://ops.example"),
        ("http://ops.example:443", "http://ops.example:443"),
        ("https://[FD00::5]:8443", "https://[fd00::5]:8443"),
    ],
)
def test_an_origin_is_as_a_browser_says_it(given, origin):
    assert monitor_site({"origins": [given]})["origins"] == [origin]


@pytest.mark.parametrize(
    ("given", "proxy"),
    [("10.0.0.7", "10.0.0.7"), ("10.0.0.0/24", "10.0.0.0/24"), ("fd00::/64", "fd00::/64"), ("[::1]", "::1")],
)
def test_proxies_are_addresses_and_networks(given, proxy):
    assert monitor_site({"proxies": [given]})["proxies"] == [proxy]


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("addresses", ["10.0.0.5:80"], "monitor_web_port"),
        ("addresses", ["10.0.0"], "monitor_web_address holds '10.0.0'"),
        ("addresses", ["unix:/run/x"], "monitor_web_address"),
        ("names", ["http://ops.example"], "without http://"),
        ("names", ["a b;"], "monitor_web_server_names"),
        ("path", "/a b/", "monitor_web_path is '/a b/'"),
        ("path", "/../x", "monitor_web_path"),
        ("path", '/x";', "monitor_web_path"),
        ("path", "control", "monitor_web_path is 'control', but the dashboard's own paths begin so"),
        ("path", "/js/monitor/", "such as /monitor/"),
        ("origins", ["ops.example"], "https://ops.example"),
        ("origins", ["https://ops.example/monitor"], "A path goes into monitor_web_path"),
        ("origins", ["https://*.example"], "monitor_web_public_origins"),
        ("origins", ["https://ops.example:99999"], "monitor_web_public_origins"),
        ("origins", ["https://admin@ops.example"], "monitor_web_public_origins"),
        ("proxies", ["proxy.example"], "monitor_web_trusted_proxies"),
        ("proxies", ["10.0.0.7/24"], "no bits beyond its length"),
        ("proxies", ["0.0.0.0/0"], "everybody"),
        ("proxies", ["::/0"], "everybody"),
        ("links", [{"name": "Help", "url": "javascript:alert(1)"}], "https://, http:// or mailto:"),
        ("links", [{"name": "", "url": "https://x"}], "the text that people click on"),
        ("links", [{"name": "a", "href": "https://x"}], "unknown key href"),
        ("adresses", [], "unknown key adresses"),
    ],
)
def test_what_nginx_would_misread_is_refused_with_the_cure(key, value, word):
    with pytest.raises(AnsibleFilterError, match="monitor_site: ") as caught:
        monitor_site({key: value})
    assert word in str(caught.value)
