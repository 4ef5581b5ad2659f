# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every row of Supervisor's state table, and every trap in it, against a daemon in memory."""

import random

import fakes
import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._process import control as _control

STATES = ["STOPPED", "STARTING", "RUNNING", "BACKOFF", "STOPPING", "EXITED", "FATAL"]


def world(*processes, **kwargs):
    clock = fakes.FakeClock()
    return fakes.FakeClient(list(processes), clock, **kwargs)


def goal(name, wanted, client=None, **options):
    if client is not None:
        process = client.processes_[name]
        for key in ("startsecs", "startretries", "stopwaitsecs", "priority"):
            options.setdefault(key, getattr(process, key))
    return _control.Goal(name, wanted, **options)


def drive(client, *goals, **kwargs):
    return list(_control.drive(client, goals, kwargs.pop("timeout", 60), client.clock, **kwargs))


def verbs(client):
    return [verb for _time, verb, _name, _state in client.calls]


@pytest.mark.parametrize(
    ("before", "wanted", "after", "expected"),
    [
        ("STOPPED", "started", "RUNNING", ["start"]),
        ("STOPPED", "stopped", "STOPPED", []),
        ("STOPPED", "restarted", "RUNNING", ["start"]),
        ("STARTING", "started", "RUNNING", []),
        ("STARTING", "stopped", "STOPPED", ["stop"]),
        ("STARTING", "restarted", "RUNNING", ["stop", "start"]),
        ("RUNNING", "started", "RUNNING", []),
        ("RUNNING", "stopped", "STOPPED", ["stop"]),
        ("RUNNING", "restarted", "RUNNING", ["stop", "start"]),
        ("BACKOFF", "started", "RUNNING", []),
        ("BACKOFF", "stopped", "STOPPED", ["stop"]),
        ("BACKOFF", "restarted", "RUNNING", ["stop", "start"]),
        ("STOPPING", "started", "RUNNING", ["start"]),
        ("STOPPING", "stopped", "STOPPED", []),
        ("STOPPING", "restarted", "RUNNING", ["start"]),
        ("EXITED", "started", "RUNNING", ["start"]),
        ("EXITED", "stopped", "EXITED", []),
        ("EXITED", "restarted", "RUNNING", ["start"]),
        ("FATAL", "started", "RUNNING", ["start"]),
        ("FATAL", "stopped", "FATAL", []),
        ("FATAL", "restarted", "RUNNING", ["start"]),
    ],
)
def test_a_healthy_process_reaches_the_wanted_state_from_every_state(before, wanted, after, expected):
    client = world(fakes.FakeProcess("web:web", dies=3, exitcode=0))
    client.begin("web:web", before, ago=0.5 if before == "STARTING" else 5)
    [outcome] = drive(client, goal("web:web", wanted, client))
    assert (outcome.failed, outcome.before, outcome.after) == (False, before, after), outcome
    assert list(outcome.actions) == expected
    assert verbs(client) == expected
    [again] = drive(client, goal("web:web", wanted, client))
    if wanted != "restarted":
        assert again.actions == ()
        assert not again.failed


@pytest.mark.parametrize("wanted", ["started", "stopped", "restarted"])
def test_unknown_is_never_touched_and_the_message_names_the_pid(wanted):
    client = world(fakes.FakeProcess("web:web"))
    process = client.begin("web:web", "UNKNOWN")
    [outcome] = drive(client, goal("web:web", wanted, client))
    assert outcome.failed
    assert "pid %d" % process.pid in outcome.reason
    assert "by hand" in outcome.reason
    assert client.calls == []


def test_a_stop_that_makes_it_unknown_is_a_failure_with_advice():
    client = world(fakes.FakeProcess("web:web", unkillable=True))
    client.begin("web:web", "RUNNING")
    [outcome] = drive(client, goal("web:web", "restarted", client))
    assert outcome.failed
    assert "UNKNOWN" in outcome.reason
    assert verbs(client) == ["stop"]


def test_a_stop_waits_until_the_signal_cannot_be_lost():
    client = world(fakes.FakeProcess("web:web", deaf=0.09))
    client.begin("web:web", "STARTING", ago=0)
    [outcome] = drive(client, goal("web:web", "stopped", client))
    assert not outcome.failed
    assert not client.processes_["web:web"].lost_stop


