# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A main file that somebody else has written is replaced when that does no harm, or when somebody says that it may."""

from __future__ import annotations

import os

import pytest

SLEEP = "/bin/sleep 1000"
STRONG = "Y4tq-9Tzp-w0Lk"


@pytest.fixture
def main(run_module):
    """``main(daemon, check=False, **options)``: declare the main file of a daemon as it is, or otherwise."""

    def run(daemon, check=False, **options):
        server = {"port": "127.0.0.1:%d" % daemon.port} if daemon.port else None
        own = {
            "logfile": daemon.log,
            "pidfile": daemon.dir + "/supervisord.pid",
            "childlogdir": daemon.dir,
            "nodaemon": True,
            "minfds": 256,
        }
        wanted = {
            "path": daemon.conf,
            "supervisord": own,
            "unix_http_server": {"file": daemon.socket},
            "inet_http_server": server,
            "include": {"files": [daemon.conf_dir + "/*.conf"]},
            "mode": "0644",
        }
        wanted.update(options)
        return run_module(
            "supervisor_config", {key: value for key, value in wanted.items() if value is not None}, check=check
        )

    return run


def text(daemon):
    with open(daemon.conf) as stream:
        return stream.read()


def test_a_file_by_which_nothing_is_lost_needs_no_word_and_leaves_a_copy(daemons, main):
    daemon = daemons({"web": {"command": SLEEP}}, inet=True)
    before = text(daemon)
    result = main(daemon)
    assert not result["failed"], result
    assert result["restart_required"] is False
    with open(result["backup_file"]) as stream:
        assert stream.read() == before
    assert main(daemon)["changed"] is False


def test_what_would_be_lost_and_restart_is_told_before_anything_is_written(daemons, main):
    daemon = daemons({"web": {"command": SLEEP}, "job": {"command": SLEEP, "autostart": "false"}}, inet=True)
    before = text(daemon)
    other = {"file": daemon.dir + "/other"}
    for check in (True, False):
        result = main(daemon, check=check, inet_http_server=None, unix_http_server=other)
        assert result["failed"]
        assert result["losses"] == [
            "[inet_http_server] (port %d) is dropped" % daemon.port,
            "the socket moves from %s to %s" % (daemon.socket, other["file"]),
            "supervisord restarts, and with it: web:web",
        ]
        assert "supervisor_adopt: true" in result["msg"]
        assert text(daemon) == before
    result = main(daemon, inet_http_server=None, unix_http_server=other, adopt=True)
    assert not result["failed"], result
    assert "[inet_http_server]" in str(result["warnings"])
    assert os.path.exists(result["backup_file"])


def test_a_restart_that_is_put_off_is_no_harm(daemons, main):
    daemon = daemons({"web": {"command": SLEEP}})
    own = {"logfile": daemon.log, "loglevel": "debug", "nodaemon": True}
    assert "restarts" in main(daemon, supervisord=own)["msg"]
    result = main(
        daemon,
        supervisord=dict(own, pidfile=daemon.dir + "/supervisord.pid", childlogdir=daemon.dir),
        restart_follows=False,
    )
    assert not result["failed"], result
    assert result["restart_required"] is True


def test_a_daemon_that_runs_nothing_may_restart(daemons, main):
    daemon = daemons()
    result = main(daemon, unix_http_server={"file": daemon.dir + "/other"})
    assert not result["failed"], result


def test_programs_that_nobody_would_read_any_more_are_named(daemons, main):
    daemon = daemons({"web": {"command": SLEEP}})
    daemon.kill()  # files are lost as well when no daemon runs
    result = main(daemon, include={"files": [daemon.dir + "/elsewhere/*.conf"]})
    path = os.path.join(daemon.conf_dir, "web.conf")
    assert result["losses"] == ["[program:web] of %s is not read any more" % path]


def test_programs_in_the_main_file_stay_there_until_they_are_taken_over(daemons, main, run_module):
    daemon = daemons()
    with open(daemon.conf, "a") as stream:
        stream.write("\n; mine\n[program:web]\ncommand=/bin/sleep 1000\nautostart=true\n")
    daemon.kill()
    daemon.start()
    daemon.wait_state("web:web", "RUNNING")
    before = daemon.pids()
    assert "[program:web] of %s is not read any more" % daemon.conf in main(daemon)["losses"]
    result = main(daemon, adopt=True)
    assert not result["failed"], result
    assert "\n; mine\n[program:web]\n" in text(daemon)
    assert main(daemon)["changed"] is False
    args = {"programs": [{"name": "web", "command": SLEEP}], "adopt": True, "state_dir": daemon.dir + "/state"}
    assert not run_module("supervisor_program", args, daemon)["failed"]
    assert "[program:web]" not in text(daemon)
    assert main(daemon)["changed"] is False
    assert daemon.pids() == before


def test_check_mode_knows_the_folder_that_the_main_file_will_include(daemons, run_module):
    daemon = daemons()
    bare = text(daemon).split("[include]")[0] + "[program:web]\ncommand=/bin/sleep 1000\n"
    with open(daemon.conf, "w") as stream:
        stream.write(bare)
    daemon.kill()
    daemon.start()
    args = {
        "programs": [{"name": "web", "command": SLEEP}],
        "adopt": True,
        "conf_dir": daemon.conf_dir,
        "state_dir": daemon.dir + "/state",
    }
    assert "is not read by the daemon" in run_module("supervisor_program", args, daemon, check=True)["msg"]
    planned = dict(args, planned_include=[daemon.conf_dir + "/*.conf"])
    result = run_module("supervisor_program", planned, daemon, check=True)
    assert not result["failed"], result
    assert result["restarted"] == []
    assert [action["name"] for action in result["actions"] if "name" in action] == [
        daemon.conf_dir + "/web.conf",
        daemon.conf,
    ]
    assert "is not read by the daemon" in run_module("supervisor_program", planned, daemon)["msg"]


@pytest.mark.newest
@pytest.mark.parametrize(
    ("password", "word"), [("handmade123", "has only 11 characters"), ("admin", "everybody knows"), ("", "empty")]
)
def test_a_short_password_can_stay_for_a_while_and_one_that_everybody_knows_cannot(daemons, main, password, word):
    daemon = daemons()
    server = {"port": "*:19001", "username": "admin", "password": password}
    assert word in main(daemon, inet_http_server=server, check=True)["msg"]
    result = main(daemon, inet_http_server=server, check=True, allow_short_passwords=True, mode=None)
    if password == "handmade123":
        assert not result["failed"], result
        assert "has only 11 characters" in str(result["warnings"])
        assert password not in str(result)
        strong = main(
            daemon, inet_http_server=dict(server, password=STRONG), check=True, allow_short_passwords=True, mode=None
        )
        assert "characters" not in str(strong.get("warnings"))
    else:
        assert result["failed"]
