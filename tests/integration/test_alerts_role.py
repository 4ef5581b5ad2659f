# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role alerts beside a daemon that is not root's, in real runs of ansible-playbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import ansible_programs
import daemons as _daemons
import pytest
import receivers

pytestmark = pytest.mark.ends
PLAY = [{"hosts": "all", "gather_facts": False, "roles": ["supervisord.fleet.alerts"]}]
FALL = {"command": "/bin/sh -c 'exit 3'", "startsecs": "0", "autostart": "false", "autorestart": "false"}


@pytest.fixture
def web():
    server = receivers.Web()
    yield server
    server.stop()


@pytest.fixture
def daemon(version):
    found = _daemons.Daemon(version, {"a": FALL}, user="nobody")
    found.start()
    yield found
    found.destroy()


@pytest.fixture
def play(version, tmp_path, daemon, web):
    """Runs the role with more variables; returns its exit code and what it said."""
    ansible = ansible_programs.Ansible(version, tmp_path)
    folders = {"program": "lib", "config": "etc", "data": "var", "maintenance": "marks"}
    known = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "alerts_supervisor_config_file": daemon.conf,
        "alerts_python": "/usr/bin/python3",  # one that the account may read
        "alerts_routes": [{"name": "hook", "type": "webhook", "url": web.url + "/s3cret"}],
        **{f"alerts_{name}_dir": os.path.join(daemon.dir, short) for name, short in folders.items()},
    }
    playbook = ansible.write(json.dumps(PLAY), "play.json")

    def run(*arguments, **more):
        inventory = ansible.write(json.dumps({"all": {"hosts": {"c701": {**known, **more}}}}), "hosts.json")
        ended = ansible.run("ansible-playbook", "-i", inventory, playbook, *arguments)
        said = ended.stdout + ended.stderr
        assert "s3cret" not in said
        return ended.returncode, said

    return run


def test_the_listener_of_a_daemon_that_is_not_roots_has_the_daemons_account(play, daemon, web):
    bare = {"alerts_supervisor_config_file": "/nonexistent/supervisord.conf"}
    for more in (bare, {}):
        code, said = play("--check", **more)
        assert code == 0, said
    assert not os.path.exists(os.path.join(daemon.dir, "etc"))

    code, said = play("-vvv")
    assert code == 0, said
    settings = os.path.join(daemon.dir, "etc", "fleet-alerts.json")
    assert os.stat(settings).st_uid == os.stat(daemon.dir).st_uid
    assert os.stat(settings).st_mode & 0o777 == 0o600
    daemon.client().call("startProcess", "a", False)
    _daemons.wait_for(lambda: [one["kind"] for one in receivers.alerts(web)] == ["exited"], what="a message")

    code, said = play()
    assert code == 0, said
    assert "changed=0" in said

    code, said = play(alerts_state="absent", alerts_purge_data=True)
    assert code == 0, said
    assert list(daemon.pids()) == []
    assert not os.path.exists(settings)
    assert os.listdir(os.path.join(daemon.dir, "var")) == []


def test_a_file_of_metrics_that_its_account_cannot_write_is_refused_before_anything_is_changed(play, daemon, web):
    """The test of a route, too, runs what it runs as that account."""
    marks, roots = os.path.join(daemon.dir, "var", "fleet-alerts", "taken"), os.path.join(daemon.dir, "roots")
    file = {"name": "file", "type": "command", "command": ["/usr/bin/tee", marks]}
    assert play(alerts_routes=[file])[0] == 0
    os.mkdir(roots)
    code, said = play(alerts_metrics_file=os.path.join(roots, "fleet.prom"))
    assert code == 2, said
    told = " ".join(said.split())
    assert f"alerts_metrics_file: the listener's account may not write into the folder {roots}; let it, or" in told

    settings = os.path.join(daemon.dir, "etc", "fleet-alerts.json")  # as before
    (program,) = os.listdir(os.path.join(daemon.dir, "lib"))
    listener = os.path.join(daemon.dir, "lib", program, "supervisord_fleet_alerts")
    subprocess.run(["/usr/bin/python3", "-I", listener, "test", settings], check=True, capture_output=True, timeout=60)
    assert os.stat(marks).st_uid == os.stat(daemon.dir).st_uid
    assert web.requests == []
