# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A log whose form a plugin changes while the daemon starts is read, or it is said that it cannot be."""

from __future__ import annotations

import os

import daemons as daemons_
import leftovers
import pytest

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rpcplugin")
FACTORY = "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface"
PLUGIN = "supervisor.rpcinterface_factory = reformatting:make\nform = %s"
SUPVISORS = "[asctime];[levelname];[message]"
OWN = "[asctime]~[levelname]~[message]"
BARE = {"command": "/usr/bin/env -i /bin/sleep 1000", "startsecs": "0"}


@pytest.fixture
def reformatted(version, monkeypatch):
    """Factory of daemons whose log has another form; they and what they left behind are ended after the test."""
    monkeypatch.setenv("PYTHONPATH", FOLDER)
    started = []

    def start(form, programs):
        daemon = daemons_.Daemon(version, programs, command=True)
        daemon.left = set()
        started.append(daemon)
        with open(daemon.conf, encoding="utf-8") as stream:
            text = stream.read()
        with open(daemon.conf, "w", encoding="utf-8") as stream:
            stream.write(text.replace(FACTORY, PLUGIN % form))
        return daemon.start()

    yield start
    for daemon in started:
        leftovers.kill(daemon.left)
        daemon.destroy()


def crashed(daemon):
    daemon.left = leftovers.settled(daemon, 0)
    leftovers.crash(daemon)
    return daemon


def test_orphans_are_proven_by_a_log_that_supvisors_has_changed(reformatted, run_module):
    daemon = crashed(reformatted(SUPVISORS, {"bare": BARE}))
    result = run_module("supervisor_orphans", {}, daemon)
    (orphan,) = result["orphans"]
    assert {item["kind"] for item in orphan["evidence"]} >= {"spawned"}
    assert (orphan["name"], {orphan["pid"]}) == ("bare:bare", daemon.left)
    assert result["notes"] == []


def test_a_form_that_nobody_knows_is_told(reformatted, run_module):
    daemon = crashed(reformatted(OWN, {"bare": BARE}))
    result = run_module("supervisor_orphans", {}, daemon)
    assert not result["failed"], result
    assert any("lines about starts in a form" in note and daemon.log in note for note in result["notes"])


def test_how_a_process_ended_is_found_in_such_a_log(reformatted, run_module):
    daemon = reformatted(SUPVISORS, {"web": {"command": "/bin/sh -c 'exit 3'", "autostart": "false"}})
    result = run_module("supervisor_process", {"names": ["web"], "state": "started"}, daemon)
    assert result["failed"]
    assert "exit status 3; not expected" in result["msg"]
