# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes as /proc shows them: of this machine, and of a folder made up for it."""

import os
import subprocess
import sys
import time

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import proctable as _proctable

STAT = "%d (a) b) %s %d %d %d 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %d 0 0\n"


@pytest.fixture
def proc(tmp_path):
    """Writes processes and reads the table."""

    def make(pid, parent=1, group=5, session=6, ticks=700, state="S", words=(), environ=None, status="", fds=()):
        folder = tmp_path / str(pid)
        (folder / "fd").mkdir(parents=True)
        (folder / "stat").write_text(STAT % (pid, state, parent, group, session, ticks), encoding="utf-8")
        (folder / "cmdline").write_bytes(b"".join(word.encode() + b"\0" for word in words))
        (folder / "status").write_text(status, encoding="utf-8")
        if environ is not None:
            (folder / "environ").write_bytes(environ)
        for number, target in enumerate(fds):
            os.symlink(target, str(folder / "fd" / str(number)))

    make.table = lambda exists=lambda pid: False: _proctable.Table(str(tmp_path), 1000.0, exists)
    return make


def test_rows_and_what_they_say(proc):
    proc(1, parent=0)
    proc(
        8,
        words=["/bin/sh", "-c", "x"],
        environ=b"A=1\0SUPERVISOR_B=c=d\0SUPERVISOR_\0",
        fds=["/dev/null", "pipe:[7]", "pipe:[7]"],
    )
    proc(9, parent=8, state="Z")
    table = proc.table()
    assert table.rows[8] == _proctable.Row(8, 1, 5, 6, 700, os.getuid(), True)
    assert table.rows[8].identity == (8, 700)
    assert (table.living(8), table.living(9), table.living(10)) == (True, False, False)
    assert table.ancestors(9) == [8, 1]
    assert table.words(8) == ["/bin/sh", "-c", "x"]
    assert table.words(9) == []
    assert table.environ(8) == {"SUPERVISOR_B": "c=d"}
    assert table.environ(9) is None
    assert table.pipes(8) == {"pipe:[7]"}
    assert table.started(8) == 1000.0 + 700.0 / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize(
    ("status", "nested"), [("Name:\ta\nNSpid:\t8\n", False), ("NSpid:\t8\t1\n", True), ("Name:\ta\n", False)]
)
def test_processes_of_containers_have_two_numbers(proc, status, nested):
    proc(8, status=status)
    assert proc.table().nested(8) is nested


def test_what_proc_hides_is_asked_of_the_kernel(proc):
    proc(8, parent=7)
    proc(9, parent=8)
    assert proc.table().hidden(9) is False
    seen = proc.table(exists=lambda pid: pid == 7)
    assert (seen.living(7), seen.hidden(9), seen.hidden(8)) == (True, True, True)


def test_the_first_process_may_be_hidden(proc):
    proc(8, parent=1)
    assert proc.table(exists=lambda pid: True).hidden(8) is False


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["/usr/bin/supervisord", "-c", "x"], True),
        (["/usr/bin/python3", "/usr/bin/supervisord"], True),
        (["/usr/bin/python3", "-m", "supervisor.supervisord"], True),
        (["/bin/sleep", "1000"], False),
        (["/usr/bin/python3", "/usr/bin/supervisorctl"], False),
        ([], False),
    ],
)
def test_a_supervisord_by_its_command_line(proc, words, found):
    proc(8, words=words)
    proc(9, words=words, state="Z")
    table = proc.table()
    assert (table.supervisord(8), table.supervisord(9), table.supervisord(10)) == (found, False, False)


def test_this_very_process():
    table = _proctable.Table()
    own = os.getpid()
    assert table.rows[own].parent == os.getppid()
    assert table.rows[own].session == os.getsid(0)
    assert table.environ(own) is not None
    assert not table.hidden(own)


def test_the_start_of_a_process_by_the_clock():
    before = time.time()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        table = _proctable.Table()
        assert before - 0.1 < table.started(child.pid) < time.time() + 0.1
        child.stdin.close()
    assert _proctable.row(child.pid) is None
