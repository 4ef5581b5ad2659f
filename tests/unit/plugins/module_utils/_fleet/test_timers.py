# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of many numbers is due."""

import random

from ansible_collections.supervisord.fleet.plugins.module_utils._fleet import timers as _timers


def test_nothing_is_due_without_a_time():
    timers = _timers.Timers()
    assert timers.first == float("inf")
    assert timers.due(10) == []


def test_a_time_set_anew_replaces_the_former():
    timers = _timers.Timers()
    timers.set(1, 5)
    timers.set(1, 9)
    timers.set(2, 6)
    timers.set(2, 3)
    assert timers.due(4) == [2]
    assert timers.due(8) == []
    assert timers.due(9) == [1]
    assert timers.first == float("inf")


def test_what_is_forgotten_is_never_due():
    timers = _timers.Timers()
    timers.set(1, 5)
    timers.forget(1)
    timers.forget(2)
    assert timers.due(10) == []


def test_random_times_are_due_when_a_table_says_so():
    dice, timers, table = random.Random(3), _timers.Timers(), {}
    for now in range(2000):
        number = dice.randrange(20)
        if dice.randrange(8):
            table[number] = now + dice.randrange(1, 60)
            timers.set(number, table[number])
        else:
            table.pop(number, None)
            timers.forget(number)
        assert timers.first <= min(table.values(), default=float("inf"))
        expected = sorted(key for key, when in table.items() if when <= now)
        assert sorted(timers.due(now)) == expected
        for key in expected:
            del table[key]
