# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""supervisor_rpc and supervisor_info against real daemons."""

from __future__ import annotations

import pytest

SLEEP = {"command": "/bin/sleep 1000", "autostart": "false"}


@pytest.fixture
def daemon(daemons):
    return daemons({"web": SLEEP, "other": SLEEP})


@pytest.fixture
def rpc(daemon, run_module):
    def call(method=None, *params, **options):
        args = dict(options, method=method, params=list(params)) if method else options
        return run_module("supervisor_rpc", args, daemon)

    return call


def test_results_are_data(rpc, daemon, version):
    assert rpc("getSupervisorVersion")["result"] == version
    assert rpc("supervisor.getState")["result"] == {"statecode": 1, "statename": "RUNNING"}
    info = rpc("getProcessInfo", "web")["result"]
    assert (info["name"], info["statename"], info["pid"]) == ("web", "STOPPED", 0)


def test_what_is_so_already_is_no_change_and_no_failure(rpc):
    assert rpc("startProcess", "web")["changed"]
    again = rpc("startProcess", "web")
    assert (again["changed"], again["failed"]) == (False, False)
    assert again["calls"][0]["fault"]["name"] == "ALREADY_STARTED"
    assert rpc("stopProcess", "web")["changed"]
    assert not rpc("stopProcess", "web")["changed"]
    assert not rpc("addProcessGroup", "web")["changed"]
    assert not rpc("stopAllProcesses")["changed"]
    assert rpc("startProcessGroup", "web")["changed"]


def test_faults_fail_unless_they_are_ignored(rpc):
    result = rpc("startProcess", "nothing")
    assert result["failed"]
    assert "BAD_NAME" in result["msg"]
    assert "fault 10" in result["msg"]
    for ignored in ("10", "BAD_NAME"):
        result = rpc("startProcess", "nothing", ignore_faults=[ignored])
        assert (result["failed"], result["changed"]) == (False, False)
        assert result["calls"][0]["fault"]["code"] == 10
    result = rpc("no.such.method")
    assert result["failed"]
    assert "namespace.method" in result["msg"]
    assert "no method" in rpc("noSuchMethod")["msg"]


def test_a_group_call_that_fails_for_one_process_fails(rpc, daemons, run_module):
    daemon = daemons({"good": SLEEP, "bad": {"command": "/no/such", "autostart": "false"}})
    result = run_module("supervisor_rpc", {"method": "startAllProcesses"}, daemon)
    assert result["failed"]
    assert result["changed"]
    assert "bad:bad" in result["msg"]


def test_immediate_calls_share_a_request_and_deferred_ones_do_not(daemons, record, run_module):
    # A TERM that meets a child between fork and exec is lost, and the stop then takes stopwaitsecs; a KILL is not.
    killed = dict(SLEEP, stopsignal="KILL")
    proxy = record(daemons({"web": killed, "other": killed}))
    calls = [
        {"method": "startProcess", "params": ["web", False]},
        {"method": "startProcess", "params": ["other", False]},
        {"method": "getState"},
        {"method": "stopProcess", "params": ["web"]},
        {"method": "stopProcessGroup", "params": ["other", False]},
        {"method": "getPID"},
        {"method": "getIdentification"},
    ]
    result = run_module("supervisor_rpc", {"calls": calls, "server_url": proxy.url})
    assert [entry["method"] for entry in result["calls"]] == ["supervisor." + call["method"] for call in calls]
    assert not result["failed"], result
    assert proxy.requests == [
        "system.multicall",
        "supervisor.stopProcess",
        "supervisor.stopProcessGroup",
        "system.multicall",
    ]


@pytest.mark.ends
def test_every_call_is_made_and_every_fault_reported(rpc, daemon):
    calls = [
        {"method": "stopProcess", "params": ["nothing", False]},
        {"method": "startProcess", "params": ["web", False]},
    ]
    result = rpc(calls=calls)
    assert result["failed"]
    assert result["changed"]
    assert [entry["failed"] for entry in result["calls"]] == [True, False]
    assert daemon.wait_state("web", "RUNNING")


@pytest.mark.ends
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "getState", "params": ["a\x00b"]}, "control character"),
        ({"method": "getState", "params": [None]}, "NoneType"),
        ({"method": "system.multicall", "params": [[]]}, "list the calls in calls"),
        ({"method": "getState", "calls": [{"method": "getPID"}]}, "mutually exclusive"),
        ({}, "required"),
    ],
)
def test_what_cannot_be_called_is_said(options, words, run_module, daemon):
    result = run_module("supervisor_rpc", options, daemon)
    assert result["failed"]
    assert words in result["msg"]


def test_secrets_of_a_broken_configuration_stay_hidden(rpc, daemon):
    path = daemon.write("broken", '[program:broken]\ncommand=/bin/true\nenvironment=TOKEN="hunter2" B=\'x"y\'\n')
    result = rpc("reloadConfig")
    assert result["failed"]
    assert "hunter2" not in str(result)
    assert "CANT_REREAD" in result["msg"]
    assert path in result["msg"]
    assert "program:broken" in result["msg"]


