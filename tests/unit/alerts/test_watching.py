# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks, listeners that went deaf, planned work, metrics."""

from __future__ import annotations

import json
import os
import time

import pytest
from supervisord_fleet_alerts import (
    details as _details,
    health as _health,
    looks as _looks,
    maintenance as _maintenance,
    metrics as _metrics,
    procfs as _procfs,
)


@pytest.mark.parametrize(
    ("tries", "turns"),
    [
        ("+++", [None, None, None]),
        ("---", [None, None, "bad"]),
        ("-+--", [None, None, None, "bad"]),
        ("-++--+-", [None, None, None, None, None, None, "bad"]),
        ("---+++", [None, None, "bad", None, None, "good"]),
        ("---++-+++", [None, None, "bad", None, None, "bad", None, None, "good"]),
        ("----", [None, None, "bad", "bad"]),
    ],
)
def test_a_check_is_ill_after_some_failures_and_well_after_as_many_good_ones(tries, turns):
    health = _health.Health(3, 4)
    assert [health.tried(one == "+") for one in tries] == turns


def test_what_was_before_a_start_does_not_count():
    health = _health.Health(2, 3)
    health.tried(False)
    health.forget()
    assert health.tried(False) is None
    assert health.tried(False) == "bad"


LOG = """\
2026-11-29 11:00:00,100 INFO spawned: 'el' with pid 10
2026-11-29 11:00:01,100 WARN el: bad result line: 'hello'
2026-11-29 11:00:01,101 WARN el: has entered the UNKNOWN state and will no longer receive events, this usually indicates
2026-11-29 11:00:02,000 ERRO pool el event buffer overflowed, discarding event 5
2026-11-29 11:00:03,000 ERRO pool slow event buffer overflowed, discarding event 6
2026-11-29 11:00:03,001 ERRO pool slow event buffer overflowed, discarding event 7
"""


def test_deaf_listeners_stand_in_the_log():
    seen = _looks.ears(LOG, "")
    assert seen == ({"el"}, {"el": 1, "slow": 2}, "2026-11-29 11:00:03,001")
    found = [(sign.verb, sign.key, sign.kind) for sign in _looks.signs(seen, (), "alerts")]
    assert found == [
        ("bad", "ear/el", "deaf"),
        ("bad", "ear/slow/lost", "overflow"),
        ("good", "ear/slow/lost", ""),
    ]


@pytest.mark.parametrize(
    "line", ["spawned: 'el' with pid 12", "exited: el (exit status 1; not expected)", "stopped: el (x)"]
)
def test_a_new_start_makes_a_listener_hear_again(line):
    seen = _looks.ears(LOG + "2026-11-29 11:00:05,000 INFO %s\n" % line, "")
    assert seen.deaf == set()
    assert ("good", "ear/el") in [(sign.verb, sign.key) for sign in _looks.signs(seen, {"el"}, "alerts")]


def test_a_listener_stays_deaf_when_the_log_tells_no_more_of_it():
    later = "2026-11-29 12:00:00,000 INFO spawned: 'other' with pid 12\n" * 3
    assert _looks.ears(later, "", {"el"}, "2026-11-29 11:30:00,000").deaf == {"el"}
    # What the log told before it went deaf is no news.
    assert _looks.ears(
        "2026-11-29 10:00:00,000 INFO spawned: 'el' with pid 2\n" + later, "", {"el"}, "2026-11-29 11"
    ).deaf
    assert not _looks.ears(later + "2026-11-29 12:00:01,000 INFO stopped: el (x)\n", "", {"el"}, "2026-11-29 11").deaf


def test_a_listener_with_another_pid_is_another_one():
    assert _looks.still({"el", "new"}, {"el": 7}, {"el": 7, "new": 9}) == {"el", "new"}
    assert _looks.still({"el"}, {"el": 7}, {"el": 8}) == set()
    assert _looks.still({"el"}, {"el": 7}, {}) == set()


def test_lost_events_are_counted_once():
    assert _looks.ears(LOG, "2026-11-29 11:00:03,000").lost == {"slow": 1}
    assert _looks.ears(LOG, "2026-11-29 11:00:03,001").lost == {}


def test_how_a_program_ended_stands_in_the_log():
    log = (
        "2026-11-29 11:00:00,000 WARN exited: a (exit status 3; not expected)\n"
        "2026-11-29 11:00:01,000 INFO exited: ab (terminated by SIGKILL; not expected)\n"
        "2026-11-29 11:00:02,000 INFO exited: a (exit status 1; not expected)\n"
    )
    assert _details.ended(log, "a") == {"exit_status": 1}
    assert _details.ended(log, "ab") == {"reason": "terminated by SIGKILL"}
    assert _details.ended(log, "b") == {}


@pytest.fixture
def mark(tmp_path):
    def write(name="one.json", **value):
        (tmp_path / name).write_text(json.dumps(value))
        marks = _maintenance.Marks(str(tmp_path))
        marks.look()
        return marks

    return write


def now(tmp_path):
    return os.stat(str(tmp_path)).st_mtime


