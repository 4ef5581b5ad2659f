# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What /proc tells of another process's files, and that it tells nothing to who may not look."""

import os
import pwd

from ansible_collections.supervisord.fleet.plugins.module_utils._host import procfs as _procfs

PID = os.getpid()


def test_an_open_file_is_known_by_its_inode_also_after_it_was_renamed_or_removed(tmp_path):
    path = f"{tmp_path}/a.log"
    with open(path, "wb") as stream:
        status = os.fstat(stream.fileno())
        key = (status.st_dev, status.st_ino)
        assert _procfs.open_files(PID)[key] == path
        assert _procfs.file_of(PID, path) == key
        os.rename(path, path + ".1")
        assert _procfs.open_files(PID)[key] == path + ".1"
        assert _procfs.file_of(PID, path) == (0, 0)
        os.unlink(path + ".1")
        assert _procfs.open_files(PID)[key] == path + ".1 (deleted)"
    assert key not in _procfs.open_files(PID)


def test_what_is_no_regular_file_is_not_talked_about():
    assert _procfs.file_of(PID, "/dev/null") is None
    assert _procfs.file_of(PID, "/tmp") is None
    read, write = os.pipe()
    try:
        status = os.fstat(read)
        assert (status.st_dev, status.st_ino) not in _procfs.open_files(PID)
    finally:
        os.close(read)
        os.close(write)


def test_a_process_that_is_gone_or_of_another_account_tells_nothing(tmp_path):
    child = os.fork()
    if not child:
        os.setuid(pwd.getpwnam("nobody").pw_uid)
        silent = _procfs.open_files(PID) is None and _procfs.file_of(PID, "/etc/passwd") is None
        os._exit(0 if silent else 1)
    assert _procfs.is_child(child, PID)
    assert os.waitpid(child, 0)[1] == 0
    assert not _procfs.is_child(child, PID)
    assert _procfs.open_files(child) is None


def test_environment_of_a_process():
    assert _procfs.environment(PID).get("PATH")
    assert _procfs.environment(2**22 + 1) == {}
