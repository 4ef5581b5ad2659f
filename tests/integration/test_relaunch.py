# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What failed on some hosts is started again for these: ``--limit @NAME.retry``, AWX's relaunch on failed hosts."""

from __future__ import annotations

import json
import re
import sys

import ansible_programs
import pytest

SLEEP = {"command": "/bin/sleep 1000", "startsecs": "0"}
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "ansible_become": False}
GONE = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}  # where nobody listens
BOOKS = ("status", "control", "rolling_restart", "recover", "adopt")

pytestmark = [pytest.mark.ends, pytest.mark.plays]


class Fleet:
    """Daemons that stand for hosts, and runs of the playbooks for them."""

    def __init__(self, version, folder):
        self.folder = folder
        self.ansible = ansible_programs.Ansible(
            version, folder, ANSIBLE_RETRY_FILES_ENABLED="true", ANSIBLE_RETRY_FILES_SAVE_PATH=str(folder)
        )
        self.hosts = {}
        self.shared = {}  # variables of the group
        self.groups = {}  # more groups

    def add(self, name, daemon, near=False):
        """Add a host, whose daemon is asked from the controller (``near``) or over the host's own connection."""
        files = {f"{book}_config_file": daemon.conf for book in BOOKS}
        self.hosts[name] = {**files, **({"supervisor_server_url": daemon.inet_url} if near else {})}
        return daemon

    def play(self, playbook, *arguments, **given):
        """Run a playbook; returns its exit code, its output, and the hosts that its recap has failures for."""
        inventory = {"app_hosts": {"hosts": self.hosts, "vars": {**LOCAL, **self.shared}}, **self.groups}
        (self.folder / "hosts.json").write_text(json.dumps(inventory))
        ended = self.ansible.run(
            "ansible-playbook",
            "-i",
            self.folder / "hosts.json",
            f"supervisord.fleet.{playbook}",
            "-e",
            json.dumps(given),
            *arguments,
        )
        said = ended.stdout + ended.stderr
        assert "\x1b" not in said
        assert "Traceback" not in said, said
        recap = re.findall(r"^(\w+) +: ok=\d+ +changed=\d+ +unreachable=(\d) +failed=(\d)", ended.stdout, re.MULTILINE)
        return ended.returncode, said, {host for host, *bad in recap if set(bad) != {"0"}}

    def again(self, playbook, failed, **given):
        """Start it again as Ansible proposes it and as AWX does, which have to be the same hosts."""
        path = self.folder / f"{playbook}.retry"
        assert set(path.read_text().split()) == failed
        path.rename(self.folder / "again.retry")
        return self.play(playbook, "--limit", f"@{self.folder / 'again.retry'}", **given)


@pytest.fixture
def fleet(version, tmp_path):
    return Fleet(version, tmp_path)


def test_status_asks_again_who_was_not_well(fleet, daemons):
    fleet.add("c701", daemons({"web": SLEEP}, inet=True), near=True)
    near = fleet.add("c702", daemons({"web": SLEEP}, inet=True), near=True)
    far = fleet.add("c703", daemons({"web": SLEEP}))
    fleet.add("c704", daemons({"web": SLEEP}))
    near.kill()
    far.kill()
    code, said, failed = fleet.play("status")
    assert (code, failed) == (2, {"c702", "c703"}), said
    near.start()
    far.start()
    code, said, failed = fleet.again("status", failed)
    assert (code, failed) == (0, set()), said
    assert re.findall(r"^(c70\d)  web", said, re.MULTILINE) == ["c702", "c703"]


def flaky(daemons, tmp_path, name, **options):
    """A daemon whose program ends at once from its second start on, as long as a file is there; returns both."""
    flag, broken, script = (tmp_path / f"{name}.{what}" for what in ("started", "broken", "sh"))
    script.write_text(
        f"#!/bin/sh\n[ ! -e {flag} ] || [ ! -e {broken} ] || {{ printf '\\033[31mno database\\033[0m\\n'; exit 1; }}\n"
        f"touch {flag}\nexec /bin/sleep 1000\n"
    )
    script.chmod(0o755)
    broken.touch()
    daemon = daemons({"web": {"command": str(script), "startsecs": "1", "startretries": "0"}}, **options)
    daemon.wait_state("web", "RUNNING")
    return daemon, broken


def test_control_acts_again_where_it_failed_and_nowhere_else(fleet, daemons, tmp_path):
    well = [
        fleet.add("c701", daemons({"web": SLEEP}, inet=True), near=True),
        fleet.add("c702", daemons({"web": SLEEP})),
    ]
    near, near_broken = flaky(daemons, tmp_path, "c703", inet=True)
    far, far_broken = flaky(daemons, tmp_path, "c704")
    fleet.add("c703", near, near=True)
    fleet.add("c704", far)
    given = {"control_action": "restart", "control_programs": "web"}
    code, said, failed = fleet.play("control", **given)
    assert (code, failed) == (2, {"c703", "c704"}), said
    # Its last words stand where the host fails, without the colours that the program gave them.
    assert sorted(re.findall(r"fatal: \[(c70\d)\]: FAILED! => .*no database", said)) == ["c703", "c704"], said
    for path in (near_broken, far_broken):
        path.unlink()
    before = [daemon.pids() for daemon in well]
    code, said, failed = fleet.again("control", failed, **given)
    assert (code, failed) == (0, set()), said
    assert [daemon.state("web") for daemon in (near, far)] == ["RUNNING", "RUNNING"]
    assert [daemon.pids() for daemon in well] == before


