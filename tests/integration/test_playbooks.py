# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people and surveys type into the playbooks, the whole way: from ansible-playbook to daemons of this machine."""

from __future__ import annotations

import json
import pathlib
import re
import sys

import ansible_programs
import pytest
import yaml

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _playbook_table

ROOT = pathlib.Path(__file__).resolve().parents[2]
SLEEP = {"command": "/bin/sleep 1000", "startsecs": "0"}
BOOKS = _playbook_table.playbooks()
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "ansible_become": False}
EMPTY = ("", None, [], [""])
# What is given besides the answer that is tried: hosts of this machine need no root.
NEEDED = {
    "status": {},
    "control": {"control_action": "restart", "control_programs": "web"},
    "rolling_restart": {"rolling_restart_programs": "web"},
    "recover": {},
}
DRY = {"status": (), "control": ("--check",), "rolling_restart": ("--check",), "recover": ("--check",)}

pytestmark = [pytest.mark.ends, pytest.mark.plays]


class Fleet:
    """Two daemons that stand for hosts: c701 is asked from the controller, c702 over its own connection."""

    def __init__(self, version, folder, near, far):
        self.near, self.far = near, far
        self.folder = folder
        self.ansible = ansible_programs.Ansible(version, folder)
        of_far = {f"{name}_config_file": far.conf for name in ("status", "control", "rolling_restart", "recover")}
        of_near = {f"{name}_config_file": near.conf for name in ("rolling_restart", "recover")}
        self.hosts = {"c701": {"supervisor_server_url": near.inet_url, **of_near}, "c702": of_far}
        self.groups = {"app_hosts": {"hosts": self.hosts, "vars": LOCAL}}

    def play(self, playbook, *arguments, **given):
        """Run a playbook; returns its exit code and all that it said on one line."""
        (self.folder / "hosts.json").write_text(json.dumps(self.groups))
        extra = ("-e", json.dumps(given)) if given else ()
        ended = self.ansible.run("ansible-playbook", "-i", self.folder / "hosts.json", playbook, *extra, *arguments)
        said = ended.stdout + ended.stderr
        # Without numbers of processes and seconds, which differ from run to run.
        table = [
            line for line in ended.stdout.splitlines() if re.match(r" *[0-9]* *c70[12] ", line) and " : ok=" not in line
        ]
        self.table = [" ".join(re.sub(r"[0-9:.]{3,}|\b[0-9]\b", "N", line).split()) for line in table]
        assert "Traceback" not in said, said
        return ended.returncode, " ".join(said.replace("\\n", " ").replace('\\"', '"').split())

    def pids(self):
        """Host and program -> process id."""
        both = {"c701": self.near, "c702": self.far}
        return {(host, name.partition(":")[0]): pid for host, it in both.items() for name, pid in it.pids().items()}


@pytest.fixture
def fleet(version, daemons, tmp_path):
    near = daemons({"web": SLEEP, "app01": SLEEP}, inet=True)
    far = daemons({"web": SLEEP, "cron": dict(SLEEP, autostart="false")})
    for daemon in (near, far):
        daemon.wait_state("web", "RUNNING")
    return Fleet(version, tmp_path, near, far)


@pytest.mark.parametrize("name", NEEDED)
def test_empty_answers_to_everything_are_the_defaults(fleet, name):
    # What this machine needs stands in the inventory, and an answer, even an empty one, comes before it.
    asked = [row for row in BOOKS[name].variables if not row.endswith("_config_file")]
    seen = []
    for answers in ({}, *({row: EMPTY[(i + shift) % len(EMPTY)] for i, row in enumerate(asked)} for shift in (0, 1))):
        code, said = fleet.play(f"supervisord.fleet.{name}", *DRY[name], **{**answers, **NEEDED[name]})
        assert code == 0, said
        assert len(fleet.table) >= 2, said
        seen.append(fleet.table)
    assert all(found == seen[0] for found in seen[1:])


@pytest.mark.parametrize("name", NEEDED)
def test_every_fault_is_told_at_once_and_nothing_is_touched(fleet, name):
    before = fleet.pids()
    wrong = {row: {"no": "value"} for row in BOOKS[name].variables if not row.endswith(("_missing", "_help"))}
    code, said = fleet.play(f"supervisord.fleet.{name}", **wrong, **{f"{name}_host": "c701", "app_hots": "x"})
    assert code == 2, said
    assert [row for row in wrong if f"{row}: {{'no': 'value'}} " not in said.replace("AnsibleUnsafeText", "")] == []
    assert f"{name}_host is no variable of this playbook; did you mean {name}_hosts?" in said
    assert "app_hots" not in said
    assert fleet.pids() == before


