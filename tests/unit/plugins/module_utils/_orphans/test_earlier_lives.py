# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pidfile and log tell about earlier lives of a daemon, and when they are not believed."""

import os
import time

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._orphans import earlier_lives as _earlier_lives

DAY = "2026-11-23 10:00:0"
STARTED = DAY + "0,000 INFO supervisord started with pid 100\n"
SPAWNED = DAY + "1,250 INFO spawned: 'web' with pid 200\n"
BOOTED = time.mktime((2026, 11, 23, 9, 0, 0, 0, 0, -1))
TEN = BOOTED + 3600


@pytest.fixture
def log(tmp_path):
    """Writes a log, newest first, and reads it."""

    def read(*texts, booted=BOOTED, mode=0o644):
        path = tmp_path / "supervisord.log"
        for number, text in enumerate(texts):
            name = path if number == 0 else tmp_path / ("supervisord.log.%d" % number)
            name.write_text(text, encoding="utf-8")
            os.chmod(str(name), mode)
        return _earlier_lives.read(None, str(path), 10, booted)

    return read


def test_lives_and_starts_with_their_times(log):
    found = log("old text\n" + STARTED + SPAWNED + DAY + "2,000 INFO success: web entered RUNNING state\n")
    (life,) = found.lives[100]
    (spawn,) = found.spawns[200]
    assert (life.since, life.writer) == (TEN, os.getuid())
    assert spawn == _earlier_lives.Spawn(200, TEN + 1.25, "web", os.getuid(), True)
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("INFO spawned: 'web' with pid 200", "web"),
        ("INFO spawned: u'w\\xe9b' with pid 200", "w\\xe9b"),
        ('INFO spawned: "it\'s" with pid 200', "it's"),
        ("INFO spawned: 'a' with pid 1' with pid 200", "a' with pid 1"),
    ],
)
def test_names_as_the_releases_write_them(log, line, name):
    assert [spawn.name for spawn in log(DAY + "1,000 %s\n" % line).spawns[200]] == [name]


@pytest.mark.parametrize(
    "line",
    [
        " " + SPAWNED,
        SPAWNED.replace("200", "200 or so"),
        SPAWNED.replace("INFO", "DEBG"),
        SPAWNED.replace("11-23", "99-99").replace("2026", "0000"),
        DAY + "1,000 INFO spawned: web with pid 200\n",
    ],
)
def test_lines_that_the_daemon_does_not_write_are_passed_over(log, line):
    assert log(line).spawns == {}


def test_rotated_logs_are_read_too(log):
    found = log(SPAWNED, STARTED)
    assert (set(found.lives), set(found.spawns)) == ({100}, {200})


def test_records_of_an_earlier_start_of_the_machine_are_dropped(log):
    assert log(STARTED + SPAWNED, booted=TEN + 2 * 86400) == _earlier_lives.Lives({}, {})


def test_a_log_into_which_programs_write_is_not_sure(log):
    found = log(STARTED + SPAWNED + DAY + "3,000 DEBG 'web' stdout output:\nhello\n")
    assert [spawn.sure for spawn in found.spawns[200]] == [False]


def test_a_log_that_everybody_may_write_is_no_record(log):
    found = log(STARTED + SPAWNED, mode=0o666)
    assert (found.lives, found.spawns) == ({}, {})
    assert "everybody may write it" in found.warnings[0]


def test_no_log_and_no_pidfile_are_no_records(tmp_path):
    missing = str(tmp_path / "missing")
    assert _earlier_lives.read(missing, missing, 10, 0) == _earlier_lives.Lives({}, {})
    assert _earlier_lives.read(None, None, 10, 0) == _earlier_lives.Lives({}, {})
    assert _earlier_lives.read(None, "/dev/null", 10, 0) == _earlier_lives.Lives({}, {})


def test_links_prove_nothing_and_pipes_hold_up_nobody(tmp_path):
    (tmp_path / "other.pid").write_text("100\n")
    (tmp_path / "pid").symlink_to("other.pid")
    (tmp_path / "log").symlink_to("other.pid")
    found = _earlier_lives.read(str(tmp_path / "pid"), str(tmp_path / "log"), 10, 0)
    assert (found.lives, found.stale, len(found.warnings)) == ({}, 0, 2)
    os.mkfifo(str(tmp_path / "pipe"))
    found = _earlier_lives.read(str(tmp_path / "pipe"), str(tmp_path / "pipe"), 10, 0)
    assert (found.lives, len(found.warnings)) == ({}, 1)


def test_what_cannot_be_read_is_told(tmp_path):
    found = _earlier_lives.read(str(tmp_path), str(tmp_path), 10, 0)
    assert len(found.warnings) == 2


@pytest.mark.parametrize(("text", "mode"), [("", 0o644), ("web", 0o644), ("-5", 0o644), ("100\n", 0o666)])
def test_a_pidfile_without_a_pid_or_open_to_all_is_no_record(tmp_path, text, mode):
    path = tmp_path / "pid"
    path.write_text(text, encoding="utf-8")
    os.chmod(str(path), mode)
    found = _earlier_lives.read(str(path), None, 10, 0)
    assert (found.lives, len(found.warnings)) == ({}, 1)


def test_the_pidfile_names_the_last_life(tmp_path):
    path = tmp_path / "pid"
    path.write_text("100\n", encoding="utf-8")
    os.utime(str(path), (TEN, TEN))
    found = _earlier_lives.read(str(path), None, 10, BOOTED)
    assert (found.stale, found.lives) == (100, {100: [_earlier_lives.Life(100, TEN, os.getuid(), str(path))]})
    assert _earlier_lives.read(str(path), None, 10, TEN + 2 * 86400).lives == {}


def supvisors(text):
    """Lines as the plugin supvisors makes the daemon write them, from its own start on."""
    return text.replace(" INFO ", ";INFO;").replace(" DEBG ", ";DEBG;")


def test_a_form_that_a_plugin_sets_in_the_middle_of_a_log_is_understood(log):
    found = log(STARTED + SPAWNED + supvisors(SPAWNED.replace("200", "300")))
    assert (set(found.lives), set(found.spawns)) == ({100}, {200, 300})
    (spawn,) = found.spawns[300]
    assert spawn == _earlier_lives.Spawn(300, TEN + 1.25, "web", os.getuid(), True)
    assert found.warnings == ()


def test_a_log_of_a_plugin_into_which_programs_write_is_not_sure_either(log):
    found = log(supvisors(STARTED + SPAWNED + DAY + "3,000 DEBG 'web' stdout output:\n") + "hello\n")
    assert [spawn.sure for spawn in found.spawns[200]] == [False]


def test_separators_that_do_not_agree_are_no_form(log):
    assert log(SPAWNED.replace(" INFO ", ";INFO ")).spawns == {}


def test_a_form_that_is_not_known_is_told(log):
    """So that nobody takes silence for the absence of orphans."""
    found = log(STARTED + SPAWNED.replace(",250 INFO ", " [info] ") * 2)
    assert (set(found.lives), found.spawns) == ({100}, {})
    (warning,) = found.warnings
    assert "has 2 lines about starts in a form" in warning
    assert "orphans of it may not be found" in warning
