# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the listener may have asked for it, and nothing else."""

from __future__ import annotations

import getpass
import json

import pytest
from supervisord_fleet_alerts import door as _door, rpc as _rpc


class Daemon:
    """Stands in for a supervisord: it is about who may ask it."""

    known = True

    def __init__(self):
        self.calls = []

    def call(self, method, *params):
        self.calls.append((method, params))
        if params == ("nobody",):
            raise _rpc.Fault(10, "BAD_NAME")
        return ["yes"]

    text = call


def ask(daemon, method, *params, healed=()):
    line = json.dumps({"method": method, "params": params, "text": False}).encode()
    return _door.answer(line, daemon, healed)


def test_what_is_to_be_known_can_be_asked():
    assert ask(Daemon(), "getProcessInfo", "a:a") == {"value": ["yes"]}
    assert ask(Daemon(), "getProcessInfo", "nobody") == {"fault": 10, "error": "BAD_NAME"}


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("shutdown", ()),
        ("restart", ()),
        ("sendProcessStdin", ("a:a", "x")),
        ("clearLog", ()),
        ("system.multicall", ([],)),
        ("stopProcess", ("b:b", False)),
        ("startProcess", ("a:*", False)),
        ("stopProcess", ()),
    ],
)
def test_nothing_else_can(method, params):
    daemon = Daemon()
    assert "nothing that the listener may ask" in ask(daemon, method, *params, healed=["a:a"])["error"]
    assert daemon.calls == []


def test_a_program_that_is_healed_can_be_stopped_and_started():
    assert ask(Daemon(), "stopProcess", "a:a", False, healed=["a:a"]) == {"value": ["yes"]}


def test_without_another_account_there_is_no_wall():
    daemon = Daemon()
    assert _door.opened(daemon, "", []) is daemon
    assert _door.opened(daemon, getpass.getuser(), []) is daemon


def test_an_account_that_is_not_there_is_refused():
    with pytest.raises(_door.Unusable, match="no account 'nobody-such'"):
        _door.opened(Daemon(), "nobody-such", [])
