# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What proves an orphan and what does not, on process tables made up for it."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import proctable as _proctable
from ansible_collections.supervisord.fleet.plugins.module_utils._orphans import (
    earlier_lives as _earlier_lives,
    proof as _proof,
)

URL = "unix:///run/supervisor.sock"
DEAD = 100  # the PID of the dead daemon, and its session
LOG = "/var/log/supervisord.log"


def marks(name="web", url=URL, **more):
    found = {
        "SUPERVISOR_ENABLED": "1",
        "SUPERVISOR_SERVER_URL": url,
        "SUPERVISOR_GROUP_NAME": name,
        "SUPERVISOR_PROCESS_NAME": name,
    }
    found.update(more)
    return {key: value for key, value in found.items() if value is not None}


class Table:
    """A process table: each process with what matters about it; time is in seconds since the machine started."""

    def __init__(self, *processes):
        self.rows = {}
        self.facts = {}
        self.add(1, parent=0, session=1, started=0)
        for number, options in processes:
            self.add(number, **options)

    def add(self, pid, parent=1, session=DEAD, group=None, started=50, uid=0, alive=True, **facts):
        self.rows[pid] = _proctable.Row(pid, parent, group or pid, session, started, uid, alive)
        self.facts[pid] = facts

    def living(self, pid):
        return pid in self.rows and self.rows[pid].alive

    def started(self, pid):
        return float(self.rows[pid].ticks)

    def ancestors(self, pid):
        return _proctable.Table.ancestors(self, pid)

    def hidden(self, pid):
        return self.facts[pid].get("hidden", False)

    def environ(self, pid):
        return self.facts[pid].get("environ", {})

    def nested(self, pid):
        return self.facts[pid].get("nested", False)

    def pipes(self, pid):
        return self.facts[pid].get("pipes", set())

    def supervisord(self, pid):
        return self.facts[pid].get("supervisord", False) and self.rows[pid].alive


def lives(*pids, since=10, writer=0):
    return {pid: [_earlier_lives.Life(pid, since, writer, LOG)] for pid in pids}


def spawn(*pids, when=50, name="web", writer=0, sure=True):
    return {pid: [_earlier_lives.Spawn(pid, when, name, writer, sure)] for pid in pids}


def known(found=None, spawns=None, **options):
    return _proof.Known(frozenset([URL]), _earlier_lives.Lives(found or {}, spawns or {}), **options)


def judge(table, facts, carry=None):
    """(proven, suspected): PID -> kinds of evidence."""
    found = _proof.find(table, facts, carry)
    return tuple({f.row.pid: set(f.evidence) for f in found if f.proven is which} for which in (True, False))


def one(**options):
    return Table((200, dict({"environ": marks()}, **options)))


def test_session_and_environment_are_proof():
    assert judge(one(), known(lives(DEAD))) == ({200: {"session", "environment"}}, {})


def test_a_noted_start_is_proof_also_with_an_empty_environment():
    assert judge(one(environ={}, session=7), known(spawns=spawn(200))) == ({200: {"spawned"}}, {})


@pytest.mark.parametrize(
    ("process", "found", "spawns"),
    [
        ({"environ": {}}, lives(DEAD), {}),
        ({"environ": None}, lives(DEAD), {}),
        ({"environ": marks(SUPERVISOR_ENABLED=None)}, lives(DEAD), {}),
        ({"environ": marks(SUPERVISOR_GROUP_NAME=None)}, lives(DEAD), {}),
        ({"environ": marks(url="unix:///run/other.sock")}, lives(DEAD), {}),
        ({"environ": marks(url="unix:///run/other.sock")}, {}, spawn(200)),
        ({"session": 7}, lives(DEAD), {}),
        ({"started": 7}, lives(DEAD), {}),
        ({"uid": 1000}, lives(DEAD, writer=1001), {}),
        ({"environ": {}, "session": 7}, {}, spawn(200, sure=False)),
        ({"nested": True}, lives(DEAD), {}),
    ],
    ids=[
        "session only",
        "environment unseen",
        "not enabled",
        "no group",
        "another daemon's address",
        "another daemon's address, noted",
        "another session",
        "older than the daemon",
        "the writer could not have started it",
        "programs write into the log",
        "in a container",
    ],
)
def test_less_is_a_suspicion(process, found, spawns):
    assert judge(one(**process), known(found, spawns))[0] == {}
    assert judge(one(**process), known(found, spawns))[1].keys() == {200}


