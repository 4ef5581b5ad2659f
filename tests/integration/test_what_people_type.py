# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people type for a program: it is used, or refused by name, or its being ignored is told."""

from __future__ import annotations

import os

import pytest

SLEEP = "/bin/sleep 1000"


@pytest.fixture
def declare(run_module):
    def run(daemon, *items, check=False, **options):
        args = dict({"programs": list(items), "state_dir": os.path.join(daemon.dir, "state")}, **options)
        return run_module("supervisor_program", args, daemon, check=check, diff=True)

    return run


def item(name, command=SLEEP, **options):
    return dict({"name": name, "command": command}, **options)


def warnings(result):
    """The texts of the warnings, in the form of any ansible-core."""
    return [text if isinstance(text, str) else text["event"]["msg"] for text in result.get("warnings", [])]


def diff_of(result, ending):
    (found,) = [entry for entry in result["diff"] if entry["before_header"].endswith(ending)]
    return found["before"], found["after"]


@pytest.mark.ends
def test_state_beside_programs_is_that_of_all_that_do_not_say_their_own(daemons, declare):
    daemon = daemons()
    for check in (True, False):
        result = declare(daemon, item("a"), item("b", state="started"), state="stopped", check=check)
        assert [program["state"] for program in result["programs"]] == ["stopped", "started"]
    assert (daemon.state("a:a"), daemon.state("b:b")) == ("STOPPED", "RUNNING")
    result = declare(daemon, {"name": "a"}, {"name": "b"}, state="absent")
    assert [program["action"] for program in result["programs"]] == ["removed", "removed"]
    assert daemon.pids() == {}


@pytest.mark.newest
def test_kind_beside_programs_too(daemons, declare):
    daemon = daemons()
    result = declare(daemon, {"name": "g", "programs": []}, kind="group")
    assert [program["kind"] for program in result["programs"]] == ["group"]


@pytest.mark.ends
def test_a_job_that_runs_once_is_not_run_again(daemons, declare):
    daemon = daemons()
    mark = os.path.join(daemon.dir, "mark")
    job = item("job", ["/bin/sh", "-c", "echo run >> " + mark], startsecs=0)
    refused = declare(daemon, job)
    assert "a one-shot job?" in refused["msg"]
    os.unlink(mark)
    first = declare(daemon, dict(job, one_shot=True))
    assert not first["failed"], first
    for check in (True, False):
        again = declare(daemon, dict(job, one_shot=True), check=check)
        assert (again["changed"], again["actions"]) == (False, [])
    restarted = declare(daemon, dict(job, one_shot=True, state="restarted"))
    assert restarted["changed"]
    with open(mark, encoding="utf-8") as stream:
        assert stream.read() == "run\nrun\n"


@pytest.mark.newest
@pytest.mark.parametrize("module", ["supervisor_process", "supervisor_program"])
def test_check_mode_knows_that_a_job_has_run(daemons, declare, run_module, module):
    daemon = daemons({"job": {"command": "/bin/true", "startsecs": "0", "autorestart": "false"}})
    daemon.wait_state("job:job", "EXITED")
    if module == "supervisor_process":
        args = {"names": ["job"], "state": "started", "one_shot": True}
        results = [run_module(module, args, daemon, check=check) for check in (True, False)]
    else:
        job = item("job", "/bin/true", startsecs=0, autorestart=False)
        declare(daemon, job)
        results = [declare(daemon, job, check=check) for check in (True, False)]
    assert [result["changed"] for result in results] == [False, False]


@pytest.mark.ends
def test_options_of_plugins_are_kept_and_restart_nothing(daemons, declare):
    daemon = daemons()
    extra = {"dependent_startup": True, "dependent_startup_wait_for": "db:running %(x)s 100%%"}
    result = declare(daemon, item("web", extra_options=extra))
    assert not result["failed"], result
    with open(os.path.join(daemon.conf_dir, "web.conf"), encoding="utf-8") as stream:
        text = stream.read()
    assert "dependent_startup=true\ndependent_startup_wait_for=db:running %(x)s 100%%\n" in text
    assert declare(daemon, item("web", extra_options=extra))["changed"] is False
    pids = daemon.pids()
    for check in (True, False):
        result = declare(daemon, item("web", extra_options=dict(extra, dependent_startup=False)), check=check)
        assert [(program["action"], program["changed"]) for program in result["programs"]] == [("rewritten", True)]
        assert result["restarted"] == []
        assert "dependent_startup=******** (changed)" in diff_of(result, "web.conf")[1]
    assert daemon.pids() == pids


