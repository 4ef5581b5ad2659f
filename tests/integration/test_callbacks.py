# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Beside callbacks of others: they and ours show what happened, why something failed, and no secret."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import zlib
from xml.etree import ElementTree as ET

import neighbours
import pytest

pytestmark = [pytest.mark.newest, neighbours.needs("callbacks"), pytest.mark.plays]

SLEEP = {"command": "/bin/sleep 1000", "startsecs": "0"}
LOGIN = ("ops", "s3cret-of-the-Daemon")
TOKEN = "s3cret-of-the-Program"
TAIL = "the-last-words"
OURS = "supervisord.fleet.progress"


def tasks(daemon, folder):
    """What a user does: look, declare, restart, show; and at the end a program that does not come up."""
    token = {"environment": {"TOKEN": "{{ lookup('ansible.builtin.env', 'THE_TOKEN') }}"}}
    declare = {"config_file": daemon.conf, "state_dir": str(folder / "state"), "startretries": 0, **token}
    broken = {"name": "broken", "command": "/bin/sh -c 'echo %s; exit 3'" % TAIL}
    login = {"username": LOGIN[0], "password": "{{ lookup('ansible.builtin.env', 'THE_PASSWORD') }}"}
    fleet = {"servers": [daemon.inet_url, "http://127.0.0.1:1"], "fail_when": "100%", **login}
    rows = {"title": "Programs", "rows": [{"name": "web", "state": "RUNNING"}], "columns": ["name", "state"]}
    found = {
        "Look at all": ("supervisor_info", fleet),
        "Declare new": ("supervisor_program", {**declare, "name": "new", "startsecs": 0, "command": "/bin/sleep 999"}),
        "Restart web": ("supervisor_process", {"config_file": daemon.conf, "names": ["web"], "state": "restarted"}),
        "Show it": ("fleet_report", rows),
        "Declare broken": ("supervisor_program", {**declare, **broken}),
    }
    return [{"name": name, "supervisord.fleet." + module: args} for name, (module, args) in found.items()]


@pytest.fixture
def run(daemons, tmp_path):
    """``run(**environment)``: the ended process of a play with these tasks, which has said no secret."""
    daemon = daemons({"web": SLEEP}, inet=True, auth=LOGIN)

    def start(**environment):
        more = {"THE_PASSWORD": LOGIN[1], "THE_TOKEN": TOKEN, "SUPERVISOR_PROGRESS_INTERVAL": "0", **environment}
        ansible = neighbours.Ansible("callbacks", tmp_path, **more)
        ended = ansible.play(tasks(daemon, tmp_path), "--diff")
        assert ended.returncode == 2, ended.stdout + ended.stderr
        assert "s3cret" not in ended.stdout + ended.stderr
        return ended

    return start


# Of community.general; how it shows the table and why something failed, which two of them leave out on purpose.
SCREENS = {
    "counter_enabled": True,
    "default_without_diff": True,
    "dense": False,
    "diy": True,
    "null": False,
    "selective": True,
    "tasks_only": True,
    "timestamp": True,
    "unixy": True,
}


@pytest.mark.parametrize("name", SCREENS)
def test_on_the_screen_of_others(run, name):
    said = run(ANSIBLE_STDOUT_CALLBACK=f"community.general.{name}", ANSIBLE_CALLBACKS_ENABLED=OURS).stdout
    assert "  2 of 2 servers done, 1 failed\n" in said
    assert re.search(r"^NAME +STATE\nweb +RUNNING$", said, re.MULTILINE)
    assert (TAIL in said) == SCREENS[name]


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_what_a_program_reads_has_nothing_for_people_in_it(run, name):
    ended = run(ANSIBLE_STDOUT_CALLBACK=f"ansible.posix.{name}", ANSIBLE_CALLBACKS_ENABLED=OURS)
    parts = [ended.stdout] if name == "json" else ended.stdout.splitlines()
    found = [json.loads(part) for part in parts]
    assert TAIL in json.dumps(found)
    assert "  2 of 2 servers done, 1 failed\n" in ended.stderr
    assert re.search(r"^NAME +STATE\nweb +RUNNING$", ended.stderr, re.MULTILINE)


def test_those_that_keep_what_happened(run, tmp_path):
    """All at once, as they may be: each has every task, why the last one failed, and no secret."""
    kept = ["junit", "ara_default", "ansible.posix.profile_tasks", "ansible.posix.timer", "community.general.log_plays"]
    ended = run(
        ANSIBLE_CALLBACKS_ENABLED=",".join([*kept, OURS]),
        ANSIBLE_CALLBACK_PLUGINS=neighbours.Ansible("callbacks", tmp_path).library("ara", "plugins", "callback"),
        ANSIBLE_LOG_FOLDER=str(tmp_path / "log"),
        ARA_BASE_DIR=str(tmp_path / "ara"),
        JUNIT_OUTPUT_DIR=str(tmp_path / "junit"),
    )
    assert re.search(r"^Declare broken -+ [0-9.]+s$", ended.stdout, re.MULTILINE)
    assert "Playbook run took 0 days" in ended.stdout
    assert "  2 of 2 servers done, 1 failed\n" in ended.stdout

    (report,) = (tmp_path / "junit").iterdir()
    cases = {case.get("name"): case for case in ET.parse(report).iter("testcase")}
    names = ["Look at all", "Declare new", "Restart web", "Show it", "Declare broken"]
    assert [name for name in names if not any(name in case for case in cases)] == []
    failed = [name for name, case in cases.items() if case.find("error") is not None]
    assert len(failed) == 1
    assert "Declare broken" in failed[0]

    recorded = of_ara(tmp_path / "ara" / "ansible.sqlite")
    log = (tmp_path / "log" / "localhost").read_text()
    for text in (report.read_text(), recorded, log):
        assert TAIL in text
        assert "s3cret" not in text
    assert [name for name in names if name not in recorded] == []
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and b"s3cret" in path.read_bytes()] == []


def of_ara(path):
    """All that ara has written into its database, its compressed texts as texts."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        cells = [cell for name in tables for row in database.execute(f'SELECT * FROM "{name}"') for cell in row]
    return "\n".join(zlib.decompress(cell).decode() if isinstance(cell, bytes) else str(cell) for cell in cells)
