# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Under ansible-runner, which AWX starts its jobs with: the inventory as a source, credentials in the environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import ansible_programs
import daemons as daemons_
import pytest

SECRET = "s3cret-Passw0rd"
LOGIN = {"SUPERVISOR_USERNAME": "admin", "SUPERVISOR_PASSWORD": SECRET}
RUNNER = os.path.join(os.path.dirname(sys.executable), "ansible-runner")

STATUS = """
- name: Status
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Look
      supervisord.fleet.supervisor_info:
        servers: "{{ groups.supervisor_reachable | map('extract', hostvars, 'supervisord_server') | list }}"
      register: fleet
    - name: Show
      ansible.builtin.debug:
        msg: "{{ fleet.summary.ok }} of {{ fleet.summary.total }} {{ fleet.servers | map(attribute='name') | list }}"
    - name: Restart
      supervisord.fleet.supervisor_process:
        servers: "{{ groups.supervisor_program_web | map('extract', hostvars, 'supervisord_server') | list }}"
        names: [web]
        state: restarted

- name: The hosts themselves
  hosts: supervisor_state_running
  gather_facts: false
  tasks:
    - name: One by one
      supervisord.fleet.supervisor_info:
        server_url: "{{ supervisord_url }}"
      delegate_to: localhost
"""


class Runner:
    """A private data directory as AWX makes it, and runs in it."""

    def __init__(self, version, folder):
        self.folder = folder
        self.programs = ansible_programs.programs(version)
        for name in ("inventory", "project", "env"):
            (folder / name).mkdir()
        (folder / "project" / "status.yml").write_text(STATUS)

    def run(self, *arguments, **environment):
        """Start ansible-runner, with credentials in nothing but the environment; returns the ended process."""
        path = os.pathsep.join([self.programs, os.path.dirname(RUNNER), os.environ["PATH"]])
        environ = ansible_programs.environ(self.folder, PATH=path, **{**LOGIN, **environment})
        command = [RUNNER, "run", str(self.folder), *arguments]
        return subprocess.run(command, check=False, capture_output=True, encoding="utf-8", env=environ, timeout=300)

    def events(self, ident):
        """The events of a run, in order."""
        folder = self.folder / "artifacts" / ident / "job_events"
        found = [json.loads(path.read_text()) for path in folder.glob("*-*.json")]
        return sorted(found, key=lambda event: event["counter"])

    def holding(self, text):
        """The files that have a text in them."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return [path.relative_to(self.folder).as_posix() for path in files if text.encode() in path.read_bytes()]


@pytest.fixture
def runner(version, tmp_path):
    return Runner(version, tmp_path)


@pytest.fixture
def fleet(version):
    sleep = {"command": "/bin/sleep 1000", "startsecs": "0"}
    found = [
        daemons_.Daemon(version, programs, inet=True, auth=("admin", SECRET)).start()
        for programs in ({"web": sleep}, {"web": sleep, "idle": {**sleep, "autostart": "false"}})
    ]
    yield found
    for daemon in found:
        daemon.destroy()


def source(runner, fleet, **options):
    endpoints = [{"server_url": daemon.inet_url, "name": f"node{number}"} for number, daemon in enumerate(fleet)]
    config = {"endpoints": [*endpoints, "127.0.0.1:1"], "timeout": 60, **options}
    path = runner.folder / "inventory" / "fleet.supervisor.yml"
    path.write_text(json.dumps({"plugin": "supervisord.fleet.supervisor", **config}))
    return path


@pytest.mark.ends
def test_a_job(runner, fleet):
    source(runner, fleet)
    before = [daemon.pids() for daemon in fleet]
    ended = runner.run("-p", "status.yml", "-i", "one")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "2 of 2 ['node0', 'node1']" in ended.stdout
    assert all(old["web:web"] != daemon.pids()["web:web"] for old, daemon in zip(before, fleet))
    changed = [
        event["event_data"]["task"]
        for event in runner.events("one")
        if event["event"] == "runner_on_ok" and event["event_data"]["res"].get("changed")
    ]
    assert changed == ["Restart"]
    # ansible-runner itself notes the environment it was started in; nothing else may.
    assert set(runner.holding(SECRET)) <= {"artifacts/one/command"}
    assert SECRET not in ended.stdout + ended.stderr


@pytest.mark.ends
def test_a_source_of_awx(version, runner, fleet):
    """AWX makes a file of the source, and later hands that to jobs, which are to find the daemons without asking."""
    path = source(runner, fleet, cache=True, cache_plugin="ansible.builtin.jsonfile", cache_connection="cache")
    ansible = ansible_programs.Ansible(version, runner.folder, **LOGIN)
    listed = ansible.run("ansible-inventory", "-i", path, "--list", "--export", "--output", "list.json")
    assert listed.returncode == 0, listed.stderr
    listing = (runner.folder / "list.json").read_text()
    assert set(json.loads(listing)["_meta"]["hostvars"]) == {"node0", "node1", "127.0.0.1_1"}
    path.unlink()
    script = runner.folder / "inventory" / "hosts"
    script.write_text("#!/bin/sh\ncat <<'END'\n%s\nEND\n" % listing)
    script.chmod(0o700)
    ended = runner.run("-p", "status.yml", "-i", "two")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "2 of 2 ['node0', 'node1']" in ended.stdout
    assert set(runner.holding(SECRET)) <= {"artifacts/two/command"}


@pytest.mark.ends
def test_a_job_with_wrong_credentials(runner, fleet):
    """It says what is wrong, fails, and does not repeat the password."""
    source(runner, fleet, unreachable="fail")
    wrong = {"SUPERVISOR_PASSWORD": "wr0ng-Passw0rd", "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
    ended = runner.run("-p", "status.yml", "-i", "three", **wrong)
    assert ended.returncode != 0
    said = " ".join((ended.stdout + ended.stderr).split())
    assert "3 of 3 supervisord did not answer: node0" in said
    assert "the user name or password is wrong" in said
    assert "wr0ng" not in said
