# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of daemons' answers: names, variables and groups of hosts."""

from __future__ import annotations

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.plugin_utils import _inventory_endpoints, _inventory_hosts

DEFAULT = ("name", "host", "address")
PREFIXES = {"state": "s_", "group": "g_", "program": "p_", "version": "v_", "reachability": "r_"}


def names(entries, identifications=(), preferences=DEFAULT):
    targets = _inventory_endpoints.targets(entries, {}, 9001)
    said = [*identifications, *[None] * len(targets)]
    records = [{"identification": name} if name else {} for name in said[: len(targets)]]
    return _inventory_hosts.names(targets, records, preferences)


def record(*processes, **changes):
    rows = [
        {"name": f"{group}:{name}", "group": group, "process": name, "state": state} for group, name, state in processes
    ]
    known = {
        "url": "http://a:1",
        "checked": 5,
        "reachable": True,
        "version": "4.2.5",
        "api_version": "3.0",
        "identification": "supervisor",
        "state": "RUNNING",
        "pid": 7,
        "processes": rows,
    }
    return {**known, **changes}


LOST = {"url": "http://a:1", "checked": 5, "reachable": False, "failure": "refused", "error": "nothing listens"}


@pytest.mark.parametrize(
    ("entries", "preferences", "expected"),
    [
        (["a", "b"], DEFAULT, ["a", "b"]),
        (["a:1", "a:2", "b:1"], DEFAULT, ["a_1", "a_2", "b"]),
        ([{"server_url": "a:1", "name": "x"}, "a:2"], DEFAULT, ["x", "a_2"]),
        ([{"server_url": "a:1", "name": "x"}, "b"], ["address", "name"], ["a_1", "b_9001"]),
        (["[::1]:5"], ["host"], ["::1"]),
        (["unix:///run/s"], DEFAULT, ["run_s"]),
        (["a:1", "a:2"], ["host"], ["a_1", "a_2"]),
        (["a"], ["name"], ["a"]),
    ],
)
def test_names_from_the_configuration(entries, preferences, expected):
    assert names(entries, preferences=preferences) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["left", "right"], ["left", "right"]),
        (["supervisor", "supervisor"], ["a", "b"]),
        ([None, "right"], ["a", "right"]),
        (["b", "right"], ["a", "right"]),  # b is another endpoint: nobody else may call itself so
        (["b_9001", "right"], ["a", "right"]),
        (["a", "right"], ["a", "right"]),
        (["../../etc", "x y"], ["a", "b"]),
        (["localhost", "all"], ["a", "b"]),
        (["supervisor", "right"], ["a", "right"]),  # what a daemon without a name says
        (["{{ 1 }}", "-x"], ["a", "b"]),
        (["x\n", "\u00e4"], ["a", "b"]),
    ],
)
def test_names_that_daemons_give_themselves(said, expected):
    assert names(["a", "b"], said, ["identification"]) == expected


@pytest.mark.parametrize(
    "entries",
    [
        [{"server_url": "a", "name": "x"}, {"server_url": "b", "name": "x"}],
        [{"server_url": "a", "name": "b"}, "b"],
        ["http://a:1", {"server_url": "http://a:1/RPC2", "name": "y"}, "http://a:1/x"],
    ],
)
def test_duplicate_names_are_refused(entries):
    with pytest.raises(_errors.OptionError, match="would both be the host .*; give each a name of its own"):
        names(entries)


def test_variables_of_a_daemon():
    found = _inventory_hosts.variables(record(("web", "web_00", "RUNNING"), ("web", "web_01", "FATAL")))
    assert found["reachable"] is True
    assert (found["version"], found["pid"], found["state"]) == ("4.2.5", 7, "RUNNING")
    assert found["states"] == {"FATAL": 1, "RUNNING": 1}
    assert found["groups"] == {"web": {"processes": ["web:web_00", "web:web_01"], "states": {"RUNNING": 1, "FATAL": 1}}}
    assert [process["name"] for process in found["processes"]] == ["web:web_00", "web:web_01"]
    assert "error" not in found


def test_variables_of_one_that_did_not_answer():
    assert _inventory_hosts.variables(LOST) == {
        "url": "http://a:1",
        "reachable": False,
        "checked": 5,
        "error": "nothing listens",
        "failure": "refused",
        "version": "",
        "api_version": "",
        "identification": "",
        "state": "",
        "pid": 0,
        "processes": [],
        "groups": {},
        "states": {},
    }


def test_groups():
    found = _inventory_hosts.groups(record(("web", "web_00", "RUNNING"), ("cron", "cron", "FATAL")), PREFIXES)
    assert found == {
        "state": ["s_fatal", "s_running"],
        "group": ["g_cron", "g_web"],
        "program": ["p_cron", "p_web"],
        "version": ["v_4.2.5"],
        "reachability": ["r_reachable"],
    }
    lost = _inventory_hosts.groups(LOST, PREFIXES)
    assert {kind: names for kind, names in lost.items() if names} == {"reachability": ["r_unreachable"]}
    assert _inventory_hosts.groups(record(("a", "b", "RUNNING")), {"program": ""}) == {"program": ["b"]}
    assert _inventory_hosts.groups(record(), {}) == {}


@pytest.mark.parametrize(
    ("group", "name", "program"),
    [
        ("web", "web", "web"),
        ("web", "web_00", "web"),
        ("web", "web-3", "web"),
        ("web", "web.3", "web"),
        ("web", "3", "web"),
        ("shop", "cart", "cart"),
        ("shop", "cart_00", "cart"),
        ("shop", "shop1", "shop1"),
        ("app01", "app01", "app01"),
        ("apps", "app01", "app01"),
        ("shop", "_7", "_7"),
        ("", "", ""),
    ],
)
def test_the_program_of_a_process(group, name, program):
    assert _inventory_hosts.program(group, name) == program
