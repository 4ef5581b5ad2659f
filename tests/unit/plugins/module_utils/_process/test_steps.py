# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look at a process means, where a real daemon shows it only on a machine that is too busy for its work."""

import types

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._process import history as _history, steps as _steps
from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import states as _states


def exited(**changes):
    known = {"state": _states.EXITED, "pid": 0, "start": 98, "stop": 100, "now": 103, "spawnerr": ""}
    return types.SimpleNamespace(**dict(known, **changes))


def goal(autorestart):
    return types.SimpleNamespace(name="web:web", wanted="stopped", autorestart=autorestart)


def looked_at(*looks):
    history = _history.begin("stopped")
    for number, seen in enumerate(looks):
        history = _history.observe(history, seen, number / 10.0)
    return history


@pytest.mark.parametrize("autorestart", [None, True])
def test_a_daemon_that_had_the_time_must_have_answered_once_more(autorestart):
    """It answers before it restarts what has ended, however long ago that was."""
    seen = exited()
    assert not _steps.stays_exited(goal(autorestart), seen, looked_at(seen), 0.0)
    assert _steps.stays_exited(goal(autorestart), seen, looked_at(seen, seen), 0.1)


def test_one_that_came_back_meanwhile_is_looked_at_again():
    first, second = exited(), exited(start=103, stop=103)
    assert not _steps.stays_exited(goal(None), second, looked_at(first, second), 0.1)


def test_what_is_never_restarted_needs_no_second_look():
    seen = exited()
    assert _steps.stays_exited(goal(False), seen, looked_at(seen), 0.0)