def test_before_4_2_2_a_stop_waits_for_a_second_or_for_backoff():
    client = world(fakes.FakeProcess("web:web", lifetime=0.2), version="4.2.1")
    client.begin("web:web", "STARTING", ago=0)
    client.processes_["web:web"].ends = client.clock.time + 0.2
    [outcome] = drive(client, goal("web:web", "stopped", client))
    assert not outcome.failed
    assert [state for _time, _verb, _name, state in client.calls] == ["BACKOFF"]


def test_a_start_is_never_sent_while_stopping():
    client = world(fakes.FakeProcess("web:web", dies=None, stopwaitsecs=7))
    client.begin("web:web", "STOPPING")
    [outcome] = drive(client, goal("web:web", "started", client))
    assert not outcome.failed
    assert not client.processes_["web:web"].lost_start


def test_backoff_is_waited_out_until_fatal():
    client = world(fakes.FakeProcess("web:web", lifetime=0.1, startretries=2))
    [outcome] = drive(client, goal("web:web", "started", client))
    assert outcome.failed
    assert outcome.after == "FATAL"
    assert "too quickly" in outcome.reason
    assert verbs(client) == ["start"]


def test_a_process_that_comes_up_at_the_third_attempt_is_a_success():
    client = world(fakes.FakeProcess("web:web", lifetime=[0.1, 0.1, None]))
    [outcome] = drive(client, goal("web:web", "started", client))
    assert not outcome.failed
    assert outcome.after == "RUNNING"


@pytest.mark.parametrize("startsecs", [0, None])
def test_without_startsecs_running_must_last_a_second(startsecs):
    client = world(fakes.FakeProcess("web:web", startsecs=0, lifetime=0.6, exitcode=127))
    [outcome] = drive(client, _control.Goal("web:web", "started", startsecs=startsecs))
    assert outcome.failed
    assert "127" in outcome.reason or "keeps crashing" in outcome.reason


def test_a_crash_loop_with_autorestart_is_a_failure():
    client = world(fakes.FakeProcess("web:web", startsecs=1, lifetime=1.2))
    [outcome] = drive(client, goal("web:web", "started", client, settle=2))
    assert outcome.failed


def test_a_crash_loop_can_be_stopped():
    client = world(fakes.FakeProcess("web:web", startsecs=0, lifetime=0.3))
    client.begin("web:web", "RUNNING", ago=0.1)
    client.processes_["web:web"].ends = client.clock.time + 0.2
    [outcome] = drive(client, goal("web:web", "stopped", client))
    assert not outcome.failed
    assert client.processes_["web:web"].state == "STOPPED"


def looping(version, **options):
    """A crash loop that is only ever seen EXITED: each request finds it ended, and starts it again."""
    process = fakes.FakeProcess("web:web", startsecs=0, lifetime=0.002, respawn=None, **options)
    client = world(process, version=version)
    client.begin("web:web", "EXITED", ago=0.2)
    return client


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ("4.2.2", {"autorestart": True, "stopasgroup": True}),
        ("4.2.2", {"autorestart": True}),
        ("4.2.2", {}),
        ("4.2.1", {"autorestart": True, "stopasgroup": False, "as_loaded": True}),
        ("3.4.0", {"stopasgroup": False, "as_loaded": True}),
    ],
)
@pytest.mark.parametrize("exitcode", [0, 1])
def test_a_crash_loop_that_is_only_ever_seen_exited_is_stopped(version, known, exitcode):
    client = looping(version, autorestart=True, exitcode=exitcode)
    [outcome] = drive(client, _control.Goal("web:web", "stopped", **known))
    assert (outcome.failed, outcome.after, outcome.actions) == (False, "STOPPED", ("stop",)), outcome


@pytest.mark.parametrize("as_loaded", [True, False])
@pytest.mark.parametrize("stopasgroup", [True, False, None])
def test_before_4_2_2_it_is_left_alone_unless_it_is_certain_that_no_group_is_signalled(stopasgroup, as_loaded):
    client = looping("4.2.1", autorestart=True)
    asked = _control.Goal("web:web", "stopped", autorestart=True, stopasgroup=stopasgroup, as_loaded=as_loaded)
    [outcome] = drive(client, asked)
    harmless = stopasgroup is False and as_loaded
    assert outcome.failed is not harmless
    assert verbs(client) == (["start", "stop"] if harmless else [])
    assert harmless or "to be stopped safely" in outcome.reason


