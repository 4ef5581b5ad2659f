# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The watchdog and a supervisord that answers badly, or too late: nothing stays stopped, and no restart is made up."""

from __future__ import annotations

import time

import pytest
from supervisord_fleet_alerts import (
    inbox as _inbox,
    log as _log,
    rpc as _rpc,
    signs as _signs,
    store as _store,
    watchdog as _watchdog,
)


class Daemon:
    """Stands in for a supervisord whose answers get lost, which cannot be caused in a real one at the right moment."""

    def __init__(self):
        self.state, self.pid, self.calls, self.troubles = "RUNNING", 7, [], {}

    def call(self, method, *_params):
        self.calls.append(method)
        trouble = self.troubles.get(method, {})
        if trouble.get("before"):
            raise trouble["before"]
        value = getattr(self, method)()
        if trouble.get("after"):
            raise trouble.pop("after")
        return value

    def getProcessInfo(self):  # noqa: N802
        return {"statename": self.state, "pid": self.pid}

    def stopProcess(self):  # noqa: N802
        self.state, self.pid = "STOPPED", 0

    def startProcess(self):  # noqa: N802
        self.state, self.pid = "RUNNING", 8


class Scene:
    """A watchdog and what it said."""

    def __init__(self, folder):
        self.daemon, self.inbox, self.muted = Daemon(), _inbox.Inbox(), set()
        self.store = _store.Store(folder, 100, 1 << 20)
        self.dog = _watchdog.Watchdog(self.store, self.daemon, self.inbox, self.muted.__contains__, _log.Log())

    def heal(self, program="a:a"):
        self.dog.heal(program, 3, "ill")
        return self.said()

    def said(self):
        return [(one.verb, one.kind) for one in self.inbox.take() if isinstance(one, _signs.Sign)]

    def kept(self, program="a:a"):
        value = self.store.kept["restarts"][program]
        return len(value["times"]), value["halfway"]


@pytest.fixture
def scene(tmp_path, monkeypatch):
    monkeypatch.setattr(_watchdog, "PATIENCE", 0.5)
    return Scene(str(tmp_path))


LOST = _rpc.Unanswered("lost")


def test_a_restart(scene):
    assert scene.heal() == [("news", "restarted")]
    assert (scene.daemon.pid, scene.kept()) == (8, (1, False))


def test_a_stop_whose_answer_was_lost_is_followed_by_the_start(scene):
    scene.daemon.troubles["stopProcess"] = {"after": LOST}
    assert scene.heal() == [("news", "restarted")]
    assert (scene.daemon.state, scene.daemon.pid, scene.kept()) == ("RUNNING", 8, (1, False))


@pytest.mark.parametrize("method", ["getProcessInfo", "stopProcess"])
def test_a_restart_that_never_began_does_not_count(scene, method):
    scene.daemon.troubles[method] = {"before": LOST}
    for _turn in range(5):
        assert scene.heal() == [("bad", "no_rpc")]
    assert (scene.daemon.pid, scene.kept()) == (7, (0, False))


def test_what_cannot_be_started_again_is_told_and_tried_again(scene):
    scene.daemon.troubles["startProcess"] = {"before": _rpc.Fault(20, "NO_FILE: /opt/a")}
    assert scene.heal() == [("bad", "unstarted")]
    assert (scene.daemon.state, scene.kept()) == ("STOPPED", (1, True))
    scene.dog.look()
    scene.muted.add("a:a")
    scene.daemon.troubles.clear()
    scene.dog.look()
    assert scene.daemon.state == "STOPPED"  # somebody is at work there
    scene.muted.clear()
    scene.dog.look()
    assert (scene.daemon.state, scene.kept()) == ("RUNNING", (1, False))
    scene.said()
    scene.dog.well("a:a")
    assert scene.said() == [("good", "")]


def test_what_takes_too_long_to_stop_is_started_once_it_has_stopped(scene):
    def stopping():
        scene.daemon.state = "STOPPING"

    scene.daemon.stopProcess = stopping
    assert scene.heal() == [("bad", "unstarted")]
    scene.daemon.state = "STOPPED"
    scene.dog.look()
    assert (scene.daemon.state, scene.kept()) == ("RUNNING", (1, False))


def test_a_program_that_is_there_no_more_is_forgotten(scene):
    scene.store.commit({"k": {"restarts": {"a:a": {"times": [1.0], "halfway": True}}}})
    scene.daemon.troubles["getProcessInfo"] = {"before": _rpc.Fault(10, "BAD_NAME")}
    scene.dog.look()
    assert scene.kept() == (1, False)


def test_restarts_of_a_clock_that_was_set_back_count(scene):
    times = [time.time() + 5000] * 3
    scene.store.commit({"k": {"restarts": {"a:a": {"times": times, "halfway": False}}}})
    assert scene.heal() == [("bad", "unhealed")]


def test_when_all_are_ill_at_once_not_all_are_restarted_at_once(scene):
    within = []

    def stop():
        within.append(len(within))
        if len(within) < 8:
            scene.dog.heal("p%d:p%d" % ((len(within),) * 2), 3, "ill")

    scene.daemon.stopProcess = stop
    scene.heal()
    assert len(within) == _watchdog.AT_ONCE


def test_what_a_former_listener_gave_up_is_well_again(scene):
    trouble = {"area": "watchdog", "subject": "a:a", "state": "open"}
    scene.store.commit({"t": {"watchdog/a:a": trouble}})
    dog = _watchdog.Watchdog(scene.store, scene.daemon, scene.inbox, lambda _program: False, _log.Log())
    dog.well("a:a")
    assert scene.said() == [("good", "")]
