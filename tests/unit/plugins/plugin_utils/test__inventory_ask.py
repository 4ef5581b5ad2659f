# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What daemons say is looked at before it is believed."""

from __future__ import annotations

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._fleet import loop as _loop
from ansible_collections.supervisord.fleet.plugins.plugin_utils import _inventory_ask, _inventory_endpoints

INFO = {
    "group": "web",
    "name": "web_00",
    "state": 20,
    "statename": "RUNNING",
    "pid": 12,
    "start": 100,
    "stop": 0,
    "now": 160,
    "spawnerr": "",
    "exitstatus": 0,
    "description": "pid 12, uptime 0:01:00",
    "stdout_logfile": "/tmp/out",
    "stderr_logfile": "",
    "logfile": "/tmp/out",
}
GOOD = ["4.2.5", "3.0", "supervisor", {"statecode": 1, "statename": "RUNNING"}, 7, [INFO]]


def ask(answers):
    """The record that the script makes of some answers."""
    script = _inventory_ask.script()
    calls = script.send(None).calls
    assert [method for method, _params in calls] == list(_inventory_ask.METHODS)
    with pytest.raises(StopIteration) as end:
        script.send(answers)
    return end.value.value


def changed(index, value):
    return [value if number == index else answer for number, answer in enumerate(GOOD)]


def info(**changes):
    return changed(5, [{key: value for key, value in {**INFO, **changes}.items() if value is not None}])


def test_a_good_answer():
    found = ask(GOOD)
    assert (found["version"], found["identification"], found["state"], found["pid"]) == (
        "4.2.5",
        "supervisor",
        "RUNNING",
        7,
    )
    (process,) = found["processes"]
    assert (process["name"], process["uptime"], process["state"]) == ("web:web_00", 60, "RUNNING")


@pytest.mark.parametrize(
    "answers",
    [
        changed(0, 4),
        changed(0, None),
        changed(0, ["4.2.5"]),
        changed(0, "4" * 1000),
        changed(1, {"a": 1}),
        changed(2, False),
        changed(3, "RUNNING"),
        changed(3, {}),
        changed(3, {"statename": 1}),
        changed(4, "7"),
        changed(4, True),
        changed(4, 1 << 60),
        changed(4, 1.5),
        changed(5, {"a": 1}),
        changed(5, "x"),
        changed(5, ["x"]),
        changed(5, [None]),
        changed(5, [INFO] * (_inventory_ask.MOST_PROCESSES + 1)),
        info(name=None),
        info(group=None),
        info(statename=None),
        info(name=7),
        info(group=["web"]),
        info(name="x" * 300),
        info(statename={"a": 1}),
        info(pid="12"),
        info(start=None, now="later"),
        info(description=9),
    ],
)
def test_what_no_supervisor_says(answers):
    with pytest.raises(_errors.ProtocolError, match="unknown shape"):
        ask(answers)


def test_long_texts_are_cut():
    (process,) = ask(info(description="x" * 5000, spawnerr="y" * 5000))["processes"]
    assert len(process["description"]) == len(process["spawnerr"]) == _inventory_ask.LONGEST
    assert process["description"].endswith("x\u2026")


def test_fields_of_other_releases():
    """Older ones leave some out, newer ones may add some."""
    (process,) = ask(info(spawnerr=None, stderr_logfile=None, future={"a": [1]}))["processes"]
    assert process["spawnerr"] == ""
    assert "future" not in process


def test_a_fault_is_told():
    with pytest.raises(_errors.Fault, match="SHUTDOWN_STATE"):
        ask(changed(3, _errors.Fault(6, "SHUTDOWN_STATE")))


@pytest.mark.parametrize("parallel", [0, 1])
def test_sockets_that_are_not_there(tmp_path, parallel):
    """They fail before there is anything to wait for."""
    targets = _inventory_endpoints.targets(["unix://%s/absent[1:3]" % tmp_path], {"timeout": 60}, 9001)
    found = _inventory_ask.ask(targets, parallel)
    assert [record["failure"] for record in found] == ["missing"] * 3


def test_half_an_inventory_is_none(monkeypatch):
    """After Ctrl-C the loop tells what it knows; hosts that only were not waited for must not seem unreachable."""
    error = _errors.Interrupted("interrupted after 1 s")
    monkeypatch.setattr(_loop, "run", lambda jobs, _parallel: [_loop.Ended(job.name, None, error, 1.0) for job in jobs])
    with pytest.raises(KeyboardInterrupt):
        _inventory_ask.ask(_inventory_endpoints.targets(["a"], {}, 9001), 0)


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (_errors.ConnectionFailed("x", reason="refused"), "refused"),
        (_errors.ConnectionFailed("x"), "unreachable"),
        (_errors.Unauthorized("x"), "unauthorized"),
        (_errors.DeadlineExceeded("x"), "timeout"),
        (_errors.ProtocolError("x"), "protocol"),
        (_errors.Fault(6, "x"), "fault"),
        (_errors.SupervisorError("x"), "unreachable"),
    ],
)
def test_a_word_for_each_failure(error, word):
    assert _inventory_ask.failure(error) == word
