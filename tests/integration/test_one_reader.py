# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a daemon listens, and which file it uses, is read as that very daemon reads it; by every module."""

import os
import signal

import daemons as daemons_
import inprocess
import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import supervisords as _supervisords
from ansible_collections.supervisord.fleet.plugins.module_utils._local import main_file as _main_file

SLEEP = {"command": "/bin/sleep 1000", "startsecs": "0"}
NOWHERE = "/nowhere/at-all.sock"
TASKS = {
    "supervisor_info": {},
    "supervisor_process": {"names": ["web"], "state": "started"},
    "supervisor_rpc": {"calls": [{"method": "getPID"}]},
    "supervisor_program": {"name": "web", "command": "/bin/sleep 1000", "startsecs": 0},
}
every_module = pytest.mark.parametrize("name", TASKS)


def rewrite(daemon, old, new):
    with open(daemon.conf, encoding="utf-8") as stream:
        text = stream.read()
    assert old in text
    with open(daemon.conf, "w", encoding="utf-8") as stream:
        stream.write(text.replace(old, new))


def task(name, daemon, **more):
    args = dict(TASKS[name], config_file=daemon.conf, **more)
    return dict(args, state_dir=os.path.join(daemon.dir, "state")) if name == "supervisor_program" else args


def main_file(daemon, **supervisord):
    """Arguments of supervisor_config for the main file of a daemon."""
    own = {"logfile": daemon.log, "pidfile": os.path.join(daemon.dir, "supervisord.pid"), "childlogdir": daemon.dir}
    return {
        "path": daemon.conf,
        "adopt": True,  # the file is not of this collection
        "supervisord": dict(own, nodaemon=True, minfds=256, **supervisord),
        "unix_http_server": {"file": os.path.join(daemon.dir, "main.sock")},
        "include": {"files": [os.path.join(daemon.conf_dir, "*.conf")]},
    }


@pytest.fixture
def unstarted(version):
    """A daemon that is written and not yet started; ended after the test."""
    found = []

    def make(programs=None, **options):
        found.append(daemons_.Daemon(version, programs or {"web": SLEEP}, **options))
        return found[-1]

    yield make
    for daemon in found:
        daemon.destroy()


@pytest.fixture
def overridden(unstarted):
    """A daemon whose address and password stand in an included file, which wins over the main one."""
    daemon = unstarted(auth=("u", "right"))
    server = {"file": daemon.socket, "chmod": "0700", "username": "u", "password": "right"}
    daemon.write("my", daemons_.section("unix_http_server", server))
    rewrite(daemon, "file = %s\n" % daemon.socket, "file = %s\n" % os.path.join(daemon.dir, "main.sock"))
    rewrite(daemon, "password = right", "password = wrong")
    return daemon.start()


@every_module
def test_an_included_file_says_where_the_daemon_listens(name, overridden, run_module):
    result = run_module(name, task(name, overridden))
    assert not result["failed"], result


def test_supervisor_config_knows_a_daemon_that_listens_by_an_included_file(overridden, run_module, version):
    result = run_module("supervisor_config", main_file(overridden, loglevel="debug"), check=True)
    assert not result["failed"], result
    assert (result["running_version"], result["restart_required"]) == (version, True)


@every_module
def test_only_an_included_file_has_a_server(name, unstarted, run_module):
    daemon = unstarted()
    daemon.write("my", daemons_.section("unix_http_server", {"file": daemon.socket}))
    rewrite(daemon, "[unix_http_server]\nfile = %s" % daemon.socket, "[ctlplugin:none]\nfile = x")
    daemon.start()
    result = run_module(name, task(name, daemon))
    assert not result["failed"], result


@every_module
def test_comments_are_what_the_daemons_python_takes_for_some(name, unstarted, run_module, version):
    """Python 2 has ``pa #ss`` for a password, Python 3 the part before the space."""
    daemon = unstarted(auth=("u", "pa #ss"))
    daemon.auth = ("u", "pa #ss" if version == "3.4.0" else "pa")
    daemon.start()
    result = run_module(name, task(name, daemon))
    assert not result["failed"], result


