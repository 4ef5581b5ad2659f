# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rows of the playbooks' tables come to."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _outcome
from ansible_collections.supervisord.fleet.plugins.plugin_utils._filters.fleet_outcome import fleet_outcome


def rolled(host: str, result: str, before: int, after: int) -> dict[str, t.Any]:
    names = {"host": host, "program": "app01", "result": result}
    return {**names, "state": "RUNNING", "pid_before": before, "pid": after, "message": ""}


@pytest.mark.parametrize(
    ("row", "noticed"),
    [
        ({"state": "RUNNING"}, False),
        ({"state": "STOPPED"}, False),
        ({"state": "EXITED", "message": ""}, False),
        ({"state": "EXITED", "message": "Bad exit code 1"}, True),
        ({"state": "FATAL"}, True),
        ({"state": "unreachable", "result": "unreachable", "asked": False}, True),
        ({"what": "suspect", "result": "left"}, True),
        ({"what": "orphan", "result": "stopped"}, False),
        ({"what": "orphan", "result": "found"}, True),
        ({"result": "ok", "state": "FATAL"}, False),
        ({"result": "unknown", "state": ""}, True),
    ],
)
def test_what_somebody_should_look_at(row: dict, noticed: bool) -> None:
    assert _outcome.look(row) is noticed


def test_a_long_table_is_cut_to_what_matters() -> None:
    rows = [{"host": "a", "state": "FATAL" if number % 10 == 0 else "RUNNING"} for number in range(100)]
    assert _outcome.excerpt(rows, 100) == rows
    assert _outcome.excerpt(rows, 0) == rows
    assert [row["state"] for row in _outcome.excerpt(rows, 99)] == ["FATAL"] * 10
    assert len(_outcome.excerpt(rows, 5)) == 5


def test_a_rolling_restart() -> None:
    rows = [rolled("a", "ok", 1, 2), rolled("b", "failed", 3, 4), rolled("c", "unknown", 5, 5)]
    table = fleet_outcome([*rows, rolled("d", "untouched", 7, 7)], "Stopped")
    assert table["summary"] == "1 failed, 1 ok, 1 unknown, 1 untouched"
    assert table["complaint"] == "Stopped: b app01, c app01"
    assert set(table["complaints"]) == {"b", "c"}
    assert table["stats"]["changed"]["names"] == ["a", "b"]
    assert table["stats"]["failed"]["names"] == ["b", "c"]


def test_a_recovery() -> None:
    rows = [
        {"host": "a", "what": "orphan", "name": "web:web", "result": "stopped", "message": "proof: session"},
        {"host": "a", "what": "program", "name": "web:web", "state": "RUNNING", "result": "started", "message": ""},
        {"host": "b", "what": "program", "name": "x:x", "state": "FATAL", "result": "failed", "message": "gave up"},
        {"host": "c", "what": "host", "result": "unreachable", "message": "no route"},
        {"host": "d", "what": "suspect", "name": "y:y", "result": "left", "message": "no proof"},
    ]
    table = fleet_outcome(rows)
    assert table["summary"] == (
        "1 host unreachable, 1 orphan stopped, 1 program failed, 1 program started, 1 suspect left"
    )
    assert table["complaints"] == {"b": "Not well: x:x FATAL: gave up", "c": "Not well: unreachable: no route"}
    stats = table["stats"]
    assert stats["failed"]["names"] == ["b"]
    assert stats["unreachable"]["names"] == ["c"]
    assert stats["changed"]["names"] == ["a"]
    assert stats["to_look_at"]["names"] == ["b x:x", "c", "d y:y"]


def test_what_is_handed_on_is_small_whatever_the_fleet() -> None:
    rows = [{"host": f"node{number:05}.example.com", "process": "web", "state": "FATAL"} for number in range(10000)]
    stats = fleet_outcome(rows)["stats"]
    assert stats["failed"]["count"] == 10000
    assert len(stats["failed"]["names"]) == 100
    assert len(json.dumps(stats)) < 10000


def test_one_host_s_complaints_are_cut() -> None:
    rows = [{"host": "a", "process": f"p{number}", "result": "failed"} for number in range(9)]
    assert fleet_outcome(rows)["complaints"]["a"].endswith("p4 failed; and 4 more")
