# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook rolling_restart, on daemons of this machine that stand for hosts: who is blamed when it stops."""

from __future__ import annotations

import json
import re
import sys

import ansible_programs
import pytest

pytestmark = pytest.mark.plays

SLEEP = {"command": "/bin/sleep 1000", "startsecs": "0"}


@pytest.fixture
def roll(version, tmp_path):
    """Runs the playbook for daemons by host name; returns its exit code, its output and the counts of its recap."""
    ansible = ansible_programs.Ansible(version, tmp_path)

    def run(hosts, variables=None):
        local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "ansible_user": "root"}
        known = {
            name: {**local, "rolling_restart_config_file": daemon.conf, "ansible_remote_tmp": str(tmp_path / name)}
            for name, daemon in hosts.items()
        }
        inventory = ansible.write(json.dumps({"app_hosts": {"hosts": known}}), "hosts.json")
        given = {"rolling_restart_programs": "web", "rolling_restart_settle": 0, "rolling_restart_timeout": 20}
        ended = ansible.run(
            "ansible-playbook",
            "-i",
            inventory,
            "supervisord.fleet.rolling_restart",
            "-e",
            json.dumps({**given, **(variables or {})}),
        )
        recap = re.findall(r"^(\w+) +: ok=\d+ +changed=\d+ +unreachable=(\d) +failed=(\d)", ended.stdout, re.MULTILINE)
        return ended.returncode, ended.stdout + ended.stderr, {host: (lost, failed) for host, lost, failed in recap}

    return run


def once_then(daemons, tmp_path, deed):
    """A daemon whose program is well, and does something else when it is started again."""
    flag, script = tmp_path / "started", tmp_path / "web.sh"
    script.write_text(f"#!/bin/sh\nif [ -e {flag} ]; then {deed}; fi\ntouch {flag}\nexec /bin/sleep 1000\n")
    script.chmod(0o755)
    daemon = daemons({"web": {"command": str(script), "startsecs": "1", "startretries": "0"}})
    daemon.wait_state("web", "RUNNING")
    return daemon


@pytest.mark.ends
def test_all_is_well(daemons, roll):
    code, output, recap = roll({"one": daemons({"web": SLEEP}), "two": daemons({"web": SLEEP})})
    assert code == 0, output
    assert "2 ok" in output
    assert recap["one"] == recap["two"] == ("0", "0")


@pytest.mark.ends
def test_a_program_that_fails_fails_its_host_alone(daemons, roll, tmp_path):
    hosts = {
        "one": daemons({"web": SLEEP}),
        "two": once_then(daemons, tmp_path, "exit 1"),
        "three": daemons({"web": SLEEP}),
    }
    code, output, recap = roll(hosts, {"rolling_restart_batch": 2, "rolling_restart_canary": 0})
    assert code == 2, output
    assert {name: failed for name, (_lost, failed) in recap.items() if name in hosts} == {"one": "0", "two": "1"} | (
        {"three": "0"} if "three" in recap else {}
    )
    assert "The rolling restart stopped: web failed: web:web " in output
    assert "(1 of 3 programs were not touched; when it is mended, go on with --limit two,three)" in output


@pytest.mark.ends
def test_a_host_that_is_lost_fails_nobody_else_and_ends_it(daemons, roll, tmp_path):
    """Its folder for temporary files becomes a file: to Ansible the host is unreachable from then on."""
    folder = tmp_path / "two"
    lost = once_then(daemons, tmp_path, f"rm -rf {folder}; touch {folder}")
    last = daemons({"web": SLEEP})
    before = last.pids()
    hosts = {"one": daemons({"web": SLEEP}), "two": lost, "three": last}
    code, output, recap = roll(hosts, {"rolling_restart_batch": 2, "rolling_restart_canary": 0})
    assert code != 0, output
    assert recap["one"] == ("0", "0"), output
    assert recap["two"] == ("1", "0"), output
    assert last.pids() == before
    assert "the host was lost on the way" in output
    assert "1 untouched" in output