def test_a_target_that_does_not_exist_is_no_success(fleet):
    code, said = fleet.play("supervisord.fleet.control", **NEEDED["control"], control_hosts="app_hots,c70x:c702")
    assert code == 2, said
    assert "control_hosts: 'app_hots' matches no host; did you mean app_hosts?" in said
    assert "control_hosts: 'c70x' matches no host; did you mean c70" in said

    code, said = fleet.play("supervisord.fleet.status", status_hosts="app_hots", status_missing="ignore")
    assert code == 0, said

    fleet.groups["databases"] = {"hosts": {"db1": {"ansible_connection": "local"}}}
    code, said = fleet.play("supervisord.fleet.status", "--limit", "db1")
    assert code == 2, said
    assert "--limit db1 leaves none of the hosts of status_hosts=app_hosts, which are c701, c702." in said

    code, said = fleet.play("supervisord.fleet.status", "--limit", "c702", status_host="x")
    assert code == 2, said
    assert "status_host is no variable of this playbook; did you mean status_hosts?" in said


def test_a_program_that_nothing_goes_by_is_named_before_anything_is_done(fleet):
    before = fleet.pids()
    given = {"control_action": "stop", "control_programs": "web,ap01,cron"}
    code, said = fleet.play("supervisord.fleet.control", **given)
    assert code == 2, said
    assert "control_programs: 'ap01' matches no program on any of the 2 hosts; did you mean app01?" in said
    assert "'cron'" not in said
    assert "'web'" not in said
    assert fleet.pids() == before

    code, said = fleet.play("supervisord.fleet.rolling_restart", rolling_restart_programs="web\nap01")
    assert code == 2, said
    assert "rolling_restart_programs: 'ap01' matches no program on any of the 2 hosts; did you mean app01?" in said
    assert fleet.pids() == before

    # That a program is in another state is no mistake.
    code, said = fleet.play("supervisord.fleet.status", status_programs="cron", status_states="fatal")
    assert code == 0, said

    code, said = fleet.play("supervisord.fleet.control", "--check", control_missing="ignore", **given)
    assert code == 0, said


def test_a_forced_dry_run_foresees_the_restart_of_what_does_not_run(fleet):
    given = {"rolling_restart_programs": "cron", "rolling_restart_force": "yes", "rolling_restart_settle": 0}
    code, said = fleet.play("supervisord.fleet.rolling_restart", "--check", "--limit", "c702", **given)
    assert code == 0, said
    assert "1 would restart" in said

    # c701 has no program of this name, and that is no mistake of this run.
    code, said = fleet.play("supervisord.fleet.rolling_restart", "--check", rolling_restart_missing="Ignore", **given)
    assert code == 0, said
    assert "1 would restart" in said


def test_answers_of_a_survey_do_what_they_say(fleet):
    before = fleet.pids()
    code, said = fleet.play(
        "supervisord.fleet.control",
        control_action="Restart",
        control_programs=["web", "cron"],
        control_states="running\nfatal",
        control_signal="",
        control_settle="0.5",
        control_hosts=["c701", "c702"],
    )
    assert code == 0, said
    after = fleet.pids()
    assert {name for name, pid in before.items() if after[name] != pid} == {("c701", "web"), ("c702", "web")}
    assert fleet.far.state("cron") == "STOPPED"


def test_without_ssh_a_host_with_no_address_is_shown_as_not_asked(fleet):
    code, said = fleet.play("supervisord.fleet.status", status_ssh=False, status_fail_on="nothing")
    assert code == 0, said
    assert "not asked: no address (status_ssh=false)" in said
    assert "c701 app01 RUNNING" in said

    before = fleet.pids()
    code, said = fleet.play("supervisord.fleet.control", control_ssh="no", **NEEDED["control"])
    assert code == 2, said
    assert "not asked: no address (control_ssh=false)" in said
    after = fleet.pids()
    assert {name for name, pid in before.items() if after[name] != pid} == {("c701", "web")}


