# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to happen to which group, and which state each process is to reach."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._config import (
    groups as _groups,
    model as _model,
    processes as _processes,
)
from ansible_collections.supervisord.fleet.plugins.module_utils._program import declare as _declare, plan as _plan
from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import client as _client, states as _states


def process(name, section=None, **options):
    known = {"autorestart": "unexpected", "autostart": True, "priority": 999, "startsecs": 1, "startretries": 3}
    return _processes.Process(name, dict(known, **options), section or "program:" + name)


def group(name, *members, **options):
    members = members or (process(name, **options),)
    return _groups.Group(name, "program", 999, members, ("program:" + name,), frozenset(["/c/%s.conf" % name]), {})


def seen(full_name, state="RUNNING", **more):
    group_name, name = full_name.split(":")
    return _client.Process(group_name, name, _states.CODES[state], state, pid=7 if state == "RUNNING" else 0, **more)


def decide(before, after, active, known=None, ours=None):
    before = {item.name: item for item in before}
    after = {item.name: item for item in after}
    known = {name: _model.fingerprint(before[name]) for name in before} if known is None else known
    return _plan.groups(before, after, set(ours or set(before) | set(after)), set(active), known)


def summary(decision):
    return [(change.group, change.action) for change in decision.changes], decision.uncertain


def test_what_is_as_it_was_is_left_alone():
    assert summary(decide([group("a")], [group("a")], ["a"])) == ([], ())


def test_added_updated_removed():
    decision = decide([group("a"), group("gone")], [group("a", startsecs=9), group("new")], ["a", "gone"])
    assert summary(decision) == ([("a", "update"), ("gone", "remove"), ("new", "add")], ())
    assert decision.changes[0].reasons == ("startsecs",)


def test_what_went_from_disk_and_never_ran_needs_nothing():
    assert summary(decide([group("gone")], [], [])) == ([], ())


def test_groups_of_others_are_not_decided_about():
    decision = decide(
        [group("a"), group("theirs")], [group("a"), group("theirs", startsecs=9)], ["a", "theirs"], ours=["a"]
    )
    assert summary(decision) == ([], ())


def test_without_notes_the_daemon_decides():
    decision = decide([group("a"), group("b")], [group("a"), group("b")], ["a", "b"], known={})
    assert summary(decision) == ([], ("a", "b"))
    settled = _plan.settle(decision, set(), {"b"}, {})
    assert summary(settled) == ([("b", "update")], ())


def test_check_mode_takes_the_disk_for_what_runs():
    before, after = [group("a"), group("b")], [group("a"), group("b", startsecs=9)]
    decision = decide(before, after, ["a", "b"], known={})
    by_name = [{item.name: item for item in items} for items in (before, after)]
    assert summary(_plan.foresee(decision, by_name[0], by_name[1], {}))[0] == [("b", "update")]
    drifted = {"a": ("stdout_logfile",)}
    assert summary(_plan.foresee(decision, by_name[0], by_name[1], drifted))[0] == [("a", "update"), ("b", "update")]


def test_log_paths_that_the_daemon_shows_tell_a_change_to_auto():
    auto = group("a", stdout_logfile="AUTO", stderr_logfile=None)
    chosen = "/var/log/a-stdout---supervisor-x1y2.log"
    assert _plan.log_drift(auto, {"a:a": seen("a:a", stdout_logfile=chosen)}) == ()
    assert _plan.log_drift(auto, {"a:a": seen("a:a", stdout_logfile="/var/log/a.log")}) == ("stdout_logfile",)
    assert _plan.log_drift(auto, {"a:a": seen("a:a", stderr_logfile="/var/log/a.err")}) == ("stderr_logfile",)


def goals(items, after, processes, changes=()):
    found = _plan.goals(items, {g.name: g for g in after}, {p.full_name: p for p in processes}, changes)
    return {goal.name: goal.wanted for goal in found}


def declared(name, state, kind="program"):
    return _declare.Item(kind, name, state, {}, "/c/%s.conf" % name)


