# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role alerts beside a daemon that is not root's, in real runs of ansible-playbook.

What the oldest and the newest ansible-core might do differently is in the first test: it takes all the role's ways.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import time

import ansible_programs
import daemons as _daemons
import pytest
import receivers

pytestmark = pytest.mark.plays

PLAY = [{"hosts": "all", "gather_facts": False, "roles": ["supervisord.fleet.alerts"]}]
# It ends after supervisord has answered; of one that ends before, the start itself fails.
FALL = {"command": "/bin/sh -c 'sleep 1; exit 3'", "startsecs": "0", "autostart": "false", "autorestart": "false"}


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


@pytest.mark.ends
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
    assert [name for name in ("lib", "etc", "var", "marks") if os.path.exists(os.path.join(daemon.dir, name))] == []


@pytest.mark.more
@pytest.mark.newest
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
    (program,) = os.listdir(os.path.join(daemon.dir, "lib", "fleet-alerts"))
    listener = os.path.join(daemon.dir, "lib", "fleet-alerts", program, "supervisord_fleet_alerts")
    subprocess.run(["/usr/bin/python3", "-I", listener, "test", settings], check=True, capture_output=True, timeout=60)
    assert os.stat(marks).st_uid == os.stat(daemon.dir).st_uid
    assert web.requests == []


WRONG = {
    "alerts_name": ("../ops", "'../ops'; give a name of letters, digits, dots, dashes and underscores"),
    "alerts_data_dir": ("var", "'var'; give an absolute path"),
    "alerts_program_dir": ("lib", "'lib'; give an absolute path below /"),
    "alerts_maintenance_dir": ("marks", "'marks'; give an absolute path"),
    "alerts_supervisor_url": ("htp://127.0.0.1", "'htp://127.0.0.1'; give unix:///PATH or http://HOST:PORT"),
}


@pytest.mark.newest
@pytest.mark.parametrize("state", ["present", "absent"])
def test_names_and_places_that_cannot_be_are_refused_before_anything_is_made(play, daemon, state):
    before = sorted(os.listdir(daemon.dir))
    code, said = play(alerts_state=state, **{name: value for name, (value, _words) in WRONG.items()})
    assert code == 2
    told = " ".join(said.split())
    assert [name for name, (_value, words) in WRONG.items() if f"{name}: {words}" not in told] == []
    assert sorted(os.listdir(daemon.dir)) == before


@pytest.mark.more
@pytest.mark.newest
def test_folders_of_others_stay_where_the_listener_is_put_beside_them(play, daemon):
    shared = os.path.join(daemon.dir, "shared")
    for name in ("tomcat", "0123456789ab"):
        os.makedirs(os.path.join(shared, name))
    for state in ("present", "absent"):
        code, said = play(alerts_program_dir=shared, alerts_state=state)
        assert code == 0, said
        assert {"tomcat", "0123456789ab"} <= set(os.listdir(shared))


@pytest.mark.newest
def test_one_listener_of_a_host_goes_without_the_other(play, daemon, web):
    for name in ("one", "two"):
        assert play(alerts_name=name)[0] == 0
    code, said = play(alerts_name="one", alerts_state="absent", alerts_purge_data=True)
    assert code == 0, said
    assert os.listdir(os.path.join(daemon.dir, "etc")) == ["two.json"]
    assert os.path.exists(os.path.join(daemon.dir, "marks"))
    daemon.client().call("stopProcess", "two")
    daemon.client().call("startProcess", "two")
    daemon.wait_state("two", "RUNNING")
    code, said = play(alerts_name="two")
    assert code == 0, said
    assert "changed=0" in said


@pytest.mark.more
@pytest.mark.newest
def test_settings_that_a_cut_short_run_has_written_reach_the_listener_in_the_next_one(play, daemon, web):
    assert play()[0] == 0
    pid = daemon.pids()["fleet-alerts:fleet-alerts"]
    _daemons.wait_for(lambda: int(time.time()) > daemon.info("fleet-alerts").start, what="the next second")
    code, said = play("--tags", "alerts_install,alerts_configure", alerts_language="zh")
    assert code == 0, said
    assert daemon.pids()["fleet-alerts:fleet-alerts"] == pid
    code, said = play(alerts_language="zh")
    assert code == 0, said
    assert daemon.pids()["fleet-alerts:fleet-alerts"] != pid
    code, said = play(alerts_language="zh")
    assert "changed=0" in said


@pytest.mark.more
@pytest.mark.newest
def test_what_was_kept_under_another_account_is_the_new_ones(play, daemon, web):
    assert play()[0] == 0
    kept = os.path.join(daemon.dir, "var", "fleet-alerts")
    own = os.stat(os.path.join(kept, "journal")).st_uid
    for name in ("journal", "lock"):
        os.chown(os.path.join(kept, name), own - 1, -1)
    code, said = play(alerts_language="zh")
    assert code == 0, said
    assert {os.stat(os.path.join(kept, name)).st_uid for name in ("journal", "lock")} == {own}
    daemon.wait_state("fleet-alerts", "RUNNING")


@pytest.mark.more
@pytest.mark.newest
def test_a_strict_umask_of_root_leaves_the_listener_readable_for_its_account(play, daemon, web):
    former = os.umask(0o077)
    try:
        code, said = play()
    finally:
        os.umask(former)
    assert code == 0, said
    (program,) = pathlib.Path(daemon.dir, "lib", "fleet-alerts").iterdir()
    parts = [path for path in program.rglob("*") if path.is_dir() and path.name != "__pycache__"]
    assert len(parts) == 2
    assert {path.stat().st_mode & 0o777 for path in parts} == {0o755}


@pytest.mark.newest
def test_the_settings_alone(play, daemon):
    for dry in ("--check", "--diff"):
        code, said = play(dry, "--tags", "alerts_configure")
        assert code == 2, said
        assert "Install it as well: run without --tags, or with alerts_install among them." in " ".join(said.split())
    assert play()[0] == 0
    code, said = play("--check", "--tags", "alerts_configure", alerts_language="zh")
    assert code == 0, said
    assert "changed=1" in said


@pytest.mark.newest
def test_an_account_that_is_there_already_stays_as_it_is(play):
    """Of a daemon of root's; in a dry run, for the account is this machine's."""
    code, said = play("--check", alerts_supervisor_config_file="/nonexistent/supervisord.conf", alerts_user="daemon")
    assert code == 0, said
    task = said.partition(": Make the account]")[2].partition("TASK")[0]
    assert "skipping" in task
