# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that run and do not answer, or use too much memory: told, and restarted within limits."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import urllib.request

import alerting
import daemons as _daemons
import pytest
import receivers
import targets

SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(sys.argv[2]))
        self.end_headers()
        self.wfile.write(b"it works")
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
GREEDY = "import time; held = bytearray(120 << 20); time.sleep(1000)"
QUICK = {"every": 1, "deadline": 0.5, "fails": 2, "of": 3, "grace": 0}


@pytest.fixture
def watched(version, web, tmp_path):
    """``watched(programs, watch, **settings)``: a daemon with a listener that watches. ``{port}`` is a free port."""
    started = []

    def start(programs, watch, **more):
        daemon = _daemons.Daemon(version, programs)
        started.append(daemon)
        route = {"name": "hook", "type": "webhook", "url": web.url}
        watch = [dict(QUICK, **one) for one in watch]
        alerting.beside(daemon, targets.of(version).python, routes=[route], watch=watch, **more)
        daemon.start()
        return daemon

    yield start
    for daemon in started:
        daemon.destroy()


def serves(tmp_path, status=200):
    """The options of a program that answers over HTTP, and its port."""
    path = tmp_path / "server.py"
    path.write_text(SERVER)
    port = _daemons.free_port()
    command = "%s -I %s %d %d" % (sys.executable, path, port, status)
    return {"command": command, "stopwaitsecs": 1}, "http://127.0.0.1:%d/" % port


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def told(web, say, kind):
    def found():
        return next((one for one in receivers.alerts(web) if (one["say"], one["kind"]) == (say, kind)), None)

    return _daemons.wait_for(found, what="%s %s" % (say, kind))


def test_a_program_that_hangs_is_told_and_so_is_its_return(watched, web, tmp_path):
    program, url = serves(tmp_path)
    daemon = watched({"a": program}, [{"name": "health", "program": "a", "url": url, "contains": "works"}])
    pid = daemon.wait_state("a:a", "RUNNING").pid
    os.kill(pid, signal.SIGSTOP)
    alert = told(web, "problem", "unanswered")
    assert (alert["program"], alert["check"], alert["severity"]) == ("a", "health", "critical")
    assert alert["reason"] == "127.0.0.1 did not answer within 0.5 s"
    os.kill(pid, signal.SIGCONT)
    assert told(web, "recovered", "unanswered")["id"] == alert["id"]
    assert daemon.info("a:a").pid == pid


def test_a_program_that_hangs_is_restarted_where_that_is_wanted(watched, web, tmp_path):
    program, url = serves(tmp_path)
    # Time to come up, which it may need twice where the machine is busy.
    watch = {"name": "health", "program": "a", "url": url, "restart_per_hour": 3, "grace": 8}
    daemon = watched({"a": program}, [watch])
    _daemons.wait_for(lambda: answers(url), what="an answer of a")
    pid = daemon.info("a:a").pid
    os.kill(pid, signal.SIGSTOP)
    assert told(web, "news", "restarted")["reason"] == "127.0.0.1 did not answer within 0.5 s"
    told(web, "recovered", "unanswered")
    assert daemon.wait_state("a:a", "RUNNING").pid != pid
    assert {one["kind"] for one in receivers.alerts(web)} == {"restarted", "unanswered"}


def test_a_restart_that_does_not_help_is_not_tried_for_ever(watched, web, tmp_path):
    program, url = serves(tmp_path, 500)
    daemon = watched({"a": program}, [{"name": "health", "program": "a", "url": url, "restart_per_hour": 2}])
    alert = told(web, "problem", "unhealed")
    assert "2 restarts" in alert["title"]
    assert len([one for one in receivers.alerts(web) if one["kind"] == "restarted"]) == 2
    pid = daemon.wait_state("a:a", "RUNNING").pid
    time.sleep(3)  # three more checks fail meanwhile
    assert daemon.info("a:a").pid == pid


def test_the_limit_outlives_the_listener(watched, web, tmp_path):
    program, url = serves(tmp_path, 500)
    daemon = watched({"a": program}, [{"name": "health", "program": "a", "url": url, "restart_per_hour": 1}])
    told(web, "problem", "unhealed")
    pid = daemon.wait_state("a:a", "RUNNING").pid
    os.kill(daemon.info("alerts:alerts").pid, signal.SIGKILL)
    daemon.wait_state("alerts:alerts", "RUNNING")
    requests = len(web.requests)
    time.sleep(4)  # enough checks for another restart
    assert daemon.info("a:a").pid == pid
    assert "restarted" not in str(web.requests[requests:])


