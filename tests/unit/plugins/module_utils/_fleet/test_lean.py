# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left of a result when it is to be small."""

import json

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._fleet import lean as _lean


def seen(name, state="RUNNING", spawnerr=""):
    return {"name": name, "state": state, "spawnerr": spawnerr, "description": "x" * 50}


def changed(name, actions=(), failed=False, after="RUNNING"):
    return {"name": name, "before": "RUNNING", "after": after, "actions": list(actions), "failed": failed}


def entry(*processes, **more):
    brief = {
        "name": "a",
        "server_url": "u",
        "reachable": True,
        "changed": False,
        "failed": False,
        "msg": "",
        "seconds": 0.1,
    }
    return dict(brief, processes=list(processes), groups={"g": {}}, daemon={"pid": 1}, **more)


SEEN = [
    seen("a"),
    seen("b", "FATAL"),
    seen("c", "EXITED"),
    seen("d", "EXITED", "Bad exit code 1"),
    seen("e", "STOPPED"),
]


def test_all_is_everything():
    found = {"servers": [entry(*SEEN)], "summary": {"total": 1}}
    assert _lean.result(found, "all") is found


def test_notable_processes_are_those_to_look_at():
    [found] = _lean.result({"servers": [entry(*SEEN)], "summary": {}}, "notable")["servers"]
    assert [process["name"] for process in found["processes"]] == ["b", "d"]
    assert found["states"] == {"EXITED": 2, "FATAL": 1, "RUNNING": 1, "STOPPED": 1}
    assert "groups" not in found
    assert found["daemon"] == {"pid": 1}


def test_notable_is_what_something_was_done_to():
    some = [changed("a"), changed("b", ["start"]), changed("c", failed=True, after="FATAL")]
    [found] = _lean.result({"servers": [entry(*some)]}, "notable")["servers"]
    assert [process["name"] for process in found["processes"]] == ["b", "c"]
    assert found["states"] == {"FATAL": 1, "RUNNING": 2}


def test_notable_calls():
    calls = [{"method": name, "failed": name == "b", "changed": name == "c", "result": 1} for name in "abc"]
    found = _lean.result({"changed": True, "calls": calls}, "notable")
    assert [call["method"] for call in found["calls"]] == ["b", "c"]


def test_none_says_only_how_it_went():
    [found] = _lean.result({"servers": [entry(*SEEN)]}, "none")["servers"]
    assert set(found) == {"name", "server_url", "reachable", "changed", "failed", "msg", "seconds", "states"}


def test_a_single_daemon_is_no_other():
    found = _lean.result(entry(*SEEN), "notable")
    assert len(found["processes"]) == 2


def test_a_server_that_was_not_reached_has_nothing_to_leave_out():
    lost = {"name": "a", "reachable": False, "failed": True, "msg": "refused"}
    assert _lean.result({"servers": [lost]}, "none")["servers"] == [lost]


@pytest.mark.parametrize("count", [1, 19, 20, 21, 1000])
def test_the_length_is_measured_well_enough(count):
    entries = [entry(*SEEN, *[seen("x%d" % number) for number in range(index % 7)]) for index in range(count)]
    found = {"servers": entries, "summary": {"total": count}}
    real = len(json.dumps(found))
    assert 0.8 * real < _lean.length(found) < 1.2 * real
    assert _lean.length({"servers": []}) == len("{}")
