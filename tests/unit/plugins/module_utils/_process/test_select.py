# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which processes a name means, and which method does what."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._process import select as _select
from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import client as _client, methods as _methods
from ansible_collections.supervisord.fleet.plugins.module_utils._tasks import process as _process


def processes(*names, **states):
    listed = [
        _client.Process(*name.split(":"), state=states.get(name.split(":")[1], 20), statename="X") for name in names
    ]
    return {process.full_name: process for process in listed}


EVERYTHING = ["apps:db", "apps:web", "w:w_00", "w:w_01", "web:web", "web2:web2"]
WORLD = processes("web:web", "web2:web2", "apps:web", "apps:db", "w:w_00", "w:w_01")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["web"], ["apps:web", "web:web"]),
        (["web:web"], ["web:web"]),
        (["web*"], ["apps:web", "web:web", "web2:web2"]),
        (["apps:*"], ["apps:db", "apps:web"]),
        (["apps:"], ["apps:db", "apps:web"]),
        (["*:web"], ["apps:web", "web:web"]),
        (["w:w_0[1-9]"], ["w:w_01"]),
        (["*"], EVERYTHING),
        (["db", "apps:db", "w"], ["apps:db", "w:w_00", "w:w_01"]),
        (None, EVERYTHING),
        ([], []),
    ],
)
def test_names(names, expected):
    assert [process.full_name for process in _select.select(WORLD, names)] == expected


def test_a_name_without_match_tells_the_closest():
    with pytest.raises(_errors.OptionError, match="'wbe'.*did you mean .*web:web"):
        _select.select(WORLD, ["web", "wbe"])
    with pytest.raises(_errors.OptionError, match="none at all"):
        _select.select({}, ["web"])
    assert _select.select(WORLD, ["wbe"], strict=False) == []


@pytest.mark.parametrize(
    ("method", "params", "expected"),
    [
        ("supervisor.getState", [], True),
        ("supervisor.startProcess", ["web"], False),
        ("supervisor.startProcess", ["web", True], False),
        ("supervisor.startProcess", ["web", False], True),
        ("supervisor.startProcess", ["web:*", False], False),
        ("supervisor.stopProcessGroup", ["web", False], False),
        ("supervisor.addProcessGroup", ["web"], True),
        ("supervisor.shutdown", [], False),
        ("plugin.method", [], False),
    ],
)
def test_what_may_stand_in_a_multicall(method, params, expected):
    assert _methods.is_immediate(method, params) is expected


def test_read_only_can_be_declared_for_plugins_only():
    assert _methods.is_read_only("supervisor.getState")
    assert not _methods.is_read_only("supervisor.startProcess", declared=True)
    assert not _methods.is_read_only("plugin.get")
    assert _methods.is_read_only("plugin.get", declared=True)


@pytest.mark.parametrize(
    ("method", "result", "expected"),
    [
        ("supervisor.reloadConfig", [[[], [], []]], False),
        ("supervisor.reloadConfig", [[["new"], [], []]], True),
        ("supervisor.startAllProcesses", [], False),
        ("supervisor.startAllProcesses", [{"status": 80}, {"status": 20}], True),
        ("supervisor.stopAllProcesses", [{"status": 30}], False),
        ("supervisor.startProcess", True, True),
        ("supervisor.clearLog", True, True),
    ],
)
def test_what_counts_as_a_change(method, result, expected):
    assert _methods.has_changed(method, result) is expected


@pytest.mark.parametrize(("text", "number"), [("HUP", 1), ("sighup", 1), ("9", 9), ("SIGTERM", 15)])
def test_signals(text, number):
    assert _process.signal_number(text) == number


@pytest.mark.parametrize("text", ["NOPE", "0", "-1", "", "999", "\u00b9", "1" * 5000])
def test_signals_that_do_not_exist(text):
    with pytest.raises(_errors.OptionError, match="HUP"):
        _process.signal_number(text)


def test_the_default_timeout_grows_with_what_has_to_be_waited_for():
    slow = _process._control.Goal("a:a", "restarted", startsecs=60, startretries=3, stopwaitsecs=100)
    assert _process.default_timeout([slow], 0) >= 4 * 61 + 6 + 100
    assert _process.default_timeout([slow] * 10, 2) >= 5 * (4 * 61 + 6) + 100
    assert _process.default_timeout([_process._control.Goal("a:a", "stopped")], 0) == _process.LEAST


def test_no_daemon_can_make_it_wait_for_ever():
    known = {"startsecs": 10**15, "group_prio": "first", "process_prio": None}
    params = {"state": "started", "one_shot": False, "settle": 0}
    goals = _process.goals({"web:web": known}, [WORLD["web:web"], WORLD["web2:web2"]], params)
    assert goals[0].priority == goals[1].priority
    assert _process.default_timeout(goals, 0) == _process.MOST


def test_a_name_is_known_as_it_is_shown():
    known = processes("w\u202eb:w\u202eb", "web:web")
    for pattern in ("w\ufffdb", "w\u202eb", "w\ufffdb:*", "w?b:w\ufffdb"):
        assert "w\u202eb:w\u202eb" in [process.full_name for process in _select.select(known, [pattern])]
