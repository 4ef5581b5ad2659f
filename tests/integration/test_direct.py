# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks status and control where the controller reaches all daemons: one task asks, acts and shows."""

from __future__ import annotations

import json
import re

import ansible_programs
import pytest

SLEEP = {"command": "/bin/sleep 1000", "startsecs": "0"}
STATS = {"ANSIBLE_SHOW_CUSTOM_STATS": "true"}
TWICE = {"control_action": "restart", "control_programs": "web,cron"}


class Fleet:
    """Hosts that nobody can log in to: whatever would be asked over SSH is not answered."""

    def __init__(self, version, folder, running):
        self.running, self.folder = running, folder
        self.ansible = ansible_programs.Ansible(version, folder, ANSIBLE_SSH_EXECUTABLE="/bin/false")
        self.hosts = {name: {"supervisor_server_url": daemon.inet_url} for name, daemon in running.items()}

    def play(self, playbook, *arguments, **given):
        """Run a playbook; returns its exit code, what it said, and what it hands on to a workflow."""
        inventory = self.folder / "hosts.json"
        inventory.write_text(json.dumps({"app_hosts": {"hosts": self.hosts}}), encoding="utf-8")
        words = ["-i", inventory, f"supervisord.fleet.{playbook}", "-e", json.dumps(given), *arguments]
        ended = self.ansible.run("ansible-playbook", *words, env=STATS)
        said = ended.stdout + ended.stderr
        assert "Traceback" not in said, said
        handed = re.search(r"RUN: ({.*})", said)
        return ended.returncode, said, json.loads(handed[1])["supervisord_fleet"] if handed else {}

    def pids(self):
        return {
            (host, name.partition(":")[0]): pid for host, it in self.running.items() for name, pid in it.pids().items()
        }


@pytest.fixture
def fleet(version, daemons, tmp_path):
    first = daemons({"web": SLEEP, "cron": dict(SLEEP, autostart="false")}, inet=True)
    second = daemons({"web": SLEEP}, inet=True)
    for daemon in (first, second):
        daemon.wait_state("web", "RUNNING")
    return Fleet(version, tmp_path, {"c701": first, "c702": second})


def tasks(said):
    return re.findall(r"^TASK \[(.*?)\]", said, re.MULTILINE)


def test_states_are_shown_by_one_task(fleet, tmp_path):
    report = tmp_path / "report.json"
    code, said, handed = fleet.play("status", "--check", status_report=str(report))
    assert code == 0, said
    assert len(tasks(said)) == 3, said
    assert re.search(r"^c701 +cron +STOPPED", said, re.MULTILINE)
    assert re.search(r"^c702 +web +RUNNING +[0-9]+", said, re.MULTILINE)
    assert "3 processes on 2 hosts, 2 RUNNING, 0 to look at" in said
    assert (handed["playbook"], handed["check_mode"], handed["hosts"], handed["running"]) == ("status", True, 2, 2)
    assert len(json.loads(report.read_text(encoding="utf-8"))["rows"]) == 3


def test_a_host_fails_for_its_own_trouble(fleet, daemons):
    broken = daemons({"lost": {"command": "/none/{{1+1}}", "startretries": "0"}}, inet=True)
    broken.wait_state("lost", "FATAL")
    fleet.hosts["c703"] = {"supervisor_server_url": broken.inet_url}
    code, said, handed = fleet.play("status", status_fail_on="problem")
    assert code == 2, said
    assert handed["to_look_at"] == {"count": 1, "names": ["c703 lost"]}
    assert "can't find command '/none/{{1+1}}'" in said
    assert re.search(r"^c703 .*failed=1", said, re.MULTILINE), said
    assert re.search(r"^c701 .*failed=0", said, re.MULTILINE), said


def test_programs_are_changed_by_one_task(fleet, tmp_path):
    before, report = fleet.pids(), tmp_path / "report.json"
    code, said, handed = fleet.play("control", "--check", "--diff", **TWICE, control_report=str(report))
    assert code == 0, said
    assert "(dry run)" in said
    assert fleet.pids() == before
    assert handed["check_mode"]
    assert not report.exists()

    code, said, handed = fleet.play("control", **TWICE, control_report=str(report))
    assert code == 0, said
    assert len(tasks(said)) == 3, said
    after = fleet.pids()
    assert {name for name in after if after[name] != before.get(name)} == {
        ("c701", "web"),
        ("c701", "cron"),
        ("c702", "web"),
    }
    assert re.search(r"^c701 .*changed=1", said, re.MULTILINE), said
    assert handed["changed"] == {"count": 2, "names": ["c701", "c702"]}
    assert len(json.loads(report.read_text(encoding="utf-8"))["rows"]) == 3


def test_what_nothing_goes_by_is_refused_before_anything_is_done(fleet):
    before = fleet.pids()
    code, said, _handed = fleet.play("control", control_action="stop", control_programs="web,corn")
    assert code == 2, said
    assert "'corn' matches no program on any of the 2 hosts; did you mean cron?" in " ".join(said.split())
    assert fleet.pids() == before
    assert re.search(r"^localhost .*failed=1", said, re.MULTILINE), said


def test_who_does_not_answer_is_told_of(fleet):
    """Also where nobody may be asked over SSH; and the others are told what to do all the same."""
    before = fleet.pids()
    fleet.hosts["c703"] = {"supervisor_server_url": "http://127.0.0.1:1"}
    for more in ({"control_ssh": False}, {}):
        code, said, handed = fleet.play("control", control_action="restart", control_programs="web", **more)
        assert code == 2, said
        assert handed["unreachable"]["names"] == ["c703"]
        assert re.search(r"^c703 .*(failed|unreachable)=1", said, re.MULTILINE), said
        assert not re.search(r"^c70[12] .*failed=1", said, re.MULTILINE), said
        assert all(fleet.pids()[name] != pid for name, pid in before.items())
        before = fleet.pids()
