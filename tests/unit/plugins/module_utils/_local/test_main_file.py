# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which main file is meant, by what lies and what runs on this machine."""

import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._host import supervisords as _supervisords
from ansible_collections.supervisord.fleet.plugins.module_utils._local import main_file as _main_file

NOBODY = 65534


@pytest.fixture
def usual(tmp_path, monkeypatch):
    """The two usual places, both empty so far."""
    paths = tmp_path / "a.conf", tmp_path / "b.conf"
    monkeypatch.setattr(_main_file, "DEFAULT_CONFIGS", tuple(map(str, paths)))
    return paths


@pytest.fixture
def running(monkeypatch):
    """What runs: a list to be filled with main files, or with whole records."""
    found = []

    def processes():
        return [
            one if isinstance(one, tuple) else _supervisords.Supervisord(number, str(one), os.geteuid())
            for number, one in enumerate(found, start=2**22 + 1)
        ]

    monkeypatch.setattr(_supervisords, "all_of_them", processes)
    return found


def test_which_configuration_is_used(usual, running):
    first, second = usual
    assert _main_file.find() is None
    running.append("/elsewhere.conf")
    assert _main_file.find() == "/elsewhere.conf"
    running.clear()
    second.write_text("")
    assert _main_file.find() == str(second)
    first.write_text("")
    assert _main_file.find() == str(first)
    running.append(second)
    assert _main_file.find() == str(second)
    running.append(first)
    with pytest.raises(_errors.OptionError, match="several"):
        _main_file.find()


def test_what_runs_comes_before_what_lies_in_a_usual_place(usual, running, tmp_path):
    usual[0].write_text("")
    running.append(tmp_path / "used.conf")
    assert _main_file.find() == str(tmp_path / "used.conf")
    assert _main_file.find(dead=True) == str(usual[0])
    running.append(usual[0])
    assert _main_file.find() == str(usual[0])


def test_a_process_of_another_account_decides_nothing(usual, running, tmp_path):
    """Anybody can start a process that is called supervisord."""
    planted = tmp_path / "planted.conf"
    planted.write_text("[supervisord]\nuser=nobody\n")
    os.chown(planted, NOBODY, NOBODY)
    usual[0].write_text("[supervisord]\n")
    running.append(_supervisords.Supervisord(1, str(planted), NOBODY))
    assert _main_file.find() == str(usual[0])
    assert _main_file.process_of(str(planted)) is None
    os.chown(planted, 0, 0)  # a file of root's that says so is believed
    assert _main_file.find() == str(planted)


def test_a_process_of_roots_whose_program_cannot_be_seen_needs_a_file_of_roots(usual, running, tmp_path):
    planted = tmp_path / "planted.conf"
    planted.write_text("[supervisord]\n")
    running.append(_supervisords.Supervisord(1, str(planted), 0, seen=False))
    assert _main_file.find() == str(planted)
    os.chown(planted, NOBODY, NOBODY)
    assert _main_file.find() is None


def test_a_file_that_the_daemon_does_not_read_is_refused(running):
    running.append(_supervisords.Supervisord(77, "/used.conf", 0))
    _main_file.refuse_another("/used.conf", 77)
    _main_file.refuse_another("/other.conf", 78)
    with pytest.raises(_errors.OptionError, match=r"PID 77.*/used.conf.*does not read /other.conf"):
        _main_file.refuse_another("/other.conf", 77)


def test_a_file_that_is_named_must_be_there(tmp_path):
    with pytest.raises(_errors.OptionError, match="does not exist"):
        _main_file.explicit(str(tmp_path / "none"))
