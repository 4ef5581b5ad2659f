# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that others write: every way in which they are renewed is noticed, and nothing else."""

import os
import shutil

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._host import outside as _outside


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "shop.crt"
    path.write_text("first")
    return path


def in_place(path):
    path.write_text("other")


def by_another_file(path):
    fresh = path.with_name("fresh")
    fresh.write_text("other")
    os.replace(str(fresh), str(path))


def with_the_old_time(path):
    facts = os.stat(str(path))
    path.write_text("other")
    os.utime(str(path), ns=(facts.st_atime_ns, facts.st_mtime_ns))


def removed(path):
    path.unlink()


@pytest.mark.parametrize("renew", [in_place, by_another_file, with_the_old_time, removed])
@pytest.mark.parametrize("name", ["shop.crt", "", "*.crt", "[s]hop.???"])
def test_what_holds_something_else_is_told(file, renew, name):
    names = [os.path.join(str(file.parent), name)]
    before = _outside.digests(names)
    renew(file)
    assert _outside.changed(before, _outside.digests(names)) == names


@pytest.mark.parametrize("name", ["shop.crt", "", "*.crt"])
def test_the_same_content_is_no_change_whoever_has_written_it(file, name):
    names = [os.path.join(str(file.parent), name)]
    before = _outside.digests(names)
    shutil.copy(str(file), str(file.parent.parent / "copy"))
    os.replace(str(file.parent.parent / "copy"), str(file))
    os.chmod(str(file), 0o600)
    assert _outside.changed(before, _outside.digests(names)) == []


def test_a_link_that_leads_elsewhere_is_a_change(file, tmp_path):
    (tmp_path / "2.crt").write_text("second")
    link = tmp_path / "live"
    link.symlink_to("shop.crt")
    before = _outside.digests([str(link)])
    link.unlink()
    link.symlink_to("2.crt")
    assert _outside.changed(before, _outside.digests([str(link)])) == [str(link)]


def test_a_file_that_comes_is_a_change(tmp_path):
    name = str(tmp_path / "later")
    before = _outside.digests([name])
    assert before == {name: _outside.MISSING}
    (tmp_path / "later").write_text("")
    assert _outside.changed(before, _outside.digests([name])) == [name]


def test_a_name_that_was_not_watched_before_is_no_change(file):
    assert _outside.changed({}, _outside.digests([str(file)])) == []


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(str(tmp_path / "pipe"))
    assert _outside.digests([str(tmp_path / "pipe")]) == {str(tmp_path / "pipe"): "no file"}


def test_a_folder_with_more_than_anybody_means_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_outside, "MAX_FILES", 2)
    for number in range(3):
        (tmp_path / str(number)).write_text("")
    with pytest.raises(_errors.OptionError, match="more than 2 files"):
        _outside.digests([str(tmp_path)])


def test_no_more_is_read_for_a_name_than_that_size_and_time_count_for(tmp_path, monkeypatch):
    monkeypatch.setattr(_outside, "MAX_BYTES", 10)
    for name in ("a", "b"):
        (tmp_path / name).write_text("x" * 6)
    names = [str(tmp_path)]
    before = _outside.digests(names)
    (tmp_path / "b").write_text("y" * 7)
    assert _outside.changed(before, _outside.digests(names)) == names
