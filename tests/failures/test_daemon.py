# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Main files, units and releases with which the daemon does not start: refused before, or put back after."""

from __future__ import annotations

import contextlib
import typing as t

import pytest

BACK = r"(back|former).*what ran before runs again \([1-9]"
FACTORY = "fleet_broken:make"


def refused(host, failure, title, says, **variables):
    """A main file that the role refuses: nothing is written, and no process is another one."""
    with failure("1", title, says + ".*nothing was written") as case:
        case.outcome = host.role("supervisor", **variables)


def put_back(host, failure, title, says, **variables):
    """A change that only the start of the daemon finds wanting: it runs again as before."""
    with failure("5", title, says + ".*" + BACK, restarted=True) as case:
        case.outcome = host.role("supervisor", supervisor_start_timeout=8, **variables)


@contextlib.contextmanager
def running(host, script: str, ready: str) -> t.Iterator[None]:
    """Have a Python script run on the host; ``ready`` is a condition of the shell that says when it does its part."""
    host.sh(
        f"systemd-run --quiet --unit=in-the-way --property=KillMode=control-group /usr/bin/python3 -c '{script}'\n"
        f"for i in $(seq 100); do {ready} && exit 0; sleep 0.1; done; exit 1"
    )
    try:
        yield
    finally:
        host.sh("systemctl stop in-the-way; systemctl reset-failed in-the-way 2>/dev/null || true")


@contextlib.contextmanager
def module(host, text: str) -> t.Iterator[None]:
    """Have a module that the daemon's own Python finds."""
    folder = host.sh(
        "set -e; python=/usr/bin/python3; [ ! -x /opt/supervisor/bin/python ] || python=/opt/supervisor/bin/python\n"
        "$python -c 'import os, supervisor; print(os.path.dirname(os.path.dirname(supervisor.__file__)))'"
    )
    host.sh(f"cat > {folder}/fleet_broken.py <<'END'\n{text}\nEND")
    try:
        yield
    finally:
        host.sh(f"rm -f {folder}/fleet_broken.py {folder}/__pycache__/fleet_broken.*")


def plugin(factory: str, **options: str) -> t.List[t.Dict[str, t.Any]]:
    return [{"name": "extra", "rpcinterface_factory": factory, "options": options}]


def test_port_of_another_process(host, failure):
    script = 'import socket, time; s = socket.create_server(("127.0.0.1", 19001)); time.sleep(600)'
    with running(host, script, "ss -Hltn 'sport = :19001' | grep -q LISTEN"):
        refused(
            host,
            failure,
            "a port that another process holds",
            r"127\.0\.0\.1:19001 is in use by process \d+ \(python3\)",
            supervisor_inet_http_server={"port": "127.0.0.1:19001"},
        )


def test_port_of_another_process_on_every_interface(host, failure):
    script = 'import socket, time; s = socket.create_server(("", 19001)); time.sleep(600)'
    server = {"port": "127.0.0.1:19001"}
    with running(host, script, "ss -Hltn 'sport = :19001' | grep -q LISTEN"):
        refused(
            host,
            failure,
            "a port that another process holds on every interface",
            r"19001 is in use by process \d+ \(python3\)",
            supervisor_inet_http_server=server,
        )


def test_port_of_nginx(host, failure):
    refused(
        host,
        failure,
        "a port that nginx holds",
        r"127\.0\.0\.1:8000 is in use by .*nginx",
        supervisor_inet_http_server={"port": "127.0.0.1:8000"},
    )


def test_address_of_another_host(host, failure):
    server = {"port": "203.0.113.7:9001", "username": "ops", "password": "a long enough secret 4711"}
    refused(
        host,
        failure,
        "an address that the host does not have",
        r"203\.0\.113\.7:9001 is no address of this host",
        supervisor_inet_http_server=server,
    )


def test_socket_of_another_program(host, failure):
    script = 'import socket, time; s = socket.socket(1); s.bind("/run/other.sock"); s.listen(); time.sleep(600)'
    with running(host, script, "[ -S /run/other.sock ]"):
        refused(
            host,
            failure,
            "a socket on which another program listens",
            r"/run/other\.sock is the socket of another program that runs",
            supervisor_unix_http_server={"file": "/run/other.sock"},
        )
    host.sh("rm -f /run/other.sock")


def test_socket_that_is_a_folder(host, failure):
    refused(
        host,
        failure,
        "a socket that is a folder",
        r"\[unix_http_server\] file: /run/lock is a folder",
        supervisor_unix_http_server={"file": "/run/lock"},
    )


@pytest.mark.parametrize(
    ("factory", "says"),
    [
        ("no_such_package:make", r"no module named no_such_package"),
        ("supervisor.rpcinterface:no_such_function", r"AttributeError.*no_such_function"),
    ],
)
def test_plugin_that_is_not_there(host, failure, factory, says):
    refused(
        host,
        failure,
        f"a plugin {factory}",
        r"\[rpcinterface:extra\].*" + says,
        supervisor_rpcinterfaces=plugin(factory),
    )


