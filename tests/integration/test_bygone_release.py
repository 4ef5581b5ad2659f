# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules, under Python 3.6, against the daemon of CentOS 7.7 with EPEL: supervisord 3.1.4 on Python 2.7."""

from __future__ import annotations

import os
import pathlib
import signal

import pytest

pytestmark = pytest.mark.bygone
SLEEP = {"command": "/bin/sleep 1000", "startsecs": "0"}


def test_programs_are_declared_changed_and_removed(daemons, run_module):
    daemon = daemons({"other": SLEEP})
    daemon.wait_state("other", "RUNNING")
    programs = [
        {"name": "web", "command": "/bin/sleep 1000", "startsecs": 0, "environment": {"A": "x,y", "B": 'it"s 100%'}},
        {
            "name": "worker",
            "command": "/bin/sleep 1000",
            "startsecs": 0,
            "numprocs": 2,
            "process_name": "w%(process_num)d",
        },
    ]
    options = {"programs": programs, "purge": True, "managed_by": "test"}
    foreseen = run_module("supervisor_program", options, daemon, check=True)
    assert foreseen["changed"]
    assert set(daemon.pids()) == {"other:other"}
    done = run_module("supervisor_program", options, daemon)
    assert not done["failed"], done
    pids = daemon.pids()
    assert set(pids) == {"other:other", "web:web", "worker:w0", "worker:w1"}
    environment = pathlib.Path(f"/proc/{pids['web:web']}/environ").read_bytes().split(b"\0")
    assert {b"A=x,y", b'B=it"s 100%'} <= set(environment)
    again = run_module("supervisor_program", options, daemon)
    assert not again["changed"]
    assert daemon.pids() == pids
    programs[0]["environment"] = {"A": "z"}
    assert run_module("supervisor_program", {**options, "programs": programs[:1]}, daemon)["changed"]
    after = daemon.pids()
    assert set(after) == {"other:other", "web:web"}
    assert after["other:other"] == pids["other:other"]
    assert after["web:web"] != pids["web:web"]


def test_processes_are_started_stopped_and_told_of(daemons, run_module):
    daemon = daemons({"web": {**SLEEP, "autostart": "false"}, "broken": {"command": "/bin/false", "startretries": "0"}})
    assert not run_module("supervisor_process", {"names": ["web"], "state": "started"}, daemon)["failed"]
    daemon.wait_state("web", "RUNNING")
    daemon.wait_state("broken", "FATAL")
    told = run_module("supervisor_info", {}, daemon)
    assert told["daemon"]["version"] == "3.1.4"
    assert {one["name"]: one["state"] for one in told["processes"]} == {"web:web": "RUNNING", "broken:broken": "FATAL"}
    assert not run_module("supervisor_process", {"names": ["web"], "state": "stopped"}, daemon)["failed"]
    assert daemon.state("web") == "STOPPED"


def test_what_a_killed_daemon_leaves_behind_is_found(daemons, run_module):
    daemon = daemons({"web": SLEEP}, command=True)
    daemon.wait_state("web", "RUNNING")
    pid = daemon.pids()["web:web"]
    os.kill(daemon.process.pid, signal.SIGKILL)
    daemon.process.wait()
    found = run_module("supervisor_orphans", {"state": "absent"}, daemon)
    assert [(one["pid"], one["action"]) for one in found["orphans"]] == [(pid, "stopped")]


def test_a_main_file_is_written_and_what_needs_a_restart_is_told(daemons, run_module):
    daemon = daemons({})
    options = {
        "path": daemon.conf,
        "adopt": True,
        "supervisord": {"logfile": daemon.log, "childlogdir": daemon.dir, "nodaemon": True, "loglevel": "debug"},
        "unix_http_server": {"file": daemon.socket},
        "include": {"files": [os.path.join(daemon.conf_dir, "*.conf")]},
    }
    result = run_module("supervisor_config", options)
    assert not result["failed"], result
    assert (result["running_version"], result["restart_required"]) == ("3.1.4", True)
    assert not run_module("supervisor_config", options)["changed"]
