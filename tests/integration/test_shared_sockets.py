# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A socket belongs to one section. What would share one is refused; no daemon is ever given such a configuration."""

from __future__ import annotations

import contextlib
import os
import socket

import pytest

SLEEP = "/bin/sleep 1000"


def fcgi(name, path, **options):
    return dict({"name": name, "kind": "fcgi-program", "command": SLEEP, "socket": "unix://" + path}, **options)


def seen(daemon):
    """Everything that a refusal leaves alone: the files with their times, and who runs."""
    files = {name: os.stat(os.path.join(daemon.conf_dir, name)).st_mtime_ns for name in os.listdir(daemon.conf_dir)}
    return files, daemon.pids()


@contextlib.contextmanager
def listening(path):
    """Somebody else listens there."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        yield


def refused(daemon, declare, *items):
    """Both runs refuse, in the same words, and nothing has changed; the message."""
    before = seen(daemon)
    foretold, result = declare(daemon, *items, check=True), declare(daemon, *items)
    assert (foretold["failed"], result["failed"]) == (True, True), result
    assert foretold["msg"] == result["msg"]
    assert "Nothing was changed" in result["msg"]
    assert seen(daemon) == before
    assert daemon.state("bystander") == "RUNNING"
    return result["msg"]


def start(daemons, **more):
    daemon = daemons(dict({"bystander": {"command": SLEEP}}, **more))
    daemon.wait_state("bystander", "RUNNING")
    return daemon


@pytest.mark.parametrize("autostart", ["true", "false"])
def test_a_socket_of_a_foreign_section_whatever_its_state(daemons, declare, autostart):
    daemon = start(daemons)
    path = os.path.join(daemon.dir, "f.sock")
    options = {"command": SLEEP, "socket": "unix://" + path, "autostart": autostart}
    foreign = daemon.write("fcgi-program:theirs", options)

    message = refused(daemon, declare, fcgi("ours", os.path.join(daemon.dir, "conf.d", "..", "f.sock")))

    assert "[fcgi-program:theirs] socket (file: %r, line 3)" % foreign in message
    assert "[fcgi-program:ours] socket" in message
    assert not os.path.exists(path)


def test_two_sections_of_one_task_and_of_two(daemons, declare):
    daemon = start(daemons)
    path = os.path.join(daemon.dir, "f.sock")
    refused(daemon, declare, fcgi("one", path), fcgi("two", path, autostart=False))
    first = declare(daemon, fcgi("one", path))
    assert not first["failed"], first
    refused(daemon, declare, fcgi("two", path, state="stopped"))
    assert daemon.state("one:one") == "RUNNING"


def test_the_socket_of_the_daemon_itself(daemons, declare):
    daemon = start(daemons)

    message = refused(daemon, declare, fcgi("ours", daemon.socket))

    assert "[unix_http_server] file" in message
    assert daemon.ready()


def test_a_log_where_the_socket_is(daemons, declare):
    daemon = start(daemons)
    refused(daemon, declare, {"name": "web", "command": SLEEP, "stdout_logfile": daemon.socket})


def test_a_socket_on_which_another_service_listens(daemons, declare):
    daemon = start(daemons)
    path = os.path.join(daemon.dir, "f.sock")
    with listening(path):
        message = refused(daemon, declare, fcgi("ours", path))
        assert "(pid %d) listens there" % os.getpid() in message
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
    assert not declare(daemon, fcgi("ours", path))["failed"]  # what is left of it is in nobody's way


def test_a_file_that_bears_the_name_is_not_removed(daemons, declare):
    daemon = start(daemons)
    path = os.path.join(daemon.dir, "notes")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("mine")

    assert "a file has this name" in refused(daemon, declare, fcgi("ours", path))

    with open(path, encoding="utf-8") as stream:
        assert stream.read() == "mine"


def test_a_socket_of_a_group_that_the_daemon_still_has_loaded(daemons, declare):
    daemon = start(daemons)
    path = os.path.join(daemon.dir, "f.sock")
    assert not declare(daemon, fcgi("gone", path))["failed"]
    os.unlink(os.path.join(daemon.conf_dir, "fcgi-program-gone.conf"))

    assert "supervisorctl update" in refused(daemon, declare, fcgi("ours", path))

    assert daemon.state("gone:gone") == "RUNNING"


def test_a_section_may_be_renamed_and_two_may_change_their_sockets(daemons, declare):
    daemon = start(daemons)
    one, two = os.path.join(daemon.dir, "1.sock"), os.path.join(daemon.dir, "2.sock")
    assert not declare(daemon, fcgi("a", one), fcgi("b", two))["failed"]

    result = declare(daemon, fcgi("a", two), fcgi("b", one))
    assert not result["failed"], result
    result = declare(daemon, fcgi("c", two), fcgi("b", one), {"name": "a", "kind": "fcgi-program", "state": "absent"})
    assert not result["failed"], result
    assert not declare(daemon, fcgi("c", two), fcgi("b", one))["changed"]
    assert daemon.state("c:c") == daemon.state("b:b") == "RUNNING"


def test_processes_of_one_section_share_their_socket(daemons, declare):
    daemon = start(daemons)
    path = os.path.join(daemon.dir, "f.sock")

    result = declare(daemon, fcgi("pool", path, numprocs=2, process_name="%(process_num)d"))

    assert not result["failed"], result
    held = {os.readlink("/proc/%d/fd/0" % daemon.info("pool:%d" % number).pid) for number in range(2)}
    assert len(held) == 1
    assert held.pop().startswith("socket:")


def test_a_member_of_a_group_gets_no_socket_as_is_foretold(daemons, declare):
    daemon = start(daemons)
    path = os.path.join(daemon.dir, "f.sock")

    result = declare(daemon, fcgi("member", path), {"name": "g", "kind": "group", "programs": ["member"]})

    assert not result["failed"], result
    assert "[fcgi-program:member] is a member of [group:g], and Supervisor gives a member no socket" in str(result)
    assert daemon.state("g:member") == "RUNNING"
    assert not os.path.exists(path)


def test_the_main_file_does_not_take_a_programs_socket_either(daemons, declare, run_module):
    daemon = start(daemons)
    path = os.path.join(daemon.dir, "f.sock")
    assert not declare(daemon, fcgi("ours", path))["failed"]
    with open(daemon.conf, "rb") as stream:
        before = stream.read()
    args = {
        "path": daemon.conf,
        "unix_http_server": {"file": path},
        "include": {"files": [daemon.conf_dir + "/*.conf"]},
    }
    for check in (True, False):
        result = run_module("supervisor_config", args, check=check)
        assert result["failed"]
        assert "[fcgi-program:ours] socket" in result["msg"]
    with open(daemon.conf, "rb") as stream:
        assert stream.read() == before
    assert daemon.state("ours:ours") == "RUNNING"
