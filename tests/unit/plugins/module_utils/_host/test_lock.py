# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time: where the lock lies, who waits for whom, and what is refused. Accounts: see the integration."""

import os
import socket
import stat

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._host import lock as _lock

ROOT = os.geteuid() == 0


class Clock:
    """Time that only passes by sleeping; ``then``: what happens meanwhile."""

    def __init__(self, then=None):
        self.time = 0.0
        self.then = then

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds
        if self.then and self.time > 2:
            self.then()
            self.then = None


@pytest.fixture
def main(tmp_path, monkeypatch):
    """A main file in a folder of its own; what is root's, and the notes of an account, lie in folders of the test."""
    for name in ("run", "etc"):
        (tmp_path / name).mkdir()
    (tmp_path / "etc").chmod(0o755)
    monkeypatch.setattr(_lock, "RUNTIME", str(tmp_path / "run"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SSH_CLIENT", "192.0.2.7 4711 22")
    path = tmp_path / "etc" / "supervisord.conf"
    path.write_text("[supervisord]\n")
    return path


def files(folder):
    return sorted(os.path.join(where, name) for where, _folders, names in os.walk(str(folder)) for name in names)


def test_the_second_waits_and_says_for_whom(main):
    first = _lock.Lock(str(main), who="supervisor_config")
    first.__enter__()
    with _lock.Lock(str(main), 10, clock=Clock(lambda: first.__exit__(None, None, None))) as second:
        assert second.waited_for.startswith(
            "supervisor_config (process %d of account %d, called from 192.0.2.7, since 2" % (os.getpid(), os.geteuid())
        )
        assert second.waited_for.endswith("), for 2.0 s")
        assert second.told({"changed": True}) == {"changed": True, "waited_for": second.waited_for}
    with _lock.Lock(str(main), 0) as third:
        assert third.told({"changed": True}) == {"changed": True}


def test_a_deadline_names_the_holder_and_the_option(main):
    with _lock.Lock(str(main), who="supervisor_program"):
        with pytest.raises(_errors.DeadlineExceeded) as caught, _lock.Lock(str(main), 5, clock=Clock()):
            pass
    assert caught.value.message.startswith("supervisor_program (process %d" % os.getpid())
    assert "at work at %s and did not end within lock_timeout 5 s. Nothing was changed." % main in caught.value.message
    assert caught.value.details["timeout"] == 5
    assert caught.value.details["holder"] in caught.value.message


def test_an_error_of_a_run_that_waited_says_so(main):
    first = _lock.Lock(str(main), who="supervisor_config")
    first.__enter__()
    clock = Clock(lambda: first.__exit__(None, None, None))
    with pytest.raises(_errors.SupervisorError) as caught, _lock.Lock(str(main), 10, clock=clock):
        raise _errors.SupervisorError("of its own")
    assert "supervisor_config" in caught.value.details["waited_for"]


def test_a_timeout_below_zero_is_refused(main):
    with pytest.raises(_errors.OptionError, match="lock_timeout -1: give a number"):
        _lock.Lock(str(main), -1)


def test_nothing_stays_behind(main, tmp_path):
    before = files(tmp_path)
    with _lock.Lock(str(main)):
        assert len(files(tmp_path)) == len(before) + 1
    assert files(tmp_path) == before


def test_it_survives_that_the_file_is_replaced_and_goes_by_all_its_names(main):
    (main.parent / "link").symlink_to("supervisord.conf")
    with _lock.Lock(str(main)):
        (main.parent / "new").write_text("")
        os.replace(str(main.parent / "new"), str(main))
        for name in ("supervisord.conf", "link", "../etc/supervisord.conf"):
            with pytest.raises(_errors.DeadlineExceeded), _lock.Lock(str(main.parent / name), 0):
                pass
        with _lock.Lock(str(main.parent / "other.conf"), 0):
            pass
    with _lock.Lock(str(main), 0):
        pass


def test_what_need_not_be_there_can_be_locked(main):
    base = str(main.parent / "none" / "app01")
    with _lock.Lock(base), pytest.raises(_errors.DeadlineExceeded), _lock.Lock(base, 0):
        pass


def test_what_a_killed_run_has_left_is_no_lock(main):
    pid = os.fork()
    if pid == 0:
        _lock.Lock(str(main), who="killed").__enter__()
        os.kill(os.getpid(), 9)
    os.waitpid(pid, 0)
    left = [name for name in files(main.parent.parent) if name.endswith(".lock")]
    assert len(left) == 1
    with _lock.Lock(str(main), 0) as lock:
        assert lock.waited_for == ""
    assert not os.path.exists(left[0])


def test_a_lock_whose_file_was_removed_meanwhile_is_taken_anew(main):
    first = _lock.Lock(str(main))
    first.__enter__()
    path = next(name for name in files(main.parent.parent) if name.endswith(".lock"))

    def another():
        first.__exit__(None, None, None)
        assert not os.path.exists(path)

    with _lock.Lock(str(main), 10, clock=Clock(another)):
        with pytest.raises(_errors.DeadlineExceeded), _lock.Lock(str(main), 0):
            pass


@pytest.mark.parametrize("mode", [0o770, 0o775])
def test_a_folder_that_its_group_can_write_holds_the_lock_for_the_group(main, mode):
    main.parent.chmod(mode)
    with _lock.Lock(str(main)):
        found = os.stat(str(main.parent / ".supervisord.conf.lock"))
        assert stat.S_IMODE(found.st_mode) == 0o660
        assert found.st_gid == main.parent.stat().st_gid
    assert files(main.parent) == [str(main)]


def test_a_folder_that_all_can_write_holds_no_lock(main):
    main.parent.chmod(0o1777)
    with _lock.Lock(str(main)):
        assert files(main.parent) == [str(main)]


def test_a_link_planted_as_the_lock_is_refused(main):
    main.parent.chmod(0o770)
    aim = main.parent / "precious"
    aim.write_text("precious")
    for plant in (os.symlink, os.link):
        plant(str(aim), str(main.parent / ".supervisord.conf.lock"))
        with pytest.raises(_errors.PlantedPath), _lock.Lock(str(main)):
            pass
        os.unlink(str(main.parent / ".supervisord.conf.lock"))
    os.mkfifo(str(main.parent / ".supervisord.conf.lock"))
    with pytest.raises(_errors.PlantedPath), _lock.Lock(str(main)):
        pass
    assert aim.read_text() == "precious"


def test_a_note_of_somebody_else_is_only_words(main):
    main.parent.chmod(0o770)
    with _lock.Lock(str(main)):
        for note in (b"[" * 900, b"\xff\xfe", b'{"who": 1}', b""):
            (main.parent / ".supervisord.conf.lock").write_bytes(note)
            with pytest.raises(_errors.DeadlineExceeded) as caught, _lock.Lock(str(main), 0):
                pass
            assert caught.value.message.startswith("another run is at work at ")


def test_a_lock_of_root_is_shared_with_those_who_reach_the_socket(main):
    if not ROOT:  # another account makes no lock among root's
        assert _lock.Lock(str(main)).path == str(main)
        return
    listener = socket.socket(socket.AF_UNIX)
    path = str(main.parent / "s")
    listener.bind(path)
    for mode, owner, shared in ((0o700, 0, None), (0o770, 0, 0o660), (0o700, 65534, 0o600)):
        os.chmod(path, mode)
        os.chown(path, owner, 100)
        with _lock.Lock(str(main)) as lock:
            lock.share(str(main))
            lock.share(path)
        found = [os.stat(name) for name in files(main.parent.parent / "run")]
        assert [(stat.S_IMODE(one.st_mode), one.st_uid, one.st_gid, one.st_size) for one in found] == (
            [(shared, owner, 100, 0)] if shared else []
        )
    listener.close()
