# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook alerts_test: what arrives, what does not, and who is blamed for it."""

from __future__ import annotations

import json
import os
import shutil
import sys

import alerting
import ansible_programs
import pytest
import receivers

pytestmark = [pytest.mark.ends, pytest.mark.plays]


@pytest.fixture
def host(tmp_path, web):
    """The variables of a host on which the role has put a listener: one route works, and behind the other is nobody."""
    programs = tmp_path / "programs"
    shutil.copytree(os.path.dirname(alerting.PROGRAM), programs / "fleet-alerts" / "0123456789ab")
    routes = [
        {"name": "ops", "type": "webhook", "url": web.url + "/s3cret"},
        {"name": "dead", "type": "slack", "url": "http://127.0.0.1:9/services/s3cret"},
    ]
    path = alerting.write(alerting.settings(str(tmp_path), routes=routes))
    os.rename(path, tmp_path / "fleet-alerts.json")
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "alerts_test_become": False}
    where = {"alerts_program_dir": str(programs), "alerts_config_dir": str(tmp_path), "alerts_python": sys.executable}
    return {**local, **where}


@pytest.fixture
def play(version, tmp_path):
    """Runs the playbook; returns its exit code, what it said, and the rows of its report."""
    ansible = ansible_programs.Ansible(version, tmp_path)

    def run(hosts, *arguments, **given):
        inventory = ansible.write(json.dumps({"app_hosts": {"hosts": hosts}}), "hosts.json")
        report = tmp_path / "report.json"
        extra = json.dumps({"alerts_test_report": str(report), **given})
        playbook = "supervisord.fleet.alerts_test"
        ended = ansible.run("ansible-playbook", "-i", inventory, playbook, "-e", extra, *arguments)
        rows = json.loads(report.read_text())["rows"] if report.exists() else []
        return ended.returncode, ended.stdout + ended.stderr, rows

    return run


def test_what_arrives_and_what_does_not(host, play, web):
    code, said, rows = play({"c701": host})
    assert code == 2, said
    results = {row["route"]: (row["type"], row["result"]) for row in rows}
    assert results == {"ops": ("webhook", "ok"), "dead": ("slack", "failed")}
    assert "Not arrived: dead failed: " in said
    assert "s3cret" not in said
    (alert,) = receivers.alerts(web)
    assert alert["kind"] == "test"

    code, said, rows = play({"c701": host}, alerts_test_route="ops")
    assert code == 0, said
    assert [row["route"] for row in rows] == ["ops"]


def test_a_route_that_there_is_not_and_a_host_without_a_listener_fail_for_themselves(host, play, tmp_path):
    bare = {**host, "alerts_program_dir": str(tmp_path / "none")}
    old = {**host, "alerts_python": "/bin/false"}
    wrong = {**host, "alerts_log_lines": "many"}
    lost = {**host, "ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}
    hosts = {"c701": host, "c702": bare, "c703": old, "c704": wrong, "c705": lost}
    code, said, rows = play(hosts, alerts_test_route="opps")
    assert code & 2, said
    told = {row["host"]: row["message"] for row in rows}
    assert "Failed to connect" in told.pop("c705")
    assert told == {
        "c701": "there is no such route",
        "c702": "there is no listener of the role alerts",
        "c703": "none of /bin/false is a Python 3.6 or newer; see alerts_python",
        "c704": "it has failed before a test could be sent; what was wrong stands above",
    }
    results = {row["host"]: row["result"] for row in rows}
    assert results == {**dict.fromkeys(hosts, "failed"), "c705": "unreachable"}


def test_a_dry_run_sends_nothing(host, play, web):
    code, said, _rows = play({"c701": host}, "--check")
    assert code == 0, said
    assert "would send" in said
    assert web.requests == []
