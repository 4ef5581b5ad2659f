# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _eda_watch

LIMIT = _eda_watch.Limit(tries=3, retry=100)


def seen(state="FATAL", mark=0, name="web", host="c701", group=""):
    return _eda_watch.Seen(host, group or name, name, state, state == "FATAL", mark)


class Told:
    """A watch, and the kinds of what it has told."""

    def __init__(self, limit=LIMIT):
        self.watch = _eda_watch.Watch(limit)

    def __call__(self, now, state="FATAL", mark=0, **more):
        change = self.watch.judge(seen(state, mark, **more), now)
        return change and (change.kind, change.tries)


def test_a_failure_is_told_when_it_is_seen_first_and_again_when_it_was_started_and_failed():
    told = Told()
    assert told(0, mark=10) == ("failed", 1)
    assert told(1, mark=10) is None
    assert told(2, "STARTING", mark=11) is None
    assert told(3, "BACKOFF", mark=11) is None
    assert told(4, mark=12) == ("failed", 2)


def test_one_that_nobody_starts_is_told_again_after_a_while():
    told = Told()
    assert told(0) == ("failed", 1)
    assert told(99) is None
    assert told(100) == ("failed", 2)


def test_a_crash_loop_ends_after_so_many_tries_and_stays_given_up():
    told = Told()
    assert [told(now, mark=now) for now in range(6)] == [
        ("failed", 1),
        ("failed", 2),
        ("failed", 3),
        ("given_up", 3),
        None,
        None,
    ]
    assert told(2 * _eda_watch.HOUR, mark=99) is None  # also when the hour is over


def test_tries_count_within_an_hour_also_when_it_ran_in_between():
    told = Told()
    for now in (0, 10, 20):
        assert told(now, mark=now)[0] == "failed"
        assert told(now + 1, "RUNNING") == ("recovered", 1 + now // 10)
    assert told(30, mark=30) == ("given_up", 3)
    assert told(31, "RUNNING") == ("recovered", 3)
    assert told(_eda_watch.HOUR + 15, mark=40) == ("failed", 2)  # those at 0 and 10 are over


def test_one_that_is_stopped_is_no_trouble_any_more():
    told = Told()
    assert told(0) == ("failed", 1)
    assert told(1, "STOPPED") == ("ended", 1)
    assert told(2, "STOPPED") is None


def test_with_no_tries_each_failure_is_told_once():
    told = Told(_eda_watch.Limit(0, 1))
    assert told(0, mark=0) == ("failed", 0)
    assert told(100, mark=1) is None
    assert told(101, "RUNNING") == ("recovered", 0)
    assert told(102, mark=2) == ("failed", 0)


@pytest.mark.parametrize("name", ["*", "a,b", "we b", "we\nb", "[ab]", "w?b", "", "x" * 256, "!web"])
def test_a_name_that_means_more_than_one_program_is_never_handed_on(name):
    told = Told()
    assert told(0, name=name, group="web") == ("unnamed", 0)
    assert told(9999, name=name, group="web", mark=1) is None
    assert told(9999, "RUNNING", name=name, group="web") is None


@pytest.mark.parametrize("host", ["all", "ALL", "c7*", "a:b", "!c701", "c701,c702", "", "localhost", "-x", "~c.*"])
def test_a_host_that_is_a_pattern_is_never_handed_on(host):
    told = Told()
    assert told(0, host=host) == ("unnamed", 0)


@pytest.mark.parametrize("name", ["web", "web_00", "web.1", "a+b", "a@b", "Übersicht"])
def test_usual_names_are(name):
    assert Told()(0, name=name) == ("failed", 1)


def test_nothing_is_remembered_of_what_is_gone():
    """A daemon that invents a name at each look cannot fill the memory."""
    told = Told()
    for number in range(100):
        told(number, name=f"web{number}")
        told.watch.forget({"c701": {f"web{number}:web{number}"}})
        assert len(told.watch) == 1
    told(200, host="c702")
    told.watch.forget({"c701": set()})
    assert told.watch.failing == {("c702", "web:web")}


def test_what_is_well_and_was_never_told_is_not_remembered():
    told = Told()
    assert told(0, "RUNNING") is None
    assert len(told.watch) == 0


def test_the_oldest_are_forgotten_first():
    told = Told()
    for number in range(5):
        told(number, name=f"web{number}")
    told.watch.forget_oldest(2)
    assert told.watch.failing == {("c701", "web3:web3"), ("c701", "web4:web4")}


@pytest.mark.parametrize(
    ("programs", "ignore", "taken"),
    [
        ([], [], True),
        (["cart"], [], True),
        (["shop"], [], True),
        (["shop:*"], [], True),
        (["shop:"], [], True),
        (["c*"], [], True),
        (["other:cart"], [], False),
        (["web"], [], False),
        ([], ["shop:cart"], False),
        (["shop"], ["c*"], False),
    ],
)
def test_choice(programs, ignore, taken):
    assert _eda_watch.Choice(programs, ignore).takes("shop", "cart") is taken