def test_plugin_that_cannot_be_imported(host, failure):
    with module(host, "import no_such_dependency"):
        refused(
            host,
            failure,
            "a plugin whose own import fails",
            r"\[rpcinterface:extra\].*no_such_dependency",
            supervisor_rpcinterfaces=plugin(FACTORY),
        )


def test_handler_of_an_event_listener(host, failure):
    says = r"eventlistener:extra.*no_such_package"
    listener = {
        "kind": "eventlistener", "name": "extra", "command": "/bin/cat", "events": ["TICK_60"],
        "result_handler": "no_such_package:handle",
    }  # fmt: skip
    with failure("1", "a result_handler that cannot be imported", says) as case:
        case.outcome = host.module("supervisor_program", programs=[listener])


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/run/lock", r"logfile: /run/lock is a folder"),
        ("/dev/full", r"logfile: /dev/full is a device, which the daemon cannot rotate"),
        ("/dev/stdout", r"logfile: /dev/stdout is a socket for a service of systemd"),
    ],
)
def test_log_that_is_no_file(host, failure, path, says):
    refused(host, failure, f"a log that is {path}", says, supervisor_supervisord={"logfile": path})


def test_log_of_another_account(host, failure):
    host.sh("install -d -o daemon /var/log/elsewhere; touch /var/log/elsewhere/d.log")
    refused(
        host,
        failure,
        "a log that the account of the daemon cannot write",
        r"/var/log/elsewhere/d\.log cannot be written by account daemon",
        supervisor_supervisord={"user": "daemon", "logfile": "/var/log/elsewhere/d.log"},
    )
    host.sh("rm -r /var/log/elsewhere")


def test_limit_that_the_machine_does_not_give(host, failure):
    refused(
        host,
        failure,
        "more files than the kernel gives",
        r"minfds: 2000000000 is more than the \d+ open files",
        supervisor_supervisord={"minfds": 2000000000},
    )


def test_unit_of_an_account_that_cannot_become_root(host, failure):
    """The main file stays as it is, and whether the unit does is not known when it is looked at."""
    put_back(
        host,
        failure,
        "a unit that starts the daemon as an account that cannot switch",
        r"did not answer within 8 seconds.*Can't drop privilege as nonroot user",
        supervisor_service_options={"Service": {"User": "nobody"}},
    )


def test_unit_that_cannot_start(host, failure):
    put_back(
        host,
        failure,
        "a unit whose command before the start fails",
        r"did not answer within 8 seconds",
        supervisor_service_options={"Service": {"ExecStartPre": "/bin/false"}},
    )


def test_unit_with_a_command_that_is_missing(host, failure):
    put_back(
        host,
        failure,
        "a unit whose command is not there",
        r"did not answer within 8 seconds.*/no/such/supervisord",
        supervisor_service_options={"Service": {"ExecStart": "/no/such/supervisord -n"}},
    )


def test_unit_that_systemd_does_not_take(host, failure):
    """Here the daemon is not even stopped."""
    with failure("5", "a unit that systemd does not take", r"back, and the daemon runs on as before") as case:
        case.outcome = host.role(
            "supervisor", supervisor_start_timeout=8, supervisor_service_options={"Service": {"ExecStart": None}}
        )


def test_plugin_that_fails_when_the_daemon_starts(host, failure):
    with module(host, "def make(supervisord, **options):\n    raise ValueError('no license for ' + options['for'])"):
        put_back(
            host,
            failure,
            "a plugin that refuses its options when the daemon starts",
            r"did not answer within 8 seconds.*no license for four",
            supervisor_rpcinterfaces=plugin(FACTORY, **{"for": "four"}),
        )


def test_release_that_does_not_come_up(host, failure):
    put_back(
        host,
        failure,
        "another release that does not come up",
        r"did not answer within 8 seconds",
        supervisor_version="4.2.5",
        supervisor_service_options={"Service": {"ExecStartPre": "/bin/false"}},
    )
    assert host.module("supervisor_info").result["daemon"]["version"] == host.sh(
        "$(ls /opt/supervisor/bin/supervisord 2>/dev/null || echo /usr/bin/supervisord) --version"
    )


def test_plugin_of_a_package_that_does_not_have_it(host, failure):
    """Packages are installed before the main file is tried for good: what is installed for it goes again."""
    with failure("5", "packages that do not bring the plugin", r"no_such_package.*nothing was written") as case:
        case.outcome = host.role(
            "supervisor",
            supervisor_pip_extra_packages=["superlance==2.0.0"],
            supervisor_rpcinterfaces=plugin("no_such_package:make"),
        )
    left = host.sh("ls -d /opt/supervisor/lib/python3*/site-packages/superlance 2>/dev/null || true")
    assert left == ""
