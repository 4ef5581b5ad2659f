# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two sections that claim one socket or file are told, in whatever spelling; what may be shared is not."""

import os

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._config import (
    claims as _claims,
    model as _model,
    tree as _tree,
)
from ansible_collections.supervisord.fleet.plugins.module_utils._options import dialect as _dialect

READER = _dialect.dialect("4.3.0")
ENVIRON = {"HOME": "/tmp"}


@pytest.fixture
def resolve(tmp_path):
    """``resolve(text, ...)``: the model of a main file and one included file for each text; {d} is a folder."""

    def run(*texts, main=""):
        folder = tmp_path / "conf.d"
        folder.mkdir(exist_ok=True)
        for number, text in enumerate(texts):
            (folder / ("%d.conf" % number)).write_text(text.format(d=tmp_path))
        path = tmp_path / "s.conf"
        head = "[supervisord]\nlogfile={d}/s.log\npidfile={d}/s.pid\n[include]\nfiles=conf.d/*.conf\n"
        path.write_text((head + main).format(d=tmp_path))
        tree = _tree.load(str(path), _tree.Disk(), READER, ENVIRON, "h")
        return _model.resolve(tree, READER, ENVIRON, "h")

    return run


def fcgi(name, socket, more=""):
    return "[fcgi-program:%s]\ncommand=/bin/cat\nsocket=%s\n%s" % (name, socket, more)


def program(name, more=""):
    return "[program:%s]\ncommand=/bin/cat\n%s" % (name, more)


@pytest.mark.parametrize(
    "other",
    ["unix://{d}/a.sock", "unix://{d}/./x/..//a.sock", "unix://{d}/link/a.sock", "unix://{d}/alias.sock"],
    ids=["same", "path", "folder by a link", "link"],
)
@pytest.mark.parametrize("more", ["", "autostart=false\n", "numprocs=0\n"], ids=["started", "not", "without processes"])
def test_two_sections_with_one_socket_are_told_with_file_and_line(resolve, tmp_path, other, more):
    (tmp_path / "x").mkdir()
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "alias.sock").symlink_to(tmp_path / "a.sock")
    name = "process_name=%(process_num)d\n" if "numprocs" in more else ""

    (found,) = resolve(fcgi("a", "unix://{d}/a.sock"), fcgi("b", other, more + name)).conflicts

    assert set(found.sections) == {"fcgi-program:a", "fcgi-program:b"}
    assert "[fcgi-program:a] socket (file: '%s', line 3)" % (tmp_path / "conf.d" / "0.conf") in found.message
    assert "[fcgi-program:b] socket (file: '%s', line 3)" % (tmp_path / "conf.d" / "1.conf") in found.message
    assert "numprocs" in found.message


def test_the_socket_of_the_daemon_itself_is_nobody_elses(resolve):
    (found,) = resolve(fcgi("a", "unix://{d}/s.sock"), main="[unix_http_server]\nfile={d}/s.sock\n").conflicts

    assert set(found.sections) == {"unix_http_server", "fcgi-program:a"}


def test_what_shares_nothing_is_not_told(resolve):
    found = resolve(
        fcgi("a", "unix://{d}/a.sock", "numprocs=3\nprocess_name=%(process_num)d\n"),
        fcgi("b", "unix://{d}/b.sock"),
        program("c", "stdout_logfile={d}/c.log\nstderr_logfile={d}/d.log\n"),
        main="[unix_http_server]\nfile={d}/s.sock\n[inet_http_server]\nport=127.0.0.1:9001\n",
    )

    assert found.conflicts == ()
    assert [text for text in found.warnings if "rotated" in text] == []


