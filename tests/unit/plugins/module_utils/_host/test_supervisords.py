# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line of a supervisord says."""

import contextlib
import os
import subprocess
import sys

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import (
    procfs as _procfs,
    supervisords as _supervisords,
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["/usr/bin/python3", "/usr/bin/supervisord", "-n", "-c", "/etc/s.conf"], "/etc/s.conf"),
        (["/venv/bin/supervisord", "--configuration=/a b"], "/a b"),
        (["python", "-u", "supervisord", "-c/x"], "/x"),
        (["/usr/bin/supervisord", "-n"], None),
        (["vim", "-c", "/etc/s.conf"], None),
        (["grep", "x", "y", "supervisord", "-c", "z"], None),
        (["python3", "-m", "supervisor.supervisord", "--configuration=/x"], "/x"),
        (["python3", "-W", "ignore", "/usr/bin/supervisord", "-c", "/x"], "/x"),
        (["vi", "/usr/bin/supervisord", "-c", "/x"], None),
        (["/usr/bin/supervisord", "-c", "/x"], "/x"),
        (["/usr/bin/python3", "/usr/bin/allowed-by-sudo", "supervisord", "-c", "/x"], None),
        (["/usr/bin/python3", "-m", "allowed_by_sudo", "supervisord", "-c", "/x"], None),
        (["python3", "-c", "supervisord", "-c", "/x"], None),
        (["python3", "-Wd"], None),
        ([], None),
    ],
)
def test_command_lines_of_daemons(words, expected):
    assert _supervisords.config_of(words) == expected


SLEEPER = "import sys\nprint('up', flush=True)\nsys.stdin.read()\n"


@contextlib.contextmanager
def running(path, folder):
    """A process that says with which main file it runs, and does nothing: a Python, or another program's disguise."""
    script = folder / "supervisord"
    script.write_text(SLEEPER)
    words = {
        sys.executable: [sys.executable, str(script), "-c", str(path)],
        "/bin/sh": ["supervisord", "-s", "--", "-c", str(path)],
    }
    ours = {program: _start(program, line) for program, line in words.items()}
    ours["/bin/sh"].stdin.write(b"echo up; read word\n")
    ours["/bin/sh"].stdin.flush()
    try:
        for process in ours.values():
            assert process.stdout.readline() == b"up\n"
        yield {program: process.pid for program, process in ours.items()}
    finally:
        for process in ours.values():
            process.communicate()


def _start(program, words):
    return subprocess.Popen(words, executable=program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_program_that_only_bears_the_name_is_none(tmp_path):
    """su runs as root for everybody, and bears whatever name and words it was given."""
    path = tmp_path / "main.conf"
    path.write_text("")
    with running(path, tmp_path) as pids:
        found = {process.pid: process for process in _supervisords.all_of_them()}
        assert found[pids[sys.executable]] == (pids[sys.executable], str(path), os.geteuid(), True)
        assert pids["/bin/sh"] not in found
        assert _supervisords.trusted(found[pids[sys.executable]])


TELL = 'read pid rest < /proc/self/stat; echo "$pid"; read word'  # as this machine numbers it


@pytest.mark.parametrize(("own", "contained"), [(["--mount"], False), (["--mount", "--pid", "--fork"], True)])
def test_mounts_of_its_own_make_no_container_but_numbers_do(own, contained):
    """systemd gives a service mounts of its own for PrivateTmp, ProtectSystem and the like."""
    process = _start("unshare", ["unshare", *own, "sh", "-c", TELL])
    try:
        assert _procfs.is_contained(int(process.stdout.readline())) is contained
    finally:
        process.communicate()


def test_a_file_that_means_another_one_to_the_process_is_not_its_main_file(tmp_path):
    path, other, script = tmp_path / "main.conf", tmp_path / "other.conf", tmp_path / "supervisord"
    for file in (path, other):
        file.write_text("")
    script.write_text(SLEEPER)
    mount = "mount --bind %s %s && exec %s %s -c %s" % (other, path, sys.executable, script, path)
    process = _start("unshare", ["unshare", "--mount", "sh", "-c", mount])
    try:
        assert process.stdout.readline() == b"up\n"
        found = {one.pid: one.config for one in _supervisords.all_of_them()}
        assert found[process.pid] == ""
    finally:
        process.communicate()


def test_what_cannot_be_seen_is_not_trusted():
    assert not _supervisords.trusted(_supervisords.Supervisord(1, "/x", 0, seen=False))
