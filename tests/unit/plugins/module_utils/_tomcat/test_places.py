# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders that a Tomcat works in, and limits that it wants, are looked at before it is touched."""

import getpass
import os
import shutil

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import limits as _limits
from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import places as _places


@pytest.fixture
def item(tmp_path):
    """An instance whose folder is there, as a former release of the role has made it: without var."""
    for name in ("bin", "logs", "temp"):
        (tmp_path / "app01" / name).mkdir(parents=True)
    base = str(tmp_path / "app01")
    return {
        "name": "app01", "user": getpass.getuser(), "base": base,
        "directory": base + "/var", "temp_dir": base + "/temp", "limits": {}, "jvm_options": [],
    }  # fmt: skip


def test_what_the_role_is_still_to_make_is_no_fault(item):
    assert _places.problem(item, 0) == ""
    shutil.rmtree(item["base"])
    assert _places.problem(item, 0) == ""


@pytest.mark.parametrize(("option", "word"), [("directory", "enter"), ("temp_dir", "write")])
@pytest.mark.parametrize("place", ["/nowhere", "%s/nowhere"])
def test_a_folder_that_is_not_there_is_named_with_its_option(item, option, word, place):
    item[option] = place % item["base"] if "%" in place else place
    problem = _places.problem(item, 0)
    assert problem.startswith("%s: %s is no folder that user " % (option, item[option]))
    assert word in problem


def test_a_limit_is_held_against_that_of_the_daemon(item):
    hard = _limits.of(os.getpid(), "nofile").hard
    assert _places.problem(dict(item, limits={"nofile": hard}), os.getpid()) == ""
    assert _places.problem(dict(item, limits={"nofile": hard + 1}), 0) == ""
    problem = _places.problem(dict(item, limits={"nofile": hard + 1}), os.getpid())
    assert "nofile: %d is more than the %d open files that supervisord may pass on" % (hard + 1, hard) in problem
    assert "supervisor_limits" in problem


def test_limits_need_a_command_of_the_host(item, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert "util-linux" in _places.problem(dict(item, limits={"core": "unlimited"}), 0)
    assert _places.problem(item, 0) == ""


def test_a_place_for_dumps_that_is_not_there_is_one_doubt_for_all_of_them(item):
    options = ["-XX:HeapDumpPath=/nowhere/x.hprof", "-XX:ErrorFile=/nowhere/hs_err_pid%p.log", "-Xmx64m"]
    items = [dict(item, name=name, jvm_options=options) for name in ("app01", "app02")]
    (doubt,) = _places.doubts(items)
    assert doubt.startswith("app01, app02: -XX:ErrorFile, -XX:HeapDumpPath: /nowhere is no folder that user ")


@pytest.mark.parametrize(
    "named", ["%s/logs", "%s/logs/heap.hprof", "%s/var/heap.hprof", "heap.hprof", "../logs/heap.hprof"]
)
def test_places_that_can_be_written_or_are_to_come_are_no_doubt(item, named):
    named = named % item["base"] if "%" in named else named
    assert _places.doubts([dict(item, jvm_options=["-XX:HeapDumpPath=" + named])]) == []
