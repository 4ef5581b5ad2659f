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

pytestmark = pytest.mark.plays

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

LOOK = """
- name: Look
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Look
      supervisord.fleet.supervisor_info:
        servers: "{{ hosts | map('extract', hostvars, 'supervisord_server') | list }}"
        detail: "{{ detail | default(omit) }}"
        fail_when: 100%
      vars:
        hosts: "{{ groups.supervisor_reachable + groups.supervisor_unreachable }}"
"""


class Runner:
    """A private data directory as AWX makes it, and runs in it."""

    def __init__(self, version, folder):
        self.folder = folder
        self.programs = ansible_programs.programs(version)
        for name in ("inventory", "project", "env"):
            (folder / name).mkdir()
        (folder / "project" / "status.yml").write_text(STATUS)
        (folder / "project" / "look.yml").write_text(LOOK)

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

    def book(self, name, ident, *arguments, **variables):
        """Run a playbook of the collection."""
        given = ("--cmdline", "-e '%s'" % json.dumps(variables)) if variables else ()
        return self.run("-p", "supervisord.fleet.%s" % name, "-i", ident, *given, *arguments)

    def stats(self, ident):
        """What the recap counts: failures by host, and the artifacts, which AWX hands to the next node."""
        found = self.events(ident)[-1]["event_data"]
        return found["failures"], found["artifact_data"]["supervisord_fleet"]

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
    idle = {**sleep, "autostart": "false"}
    broken = {"command": "/bin/false", "autostart": "false", "startretries": "0"}
    found = [
        daemons_.Daemon(version, programs, inet=True, auth=("admin", SECRET)).start()
        for programs in ({"web": sleep}, {"web": sleep, "idle": idle, "broken": broken})
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


def hosts(runner, fleet, count=0, **more):
    """An inventory of hosts with addresses: nodes, ``count`` of them alike, and ``gone``, where nothing listens."""
    urls = [daemon.inet_url for daemon in fleet]
    known = {f"node{number}": {"supervisor_server_url": url} for number, url in enumerate([*urls, *urls[-1:] * count])}
    known["gone"] = {"supervisor_server_url": "http://127.0.0.1:1"}
    inventory = {"app_hosts": {"hosts": known, "vars": more}}
    (runner.folder / "inventory" / "hosts.json").write_text(json.dumps(inventory))


@pytest.mark.ends
def test_a_table_of_a_thousand_rows_is_one_event(runner, fleet):
    hosts(runner, fleet, count=332)
    ended = runner.book("status", "one", status_ssh=False, status_rows=0, status_fail_on="nothing")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    tables = [
        event["stdout"] for event in runner.events("one") if "node1 " in event["stdout"] and "web" in event["stdout"]
    ]
    assert len(tables) == 1
    assert len([line for line in tables[0].splitlines() if line.startswith("node")]) == 1000
    # A task that runs once is three events and a play for nobody two; nothing is for each of the 335 hosts.
    assert len(runner.events("one")) < 45


@pytest.mark.ends
def test_of_a_long_table_what_matters_is_shown_and_the_report_has_the_rest(runner, fleet):
    hosts(runner, fleet, count=200)
    variables = {"status_ssh": False, "status_report": "fleet.json", "status_fail_on": "nothing"}
    ended = runner.book("status", "one", **variables)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "gone" in ended.stdout
    assert "node7 " not in ended.stdout
    assert "All 605 rows: STOPPED 402, RUNNING 202, unreachable 1." in ended.stdout
    assert "Shown above: the 1 to look at; 604 rows are left out." in ended.stdout
    assert "status_rows=0 prints them" in ended.stdout
    written = runner.folder / "artifacts" / "one" / "fleet.json"
    assert f"Written: {written}" in ended.stdout
    assert len(json.loads(written.read_text())["rows"]) == 605


@pytest.mark.ends
def test_a_daemon_that_is_down_fails_its_own_host(runner, fleet):
    hosts(runner, fleet)
    ended = runner.book("status", "one", status_ssh=False)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    failures, artifacts = runner.stats("one")
    assert failures == {"gone": 1}
    assert artifacts == {
        "playbook": "status",
        "check_mode": False,
        "hosts": 3,
        "processes": 4,
        "running": 2,
        "to_look_at": {"count": 1, "names": ["gone"]},
        "failed": {"count": 0, "names": []},
        "unreachable": {"count": 1, "names": ["gone"]},
        "changed": {"count": 0, "names": []},
    }


@pytest.mark.ends
def test_a_program_that_does_not_start_fails_its_own_host(runner, fleet):
    hosts(runner, fleet)
    variables = {"control_action": "start", "control_programs": "broken,idle", "control_ssh": False}
    ended = runner.book("control", "one", "--limit", "node0,node1", **variables)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    failures, artifacts = runner.stats("one")
    assert failures == {"node1": 1}
    assert "Not as wanted: broken FATAL: " in ended.stdout
    assert artifacts["failed"] == artifacts["changed"] == {"count": 1, "names": ["node1"]}
    assert artifacts["to_look_at"] == {"count": 1, "names": ["node1 broken"]}
    assert (artifacts["processes"], artifacts["running"]) == (2, 1)


@pytest.mark.ends
def test_the_playbooks_know_the_plugin_s_hosts_and_its_login(runner, fleet):
    """The login is in the plugin's file alone; not in variables, events or anything else that a run writes."""
    path = source(runner, fleet, username="admin", password="{{ lookup('ansible.builtin.file', '%s') }}")
    secret = runner.folder.parent / "secret-of-the-plugin"
    secret.write_text(SECRET)
    path.write_text(path.read_text() % secret)
    nobody = {"SUPERVISOR_USERNAME": "", "SUPERVISOR_PASSWORD": ""}
    given = {"status_hosts": "supervisor_reachable", "status_ssh": False}
    ended = runner.run(
        "-p", "supervisord.fleet.status", "-i", "one", "--cmdline", "-e '%s'" % json.dumps(given), **nobody
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "4 processes on 2 hosts, 2 RUNNING" in ended.stdout
    assert runner.holding(SECRET) == []


@pytest.mark.ends
def test_a_result_that_is_too_long_for_awx_says_so_and_can_be_made_lean(runner, fleet):
    """The limit that ansible-runner has anyway is made small here."""
    source(runner, fleet)
    looked = {}
    for detail in ("", "all", "notable", "none"):
        given = ("--cmdline", f"-e detail={detail}") if detail else ()
        ended = runner.run("-p", "look.yml", "-i", f"of-{detail}", *given, MAX_EVENT_RES="2200")
        assert ended.returncode == 0, ended.stdout + ended.stderr
        said = " ".join(event["stdout"] for event in runner.events(f"of-{detail}"))
        assert ("detail: notable leaves out" in " ".join(said.split())) == (detail == "")
        [looked[detail]] = [
            event["event_data"]["res"].get("servers")
            for event in runner.events(f"of-{detail}")
            if event["event"] == "runner_on_ok" and event["event_data"]["task"] == "Look"
        ]
    assert looked[""] is None
    assert looked["all"] is None
    assert [(entry["name"], entry.get("processes"), entry.get("states")) for entry in looked["notable"]] == [
        ("node0", [], {"RUNNING": 1}),
        ("node1", [], {"RUNNING": 1, "STOPPED": 2}),
        ("127.0.0.1_1", None, None),
    ]
    assert "daemon" in looked["notable"][0]
    assert "daemon" not in looked["none"][0]
