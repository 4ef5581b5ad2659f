# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task for many daemons: each has the result that it would have alone, and none costs the others anything."""

from __future__ import annotations

import json
import os
import re
import signal
import time

import ansible_programs
import badservers
import daemons as daemons_
import farm
import pytest
import targets

SLEEP = {"command": "/bin/sleep 1000", "startsecs": "1"}
STUBBORN = {"command": "/bin/sh -c 'trap \"\" TERM; while :; do sleep 0.2; done'", "stopwaitsecs": "60"}
TASKS = {
    "supervisor_process": {"names": ["web"], "state": "stopped"},
    "supervisor_info": {},
    "supervisor_rpc": {"method": "getSupervisorVersion"},
}
every_module = pytest.mark.parametrize("name", list(TASKS))
# What differs between two runs of the same thing.
VOLATILE = {"seconds", "now", "uptime", "description", "invocation", "rc", "warnings", "diff"}


def stable(value):
    if isinstance(value, dict):
        return {key: stable(item) for key, item in value.items() if key not in VOLATILE}
    if isinstance(value, str):
        value = re.sub("longer than [0-9]+ bytes", "too long", value)  # many have less room than one
        return value.partition(" [")[0]  # how exactly a connection was cut is chance
    return [stable(item) for item in value] if isinstance(value, list) else value


@pytest.fixture
def bad(tmp_path):
    """Servers that fail in all the ways there are, by name."""
    started = {
        "garbage": badservers.Server(badservers.says_and_closes(b"SSH-2.0-OpenSSH_9.2\r\n")),
        "a web page": badservers.Server(badservers.says(badservers.http(b"<html>Hello</html>")), tcp=True),
        "not found": badservers.Server(badservers.says(badservers.http(b"", b"404 Not Found"))),
        "too much": badservers.Server(badservers.says(badservers.http(b"x", length=10**12))),
        "half an answer": badservers.Server(badservers.says_and_closes(badservers.http(b"<?xml", length=100))),
        "drips": badservers.Server(badservers.drips(badservers.http(badservers.ANSWER))),
        "silent": badservers.Server(badservers.silent, tcp=True),
        "closes": badservers.Server(badservers.closes),
    }
    found = {name: {"server_url": server.url} for name, server in started.items()}
    found["missing"] = {"server_url": f"unix://{tmp_path}/none"}
    found["refused"] = {"server_url": f"http://127.0.0.1:{daemons_.free_port()}"}
    found["unresolved"] = {"server_url": "http://no-such-host.invalid:9001"}
    found["no certificate"] = {"server_url": "https://localhost:1", "ca_path": str(tmp_path / "no.pem")}
    yield found
    for server in started.values():
        server.close()


def named(servers):
    return [dict(server, name=name) for name, server in servers.items()]


@pytest.mark.ends
@every_module
def test_each_server_has_the_result_it_would_have_alone(name, run_module, daemons, bad):
    good = daemons({"web": dict(SLEEP, autostart="false")}, auth=("admin", "s3cret"), inet=True)
    servers = dict(bad)
    servers["by socket"] = {"server_url": good.url, "username": "admin", "password": "s3cret"}
    servers["by port"] = {"server_url": good.inet_url, "username": "admin", "password": "s3cret"}
    servers["wrong password"] = {"server_url": good.inet_url, "username": "admin", "password": "n0t-it"}
    servers["no password"] = {"server_url": good.inet_url}
    began = time.monotonic()
    together = run_module(name, dict(TASKS[name], servers=named(servers), timeout=2, fail_when="all"))
    assert time.monotonic() - began < 8
    assert not together["failed"]
    assert [item["name"] for item in together["servers"]] == list(servers)
    for item, server in zip(together["servers"], servers.values()):
        alone = stable(run_module(name, dict(TASKS[name], timeout=2, **server)))
        found = stable(item)
        assert found["server_url"] == server["server_url"]
        assert found["failed"] == alone["failed"]
        assert {key: found[key] for key in alone} == alone
    assert "s3cret" not in str(together)
    assert "n0t-it" not in str(together)
    assert [item["name"] for item in together["servers"] if not item["failed"]] == ["by socket", "by port"]
    unreachable = [item["name"] for item in together["servers"] if not item["reachable"]]
    assert unreachable == ["drips", "silent", "closes", "missing", "refused", "unresolved"]
    assert together["summary"] == {"total": 16, "ok": 2, "changed": 0, "failed": 8, "unreachable": 6}