@every_module
def test_a_variable_that_only_the_daemon_has(name, unstarted, run_module, monkeypatch):
    daemon = unstarted(command=True)
    monkeypatch.setenv("SF_SECRET_PLACE", daemon.dir)
    rewrite(daemon, "file = %s\n" % daemon.socket, "file = %(ENV_SF_SECRET_PLACE)s/s\n")
    daemon.start()
    monkeypatch.delenv("SF_SECRET_PLACE")
    result = run_module(name, task(name, daemon))
    assert not result["failed"], result


@every_module
def test_a_file_that_was_spoilt_since_hides_the_daemon_from_nobody(name, daemons, run_module):
    daemon = daemons({"web": SLEEP})
    daemon.write("spoilt", "this is no section\n")
    result = run_module(name, task(name, daemon))
    if name == "supervisor_program":
        assert "spoilt.conf" in result["msg"]
        assert "could not be reached" not in result["msg"]
    else:
        assert not result["failed"], result


@pytest.fixture
def usual(tmp_path, monkeypatch):
    """The only usual place for a main file, and no other daemons than those of this test."""
    path = tmp_path / "usual.conf"
    everyone = _supervisords.all_of_them
    ours = []
    monkeypatch.setattr(_main_file, "DEFAULT_CONFIGS", (str(path),))
    monkeypatch.setattr(_supervisords, "all_of_them", lambda: [found for found in everyone() if found.config in ours])

    def place(daemon):
        ours.append(daemon.conf)
        path.write_text("[supervisord]\n[unix_http_server]\nfile=%s\n" % (tmp_path / "usual.sock"))
        return str(path)

    return place


@pytest.mark.ends
@every_module
def test_the_file_that_runs_comes_before_the_one_in_the_usual_place(name, unstarted, usual):
    daemon = unstarted(command=True).start()
    usual(daemon)
    args = task(name, daemon)
    del args["config_file"]
    result = inprocess.run(name, args)
    assert not result["failed"], result
    if name == "supervisor_program":
        assert all(path.startswith(daemon.conf_dir) for path in written(result)), result


def written(result):
    return [action["name"] for action in result["actions"] if action["action"] == "write"]


@pytest.mark.ends
@pytest.mark.parametrize("check", [True, False])
def test_files_that_the_daemon_does_not_read_are_not_written(unstarted, tmp_path, check):
    daemon = unstarted(command=True).start()
    other = tmp_path / "other.conf"
    (tmp_path / "other.d").mkdir()
    with open(daemon.conf, encoding="utf-8") as stream:
        other.write_text(stream.read().replace(daemon.conf_dir, str(tmp_path / "other.d")))
    args = dict(task("supervisor_program", daemon), name="fresh", config_file=str(other))
    result = inprocess.run("supervisor_program", args, check=check)
    assert result["failed"]
    assert "was started with %s" % daemon.conf in result["msg"]
    assert os.listdir(tmp_path / "other.d") == []


@pytest.fixture(params=[False, True], ids=["by pidfile", "by command line"])
def deaf(request, unstarted):
    """A living daemon whose socket was removed."""
    daemon = unstarted(command=request.param).start()
    os.unlink(daemon.socket)
    return daemon


@pytest.mark.parametrize("check", [True, False])
@every_module
def test_a_living_daemon_without_a_socket_is_told_as_such(name, check, deaf, run_module):
    result = run_module(name, task(name, deaf), check=check)
    assert result["failed"]
    assert " lives, but nothing answers at %s" % deaf.url in result["msg"]
    assert "Do not start another one" in result["msg"]
    assert "not running" not in result["msg"]
    assert deaf.process.poll() is None


def test_supervisor_orphans_still_reports_of_it(deaf, run_module):
    result = run_module("supervisor_orphans", {}, deaf)
    assert not result["failed"], result
    assert (result["daemon"]["running"], result["daemon"]["reachable"]) == (True, False)


def test_supervisor_config_says_that_it_must_restart(deaf, run_module):
    args = main_file(deaf, loglevel="debug")
    args["unix_http_server"]["file"] = deaf.socket
    result = run_module("supervisor_config", args)
    assert not result["failed"], result
    assert result["restart_required"]
    assert " lives, but nothing answers" in str(result["warnings"])