def named(book):
    """What a playbook is asked for, with a name that nothing goes by."""
    return {f"{book}_programs": "wbe", **({"control_action": "restart"} if book == "control" else {})}


@pytest.mark.parametrize("book", ["status", "control", "rolling_restart"])
def test_a_wrong_name_is_no_host_s_fault(fleet, daemons, book):
    """A relaunch on failed hosts has nobody then, or everybody; never the one that happened to be first."""
    for name in ("c701", "c702"):
        fleet.add(name, daemons({"web": SLEEP}, inet=True), near=name == "c702")
    code, said, failed = fleet.play(book, **named(book))
    assert (code, failed) == (2, {"localhost"}), said
    assert f"{book}_programs: 'wbe' matches no program on any of the 2 hosts; did you mean web?" in said
    assert set((fleet.folder / f"{book}.retry").read_text().split()) == {"c701", "c702", "localhost"}
    code, said, failed = fleet.play(book, "--limit", f"@{fleet.folder / book}.retry", **named(book))
    assert code == 2, said
    assert "matches no program on any of the 2 hosts" in said


@pytest.mark.parametrize("book", ["status", "control", "rolling_restart"])
def test_names_are_compared_as_the_inventory_says(fleet, daemons, book):
    """Which localhost, where they are compared, knows nothing of."""
    fleet.add("c701", daemons({"web": SLEEP}, inet=True), near=True)
    fleet.shared = {f"{book}_programs": ["wbe"]}
    given = {key: value for key, value in named(book).items() if key not in fleet.shared}
    code, said, failed = fleet.play(book, **given)
    assert (code, failed) == (2, {"localhost"}), said
    assert f"{book}_programs: 'wbe' matches no program" in said


def test_what_is_wrong_with_the_run_is_no_host_s_fault(fleet, daemons, tmp_path):
    """What was not told, and what could not be written."""
    for name in ("c701", "c702"):
        fleet.add(name, daemons({"web": SLEEP}))
    code, said, failed = fleet.play("status", status_tell="ops")
    assert (code, failed) == (2, {"localhost"}), said
    assert "status_tell: ops: no host has a route of this name" in said
    (tmp_path / "adopted" / "host_vars" / "c701").mkdir(parents=True)
    (tmp_path / "adopted" / "host_vars" / "c701" / "supervisor.yml").write_text("mine: true\n")
    code, said, failed = fleet.play("adopt", adopt_output=str(tmp_path / "adopted"), adopt_become=False)
    assert (code, failed) == (2, {"localhost"}), said
    assert re.search(r"adopt_output: \S+supervisor.yml is there already and says something else", said), said


def test_a_balancer_that_cannot_be_read_is_no_host_s_fault(fleet, daemons):
    daemon = fleet.add("c701", daemons({"web": SLEEP}))
    before = daemon.pids()
    fleet.groups = {"lb_hosts": {"hosts": {"lb1": {**LOCAL, **GONE}, "lb2": LOCAL}}}
    code, said, failed = fleet.play("rolling_restart", rolling_restart_programs="web")
    assert (code, failed, daemon.pids()) == (2, {"localhost"}, before), said
    assert re.findall(r"failed: \[localhost -> (lb\d)", said) == ["lb1", "lb2"], said


def test_a_report_that_cannot_be_written_is_told_before_anything_is_done(fleet, daemons, tmp_path):
    """In the end it would be the fault of the host that is first, at which a relaunch would act again."""
    daemon = fleet.add("c701", daemons({"web": SLEEP}))
    before = daemon.pids()
    (tmp_path / "file").touch()
    given = {"control_action": "restart", "control_programs": "web", "control_report": str(tmp_path / "file" / "a.csv")}
    code, said, failed = fleet.play("control", **given)
    assert (code, failed, daemon.pids()) == (2, {"localhost"}, before), said
    assert "control_report: " in said
    assert "file: it is no folder; give another path." in said


def test_a_rolling_restart_that_stopped_says_how_it_goes_on(fleet, daemons, tmp_path):
    first, last = (daemons({"web": SLEEP}) for _number in range(2))
    between, broken = flaky(daemons, tmp_path, "c702")
    for name, daemon in (("c701", first), ("c702", between), ("c703", last)):
        fleet.add(name, daemon)
    given = {"rolling_restart_programs": "web", "rolling_restart_settle": 0, "rolling_restart_timeout": 20}
    untouched = last.pids()
    code, said, failed = fleet.play("rolling_restart", **given)
    assert (code, failed) == (2, {"c702"}), said
    assert "when it is mended, go on with --limit c702,c703)" in said
    broken.unlink()
    between.client().call("startProcess", "web")
    done = first.pids()
    code, said, failed = fleet.again("rolling_restart", failed, **given)
    assert (code, failed) == (0, set()), said
    assert "Rolling restart, 1 of 3 hosts (--limit)" in said
    assert (first.pids(), last.pids()) == (done, untouched)
    code, said, failed = fleet.play("rolling_restart", "--limit", "c702,c703", **given)
    assert (code, failed) == (0, set()), said
    assert "Rolling restart, 2 of 3 hosts (--limit)" in said
    assert first.pids() == done
    assert last.pids() != untouched


def test_recover_looks_again_where_nobody_answered(fleet, daemons):
    fleet.add("c701", daemons({"web": SLEEP}))
    down = fleet.add("c702", daemons({"web": SLEEP}))
    down.kill()
    code, said, failed = fleet.play("recover")
    assert (code, failed) == (2, {"c702"}), said
    down.start()
    code, said, failed = fleet.again("recover", failed)
    assert (code, failed) == (0, set()), said
    assert "c701" not in said
