# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons do what they say, seen by asking the daemons themselves."""

from __future__ import annotations

import json

import pytest

ODD = 'sürvér / "1" <&>\''
PROCESSES = [
    ("c701", "c701", "web"),
    ("c701", "c701", "worker:0"),
    ("c702", "c702", "grp:8080"),
    ("c702", "c702", "a+b"),
    ("c702", "c702", "应用一"),
    ("c702", "c702", "it's(1)&me@home"),
    (ODD, "c702", "web"),
    ("benchmark", "c702", "web"),
]


@pytest.mark.parametrize(("server", "daemon", "process"), PROCESSES)
def test_stop_start_and_restart_of_one_process(site, page, daemons, server, daemon, process):
    asked = daemons[daemon]
    first = asked.wait(process, "RUNNING")["pid"]
    running = page.boxes[server].rows[process].buttons

    assert site.press(running["stop"]).status == 302
    assert asked.states()[process] == "STOPPED"
    row = site.row(server, process)
    assert row.state == "STOPPED"

    assert site.press(row.buttons["start"]).status == 302
    second = asked.wait(process, "RUNNING")["pid"]

    assert site.press(running["restart"]).status == 302
    third = asked.wait(process, "RUNNING")["pid"]
    assert len({first, second, third}) == 3


def test_a_restart_waits_for_a_slow_stop(site, page, daemons, settings):
    before = daemons["c702"].wait("slow", "RUNNING")["pid"]
    answer = site.press(page.boxes["c702"].rows["slow"].buttons["restart"])
    assert answer.status == 302
    assert answer.seconds > settings["timeout"]
    assert daemons["c702"].processes()["slow"]["statename"] == "RUNNING"
    assert daemons["c702"].processes()["slow"]["pid"] != before


def test_all_processes_of_a_daemon(site, page, daemons):
    asked = daemons["c701"]
    for name in asked.states():
        asked.wait(name, "RUNNING")
    pids = {name: item["pid"] for name, item in asked.processes().items()}
    buttons = page.boxes["c701"].buttons

    assert site.press(buttons["stopall"]).status == 302
    assert set(asked.states().values()) == {"STOPPED"}

    assert site.press(buttons["startall"]).status == 302
    assert set(asked.states().values()) == {"RUNNING"}

    assert site.press(buttons["restartall"]).status == 302
    assert set(asked.states().values()) == {"RUNNING"}
    assert all(item["pid"] != pids[name] for name, item in asked.processes().items())


def test_many_processes_at_once_and_what_became_of_each(site, daemons):
    targets = [["c701", "web"], ["c702", "web"], ["c702", "应用一"], ["c702", "nobody"], ["nowhere", "web"]]
    before = [daemons[server].wait(process, "RUNNING")["pid"] for server, process in targets[:3]]
    answer = site.many("restart", targets)
    assert answer.status == 200
    results = json.loads(answer.text)["results"]
    assert [result[:2] for result in results] == targets
    assert [result[2] for result in results[:3]] == [None, None, None]
    assert "BAD_NAME" in results[3][2]
    assert results[4][2] == "There is no such server."
    after = [daemons[server].processes()[process] for server, process in targets[:3]]
    assert {item["statename"] for item in after} == {"RUNNING"}
    assert not set(before) & {item["pid"] for item in after}


def test_many_slow_ones_take_as_long_as_the_slowest(site, daemons):
    """Each stop takes six seconds: one after the other they would take twice as long and more."""
    daemons["c702"].wait("slow", "RUNNING")
    answer = site.many("restart", [["c702", "slow"], ["benchmark", "slow-too"]])
    assert [result[2] for result in json.loads(answer.text)["results"]] == [None, None]
    # Two stops of six seconds, each followed by a start of one.
    assert answer.seconds < 12


def test_more_at_once_than_there_are_connections_and_what_became_of_each(site):
    """Some wait until others have ended; nobody is forgotten."""
    targets = [["c702", f"nobody-{number}"] for number in range(450)]
    results = json.loads(site.many("start", targets).text)["results"]
    assert [result[:2] for result in results] == targets
    assert all("BAD_NAME" in result[2] for result in results)


