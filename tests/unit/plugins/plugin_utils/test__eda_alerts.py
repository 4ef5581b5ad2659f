# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.plugin_utils import _eda_door, _eda_push

ALERT = {
    "key": "1f0c9a7be2d04411-1",
    "id": "1f0c9a7be2d04411",
    "status": "firing",
    "say": "problem",
    "kind": "fatal",
    "area": "state",
    "check": "",
    "severity": "critical",
    "former_severity": None,
    "host": "web01",
    "group": "tomcats",
    "program": "app01",
    "since": "2026-11-29T11:50:27.666Z",
    "at": "2026-11-29T11:50:27.666Z",
    "count": 1,
    "exit_status": 1,
    "reason": "Zx9-planted",
    "log": "Zx9-planted",
    "link": "https://fleet.example.com/?Zx9-planted",
    "title": "Zx9-planted",
    "text": "Zx9-planted",
}
OPTIONS = {
    "host": "127.0.0.1",
    "port": 5443,
    "token": "a-token-of-tests-01",
    "secret": None,
    "certfile": None,
    "keyfile": None,
    "hosts": [],
    "kinds": ["fatal"],
    "programs": [],
    "ignore": [],
    "tries": 3,
    "gather": 3.0,
    "timeout": 10.0,
    "max_bytes": 1 << 20,
    "connections": 100,
}


def body(*alerts, **more):
    return json.dumps({"version": 1, "sender": "x", "host": "web01", "sent_at": "", "alerts": alerts, **more}).encode()


def alert(**more):
    return {**ALERT, **more}


def told(push, *alerts):
    push.take(body(*alerts))
    return [event["supervisor"] for event in push.told()]


def test_a_process_that_failed():
    (event,) = told(_eda_push.Push(OPTIONS), alert())
    assert (event["kind"], event["hosts"], event["programs"]) == ("failed", ["web01"], ["tomcats:app01"])
    assert event["states"] == ["FATAL"]
    assert event["text"] == "tomcats:app01 is FATAL on web01"
    (process,) = event["processes"]
    assert process["since"] == 1795953027.666
    assert process["exit_status"] == 1


def test_what_came_before_it_is_told_is_one_event():
    push = _eda_push.Push(OPTIONS)
    for number in range(100):
        push.take(body(alert(host=f"web{number:02}", key=f"k{number}")))
    (event,) = push.told()
    assert len(event["supervisor"]["hosts"]) == 100
    assert push.told() == []


def test_the_same_message_counts_once_and_another_is_another_failure():
    push = _eda_push.Push(OPTIONS)
    kinds = [[event["kind"] for event in told(push, alert(key=key))] for key in ("1", "1", "2", "3", "4", "5")]
    assert kinds == [["failed"], [], ["failed"], ["failed"], ["given_up"], []]


def test_what_came_together_about_a_process_is_one_try():
    push = _eda_push.Push(OPTIONS)
    (event,) = told(push, *[alert(key=str(number)) for number in range(9)])
    assert (event["kind"], event["processes"][0]["tries"]) == ("failed", 1)
    assert told(push, alert(key="10"), alert(status="resolved", say="recovered", key="11"))[0]["kind"] == "recovered"
    assert told(push, alert(key="12"))[0]["processes"][0]["tries"] == 2


def test_what_is_over():
    push = _eda_push.Push(OPTIONS)
    told(push, alert(), alert(program="app02", key="2"))
    recovered = alert(status="resolved", say="recovered", key="3")
    ended = alert(status="resolved", say="ended", key="4", program="app02")
    assert [event["kind"] for event in told(push, recovered, ended)] == ["recovered", "ended"]
    assert told(push, alert(status="resolved", say="recovered", key="5")) == []


def test_what_is_no_failed_process_is_told_apart():
    others = [alert(kind="exited"), alert(kind="unanswered", area="http", key="2", host="web02", group="")]
    (event,) = told(_eda_push.Push(OPTIONS), *others)
    assert event["kind"] == "told"
    assert event["text"] == "exited, unanswered on 2 hosts: web01, web02"
    assert [process["kind"] for process in event["processes"]] == ["exited", "unanswered"]


def test_kinds_and_programs_are_chosen():
    push = _eda_push.Push({**OPTIONS, "kinds": ["exited", "fatal"], "ignore": ["app02"]})
    events = told(push, alert(kind="exited"), alert(program="app02", key="2"))
    assert [(event["programs"], event["states"]) for event in events] == [(["tomcats:app01"], ["EXITED"])]


