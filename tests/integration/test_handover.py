# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs move to other files: no process notices, whoever rereads meanwhile, and whatever ends the run."""

from __future__ import annotations

import contextlib
import os

import inprocess
import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import files as _files

SLEEP = "/bin/sleep 1000"
BOTH = """; workers of the shop
[program:worker]
command = /bin/sleep 1000
process_name = %(program_name)s_%(process_num)02d
numprocs = 2
environment = QUEUE="mail",HOME="%(ENV_HOME)s"

; every night
[program:cron]
command=/bin/sh -c "sleep 1000; true"
stopsignal = INT
"""
WORKER = {
    "name": "worker",
    "command": SLEEP,
    "process_name": "%(program_name)s_%(process_num)02d",
    "numprocs": 2,
    "environment": {"QUEUE": "mail", "HOME": "%(ENV_HOME)s"},
}
CRON = {"name": "cron", "command": '/bin/sh -c "sleep 1000; true"', "stopsignal": "INT"}


def names(daemon):
    return sorted(os.listdir(daemon.conf_dir))


def pending(daemon):
    """What an update of somebody else would do now."""
    return daemon.client().call("reloadConfig")


NOTHING = [[[], [], []]]


def test_files_of_several_programs_are_split_and_nothing_restarts(daemons, declare):
    daemon = daemons({"workers": BOTH})
    before = daemon.pids()
    assert len(before) == 3
    foreseen = declare(daemon, WORKER, CRON, adopt=True, check=True)
    assert daemon.pids() == before
    assert names(daemon) == ["workers.conf"]
    result = declare(daemon, WORKER, CRON, adopt=True)
    assert not result["failed"], result
    assert (foreseen["restarted"], result["restarted"]) == ([], [])
    assert foreseen["actions"] == result["actions"]
    assert daemon.pids() == before
    copy = os.path.basename(result["backup_files"][0])
    assert names(daemon) == ["cron.conf", "worker.conf", copy]
    assert copy.startswith("workers.conf.")
    assert copy.endswith("~")
    assert pending(daemon) == NOTHING
    assert declare(daemon, WORKER, CRON, adopt=True)["changed"] is False


def test_without_the_word_the_other_file_and_the_word_are_named(daemons, declare):
    daemon = daemons({"workers": BOTH})
    result = declare(daemon, WORKER)
    assert result["failed"]
    assert "workers.conf" in result["msg"]
    assert "adopt: true" in result["msg"]
    assert names(daemon) == ["workers.conf"]


def test_what_is_not_declared_stays_where_it_is_with_its_comment(daemons, declare):
    daemon = daemons({"workers": BOTH})
    os.chmod(os.path.join(daemon.conf_dir, "workers.conf"), 0o640)
    before = daemon.pids()
    assert not declare(daemon, WORKER, adopt=True)["failed"]
    path = os.path.join(daemon.conf_dir, "workers.conf")
    with open(path) as stream:
        assert stream.read() == BOTH[BOTH.index("; every night") :]
    assert os.stat(path).st_mode & 0o777 == 0o640
    assert daemon.pids() == before
    assert pending(daemon) == NOTHING


def test_programs_leave_the_main_file_and_it_stays_what_it_was_besides(daemons, declare):
    daemon = daemons()
    with open(daemon.conf) as stream:
        bare = stream.read()
    with open(daemon.conf, "w") as stream:
        stream.write(bare + "\n" + BOTH)
    daemon.kill()
    daemon.start()
    before = daemon.pids()
    assert len(before) == 3
    assert not declare(daemon, WORKER, CRON, adopt=True)["failed"]
    with open(daemon.conf) as stream:
        assert stream.read() == bare.rstrip("\n") + "\n"
    assert daemon.pids() == before
    assert pending(daemon) == NOTHING