def test_more_than_one_request_is_for_is_refused_with_the_number(site, daemons):
    before = daemons["c701"].states()
    answer = site.many("stop", [["c701", "web"]] * 5001)
    assert answer.status == 400
    assert json.loads(answer.text) == {"error": "These are 5001 processes; one request is for 5000 at most."}
    assert daemons["c701"].states() == before


def test_an_answer_that_is_none_is_not_taken_for_done(site):
    """This daemon says nothing but its version, whatever it is asked to do."""
    (result,) = json.loads(site.many("stop", [["says-text", "web"]]).text)["results"]
    assert result == ["says-text", "web", "The answer does not fit the question."]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"not JSON",
        b'{"action": "stop"}',
        b'{"action": "stop", "targets": []}',
        b'{"action": "stop", "targets": "c701"}',
        b'{"action": "stop", "targets": [["c701"]]}',
        b'{"action": "stop", "targets": [["c701", 1]]}',
        b'{"action": "stop", "targets": [["c701", ""]]}',
        b'{"action": "stopall", "targets": [["c701", "web"]]}',
        b'{"action": "_remap", "targets": [["c701", "web"]]}',
        b'{"action": ["stop"], "targets": [["c701", "web"]]}',
        b'{"action": "stop", "targets": {"a": ["c701", "web"], "0": 1}}',
    ],
)
def test_a_request_for_many_that_makes_no_sense_does_nothing(site, daemons, body):
    before = daemons["c701"].states()
    answer = site.send("/control/many", "POST", {**site.own(), "Content-Type": "application/json"}, body)
    assert answer.status == 400
    assert daemons["c701"].states() == before


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_a_script_may_call_the_body_what_its_tool_calls_it(site, kind):
    body = b'{"action": "clear", "targets": [["c701", "web"]]}'
    answer = site.send("/control/many", "POST", {**site.own(), "Content-Type": kind}, body)
    assert (answer.status, json.loads(answer.text)) == (200, {"results": [["c701", "web", None]]})


def test_who_did_what_is_kept(site, page, settings):
    site.press(page.boxes["c701"].rows["web"].buttons["restart"])
    site.many("start", [["c702", "no\nbody"], ["c701", "web"]])
    newest = site.activity()[-3:]
    assert [(entry["action"], entry["server"], entry["process"]) for entry in newest] == [
        ("restart", "c701", "web"),
        ("start", "c702", "no\nbody"),
        ("start", "c701", "web"),
    ]
    assert [entry["result"] for entry in newest] == ["done", "failed: BAD_NAME: no\nbody", "done"]
    assert {entry["user"] for entry in newest} == {settings["username"]}
    assert all(entry["time"].endswith("Z") and entry["address"] for entry in newest)


def test_what_fails_to_start_says_so(site):
    (result,) = json.loads(site.many("start", [["c702", "fatal"]]).text)["results"]
    assert "fatal" in result[2]


def test_what_is_only_starting_is_not_taken_for_started(site):
    """To Supervisor it is started already, as is one that fails and is started again and again."""
    (result,) = json.loads(site.many("start", [["c702", "starting"]]).text)["results"]
    assert "ALREADY_STARTED" in result[2]
    assert result[2].endswith(", it is STARTING")


def test_what_has_stopped_already_is_stopped(site, daemons):
    assert daemons["c702"].states()["idle"] == "STOPPED"
    assert json.loads(site.many("stop", [["c702", "idle"]]).text)["results"] == [["c702", "idle", None]]


def test_clear_empties_the_log(site, daemons):
    row = site.page().boxes["c702"].rows["log-control"]
    assert row.log
    assert site.press(row.clear).status == 302
    assert site.page().boxes["c702"].rows["log-control"].log is None
    # As it was, for whoever runs the tests again.
    site.press(row.buttons["restart"])
    daemons["c702"].wait("log-control", "RUNNING")