def test_what_was_ill_is_well_again_for_the_next_listener(watched, web, tmp_path):
    """It is killed while a program hangs, and the program answers again before the next one asks."""
    program, url = serves(tmp_path)
    daemon = watched({"a": program}, [{"name": "health", "program": "a", "url": url}])
    pid = daemon.wait_state("a:a", "RUNNING").pid
    os.kill(pid, signal.SIGSTOP)
    alert = told(web, "problem", "unanswered")
    os.kill(daemon.info("alerts:alerts").pid, signal.SIGKILL)
    os.kill(pid, signal.SIGCONT)
    assert told(web, "recovered", "unanswered")["id"] == alert["id"]


def test_what_cannot_be_started_again_is_told_and_started_once_it_can_be(watched, web, tmp_path):
    program, url = serves(tmp_path, 500)
    runs, away = tmp_path / "runs", tmp_path / "away"
    runs.write_text("#!/bin/sh\nexec %s\n" % program["command"])
    runs.chmod(0o755)
    daemon = watched(
        {"a": dict(program, command=str(runs))},
        [{"name": "health", "program": "a", "url": url, "restart_per_hour": 1, "fails": 1, "of": 1, "every": 3}],
    )
    pid = daemon.wait_state("a:a", "RUNNING").pid
    runs.rename(away)
    alert = told(web, "problem", "unstarted")
    assert "cannot be started" in alert["title"]
    assert str(runs) in alert["reason"]
    away.rename(runs)
    assert daemon.wait_state("a:a", "RUNNING").pid not in (0, pid)


def test_nothing_is_restarted_while_somebody_works_there(watched, web, tmp_path):
    program, url = serves(tmp_path, 500)
    marks = tmp_path / "marks"
    marks.mkdir()
    (marks / "m.json").write_text(json.dumps({"version": 1, "until": time.time() + 600, "programs": ["a"]}))
    daemon = watched(
        {"a": program, "b": {"command": "/bin/false", "startretries": 0}},
        [{"name": "health", "program": "a", "url": url, "restart_per_hour": 2}],
        maintenance=str(marks),
    )
    pid = daemon.wait_state("a:a", "RUNNING").pid
    told(web, "problem", "fatal")
    time.sleep(4)  # enough checks for a restart
    assert daemon.info("a:a").pid == pid
    assert {one["program"] for one in receivers.alerts(web)} == {"b"}
    (marks / "m.json").unlink()
    told(web, "news", "restarted")


def test_memory_above_a_bound_is_told_and_ended(watched, web, tmp_path):
    (tmp_path / "greedy").write_text(GREEDY)
    # The memory is that of a child: what a program starts is counted with it.
    command = "/bin/sh -c '%s -I %s; true'" % (sys.executable, tmp_path / "greedy")
    daemon = watched(
        {"a": {"command": command, "stopasgroup": "true"}},
        [{"name": "memory", "program": "a", "memory_mb": 100, "restart_per_hour": 1}],
    )
    alert = told(web, "problem", "memory")
    assert "more than 100 MB" in alert["title"]
    assert "more than 100 MB" in told(web, "news", "restarted")["reason"]
    daemon.wait_state("a:a", "RUNNING")


def test_a_program_that_is_starting_is_left_alone(watched, web, tmp_path):
    program, url = serves(tmp_path, 500)
    daemon = watched(
        {"a": program, "b": {"command": "/bin/false", "startretries": 0}},
        [{"name": "health", "program": "a", "url": url, "grace": 3600, "restart_per_hour": 2}],
    )
    pid = daemon.wait_state("a:a", "RUNNING").pid
    told(web, "problem", "fatal")
    time.sleep(3)  # three checks would have failed
    assert daemon.info("a:a").pid == pid
    assert {one["program"] for one in receivers.alerts(web)} == {"b"}


def test_a_program_that_a_person_stops_is_not_checked(watched, web, tmp_path):
    program, url = serves(tmp_path)
    daemon = watched({"a": program}, [{"name": "health", "program": "a", "url": url}])
    daemon.wait_state("a:a", "RUNNING")
    daemon.client().call("stopProcess", "a:a")
    time.sleep(3)
    assert receivers.alerts(web) == []


def test_what_was_stopped_to_be_restarted_is_started_by_the_next_listener(watched, web, tmp_path):
    """The listener is killed while the program takes its time to stop."""
    program, url = serves(tmp_path)
    program["stopwaitsecs"] = 4
    daemon = watched({"a": program}, [{"name": "health", "program": "a", "url": url, "restart_per_hour": 3}])
    pid = daemon.wait_state("a:a", "RUNNING").pid
    os.kill(pid, signal.SIGSTOP)
    daemon.wait_state("a:a", "STOPPING")
    os.kill(daemon.info("alerts:alerts").pid, signal.SIGKILL)
    assert _daemons.wait_for(lambda: daemon.wait_state("a:a", "RUNNING").pid not in (0, pid), what="the start")