def test_a_member_of_a_group_has_no_socket_and_that_is_told(resolve):
    found = resolve(
        fcgi("a", "unix://{d}/a.sock"), fcgi("b", "unix://{d}/a.sock"), "[group:g]\nprograms=a\n"
    )  # only b gets the socket

    assert found.conflicts == ()
    assert [text for text in found.warnings if "[fcgi-program:a]" in text and "no socket" in text]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("127.0.0.1", "127.1", True),
        ("127.0.0.1", "0x7f000001", True),
        ("127.0.0.1", "localhost", True),
        ("127.0.0.1", "*", True),
        ("", "192.0.2.1", True),
        ("0.0.0.0", "127.0.0.2", True),
        ("127.0.0.1", "127.0.0.2", False),
        ("no-such-host.invalid", "127.0.0.1", False),
        ("no-such-host.invalid", "NO-SUCH-HOST.invalid", True),
    ],
)
def test_an_address_is_the_same_in_each_of_its_spellings(one, other, same):
    assert _claims.overlap(_claims.addresses(one), _claims.addresses(other)) is same


@pytest.mark.parametrize(
    ("main", "section", "words"),
    [
        ("[unix_http_server]\nfile={d}/s.pid\n", "", "another"),
        ("[unix_http_server]\nfile={d}/s.log\n", "", "another"),
        ("", program("a", "stdout_logfile={d}/s.pid\n"), "removes the file when it ends"),
        ("[unix_http_server]\nfile={d}/s.sock\n", program("a", "stderr_logfile={d}/s.sock\n"), "another"),
        ("", program("a", "stdout_logfile={d}/s.conf\n"), "ends in the configuration"),
        ("", fcgi("a", "unix://{d}/w.log") + program("b", "stdout_logfile={d}/w.log\n"), "another"),
    ],
    ids=["socket, pidfile", "socket, log", "log, pidfile", "log, socket", "log, configuration", "log, FastCGI"],
)
def test_a_file_that_one_section_would_spoil_for_another_is_told(resolve, main, section, words):
    (found,) = resolve(section, main=main).conflicts

    assert words in found.message


@pytest.mark.parametrize(
    ("sections", "logs"),
    [
        ([program("w", "numprocs=3\nprocess_name=%(process_num)d\nstdout_logfile={d}/w.log\n")], 3),
        ([program("w", "stdout_logfile={d}/w.log\nstderr_logfile={d}/w.log\n")], 2),
        ([program("w", "stdout_logfile={d}/w.log\n"), program("v", "stderr_logfile={d}/./w.log\n")], 2),
        ([program("w", "stdout_logfile={d}/s.log\nstdout_logfile_maxbytes=0\n")], 2),
    ],
    ids=["processes", "both streams", "programs", "log of the daemon"],
)
def test_a_rotating_log_of_several_is_warned_of_once(resolve, sections, logs):
    found = resolve(*sections)

    assert found.conflicts == ()
    (text,) = [text for text in found.warnings if "rotated" in text]
    assert "written by %d logs" % logs in text


def test_a_log_that_does_not_rotate_may_be_shared(resolve):
    several = "numprocs=3\nprocess_name=%(process_num)d\nstdout_logfile={d}/w.log\nstdout_logfile_maxbytes=0\n"

    assert resolve(program("w", several), program("v", "stdout_logfile=/dev/null\nstderr_logfile=/dev/null\n"))[3] == ()


def test_a_link_is_one_more_name_for_a_file(tmp_path):
    (tmp_path / "here").symlink_to(tmp_path / "there")

    assert _claims.keys(str(tmp_path / "here")) == {str(tmp_path / "here"), str(tmp_path / "there")}
    assert _claims.keys(str(tmp_path / "none" / ".." / "x")) == {os.path.realpath(str(tmp_path / "x"))}


def test_a_file_that_is_read_by_two_names_or_twice_is_one_file(resolve, tmp_path):
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "z.conf").symlink_to("0.conf")
    (tmp_path / "conf.d" / "y.conf").symlink_to(tmp_path / "s.conf")

    assert resolve(fcgi("a", "unix://{d}/a.sock"), main="  {d}/conf.d/0.conf").conflicts == ()


def test_a_log_under_either_name_of_a_file_that_is_read_is_told(resolve, tmp_path):
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "z.conf").symlink_to("0.conf")

    for name in ("z.conf", "0.conf"):
        (found,) = resolve(program("a", "stdout_logfile={d}/conf.d/%s\n" % name)).conflicts
        assert "configuration" in found.message
