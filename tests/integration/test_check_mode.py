# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode, seen from the wire: no call that changes anything, and a prediction that comes true."""

from __future__ import annotations

import pytest

SLEEP = {"command": "/bin/sleep 1000", "autostart": "false"}
PROGRAMS = {
    "up": {"command": "/bin/sleep 1000"},
    "down": SLEEP,
    "given_up": {"command": "/bin/false", "startretries": "0"},
    "workers": dict(SLEEP, numprocs="2", process_name="w_%(process_num)d"),
}


@pytest.fixture
def daemon(daemons):
    daemon = daemons(PROGRAMS)
    daemon.wait_state("given_up", "FATAL")
    daemon.wait_state("up", "RUNNING")
    return daemon


# In this order: each starts from what the one before has left.
PROCESS = [
    {"names": ["up", "down"], "state": "started"},
    {"names": ["up"], "clear_logs": True},
    {"names": ["*"], "state": "stopped"},
    {"names": ["workers:", "down"], "state": "restarted"},
    {"in_state": ["FATAL", "STOPPED"], "state": "stopped"},
    {"names": ["workers:*"], "state": "signalled", "signal": "CONT"},
    {"names": ["down"], "state": "started", "stdin": "x", "clear_logs": True},
    {"names": ["w*"], "in_state": ["RUNNING"], "state": "stopped"},
]
RPC = [
    *({"method": "startProcess", "params": [name]} for name in ("up", "down", "workers:*")),
    *({"method": "stopProcess", "params": [name]} for name in ("up", "down", "given_up", "workers:*")),
    {"method": "startProcessGroup", "params": ["workers"]},
    {"method": "stopAllProcesses"},
    {"method": "signalProcess", "params": ["up", "USR1"]},
    {"method": "addProcessGroup", "params": ["up"]},
    {"method": "removeProcessGroup", "params": ["down"]},
    {"method": "clearLog"},
    {"method": "sendProcessStdin", "params": ["up", "x"]},
    {"method": "sendRemoteCommEvent", "params": ["a", "b"]},
    {"calls": [{"method": "getState"}, {"method": "stopProcess", "params": ["up", False]}, {"method": "getPID"}]},
]
ANY = [
    {"method": "shutdown"},
    {"method": "restart"},
    {"method": "reloadConfig"},
    {"method": "plugin.do", "params": [1]},
    {"method": "startProcess", "params": ["nothing"]},
    {"method": "clearAllProcessLogs"},
]


def without_effect(daemon, record, run_module, name, args):
    proxy = record(daemon)
    before = {full: process.pid for full, process in daemon.client().processes().items()}
    result = run_module(name, dict(args, server_url=proxy.url), check=True, diff=True)
    assert proxy.calls, "the module did not even ask"
    assert proxy.mutating == []
    assert {full: process.pid for full, process in daemon.client().processes().items()} == before
    return result


def test_supervisor_process_predicts_what_it_then_does(daemon, record, run_module):
    for args in PROCESS:
        expected = without_effect(daemon, record, run_module, "supervisor_process", args)
        assert not expected["failed"], expected
        real = run_module("supervisor_process", args, daemon)
        assert real["changed"] == expected["changed"], (args, real)
        wanted = {item["name"]: item["actions"] for item in expected["processes"]}
        assert {item["name"]: item["actions"] for item in real["processes"]} == wanted, args


def test_supervisor_process_tells_failures_in_check_mode_too(daemon, record, run_module):
    result = without_effect(
        daemon, record, run_module, "supervisor_process", {"names": ["down"], "state": "signalled", "signal": "HUP"}
    )
    assert result["failed"]
    result = without_effect(
        daemon, record, run_module, "supervisor_process", {"names": ["nothing"], "state": "started"}
    )
    assert result["failed"]


def test_supervisor_rpc_predicts_changes(daemon, record, run_module):
    for args in RPC:
        expected = without_effect(daemon, record, run_module, "supervisor_rpc", args)
        real = run_module("supervisor_rpc", args, daemon)
        assert (real["changed"], real["failed"]) == (expected["changed"], expected["failed"]), (args, expected, real)


@pytest.mark.ends
def test_supervisor_rpc_never_calls_what_it_does_not_know(daemon, record, run_module):
    for args in ANY:
        result = without_effect(daemon, record, run_module, "supervisor_rpc", args)
        assert result["changed"] or result["failed"], result


@pytest.mark.ends
def test_supervisor_rpc_reads_in_check_mode(daemon, record, run_module, version):
    result = without_effect(daemon, record, run_module, "supervisor_rpc", {"method": "getSupervisorVersion"})
    assert result["result"] == version
    result = without_effect(daemon, record, run_module, "supervisor_rpc", {"method": "system.listMethods"})
    assert "supervisor.getState" in result["result"]


@pytest.mark.parametrize("check", [False, True])
def test_supervisor_info_never_changes_anything(daemon, record, run_module, check):
    proxy = record(daemon)
    pids = daemon.pids()
    args = {"log_lines": 5, "config": True, "config_file": daemon.conf, "server_url": proxy.url}
    result = run_module("supervisor_info", args, check=check)
    assert not result["failed"]
    assert not result["changed"]
    assert proxy.mutating == []
    assert daemon.pids() == pids