def test_before_4_2_2_a_group_that_goes_needs_no_stop_of_what_is_at_rest_between_two_runs():
    client = looping("4.2.1", autorestart=True)
    [outcome] = drive(client, _control.Goal("web:web", "stopped", stopasgroup=True, leaving=True))
    assert (outcome.failed, outcome.after, verbs(client)) == (False, "EXITED", []), outcome


def test_a_stop_that_never_reaches_a_process_alive_has_a_reason():
    client = world(fakes.FakeProcess("web:web", startsecs=0, lifetime=None))
    client.begin("web:web", "RUNNING")
    inner = client.multicall

    def ended_before(calls, timeout=None):
        gone = _errors.Fault(70, "NOT_RUNNING: web:web")
        return [gone if method == "stopProcess" else inner([(method, params)])[0] for method, params in calls]

    client.multicall = ended_before
    [outcome] = drive(client, _control.Goal("web:web", "stopped"), timeout=5)
    assert outcome.failed
    assert "too soon to be stopped safely" in outcome.reason


@pytest.mark.parametrize("known", [{"autorestart": "unexpected"}, {}])
def test_a_crash_loop_that_ends_well_at_last_is_not_started_to_be_stopped(known):
    client = looping("4.3.0", autorestart="unexpected", exitcode=1)
    process = client.processes_["web:web"]
    inner = client.multicall

    def ending_well(calls, timeout=None):
        process.exitcode = 0 if client.clock.time > 102 else 1
        return inner(calls, timeout)

    client.multicall = ending_well
    [outcome] = drive(client, _control.Goal("web:web", "stopped", **known))
    assert (outcome.failed, outcome.after, outcome.actions) == (False, "EXITED", ()), outcome
    assert client.calls == []


@pytest.mark.parametrize(("one_shot", "failed"), [(True, False), (False, True)])
def test_a_job_that_ends_well_is_started_only_as_one_shot(one_shot, failed):
    client = world(fakes.FakeProcess("job:job", startsecs=0, lifetime=0.2, exitcode=0))
    [outcome] = drive(client, goal("job:job", "started", client, one_shot=one_shot))
    assert outcome.failed is failed
    assert outcome.after == "EXITED"


def test_a_finished_one_shot_is_not_started_again():
    client = world(fakes.FakeProcess("job:job", exitcode=0))
    client.begin("job:job", "EXITED")
    [outcome] = drive(client, goal("job:job", "started", client, one_shot=True))
    assert (outcome.failed, outcome.actions) == (False, ())


def test_faults_of_a_start_end_only_that_process():
    fault = _errors.Fault(20, "NO_FILE: can't find command '/x'")
    client = world(fakes.FakeProcess("a:a", start_fault=fault), fakes.FakeProcess("b:b"))
    bad, good = drive(client, goal("a:a", "started", client), goal("b:b", "started", client))
    assert bad.failed
    assert "can't find command" in bad.reason
    assert not good.failed


@pytest.mark.parametrize("code", [1, 2, 4711])
def test_a_fault_that_is_not_known_is_the_last_word(code):
    client = world(fakes.FakeProcess("a:a", start_fault=_errors.Fault(code, "not today")), fakes.FakeProcess("b:b"))
    before = client.clock.time
    bad, good = drive(client, goal("a:a", "started", client), goal("b:b", "started", client), timeout=1000)
    assert (bad.failed, bad.actions) == (True, ())
    assert "could not be started: not today (fault %d)" % code in bad.reason
    assert not good.failed
    assert client.clock.time - before < 10


def test_a_fault_that_may_pass_is_told_when_time_is_up():
    client = world(fakes.FakeProcess("a:a", start_fault=_errors.Fault(60, "ALREADY_STARTED: a")))
    [outcome] = drive(client, goal("a:a", "started", client), timeout=5)
    assert "supervisord said: ALREADY_STARTED: a" in outcome.reason