@pytest.mark.ends
def test_the_task_fails_when_more_fail_than_may(run_module, daemons):
    good = daemons({"web": SLEEP})
    servers = [{"server_url": good.url}, *({"server_url": f"unix:///none/{n}"} for n in range(3))]
    for fail_when, fails in (("any", True), ("all", False), ("74%", True), ("75%", False)):
        result = run_module("supervisor_info", {"servers": servers, "fail_when": fail_when})
        assert result["failed"] is fails, fail_when
        assert result["summary"] == {"total": 4, "ok": 1, "changed": 0, "failed": 0, "unreachable": 3}
        told = result["msg"] if fails else str(result["warnings"])
        assert "3 of 4 servers failed: /none/0: " in told
        assert "no such socket" in told
        assert len(result["servers"]) == 4
    result = run_module("supervisor_info", {"servers": servers[1:], "fail_when": "all"})
    assert result["failed"]


@pytest.mark.ends
def test_credentials_of_the_task_are_those_of_every_server_without_its_own(run_module, daemons):
    first = daemons({}, auth=("admin", "s3cret"), inet=True)
    second = daemons({}, auth=("other", "0ther"), inet=True)
    servers = [
        {"name": "common", "server_url": first.inet_url},
        {"name": "own", "server_url": second.inet_url, "username": "other", "password": "0ther"},
        {"name": "half", "server_url": second.inet_url, "username": "other"},
    ]
    task = {"servers": servers, "username": "admin", "password": "s3cret", "fail_when": "all"}
    for environment in ({}, {"SUPERVISOR_USERNAME": "admin", "SUPERVISOR_PASSWORD": "s3cret"}):
        if environment:
            del task["username"], task["password"]
        result = run_module("supervisor_info", task, env=environment)
        assert [item["failed"] for item in result["servers"]] == [False, False, True]
        assert "HTTP 401" in result["servers"][2]["msg"]
        assert not {"s3cret", "0ther"} & set(str(result).replace("'", " ").split())


def test_many_are_restarted_as_fast_as_one(run_module, version):
    many = 30
    with farm.Farm(version, many, {"web": SLEEP, "other": SLEEP}) as fleet:
        servers = [{"server_url": url} for url in fleet.urls]
        task = {"servers": servers, "names": ["web"], "state": "started"}
        result = run_module("supervisor_process", task)
        assert result["summary"]["ok"] == many, result["msg"]
        before = {item["name"]: item["processes"][0]["pid"] for item in result["servers"]}
        predicted = run_module("supervisor_process", dict(task, state="restarted"), check=True)
        assert [item["processes"][0]["actions"] for item in predicted["servers"]] == [["stop", "start"]] * many
        assert predicted["summary"]["changed"] == many
        began = time.monotonic()
        result = run_module("supervisor_process", dict(task, state="restarted"), diff=True)
        assert time.monotonic() - began < 20
        assert result["summary"] == {"total": many, "ok": many, "changed": many, "failed": 0, "unreachable": 0}
        for item in result["servers"]:
            [process] = item["processes"]
            assert (process["after"], process["pid_before"]) == ("RUNNING", before[item["name"]])
            assert process["pid"] not in (0, before[item["name"]])
        assert [part["after_header"] for part in result["diff"]] == [item["name"] for item in result["servers"]]
        hung = fleet.hang(3)
        began = time.monotonic()
        result = run_module("supervisor_info", {"servers": servers, "timeout": 1, "fail_when": "10%"})
        assert time.monotonic() - began < 6
        assert not result["failed"]
        assert [item["name"] for item in result["servers"] if not item["reachable"]] == [
            "127.0.0.1:%d" % port for port in hung
        ]
        states = {item["state"] for found in result["servers"] for item in found.get("processes", [])}
        assert states == {"RUNNING"}


@pytest.mark.ends
def test_no_more_than_parallel_work_at_the_same_time(run_module, version):
    with farm.Farm(version, 6, {"web": SLEEP}) as fleet:
        task = {"names": ["web"], "state": "restarted", "servers": [{"server_url": url} for url in fleet.urls]}
        result = run_module("supervisor_process", dict(task, parallel=2))
        starts = sorted(item["seconds"] for item in result["servers"])
        assert result["summary"]["ok"] == 6, result["msg"]
        assert starts[0] > 1


def _first_stop(methods):
    """Where the first stop is, or the end."""
    return methods.index("supervisor.stopProcess") if "supervisor.stopProcess" in methods else len(methods)