def test_several_items_share_the_file_that_all_of_them_name(daemons, declare):
    daemon = daemons({"workers": BOTH})
    before = daemon.pids()
    shared = [dict(WORKER, filename="workers.conf"), dict(CRON, filename="workers.conf")]
    result = declare(daemon, *shared)
    assert not result["failed"], result
    assert daemon.pids() == before
    assert pending(daemon) == NOTHING
    assert "workers.conf" in names(daemon)
    assert "worker.conf" not in names(daemon)
    assert declare(daemon, *shared)["changed"] is False
    changed = declare(daemon, shared[0], dict(shared[1], stopsignal="QUIT"))
    assert changed["restarted"] == ["cron:cron"]
    gone = declare(daemon, shared[0], {"name": "cron", "state": "absent", "filename": "workers.conf"})
    assert [program["action"] for program in gone["programs"]] == ["rewritten", "removed"]
    assert sorted(daemon.pids()) == ["worker:worker_00", "worker:worker_01"]


def test_a_link_to_a_file_of_several_programs_is_taken_apart(daemons, declare):
    daemon = daemons()
    theirs = os.path.join(daemon.dir, "theirs.conf")
    with open(theirs, "w") as stream:
        stream.write(BOTH)
    os.symlink(theirs, os.path.join(daemon.conf_dir, "all.conf"))
    daemon.client().call("reloadConfig")
    for group in ("worker", "cron"):
        daemon.client().call("addProcessGroup", group)
    daemon.wait_state("cron:cron", "RUNNING")
    daemon.wait_state("worker:worker_01", "RUNNING")
    before = daemon.pids()
    result = declare(daemon, WORKER, CRON, adopt=True)
    assert not result["failed"], result
    assert daemon.pids() == before
    assert pending(daemon) == NOTHING
    assert not os.path.lexists(os.path.join(daemon.conf_dir, "all.conf"))
    with open(theirs) as stream:
        assert stream.read() == BOTH


def test_a_file_of_the_same_name_that_says_something_else_needs_a_word(daemons, declare):
    daemon = daemons({"cron": BOTH[BOTH.index("; every night") :]})
    other = dict(CRON, stopsignal="QUIT")
    for check in (True, False):
        result = declare(daemon, other, check=check)
        assert result["failed"]
        assert "stopsignal" in result["msg"]
        assert "supervisor_adopt" in result["msg"]
    result = declare(daemon, other, adopt=True)
    assert result["restarted"] == ["cron:cron"]
    with open(result["backup_files"][0]) as stream:
        assert stream.read() == BOTH[BOTH.index("; every night") :]


def test_a_file_of_the_same_name_that_says_the_same_needs_no_word(daemons, declare):
    daemon = daemons({"cron": BOTH[BOTH.index("; every night") :]})
    before = daemon.pids()
    result = declare(daemon, CRON)
    assert not result["failed"]
    assert daemon.pids() == before
    assert len(result["backup_files"]) == 1


def test_a_move_and_a_change_at_once_restart_what_changes_alone(daemons, declare):
    daemon = daemons({"workers": BOTH})
    before = daemon.pids()
    result = declare(daemon, WORKER, dict(CRON, stopsignal="QUIT"), adopt=True)
    assert result["restarted"] == ["cron:cron"]
    after = daemon.pids()
    assert {name for name in before if before[name] == after[name]} == {"worker:worker_00", "worker:worker_01"}


def test_what_fails_goes_back_to_the_file_where_it_was(daemons, declare):
    daemon = daemons({"workers": BOTH})
    before = daemon.pids()
    bad = dict(CRON, command="/bin/false", startretries=0)
    result = declare(daemon, WORKER, bad, adopt=True)
    assert result["failed"]
    assert result["rolled_back"]
    with open(os.path.join(daemon.conf_dir, "workers.conf")) as stream:
        assert stream.read() == BOTH
    assert not {"worker.conf", "cron.conf"} & set(names(daemon))
    after = daemon.pids()
    assert after["worker:worker_00"] == before["worker:worker_00"]
    assert daemon.state("cron:cron") == "RUNNING"