@pytest.mark.parametrize(
    ("state", "update", "seen_state", "wanted"),
    [
        ("started", False, "RUNNING", "started"),
        ("stopped", False, "RUNNING", "stopped"),
        ("restarted", False, "RUNNING", "restarted"),
        ("restarted", True, "RUNNING", "started"),  # replaced is restarted
        ("present", False, "RUNNING", None),
        ("present", False, "FATAL", None),
        ("present", True, "RUNNING", "started"),
        ("present", True, "STOPPED", "stopped"),
        ("present", True, "BACKOFF", "started"),
    ],
)
def test_the_state_each_process_is_brought_to(state, update, seen_state, wanted):
    changes = [_plan.Change("a", _plan.UPDATE, ())] if update else []
    found = goals([declared("a", state)], [group("a")], [seen("a:a", seen_state)], changes)
    assert found.get("a:a") == wanted


def test_a_new_program_that_is_only_to_be_present_is_left_to_autostart():
    assert goals([declared("a", "present")], [group("a")], [], [_plan.Change("a", _plan.ADD, ())]) == {}


def test_a_program_outweighs_its_group_and_strangers_get_their_state_back():
    members = group("g", process("a"), process("b"), process("c"))
    items = [declared("g", "present", "group"), declared("a", "stopped")]
    running = [seen("g:a"), seen("g:b"), seen("g:c", "STOPPED")]
    change = [_plan.Change("g", _plan.UPDATE, ())]
    assert goals(items, [members], running, change) == {"g:a": "stopped", "g:b": "started", "g:c": "stopped"}


def test_a_process_in_unknown_is_not_touched():
    with pytest.raises(_errors.ProcessFailed, match="a:a is UNKNOWN"):
        _plan.refuse_unknown(["a"], {"a:a": seen("a:a", "UNKNOWN")})
    _plan.refuse_unknown(["b"], {"a:a": seen("a:a", "UNKNOWN")})


def test_what_is_reached_already_is_not_asked_for_again():
    long_up = seen("a:a", start=1000, now=2000)
    wanted = _plan.goal(group("a"), process("a"), "started")
    assert _plan.open_goals([wanted], {"a:a": long_up}, []) == []
    assert _plan.open_goals([wanted], {"a:a": seen("a:a", start=1999, now=2000)}, []) == [wanted]
    assert _plan.open_goals([wanted], {"a:a": seen("a:a", "BACKOFF")}, []) == [wanted]
    assert _plan.open_goals([wanted], {"a:a": long_up}, [_plan.Change("a", _plan.UPDATE, ())]) == [wanted]
    assert _plan.open_goals([wanted._replace(settle=5.0)], {"a:a": long_up}, []) != []
    assert _plan.open_goals([wanted._replace(wanted="restarted")], {"a:a": long_up}, []) != []


def test_deadlines_grow_with_retries_and_batches():
    one = _plan.goal(group("a"), process("a", startsecs=10), "started")
    assert _plan.seconds_needed([one] * 4) < _plan.seconds_needed([one]) + 1
    assert _plan.seconds_needed([one] * 2000) > _plan.seconds_needed([one]) + 100
    assert _plan.seconds_needed([one] * 4, max_parallel=2) > _plan.seconds_needed([one])
    slow = _plan.stops(["a"], {"a:a": seen("a:a")}, {"a": group("a", stopwaitsecs=300)})
    assert _plan.seconds_needed(slow) >= 300


def test_goals_say_whether_a_stop_goes_to_the_process_group():
    goal = _plan.goal(group("a"), process("a", stopasgroup=False), "stopped")
    assert (goal.stopasgroup, goal.as_loaded) == (False, True)
    [stop] = _plan.stops(["a"], {"a:a": seen("a:a")}, {"a": group("a", stopasgroup=True)})
    assert (stop.stopasgroup, stop.as_loaded, stop.leaving) == (True, False, True)
