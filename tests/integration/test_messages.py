# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A message of a failure says why this run failed: first, once, and without what a former life of the program said."""

from __future__ import annotations

import os
import shutil

import pytest

SLEEP = "/bin/sleep 1000"
TALKS = "/bin/sh -c 'echo Server startup in 4711 ms; echo deployed; exec sleep 1000'"
FAILS = "/bin/sh -c 'echo Unrecognized VM option; echo Could not create the machine; exit 7'"
LISTENS = "/bin/sh -c 'while :; do printf \"READY\\n\"; read line || exit; done'"


@pytest.fixture
def declare(run_module):
    """``declare(daemon, item, ...)``: run the module on a list of items."""

    def run(daemon, *items, **options):
        args = dict({"programs": list(items), "state_dir": os.path.join(daemon.dir, "state")}, **options)
        return run_module("supervisor_program", args, daemon)

    return run


def web(daemon, command, **options):
    log = os.path.join(daemon.dir, "web.log")
    return dict({"name": "web", "command": command, "stdout_logfile": log, "redirect_stderr": True}, **options)


def text_of(result):
    """All that a user is shown of a result, as one text."""
    return str({key: value for key, value in result.items() if key != "invocation"})


def test_the_cause_is_the_first_line_of_the_log_and_no_former_life_is_in_it(daemons, declare):
    daemon = daemons()
    assert not declare(daemon, web(daemon, TALKS))["failed"]
    result = declare(daemon, web(daemon, FAILS, startretries=2))
    assert result["failed"]
    lines = result["msg"].splitlines()
    assert lines[0].startswith("web:web is FATAL")
    assert lines[1:3] == ["    Unrecognized VM option", "    Could not create the machine"]
    assert "Server startup" not in text_of(result)
    assert text_of(result).count("Unrecognized VM option") == 1


def test_a_restart_tells_nothing_of_the_life_before_it(daemons, run_module):
    flag = "if [ -e %s ]; then echo broken now >&2; exit 3; fi; echo all is well >&2; exec sleep 1000"
    daemon = daemons()
    path = os.path.join(daemon.dir, "flag")
    daemon.write("web", {"command": "/bin/sh -c '%s'" % (flag % path), "startretries": "0"})
    daemon.client().call("reloadConfig")
    daemon.client().call("addProcessGroup", "web")
    daemon.wait_state("web", "RUNNING")
    with open(path, "w", encoding="utf-8"):
        pass
    result = run_module("supervisor_process", {"names": ["web"], "state": "restarted"}, daemon)
    assert result["failed"]
    (row,) = result["processes"]
    assert row["log"] == ["broken now"]
    assert "exit status 3" in row["reason"]
    assert "all is well" not in text_of(result)


def test_the_exit_status_of_an_earlier_life_is_no_reason(daemons, declare):
    daemon = daemons()
    declare(daemon, web(daemon, "/bin/sh -c 'exit 7'", startretries=0), rollback=False)
    assert daemon.state("web") == "FATAL"
    result = declare(daemon, web(daemon, "/no/such/program", startretries=0))
    assert result["failed"]
    assert "can't find command '/no/such/program'" in result["msg"]
    assert "exit status 7" not in text_of(result)
    assert "[it has written nothing to its log since]" in result["msg"]


def test_a_process_that_still_starts_has_not_ended(daemons, declare, run_module):
    daemon = daemons()
    declare(daemon, web(daemon, "/bin/sh -c 'exit 7'", startretries=0), rollback=False)
    result = declare(daemon, web(daemon, SLEEP, startsecs=60), wait_timeout=2)
    assert result["failed"]
    assert "STARTING" in result["msg"]
    assert "exit status 7" not in text_of(result)


def test_a_listener_that_breaks_the_protocol_is_not_started(daemons, declare):
    daemon = daemons()
    good = {"name": "ears", "kind": "eventlistener", "command": LISTENS, "events": ["TICK_3600"]}
    assert not declare(daemon, good)["failed"]
    pid = daemon.info("ears:ears").pid
    deaf = dict(good, name="deaf", command="/bin/sh -c 'echo Starting up; exec sleep 1000'")
    result = declare(daemon, good, deaf)
    assert result["failed"]
    assert result["msg"].startswith("deaf:deaf is RUNNING, but supervisord sends it no events")
    assert result["rolled_back"]
    assert set(daemon.pids()) == {"ears:ears"}
    assert daemon.info("ears:ears").pid == pid


def test_a_log_that_cannot_be_opened_comes_with_the_cure(daemons, declare, run_module):
    daemon = daemons()
    folder = os.path.join(daemon.dir, "logs")
    os.mkdir(folder)
    item = web(daemon, SLEEP, stdout_logfile=os.path.join(folder, "web.log"), startretries=0, state="stopped")
    assert not declare(daemon, item)["failed"]
    shutil.rmtree(folder)
    result = run_module("supervisor_process", {"names": ["web"], "state": "started"}, daemon)
    assert result["failed"]
    assert "%s/web.log: the folder of the log is not there. Make it first" % folder in result["processes"][0]["reason"]


def test_methods_that_are_missing_name_the_section_that_brings_them(daemons, run_module):
    daemon = daemons()
    result = run_module("supervisor_rpc", {"method": "twiddler.getAPIVersion"}, daemon)
    assert result["failed"]
    assert "[rpcinterface:twiddler]" in result["msg"]


@pytest.mark.parametrize("state", [None, "restarted"])
def test_a_signal_that_would_not_be_sent_is_refused(daemons, run_module, state):
    daemon = daemons({"web": {"command": SLEEP}})
    pid = daemon.wait_state("web", "RUNNING").pid
    args = {"names": ["web"], "signal": "USR1", "clear_logs": True}
    result = run_module("supervisor_process", dict(args, state=state) if state else args, daemon)
    assert result["failed"]
    assert "state: signalled" in result["msg"]
    assert daemon.info("web").pid == pid
