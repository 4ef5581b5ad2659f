# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sign of life of a listener comes to."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _fleet, _listener, _outcome

WELL: dict[str, t.Any] = {
    "error": None,
    "written": 3,
    "heard": 40,
    "started": 9000,
    "firing": 2,
    "unsaved": "",
    "routes": [{"name": "ops", "type": "smtp", "waiting": 0, "last_error": "535 no"}],
}


@pytest.mark.parametrize("more", [{}, {"heard": None, "started": 100}, {"heard": 9000, "started": 100}])
def test_a_listener_that_is_well_is_nothing_to_tell(more):
    assert _listener.faults({**WELL, **more}) == []


@pytest.mark.parametrize(
    ("more", "state", "text"),
    [
        ({"written": 61}, "stale", "no sign of life for 0:01:01"),
        ({"written": None}, "stale", "no sign of life for ever"),
        ({"error": "there is no /x"}, "stale", "there is no /x"),
        ({"heard": 151}, "deaf", "has heard nothing of supervisord for 0:02:31"),
        ({"heard": None, "started": 200}, "deaf", "has heard nothing of supervisord for 0:03:20"),
        ({"unsaved": "No space left on device"}, "undelivered", "No space left on device"),
        ({"unseen": "no route to host"}, "unseen", "no route to host"),
        (
            {"routes": [{"name": "ops", "type": "smtp", "waiting": 2, "last_error": "535 no"}]},
            "undelivered",
            "2 messages wait for the route ops: 535 no",
        ),
    ],
)
def test_a_listener_that_is_not_well_is_a_row_to_look_at(more, state, text):
    (found,) = _listener.faults({**WELL, **more})
    assert found[0] == state
    assert text in found[1]
    answer = {"name": "a", "reachable": True, "failed": False, "processes": [], "alerts": {**WELL, **more}}
    (row,) = _fleet.rows([answer])
    assert (row["host"], row["state"]) == ("a", state)
    assert _outcome.look(row)
    table = _fleet.status([answer], False, "problem")
    assert text in table["complaints"]["a"]
    assert _fleet.status([answer], False, "unreachable")["complaint"] == ""


def test_what_was_not_asked_is_nothing_to_tell():
    answer = {"name": "a", "reachable": True, "failed": False, "processes": [], "alerts": {}}
    assert _fleet.rows([answer]) == []