def test_values_come_from_an_import_too_and_from_an_inventory_where_it_is_not_too_late(fleet):
    wrapper = fleet.folder / "mine.yml"
    imported = {"ansible.builtin.import_playbook": "supervisord.fleet.status", "vars": {"status_hosts": "c702"}}
    wrapper.write_text(yaml.safe_dump([imported]))
    code, said = fleet.play(str(wrapper))
    assert code == 0, said
    assert "c702 web RUNNING" in said
    assert "c701 web" not in said

    imported["vars"] = {"status_host": "c702"}
    wrapper.write_text(yaml.safe_dump([imported]))
    code, said = fleet.play(str(wrapper))
    assert code == 2, said
    assert "status_host is no variable of this playbook; did you mean status_hosts?" in said

    fleet.groups["app_hosts"]["vars"] = dict(LOCAL, status_hosts="c702", status_timout=5)
    code, said = fleet.play("supervisord.fleet.status")
    assert code == 2, said
    assert "status_hosts: 'c702' comes too late, Ansible needs it before it knows any host; give it with -e." in said
    assert "status_timout is no variable of this playbook; did you mean status_timeout?" in said

    fleet.groups["app_hosts"]["vars"] = dict(LOCAL, status_states="fatal")
    code, said = fleet.play("supervisord.fleet.status")
    assert code == 0, said
    assert "0 processes" in said


def test_a_value_that_refers_to_nothing_is_told_with_the_other_faults(fleet):
    fleet.groups["app_hosts"]["vars"] = dict(LOCAL, recover_ports=["{{ nowhere.to.be }}:80"])
    code, said = fleet.play("supervisord.fleet.recover", recover_service="{{ not_here }}", recover_stp=True)
    assert code == 2, said
    assert "recover_service: it cannot be worked out, 'not_here' is undefined;" in said
    assert "recover_ports: it cannot be worked out, " in said
    assert "recover_stp is no variable of this playbook; did you mean recover_stop?" in said


@pytest.mark.parametrize("name", BOOKS)
def test_each_playbook_shows_its_variables_and_does_nothing_else(fleet, name):
    plays = yaml.safe_load((ROOT / "playbooks" / f"{name}.yml").read_text(encoding="utf-8"))
    code, said = fleet.play(f"supervisord.fleet.{name}", **{f"{name}_help": "yes", f"{name}_hots": "app_hots"})
    assert code == 0, said
    assert [row for row in BOOKS[name].variables if f"{row} (" not in said] == []
    assert said.count("skipping: no hosts matched") == len(plays) - 1


def test_site_needs_hosts_to_work_on(fleet):
    fleet.groups = {"apphosts": {"hosts": {"c701": {"ansible_connection": "local"}}}}
    code, said = fleet.play("supervisord.fleet.site", site_batch="lots", site_canry=1)
    assert code == 2, said
    assert "The inventory has no host in any of the groups app_hosts, lb_hosts, monitor_hosts" in said
    assert "did you mean app_hosts by apphosts?" in said
    assert "site_batch: 'lots' is no size of a batch" in said
    assert "site_canry is no variable of this playbook; did you mean site_canary?" in said


@pytest.mark.parametrize("name", BOOKS)
def test_a_playbook_can_be_looked_at_with_nothing_given(fleet, name):
    for option in ("--syntax-check", "--list-tasks"):
        code, said = fleet.play(f"supervisord.fleet.{name}", option)
        assert code == 0, said


def test_a_first_play_that_is_left_out_leaves_nothing_to_chance(fleet):
    before = fleet.pids()
    given = {**NEEDED["control"], "control_hosts": "c702", "control_states": "fatl"}
    code, said = fleet.play("supervisord.fleet.control", "--skip-tags", "always", **given)
    assert code != 0, said
    assert "control_states: 'fatl' is none of STOPPED" in said
    assert fleet.pids() == before


def test_nothing_in_the_states_that_were_asked_for_is_said(fleet):
    before = fleet.pids()
    code, said = fleet.play("supervisord.fleet.control", **NEEDED["control"], control_states="fatal")
    assert code == 0, said
    assert "Nothing is in these states: FATAL. Nothing was done." in said
    assert fleet.pids() == before


def test_what_was_adopted_ends_with_the_command_that_encrypts_it(fleet):
    for daemon in (fleet.near, fleet.far):
        daemon.write("web", dict(SLEEP, environment="DB_PASSWORD='hush'"))
    for host, daemon in (("c701", fleet.near), ("c702", fleet.far)):
        given = {"adopt_config_file": daemon.conf, "adopt_hosts": host, "adopt_output": str(fleet.folder)}
        code, said = fleet.play("supervisord.fleet.adopt", adopt_become=False, **given)
        assert code == 0, said
        assert "hush" not in said
        assert f"ansible-vault encrypt \\ {fleet.folder}/host_vars/{host}/vault.yml ok:" in said
