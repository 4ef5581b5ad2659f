# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the table with which the playbook recover ends."""

from __future__ import annotations

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _recover


def process(pid, **more):
    about = {"name": "web:web", "pid": pid, "user": "root", "started": "then", "command": "x", "ports": [80, 81]}
    return {**about, "evidence": [{"kind": "session", "text": "..."}], "action": "none", "reason": "", **more}


def program(**more):
    return {
        "name": "web:web",
        "pid": 5,
        "after": "RUNNING",
        "failed": False,
        "reason": "started",
        "log": [],
        "actions": ["start"],
        **more,
    }


def seen(state, spawnerr="", description=""):
    return {"processes": [{"name": "web:web", "state": state, "spawnerr": spawnerr, "description": description}]}


def rows(start=True, **registered):
    host = {"inventory_hostname": "h", **{"__recover_" + name: value for name, value in registered.items()}}
    found = _recover.rows([host], start)
    assert {row["host"] for row in found} == {"h"}
    return found


def short(found):
    return [(row["what"], row["result"]) for row in found]


@pytest.mark.parametrize(
    ("action", "result"), [("none", "found"), ("stop", "would stop"), ("killed", "killed"), ("failed", "failed")]
)
def test_an_orphan_with_what_was_done_and_why(action, result):
    (row,) = rows(found={"orphans": [process(4, action=action)]})
    assert (row["what"], row["result"], row["port"], row["message"]) == ("orphan", result, "80, 81", "proof: session")


def test_an_orphan_that_was_seen_twice_is_one():
    looks = {"found": {"orphans": [process(4, action="failed", reason="no")]}, "started": {"orphans": [process(4)]}}
    assert short(rows(**looks)) == [("orphan", "found")]


def test_suspects_and_ports_of_the_last_look():
    suspect = process(7, missing="a copy")
    port = {"program": "web", "port": 80, "pid": 7, "user": "root", "started": "then", "command": "x"}
    ports = [{**port, "holder": holder} for holder in ("program", "nobody", "orphan", "other", "unseen")]
    found = rows(found={"orphans": [], "suspects": [suspect], "ports": ports})
    assert short(found) == [("suspect", "left"), ("port", "taken"), ("port", "taken")]
    assert [row["message"] for row in found[1:]] == ["held by somebody else (other)", "held by somebody else (unseen)"]
    looks = {"found": {"orphans": [], "suspects": [suspect]}, "started": {"orphans": [], "suspects": []}}
    assert short(rows(end=seen("RUNNING"), **looks)) == [("daemon", "ok")]


@pytest.mark.parametrize(
    ("started", "end", "result"),
    [
        (program(), "RUNNING", [("program", "started")]),
        (program(reason="would start"), "FATAL", [("program", "would start")]),
        (program(failed=True, log=["a", "b"], after="FATAL"), "FATAL", [("program", "failed")]),
        (program(actions=[]), "RUNNING", [("daemon", "ok")]),
        (program(), "FATAL", [("program", "started"), ("program", "failed")]),
    ],
)
def test_programs_that_were_started(started, end, result):
    assert short(rows(started={"orphans": [], "started": [started]}, end=seen(end))) == result


@pytest.mark.parametrize(
    ("start", "now", "result"),
    [
        (True, seen("FATAL", "Exited too quickly"), [("program", "failed")]),
        (False, seen("FATAL", "Exited too quickly"), [("program", "found")]),
        (True, seen("EXITED", "Bad exit code 1"), [("program", "failed")]),
        (True, seen("EXITED"), [("daemon", "ok")]),
        (True, seen("STOPPED"), [("daemon", "ok")]),
    ],
)
def test_programs_that_are_not_well(start, now, result):
    assert short(rows(start, found={"orphans": []}, now=now)) == result


@pytest.mark.parametrize(
    ("registered", "result"),
    [
        ({"found": {"unreachable": True, "msg": "no route"}}, [("host", "unreachable")]),
        ({"found": {"msg": "config_file: none"}}, [("daemon", "failed")]),
        ({"found": {"orphans": []}, "service": {"msg": "no such service"}}, [("daemon", "failed")]),
        ({"found": {"orphans": []}, "service": {"state": "started", "msg": "ok"}}, [("daemon", "ok")]),
        ({"found": {"orphans": []}, "service": {"skipped": True, "msg": "skipped"}}, [("daemon", "ok")]),
        ({"found": {"orphans": [], "notes": ["read this"]}}, [("note", "see")]),
        ({}, [("daemon", "ok")]),
    ],
)
def test_what_went_wrong_on_the_way(registered, result):
    assert short(rows(**registered)) == result