def test_no_text_of_a_message_is_in_an_event():
    push = _eda_push.Push(OPTIONS)
    assert "Zx9-planted" not in json.dumps(told(push, alert(), alert(kind="memory", area="memory", key="2")))


def test_no_name_in_a_message_is_a_template_or_a_pattern_for_a_playbook():
    names = {"host": "{{ 6 * 7 }}", "group": "{{ 6 * 7 }}", "program": "*"}
    fatal, slow = alert(**names), alert(kind="unanswered", area="http", key="2", **names)
    for event in told(_eda_push.Push(OPTIONS), fatal, slow):
        assert event["kind"] in ("unnamed", "told")
        assert (event["hosts"], event["programs"]) == ([], [])
        assert "{" not in event["text"]
        assert event["processes"][0]["host"] == "(( 6 * 7 ))"


def test_only_hosts_that_may():
    push = _eda_push.Push({**OPTIONS, "hosts": ["web[01:02]"]})
    push.take(body(alert(host="web02")))
    with pytest.raises(_eda_door.Answer) as caught:
        push.take(body(alert(host="db01")))
    assert caught.value.status == 422


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"\xff", "the body is no JSON"),
        (b"{", "the body is no JSON"),
        (b"[" * 5000, "the body is no JSON"),
        (b"[]", "the body is no JSON object"),
        (body(version=2), "version is not 1"),
        (body(version=True), "version is not 1"),
        (body(alerts={}), "alerts is no list of at most 1000"),
        (body(*[1] * 1001), "alerts is no list of at most 1000"),
        (body(1), "alert 1 is no object"),
        (body(alert(), alert(kind="A B")), "alert 2: kind is not as the listener writes it"),
        (body(alert(status=None)), "alert 1: status is not as the listener writes it"),
        (body(alert(host="a\nb")), "alert 1: host is not as the listener writes it"),
        (body(alert(program="x" * 256)), "alert 1: program is not as the listener writes it"),
        (body(alert(key="")), "alert 1 has no key or no host"),
    ],
)
def test_what_is_no_message_of_a_listener_is_refused_as_a_whole(sent, said):
    push = _eda_push.Push(OPTIONS)
    with pytest.raises(_eda_door.Answer) as caught:
        push.take(sent)
    assert (caught.value.status, str(caught.value)) == (422, said)
    assert push.told() == []


@pytest.mark.parametrize("since", [None, 7, "yesterday", "9" * 4000, "0001-01-01T00:00:00Z"])
def test_a_time_that_is_none_is_unknown(since):
    (event,) = told(_eda_push.Push(OPTIONS), alert(since=since))
    assert event["processes"][0]["since"] <= 0


def test_when_too_much_waits_the_listener_is_asked_to_try_again():
    push = _eda_push.Push(OPTIONS)
    for _some in range(_eda_push.WAITING // 1000):
        push.take(body(*[alert()] * 1000))
    with pytest.raises(_eda_door.Answer) as caught:
        push.take(body(alert()))
    assert caught.value.status == 503


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"token": None}, "token and secret are missing: give one of them, as to the route of the role alerts"),
        ({"token": "short"}, "token: it is shorter than 16 characters; choose a longer one"),
        ({"secret": "short"}, "secret: it is shorter than 16 characters; choose a longer one"),
        ({"keyfile": "/k"}, "keyfile is set but certfile is not: set both, or certfile alone"),
        ({"port": 0}, "port: 0 is out of bounds; give a number from 1 to 65535"),
        ({"max_bytes": 1}, "max_bytes: 1 is out of bounds; give a number from 1024 to 6.71089e+07"),
        ({"hosts": ["a[9:1]"]}, "the range [9:1] ends before it starts"),
    ],
)
def test_options_that_cannot_be_used(given, said):
    with pytest.raises(_errors.OptionError) as caught:
        _eda_push.Push({**OPTIONS, **given})
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("given", "warned"),
    [
        ({}, False),
        ({"host": "0.0.0.0"}, True),
        ({"host": "0.0.0.0", "certfile": "/c"}, False),
        ({"token": None, "secret": "s" * 16, "host": "::"}, False),
    ],
)
def test_a_token_in_clear_text_is_worth_a_word(given, warned):
    assert bool(_eda_push.Push({**OPTIONS, **given}).warning) is warned
