# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is told what."""

from __future__ import annotations

import pytest
from supervisord_fleet_alerts import limits as _limits, rules as _rules

EVERY = ["mail", "chat"]


def notice(**more):
    return {"subject": "tomcats:app01", "kind": "fatal", "severity": "critical", **more}


def routes(rules, **more):
    return _rules.routes(rules, EVERY, notice(**more), "web01")


def test_without_rules_warnings_go_everywhere():
    assert routes([]) == EVERY
    assert routes([], severity="warning") == EVERY
    assert routes([], severity="info") == []


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({}, True),
        ({"programs": ["app*"]}, True),
        ({"programs": ["tomcats:app01"]}, True),
        ({"programs": ["other", "app0?"]}, True),
        ({"programs": ["App01"]}, False),
        ({"groups": ["tomcats"]}, True),
        ({"groups": ["app01"]}, False),
        ({"hosts": ["web*"]}, True),
        ({"hosts": ["db*"]}, False),
        ({"kinds": ["fatal"]}, True),
        ({"kinds": ["exited"]}, False),
        ({"severity": "critical"}, True),
        ({"programs": ["app*"], "hosts": ["db*"]}, False),
    ],
)
def test_conditions(rule, fits):
    assert routes([dict(rule, routes=["mail"])]) == (["mail"] if fits else [])


def test_a_severity_is_the_least():
    assert routes([{"severity": "warning"}], severity="info") == []
    assert routes([{"severity": "warning"}], severity="critical") == EVERY


def test_the_first_rule_that_fits_decides_unless_it_says_to_go_on():
    first, second = {"routes": ["chat"]}, {"routes": ["chat", "mail"]}
    assert routes([first, second]) == ["chat"]
    assert routes([dict(first, **{"continue": True}), second]) == ["chat", "mail"]


def test_a_rule_can_silence():
    assert routes([{"programs": ["app*"], "mute": True}, {}]) == []
    assert routes([{"programs": ["app*"], "mute": True}, {}], subject="x:x") == EVERY


def test_pauses_grow_and_end_growing():
    pauses = [_limits.pause(number, False, 0.5) for number in range(1, 12)]
    assert pauses[:7] == [1, 2, 4, 8, 16, 32, 60]
    assert pauses[-1] == 60
    assert _limits.pause(9, True, 0.5) == 300
    assert {_limits.pause(3, False, chance) for chance in (0.0, 1.0)} == {3.0, 5.0}


def test_so_many_a_minute_and_no_more():
    bucket, now, taken = _limits.Bucket(20, 60.0), 100.0, []
    while now < 400.0:
        if bucket.wait(now) == 0.0:
            bucket.take(now)
            taken.append(now)
        now += 0.25
    assert taken[:6] == [100.0, 100.25, 100.5, 100.75, 101.0, 104.0]
    assert max(sum(1 for at in taken if first <= at < first + 60) for first in taken) <= 20
    assert len(taken) >= 75


@pytest.mark.parametrize("number", [1, 2, 3])
def test_few_are_some(number):
    bucket = _limits.Bucket(number, 60.0)
    bucket.take(0.0)
    assert 0 < bucket.wait(0.0) <= 60.0
    assert bucket.wait(60.0) == 0.0


def test_without_a_limit_nobody_waits():
    bucket = _limits.Bucket(0, 60.0)
    for _turn in range(1000):
        bucket.take(1.0)
    assert bucket.wait(1.0) == 0.0


def test_restarts_are_counted_by_the_hour():
    assert _limits.restarts_left([0.0, 10.0], 3, 20.0) == 1
    assert _limits.restarts_left([0.0, 10.0, 15.0], 3, 20.0) == 0
    assert _limits.restarts_left([0.0, 10.0, 15.0], 3, 3605.0) == 1
    assert _limits.restarts_left([], 0, 5.0) == 0
