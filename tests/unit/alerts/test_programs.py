# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What events and looks mean for programs."""

from __future__ import annotations

import pytest
from supervisord_fleet_alerts import events as _events, programs as _programs


@pytest.fixture
def reader():
    return _programs.Reader({}, own="alerts:alerts")


def event(state, name="a", group="g", **words):
    known = {"processname": name, "groupname": group, "from_state": "RUNNING", **words}
    return _events.Event("PROCESS_STATE_" + state, 1, 1, "supervisor", known, "")


def brief(signs):
    return [(sign.verb, sign.area, sign.subject, sign.kind) for sign in signs]


def info(state, start=0):
    return {"statename": state, "start": start}


@pytest.mark.parametrize(
    ("state", "words", "wanted"),
    [
        ("EXITED", {"expected": "0"}, [("bad", "state", "g:a", "exited")]),
        ("EXITED", {"expected": "1"}, []),
        ("BACKOFF", {"tries": "1"}, []),
        ("BACKOFF", {"tries": "2"}, [("bad", "state", "g:a", "backoff")]),
        ("FATAL", {}, [("bad", "state", "g:a", "fatal")]),
        ("UNKNOWN", {}, [("bad", "state", "g:a", "unknown")]),
        ("RUNNING", {"pid": "7"}, [("good", "state", "g:a", "")]),
        ("STARTING", {"tries": "0"}, []),
    ],
)
def test_states(reader, state, words, wanted):
    assert brief(reader.event(event(state, **words), 10.0)) == wanted
    assert reader.programs["g:a"]["state"] == state
    assert reader.changed == {"g:a"}


def test_a_stop_by_a_person_is_told_once_and_ends_all_troubles(reader):
    signs = brief(reader.event(event("STOPPING"), 1.0))
    assert signs[0] == ("news", "news", "g:a", "stopped")
    assert {sign[:3] for sign in signs[1:]} == {("end", x, "g:a") for x in ("state", "http", "memory", "watchdog")}
    assert reader.event(event("STOPPED", from_state="STOPPING"), 2.0) == []
    assert brief(reader.event(event("STOPPED", from_state="BACKOFF"), 2.0))[0][3] == "stopped"


def test_stops_of_the_daemon_and_of_the_watchdog_are_nobodys(reader):
    reader.healing.add("g:a")
    assert reader.event(event("STOPPING"), 1.0) == []
    reader.healing.clear()
    stopping = _events.Event("SUPERVISOR_STATE_CHANGE_STOPPING", 1, 1, "", {}, "")
    assert brief(reader.event(stopping, 1.0)) == [("bad", "daemon", "", "daemon_stopping")]
    assert reader.event(event("STOPPING"), 1.0) == []
    assert reader.look({}, 5.0, 6.0) == []


def test_a_group_that_is_removed_is_known_no_more(reader):
    reader.event(event("RUNNING"), 1.0)
    reader.event(event("RUNNING", group="gg"), 1.0)
    removed = _events.Event("PROCESS_GROUP_REMOVED", 1, 1, "", {"groupname": "g"}, "")
    assert {sign.verb for sign in reader.event(removed, 2.0)} == {"end"}
    assert list(reader.programs) == ["gg:a"]
    assert brief(reader.look({"gg:a": info("RUNNING")}, 5.0, 6.0)) == []


def test_the_listener_says_nothing_of_itself(reader):
    assert reader.event(event("EXITED", "alerts", "alerts", expected="0"), 1.0) == []
    assert reader.look({"alerts:alerts": info("FATAL")}, 2.0, 3.0) == []


def test_a_first_look_tells_what_is_ill_and_nothing_of_what_is_well(reader):
    seen = {"g:a": info("FATAL"), "g:b": info("RUNNING", 5), "g:c": info("STOPPED"), "g:d": info("EXITED")}
    signs = reader.look(seen, 10.0, 11.0)
    assert [sign for sign in brief(signs) if sign[0] in ("bad", "news")] == [("bad", "state", "g:a", "fatal")]
    assert not signs[0].again
    assert reader.programs["g:b"]["up"] == 5.0


def test_a_look_finds_what_no_event_told(reader):
    reader.event(event("RUNNING"), 1.0)
    assert brief(reader.look({"g:a": info("FATAL")}, 5.0, 6.0)) == [("bad", "state", "g:a", "fatal")]
    assert brief(reader.look({"g:a": info("RUNNING", 8)}, 9.0, 10.0)) == [("good", "state", "g:a", "")]
    assert brief(reader.look({}, 12.0, 13.0)) == [
        ("bad", "state", "g:a", "gone"),
        *[("end", area, "g:a", "") for area in ("http", "memory", "watchdog")],
    ]
    assert reader.look({}, 15.0, 16.0) == []


