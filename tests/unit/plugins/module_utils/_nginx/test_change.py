# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are in force, or as they were. A stand-in says what a server does; the real ones are in molecule."""

import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._host import files as _files
from ansible_collections.supervisord.fleet.plugins.module_utils._nginx import change as _change, words as _words

MODE = _files.Attributes(0o644)


class Server:
    """Runs, and does or fails as it is told."""

    name = "nginx"

    def __init__(self, running=True, fails="", always=False, behind=False, taken=False):
        self.running, self.fails, self.always, self.behind, self.taken = running, fails, always, behind, taken
        self.calls = []

    def pid(self):
        return 4711 if self.running else 0

    def refuse_taken(self):
        if self.taken:
            raise _errors.OptionError("port 8010, which python3 (pid 12) has.")

    def is_behind(self):
        return self.behind

    def _act(self, name):
        self.calls.append(name)
        if self.fails == name:
            self.fails = name if self.always else ""
            raise _errors.SupervisorError("nginx says no")

    def check(self):
        self._act("check")

    def reload(self):
        self._act("reload")

    def start(self):
        self._act("start")
        self.running = True

    def prove(self):
        self._act("prove")


@pytest.fixture
def place(tmp_path):
    (tmp_path / "site.conf").write_text("old\n")
    (tmp_path / "site.conf").chmod(0o644)
    (tmp_path / "available").write_text("default\n")
    (tmp_path / "default").symlink_to("available")
    os.utime(str(tmp_path / "site.conf"), (1000, 1000))
    return tmp_path


def wanted(place, text="new\n"):
    return [
        _change.Wanted(str(place / "site.conf"), text.encode(), MODE),
        _change.Wanted(str(place / "default"), None, MODE),
    ]


def seen(place):
    link = str(place / "default")
    site = place / "site.conf"
    return site.read_text(), site.stat().st_mtime, os.path.islink(link) and os.readlink(link)


def failure(server, place):
    """The error of a run that fails."""
    with pytest.raises(_errors.SupervisorError) as info:
        _change.apply(server, _change.plan(server, wanted(place), False, True))
    return info.value


def test_files_are_written_and_taken_up_and_then_nothing_is_left_to_do(place):
    server = Server()
    decided = _change.plan(server, wanted(place), False, True)
    assert decided.action == "reload"
    _change.apply(server, decided)
    assert server.calls == ["check", "reload", "prove"]
    assert seen(place)[0] == "new\n"
    assert not (place / "default").exists()
    assert _change.plan(server, wanted(place), False, True) == ((), "none")


@pytest.mark.parametrize("fails", ["check", "reload", "prove"])
def test_what_is_not_taken_up_is_put_back_links_and_times_too(place, fails):
    server, before = Server(fails=fails), seen(place)
    error = failure(server, place)
    assert error.message == "nginx says no\nThe former files are back. nginx runs with them."
    assert seen(place) == before
    assert error.details["rolled_back"] is True
    assert (server.calls[-1] == "reload") == (fails != "check")  # what it never saw it need not forget


def test_it_is_said_when_the_way_back_does_not_work(place):
    server, before = Server(fails="reload", always=True), seen(place)
    error = failure(server, place)
    assert "goes on as it ran before, but does not take these either" in error.message
    assert seen(place) == before
    assert error.details["rolled_back"] is False
    assert error.message.count("nginx says no") == 1


def test_one_that_does_not_start_leaves_the_files_as_they_were(place):
    server, before = Server(running=False, fails="start"), seen(place)
    assert failure(server, place).message == "nginx says no\nThe former files are back."
    assert seen(place) == before
    assert server.calls == ["check", "start"]


def test_a_port_of_somebody_else_is_refused_before_anything_is_written(place):
    before = seen(place)
    assert failure(Server(taken=True), place).message.endswith("python3 (pid 12) has. Nothing was changed.")
    assert seen(place) == before


@pytest.mark.parametrize(
    ("server", "reload", "start", "action"),
    [
        (Server(), False, True, "none"),
        (Server(behind=True), False, True, "reload"),
        (Server(), True, True, "reload"),
        (Server(running=False), False, True, "start"),
        (Server(running=False), True, False, "none"),
    ],
    ids=["up to date", "behind", "asked for", "not running", "not running and not wanted"],
)
def test_what_has_to_be_done_where_no_file_differs(place, server, reload, start, action):
    (place / "default").unlink()
    assert _change.plan(server, wanted(place, "old\n"), reload, start) == ((), action)


def test_of_a_log_only_what_is_new_is_told_also_after_a_rotation(tmp_path):
    log = tmp_path / "error.log"
    log.write_text("former\n")
    said = _words.Words([str(log), str(tmp_path / "none")])
    assert said.lines() == []
    with log.open("a") as stream:
        stream.write("later\n")
    assert said.lines() == ["later"]
    log.write_text("anew\n")
    assert said.lines() == ["anew"]
