# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are taken can be addressed by Supervisor's own supervisorctl; what is refused could not be."""

from __future__ import annotations

import os
import subprocess

import daemons as daemons_
import pytest

SLEEP = "/bin/sleep 1000"
NAMES = ["worker@1", "a+b", "_private", ".hidden", "a=b", "a^b", "b~", "1", "x-", "ALL", "supervisor"]


def supervisorctl(daemon, *words):
    """Exit status and output of a real supervisorctl of the daemon's own release."""
    program = os.path.join(os.path.dirname(daemons_.binary(daemon.version)), "supervisorctl")
    # A release that warns of its own age does so in its output.
    environment = dict(os.environ, PYTHONWARNINGS="ignore")
    done = subprocess.run(
        [program, "-c", daemon.conf, *words], stdout=subprocess.PIPE, encoding="utf-8", check=False, env=environment
    )
    return done.returncode, done.stdout


def test_every_kind_of_good_name_is_declared_and_addressed(daemons, run_module):
    daemon = daemons({"bystander": {"command": SLEEP}})
    before = daemon.pids()
    options = {"state_dir": os.path.join(daemon.dir, "state")}
    programs = [{"name": name, "command": SLEEP, "startsecs": 0} for name in NAMES]
    result = run_module("supervisor_program", dict(options, programs=programs), daemon)
    assert not result["failed"], result
    assert not run_module("supervisor_program", dict(options, programs=programs), daemon)["changed"]
    for name in NAMES:
        pid = daemon.pids()["%s:%s" % (name, name)]
        code, output = supervisorctl(daemon, "restart", name)
        assert (code, output) == (0, "%s: stopped\n%s: started\n" % (name, name))
        assert "RUNNING" in supervisorctl(daemon, "status", name)[1]
        assert daemon.pids()["%s:%s" % (name, name)] != pid
        assert supervisorctl(daemon, "tail", name)[1].strip() == ""
    stopped = run_module("supervisor_process", {"names": NAMES, "state": "stopped"}, daemon)
    assert [row["after"] for row in stopped["processes"]] == ["STOPPED"] * len(NAMES)
    assert daemon.pids()["bystander:bystander"] == before["bystander:bystander"]


@pytest.mark.parametrize(
    ("name", "command"),
    [("all", "start all"), ("-b", "tail -b"), ("a b", "start a b"), ("a:b", "start a:b"), ("a/b", "start a/b")],
)
def test_a_refused_name_means_something_else_to_supervisorctl(daemons, run_module, name, command):
    """The findings behind the reasons: each of these commands fails, or does something to others."""
    daemon = daemons({"other": {"command": SLEEP, "autostart": "false", "startsecs": "0"}})
    daemon.write("x", "[program:%s]\ncommand = %s\nautostart = false\nstartsecs = 0\n" % (name, SLEEP))
    supervisorctl(daemon, "update")
    output = supervisorctl(daemon, *command.split(" "))[1].lower()
    assert "error" in output or daemon.state("other:other") == "RUNNING"
    os.unlink(os.path.join(daemon.conf_dir, "x.conf"))
    result = run_module("supervisor_program", {"name": name, "command": SLEEP}, daemon)
    assert "cannot be used, because" in result["msg"]
