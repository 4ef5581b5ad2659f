# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that changes nothing costs one request, and still nothing escapes it."""

from __future__ import annotations

import os
import signal

import pytest
from daemons import wait_for

SLEEP = "/bin/sleep 1000"
ITEMS = [
    {"name": "web", "command": SLEEP, "environment": {"TOKEN": "s3cret"}},
    {"name": "job", "command": SLEEP, "state": "stopped", "autostart": False},
    {"name": "gone", "state": "absent"},
]


class Task:
    """One task, run again and again."""

    def __init__(self, daemon, run_module, **options):
        self.daemon = daemon
        self.state_dir = os.path.join(daemon.dir, "state")
        self._run_module = run_module
        self._args = dict({"programs": ITEMS, "state_dir": self.state_dir}, **options)

    def run(self, **options):
        result = self._run_module("supervisor_program", dict(self._args, **options), self.daemon)
        assert not result["failed"], result
        return result

    def memos(self):
        return [name for name in os.listdir(self.state_dir) if name.endswith(".memo")]

    def settle(self):
        """Run until a run has noted that there is nothing to do; it does so some seconds after the last change."""
        self.run()

        def noted():
            self.run()
            return self.memos()

        wait_for(noted)


@pytest.fixture
def task(daemons, run_module):
    return Task(daemons({"bystander": {"command": SLEEP}}), run_module)


def test_it_is_one_request_and_reports_as_a_full_run_does(daemons, run_module, record):
    daemon = daemons()
    proxy = record(daemon)
    task = Task(daemon, run_module, server_url=proxy.url, config_file=daemon.conf)
    task.run()
    assert not task.memos()
    full = task.run()

    def is_short():
        proxy.calls.clear()
        assert task.run() == full
        return proxy.methods == ["supervisor.getPID", "supervisor.getAllProcessInfo"]

    wait_for(is_short)


def test_the_notes_hold_no_secret_and_are_for_their_owner_alone(task):
    task.settle()
    for name in os.listdir(task.state_dir):
        path = os.path.join(task.state_dir, name)
        assert os.stat(path).st_mode & 0o077 == 0
        with open(path, encoding="utf-8") as stream:
            assert "s3cret" not in stream.read()


def edit_by_hand(daemon):
    path = os.path.join(daemon.conf_dir, "web.conf")
    with open(path, "a", encoding="utf-8") as stream:
        stream.write("priority = 5\n")


def open_to_all(daemon):
    os.chmod(os.path.join(daemon.conf_dir, "web.conf"), 0o644)


def remove_file(daemon):
    os.unlink(os.path.join(daemon.conf_dir, "job.conf"))


def stop_process(daemon):
    daemon.client().call("stopProcess", "web")


def start_process(daemon):
    daemon.client().call("startProcess", "job")


def remove_group(daemon):
    daemon.client().call("stopProcess", "web")
    daemon.client().call("removeProcessGroup", "web")


@pytest.mark.parametrize(
    ("disturb", "expected"),
    [
        (edit_by_hand, ["write"]),
        (open_to_all, ["attributes"]),
        (remove_file, ["write"]),
        (stop_process, ["start"]),
        (start_process, ["stop"]),
        (remove_group, ["add"]),
    ],
)
def test_whatever_was_changed_by_hand_is_seen(task, disturb, expected):
    task.settle()
    bystander = task.daemon.pids()["bystander:bystander"]
    disturb(task.daemon)
    result = task.run()
    assert result["changed"]
    assert expected[0] in [action["action"] for action in result["actions"]]
    assert (task.daemon.state("web:web"), task.daemon.state("job:job")) == ("RUNNING", "STOPPED")
    assert task.daemon.pids()["bystander:bystander"] == bystander


def test_a_changed_argument_is_seen(task):
    task.settle()
    result = task.run(programs=[dict(ITEMS[0], environment={"TOKEN": "other"}), *ITEMS[1:]])
    assert result["restarted"] == ["web:web"]


def test_a_process_that_crashed_and_came_back_is_reported_with_its_new_pid(task):
    task.settle()
    pid = task.daemon.pids()["web:web"]
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: task.daemon.pids().get("web:web", pid) != pid and task.daemon.state("web:web") == "RUNNING")
    result = task.run()
    assert not result["changed"]
    assert result["programs"][0]["processes"][0]["pid"] == task.daemon.pids()["web:web"]


def test_a_broken_file_of_others_is_still_refused(task, run_module):
    task.settle()
    with open(os.path.join(task.daemon.conf_dir, "broken.conf"), "w", encoding="utf-8") as stream:
        stream.write("[program:broken]\n")
    args = {"programs": ITEMS, "state_dir": task.state_dir}
    result = run_module("supervisor_program", args, task.daemon)
    assert result["failed"]
    assert "broken" in result["msg"]


def test_the_declared_absent_program_that_comes_back_goes_again(task):
    task.settle()
    with open(os.path.join(task.daemon.conf_dir, "gone.conf"), "w", encoding="utf-8") as stream:
        stream.write("[program:gone]\ncommand = %s\n" % SLEEP)
    task.daemon.client().call("reloadConfig")
    task.daemon.client().call("addProcessGroup", "gone")
    assert task.run()["changed"]
    assert "gone:gone" not in task.daemon.pids()


def test_a_file_of_others_that_has_changed_restarts_its_program_and_no_other_even_after_a_noted_run(task, tmp_path):
    file = tmp_path / "shop.yml"
    file.write_text("first")
    task._args["programs"] = [dict(ITEMS[0], restart_on_files=[str(file)]), dict(ITEMS[0], name="other")]
    task.settle()
    file.write_text("second")
    assert task.run()["restarted"] == ["web:web"]
    assert task.run()["restarted"] == []
