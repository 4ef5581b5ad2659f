# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listener of role alerts beside real daemons of every release: what is told when, and what never is."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import time

import alerting
import daemons as _daemons
import pytest
import receivers
import targets

from ansible_collections.supervisord.fleet.plugins.module_utils._tasks import heartbeat as _heartbeat

FOREVER = "/bin/sleep 1000"
SAY = "/bin/sh -c 'echo password=hunter22; echo boom >&2; exit 3'"


@pytest.fixture
def watched(version, web):
    """Start a daemon with the listener beside these programs: ``watched(programs, **settings)``."""
    started = []

    def start(programs, before=None, buffer_size=1000, **more):
        daemon = _daemons.Daemon(version, programs, **(before or {}))
        started.append(daemon)
        route = {"name": "hook", "type": "webhook", "url": web.url}
        alerting.beside(daemon, targets.of(version).python, buffer_size, **dict({"routes": [route]}, **more))
        daemon.start()
        daemon.wait_state("alerts:alerts", "RUNNING")
        return daemon

    yield start
    for daemon in started:
        daemon.destroy()


def told(web, say, kind, program=None):
    """Wait for a message; return it."""

    def found():
        alerts = [one for one in receivers.alerts(web) if (one["say"], one["kind"]) == (say, kind)]
        return next((one for one in alerts if program in (None, one["program"])), None)

    return _daemons.wait_for(found, what="%s %s" % (say, kind))


def said(web):
    """What was told of which program, in order."""
    return [(one["program"], one["say"], one["kind"]) for one in receivers.alerts(web)]


def test_a_program_that_ends_is_told_with_its_log_and_without_its_secrets(watched, web):
    watched({"a": {"command": SAY, "startsecs": 0, "autorestart": "false"}})
    alert = told(web, "problem", "exited")
    assert (alert["host"], alert["program"], alert["exit_status"]) == ("web01.example.com", "a", 3)
    assert "boom" in alert["log"]
    assert "hunter22" not in json.dumps(web.taken)


def test_a_program_that_does_not_start_is_told_when_it_gets_worse(watched, web):
    # Ten seconds of BACKOFF: enough for a listener on a busy machine to hear of it before it is over.
    watched({"a": {"command": "/bin/false", "startretries": 4}})
    told(web, "problem", "backoff")
    told(web, "worse", "fatal")
    assert [one for one in said(web) if one[2] == "fatal"] == [("a", "worse", "fatal")]


def test_a_program_that_comes_back_has_recovered(watched, web):
    daemon = watched({"a": {"command": FOREVER}})
    os.kill(daemon.wait_state("a:a", "RUNNING").pid, signal.SIGKILL)
    assert told(web, "problem", "exited")["reason"] == "terminated by SIGKILL"
    alert = told(web, "recovered", "exited")
    assert alert["status"] == "resolved"
    assert alert["id"] == told(web, "problem", "exited")["id"]


def test_what_a_person_does_is_no_trouble(watched, web):
    daemon = watched({"a": {"command": FOREVER}, "b": {"command": "/bin/false", "startretries": 0}})
    daemon.wait_state("a:a", "RUNNING")
    daemon.client().call("stopProcess", "a:a")
    daemon.client().call("startProcess", "a:a")
    daemon.client().call("stopProcessGroup", "a")
    daemon.client().call("removeProcessGroup", "a")
    told(web, "problem", "fatal", "b")
    assert [one for one in said(web) if one[0] == "a"] == []


def test_a_stop_by_a_person_is_told_where_that_is_wanted(watched, web):
    daemon = watched({"a": {"command": FOREVER}}, tell_stopped=True, rules=[{}])
    daemon.wait_state("a:a", "RUNNING")
    daemon.client().call("stopProcess", "a:a")
    assert told(web, "news", "stopped")["severity"] == "info"


def test_the_end_and_the_start_of_the_daemon_are_told(watched, web):
    daemon = watched({"a": {"command": FOREVER}})
    awake(daemon)
    daemon.send_signal(signal.SIGTERM)
    daemon.process.wait(20)
    assert told(web, "problem", "daemon_stopping")["program"] == ""
    assert {one[0] for one in said(web)} == {""}
    daemon.start()
    told(web, "recovered", "daemon_stopping")


def test_a_daemon_that_is_killed_is_told_by_its_listener(watched, web):
    daemon = watched({"a": {"command": FOREVER}})
    daemon.wait_state("a:a", "RUNNING")
    awake(daemon)
    os.kill(daemon.process.pid, signal.SIGKILL)
    assert told(web, "problem", "daemon_gone")["severity"] == "critical"
    daemon.kill()
    daemon.start()
    told(web, "recovered", "daemon_gone")


