# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody else may have put at a path is not opened, emptied or followed. Other accounts: see the integration."""

import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._host import careful as _careful


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"0123456789")
    return path


def refused(path, reason):
    for look in (_careful.size, lambda path: _careful.read_end(path, 5)):
        with pytest.raises(_errors.PlantedPath) as caught:
            look(str(path))
        assert caught.value.details == {"path": str(path), "reason": reason}
        assert str(path) in caught.value.message


def test_a_file_is_opened(log):
    assert _careful.size(str(log)) == 10
    assert _careful.read_end(str(log), 3) == b"789"
    assert _careful.read_end(str(log), 100) == b"0123456789"
    with _careful.opened(str(log), os.O_WRONLY) as descriptor:
        os.ftruncate(descriptor, 0)
    assert log.read_bytes() == b""


def test_relative_paths_and_dots_lead_where_they_always_do(log, monkeypatch):
    (log.parent / "sub").mkdir()
    monkeypatch.chdir(str(log.parent))
    assert _careful.size("log") == _careful.size("./sub/../log") == 10


def test_nothing_is_made(tmp_path):
    with pytest.raises(FileNotFoundError), _careful.opened(str(tmp_path / "log"), os.O_WRONLY):
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_file_is_refused_at_once(log):
    os.mkfifo(str(log.parent / "pipe"))
    (log.parent / "link").symlink_to("log")
    refused(log.parent / "pipe", "kind")
    refused(log.parent, "kind")
    refused(log.parent / "link", "link")


def test_a_second_name_is_refused_where_others_can_make_one(log):
    os.link(str(log), str(log.parent / "other"))
    assert _careful.size(str(log)) == 10
    log.parent.chmod(0o770)
    refused(log, "names")


def test_links_on_the_way_are_followed_as_far_as_they_may_go(log):
    (log.parent / "one").symlink_to(log.parent)
    (log.parent / "two").symlink_to("one/.")
    assert _careful.size(str(log.parent / "two" / "one" / "log")) == 10
    (log.parent / "round").symlink_to("round")
    with pytest.raises(OSError, match="symbolic links"):
        _careful.size(str(log.parent / "round" / "log"))


def test_what_keeps_nothing(log):
    os.mkfifo(str(log.parent / "pipe"))
    (log.parent / "gone").symlink_to("nowhere")
    kept = [_careful.keeps_nothing(str(log.parent / name)) for name in ("log", "", "pipe", "gone")]
    assert kept == [False, False, True, True]
    assert _careful.keeps_nothing("/dev/stdout")


def test_a_named_path_leads_to_the_file_behind_its_link(log):
    (log.parent / "link").symlink_to("log")
    assert _careful.settle(str(log)) == _careful.settle(str(log.parent / "link")) == str(log)
    assert _careful.settle(str(log.parent / "new")) == str(log.parent / "new")
    (log.parent / "gone").symlink_to("nowhere/x.conf")
    with pytest.raises(_errors.SupervisorError, match="gone is a link to nowhere/x.conf, which cannot be reached"):
        _careful.settle(str(log.parent / "gone"))


def test_attributes_of_files_and_folders(log):
    (log.parent / "sub").mkdir()
    (log.parent / "link").symlink_to("sub")
    _careful.set_attributes(str(log), 0o640, os.getuid(), None)
    _careful.set_attributes(str(log.parent / "link"), 0o711, None, os.getgid())
    assert (log.stat().st_mode & 0o777, (log.parent / "sub").stat().st_mode & 0o777) == (0o640, 0o711)
    os.mkfifo(str(log.parent / "pipe"))
    with pytest.raises(_errors.PlantedPath):
        _careful.set_attributes(str(log.parent / "pipe"), 0o777, None, None)


def test_removing_never_follows_a_link(log):
    tree = log.parent / "tree"
    (tree / "sub").mkdir(parents=True)
    for place in (tree / "out", log.parent / "folder", log.parent / "file"):
        place.symlink_to(log if place.name == "file" else log.parent)
    for name in ("tree", "folder", "file", "nothing", "nothing/at/all"):
        _careful.remove(str(log.parent / name))
    assert [path.name for path in log.parent.iterdir()] == ["log"]
