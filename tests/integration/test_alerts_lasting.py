# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of a kept severity is lost, nothing is told twice: storms, kills at random, a full disk."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time

import alerting
import daemons as _daemons
import pytest
import receivers

EXITED = "expected:0 pid:7"


@pytest.fixture
def settings(tmp_path, web):
    route = {"name": "hook", "type": "webhook", "url": web.url}
    return alerting.write(alerting.settings(str(tmp_path), routes=[route], spool={"most": 20000}))


def programs(web):
    return {one["program"] for one in receivers.alerts(web)}


def keys(web):
    return [one["key"] for one in receivers.alerts(web)]


def test_a_storm_is_taken_and_loses_nothing(web, settings):
    """10,000 events: 500 programs that end again and again, of which some end up FATAL."""
    pipe = alerting.Pipe(settings)
    pipe.ready()
    for number in range(9500):
        pipe.state("p%03d" % (number % 500), "EXITED", EXITED)
    for number in range(500):
        pipe.state("p%03d" % number, "FATAL")
    alerting.wait_for(lambda: len([x for x in receivers.alerts(web) if x["kind"] == "fatal"]) >= 500, what="all")
    with open("/proc/%d/status" % pipe.process.pid, encoding="ascii") as stream:
        peak = next(int(line.split()[1]) for line in stream if line.startswith("VmHWM"))
    pipe.end()
    assert len(programs(web)) == 500
    assert len(keys(web)) == len(set(keys(web)))
    assert len(keys(web)) <= 500 * 4  # exactly so many where the machine is busy and the storm lasts
    assert peak < 40 * 1024


def test_killed_at_random_it_loses_nothing(web, settings):
    """Each event is sent until it is acknowledged, as supervisord does; the listener is killed a hundred times."""
    chance = random.Random(4)
    serial, kills = 0, 0
    pipe = alerting.Pipe(settings)
    pipe.ready()
    while serial < 300:
        body = ("PROCESS_STATE_FATAL", "processname:p%03d groupname:p%03d from_state:BACKOFF" % (serial, serial))
        try:
            pipe.send(*body, serial=serial)
            if kills < 100 and chance.random() < 0.4:
                time.sleep(chance.random() * 0.02)
                kills += 1
                pipe.kill()
            acknowledged = pipe.acknowledged()
        except (BrokenPipeError, ValueError):
            acknowledged = False
        if acknowledged:
            serial += 1
        if pipe.process.poll() is not None:
            pipe.end()
            pipe = alerting.Pipe(settings)
            pipe.ready()
    alerting.wait_for(lambda: len(programs(web)) == 300, what="all messages")
    pipe.end()
    assert kills == 100
    told = {}
    for one in receivers.alerts(web):
        told.setdefault(one["program"], set()).add(one["key"])
    # What was on its way when it was killed may come twice, with the key by which that is seen.
    assert {name: found for name, found in told.items() if len(found) > 1} == {}


def test_a_restart_brings_away_what_was_waiting(web, settings):
    web.stop()
    pipe = alerting.Pipe(settings)
    pipe.ready()
    for number in range(50):
        pipe.state("p%02d" % number, "FATAL")
    pipe.end()
    web.start()
    pipe = alerting.Pipe(settings)
    pipe.ready()
    alerting.wait_for(lambda: len(programs(web)) == 50, what="all messages")
    pipe.end()
    assert len(keys(web)) == len(set(keys(web))) == 50


def test_a_disk_that_is_full_loses_nothing_while_it_lives(web, settings, tmp_path):
    """No byte can be written beyond a limit; later there is room again."""
    web.stop()
    pipe = alerting.Pipe(settings, limit=20000)
    pipe.ready()
    for number in range(200):
        pipe.state("p%03d" % number, "FATAL")
    assert (tmp_path / "alerts" / "journal").stat().st_size <= 20000
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(pipe.process.pid, resource.RLIMIT_FSIZE, unlimited)
    alerting.wait_for(lambda: "p199" in (tmp_path / "alerts" / "journal").read_text(), what="all on the disk")
    pipe.kill()
    web.start()
    pipe = alerting.Pipe(settings)
    pipe.ready()
    alerting.wait_for(lambda: len(programs(web)) == 200, what="all messages")
    pipe.end()


def test_a_full_disk_is_no_reason_not_to_tell(web, settings, tmp_path):
    pipe = alerting.Pipe(settings, limit=1)
    pipe.ready()
    for number in range(20):
        pipe.state("p%02d" % number, "FATAL")
    alerting.wait_for(lambda: len(programs(web)) == 20, what="all messages")
    pipe.end()


def test_an_end_brings_away_the_last_messages(web, settings):
    for number in range(5):
        pipe = alerting.Pipe(settings)
        pipe.ready()
        pipe.state("p%d" % number, "FATAL")
        pipe.end()
        assert "p%d" % number in programs(web)


def test_started_by_hand_it_says_what_it_is(settings):
    for command, status in ((["run", settings], 2), (["check", settings], 0), (["check", "/nonexistent"], 2)):
        done = subprocess.run(
            [sys.executable, "-I", alerting.PROGRAM, *command],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"]},
            timeout=30,
        )
        assert done.returncode == status
        assert done.stdout == ""
        assert bool(done.stderr) == bool(status)


def test_an_account_that_may_read_the_settings_may_try_them():
    """They are root's, and name no account to become."""
    folder = _daemons.folder()
    try:
        route = {"name": "true", "type": "command", "command": ["/bin/true"]}
        path = alerting.write(alerting.settings(folder, routes=[route]))
        os.chmod(folder, 0o755)
        os.chmod(path, 0o640)
        shutil.chown(path, "root", "nogroup")
        command = ["/usr/bin/python3", "-I", alerting.PROGRAM, "test", path]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, user="nobody", group="nogroup", timeout=60
        )
    finally:
        shutil.rmtree(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["routes"]["true"]["arrived"]


def test_two_at_once_do_not_share_a_folder(web, settings):
    """The second waits until the first one has left, and asks for no event before that."""
    first = alerting.Pipe(settings)
    first.ready()
    second = alerting.Pipe(settings)
    first.state("a", "FATAL")
    first.end()
    second.ready()
    second.state("b", "FATAL")
    alerting.wait_for(lambda: programs(web) == {"a", "b"}, what="both")
    second.end()