def test_what_waits_outlives_a_restart_and_a_kill_of_the_daemon(watched, web):
    web.stop()
    names = ["f%d" % number for number in range(5)]
    fatal = {"command": "/bin/sh -c 'sleep 0.3; exit 1'", "startretries": "0", "autostart": "false"}
    daemon = watched(dict.fromkeys(names, fatal))
    for name in names:
        daemon.client().call("startProcess", name, False)
    for name in names:
        daemon.wait_state(name, "FATAL")
        _daemons.wait_for(lambda name=name: '"subject":"%s:%s"' % (name, name) in _journal(daemon), what="its notice")
    daemon.send_signal(signal.SIGTERM)
    daemon.process.wait(30)
    daemon.start()
    awake(daemon)
    os.kill(daemon.process.pid, signal.SIGKILL)
    daemon.kill()
    daemon.start()
    web.start()
    for name in names:
        told(web, "problem", "fatal", name)
    alerts = receivers.alerts(web)
    assert len({one["key"] for one in alerts}) == len(alerts)
    assert sorted(one["program"] for one in alerts if (one["say"], one["kind"]) == ("problem", "fatal")) == names


def awake(daemon):
    """Wait until the listener has taken an event: RUNNING says nothing of that."""
    _daemons.wait_for(lambda: '"events":' in _journal(daemon), what="the first event")


def _journal(daemon):
    path = os.path.join(daemon.dir, "alerts", "journal")
    if not os.path.exists(path):
        return ""
    with open(path, encoding="ascii") as stream:
        return stream.read()


def test_a_reload_of_the_daemon_is_told_and_over(watched, web):
    daemon = watched({"a": {"command": FOREVER}})
    awake(daemon)
    daemon.client().call("restart")
    told(web, "problem", "daemon_stopping")
    told(web, "recovered", "daemon_stopping")
    assert [one for one in said(web) if one[0]] == []


def test_a_listener_that_went_deaf_is_told(watched, web):
    deaf = "/bin/sh -c 'echo hello; exec sleep 1000'"
    daemon = watched({"eventlistener:other": {"command": deaf, "events": "TICK_5"}})
    alert = told(web, "problem", "deaf")
    assert alert["program"] == "other" or "other" in alert["title"]
    assert daemon.wait_state("other:other", "RUNNING")


def test_no_program_of_the_listener_can_make_it_deaf(watched, web, tmp_path):
    shout = tmp_path / "shout"
    shout.write_text("#!/bin/sh\ncat > /dev/null\nexec 3>/proc/self/fd/1\necho hello\necho RESULT >&3\nexit 0\n")
    shout.chmod(0o755)
    routes = [
        {"name": "hook", "type": "webhook", "url": web.url},
        {"name": "shout", "type": "command", "command": [str(shout)]},
    ]
    daemon = watched({"a": {"command": FOREVER}}, routes=routes)
    for _turn in range(3):
        os.kill(daemon.wait_state("a:a", "RUNNING").pid, signal.SIGKILL)
        told(web, "problem", "exited")
        _daemons.wait_for(lambda: '"sent shout"' in _journal(daemon), what="the command")
        told(web, "recovered", "exited")
        web.taken.clear()
    with open(daemon.log, encoding="utf-8") as stream:
        assert "UNKNOWN state" not in stream.read()


def test_planned_work_is_silent_and_ends_by_itself(watched, web, tmp_path):
    def mark(seconds):
        value = {"version": 1, "until": time.time() + seconds, "programs": ["a"], "reason": "work"}
        (tmp_path / "mark.json").write_text(json.dumps(value))

    mark(600)
    watched(
        {"a": {"command": "/bin/false", "startretries": 0}, "b": {"command": "/bin/false", "startretries": 0}},
        maintenance=str(tmp_path),
    )
    told(web, "problem", "fatal", "b")
    assert [one for one in said(web) if one[0] == "a"] == []
    mark(0)
    told(web, "problem", "fatal", "a")


def test_what_was_ill_before_the_listener_came_is_told(version, web):
    daemon = _daemons.Daemon(version, {"a": {"command": "/bin/false", "startretries": 0}})
    try:
        daemon.start()
        daemon.wait_state("a:a", "FATAL")
        alerting.beside(
            daemon, targets.of(version).python, routes=[{"name": "hook", "type": "webhook", "url": web.url}]
        )
        daemon.client().call("reloadConfig")
        daemon.client().call("addProcessGroup", "alerts")
        told(web, "problem", "fatal")
    finally:
        daemon.destroy()


