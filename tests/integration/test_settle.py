# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""supervisor_info that waits until programs have run for a while: as long as it takes, and no longer if they do not."""

from __future__ import annotations

import contextlib

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors

pytestmark = pytest.mark.ends


@pytest.fixture
def daemon(daemons):
    ends = "echo the last words; exit 7"
    return daemons(
        {
            "web": {"command": "/bin/sleep 1000", "startsecs": "0", "autostart": "false"},
            "stopped": {"command": "/bin/sleep 1000", "autostart": "false"},
            "ends": {"command": f"/bin/sh -c '{ends}'", "startretries": "0", "autostart": "false"},
            "short": {"command": f"/bin/sh -c 'sleep 2; {ends}'", "autorestart": "false", "autostart": "false"},
        }
    )


def start(daemon, *names):
    for name in names:
        with contextlib.suppress(_errors.Fault):  # of one that has ended before the daemon has answered
            daemon.client().call("startProcess", name, False)


def test_it_returns_when_the_youngest_has_run_for_so_long(daemon, run_module):
    start(daemon, "web")
    daemon.wait_state("web:web", "RUNNING")
    result = run_module("supervisor_info", {"names": ["web"], "settle": 3}, daemon)
    assert not result["failed"], result
    assert [(one["state"], one["uptime"] >= 3) for one in result["processes"]] == [("RUNNING", True)]


def test_what_is_starting_is_waited_for(daemon, run_module):
    start(daemon, "short")
    result = run_module("supervisor_info", {"names": ["short"], "settle": 0}, daemon)
    assert [one["state"] for one in result["processes"]] == ["RUNNING"]


def test_a_program_that_gives_up_ends_it_at_once_with_its_last_words(daemon, run_module):
    start(daemon, "web", "ends")
    daemon.wait_state("ends:ends", "FATAL")
    args = {"names": ["web", "ends"], "settle": 600, "wait_timeout": 600}  # the test has not so much time
    result = run_module("supervisor_info", args, daemon)
    assert result["failed"]
    assert "have not run for 600 s" in result["msg"]
    assert "ends:ends is FATAL" in result["msg"]
    assert "the last words" in result["msg"]
    told = {one["name"]: (one["state"], one["log"]) for one in result["programs"]}
    assert told == {"web:web": ("RUNNING", []), "ends:ends": ("FATAL", ["the last words"])}


def test_a_program_that_ends_meanwhile_fails_it_when_the_time_is_up(daemon, run_module):
    start(daemon, "short")
    daemon.wait_state("short:short", "RUNNING")
    result = run_module("supervisor_info", {"names": ["short"], "settle": 4, "wait_timeout": 1}, daemon)
    assert "short:short is EXITED" in result["msg"]
    assert "the last words" in result["msg"]


def test_a_dry_run_waits_for_nothing(daemon, run_module):
    result = run_module("supervisor_info", {"names": ["stopped"], "settle": 600}, daemon, check=True)
    assert [one["state"] for one in result["processes"]] == ["STOPPED"]


def test_at_servers_each_is_judged_for_itself(daemon, daemons, run_module):
    other = daemons({"web": {"command": "/bin/sleep 1000", "autostart": "false"}})
    start(daemon, "web")
    servers = [{"name": "good", "server_url": daemon.url}, {"name": "bad", "server_url": other.url}]
    result = run_module("supervisor_info", {"servers": servers, "names": ["web"], "settle": 1})
    told = {one["name"]: one for one in result["servers"]}
    assert told["good"]["processes"][0]["uptime"] >= 1
    assert "web:web is STOPPED" in told["bad"]["msg"]
    assert result["failed"]
