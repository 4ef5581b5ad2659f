# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals go to exactly the processes that were looked at, in order, and what they did is told."""

import errno
import signal
import subprocess
import sys

import fakes
import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import proctable as _proctable
from ansible_collections.supervisord.fleet.plugins.module_utils._orphans import proof as _proof, reap as _reap


@pytest.fixture
def child():
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield process
        process.kill()


@pytest.fixture(params=[True, False], ids=["pidfd", "older kernel or Python"])
def handles(request, monkeypatch):
    if not request.param:
        monkeypatch.setattr(_reap, "_OPEN", None)


def test_a_signal_reaches_its_process(child, handles):
    assert _reap.send(_proctable.row(child.pid), signal.SIGTERM) is True
    assert child.wait(30) == -signal.SIGTERM
    assert _reap.send(_proctable.Row(child.pid, 1, 1, 1, 1, 0, True), signal.SIGTERM) is False


def test_a_number_used_again_is_spared(child, handles):
    row = _proctable.row(child.pid)
    assert _reap.send(row._replace(ticks=row.ticks - 1), signal.SIGKILL) is False
    assert child.poll() is None


class World:
    """Processes that end ``deaf`` seconds after a signal they heed; None: only KILL ends them; -1: not even that."""

    def __init__(self, monkeypatch, *processes):
        self.clock = fakes.FakeClock()
        self.rows = {}
        self.heeds = {}
        self.ends = {}
        self.sent = []
        for pid, parent, heeds in processes:
            self.add(pid, parent, heeds)
        monkeypatch.setattr(_reap, "send", self.send)

    def add(self, pid, parent=1, heeds=0.0):
        self.rows[pid] = _proctable.Row(pid, parent, pid, 9, 50, 0, True)
        self.heeds[pid] = heeds

    def send(self, row, number):
        if self.heeds[row.pid] == "denied":
            raise PermissionError(errno.EPERM, "Operation not permitted")
        if number != signal.SIGCONT:
            self.sent.append((row.pid, signal.Signals(number).name))
        delay = self.heeds[row.pid]
        if number == signal.SIGKILL and delay != -1:
            self.ends[row.pid] = self.clock.time
        elif number != signal.SIGCONT and delay is not None and delay >= 0:
            self.ends.setdefault(row.pid, self.clock.time + delay)
        return True

    def look(self):
        for pid, when in list(self.ends.items()):
            if self.clock.time >= when:
                self.rows.pop(pid, None)
        return [_proof.Finding(row, "web:web", {}) for row in self.rows.values()]

    def run(self, timeout=10.0, protected=frozenset(), number=signal.SIGTERM):
        reaper = _reap.Reaper(self.look, lambda finding: number, protected, self.clock)
        return {pid: stopped for (pid, _ticks), stopped in reaper.run(timeout).items()}


def test_parents_first_then_what_is_left_of_their_children(monkeypatch):
    world = World(monkeypatch, (1, 0, 0), (10, 1, 1), (11, 10, 0), (20, 1, 0))
    del world.rows[1]
    done = world.run()
    assert world.sent == [(10, "SIGTERM"), (20, "SIGTERM"), (11, "SIGTERM")]
    assert all(stopped.gone and stopped.signals == ("TERM",) for stopped in done.values())


def test_what_ends_with_its_parent_is_never_signalled(monkeypatch):
    world = World(monkeypatch, (10, 1, 0), (11, 10, 0))
    world.ends = {}
    heeded = world.send
    monkeypatch.setattr(_reap, "send", lambda row, number: (world.ends.update({11: 0}), heeded(row, number))[1])
    assert world.run()[11] == _reap.Stopped((), True, "")


def test_the_stubborn_are_killed_after_the_deadline(monkeypatch):
    world = World(monkeypatch, (10, 1, None))
    started = world.clock.time
    assert world.run(timeout=3)[10] == _reap.Stopped(("TERM", "KILL"), True, "")
    assert 3 <= world.clock.time - started < 4


def test_no_time_at_all_kills_at_once(monkeypatch):
    world = World(monkeypatch, (10, 1, 0))
    assert world.run(timeout=0)[10].signals == ("KILL",)


def test_what_even_a_kill_does_not_end_is_told(monkeypatch):
    done = World(monkeypatch, (10, 1, -1)).run(timeout=1)
    assert (done[10].gone, done[10].error) == (False, "is still there 5 s after KILL")


def test_what_may_not_be_signalled_is_told_and_not_waited_for(monkeypatch):
    world = World(monkeypatch, (10, 1, "denied"), (11, 1, 0))
    started = world.clock.time
    done = world.run()
    assert done[10] == _reap.Stopped((), False, "cannot be signalled: Operation not permitted")
    assert done[11].gone
    assert world.clock.time - started < 1


def test_what_starts_meanwhile_is_stopped_too(monkeypatch):
    world = World(monkeypatch, (10, 1, 1))
    world.add(12, 1, 0)
    first = world.look

    def look():
        if world.clock.time > 100.5 and 30 not in world.heeds:
            world.add(30)
        return first()

    world.look = look
    assert world.run()[30].signals == ("TERM",)


def test_the_protected_are_left_and_their_children_asked(monkeypatch):
    world = World(monkeypatch, (10, 1, 0), (11, 10, 0))
    done = world.run(protected=frozenset([10]))
    assert list(done) == [11]
    assert 10 in world.rows


def test_the_signal_is_that_of_the_program(monkeypatch):
    world = World(monkeypatch, (10, 1, 0))
    assert world.run(number=signal.SIGQUIT)[10].signals == ("QUIT",)
