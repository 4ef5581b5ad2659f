# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What supervisor_config refuses is what real daemons do not start with, and what it takes they start with."""

from __future__ import annotations

import os
import pathlib
import socket
import subprocess

import daemons as daemons_
import pytest

FACTORY = "supervisor.rpcinterface:make_main_rpcinterface"


@pytest.fixture
def folder():
    path = pathlib.Path(daemons_.folder())
    path.chmod(0o755)
    yield path
    subprocess.run(["rm", "-rf", str(path)], check=True)


@pytest.fixture
def held():
    """A port on which this process listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        yield server.getsockname()[1]


def options(version, folder, **more):
    """Arguments of a file with which a daemon starts, and these."""
    own = {
        "logfile": str(folder / "d.log"),
        "pidfile": str(folder / "d.pid"),
        "childlogdir": str(folder),
        "nodaemon": True,
    }
    given = {
        "path": str(folder / "supervisord.conf"),
        "executable": daemons_.binary(version),
        "unix_http_server": {"file": str(folder / "s")},
        "supervisord": {**own, **more.pop("supervisord", {})},
    }
    return {**given, **more}


def starts(version, path):
    """Does a real daemon start with a file? It answers, or ends with words of its own."""
    process = subprocess.Popen(
        [daemons_.binary(version), "-n", "-c", str(path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if "supervisord started with pid" in line:
                return True
        return False
    finally:
        process.terminate()
        process.communicate()


def bad(version, folder, held):
    """What a start ends with: arguments, and a word of the refusal."""
    extra = {"name": "extra", "rpcinterface_factory": "no_such_package:make"}
    missing = {"name": "extra", "rpcinterface_factory": "supervisor.rpcinterface:no_such_function"}
    return {
        "port": (options(version, folder, inet_http_server={"port": "127.0.0.1:%d" % held}), "is in use by process"),
        "address": (
            options(
                version,
                folder,
                inet_http_server={"port": "203.0.113.7:9001", "username": "ops", "password": "long enough 4711"},
            ),
            "is no address of this host",
        ),
        "package": (options(version, folder, rpcinterfaces=[extra]), "no module named no_such_package"),
        "function": (options(version, folder, rpcinterfaces=[missing]), "no_such_function"),
        "log": (options(version, folder, supervisord={"logfile": str(folder)}), "is a folder"),
        "device": (options(version, folder, supervisord={"logfile": "/dev/full"}), "is a device"),
        "files": (
            options(version, folder, service={"LimitNOFILE": "2048"}, supervisord={"minfds": 2000000000}),
            "open files that the daemon may have",
        ),
    }


@pytest.mark.parametrize("kind", ["port", "address", "package", "function", "log", "device", "files"])
def test_refused_is_what_a_daemon_does_not_start_with(version, run_module, folder, held, kind):
    arguments, word = bad(version, folder, held)[kind]
    for check in (True, False):
        result = run_module("supervisor_config", arguments, check=check)
        assert result["failed"], result
        assert word in result["msg"]
        assert "nothing was written" in result["msg"]
        assert not os.path.exists(arguments["path"])


def test_limits_that_the_daemon_would_not_leave_are_refused_before_the_file_is_written(version, run_module, folder):
    arguments = options(version, folder, limits={"nofile": 100})
    for check in (True, False):
        result = run_module("supervisor_config", arguments, check=check)
        assert result["failed"], result
        assert "less than 1024" in result["msg"]
        assert not os.path.exists(arguments["path"])


@pytest.mark.parametrize("kind", ["port", "address", "package", "log"])
def test_a_daemon_does_not_start_with_what_is_refused(version, run_module, folder, held, kind):
    """The same file, written past the check: it is the daemon that is right."""
    arguments, _word = bad(version, folder, held)[kind]
    good = run_module("supervisor_config", options(version, folder))
    assert not good["failed"], good
    text = pathlib.Path(arguments["path"]).read_text(encoding="utf-8")
    section = {
        "port": "[inet_http_server]\nport=127.0.0.1:%d\n" % held,
        "address": "[inet_http_server]\nport=203.0.113.7:9001\n",
        "package": "[rpcinterface:extra]\nsupervisor.rpcinterface_factory=no_such_package:make\n",
        "log": "",
    }[kind]
    text = text.replace(str(folder / "d.log"), str(folder)) if kind == "log" else text + "\n" + section
    pathlib.Path(arguments["path"]).write_text(text, encoding="utf-8")
    assert not starts(version, arguments["path"])


def test_taken_is_what_a_daemon_starts_with(version, run_module, folder):
    arguments = options(version, folder, inet_http_server={"port": "127.0.0.1:%d" % daemons_.free_port()})
    result = run_module("supervisor_config", arguments)
    assert not result["failed"], result
    assert starts(version, arguments["path"])


def test_the_port_of_the_running_daemon_is_no_reason_to_refuse(run_module, daemons, version):
    daemon = daemons({}, inet=True)
    arguments = {
        "path": daemon.conf,
        "executable": daemons_.binary(version),
        "unix_http_server": {"file": daemon.socket},
        "inet_http_server": {"port": "127.0.0.1:%d" % daemon.port},
        "supervisord": {
            "logfile": daemon.log,
            "pidfile": os.path.join(daemon.dir, "supervisord.pid"),
            "loglevel": "warn",
        },
    }
    result = run_module("supervisor_config", arguments, check=True)
    assert not result["failed"], result
    assert "loglevel of [supervisord] changed" in result["restart_reasons"]
