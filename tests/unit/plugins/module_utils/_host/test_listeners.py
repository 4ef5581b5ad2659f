# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listening sockets and their owners, from a /proc made by hand and from the real one."""

import os
import socket
import subprocess

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import listeners as _listeners

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
ROW = "   0: %s 00000000:0000 %s 00000000:00000000 00:00000000 00000000  %d        0 %d 1 0 100 0 0 10 0\n"
ZERO6 = "0" * 32
MAPPED = "0000000000000000FFFF00000100007F"  # ::ffff:127.0.0.1 on a little-endian machine


@pytest.fixture
def proc(tmp_path):
    def process(pid, words, ppid=1, uid=1000, inodes=()):
        folder = tmp_path / str(pid)
        (folder / "fd").mkdir(parents=True)
        (folder / "cmdline").write_bytes("\0".join(words).encode() + b"\0")
        (folder / "status").write_text("Name:\t%s\nPPid:\t%d\nUid:\t%d\t%d\n" % (words[0][:15], ppid, uid, uid))
        for number, inode in enumerate(inodes):
            os.symlink("socket:[%d]" % inode, str(folder / "fd" / str(number)))

    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "tcp").write_text(
        HEAD + ROW % ("0100007F:0016", "0A", 0, 11) + ROW % ("0100007F:1234", "01", 0, 12)
    )
    (tmp_path / "net" / "tcp6").write_text(
        HEAD + ROW % (ZERO6 + ":1F90", "0A", 1000, 21) + ROW % (MAPPED + ":1F45", "0A", 1000, 22)
    )
    process(1, ["init"], ppid=0)
    process(50, ["/usr/bin/python3", "/usr/bin/supervisord", "-n"])
    return tmp_path, process


def seen(folder):
    return {item.port: item for item in _listeners.listeners(str(folder))}


def test_only_listening_sockets_with_readable_addresses(proc):
    folder, _process = proc
    found = seen(folder)
    assert {port: item.address for port, item in found.items()} == {
        22: "127.0.0.1",
        8080: "::",
        8005: "::ffff:127.0.0.1",
    }
    assert found[22].pid is None


def test_a_supervised_tomcat_is_known(proc):
    folder, process = proc
    process(60, ["java", "-Dcatalina.base=/opt/app01", "start"], ppid=50, inodes=[21, 99])
    assert seen(folder)[8080] == _listeners.Listener("::", 8080, 1000, 60, "java", "/opt/app01", True)


def test_one_started_by_hand_is_not_supervised(proc):
    folder, process = proc
    process(40, ["bash"])
    process(60, ["java", "-Dcatalina.base=/opt/app01"], ppid=40, inodes=[21])
    assert not seen(folder)[8080].supervised


def test_a_missing_table_is_no_error(proc):
    folder, _process = proc
    os.unlink(str(folder / "net" / "tcp6"))
    assert list(seen(folder)) == [22]


def test_an_unseen_owner_is_told_by_its_user_and_its_own_ports(proc):
    folder, process = proc
    process(60, ["java", "-Dcatalina.base=/opt/app01"], ppid=50)
    jvms = _listeners.jvms(str(folder))
    assert jvms == [_listeners.Jvm(60, 1000, "/opt/app01", True)]
    unseen = seen(folder)[8080]
    known = _listeners.attribute(unseen, jvms, {"/opt/app01": [8080]})
    assert (known.pid, known.catalina_base, known.supervised) == (60, "/opt/app01", True)
    assert _listeners.attribute(unseen, jvms, {"/opt/app01": [8081]}) == unseen
    assert _listeners.attribute(unseen, [jvms[0]._replace(uid=0)], {"/opt/app01": [8080]}) == unseen


def test_the_real_thing():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        mine = [item for item in _listeners.listeners() if item.port == port]
    assert [(item.address, item.pid, item.uid) for item in mine] == [("127.0.0.1", os.getpid(), os.getuid())]


def test_a_process_descends_from_itself_and_from_who_started_it():
    child = subprocess.Popen(["sleep", "100"])
    try:
        assert _listeners.descends(child.pid, [child.pid])
        assert _listeners.descends(child.pid, [os.getpid()])
        assert _listeners.descends(child.pid, [os.getppid()])
        assert not _listeners.descends(child.pid, [])
        assert not _listeners.descends(os.getpid(), [child.pid])
    finally:
        child.kill()
        child.wait()
