# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real daemons with a plugin that refuses methods by a fault of its own: that ends the turn of the process it is about.

A run that took the fault for something that will pass would wait for wait_timeout, longer than a test may take.
"""

from __future__ import annotations

import os

import daemons as daemons_
import pytest

WORDS = "not before the audit"
SLEEP = {"command": "/bin/sleep 1000", "autostart": "false", "startsecs": "0"}
FACTORY = "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface"
PLUGIN = "supervisor.rpcinterface_factory = refusing:make\nmethods = %s\nwords = " + WORDS
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rpcplugin")


@pytest.fixture
def refuse(version, monkeypatch):
    """Factory of daemons: ``refuse(methods, **programs)`` refuses these methods for what is called web."""
    monkeypatch.setenv("PYTHONPATH", FOLDER)
    started = []

    def start(methods, programs=None):
        daemon = daemons_.Daemon(version, programs or {"web": SLEEP, "other": SLEEP}, command=True, inet=True)
        started.append(daemon)
        with open(daemon.conf, encoding="utf-8") as stream:
            text = stream.read()
        assert FACTORY in text
        with open(daemon.conf, "w", encoding="utf-8") as stream:
            stream.write(text.replace(FACTORY, PLUGIN % methods))
        return daemon.start()

    yield start
    for daemon in started:
        daemon.destroy()


def process(run_module, daemon, **options):
    return run_module("supervisor_process", {"wait_timeout": 3600, "names": ["web", "other"], **options}, daemon)


def rows(result):
    return {row["name"].partition(":")[0]: row for row in result["processes"]}


@pytest.mark.parametrize(
    ("method", "state", "words"),
    [
        ("startProcess", "started", "could not be started"),
        ("startProcess", "restarted", "could not be started"),
        ("stopProcess", "stopped", "could not be stopped"),
        ("stopProcess", "restarted", "could not be stopped"),
        ("getProcessInfo", "started", "could not be looked at"),
    ],
)
def test_a_state_that_is_refused(method, state, words, refuse, run_module):
    daemon = refuse(method)
    if method == "stopProcess":
        for name in ("web", "other"):
            daemon.client().call("startProcess", name)
    before = daemon.client().processes()
    result = process(run_module, daemon, state=state)
    assert result["failed"]
    assert words in result["msg"]
    assert "%s (fault 4711)" % WORDS in result["msg"]
    found = rows(result)
    assert (found["web"]["failed"], found["other"]["failed"]) == (True, False)
    after = daemon.client().processes()
    assert after["other:other"].statename == ("STOPPED" if state == "stopped" else "RUNNING")
    assert after["web:web"].pid == before["web:web"].pid


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("signalProcess", {"state": "signalled", "signal": "CONT"}),
        ("sendProcessStdin", {"stdin": "hello\n"}),
        ("clearProcessLogs", {"clear_logs": True}),
        ("tailProcessStdoutLog", {"clear_logs": True}),
    ],
)
def test_an_action_that_is_refused(method, options, refuse, run_module):
    talks = {**SLEEP, "command": "/bin/sh -c 'echo hello; exec sleep 1000'", "autostart": "true"}
    daemon = refuse(method, {"web": talks, "other": talks})
    for name in ("web", "other"):
        daemon.wait_state(name, "RUNNING")
        path = daemon.info(name).stdout_logfile
        daemons_.wait_for(lambda path=path: os.path.getsize(path), what="output")
    if method == "tailProcessStdoutLog":  # of a log on this machine the size is seen without asking
        options = {**options, "server_url": daemon.inet_url}
    result = process(run_module, daemon, **options)
    assert result["failed"]
    assert "%s (fault 4711)" % WORDS in result["msg"]
    found = rows(result)
    assert (found["web"]["failed"], found["other"]["failed"]) == (True, False)
    assert found["other"]["actions"]
    assert not found["web"]["actions"]


@pytest.mark.parametrize("method", ["reloadConfig", "addProcessGroup", "startProcess", "removeProcessGroup"])
def test_a_declared_program_that_is_refused(method, refuse, run_module):
    daemon = refuse(method, {"old": {"command": "/bin/sleep 1000"}})
    pids = daemon.pids()
    web = {"name": "web", "command": "/bin/sleep 1000", "autostart": False, "state": "started"}
    declared = {"programs": [web], "state_dir": os.path.join(daemon.dir, "state")}
    if method == "removeProcessGroup":
        assert not run_module("supervisor_program", declared, daemon)["failed"]
        pids = daemon.pids()
        web["command"] = "/bin/sleep 2000"
    result = run_module("supervisor_program", {**declared, "wait_timeout": 3600}, daemon)
    assert result["failed"]
    assert "%s (fault 4711)" % WORDS in result["msg"]
    assert daemon.pids()["old:old"] == pids["old:old"]
    files = sorted(os.listdir(daemon.conf_dir))
    assert files == (["old.conf", "web.conf"] if method == "removeProcessGroup" else ["old.conf"])
    if method == "removeProcessGroup":
        with open(os.path.join(daemon.conf_dir, "web.conf"), encoding="utf-8") as stream:
            assert "1000" in stream.read()
