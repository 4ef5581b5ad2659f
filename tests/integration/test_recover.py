# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook recover, on daemons of this machine that stand for hosts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import collection
import daemons as daemons_
import leftovers
import pytest

pytestmark = pytest.mark.plays

SLEEP = {"command": "/bin/sleep 1000", "startsecs": "0"}


@pytest.fixture
def recover(tmp_path):
    """Runs the playbook for daemons by host name; returns its exit code, its output and the rows of its report."""

    def run(hosts, *arguments, **variables):
        local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "recover_become": False}
        inventory = {
            "app_hosts": {
                "hosts": {name: dict(local, recover_config_file=daemon.conf) for name, daemon in hosts.items()}
            }
        }
        (tmp_path / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
        variables["recover_report"] = str(tmp_path / "report.json")
        command = ["ansible-playbook", "-i", str(tmp_path / "hosts.json"), "supervisord.fleet.recover"]
        environ = dict(os.environ, ANSIBLE_COLLECTIONS_PATH=collection.path(), ANSIBLE_NOCOLOR="1", LC_ALL="C.UTF-8")
        done = subprocess.run(
            [*command, "-e", json.dumps(variables), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            env=environ,
            timeout=120,
            check=False,
        )
        report = tmp_path / "report.json"
        rows = json.loads(report.read_text(encoding="utf-8"))["rows"] if report.exists() else []
        return done.returncode, done.stdout, rows

    return run


@pytest.fixture
def crashed(daemons):
    """A daemon that was killed and started again, with a program that does not come up because of its own orphan."""
    port = daemons_.free_port()
    web = {"command": leftovers.listener(port), "startsecs": "1", "startretries": "0"}
    daemon = daemons({"web": web, "twice": SLEEP})
    daemon.wait_state("web", "RUNNING")
    daemon.left = leftovers.settled(daemon)
    leftovers.crash(daemon)
    daemon.start()
    daemon.wait_state("web", "FATAL")
    yield daemon
    leftovers.kill(daemon.left)


def told(rows, *columns):
    return sorted(tuple(row.get(column) for column in columns) for row in rows)


@pytest.mark.newest
def test_orphans_go_programs_come_and_the_table_says_so(daemons, crashed, recover):
    well = daemons({"web": SLEEP})
    leftovers.settled(well)

    code, output, _rows = recover({"c701": crashed, "c702": well}, "--check")
    assert code == 0, output
    assert output.count("would stop") == 2 + 1, output  # two rows and the summary
    assert output.count("would start") >= 1
    assert all(leftovers.alive(pid) for pid in crashed.left)

    code, output, rows = recover({"c701": crashed, "c702": well})
    assert code == 0, output
    assert told(rows, "host", "what", "name", "result") == [
        ("c701", "orphan", "twice:twice", "stopped"),
        ("c701", "orphan", "web:web", "stopped"),
        ("c701", "program", "web:web", "started"),
        ("c702", "daemon", None, "ok"),
    ]
    assert "1 of 1 programs are running" in output
    assert not any(leftovers.alive(pid) for pid in crashed.left)
    assert crashed.state("web") == "RUNNING"

    code, output, rows = recover({"c701": crashed, "c702": well})
    assert code == 0, output
    assert {row["result"] for row in rows} == {"ok"}
    assert "changed=0" in output


@pytest.mark.newest
def test_only_looking_stops_nothing(crashed, recover):
    code, output, rows = recover({"c701": crashed}, recover_stop=False, recover_start=False)
    assert code == 0, output
    assert told(rows, "what", "name", "result") == [
        ("orphan", "twice:twice", "found"),
        ("orphan", "web:web", "found"),
        ("program", "web:web", "found"),
    ]
    assert all(leftovers.alive(pid) for pid in crashed.left)


@pytest.mark.newest
def test_what_stays_broken_is_named_with_who_is_in_the_way(daemons, recover):
    port = daemons_.free_port()
    decoys = leftovers.Decoys()
    holder = decoys.add("holder", [sys.executable, "-c", leftovers.LISTEN % port])
    daemon = daemons({"web": {"command": leftovers.listener(port), "startsecs": "1", "startretries": "0"}})
    well = daemons({"web": SLEEP})
    try:
        daemon.wait_state("web", "FATAL")
        code, output, rows = recover({"c701": well, "c702": daemon}, recover_ports="web:%d" % port)
    finally:
        decoys.end()
    assert code == 2
    assert "Not well: web:web FATAL: " in output
    assert dict(re.findall(r"^(c70.) .*failed=(\d)", output, re.MULTILINE)) == {
        "c701": "0",
        "c702": "1",
    }
    taken = ("c702", "port", "web:web", "taken", holder)
    assert taken in told(rows, "host", "what", "name", "result", "pid")
    (failed,) = [row for row in rows if row["result"] == "failed"]
    assert "Address already in use" in failed["message"]


@pytest.mark.newest
def test_a_daemon_that_does_not_come_back_is_told(daemons, recover):
    daemon = daemons({"web": SLEEP})
    left = leftovers.settled(daemon)
    leftovers.crash(daemon)
    try:
        code, _output, rows = recover({"c701": daemon}, recover_service="no-such-service")
        assert code == 2
        assert told(rows, "what", "result")[-1] == ("orphan", "stopped")
        (failed,) = [row for row in rows if row["result"] == "failed"]
        assert "no-such-service" in failed["message"]
        assert not any(leftovers.alive(pid) for pid in left)
    finally:
        leftovers.kill(left)


@pytest.mark.newest
def test_status_says_that_programs_of_an_earlier_daemon_run_beside(daemons, crashed, tmp_path):
    well = daemons({"web": SLEEP})
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "status_become": False}
    hosts = {name: dict(local, status_config_file=daemon.conf) for name, daemon in (("c701", crashed), ("c702", well))}
    (tmp_path / "hosts.json").write_text(json.dumps({"app_hosts": {"hosts": hosts}}), encoding="utf-8")
    given = {"status_report": str(tmp_path / "report.json"), "status_problems": True}
    command = [
        "ansible-playbook",
        "-i",
        str(tmp_path / "hosts.json"),
        "supervisord.fleet.status",
        "-e",
        json.dumps(given),
    ]
    environ = dict(os.environ, ANSIBLE_COLLECTIONS_PATH=collection.path(), ANSIBLE_NOCOLOR="1", LC_ALL="C.UTF-8")
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environ, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["rows"]
    assert told(rows, "host", "process", "state") == [("c701", "", "orphans"), ("c701", "web", "FATAL")]
    assert any("twice:twice (PID %d)" % pid in done.stdout for pid in crashed.left)
    assert "3 processes on 2 hosts, 2 RUNNING, 2 to look at" in done.stdout
    assert all(leftovers.alive(pid) for pid in crashed.left)