def test_by_its_address_alone_it_is_known_as_well(unstarted, run_module):
    daemon = unstarted(command=True).start()
    os.unlink(daemon.socket)
    result = run_module("supervisor_info", {"server_url": daemon.url})
    assert " lives, but nothing answers" in result["msg"]


@every_module
def test_a_daemon_that_has_ended_is_not_said_to_live(name, daemons, run_module):
    daemon = daemons({"web": SLEEP})
    daemon.kill(signal.SIGKILL)
    result = run_module(name, task(name, daemon))
    assert result["failed"]
    assert "lives" not in result["msg"]
    assert "supervisord is not running" in result["msg"]


@pytest.fixture
def other_identifier(daemons):
    """A daemon with an included file that has another identifier than will be declared."""
    daemon = daemons({"web": SLEEP})
    daemon.write("old", "# a file of former times\n[supervisord]\nidentifier = old\nloglevel = info\n")
    return daemon


@pytest.mark.parametrize("check", [True, False])
def test_what_an_included_file_overrides_is_never_said_to_be_in_force(other_identifier, run_module, check):
    daemon = other_identifier
    args = main_file(daemon, identifier="fresh", loglevel="info")
    for _turn in range(2):  # the second run says it again
        result = run_module("supervisor_config", args, check=check)
        assert not result["failed"], result
        path = os.path.join(daemon.conf_dir, "old.conf")
        assert result["overridden"] == [{"section": "supervisord", "option": "identifier", "file": path, "line": 3}]
        assert "identifier of [supervisord] is not in force as declared: %s, line 3" % path in str(result["warnings"])
    assert result["changed"] == check


def test_an_included_server_section_overrides_too(daemons, run_module):
    daemon = daemons({"web": SLEEP})
    daemon.write("my", daemons_.section("unix_http_server", {"file": os.path.join(daemon.dir, "other.sock")}))
    result = run_module("supervisor_config", main_file(daemon))
    assert [(found["section"], found["option"]) for found in result["overridden"]] == [("unix_http_server", "file")]


def test_nothing_is_overridden_by_files_of_programs(daemons, run_module):
    result = run_module("supervisor_config", main_file(daemons({"web": SLEEP})))
    assert result["overridden"] == []


@pytest.fixture
def two_names(daemons, run_module):
    """A daemon that reads the file of a program by two names, of which the second is a link, and one to declare it."""
    daemon = daemons()

    def declare(command, check=False, **more):
        args = {"name": "web", "command": command, "startsecs": 0, "config_file": daemon.conf, **more}
        args["state_dir"] = os.path.join(daemon.dir, "state")
        result = run_module("supervisor_program", args, check=check)
        assert not result["failed"], result
        return result

    declare("/bin/sleep 1000")
    os.symlink("web.conf", os.path.join(daemon.conf_dir, "zz.conf"))
    return daemon, declare


def test_a_file_that_is_read_by_two_names_is_changed_under_both(two_names):
    daemon, declare = two_names
    assert not declare("/bin/sleep 1000")["changed"]
    before = daemon.pids()
    foreseen = declare("/bin/sleep 1001", check=True)["actions"]
    assert [action["name"] for action in foreseen if action["action"] == "add"] == ["web"], foreseen
    declare("/bin/sleep 1001")
    (pid,) = daemon.pids().values()
    assert {pid} != set(before.values())
    with open("/proc/%d/cmdline" % pid, "rb") as stream:
        assert stream.read() == b"/bin/sleep\0001001\0"
    assert not declare("/bin/sleep 1001")["changed"]


def test_a_program_goes_by_both_names(two_names):
    daemon, declare = two_names
    result = declare(None, state="absent")
    assert daemon.pids() == {}
    assert "zz.conf is matched by [include] and cannot be read (a link that leads nowhere)" in str(result["warnings"])


def test_the_main_file_by_a_second_name_overrides_nothing(daemons, run_module):
    daemon = daemons({"web": SLEEP})
    os.symlink(daemon.conf, os.path.join(daemon.conf_dir, "main.conf"))
    result = run_module("supervisor_config", main_file(daemon, loglevel="debug"), check=True)
    assert not result["failed"], result
    assert result["overridden"] == []
    assert "loglevel of [supervisord] changed" in result["restart_reasons"]
