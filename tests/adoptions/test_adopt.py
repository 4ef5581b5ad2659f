# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that somebody has set up by hand is taken over, and no process notices."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import time
import typing as t

import by_hand
import pytest

if t.TYPE_CHECKING:
    import host as host_

HERE = pathlib.Path(__file__).resolve().parent
PIDS = "ps -eo pid=,lstart=,args= | grep -v '\\[' | grep -E 'supervisord |sleep 1|echo READY' | grep -v grep | sort -n"


class Adoption:
    """One host with what was read of it, as an inventory beside the one of the scenario."""

    def __init__(self, host: host_.Host, folder: pathlib.Path) -> None:
        self.host, self.folder = host, folder
        self.environment = {**os.environ, "ANSIBLE_CONFIG": str(host.folder / "ansible.cfg")}
        (folder / "hosts.yml").write_text(json.dumps({"all": {"hosts": {host.name: None}}}), encoding="utf-8")

    def run(self, *arguments: str, **variables: t.Any) -> subprocess.CompletedProcess[str]:
        """Run ansible-playbook for this host."""
        inventories = ["-i", str(self.host.folder / "inventory"), "-i", str(self.folder / "hosts.yml")]
        command = ["ansible-playbook", *inventories, "--limit", self.host.name, "-e", json.dumps(variables), *arguments]
        return subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            env=self.environment,
            timeout=600,
        )

    def pids(self) -> str:
        """The daemon and everything that it runs, with the times when each was started."""
        return self.host.sh(PIDS)


def settled(adoption: Adoption) -> str:
    """What runs, once it is the same twice in a row."""
    end = time.monotonic() + 60
    before = ""
    while time.monotonic() < end:
        now = adoption.pids()
        if now == before and "sleep 1" in now:
            return now
        before = now
        time.sleep(1.5)
    raise AssertionError(before)


@pytest.fixture
def adoption(host: host_.Host, tmp_path: pathlib.Path) -> Adoption:
    return Adoption(host, tmp_path)


def test_a_host_is_taken_over_and_no_process_notices(adoption: Adoption, installations: list[str]) -> None:
    by_hand.set_up(adoption.host, installations)
    before = settled(adoption)
    read = adoption.run("supervisord.fleet.adopt", adopt_output=str(adoption.folder), adopt_hosts=adoption.host.name)
    assert read.returncode == 0, read.stdout
    assert "handmade1" not in read.stdout
    assert "another hand" not in read.stdout
    assert adoption.pids() == before
    foreseen = adoption.run(str(HERE / "play.yml"), "--check", "--diff", supervisor_adopt=True)
    assert foreseen.returncode == 0, foreseen.stdout
    assert "(restarted)" not in foreseen.stdout
    done = adoption.run(str(HERE / "play.yml"), "--diff", supervisor_adopt=True)
    assert done.returncode == 0, done.stdout
    assert "(restarted)" not in done.stdout
    assert adoption.pids() == before
    again = adoption.run(str(HERE / "play.yml"), supervisor_adopt=True)
    assert again.returncode == 0, again.stdout
    assert "changed=0 " in again.stdout, again.stdout
    assert adoption.pids() == before


def test_without_the_word_it_ends_before_anything_is_touched(adoption: Adoption) -> None:
    kind = by_hand.set_up(adoption.host, ["several in one file"])
    places = {
        "supervisor_config_file": kind.main,
        "supervisor_include_dir": kind.folder,
        "supervisor_service_name": kind.unit,
        "supervisor_install_method": "none",
        "supervisor_bin_dir": kind.commands,
    }
    before = settled(adoption)
    files = "find /etc/supervisor* /etc/systemd/system -type f -exec sha256sum {} + | sort"
    there = adoption.host.sh(files)
    for arguments in (["--check"], []):
        refused = adoption.run(str(HERE / "play.yml"), *arguments, **places)
        said = " ".join(refused.stdout.split())
        assert refused.returncode == 2, refused.stdout
        assert "was not written by this collection" in said
        assert "supervisord restarts, and with it: mail:mail, web:web" in said
        assert "supervisor_adopt: true" in said
        assert adoption.host.sh(files) == there
        assert adoption.pids() == before
