# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _eda_events, _eda_watch


def change(host, name="web", kind="failed", state="FATAL", tries=1):
    return _eda_watch.Change(kind, _eda_watch.Seen(host, name, name, state, kind == "failed"), tries)


def parts(changes, held=()):
    """Hosts and programs of each event."""
    events = _eda_events.of("supervisor_poll", changes, set(held), 3)
    return [(event["supervisor"]["hosts"], event["supervisor"]["programs"]) for event in events]


def test_a_hundred_hosts_that_fail_together_are_one_event():
    hosts = [f"c{number:03}" for number in range(100)]
    (event,) = _eda_events.of("supervisor_poll", [change(host) for host in hosts], set(), 3)
    said = event["supervisor"]
    assert said["hosts"] == hosts
    assert (said["programs"], said["states"], said["count"]) == (["web:web"], ["FATAL"], 100)
    assert said["text"] == "web is FATAL on 100 hosts: c000, c001, c002 and 97 more"
    assert len(said["processes"]) == 100
    assert json.loads(json.dumps(event)) == event


def test_an_event_about_very_many_has_all_names_and_not_all_rows():
    changes = [change(f"c{host:03}", f"app{number}") for host in range(100) for number in range(50)]
    (event,) = _eda_events.of("supervisor_poll", changes, set(), 3)
    said = event["supervisor"]
    assert (said["count"], len(said["hosts"]), len(said["programs"])) == (5000, 100, 50)
    assert len(said["processes"]) == 1000


def test_several_programs_on_several_hosts_are_one_event_too():
    assert parts([change("a", "web"), change("b", "db")]) == [(["a", "b"], ["db:db", "web:web"])]


def test_what_was_given_up_is_in_no_event_for_others():
    """The action starts each of the hosts' programs that is FATAL: a crash loop on c would be started once more."""
    changes = [change("a", "web"), change("b", "web"), change("c", "db"), change("d", "db")]
    assert parts(changes, [("c", "web:web")]) == [
        (["a", "b", "d"], ["db:db", "web:web"]),
        (["c"], ["db:db"]),
    ]


def test_hosts_that_stand_apart_for_the_same_reason_stay_together():
    changes = [change("a", "web"), change("c", "db"), change("d", "db")]
    held = [("c", "web:web"), ("d", "web:web")]
    assert parts(changes, held) == [(["a"], ["web:web"]), (["c", "d"], ["db:db"])]


def test_hosts_that_stand_apart_for_different_reasons_are_one_event_if_they_can():
    changes = [change("a", "web"), change("b", "db"), change("c", "app"), change("c", "log"), change("d", "db")]
    held = [("b", "web:web"), ("c", "web:web"), ("d", "web:web")]
    assert parts(changes, held) == [
        (["a"], ["web:web"]),
        (["b", "c", "d"], ["app:app", "db:db", "log:log"]),
    ]


def test_hosts_where_something_has_exited_are_together_only_for_the_same():
    """The action starts what is EXITED: on another host the same program may have ended as it should."""
    exited = {"name": "job", "state": "EXITED"}
    changes = [change("a", **exited), change("b"), change("c", **exited), change("d", **exited), change("d")]
    assert parts(changes) == [
        (["a", "c"], ["job:job"]),
        (["b"], ["web:web"]),
        (["d"], ["job:job", "web:web"]),
    ]


def test_what_is_told_as_given_up_holds_nothing_that_is_still_tried():
    given_up = [change("a", "web", "given_up"), change("b", "db", "given_up")]
    assert parts(given_up, [("a", "db:db")]) == [(["a"], ["web:web"]), (["b"], ["db:db"])]


def test_no_part_holds_what_is_held():
    """Each combination of three hosts and two programs in which some fail now and others are to be left alone."""
    cells = [(host, name) for host in "abc" for name in "xy"]
    for number in range(3 ** len(cells)):
        kinds = [number // 3**place % 3 for place in range(len(cells))]
        changes = [change(*cell) for cell, kind in zip(cells, kinds) if kind == 1]
        held = {(host, f"{name}:{name}") for (host, name), kind in zip(cells, kinds) if kind == 2}
        found = {(host, name) for hosts, names in parts(changes, held) for host in hosts for name in names}
        assert not found & held
        assert found >= {item.seen.key for item in changes}


def test_kinds_are_events_of_their_own():
    changes = [change("a"), change("b", kind="given_up", tries=3), change("c", kind="recovered", state="RUNNING")]
    events = [event["supervisor"] for event in _eda_events.of("supervisor_poll", changes, set(), 3)]
    assert [(event["kind"], event["text"]) for event in events] == [
        ("failed", "web is FATAL on a"),
        ("given_up", "web is FATAL, and starting it has not helped on b"),
        ("recovered", "web runs again on c"),
    ]
    assert (events[1]["processes"][0]["tries"], events[1]["processes"][0]["tries_per_hour"]) == (3, 3)


def test_nothing_that_a_daemon_says_is_a_template_or_moves_a_terminal():
    """Ansible evaluates what stands in extra variables, as which a playbook gets an event."""
    evil = "{{ 6 * 7 }}{% x %}{# y #}\x1b[2J\x9b2J\u202e"
    seen = _eda_watch.Seen("c701", evil, evil, "FATAL", True, reason=evil)
    (unnamed,) = _eda_events.of("supervisor_poll", [_eda_watch.Change("unnamed", seen, 0)], set(), 3)
    named = _eda_watch.Seen("c701", "web", "web", "FATAL", True, reason=evil)
    (failed,) = _eda_events.of("supervisor_poll", [_eda_watch.Change("failed", named, 1)], set(), 3)
    (lost,) = _eda_events.daemons("unreachable", {"c701": {"failure": "protocol", "error": evil}})
    said = json.dumps([unnamed["supervisor"], failed["supervisor"], lost["supervisor"]], ensure_ascii=False)
    assert "{{" not in said.replace('{"', "")
    assert not {"{%", "{#", "\x1b", "\x9b", "\u202e"} & {
        said[at : at + size] for at in range(len(said)) for size in (1, 2)
    }
    assert (unnamed["supervisor"]["hosts"], unnamed["supervisor"]["programs"]) == ([], [])
    assert failed["supervisor"]["processes"][0]["reason"].startswith("(( 6 * 7 ))(% x %)")


def test_a_sentence_stays_short():
    changes = [change("a", f"p{number}") for number in range(9)]
    (event,) = _eda_events.of("supervisor_poll", changes, set(), 3)
    assert event["supervisor"]["text"] == "p0 is FATAL on a; p1 is FATAL on a; p2 is FATAL on a; and 6 more programs"


def test_daemons_that_do_not_answer_are_one_event():
    records = {"b": {"failure": "refused", "error": "b: refused"}, "a": {"failure": "timeout", "error": "a: late"}}
    (event,) = _eda_events.daemons("unreachable", records)
    assert event["supervisor"]["hosts"] == ["a", "b"]
    assert event["supervisor"]["text"] == "supervisord does not answer on 2 hosts: a, b (refused, timeout)"
    assert _eda_events.daemons("reachable", {}) == []