@pytest.mark.parametrize(
    ("process", "found", "spawns"),
    [
        ({"environ": {}, "session": 7}, lives(DEAD), {}),
        ({"environ": {}, "session": 7}, {}, spawn(200, when=53)),
        ({"environ": {}, "session": 7, "uid": 1000}, {}, spawn(200, writer=1001)),
        ({"environ": {}, "alive": False}, lives(DEAD), spawn(200)),
        ({"session": 1, "environ": marks(url="http://elsewhere:9001")}, {}, {}),
        ({"session": 0}, lives(DEAD), spawn(200)),
        ({"hidden": True}, lives(DEAD), spawn(200)),
        ({"session": 7, "nested": True}, {}, {}),
    ],
    ids=[
        "stranger",
        "PID used again",
        "note by somebody else",
        "zombie",
        "program of another daemon",
        "kernel thread",
        "below somebody unseen",
        "program in a container",
    ],
)
def test_others_are_not_even_mentioned(process, found, spawns):
    assert judge(one(**process), known(found, spawns)) == ({}, {})


def test_a_session_whose_leader_lives_is_that_leaders():
    table = one()
    table.add(DEAD, session=DEAD, started=40)
    assert judge(table, known(lives(DEAD))) == ({}, {200: {"environment"}})
    table.add(DEAD, session=DEAD, started=40, alive=False)
    assert set(judge(table, known(lives(DEAD)))[0]) == {200}


@pytest.mark.parametrize(
    "daemon",
    [
        {"supervisord": True},  # seen by its command line, whoever it is
        {"started": 9},  # older than the record in its own pidfile: it wrote that
    ],
)
def test_what_a_living_supervisord_answers_for_is_nobodys_orphan(daemon):
    table = Table((DEAD, dict({"session": DEAD, "started": 40}, **daemon)))
    table.add(200, parent=DEAD, environ=marks())
    table.add(201, parent=200, environ=marks(), session=201)
    assert judge(table, known(lives(DEAD, 99), spawn(200, 201))) == ({}, {})


def test_the_daemon_that_answers_is_believed():
    table = Table((500, {"session": 1, "started": 40}))
    table.add(200, parent=500, environ=marks(), session=1)
    assert judge(table, known(lives(DEAD), spawn(200), daemon=500)) == ({}, {})


def test_an_orphan_that_is_a_supervisord_stands_for_its_programs():
    table = one(supervisord=True)
    table.add(201, parent=200, environ=marks(url="unix:///run/other.sock"))
    assert set(judge(table, known(lives(DEAD)))[0]) == {200}
    assert judge(table, known(lives(DEAD)))[1] == {}


def test_members_of_a_proven_session_are_proven():
    table = one()
    table.add(201, environ={})
    table.add(202, environ=None)
    table.add(203, environ=marks(url="unix:///run/other.sock"))
    table.add(204, environ={}, uid=1000)
    proven, suspects = judge(table, known(lives(DEAD)))
    assert proven.keys() == {200, 201, 202, 204}
    assert suspects.keys() == {203}


def test_an_unprivileged_record_makes_no_members_of_others():
    table = one(uid=1000)
    table.add(201, environ={}, uid=0)
    assert judge(table, known(lives(DEAD, writer=1000))) == ({200: {"session", "environment"}}, {})


def test_groups_and_sessions_that_a_proven_process_began():
    table = one(session=7, group=200)
    table.add(201, parent=1, session=7, group=200, environ={})
    table.add(300, parent=1, session=300, environ={})
    table.add(301, parent=1, session=300, environ={})
    table.add(302, parent=1, session=7, environ={})
    proven, suspects = judge(table, known(spawns=spawn(200, 300)))
    assert proven.keys() == {200, 201, 300, 301}
    assert suspects == {}


