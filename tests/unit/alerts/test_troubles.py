# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One message for one trouble: when it begins, seldom while it lasts, and when it is over."""

from __future__ import annotations

import random

import pytest
from supervisord_fleet_alerts import troubles as _troubles
from supervisord_fleet_alerts.signs import Sign

CALM = _troubles.Calm(settle=15, window=600, every=600, remind=14400)


class Story:
    """Troubles with a clock that only a test moves."""

    def __init__(self, calm=CALM, severities=None):
        self.muted, self.now, self.told = False, 1000.0, []
        self.troubles = _troubles.Troubles({}, calm, severities or {}, lambda _subject: self.muted)

    def see(self, verb, kind="", after=0.0, area="state", subject="g:a", again=True, **facts):
        self.wait(after)
        self.told += self.troubles.take(Sign(verb, area, subject, kind, facts, again), self.now)
        return self.said()

    def wait(self, seconds):
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + 1.0)
            self.told += self.troubles.tick(self.now)

    def said(self):
        return [notice["say"] for notice in self.told]


@pytest.fixture
def story():
    return Story()


def test_a_trouble_is_told_at_once_and_once(story):
    assert story.see("bad", "fatal") == ["problem"]
    assert story.see("bad", "fatal", after=5) == ["problem"]
    assert story.told[0]["kind"] == "fatal"
    assert story.told[0]["severity"] == "critical"


def test_it_is_over_only_after_it_was_well_for_a_while(story):
    story.see("bad", "exited")
    assert story.see("good", after=1) == ["problem"]
    story.wait(14)
    assert story.said() == ["problem"]
    story.wait(2)
    assert story.said() == ["problem", "recovered"]
    assert story.told[0]["id"] == story.told[1]["id"]
    assert story.told[0]["key"] != story.told[1]["key"]


def test_what_gets_worse_is_told_again_and_what_gets_better_is_not(story):
    story.see("bad", "exited")
    story.see("bad", "backoff", after=2)
    assert story.see("bad", "fatal", after=2) == ["problem", "worse"]
    assert story.see("bad", "exited", after=2) == ["problem", "worse"]
    assert story.told[1]["kind"] == "fatal"


def test_a_program_that_ends_every_three_seconds_makes_few_messages(story):
    for _turn in range(1200):  # an hour
        story.see("bad", "exited", after=2)
        story.see("good", after=1)
    assert story.said() == ["problem", "flapping"]
    assert (story.told[1]["happened"], story.told[1]["minutes"]) == (199, 10)
    story.wait(16)
    assert story.said()[-1] == "recovered"


def test_a_program_that_ends_every_two_minutes_is_not_told_in_turns(story):
    for _turn in range(120):  # four hours
        story.see("bad", "exited", after=90)
        story.see("good", after=30)
    said = story.said()
    assert said[:3] == ["problem", "recovered", "problem"]
    assert set(said[3:]) == {"flapping"}
    assert len(said) <= 6
    story.wait(601)
    assert story.said()[-1] == "recovered"


def test_what_just_lasts_is_told_seldom(story):
    story.see("bad", "fatal")
    story.wait(13 * 3600)
    assert story.said() == ["problem", "goes_on", "goes_on", "goes_on"]


def test_what_just_lasts_can_be_told_once():
    story = Story(CALM._replace(remind=0))
    story.see("bad", "fatal")
    story.wait(13 * 3600)
    assert story.said() == ["problem"]


def test_seen_to_be_still_so_is_not_once_more(story):
    for _turn in range(100):
        story.see("bad", "fatal", after=30, again=False)
    assert story.said() == ["problem"]
    assert story.told[0]["count"] == 1
    assert story.troubles.all["state/g:a"]["count"] == 1


def test_a_clock_that_is_set_back_holds_nothing(story):
    story.see("bad", "fatal")
    story.see("good", after=1)
    story.now -= 1e6
    story.wait(601)
    assert story.said() == ["problem", "recovered"]
    story.see("bad", "fatal")
    story.now -= 1e6
    story.wait(4 * 3600 + 2)
    assert story.said()[2:] == ["problem", "goes_on"]


def test_nothing_is_told_during_planned_work_and_what_is_left_is_told_after_it(story):
    story.muted = True
    story.see("bad", "fatal")
    story.wait(100)
    assert story.said() == []
    story.muted = False
    story.wait(1)
    assert story.said() == ["problem"]
    assert story.told[0]["since"] == 1000.0


def test_what_began_and_ended_during_planned_work_is_never_told(story):
    story.muted = True
    story.see("bad", "exited")
    story.see("good", after=3)
    story.wait(100)
    story.muted = False
    story.wait(1000)
    assert story.said() == []
    assert story.troubles.all == {}


def test_what_was_told_before_planned_work_is_told_to_be_over_in_it(story):
    story.see("bad", "fatal")
    story.muted = True
    story.see("good", after=5)
    story.wait(20)
    assert story.said() == ["problem", "recovered"]


def test_a_person_who_stops_it_ends_the_trouble(story):
    story.see("bad", "backoff")
    story.see("bad", "unanswered", area="http")
    assert story.see("end", after=1, why="stopped") == ["problem", "problem", "ended"]
    assert list(story.troubles.all) == ["http/g:a"]


def test_an_end_is_about_all_checks_of_an_area(story):
    for name in ("one", "two"):
        story.told += story.troubles.take(Sign("bad", "http", "g:a", "unanswered", part=name), story.now)
    story.told += story.troubles.take(Sign("bad", "http", "g:ab", "unanswered", part="one"), story.now)
    assert story.see("end", area="http", why="stopped").count("ended") == 2
    assert list(story.troubles.all) == ["http/g:ab/one"]


def test_news_are_told_and_forgotten(story):
    assert story.see("news", "restarted", area="news") == ["news"]
    assert story.troubles.all == {}
    assert story.troubles.open() == []
    story.muted = True
    assert story.see("news", "restarted", area="news") == ["news"]


def test_severities_can_be_changed():
    story = Story(severities={"exited": "critical", "fatal": "info"})
    story.see("bad", "exited")
    assert story.see("bad", "fatal", after=1) == ["problem"]
    assert story.told[0]["severity"] == "critical"


def test_it_goes_on_where_a_restart_of_the_listener_left_it(story):
    story.see("bad", "fatal")
    again = Story()
    again.troubles.all.update(story.troubles.all)
    again.now = story.now
    assert again.see("bad", "fatal", after=5, again=False) == []
    again.see("good", after=5)
    again.wait(20)
    assert again.said() == ["recovered"]
    assert again.told[0]["id"] == story.told[0]["id"]


@pytest.mark.parametrize("seed", range(30))
def test_whatever_happens_messages_are_few_and_the_last_one_is_true(seed):
    """Few messages, and at the end everybody knows how it is."""
    chance, story = random.Random(seed), Story()
    for _turn in range(400):
        kind = chance.choice(("exited", "backoff", "fatal"))
        verb = chance.choice(("bad", "bad", "good"))
        story.see(verb, kind if verb == "bad" else "", after=chance.choice((0, 1, 20, 200)))
    hours = (story.now - 1000) / 3600
    assert len(story.told) <= 4 + 12 * hours
    keys = [notice["key"] for notice in story.told]
    assert len(keys) == len(set(keys))
    story.see("bad", "fatal")
    assert story.troubles.open()
    assert story.said()[-1] not in ("recovered", "ended")
    story.see("good")
    story.wait(601)
    assert story.said()[-1] == "recovered"
    assert not story.troubles.open()