ALL = [("end", area, "g:a", "") for area in ("state", "http", "memory", "watchdog")]


def test_what_ended_while_nobody_listened_is_over(reader):
    """A program that was FATAL and is declared no more, and one that a person stopped: no event will ever tell."""
    reader.event(event("FATAL"), 1.0)
    assert brief(reader.look({}, 5.0, 6.0)) == ALL
    reader.event(event("RUNNING"), 7.0)
    assert brief(reader.look({"g:a": info("STOPPED")}, 8.0, 9.0)) == ALL
    reader.event(event("RUNNING"), 10.0)
    reader.healing.add("g:a")
    assert reader.look({"g:a": info("STOPPED")}, 11.0, 12.0) == []


def test_what_was_gone_and_is_back_is_well(reader):
    reader.event(event("RUNNING"), 1.0)
    reader.look({}, 2.0, 3.0)
    assert brief(reader.look({"g:a": info("RUNNING", 3)}, 4.0, 5.0)) == [("good", "state", "g:a", "")]


def test_a_clock_that_is_set_back_does_not_hide_what_a_look_finds(reader):
    reader.event(event("RUNNING"), 5000.0)
    assert brief(reader.look({"g:a": info("FATAL")}, 100.0, 101.0)) == [("bad", "state", "g:a", "fatal")]


def test_events_are_newer_than_a_look_that_began_before_them(reader):
    reader.event(event("FATAL"), 6.0)
    assert reader.look({"g:a": info("RUNNING")}, 5.0, 7.0) == []
    assert reader.look({}, 5.0, 7.0) == []
    assert reader.programs["g:a"]["state"] == "FATAL"


def test_what_a_look_found_is_told_once_though_its_event_is_still_to_come(reader):
    assert [sign.again for sign in reader.look({"g:a": info("FATAL")}, 1.0, 2.0)] == [False]
    for state, came in (("STARTING", "STOPPED"), ("BACKOFF", "STARTING")):
        reader.event(event(state, from_state=came), 3.0)
    assert [sign.again for sign in reader.event(event("FATAL", from_state="BACKOFF"), 3.0)] == [False]
    # The next time it is once more.
    reader.event(event("STARTING", from_state="FATAL"), 4.0)
    assert [sign.again for sign in reader.event(event("FATAL", from_state="BACKOFF"), 5.0)] == [True]


def test_a_look_tells_of_an_end_that_was_not_expected(reader):
    ended = dict(info("EXITED"), spawnerr="Bad exit code 3")
    assert brief(reader.look({"g:a": ended}, 1.0, 2.0)) == [("bad", "state", "g:a", "exited")]
    assert brief(reader.look({"g:b": dict(info("EXITED"), spawnerr="")}, 1.0, 2.0)) == []
    assert [sign.again for sign in reader.event(event("EXITED", expected="0"), 3.0)] == [False]


def test_what_is_older_than_a_look_means_nothing(reader):
    """A program starts, runs and ends before the listener has read a single event of it."""
    reader.look({"g:a": dict(info("EXITED"), spawnerr="Bad exit code 3")}, 1.0, 2.0)
    for state, came in (("STARTING", "STOPPED"), ("RUNNING", "STARTING")):
        assert reader.event(event(state, from_state=came), 3.0) == []
    assert [sign.again for sign in reader.event(event("EXITED", expected="0"), 3.0)] == [False]
    reader.event(event("STARTING", from_state="EXITED"), 4.0)
    assert brief(reader.event(event("RUNNING", from_state="STARTING"), 5.0)) == [("good", "state", "g:a", "")]


def test_an_event_that_was_lost_hides_nothing_for_long(reader):
    reader.look({"g:a": info("FATAL")}, 1.0, 2.0)
    reader.event(event("RUNNING", from_state="STARTING"), 3.0)  # of the next life of the daemon
    assert brief(reader.look({"g:a": info("RUNNING", 3)}, 4.0, 5.0)) == [("good", "state", "g:a", "")]
    assert reader.look({"g:a": info("RUNNING", 3)}, 6.0, 7.0) == []


def test_what_happens_after_a_look_is_news(reader):
    reader.look({"g:a": info("FATAL")}, 1.0, 2.0)
    reader.event(event("STARTING", from_state="FATAL"), 3.0)
    assert [sign.again for sign in reader.event(event("FATAL", from_state="BACKOFF"), 5.0)] == [True]
