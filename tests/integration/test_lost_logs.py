# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A log that something took away from the running daemon is told, and nothing is told where all is well or unknown."""

from __future__ import annotations

import os
import signal

import daemons as daemons_
import pytest

TICKER = "/bin/sh -c 'while :; do echo out; echo err >&2; sleep 0.1; done'"


@pytest.fixture
def daemon(daemons, tmp_path):
    programs = {
        "named": {
            "command": TICKER,
            "stdout_logfile": f"{tmp_path}/named.log",
            "stderr_logfile": f"{tmp_path}/named.err",
        },
        "auto": {"command": TICKER},
        "joined": {"command": TICKER, "redirect_stderr": "true", "stdout_logfile": f"{tmp_path}/joined.log"},
        "nothing": {
            "command": TICKER,
            "stdout_logfile": "NONE",
            "stderr_logfile": "/dev/null",
            "stderr_logfile_maxbytes": "0",
        },
        "turns": {"command": TICKER, "stdout_logfile": f"{tmp_path}/turns.log", "stdout_logfile_maxbytes": "100"},
        "rests": {"command": TICKER, "autostart": "false", "stdout_logfile": f"{tmp_path}/rests.log"},
    }
    started = daemons(programs)
    for name in set(programs) - {"rests"}:
        started.wait_state(name, "RUNNING")
    return started


@pytest.fixture
def logs(daemon, run_module):
    def look(**kwargs):
        result = run_module("supervisor_info", {"drift": True}, daemon, **kwargs)
        assert not result["failed"], result
        return result["drift"]["logs"]

    return look


def renamed(path, to):
    """What a rule of logrotate with "create" and without "copytruncate" does."""
    os.rename(path, to)
    with open(path, "wb"):
        pass


def test_nothing_is_told_of_logs_at_their_paths(logs, daemon, tmp_path):
    daemons_.wait_for(lambda: os.path.exists(f"{tmp_path}/turns.log.1"), what="the daemon's own rotation")
    assert logs() == []
    os.symlink(tmp_path, f"{tmp_path}/elsewhere")
    assert logs() == []


def test_renamed_logs_are_told_until_the_daemon_opens_them_anew(logs, daemon, tmp_path):
    auto = next(info for info in daemon.client().call("getAllProcessInfo") if info["name"] == "auto")["stderr_logfile"]
    renamed(f"{tmp_path}/named.log", f"{tmp_path}/named.log-20261128")
    renamed(auto, auto + ".1")
    os.mkdir(f"{tmp_path}/old")
    os.rename(f"{tmp_path}/joined.log", f"{tmp_path}/old/joined.log.1")
    os.unlink(f"{tmp_path}/named.err")
    renamed(daemon.log, daemon.log + "-20261128")
    assert logs() == [
        {"name": "auto:auto", "stream": "stderr", "path": auto, "held": auto + ".1"},
        {
            "name": "joined:joined",
            "stream": "stdout",
            "path": f"{tmp_path}/joined.log",
            "held": f"{tmp_path}/old/joined.log.1",
        },
        {
            "name": "named:named",
            "stream": "stderr",
            "path": f"{tmp_path}/named.err",
            "held": f"{tmp_path}/named.err (deleted)",
        },
        {
            "name": "named:named",
            "stream": "stdout",
            "path": f"{tmp_path}/named.log",
            "held": f"{tmp_path}/named.log-20261128",
        },
        {"name": "supervisord", "stream": "logfile", "path": daemon.log, "held": daemon.log + "-20261128"},
    ]
    daemon.send_signal(signal.SIGUSR2)
    daemons_.wait_for(lambda: logs() == [], what="all logs at their paths again")


@pytest.mark.ends
def test_what_the_daemon_was_not_started_with_is_not_taken_for_lost(logs, daemon):
    with open(daemon.conf, encoding="utf-8") as stream:
        text = stream.read()
    with open(daemon.conf, "w", encoding="utf-8") as stream:
        stream.write(text.replace(daemon.log, daemon.log + ".other"))
    assert logs() == []