SWITCHED = ["b.conf", "cron.conf", "worker.conf", "a.conf", "workers.conf"]
TWO = "[program:a]\ncommand=/bin/sleep 1000\n[program:b]\ncommand=/bin/sleep 1000\n"
ALL = [WORKER, CRON, {"name": "a", "command": SLEEP}, {"name": "b", "command": SLEEP}]


class Killed(BaseException):
    """The run ends as by SIGKILL: nothing is put back or said."""


@pytest.fixture
def watched(monkeypatch):
    """``watched(daemon, end=None)``: run the module in this process; what a reread says after each file is switched.

    :param end: end the run after that many.
    """

    def run(daemon, end=None):
        seen = []
        switch = _files.Transaction._switch

        def switch_and_look(self, path):
            switch(self, path)
            if os.path.dirname(path) == daemon.conf_dir:
                seen.append((os.path.basename(path), pending(daemon)))
                if len(seen) == end:
                    raise Killed

        state = os.path.join(daemon.dir, "state")
        args = {"programs": ALL, "adopt": True, "config_file": daemon.conf, "state_dir": state}
        with monkeypatch.context() as patch, contextlib.suppress(Killed):
            patch.setattr(_files.Transaction, "_switch", switch_and_look)
            result = inprocess.run("supervisor_program", args)
            assert not result["failed"], result
        return seen

    return run


def test_whoever_rereads_in_the_midst_of_it_sees_every_program(daemons, watched):
    daemon = daemons({"workers": BOTH, "a": TWO})
    before = daemon.pids()
    assert watched(daemon) == [(name, NOTHING) for name in SWITCHED]
    assert daemon.pids() == before


@pytest.mark.ends
@pytest.mark.parametrize("end", [1, 3, 4, 5])
def test_a_run_that_is_killed_on_the_way_costs_nothing_and_the_next_one_ends_it(daemons, watched, declare, end):
    daemon = daemons({"workers": BOTH, "a": TWO})
    before = daemon.pids()
    assert watched(daemon, end) == [(name, NOTHING) for name in SWITCHED[:end]]
    assert pending(daemon) == NOTHING
    result = declare(daemon, *ALL, adopt=True)
    assert not result["failed"], result
    assert "It was taken back first" in str(result["warnings"])
    assert daemon.pids() == before
    assert pending(daemon) == NOTHING
    assert {name for name in names(daemon) if name.endswith(".conf")} == set(SWITCHED) - {"workers.conf"}
    assert [name for name in os.listdir(daemon.conf_dir) if name.startswith(".")] == []


# ---- check mode and the real run agree about files that somebody has moved away


def moved_away(daemons):
    daemon = daemons({"workers": BOTH}, command=True)  # its environment is to be seen
    for name in ("cron:cron", "worker:worker_00", "worker:worker_01"):
        daemon.wait_state(name, "RUNNING")  # by then it is its program, and no copy of the daemon
    os.rename(os.path.join(daemon.conf_dir, "workers.conf"), os.path.join(daemon.dir, "workers.conf"))
    return daemon


def test_a_file_that_was_moved_away_by_hand_foretells_no_restart(daemons, declare):
    daemon = moved_away(daemons)
    before = daemon.pids()
    foreseen = declare(daemon, WORKER, CRON, check=True)
    result = declare(daemon, WORKER, CRON)
    assert (foreseen["restarted"], result["restarted"]) == ([], [])
    assert daemon.pids() == before


@pytest.mark.parametrize(
    "other",
    [
        {"environment": {"HOME": "%(ENV_HOME)s"}},
        {"environment": {"QUEUE": "news", "HOME": "%(ENV_HOME)s"}},
        {"command": "/bin/sleep 999"},
    ],
    ids=["a variable less", "another value", "another command"],
)
def test_what_was_moved_away_and_is_declared_otherwise_restarts_as_foretold(daemons, declare, other):
    daemon = moved_away(daemons)
    foreseen = declare(daemon, dict(WORKER, **other), CRON, check=True)
    result = declare(daemon, dict(WORKER, **other), CRON)
    assert foreseen["restarted"] == result["restarted"] == ["worker:worker_00", "worker:worker_01"]