@pytest.mark.newest
def test_an_unknown_option_is_named_with_the_one_that_was_meant(daemons, declare):
    daemon = daemons()
    result = declare(daemon, item("web", comand="x", dependent_startup=True), stat="absent")
    assert result["msg"] == (
        "programs[0] (web).comand is not known; did you mean command? programs[0] (web).dependent_startup is not "
        "known. An option that a plugin of Supervisor's reads belongs in extra_options. stat is not known; did you "
        "mean state?"
    )


@pytest.mark.newest
def test_habits_of_ini_files_get_a_word_in_check_mode_and_when_the_run_fails(daemons, declare):
    daemon = daemons()
    doubled = item("web", "/bin/sleep 1%%0")
    for check in (True, False):
        result = declare(daemon, doubled, item("gone", "/x %%", state="absent"), check=check)
        (text,) = warnings(result)
        assert text.startswith("[program:web] command: a % stands for itself here")
    assert result["failed"]
    continued = declare(daemon, item("web", "/bin/sh -c 'sleep 1000' a \\\n  --bind 0.0.0.0:80\n"))
    assert ["backslash" in text for text in warnings(continued)] == [True]
    again = declare(daemon, item("web", "/bin/sh -c 'sleep 1000' a \\\n  --bind 0.0.0.0:80\n"))
    assert (again["changed"], warnings(again)) == (False, warnings(continued))


@pytest.mark.ends
def test_what_is_not_declared_any_more_is_told_each_time(daemons, declare):
    daemon = daemons({"foreign": {"command": SLEEP}})
    declare(daemon, item("theirs"), managed_by="others")
    declare(daemon, item("ticker"), item("kept"), {"name": "g", "kind": "group", "programs": []}, managed_by="shop")
    pids = daemon.pids()
    for _run in range(3):
        for check in (True, False):
            result = declare(daemon, item("kept"), item("heartbeat"), managed_by="shop", check=check)
            assert result["left_over"] == ["group:g", "ticker"]
    assert {name: pid for name, pid in daemon.pids().items() if name in pids} == pids
    nothing = declare(daemon, managed_by="shop")
    assert (nothing["changed"], nothing["left_over"]) == (False, ["group:g", "heartbeat", "kept", "ticker"])
    result = declare(daemon, item("kept"), managed_by="shop", purge=True, check=True)
    assert result["left_over"] == []
    declare(daemon, item("kept"), managed_by="shop", purge=True)
    assert sorted(daemon.pids()) == ["foreign:foreign", "kept:kept", "theirs:theirs"]


@pytest.mark.newest
def test_equal_variables_in_other_quotes_are_no_difference(daemons, declare):
    daemon = daemons({"web": {"command": SLEEP, "environment": 'B="two words",A=1'}})
    result = declare(daemon, item("web", environment={"A": "1", "B": "two words"}))
    assert result["restarted"] == []
    before, after = diff_of(result, "web.conf")
    assert "changed" not in after
    assert [line for line in before.splitlines() if "****" in line] == [
        line for line in after.splitlines() if "****" in line
    ]
    result = declare(daemon, item("web", environment={"A": "1", "B": "two other words"}))
    changed = [line for line in diff_of(result, "web.conf")[1].splitlines() if "changed" in line]
    assert changed == ["\tB=******** (changed)"]
    assert result["restarted"] == ["web:web"]


@pytest.mark.newest
@pytest.mark.parametrize("servers", [1, "text", "list"])
def test_servers_may_be_addresses_alone(daemons, run_module, servers):
    daemon = daemons({"web": {"command": SLEEP}}, inet=True)
    given = {1: [{"server_url": daemon.inet_url}], "text": daemon.inet_url, "list": [daemon.inet_url]}[servers]
    for module, args in (
        ("supervisor_info", {}),
        ("supervisor_process", {"names": ["web"], "state": "started"}),
        ("supervisor_rpc", {"method": "supervisor.getState"}),
    ):
        result = run_module(module, dict(args, servers=given))
        assert not result["failed"], result
        assert [server["server_url"] for server in result["servers"]] == [daemon.inet_url]


@pytest.mark.ends
@pytest.mark.parametrize("servers", [["host:9001"], "host:9001"])
def test_servers_that_are_no_addresses_are_refused_by_name(run_module, servers):
    result = run_module("supervisor_info", {"servers": servers})
    assert result["msg"].startswith("servers")
    assert result["msg"].endswith("is a text; give an address that begins with unix://, http:// or https://")


@pytest.mark.newest
def test_all_is_no_name_and_is_told_how_to_be_said(daemons, run_module):
    daemon = daemons({"web": {"command": SLEEP}})
    pids = daemon.pids()
    result = run_module("supervisor_process", {"names": ["all"], "state": "stopped"}, daemon)
    assert result["msg"] == "names: no process is named 'all'; write all: true, or '*'"
    assert daemon.pids() == pids
