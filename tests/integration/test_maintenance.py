# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks of planned work: there while a playbook is at work, about what it works at, and gone when it has ended."""

from __future__ import annotations

import json
import sys

import ansible_programs
import pytest

pytestmark = [pytest.mark.ends, pytest.mark.plays]

WEB = """#!/bin/sh
cat {marks}/*.json >{seen} 2>{folder}/errors
if [ -e {folder}/fails ]; then exit 1; fi
exec /bin/sleep 1000
"""


class Host:
    """A daemon that stands for a host with the role alerts; its program ``web`` notes the marks of its start."""

    def __init__(self, daemons, folder, **options):
        folder.mkdir()
        self.folder, self.marks, self._seen = folder, folder / "marks", folder / "seen"
        self.marks.mkdir()
        script = folder / "web.sh"
        script.write_text(WEB.format(marks=self.marks, seen=self._seen, folder=folder))
        script.chmod(0o755)
        self.daemon = daemons({"web": {"command": str(script), "startsecs": "1", "startretries": "0"}}, **options)
        self.daemon.wait_state("web", "RUNNING")

    def seen(self):
        """The mark that the program saw when it was started last; None where there was none."""
        text = self._seen.read_text()
        return json.loads(text) if text else None

    def left(self):
        """The names of marks that are there now."""
        return [path.name for path in self.marks.iterdir()]

    def variables(self, prefix):
        """Of the inventory."""
        local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "ansible_become": False}
        routes = [{"name": "ops", "type": "webhook", "url": "{{ vault_that_is_not_there }}"}]
        known = {**local, "alerts_routes": routes, "alerts_maintenance_dir": str(self.marks)}
        return {**known, f"{prefix}_config_file": self.daemon.conf, "ansible_remote_tmp": str(self.folder / "tmp")}


@pytest.fixture
def play(version, tmp_path):
    """Runs a playbook for hosts by name, with more variables of all of them; returns its exit code and output."""
    ansible = ansible_programs.Ansible(version, tmp_path)

    def run(playbook, hosts, *arguments, shared=None, **given):
        known = {name: {**host.variables(playbook), **getattr(host, "more", {})} for name, host in hosts.items()}
        inventory = ansible.write(json.dumps({"app_hosts": {"hosts": known, "vars": shared or {}}}), "hosts.json")
        extra = ("-e", json.dumps(given), *arguments)
        ended = ansible.run("ansible-playbook", "-i", inventory, f"supervisord.fleet.{playbook}", *extra)
        return ended.returncode, ended.stdout + ended.stderr

    return run


@pytest.fixture
def hosts(daemons, tmp_path):
    """One that is asked from the controller, and one that is asked over its own connection."""
    near, far = Host(daemons, tmp_path / "near", inet=True), Host(daemons, tmp_path / "far")
    near.more = {"supervisor_server_url": near.daemon.inet_url}
    return {"c701": near, "c702": far}


RESTART = {"control_action": "restart", "control_programs": "web"}


def test_control(hosts, play):
    code, said = play("control", hosts, **RESTART)
    assert code == 0, said
    for host in hosts.values():
        mark = host.seen()
        assert {key: mark[key] for key in ("version", "reason", "programs", "seconds")} == {
            "version": 1,
            "reason": "control",
            "programs": ["web"],
            "seconds": 900,
        }
        assert host.left() == []


def test_control_that_fails(hosts, play):
    for host in hosts.values():
        (host.folder / "fails").touch()
    code, said = play("control", hosts, **RESTART)
    assert code == 2, said
    for host in hosts.values():
        assert host.seen()["reason"] == "control"
        assert host.left() == []


def test_a_dry_run_marks_nothing(hosts, play):
    before = [host.marks.stat().st_mtime_ns for host in hosts.values()]
    code, said = play("control", hosts, "--check", **RESTART)
    assert code == 0, said
    assert [host.marks.stat().st_mtime_ns for host in hosts.values()] == before


def test_a_host_without_the_role_is_worked_at_without_a_mark(hosts, play):
    code, said = play("control", hosts, alerts_routes=[], **RESTART)
    assert code == 0, said
    assert [host.seen() for host in hosts.values()] == [None, None]


def test_a_host_that_takes_no_mark_is_worked_at_all_the_same(hosts, play):
    before = hosts["c702"].daemon.pids()
    hosts["c702"].marks.rmdir()
    code, said = play("control", hosts, **RESTART)
    assert code == 0, said
    assert hosts["c702"].daemon.pids() != before
    assert hosts["c701"].seen()["reason"] == "control"


def test_a_host_that_nobody_can_log_into_is_worked_at_from_the_controller_without_a_mark(hosts, play):
    near = hosts["c701"]
    near.more.update(ansible_connection="ssh", ansible_host="127.0.0.1", ansible_port=9)
    before = near.daemon.pids()
    code, said = play("control", {"c701": near}, **RESTART)
    assert code == 0, said
    assert near.daemon.pids() != before
    assert near.seen() is None


def test_rolling_restart(hosts, play):
    roll = {"rolling_restart_programs": "web", "rolling_restart_settle": 0, "rolling_restart_timeout": 20}
    code, said = play("rolling_restart", hosts, **roll)
    assert code == 0, said
    for host in hosts.values():
        assert (host.seen()["reason"], host.seen()["programs"]) == ("rolling_restart", ["web:web"])
        assert host.left() == []

    (hosts["c701"].folder / "fails").touch()
    code, said = play("rolling_restart", hosts, **roll)
    assert code == 2, said
    assert [host.left() for host in hosts.values()] == [[], []]


def test_recover(daemons, tmp_path, play):
    host = Host(daemons, tmp_path / "one")
    (host.folder / "fails").touch()
    host.daemon.client().call("stopProcess", "web")
    host.daemon.client().call("startProcess", "web", False)
    host.daemon.wait_state("web", "FATAL")
    (host.folder / "fails").unlink()
    code, said = play("recover", {"c701": host}, recover_become=False)
    assert code == 0, said
    mark = host.seen()
    assert mark["reason"] == "recover"
    assert "programs" not in mark
    assert host.left() == []
