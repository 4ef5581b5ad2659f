# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of endpoints: ranges, defaults, overrides, and what is refused with which words."""

from __future__ import annotations

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.plugin_utils import _inventory_endpoints

DEFAULTS = {"username": "admin", "password": "default", "timeout": 10.0, "validate_certs": True}


def targets(*entries, port=9001, **defaults):
    return _inventory_endpoints.targets(list(entries), {**DEFAULTS, **defaults}, port)


def urls(*entries, **options):
    return [target.endpoint.url for target in targets(*entries, **options)]


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("node", ["node"]),
        ("node[1:3]", ["node1", "node2", "node3"]),
        ("node[08:11].x", ["node08.x", "node09.x", "node10.x", "node11.x"]),
        ("node[8:11]", ["node8", "node9", "node10", "node11"]),
        ("n[1:9:4]", ["n1", "n5", "n9"]),
        ("n[a:c]", ["na", "nb", "nc"]),
        ("n[a:e:2]", ["na", "nc", "ne"]),
        ("n[0:0]", ["n0"]),
        ("[1:2]-[a:b]", ["1-a", "1-b", "2-a", "2-b"]),
        ("[::1]:9001", ["[::1]:9001"]),
        ("[2001:db8::1]", ["[2001:db8::1]"]),
        ("[1:2:3:4:5:6:7:8]", ["[1:2:3:4:5:6:7:8]"]),
    ],
)
def test_ranges(text, expanded):
    assert _inventory_endpoints.expand(text) == expanded


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("n[3:1]", "the range [3:1] ends before it starts"),
        ("n[a:9]", "mixes letters and digits"),
        ("n[01:100]", "ends of different lengths"),
        ("n[1:9:0]", "has the step 0"),
        ("n[1:999999999]", "is longer than"),
        ("n[1:1000]m[1:1000]", "stands for 1000000 addresses"),
        ("n[1-20]", "what stands in brackets is no range; write [01:20] or [a:f]"),
        ("n[1,2]:9001", "what stands in brackets is no range"),
        ("http://n[x]:9001", "what stands in brackets is no range"),
        ("http://u:p@node:9001", "server_url holds credentials"),
        ("u:p@node:9001", "server_url holds credentials"),
        ("::1", "write an IPv6 address in brackets"),
        ("node:port", "use unix:///path/of/the/socket, http://host:port"),
        ("ftp://node", "unknown scheme"),
        ("no de", "it holds a blank"),
        ("", "server_url is missing"),
        ({"name": "x"}, "server_url is missing"),
        ({"url": "x"}, "unknown key 'url'; known are server_url, name, username"),
        (7, "entry 1: it is int: write an address, or a map with server_url"),
        (["a"], "it is list"),
        ({"server_url": "n[1:3]", "name": "a[1:2]"}, "name 'a[1:2]' stands for 2 names, server_url for 3 addresses"),
        ({"server_url": "n", "name": "a b"}, "name 'a b' cannot be one of a host"),
        ({"server_url": "n", "name": "../x"}, "cannot be one of a host"),
        ({"server_url": "n", "name": ""}, "cannot be one of a host"),
        ({"server_url": "n", "timeout": "soon"}, "timeout 'soon' of http://n:9001: give a number of seconds"),
        ({"server_url": "n", "timeout": 0}, "timeout 0 of"),
        ({"server_url": "n", "validate_certs": "maybe"}, "validate_certs 'maybe': give true or false"),
        ({"server_url": "n", "vars": ["x"]}, "vars of http://n:9001: give a map"),
        ({"server_url": "n", "vars": {"a-b": 1}}, "vars of http://n:9001: give a map"),
        ({"server_url": "n", "username": "a:b"}, "holds a colon"),
    ],
)
def test_what_is_refused(entry, words):
    with pytest.raises(_errors.OptionError) as caught:
        targets(entry)
    assert words in caught.value.message
    assert "default" not in caught.value.message


@pytest.mark.parametrize("entries", [[], None, 5, True])
def test_a_list_it_has_to_be(entries):
    with pytest.raises(_errors.OptionError, match="endpoints: give a list of addresses, such as"):
        _inventory_endpoints.targets(entries, DEFAULTS, 9001)


def test_the_entry_is_named_by_its_number():
    with pytest.raises(_errors.OptionError, match="endpoints, entry 2: "):
        targets("a", "n[3:1]")


def test_too_many_in_several_entries():
    with pytest.raises(_errors.OptionError, match="more than 100000 addresses"):
        targets("a[1:60000]", "b[1:60000]")


def test_addresses_are_completed():
    assert urls(
        "a", "b:81", "c/x", "http://d", "https://e/y", "unix:///run/f[1:2].sock", "[::1]", "[::1]:5", port=7
    ) == [
        "http://a:7",
        "http://b:81",
        "http://c:7/x",
        "http://d",
        "https://e/y",
        "unix:///run/f1.sock",
        "unix:///run/f2.sock",
        "http://[::1]:7",
        "http://[::1]:5",
    ]


def test_one_address_needs_no_list():
    for entries in ("a:1", {"server_url": "a:1"}):
        assert [target.endpoint.url for target in _inventory_endpoints.targets(entries, {}, 1)] == ["http://a:1"]


def test_names_go_with_the_range():
    found = targets({"server_url": "10.0.0.[9:11]", "name": "node[09:11]"})
    assert [(target.endpoint.host, target.name) for target in found] == [
        ("10.0.0.9", "node09"),
        ("10.0.0.10", "node10"),
        ("10.0.0.11", "node11"),
    ]


def test_defaults_and_what_overrides_them():
    plain, other, open_, again = targets(
        "n[1:4]:9001",
        {"server_url": "n2", "password": 1234, "timeout": "2.5"},
        {"server_url": "n3", "username": ""},
        {"server_url": "n4", "username": "u", "password": "p", "validate_certs": "no", "vars": {"zone": "b"}},
        {"server_url": "n4", "password": "q", "ca_path": None},
    )
    assert (plain.endpoint.username, plain.endpoint.password, plain.timeout) == ("admin", "default", 10.0)
    assert (other.endpoint.username, other.endpoint.password, other.timeout) == ("admin", "1234", 2.5)
    assert (open_.endpoint.username, open_.endpoint.password) == (None, None)
    assert (again.endpoint.username, again.endpoint.password) == ("u", "q")
    assert again.endpoint.validate_certs is False
    assert again.variables == {"zone": "b"}


def test_tls_options(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    (found,) = targets({"server_url": "https://n", "client_cert": "~/c", "client_key": "~/k"}, ca_path="/ca")
    assert (found.endpoint.ca_path, found.endpoint.client_cert) == ("/ca", "/home/me/c")
    assert found.endpoint.client_key == "/home/me/k"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("node01:9001", "node01_9001"),
        ("https://node", "node_443"),
        ("[::1]:9001", "_1_9001"),
        ("unix:///run/sv/a.sock", "run_sv_a.sock"),
    ],
)
def test_an_address_as_a_name(url, address):
    assert targets(url)[0].address == address
