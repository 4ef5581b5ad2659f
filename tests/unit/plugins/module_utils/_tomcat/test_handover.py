# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An instance that gets another user: what the former one made is given on, made anew, or left as data."""

import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import careful as _careful
from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import (
    handover as _handover,
    instance as _instance,
)

ANOTHER = _instance.Owner(os.geteuid() + 1, None)


@pytest.fixture
def item(tmp_path):
    """An instance with an application that Tomcat has unpacked, and one that somebody has put there."""
    for name in (
        "logs/catalina.log",
        "work/page.class",
        "temp/x",
        "var/gc.log",
        "var/.cache/fonts/list",
        "webapps/hello/META-INF/war-tracker",
        "webapps/theirs/data",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "logs" / "link").symlink_to("/etc/passwd")
    os.link(str(tmp_path / "temp" / "x"), str(tmp_path / "logs" / "two"))
    (tmp_path / "var" / "link").symlink_to("/etc")
    wars = [{"name": name, "state": "present"} for name in ("hello.war", "theirs.war")]
    return {"base": str(tmp_path), "wars": wars}


def test_the_same_user_has_nothing_to_take_over(item):
    assert _handover.steps(item, _instance.Owner(os.geteuid(), None)) == []


def test_a_user_that_only_a_real_run_makes_is_no_step_yet(item):
    assert _handover.steps(item, _instance.Owner(None, None)) == []


def test_logs_are_given_and_what_tomcat_makes_anew_goes(item, tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr(_careful, "set_attributes", lambda path, mode, uid, gid: given.append((path, uid)))
    for step in _handover.steps(item, ANOTHER):
        step.do()
    # Neither a link nor what may be somebody else's file under another name.
    names = [
        "logs/catalina.log",
        "var/gc.log",
        "var/.cache/fonts/list",
        "var/.cache/fonts",
        "var/.cache",
        "work",
        "temp",
    ]
    assert given == [(str(tmp_path / name), ANOTHER.uid) for name in names]
    assert os.listdir(str(tmp_path / "work")) == []
    assert os.listdir(str(tmp_path / "temp")) == []
    assert os.listdir(str(tmp_path / "webapps")) == ["theirs"]


def test_all_of_it_can_go_back(item, tmp_path):
    steps = _handover.steps(item, ANOTHER)
    assert {os.path.relpath(path, str(tmp_path)) for step in steps for path in step.touched} == {
        "work",
        "temp",
        "webapps/hello",
    }
    marked = [os.path.relpath(path, str(tmp_path)) for step in steps for path in step.marked]
    assert marked == ["logs/catalina.log", "var/gc.log", "var/.cache/fonts/list", "var/.cache/fonts", "var/.cache"]


def test_a_program_of_the_former_user_does_not_become_one_that_runs_as_the_new_one(item, tmp_path, monkeypatch):
    modes = {}
    monkeypatch.setattr(_careful, "set_attributes", lambda path, mode, uid, gid: modes.update({path: mode}))
    tool = tmp_path / "var" / "tool"
    tool.write_text("x")
    tool.chmod(0o6751)
    for step in _handover.steps(item, ANOTHER):
        step.do()
    assert modes[str(tool)] == 0o751
