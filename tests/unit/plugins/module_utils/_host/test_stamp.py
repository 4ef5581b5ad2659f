# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and processes are told apart from others of the same name or number."""

import os
import shutil
import time

from ansible_collections.supervisord.fleet.plugins.module_utils._host import stamp as _stamp


def test_identity_of_this_process_is_stable_and_its_start_is_now():
    assert _stamp.daemon_identity(os.getpid()) == _stamp.daemon_identity(os.getpid())
    assert _stamp.daemon_identity(os.getpid()).startswith("%d:" % os.getpid())
    started = _stamp.daemon_started(os.getpid())
    assert 0 <= time.time() - started < 3600


def test_a_process_that_cannot_be_seen_has_no_identity(tmp_path):
    assert _stamp.daemon_identity(1, proc=str(tmp_path)) == ""
    assert _stamp.daemon_started(1, proc=str(tmp_path)) is None


def test_command_names_with_brackets_and_blanks_are_read(tmp_path):
    folder = tmp_path / "77"
    folder.mkdir()
    (folder / "stat").write_bytes(b"77 (a) b (c) S 1 2 3 " + b"0 " * 15 + b"4242 0 0\n")
    assert _stamp.daemon_identity(77, proc=str(tmp_path)) == "77:4242"


def test_a_file_replaced_by_one_of_the_same_size_and_time_is_another(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"one")
    before, times = _stamp.stamp(str(path)), path.stat()
    path.write_bytes(b"two")
    os.utime(str(path), ns=(times.st_atime_ns, times.st_mtime_ns))
    assert _stamp.stamp(str(path)) != before
    assert _stamp.stamp(str(tmp_path / "none")) is None


def test_when_a_name_came_to_mean_what_it_means(tmp_path):
    """A certificate and the ways in which it is renewed, each of which is later than all before."""
    old, live = tmp_path / "archive" / "1", tmp_path / "live"
    old.mkdir(parents=True)
    (old / "a.crt").write_text("1")
    live.symlink_to("archive/1")
    name = str(live / "a.crt")
    assert _stamp.changed_at(str(tmp_path / "none")) is None
    seen = [_stamp.changed_at(name)]

    def later():
        _wait_for_another_time(tmp_path)
        return _stamp.changed_at(name)

    for renew in (
        lambda: shutil.copy2(str(old / "a.crt"), str(old / "b")) and os.replace(str(old / "b"), str(old / "a.crt")),
        lambda: os.utime(str(old / "a.crt"), (1000, 1000)),
        lambda: (live.unlink(), live.symlink_to(str(old))),
        lambda: ((old / "a.crt").rename(old / "real"), (old / "a.crt").symlink_to("../1/real")),
    ):
        _wait_for_another_time(tmp_path)
        renew()
        seen.append(later())
    assert seen == sorted(set(seen))


def _wait_for_another_time(folder):
    """Until the clock of the file system has gone on."""
    mark = folder / "mark"
    mark.write_text("")
    first = os.stat(str(mark)).st_ctime_ns
    while os.stat(str(mark)).st_ctime_ns == first:
        os.chmod(str(mark), 0o644)
