# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A set of files is replaced as one, or not at all."""

import errno
import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._host import files as _files

MINE = _files.Attributes(0o640)


def names(folder):
    return sorted(item.name for item in folder.iterdir())


def test_writes_replaces_and_removes_together(tmp_path):
    (tmp_path / "old.conf").write_bytes(b"old")
    (tmp_path / "gone.conf").write_bytes(b"gone")
    change = _files.Transaction(
        {str(tmp_path / "new.conf"): b"new", str(tmp_path / "old.conf"): b"newer", str(tmp_path / "gone.conf"): None},
        MINE,
    )
    change.stage()
    assert (tmp_path / "old.conf").read_bytes() == b"old"
    change.commit()
    change.finish()
    assert names(tmp_path) == ["new.conf", "old.conf"]
    assert (tmp_path / "old.conf").read_bytes() == b"newer"
    assert (tmp_path / "new.conf").stat().st_mode & 0o777 == 0o640


def test_staged_files_are_hidden_from_include_patterns(tmp_path):
    change = _files.Transaction({str(tmp_path / "a.conf"): b"x"}, MINE)
    change.stage()
    assert list(tmp_path.glob("[!.]*")) == []
    change.finish()
    assert names(tmp_path) == []


def test_restore_brings_back_content_mode_and_absence(tmp_path):
    old = tmp_path / "old.conf"
    old.write_bytes(b"old")
    old.chmod(0o600)
    change = _files.Transaction({str(old): b"newer", str(tmp_path / "new.conf"): b"new"}, _files.Attributes(0o644))
    change.stage()
    change.commit()
    change.restore()
    assert names(tmp_path) == ["old.conf"]
    assert old.read_bytes() == b"old"
    assert old.stat().st_mode & 0o777 == 0o600


