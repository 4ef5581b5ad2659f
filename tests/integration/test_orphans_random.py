# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred crashes under twenty programs of all kinds: every orphan is found, no decoy is touched, everything runs."""

from __future__ import annotations

import os
import random
import signal

import daemons as daemons_
import leftovers
import pytest

PROGRAMS = 20
RUNS = 25  # for each release of Supervisor


@pytest.fixture(scope="session")
def neighbours(version):
    """Programs of another living supervisord, and orphans of another dead one, with the commands of those tested."""
    programs = {"p%02d" % number: leftovers.options("plain") for number in range(3)}
    living, dead = (daemons_.Daemon(version, programs).start() for _number in range(2))
    found = dict.fromkeys(leftovers.settled(living), "program of another supervisord")
    found.update((pid, "orphan of another supervisord") for pid in leftovers.settled(dead))
    leftovers.crash(dead)
    yield found
    for daemon in (living, dead):
        leftovers.end(daemon)
        daemon.destroy()


@pytest.fixture
def decoys(neighbours):
    """Decoys that end with the test; those of other daemons are among them."""
    made = leftovers.Decoys()
    yield made
    made.end()
    assert not [what for pid, what in neighbours.items() if not leftovers.alive(pid)]


def programs_of(chance):
    """Twenty programs: one of each kind, as far as chance has it, and more of some."""
    kinds = sorted(leftovers.KINDS)
    if chance.random() < 0.6:
        kinds.remove("stubborn")  # it costs a second
    chosen = chance.sample(kinds, len(kinds)) + [chance.choice(kinds) for _number in range(PROGRAMS)]
    return {"p%02d_%s" % (number, kind): leftovers.options(kind) for number, kind in enumerate(chosen[:PROGRAMS])}


def stop_some(chance, pids):
    """Suspend a few: they do not hear a signal until they are continued."""
    for pid in chance.sample(sorted(pids), 2):
        try:
            os.kill(pid, signal.SIGSTOP)
        except ProcessLookupError:
            pass


@pytest.mark.parametrize("run", range(RUNS))
def test_every_orphan_is_found_and_no_decoy_touched(daemons, run_module, decoys, version, run):
    chance = random.Random("%s/%d" % (version, run))
    daemon = daemons(programs_of(chance))
    wanted = leftovers.settled(daemon)
    crashes = chance.choice((0, 1, 1, 2))  # how often it was started again before anybody cares
    try:
        leftovers.crash(daemon)
        leftovers.add_all(decoys, daemon, min(wanted))
        for number in range(crashes):
            daemon.start()
            own = leftovers.settled(daemon) - wanted - set(decoys.started)
            if number + 1 < crashes:
                wanted |= own
                leftovers.crash(daemon)
        if crashes:
            ports = [name for name in daemon.client().processes() if name.endswith("_port")]
            for name in ports:
                daemon.wait_state(name, "FATAL")
        stop_some(chance, [pid for pid in wanted if leftovers.alive(pid)])

        result = run_module(
            "supervisor_orphans", {"state": "absent", "stop_timeout": 1, "start": bool(crashes)}, daemon
        )

        assert not result["failed"], result
        assert {pid for pid in wanted if leftovers.alive(pid)} == set()
        assert decoys.dead() == {}
        assert not {entry["pid"] for entry in result["orphans"]} & set(decoys.started)
        if not crashes:
            daemon.start()
        daemons_.wait_for(lambda: {p.statename for p in daemon.client().processes().values()} == {"RUNNING"}, 15)
        assert run_module("supervisor_orphans", {}, daemon)["orphans"] == []
    finally:
        leftovers.kill(wanted)
        leftovers.end(daemon)