def test_planned_work_silences_what_it_is_about_until_it_ends(mark, tmp_path):
    began = now(tmp_path)
    marks = mark(version=1, until=began + 100, programs=["app*", "web:*"])
    muted = [marks.muted(one, began) for one in ("g:app01", "web:x", "g:db", "")]
    assert muted == [True, True, False, False]
    assert not marks.muted("g:app01", began + 100)
    assert marks.until(began) == pytest.approx(began + 100)


def test_planned_work_names_programs_as_the_modules_do(mark, tmp_path):
    began = now(tmp_path)
    for pattern, wanted in (
        ("web", ["web:1", "g:web"]),
        ("web:", ["web:1"]),
        ("web:*", ["web:1"]),
        ("g:w*", ["g:web"]),
        ("*", ["web:1", "g:web", "g:db", "ear"]),
        ("ear", ["ear"]),
    ):
        marks = mark(version=1, seconds=100, programs=[pattern])
        assert [one for one in ("web:1", "g:web", "g:db", "ear", "") if marks.muted(one, began)] == wanted, pattern


def test_planned_work_lasts_so_many_seconds_from_when_it_was_written(mark, tmp_path):
    marks = mark(version=1, seconds=100)
    written = os.stat(str(tmp_path / "one.json")).st_mtime
    assert marks.until(written) == pytest.approx(written + 100)


def test_work_that_began_after_the_last_look_is_known(mark, tmp_path):
    marks = mark(version=1, seconds=100, programs=["a"])
    os.utime(str(tmp_path), (1, 1))
    marks.look()
    (tmp_path / "two.json").write_text(json.dumps({"version": 1, "seconds": 100, "programs": ["b"]}))
    assert marks.muted("b:b", now(tmp_path))
    (tmp_path / "two.json").unlink()
    os.utime(str(tmp_path), (2, 2))
    assert not marks.muted("b:b", now(tmp_path))


def test_planned_work_ends_though_the_clock_was_set_back(mark, tmp_path, monkeypatch):
    marks = mark(version=1, seconds=100)
    back = now(tmp_path) - 1e6
    began = time.monotonic()
    assert marks.muted("g:x", back)
    monkeypatch.setattr(_maintenance.time, "monotonic", lambda: began + 99)
    marks.look()
    assert marks.muted("g:x", back + 99)
    monkeypatch.setattr(_maintenance.time, "monotonic", lambda: began + 101)
    assert not marks.muted("g:x", back + 101)


def test_planned_work_of_a_whole_host(mark, tmp_path):
    marks = mark(version=1, until=now(tmp_path) + 100)
    assert marks.muted("g:x", now(tmp_path))
    assert marks.muted("", now(tmp_path))


def test_no_mark_holds_for_ever(mark, tmp_path):
    marks = mark(version=1, until=now(tmp_path) + 10**9)
    assert marks.until(now(tmp_path)) <= now(tmp_path) + 86400 + 5


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"until": "soon"},
        {"seconds": "soon"},
        {"seconds": None},
        {"until": 9e9, "programs": [1]},
        {"until": None},
        {"seconds": float("nan")},
    ],
)
def test_what_is_no_mark_silences_nothing(mark, tmp_path, value):
    assert not mark(**value).muted("g:x", now(tmp_path))


def test_no_folder_has_no_marks():
    for folder in ("", "/nonexistent"):
        marks = _maintenance.Marks(folder)
        marks.look()
        assert not marks.muted("g:x", 0.0)


def test_metrics_have_their_text():
    one = {"group": "g", "name": 'a"b\\c\n', "statename": "RUNNING", "state": 20, "start": 5, "exitstatus": 0}
    text = _metrics.text(_metrics.processes({"g:a": one}, {"g:a": 3}))
    label = '{group="g",name="a\\"b\\\\c\\n"}'
    assert "supervisor_process_up%s 1\n" % label in text
    assert "supervisor_process_state%s 20\n" % label in text
    assert "supervisor_process_starts_total%s 3\n" % label in text
    assert "RUNNING" not in text.replace("is RUNNING", "")


def test_memory_is_that_of_all_that_a_program_started():
    assert _procfs.tree(1, {2: 1, 3: 2, 4: 9, 5: 3, 1: 1}) == [1, 2, 3, 5]
    assert _procfs.resident([os.getpid()]) > 1 << 20
    assert _procfs.resident([2**22 + 1]) == 0
    assert _procfs.parents()[os.getpid()] == os.getppid()


def test_who_started_whom_is_read_once_for_many_and_a_new_process_is_found_all_the_same(monkeypatch):
    reads = []
    monkeypatch.setattr(_procfs, "FRESH", 60.0)
    monkeypatch.setattr(_procfs, "parents", lambda: reads.append(1) or {2: 1, 3: 2, **({9: 3} if reads[1:] else {})})
    family = _procfs.Family()
    assert [family.of(2), family.of(3), family.of(2)] == [[2, 3], [3], [2, 3]]
    assert len(reads) == 1
    assert family.of(9) == [9]
    assert family.of(2) == [2, 3, 9]
    assert len(reads) == 2