def test_children_need_the_same_session_or_the_environment():
    table = one()
    table.add(201, parent=200, session=201, environ=marks())
    table.add(202, parent=201, session=201, environ={})
    table.add(203, parent=200, session=203, environ={})
    table.add(204, parent=203, session=203, environ={})
    assert judge(table, known(lives(DEAD)))[0].keys() == {200, 201, 202}


def test_a_shared_pipe_counts_with_the_environment_of_the_same_program():
    table = one(pipes={"pipe:[1]"})
    table.add(201, session=201, environ=marks(), pipes={"pipe:[1]"})
    table.add(202, session=202, environ={}, pipes={"pipe:[1]"})
    table.add(203, session=203, environ=marks("other"), pipes={"pipe:[1]"})
    table.add(204, session=204, environ=marks(), pipes={"pipe:[2]"})
    proven, suspects = judge(table, known(lives(DEAD)))
    assert proven == {200: {"session", "environment"}, 201: {"environment", "pipe"}}
    assert suspects.keys() == {203, 204}


def test_a_copy_of_the_environment_is_a_suspect_unless_its_owner_sits_there():
    table = Table((300, {"session": 300, "environ": {}}))
    table.add(200, session=7, environ=marks())  # its session has no leader any more
    table.add(201, parent=300, session=300, environ=marks())  # a shell is above it
    assert judge(table, known()) == ({}, {200: {"environment"}})


def test_younger_than_the_living_daemon_is_the_work_of_its_programs():
    table = one(session=200, started=50)
    table.add(500, session=500, started=40)
    assert judge(table, known(daemon=500)) == ({}, {})
    table.add(500, session=500, started=60)
    assert judge(table, known(daemon=500)) == ({}, {200: {"environment"}})


@pytest.mark.parametrize(
    ("process", "proven"),
    [
        ({"session": 7}, True),
        ({"session": 200}, True),
        ({"session": 1}, False),
        ({"session": 7, "environ": marks(SUPERVISOR_ENABLED=None)}, False),
        ({"session": 7, "nested": True}, False),
        ({"session": 7, "environ": marks(url="unix:///run/other.sock")}, False),
    ],
    ids=["dead session", "own session", "somebody's session", "incomplete", "container", "other daemon"],
)
def test_trusting_the_environment_needs_all_of_it_and_nobodys_session(process, proven):
    assert judge(one(**process), known(trust=True))[0].keys() == ({200} if proven else set())


def test_what_was_proven_stays_so_when_the_proof_ends():
    table, facts, carry = one(), known(lives(DEAD)), _proof.Carry()
    table.add(201, environ={})
    assert judge(table, facts, carry)[0].keys() == {200, 201}
    later = Table((201, {"environ": {}}))
    later.add(202, parent=201, environ={})  # started meanwhile
    later.add(203, session=7, environ={})
    assert judge(later, facts, carry)[0].keys() == {201, 202}
    assert judge(later, facts)[0].keys() == set()


def test_a_number_used_again_is_another_process():
    table, facts, carry = one(session=7), known(spawns=spawn(200)), _proof.Carry()
    assert judge(table, facts, carry)[0].keys() == {200}
    assert judge(one(session=8, started=90, environ={}), facts, carry) == ({}, {})


def test_a_session_or_group_number_used_again_is_another_one():
    facts, carry = known(lives(DEAD), spawn(300)), _proof.Carry()
    table = one()
    table.add(300, session=300, environ={})
    assert judge(table, facts, carry)[0].keys() == {200, 300}
    assert judge(Table(), facts, carry) == ({}, {})
    again = Table((400, {"group": 200, "session": 7, "environ": {}}), (401, {"session": 300, "environ": {}}))
    again.add(402, environ={})
    assert judge(again, facts, carry) == ({}, {402: {"session"}})


def test_names_come_from_the_environment_the_log_or_a_relative():
    table = one()
    table.add(201, environ={}, started=51)
    table.add(202, parent=200, environ={})
    found = _proof.find(table, known(lives(DEAD), spawn(201, when=51, name="other")))
    assert {f.row.pid: f.name for f in found} == {200: "web:web", 201: ":other", 202: "web:web"}