def test_logs_that_break_xml_can_be_read(daemons, run_module, version):
    script = r"printf '\\033[31mred\\033[0m\\000\\n'; sleep 1000"
    daemon = daemons({"web": {"command": f'/bin/sh -c "{script}"'}})
    daemon.wait_state("web", "RUNNING")
    result = run_module("supervisor_rpc", {"method": "readProcessStdoutLog", "params": ["web", 0, 0]}, daemon)
    assert result["result"] == "red\ufffd\n"
    result = run_module("supervisor_info", {"log_lines": 3}, daemon)
    assert result["processes"][0]["stdout"] == ["red\ufffd"]


def test_logs_that_are_not_utf_8(daemons, run_module, version):
    script = r"printf 'caf\\351\\n'; sleep 1000"
    daemon = daemons({"web": {"command": f'/bin/sh -c "{script}"'}}, inet=True)
    daemon.wait_state("web", "RUNNING")
    local = run_module("supervisor_info", {"log_lines": 3}, daemon)
    assert local["processes"][0]["stdout"] == ["caf\ufffd"]
    remote = run_module("supervisor_info", {"log_lines": 3, "server_url": daemon.inet_url})
    assert remote["processes"][0]["stdout"] in (["caf\ufffd"], [])
    asked = {"method": "readProcessStdoutLog", "params": ["web", 0, 0], "server_url": daemon.inet_url}
    raw = run_module("supervisor_rpc", asked)
    assert raw["failed"] is (version != "3.4.0"), raw
    assert not raw["failed"] or "HTTP 500" in raw["msg"]


def test_info_tells_all(daemon, run_module, version):
    daemon.client().call("startProcess", "web", True)
    result = run_module("supervisor_info", {"config": True}, daemon)
    assert result["daemon"] == {
        "url": daemon.url,
        "version": version,
        "api_version": "3.0",
        "identification": "supervisor",
        "state": "RUNNING",
        "pid": daemon.process.pid,
    }
    other, web = result["processes"]
    assert (web["name"], web["state"], web["pid"]) == ("web:web", "RUNNING", daemon.info("web").pid)
    assert (other["state"], other["pid"], other["uptime"]) == ("STOPPED", 0, 0)
    assert result["groups"]["web"] == {"processes": ["web:web"], "states": {"RUNNING": 1}}
    assert [entry["name"] for entry in result["config"]] == ["other", "web"]
    assert [entry["autostart"] for entry in result["config"]] == [False, False]


@pytest.mark.ends
def test_info_of_some(daemon, run_module):
    result = run_module("supervisor_info", {"names": ["w*", "nothing"], "config": True}, daemon)
    assert [process["name"] for process in result["processes"]] == ["web:web"]
    assert list(result["groups"]) == ["web"]
    assert [entry["name"] for entry in result["config"]] == ["web"]
    assert result["unmatched"] == {"nothing": ["other", "web"]}
    result = run_module("supervisor_info", {"names": ["web", "wbe:*"], "in_state": ["FATAL"]}, daemon)
    assert result["processes"] == []
    assert result["unmatched"] == {"wbe:*": ["web", "other"]}
    assert "unmatched" not in run_module("supervisor_info", {"in_state": ["FATAL"]}, daemon)


def test_drift_between_files_and_what_runs(daemon, record, run_module):
    def drift():
        proxy = record(daemon)
        args = {"drift": True, "config_file": daemon.conf, "server_url": proxy.url}
        result = run_module("supervisor_info", args)
        assert not result["failed"], result
        assert proxy.mutating == []
        return result["drift"]

    before = drift()
    assert (before["groups"], before["error"], before["skipped"]) == ([], None, [])
    web = daemon.write("web", dict(SLEEP, startsecs="7", environment="TOKEN='hunter2'"))
    new = daemon.write("new", SLEEP)
    daemon.client().call("removeProcessGroup", "other")
    daemon.client().call("reloadConfig")
    found = drift()
    assert "hunter2" not in str(found)
    assert found["uncertain"] == ["web"] or [group["name"] for group in found["groups"]] == ["new", "other", "web"]
    assert {"name": "new", "status": "added", "options": [], "files": [new]} in found["groups"]
    daemon.write(
        "web", dict(SLEEP, startsecs="8", command="/bin/sleep 2000", numprocs="2", process_name="w%(process_num)d")
    )
    changed = [group for group in drift()["groups"] if group["name"] == "web"]
    assert changed[0]["status"] == "changed"
    assert {"numprocs"} <= set(changed[0]["options"])
    assert changed[0]["files"] == [web]
    daemon.write("broken", '[program:broken]\ncommand=/bin/true\nenvironment=TOKEN="hunter2" B=\'x"y\'\n')
    error = drift()["error"]
    assert "broken.conf" in error
    assert "hunter2" not in error