def test_the_way_back_needs_no_space(tmp_path, monkeypatch):
    for name in ("a.conf", "gone.conf"):
        (tmp_path / name).write_bytes(b"old")
    inode = (tmp_path / "a.conf").stat().st_ino
    change = _files.Transaction({str(tmp_path / "a.conf"): b"newer", str(tmp_path / "gone.conf"): None}, MINE)
    change.stage()
    change.commit()

    def full(*_args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(_files.os, "fsync", full)
    change.restore()
    change.finish()
    assert names(tmp_path) == ["a.conf", "gone.conf"]
    assert (tmp_path / "a.conf").stat().st_ino == inode
    assert (tmp_path / "gone.conf").read_bytes() == b"old"


def test_restore_after_a_stage_alone_leaves_no_second_names(tmp_path):
    (tmp_path / "a.conf").write_bytes(b"old")
    change = _files.Transaction({str(tmp_path / "a.conf"): b"newer"}, MINE)
    change.stage()
    change.restore()
    change.finish()
    assert names(tmp_path) == ["a.conf"]


def test_a_change_that_was_taken_back_at_once_needs_no_second_way_back(tmp_path, monkeypatch):
    """A copy for backup finds no room when some names are switched already."""
    for name in ("a.conf", "b.conf"):
        (tmp_path / name).write_bytes(b"old")
    change = _files.Transaction({str(tmp_path / n): b"new" for n in ("a.conf", "b.conf")}, MINE, backup=True)
    change.stage()
    calls = []

    def full(_descriptor):
        calls.append(1)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(_files.os, "fsync", full)
    with pytest.raises(_errors.SupervisorError, match="No space left on device.*[Nn]othing was changed"):
        change.commit()
    change.restore()
    assert names(tmp_path) == ["a.conf", "b.conf"]
    assert (tmp_path / "a.conf").read_bytes() == b"old"


def test_a_copy_kept_where_no_second_name_can_be_has_the_times_of_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "a.conf"
    path.write_bytes(b"old")
    os.utime(str(path), (1000, 1000))

    def no_links(*_args, **_how):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(_files.os, "link", no_links)
    change = _files.Transaction({str(path): b"new"}, MINE)
    change.stage()
    change.commit()
    change.restore()
    change.finish()
    assert (path.read_bytes(), path.stat().st_mtime) == (b"old", 1000)


def test_nothing_was_changed_is_not_said_when_something_was(tmp_path, monkeypatch):
    for name in ("a.conf", "b.conf"):
        (tmp_path / name).write_bytes(b"old")
    change = _files.Transaction({str(tmp_path / n): b"new" for n in ("a.conf", "b.conf")}, MINE)
    change.stage()
    replace = os.replace

    def failing(source, target):
        if target.endswith("b.conf") or source.endswith(_files.FORMER_SUFFIX):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        replace(source, target)

    monkeypatch.setattr(_files.os, "replace", failing)
    with pytest.raises(_errors.SupervisorError) as caught:
        change.commit()
    assert "othing was changed" not in caught.value.message
    assert "Cannot put back %s" % (tmp_path / "a.conf") in caught.value.message


def test_a_full_disk_changes_nothing_and_says_so(tmp_path, monkeypatch):
    (tmp_path / "a.conf").write_bytes(b"old")
    calls = []

    def full(_descriptor):
        calls.append(1)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(_files.os, "fsync", full)
    change = _files.Transaction({str(tmp_path / "a.conf"): b"new", str(tmp_path / "b.conf"): b"new"}, MINE)
    with pytest.raises(_errors.SupervisorError, match="No space left on device.*[Nn]othing was changed"):
        change.stage()
    assert names(tmp_path) == ["a.conf"]
    assert (tmp_path / "a.conf").read_bytes() == b"old"


def test_a_switch_that_fails_half_way_is_undone(tmp_path, monkeypatch):
    for name in ("a.conf", "b.conf"):
        (tmp_path / name).write_bytes(b"old")
    change = _files.Transaction({str(tmp_path / n): b"new" for n in ("a.conf", "b.conf")}, MINE)
    change.stage()
    replace = os.replace

    def refuse(source, target):
        if target.endswith("b.conf"):
            raise OSError(errno.EACCES, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(_files.os, "replace", refuse)
    with pytest.raises(_errors.SupervisorError, match="b.conf: Permission denied"):
        change.commit()
    assert [(tmp_path / n).read_bytes() for n in ("a.conf", "b.conf")] == [b"old", b"old"]
    assert names(tmp_path) == ["a.conf", "b.conf"]


def test_a_missing_directory_is_named(tmp_path):
    change = _files.Transaction({str(tmp_path / "none" / "a.conf"): b"x"}, MINE)
    with pytest.raises(_errors.SupervisorError, match="none/a.conf: No such file or directory"):
        change.stage()


@pytest.mark.parametrize("wanted", [b"new", None])
def test_a_link_goes_as_a_link_and_comes_back_as_one(tmp_path, wanted):
    real = tmp_path / "real"
    real.write_bytes(b"theirs")
    links = {name: tmp_path / name for name in ("a.conf", "b.conf")}
    links["a.conf"].symlink_to("real")
    links["b.conf"].symlink_to("/nowhere/at/all")
    change = _files.Transaction({str(path): wanted for path in links.values()}, MINE, backup=True)
    change.stage()
    change.commit()
    assert not any(path.is_symlink() for path in links.values())
    assert [_files.read(str(path)) for path in links.values()] == [wanted, wanted]
    assert sorted(map(os.readlink, change.backups)) == ["/nowhere/at/all", "real"]
    change.restore()
    assert [os.readlink(str(path)) for path in links.values()] == ["real", "/nowhere/at/all"]
    assert real.read_bytes() == b"theirs"


def test_a_file_that_waits_under_the_temporary_name_is_not_written_into(tmp_path):
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    os.link(str(precious), str(tmp_path / (".a.conf.%d%s" % (os.getpid(), _files.TEMPORARY_SUFFIX))))
    change = _files.Transaction({str(tmp_path / "a.conf"): b"new"}, MINE)
    change.stage()
    change.commit()
    assert precious.read_bytes() == b"precious"


def test_a_pipe_is_no_file_to_read(tmp_path):
    os.mkfifo(str(tmp_path / "a.conf"))
    with pytest.raises(_errors.SupervisorError, match="a.conf: it is not a regular file"):
        _files.read(str(tmp_path / "a.conf"))


def test_backup_keeps_what_is_replaced_and_removed(tmp_path):
    (tmp_path / "a.conf").write_bytes(b"old a")
    (tmp_path / "b.conf").write_bytes(b"old b")
    change = _files.Transaction(
        {str(tmp_path / "a.conf"): b"new", str(tmp_path / "b.conf"): None, str(tmp_path / "c.conf"): b"c"},
        MINE,
        backup=True,
    )
    change.stage()
    change.commit()
    kept = {os.path.basename(path)[:6]: _files.read(path) for path in change.backups}
    assert kept == {"a.conf": b"old a", "b.conf": b"old b"}
    assert not [path for path in change.backups if path.endswith(".conf")]


def test_differing_attributes_are_seen(tmp_path):
    path = tmp_path / "a.conf"
    path.write_bytes(b"")
    path.chmod(0o644)
    assert _files.attributes_differ(str(path), _files.Attributes(0o600))
    _files.set_attributes(str(path), _files.Attributes(0o600, os.getuid(), os.getgid()))
    assert not _files.attributes_differ(str(path), _files.Attributes(0o600, os.getuid(), os.getgid()))
    assert not _files.attributes_differ(str(tmp_path / "none"), _files.Attributes(0o600))


def test_what_a_killed_run_left_is_cleared(tmp_path):
    (tmp_path / ".a.conf.123.fleet-tmp").write_bytes(b"half")
    (tmp_path / ".b.conf.123.fleet-tmp").write_bytes(b"not ours to judge")
    change = _files.Transaction({str(tmp_path / "a.conf"): b"new"}, MINE)
    change.stage()
    change.commit()
    assert names(tmp_path) == [".b.conf.123.fleet-tmp", "a.conf"]
