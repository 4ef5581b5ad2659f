# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.plugin_utils import _eda_poll

OPTIONS = {
    "endpoints": ["c[701:703].example.com"],
    "port": 9001,
    "username": None,
    "password": None,
    "ca_path": None,
    "client_cert": None,
    "client_key": None,
    "validate_certs": True,
    "timeout": 5.0,
    "parallel": 0,
    "interval": 10.0,
    "states": ["FATAL"],
    "programs": [],
    "ignore": [],
    "tries": 3,
    "retry": 120.0,
    "gather": 30.0,
    "misses": 2,
}


class Fleet:
    """Daemons that answer what a test says: for each host the state and the time of the last start of its processes."""

    def __init__(self, monkeypatch, **options):
        self.now = 1000.0
        self.says = [{"web": ("RUNNING", 1)}, {"web": ("RUNNING", 1)}, {"web": ("RUNNING", 1)}]
        monkeypatch.setattr(
            _eda_poll._inventory_ask, "ask", lambda _targets, _parallel: list(map(self.record, self.says))
        )
        monkeypatch.setattr(_eda_poll.time, "monotonic", lambda: self.now)
        self.poll = _eda_poll.Poll({**OPTIONS, **options})

    @staticmethod
    def record(says):
        if says is None:
            return {"reachable": False, "failure": "refused", "error": "refused"}
        rows = [
            {
                "name": f"{name}:{name}",
                "group": name,
                "process": name,
                "state": state,
                "start": start,
                "stop": start + 1,
            }
            for name, (state, start) in says.items()
        ]
        ends = {"exitstatus": 1, "spawnerr": "Exited too quickly"}
        return {"reachable": True, "processes": [{**row, **ends} for row in rows]}

    def look(self, *says, after=10.0):
        """Each host's answer -> what is told: kinds and hosts."""
        self.says, self.now = list(says), self.now + after
        return [(event["supervisor"]["kind"], event["supervisor"]["hosts"]) for event in self.poll.look()]


WELL, BROKEN = {"web": ("RUNNING", 1)}, {"web": ("FATAL", 1)}
NAMES = ["c701.example.com", "c702.example.com", "c703.example.com"]


def test_the_first_look_tells_what_is_wrong_already(monkeypatch):
    fleet = Fleet(monkeypatch)
    assert fleet.look(BROKEN, None, BROKEN) == [("unreachable", [NAMES[1]]), ("failed", [NAMES[0], NAMES[2]])]
    assert fleet.look(BROKEN, None, BROKEN) == []


def test_a_daemon_that_misses_one_look_is_not_told(monkeypatch):
    fleet = Fleet(monkeypatch)
    looks = [fleet.look(WELL, says, WELL) for says in (WELL, None, WELL, None, None, None, WELL)]
    assert looks == [[], [], [], [], [("unreachable", [NAMES[1]])], [], [("reachable", [NAMES[1]])]]


def test_what_fails_while_an_action_is_waited_for_is_the_next_event(monkeypatch):
    fleet = Fleet(monkeypatch)
    assert fleet.look(BROKEN, WELL, WELL) == [("failed", NAMES[:1])]
    assert fleet.look(BROKEN, BROKEN, WELL) == []
    assert fleet.look({"web": ("STARTING", 9)}, BROKEN, BROKEN) == [("failed", NAMES[1:])]


def test_it_does_not_wait_long_for_what_nobody_starts(monkeypatch):
    fleet = Fleet(monkeypatch)
    assert fleet.look(BROKEN, WELL, WELL) == [("failed", NAMES[:1])]
    assert fleet.look(BROKEN, BROKEN, WELL, after=29) == []
    assert fleet.look(BROKEN, BROKEN, WELL, after=1) == [("failed", NAMES[1:2])]


@pytest.mark.parametrize("options", [{"gather": 0.0}, {"tries": 0}])
def test_nothing_waits_where_it_need_not(monkeypatch, options):
    fleet = Fleet(monkeypatch, **options)
    assert fleet.look(BROKEN, WELL, WELL) == [("failed", NAMES[:1])]
    assert fleet.look(BROKEN, BROKEN, WELL) == [("failed", NAMES[1:2])]


def test_a_crash_loop_beside_others(monkeypatch):
    fleet, kinds = Fleet(monkeypatch), []
    for number in range(5):
        kinds += fleet.look({"web": ("FATAL", number)}, WELL, WELL)
    assert kinds == [*[("failed", NAMES[:1])] * 3, ("given_up", NAMES[:1])]
    assert fleet.look({"web": ("FATAL", 4)}, BROKEN, WELL) == [("failed", NAMES[1:2])]


def test_programs_are_chosen_and_exits_that_were_expected_are_none(monkeypatch):
    fleet = Fleet(monkeypatch, states=["FATAL", "EXITED"], ignore=["batch*"])
    says = {"batch-1": ("FATAL", 1), "web": ("EXITED", 1)}
    assert fleet.look(says, WELL, WELL) == [("failed", NAMES[:1])]
    (seen,) = fleet.poll._rows(NAMES[0], Fleet.record(says))
    assert (seen.full_name, seen.failed) == ("web:web", True)
    well = Fleet.record(says)
    well["processes"][1]["spawnerr"] = ""
    (seen,) = fleet.poll._rows(NAMES[0], well)
    assert not seen.failed


def test_nothing_is_remembered_of_a_process_that_is_gone_but_of_a_daemon_that_is(monkeypatch):
    fleet = Fleet(monkeypatch)
    fleet.look(BROKEN, BROKEN, WELL)
    fleet.look({}, None, WELL)
    assert fleet.poll._watch.failing == {(NAMES[1], "web:web")}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"endpoints": []}, "endpoints: give a list of addresses"),
        ({"endpoints": [{"server_url": "a", "password": 12345}]}, "endpoints, entry 1: password is int and no text"),
        ({"endpoints": [{"server_url": "a", "password": "{{ x }}"}]}, "entry 1: password: its value has {{ }}"),
        ({"endpoints": [{"server_url": "a", "passwort": "x"}]}, "unknown key 'passwort'"),
        ({"endpoints": ["http://u:x@a"]}, "server_url holds credentials"),
        ({"endpoints": ["a", "a:9002"], "port": 0}, "port: 0 is out of bounds; give a number from 1 to 65535"),
        ({"interval": 0.0}, "interval: 0 is out of bounds; give a number from 1 to 86400"),
        ({"tries": -1}, "tries: -1 is out of bounds; give a number from 0 to 1000"),
        ({"misses": 0}, "misses: 0 is out of bounds"),
        ({"password": "x"}, "password is set but username is not"),
    ],
)
def test_options_that_cannot_be_used(monkeypatch, given, said):
    monkeypatch.delenv("SUPERVISOR_USERNAME", raising=False)
    with pytest.raises(_errors.OptionError) as caught:
        _eda_poll.Poll({**OPTIONS, **given})
    assert said in str(caught.value)


def test_the_login_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("SUPERVISOR_USERNAME", "ops")
    monkeypatch.setenv("SUPERVISOR_PASSWORD", "Zx9-planted")
    endpoints = [target.endpoint for target in _eda_poll.targets(OPTIONS)]
    assert {(endpoint.username, endpoint.password) for endpoint in endpoints} == {("ops", "Zx9-planted")}
    poll = _eda_poll.Poll(OPTIONS)
    assert "clear text" in poll.warning
    assert "Zx9-planted" not in poll.warning