def test_a_stop_that_fails_twice_is_not_tried_for_ever(monkeypatch):
    def refuse(_self, _now, _name, _wait):
        raise _errors.Fault(30, "FAILED: no")

    monkeypatch.setattr(fakes.FakeClient, "_stop", refuse)
    client = world(fakes.FakeProcess("a:a"))
    client.begin("a:a", "RUNNING")
    before = client.clock.time
    [outcome] = drive(client, goal("a:a", "stopped", client), timeout=1000)
    assert "could not be stopped: FAILED: no" in outcome.reason
    assert client.clock.time - before < 10


def test_a_state_that_does_not_exist_is_told(monkeypatch):
    monkeypatch.setitem(fakes.STATES, "STOPPED", 77)
    [outcome] = drive(world(fakes.FakeProcess("a:a")), goal("a:a", "started"))
    assert outcome.failed
    assert "a state that Supervisor does not have: 77 STOPPED" in outcome.reason


def test_a_daemon_that_is_gone_is_not_asked_for_each_log(monkeypatch):
    """Each question would take the timeout again."""
    asked = []

    def hang(_self, _now, name, *_range):
        asked.append(name)
        raise _errors.DeadlineExceeded("hung")

    monkeypatch.setitem(fakes.METHODS, "readProcessStderrLog", "hang")
    monkeypatch.setattr(fakes.FakeClient, "hang", hang, raising=False)
    monkeypatch.setattr(
        fakes.FakeProcess,
        "info",
        lambda self, now, info=fakes.FakeProcess.info: dict(info(self, now), stderr_logfile="/x"),
    )
    names = ["p%d:p%d" % (number, number) for number in range(50)]
    client = world(*[fakes.FakeProcess(name, start_fault=_errors.Fault(20, "NO_FILE")) for name in names])
    outcomes = drive(client, *[goal(name, "started", client) for name in names])
    assert [outcome.failed for outcome in outcomes] == [True] * 50
    assert len(asked) == 1


def test_a_missing_process_fails_to_start_and_counts_as_stopped():
    client = world()
    start, stop = drive(client, goal("x:x", "started"), goal("y:y", "stopped"))
    assert start.failed
    assert "does not exist" in start.reason
    assert not stop.failed


def test_stops_go_out_together():
    client = world(*[fakes.FakeProcess("p%d:p%d" % (i, i), dies=3) for i in range(20)])
    for name in client.processes_:
        client.begin(name, "RUNNING")
    before = client.clock.time
    results = drive(client, *[goal(name, "stopped", client) for name in client.processes_])
    assert not any(outcome.failed for outcome in results)
    assert client.clock.time - before < 4
    assert len({time for time, _verb, _name, _state in client.calls}) == 1