@pytest.mark.ends
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupt_leaves_a_true_report(number, start_module, daemons, record, tmp_path):
    quick, slow = daemons({"web": SLEEP}), daemons({"web": STUBBORN})
    for daemon in (quick, slow):
        daemon.wait_state("web", "RUNNING")
    hung = daemons({"web": SLEEP})
    hung.send_signal(signal.SIGSTOP)
    lines = tmp_path / "progress"
    proxy = record(slow)
    servers = {"quick": quick, "slow": proxy, "hung": hung, "hung too": hung, "waiting": quick}
    task = {
        "servers": [{"name": name, "server_url": server.url} for name, server in servers.items()],
        "names": ["web"],
        "state": "stopped",
        "timeout": 60,
        "parallel": 3,
        "progress_file": str(lines),
        "fail_when": "all",
    }
    try:
        process = start_module("supervisor_process", task)
        # A look after the stop: the module has the answer to it.
        daemons_.wait_for(lambda: "supervisor.getProcessInfo" in proxy.methods[_first_stop(proxy.methods) :])
        daemons_.wait_for(lambda: lines.exists() and "quick" in lines.read_text(encoding="utf-8"))
        process.send_signal(number)
        result = targets.finish(process, timeout=20)
    finally:
        hung.send_signal(signal.SIGCONT)
    assert result["failed"]
    assert result["msg"].startswith("interrupted: 4 of 5 servers failed: slow: ")
    found = {item["name"]: item for item in result["servers"]}
    assert found["quick"]["changed"] is True
    assert not found["quick"]["failed"]
    assert " after stop, then interrupted after " in found["slow"]["msg"]
    assert found["slow"]["changed"] is True
    assert found["slow"]["processes"][0]["actions"] == ["stop"]
    assert "is unknown" in found["hung"]["msg"]
    assert "nothing was asked of it" in found["waiting"]["msg"]
    told = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    assert [item["name"] for item in told] == list(servers)
    assert [(item["done"], item["total"]) for item in told] == [(number, 5) for number in range(1, 6)]


@pytest.mark.ends
def test_progress_is_told_where_the_environment_says(run_module, daemons, tmp_path):
    daemon, path = daemons({"web": SLEEP}), tmp_path / "progress"
    task = {"servers": [{"name": "one", "server_url": daemon.url}]}
    run_module("supervisor_info", task, env={"SUPERVISOR_PROGRESS_FILE": str(path)})
    line = json.loads(path.read_text(encoding="utf-8"))
    assert {key: line[key] for key in ("name", "failed", "reachable", "changed", "msg", "done", "total")} == {
        "name": "one", "failed": False, "reachable": True, "changed": False, "msg": "", "done": 1, "total": 1,
    }  # fmt: skip
    assert os.stat(path).st_mode & 0o077 == 0
    result = run_module("supervisor_info", dict(task, progress_file=str(tmp_path)))
    assert "progress_file" in result["msg"]


@pytest.mark.ends
def test_progress_is_shown_while_a_task_runs(version, daemons, tmp_path):
    servers = [
        {"name": "one", "server_url": daemons({"web": SLEEP}).url},
        {"name": "two", "server_url": f"unix://{tmp_path}/none"},
    ]
    task = {"supervisord.fleet.supervisor_info": {"servers": servers, "fail_when": "all"}}
    play = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}]
    (tmp_path / "play.json").write_text(json.dumps(play))
    shown = {"ANSIBLE_CALLBACKS_ENABLED": "supervisord.fleet.progress", "SUPERVISOR_PROGRESS_INTERVAL": "0"}
    ansible = ansible_programs.Ansible(version, tmp_path)
    ended = ansible.run("ansible-playbook", "-i", "localhost,", "-v", "play.json", env=shown)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told = sorted(line.strip() for line in ended.stdout.splitlines() if line.startswith("  ["))
    assert [line[:5] for line in told] == ["[1/2]", "[2/2]"], ended.stdout
    assert any("] one: ok after " in line for line in told), told
    assert any("] two: unreachable after " in line and f"{tmp_path}/none" in line for line in told), told
    assert "  2 of 2 servers done, 1 failed" in ended.stdout


@pytest.mark.ends
@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("supervisor_info", {"fail_when": "some"}, "fail_when"),
        ("supervisor_info", {"parallel": -1}, "parallel"),
        ("supervisor_info", {"drift": True}, "drift"),
        ("supervisor_process", {"names": "web", "state": "signalled", "signal": "NO"}, "signal 'NO' is not known"),
        ("supervisor_rpc", {"method": "system.multicall"}, "cannot be called"),
    ],
)
def test_unusable_options(name, options, words, run_module, daemons):
    result = run_module(name, dict(options, servers=[{"server_url": daemons({}).url}]))
    assert result["failed"]
    assert words in result["msg"]


@pytest.mark.ends
def test_no_servers_at_all_are_no_failure(run_module):
    result = run_module("supervisor_info", {"servers": []})
    assert not result["failed"]
    assert result["summary"]["total"] == 0
