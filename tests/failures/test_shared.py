# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets that belong to somebody else are refused before anything is written."""

from __future__ import annotations

import planted
import pytest

SOCKET = "/run/fleet-shared.sock"
SERVICE = "/run/fleet-service.sock"
FOREIGN = "[fcgi-program:foreign]\ncommand=/bin/sleep 100\nautostart=false\nsocket=unix://%s\n" % SOCKET


def fcgi(name, path=SOCKET):
    return {"name": name, "kind": "fcgi-program", "command": "/bin/sleep 100003", "socket": "unix://" + path}


def declare(host, *items, check=False):
    return host.module("supervisor_program", check, programs=list(items))


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_two_sections_of_one_task(host, failure, check):
    says = r"fcgi-program:one\] socket.*fcgi-program:two\] socket.*Nothing was changed"
    with failure("2", "two FastCGI sections of one task with one socket", says) as case:
        case.outcome = declare(host, fcgi("one"), fcgi("two"), check=check)


def test_section_of_somebody_else_that_does_not_run(host, failure):
    with planted.file(host, planted.CONF_DIR + "/foreign.conf", FOREIGN):
        says = r"fcgi-program:foreign\] socket \(file: '/etc/supervisor/conf.d/foreign.conf', line 4\)"
        with failure("2", "the socket of a section of somebody else that does not run", says) as case:
            case.outcome = declare(host, fcgi("one"))


def test_the_same_socket_in_another_spelling(host, failure):
    with planted.file(host, planted.CONF_DIR + "/foreign.conf", FOREIGN), planted.link(host, "/opt/fleet-run", "/run"):
        with failure("2", "the same socket by a link to its folder", r"fcgi-program:foreign\] socket") as case:
            case.outcome = declare(host, fcgi("one", "/opt/fleet-run//./fleet-shared.sock"))


def test_socket_of_another_task(host, failure):
    with planted.program(host, fcgi("first")):
        with failure("2", "the socket of a program that another task declared", r"fcgi-program:first\] socket") as case:
            case.outcome = declare(host, fcgi("second"))


def test_socket_of_the_daemon(host, failure):
    with failure("2", "the socket of the daemon itself", r"unix_http_server\] file.*fcgi-program:one\] socket") as case:
        case.outcome = declare(host, fcgi("one", planted.SOCKET))


def test_socket_of_another_service(host, failure):
    with planted.listener(host, SERVICE):
        with failure("2", "a socket on which another service listens", r"is taken: python3 \(pid \d+\)") as case:
            case.outcome = declare(host, fcgi("one", SERVICE))
        assert host.sh(f"test -S {SERVICE} && echo there") == "there"


def test_file_of_that_name(host, failure):
    with planted.file(host, "/var/lib/fleet-precious", "precious"):
        with failure("2", "a file that bears the name of the socket", r"a file has this name") as case:
            case.outcome = declare(host, fcgi("one", "/var/lib/fleet-precious"))
        assert host.sh("cat /var/lib/fleet-precious") == "precious"


def test_log_where_the_socket_is(host, failure):
    log = {"name": "two", "command": "/bin/sleep 100004", "stdout_logfile": SOCKET}
    with failure("2", "a log at the path of a socket", r"program:two\] stdout_logfile.*claim the same") as case:
        case.outcome = declare(host, fcgi("one"), log)


def test_programs_of_the_role(host, failure):
    kept = host.sh("ls " + planted.CONF_DIR)
    programs = [{key: value for key, value in fcgi(name).items() if key != "kind"} for name in ("one", "two")]
    with failure("2", "two FastCGI sections with one socket, by the role", r"claim the same") as case:
        case.outcome = host.role("supervisor", supervisor_fcgi_programs=programs)
    assert host.sh("ls " + planted.CONF_DIR) == kept