def test_starts_go_by_priority_and_wait_for_each_other():
    client = world(*[fakes.FakeProcess("p%d:p%d" % (i, i), priority=i // 2) for i in range(6)])
    drive(client, *[goal(name, "started", client) for name in reversed(list(client.processes_))])
    times = {name: time for time, _verb, name, _state in client.calls}
    assert times["p0:p0"] == times["p1:p1"]
    assert times["p2:p2"] - times["p0:p0"] >= 1
    assert times["p4:p4"] - times["p2:p2"] >= 1


def test_no_more_than_max_parallel_are_starting():
    client = world(*[fakes.FakeProcess("p%d:p%d" % (i, i)) for i in range(7)])
    most = []
    inner = client.multicall

    def counting(calls, timeout=None):
        answers = inner(calls)
        most.append(sum(process.state == "STARTING" for process in client.processes_.values()))
        return answers

    client.multicall = counting
    results = drive(client, *[goal(name, "started", client) for name in client.processes_], max_parallel=2)
    assert not any(outcome.failed for outcome in results)
    assert max(most) == 2


def test_the_deadline_ends_the_waiting_and_says_what_was_seen():
    client = world(fakes.FakeProcess("web:web", dies=None, stopwaitsecs=100))
    client.begin("web:web", "RUNNING")
    before = client.clock.time
    [outcome] = drive(client, goal("web:web", "stopped", client), timeout=5)
    assert outcome.failed
    assert "STOPPING" in outcome.reason
    assert "stopwaitsecs (100 s)" in outcome.reason
    assert client.clock.time - before < 5.5


def test_a_lost_connection_becomes_part_of_the_outcomes():
    client = world(fakes.FakeProcess("web:web", dies=3))
    client.begin("web:web", "RUNNING")
    client.fail_at = (client.clock.time + 1, _errors.ConnectionFailed("the daemon has gone", reason="closed"))
    [outcome] = drive(client, goal("web:web", "restarted", client), log_lines=0)
    assert outcome.failed
    assert "the daemon has gone" in outcome.reason
    assert outcome.actions == ("stop",)


def test_an_unreachable_daemon_raises_at_the_first_look():
    client = world(fakes.FakeProcess("web:web"))
    client.fail_at = (0, _errors.ConnectionFailed("no such socket", reason="missing"))
    with pytest.raises(_errors.ConnectionFailed):
        drive(client, goal("web:web", "started", client))


def test_without_wait_it_ends_when_the_request_is_accepted():
    client = world(fakes.FakeProcess("web:web", startsecs=30), fakes.FakeProcess("old:old", dies=20))
    client.begin("old:old", "RUNNING")
    before = client.clock.time
    results = drive(client, goal("web:web", "started", client), goal("old:old", "stopped", client), wait=False)
    assert [(outcome.failed, outcome.actions) for outcome in results] == [(False, ("start",)), (False, ("stop",))]
    assert client.clock.time - before < 1


def test_without_wait_a_process_that_has_just_come_up_is_not_watched():
    client = world(fakes.FakeProcess("web:web", startsecs=0))
    client.processes_["web:web"].spawn(client.clock.time, 4711)
    before = client.clock.time
    [outcome] = drive(client, goal("web:web", "started", client), wait=False)
    assert (outcome.failed, outcome.actions, outcome.reason) == (False, (), "is RUNNING")
    assert client.clock.time - before < 0.5


def test_a_process_that_dies_while_others_start_is_noticed():
    short = fakes.FakeProcess("a:a", lifetime=1.5, autorestart=False)
    client = world(short, fakes.FakeProcess("b:b", startsecs=3))
    first, second = drive(client, goal("a:a", "started", client), goal("b:b", "started", client))
    assert first.failed
    assert "EXITED now" in first.reason
    assert not second.failed


def random_process(dice, number):
    return fakes.FakeProcess(
        "p%d:p%d" % (number, number),
        lifetime=dice.choice([None, None, None, 0.05, 0.7, 1.3, [0.1, None], [0.1, 0.1, 0.1, None], [1.5, None]]),
        exitcode=dice.choice([0, 1, 127]),
        startsecs=dice.choice([0, 1, 1, 3]),
        startretries=dice.choice([0, 1, 3]),
        stopwaitsecs=dice.choice([1, 5, 10]),
        autorestart=dice.choice([True, False, "unexpected"]),
        dies=dice.choice([0.01, 0.5, 2.5, None]),
        deaf=dice.choice([0.0, 0.05, 0.09]),
        priority=dice.choice([1, 999]),
    )


@pytest.mark.parametrize("block", range(10))
def test_500_random_worlds_never_get_a_false_verdict(block):
    for seed in range(block * 50, block * 50 + 50):
        dice = random.Random(seed)
        client = world(
            *[random_process(dice, number) for number in range(dice.randint(1, 5))],
            version=dice.choice(["3.4.0", "4.2.1", "4.3.0"]),
        )
        for name, process in client.processes_.items():
            process.exitcode = process.exitcode or dice.choice([0, 1])
            client.begin(name, dice.choice(STATES), ago=dice.choice([0.01, 0.3, 2, 60]))
        know = dice.random() < 0.5
        goals = [
            goal(name, dice.choice(["started", "stopped", "restarted"]), client if know else None)
            for name in client.processes_
        ]
        timeout = dice.choice([3, 30, 100])
        before = client.clock.time
        results = drive(client, *goals, timeout=timeout, max_parallel=dice.choice([0, 1, 2]))
        assert client.clock.time - before <= timeout + 1, seed
        for asked, outcome in zip(goals, results):
            process = client.processes_[outcome.name]
            assert not process.lost_start, (seed, outcome)
            assert not process.lost_stop, (seed, outcome)
            if outcome.failed:
                assert outcome.reason, seed
            elif asked.wanted == "stopped":
                assert process.state in ("STOPPED", "EXITED", "FATAL"), (seed, outcome)
            else:
                assert process.state == "RUNNING", (seed, outcome)
        for _time, verb, _name, state in client.calls:
            assert (verb, state) not in [("start", "STOPPING"), ("start", "BACKOFF"), ("stop", "STOPPING")], seed