def test_a_login_is_used(version, web):
    daemon = _daemons.Daemon(
        version, {"a": {"command": SAY, "startsecs": 0, "autorestart": "false"}}, auth=("u", "p@:ß")
    )
    login = {"url": daemon.url, "username": "u", "password": "p@:ß"}
    try:
        route = {"name": "hook", "type": "webhook", "url": web.url}
        alerting.beside(daemon, targets.of(version).python, routes=[route], login=login)
        daemon.start()
        assert "boom" in told(web, "problem", "exited")["log"]
    finally:
        daemon.destroy()


def test_without_a_way_to_the_daemon_it_is_told_all_the_same(version, web):
    daemon = _daemons.Daemon(version, {"a": {"command": SAY, "startsecs": 0, "autorestart": "false"}}, auth=("u", "p"))
    try:
        route = {"name": "hook", "type": "webhook", "url": web.url}
        alerting.beside(daemon, targets.of(version).python, routes=[route])
        daemon.start()
        alert = told(web, "problem", "exited")
        assert alert["log"] == ""
        assert "wants a login" in alert["reason"]
        assert "wants a login" in told(web, "problem", "no_rpc")["reason"]
    finally:
        daemon.destroy()


def test_events_that_the_daemon_dropped_are_noticed(watched, web):
    """A buffer that is too small, and a listener that does not listen for a while."""
    daemon = watched({"a": {"command": FOREVER, "autorestart": "false"}}, buffer_size=1)
    listener, victim = daemon.info("alerts:alerts").pid, daemon.wait_state("a:a", "RUNNING").pid
    awake(daemon)
    os.kill(listener, signal.SIGSTOP)
    os.kill(victim, signal.SIGKILL)
    daemon.wait_state("a:a", "EXITED")
    for _turn in range(3):
        daemon.client().call("sendRemoteCommEvent", "x", "y")
    os.kill(listener, signal.SIGCONT)
    told(web, "problem", "overflow")


def test_the_heartbeat_says_when_the_daemon_was_heard(watched, web, tmp_path):
    beat, prom = tmp_path / "beat.json", tmp_path / "fleet.prom"
    switch = receivers.Web()
    try:
        watched(
            {"a": {"command": FOREVER}},
            heartbeat={"file": str(beat), "url": switch.url + "/alive"},
            metrics={"file": str(prom)},
        )
        _daemons.wait_for(lambda: beat.exists() and json.loads(beat.read_text())["heard"], what="a heartbeat")
        value = json.loads(beat.read_text())
        assert value["version"] == 1
        assert value["routes"]["hook"]["waiting"] == 0
        seen = _heartbeat.read(str(beat))  # as status does
        assert seen["error"] is None
        assert [seen[name] < 60 for name in ("written", "heard", "started")] == [True] * 3
        _daemons.wait_for(lambda: switch.taken, what="the switch")
        assert switch.requests[0][1] == "/alive"
        line = 'supervisor_process_up{group="a",name="a"} 1\n'
        _daemons.wait_for(lambda: line in prom.read_text(), what="metrics")
    finally:
        switch.stop()


@pytest.fixture
def walled(version, web):
    """A daemon of root, and a listener with an account of its own, which may not use the daemon's socket."""
    daemon = _daemons.Daemon(version, {"a": {"command": SAY, "startsecs": 0, "autorestart": "false"}})
    route = {"name": "hook", "type": "webhook", "url": web.url}
    # An interpreter that the account may read.
    alerting.beside(daemon, "/usr/bin/python3", routes=[route], user="nobody")
    os.chmod(daemon.dir, 0o711)
    shutil.chown(os.path.join(daemon.dir, "alerts"), "nobody")
    daemon.start()
    daemon.wait_state("alerts:alerts", "RUNNING")
    yield daemon
    daemon.destroy()


def test_with_an_account_of_its_own_it_knows_as_much(walled, web):
    alert = told(web, "problem", "exited")
    assert "boom" in alert["log"]
    assert alert["exit_status"] == 3
    listener = walled.info("alerts:alerts").pid
    with open("/proc/%d/status" % listener, encoding="ascii") as stream:
        ids = [line.split()[1:] for line in stream if line.startswith(("Uid", "Groups"))]
    nobody = str(pwd.getpwnam("nobody").pw_uid)
    assert ids[0] == [nobody] * 4
    assert "0" not in ids[1]


def test_what_stays_root_ends_with_the_listener(walled, web):
    told(web, "problem", "exited")
    listener = walled.info("alerts:alerts").pid
    with open("/proc/%d/task/%d/children" % (listener, listener), encoding="ascii") as stream:
        (child,) = stream.read().split()
    assert os.stat("/proc/" + child).st_uid == 0
    os.kill(listener, signal.SIGKILL)
    _daemons.wait_for(lambda: not os.path.exists("/proc/" + child), what="the end of the child")
