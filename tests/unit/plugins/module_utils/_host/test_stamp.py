# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and processes are told apart from others of the same name or number."""

import os
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
