# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that failed on some hosts is started again for these alone: ``--limit @NAME.retry``, AWX's relaunch on failed hosts."""

from __future__ import annotations

import json
import re
import sys

import ansible_programs
import daemons as daemons_
import pytest

SLEEP = {"command": "/bin/sleep 1000", "startsecs": "0"}
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "ansible_become": False}
BOOKS = ("status", "control", "rolling_restart", "recover")

pytestmark = pytest.mark.ends


class Fleet:
    """Daemons that stand for hosts, and runs of the playbooks for them."""

    def __init__(self, version, folder):
        self.folder = folder
        self.ansible = ansible_programs.Ansible(
            version, folder, ANSIBLE_RETRY_FILES_ENABLED="true", ANSIBLE_RETRY_FILES_SAVE_PATH=str(folder)
        )
        self.hosts = {}

    def add(self, name, daemon, near=False):
        """Add a host, whose daemon is asked from the controller (``near``) or over the host's own connection."""
        files = {f"{book}_config_file": daemon.conf for book in BOOKS}
        self.hosts[name] = {**files, **({"supervisor_server_url": daemon.inet_url} if near else {})}
        return daemon

    def play(self, playbook, *arguments, **given):
        """Run a playbook; returns its exit code, its output, and the hosts that its recap has failures for."""
        inventory = {"app_hosts": {"hosts": self.hosts, "vars": LOCAL}}
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
    print(said)
    assert 0
