# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""supervisor_process against real daemons: every fault of a process gets a true verdict with its cause.

In every test a bystander runs as well, whose process ID must not change.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time

import daemons as daemons_
import pytest

BYSTANDER = {"command": "/bin/sleep 1000", "priority": "1"}
OLD = ("3.4.0", "4.0.4")  # there a stop that signals a group before there is one ends supervisord
SLEEP = {"command": "/bin/sleep 1000", "autostart": "false"}


def shell(script, **options):
    """A program of one shell line. Per cent signs and quotes are the caller's business."""
    return {"command": f'/bin/sh -c "{script}"', "autostart": "false", **options}


DEAF = shell("trap '' TERM; echo deaf; while :; do sleep 0.1; done", killasgroup="true")


@pytest.fixture
def stage(daemons, run_module):
    """Starts a daemon with a program ``web`` and a bystander; returns (daemon, act). act() runs the module on web."""
    stages = []

    def start(program, **options):
        programs = {"bystander": BYSTANDER, "web": program, **options.pop("programs", {})}
        daemon = daemons(programs, **options)
        pid = daemon.wait_state("bystander", "RUNNING").pid
        stages.append((daemon, pid))

        def act(state, check=False, **args):
            began = time.monotonic()
            asked = {"names": ["web"], "state": state, **args}
            asked = {key: value for key, value in asked.items() if value is not None}
            result = run_module("supervisor_process", asked, daemon, check=check)
            result["took"] = time.monotonic() - began
            return result

        return daemon, act

    yield start
    for daemon, pid in stages:
        if daemon.process.poll() is None:
            assert daemon.info("bystander").pid == pid


def text(path):
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def said(daemon, words):
    """Wait until the program has written these words: from then on it does with signals what it is to do."""
    log = daemon.info("web").stdout_logfile
    daemons_.wait_for(lambda: words in text(log), what=repr(words))


def only(result):
    assert len(result["processes"]) == 1
    return result["processes"][0]


def failed(result, *words):
    assert result["failed"] is True, result
    assert only(result)["failed"] is True
    for word in words:
        assert word in result["msg"], result["msg"]
    return result


def done(result, after, actions):
    assert not result["failed"], result
    assert (only(result)["after"], only(result)["actions"]) == (after, actions), result
    assert result["changed"] is bool(actions)
    return result


def test_each_state_is_reached_once_and_then_kept(stage):
    daemon, act = stage(SLEEP)
    done(act("stopped"), "STOPPED", [])
    done(act("started"), "RUNNING", ["start"])
    pid = daemon.info("web").pid
    done(act("started"), "RUNNING", [])
    assert daemon.info("web").pid == pid
    done(act("restarted"), "RUNNING", ["stop", "start"])
    assert daemon.info("web").pid != pid
    done(act("stopped"), "STOPPED", ["stop"])
    done(act("stopped"), "STOPPED", [])


def test_gives_up_after_its_retries(stage):
    daemon, act = stage(shell("echo cannot open the database >&2; exit 3", startretries="1"))
    result = failed(act("started"), "FATAL", "too quickly", "exit status 3", "cannot open the database")
    assert result["changed"]
    assert only(result)["log"][-1] == "cannot open the database"
    assert daemon.state("web") == "FATAL"


def ask_to_start(daemon):
    """Have it started without waiting. One that ends at once may be told so at once: SPAWN_ERROR is no failure here."""
    (answer,) = daemon.client().multicall([("startProcess", ("web", False))])
    assert answer is True or answer.code == 50, answer


def test_a_program_that_has_given_up_is_started_again(stage, tmp_path):
    flag = tmp_path / "ready"
    _daemon, act = stage(shell(f"test -e {flag} || exit 1; exec sleep 1000", startretries="0"))
    failed(act("started"))
    flag.touch()
    done(act("started"), "RUNNING", ["start"])


def test_backoff_is_waited_for_and_not_started_again(stage, tmp_path):
    flag = tmp_path / "ready"
    daemon, act = stage(shell(f"test -e {flag} || exit 1; exec sleep 1000", startretries="4"))
    ask_to_start(daemon)
    daemon.wait_state("web", "BACKOFF")
    flag.touch()
    done(act("started"), "RUNNING", [])


def test_backoff_is_stopped_at_once(stage):
    daemon, act = stage(shell("exit 1", startretries="20"))
    ask_to_start(daemon)
    daemon.wait_state("web", "BACKOFF")
    done(act("stopped"), "STOPPED", ["stop"])


@pytest.mark.ends
def test_still_in_backoff_at_the_deadline(stage):
    _daemon, act = stage(shell("echo no luck; exit 1", startretries="20"))
    result = failed(act("started", wait_timeout=3), "not RUNNING after 3 s", "no luck")
    assert result["took"] < 15


def test_dies_after_startsecs(stage):
    _daemon, act = stage(shell("echo working; sleep 2; echo out of memory; exit 5", autorestart="false"))
    failed(act("started", settle=4), "exit status 5", "out of memory")


def test_dies_after_startsecs_and_comes_back(stage):
    _daemon, act = stage(shell("sleep 1.5; echo again; exit 5", autorestart="true"))
    failed(act("started", settle=4), "again")


def test_crash_loop_without_startsecs(stage):
    _daemon, act = stage(shell("echo bang; sleep 0.2; exit 7", startsecs="0"))
    failed(act("started"), "bang")


@pytest.mark.ends
def test_missing_binary(stage):
    _daemon, act = stage({"command": "/no/such/binary", "autostart": "false"})
    result = failed(act("started"), "/no/such/binary", "NO_FILE")
    assert not result["changed"]
    assert result["took"] < 20


@pytest.mark.ends
def test_not_executable(stage, tmp_path):
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    _daemon, act = stage({"command": str(script), "autostart": "false"})
    failed(act("started"), "NOT_EXECUTABLE", str(script))


def test_command_that_cannot_be_split(stage):
    _daemon, act = stage({"command": "/bin/sh -c 'unbalanced", "autostart": "false"})
    result = failed(act("started"), "quotation")
    assert not result["changed"]


def test_missing_directory(stage):
    _daemon, act = stage(dict(SLEEP, directory="/no/such/directory", startretries="0"))
    failed(act("started"), "couldn't chdir to /no/such/directory")


@pytest.mark.ends
def test_user_that_cannot_be_switched_to(stage):
    program = dict(SLEEP, user="daemon", startretries="0")
    _daemon, act = stage(program, user="nobody")
    failed(act("started"), "setuid")


@pytest.mark.ends
def test_port_taken(stage):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        script = "import socket; socket.socket().bind(('127.0.0.1', %d))" % taken.getsockname()[1]
        program = {"command": f'{sys.executable} -c "{script}"', "autostart": "false", "startretries": "0"}
        _daemon, act = stage(program)
        failed(act("started"), "FATAL", "Address already in use", "exit status 1")


@pytest.mark.ends
def test_log_that_is_a_directory(stage, tmp_path):
    _daemon, act = stage(dict(SLEEP, stdout_logfile=str(tmp_path), startretries="0"))
    failed(act("started"), "FATAL")


@pytest.mark.ends
def test_killed_by_a_signal_at_the_start(stage):
    _daemon, act = stage(shell("echo last words; kill -SEGV $$", startretries="0"))
    failed(act("started"), "SIGSEGV", "last words")


def test_log_lines_with_colours_zeros_and_latin_1(stage):
    _daemon, act = stage(shell(r"printf '\\033[31mred\\033[0m caf\\351 \\000zero\\n' >&2; exit 1", startretries="0"))
    result = failed(act("started"), "red caf\ufffd \ufffdzero")
    assert only(result)["log"] == ["red caf\ufffd \ufffdzero"]


@pytest.mark.ends
def test_redirected_standard_error(stage):
    _daemon, act = stage(shell("echo to the other log >&2; exit 1", startretries="0", redirect_stderr="true"))
    failed(act("started"), "to the other log")


@pytest.mark.ends
def test_without_any_log(stage):
    program = shell("echo nothing; exit 1", startretries="0", stdout_logfile="NONE", stderr_logfile="NONE")
    _daemon, act = stage(program)
    result = failed(act("started"), "FATAL", "exit status 1")
    assert only(result)["log"] == []


def test_stopping_is_waited_for_and_then_started(stage):
    daemon, act = stage(dict(DEAF, stopwaitsecs="2"))
    done(act("started"), "RUNNING", ["start"])
    said(daemon, "deaf")
    daemon.client().call("stopProcess", "web", False)
    assert daemon.state("web") == "STOPPING"
    done(act("started"), "RUNNING", ["start"])


def test_stopping_is_waited_for_and_counts_as_stopped(stage):
    daemon, act = stage(dict(DEAF, stopwaitsecs="2"))
    done(act("started"), "RUNNING", ["start"])
    said(daemon, "deaf")
    daemon.client().call("stopProcess", "web", False)
    done(act("stopped"), "STOPPED", [])


def test_stop_that_needs_sigkill(stage):
    daemon, act = stage(dict(DEAF, stopwaitsecs="1"))
    done(act("started"), "RUNNING", ["start"])
    said(daemon, "deaf")
    result = done(act("stopped"), "STOPPED", ["stop"])
    assert 1 <= result["took"] < 20


def test_stop_that_does_not_end_in_time(stage):
    daemon, act = stage(dict(DEAF, stopwaitsecs="60"))
    done(act("started"), "RUNNING", ["start"])
    said(daemon, "deaf")
    result = failed(act("stopped", wait_timeout=2), "not STOPPED after 2 s", "STOPPING", "stopwaitsecs", "deaf")
    assert result["changed"]
    assert result["took"] < 20


def test_stop_right_after_start_is_not_lost(stage):
    daemon, act = stage(dict(SLEEP, stopwaitsecs="30"), supervisord={"minfds": "10000"})
    ask_to_start(daemon)
    result = done(act("stopped"), "STOPPED", ["stop"])
    assert result["took"] < 15


def test_unknown_is_left_alone(stage, version):
    daemon, act = stage(dict(SLEEP, user="nobody"), drop_kill=True)
    done(act("started"), "RUNNING", ["start"])
    pid = daemon.info("web").pid
    failed(act("stopped"), "UNKNOWN", f"pid {pid}", "by hand")
    for state in ("started", "stopped", "restarted"):
        for check in (False, True):
            result = failed(act(state, check=check), "UNKNOWN", f"pid {pid}")
            assert only(result)["actions"] == []
    result = failed(act("signalled", signal="USR1"), "UNKNOWN")
    assert not result["changed"]
    assert os.path.exists(f"/proc/{pid}")
    assert daemon.process.poll() is None


def test_a_job_that_ends_well(stage):
    _daemon, act = stage(shell("echo done", startsecs="0"))
    done(act("started", one_shot=True), "EXITED", ["start"])
    done(act("started", one_shot=True), "EXITED", [])
    done(act("stopped"), "EXITED", [])
    failed(act("started"), "ended right after its start")


def test_exited_is_started_again(stage, tmp_path):
    flag = tmp_path / "end"
    daemon, act = stage(shell(f"while test ! -e {flag}; do sleep 0.1; done"))
    done(act("started"), "RUNNING", ["start"])
    flag.touch()
    daemon.wait_state("web", "EXITED")
    flag.unlink()
    done(act("started"), "RUNNING", ["start"])


def test_crash_loop_is_stopped_for_good(stage):
    daemon, act = stage(shell("sleep 0.3; exit 1", startsecs="0", autorestart="true"))
    ask_to_start(daemon)
    done(act("stopped", wait_timeout=20), "STOPPED", ["stop"])
    # Every request is a turn of the daemon's loop, and in each it starts what autorestart brings back.
    assert {daemon.state("web") for _turn in range(20)} == {"STOPPED"}


@pytest.mark.parametrize("stopasgroup", ["true", "false"])
def test_crash_loop_of_a_process_that_ends_at_once(stopasgroup, stage, version):
    program = shell("exit 1", startsecs="0", autorestart="true", stopasgroup=stopasgroup)
    daemon, act = stage(program)
    ask_to_start(daemon)
    result = act("stopped", wait_timeout=15)
    if version in OLD and stopasgroup == "true" and result["failed"]:
        failed(result, "to be stopped safely")  # such a stop can end supervisord, so that it is not tried in haste
    else:
        done(result, "STOPPED", ["stop"])
    assert daemon.process.poll() is None


@pytest.fixture
def never_alive(record):
    """Wraps ``act``: all it asks reaches the daemon only once the run of web that is under way has ended.

    So it is for a client on a quick machine or far away: the daemon is woken, starts it again, and it is gone.
    """

    def through(daemon, act):
        proxy = record(daemon, lambda: daemons_.wait_for(lambda: len(daemon.session()) <= 2, what="the end of web"))

        def act_through(state, **args):
            return act(state, server_url=proxy.url, config_file=daemon.conf, **args)

        return proxy, act_through

    return through


@pytest.mark.parametrize("stopasgroup", ["true", "false"])
def test_crash_loop_that_is_never_seen_alive(stopasgroup, stage, version, never_alive):
    daemon, act = stage(shell("exit 1", startsecs="0", autorestart="true", stopasgroup=stopasgroup))
    proxy, act = never_alive(daemon, act)
    ask_to_start(daemon)
    if version in OLD and stopasgroup == "true":
        failed(act("stopped", wait_timeout=5), "to be stopped safely")
        assert proxy.mutating == []
    else:
        done(act("stopped", wait_timeout=30), "STOPPED", ["stop"])
        assert {daemon.state("web") for _turn in range(20)} == {"STOPPED"}
    assert daemon.process.poll() is None


def test_crash_loop_whose_file_says_otherwise_than_the_daemon_runs(stage, version, never_alive):
    program = shell("exit 1", startsecs="0", autorestart="true", stopasgroup="true")
    daemon, act = stage(program)
    proxy, act = never_alive(daemon, act)
    ready = time.time()
    daemons_.wait_for(lambda: time.time() > ready + 3, what="a time that is certainly after the daemon's start")
    daemon.write("web", dict(program, stopasgroup="false"))
    ask_to_start(daemon)
    if version in OLD:
        failed(act("stopped", wait_timeout=5), "to be stopped safely")
        assert proxy.mutating == []
    else:
        done(act("stopped", wait_timeout=30), "STOPPED", ["stop"])
    assert daemon.process.poll() is None


@pytest.mark.ends
def test_starting_is_waited_for(stage):
    daemon, act = stage(dict(SLEEP, startsecs="3"))
    ask_to_start(daemon)
    done(act("started"), "RUNNING", [])


@pytest.mark.ends
def test_removed_while_waited_for(stage):
    daemon, act = stage(dict(DEAF, stopwaitsecs="2"))
    done(act("started"), "RUNNING", ["start"])
    said(daemon, "deaf")

    def remove():
        daemon.wait_state("web", "STOPPED")
        daemon.client().call("removeProcessGroup", "web")

    remover = threading.Thread(target=remove)
    remover.start()
    result = act("stopped")
    remover.join()
    assert not result["failed"], result


@pytest.mark.ends
def test_names_that_match_nothing(stage, run_module):
    daemon, act = stage(SLEEP)
    result = act("started", names=["web", "wbe"])
    assert result["failed"]
    assert "'wbe'" in result["msg"]
    assert "web:web" in result["msg"]
    assert daemon.state("web") == "STOPPED"


@pytest.mark.ends
def test_globs_groups_and_states(stage):
    members = {"command": "/bin/sleep 1000", "numprocs": "3", "process_name": "w_%(process_num)d", "autostart": "false"}
    daemon, act = stage(SLEEP, programs={"workers": members})
    names = ["workers:w_0", "workers:w_1", "workers:w_2"]
    result = act("started", names=["workers:*"], max_parallel=2)
    assert [item["name"] for item in result["processes"]] == names
    result = act("stopped", names=["workers:w_[12]"])
    assert [item["name"] for item in result["processes"]] == names[1:]
    result = act("started", names=["w*"], in_state=["RUNNING"])
    assert [item["name"] for item in result["processes"]] == names[:1]
    result = act("restarted", names=["workers:"])
    assert [item["after"] for item in result["processes"]] == ["RUNNING"] * 3
    assert daemon.state("web") == "STOPPED"
    result = act("stopped", names=None, in_state=["FATAL"])
    assert (result["failed"], result["changed"], result["processes"]) == (False, False, [])


def test_signals(stage):
    daemon, act = stage(shell("trap 'echo got it' USR1; echo ready; while :; do sleep 0.1; done"))
    failed(act("signalled", signal="USR1"), "STOPPED", "no process")
    assert act("signalled", signal="NOPE")["failed"]
    done(act("started"), "RUNNING", ["start"])
    said(daemon, "ready")
    done(act("signalled", signal="sigusr1"), "RUNNING", ["signal"])
    said(daemon, "got it")


@pytest.mark.ends
def test_stdin_and_logs(stage):
    daemon, act = stage({"command": "/bin/cat", "autostart": "false"})
    assert act(None, stdin="hello\n")["failed"]
    result = act("started", stdin="hello <&> ü\n")
    assert only(result)["actions"] == ["start", "stdin"]
    log = daemon.info("web").stdout_logfile
    daemons_.wait_for(lambda: "hello <&> ü" in text(log), what="the echo")
    assert only(act(None, clear_logs=True))["actions"] == ["clear_logs"]
    assert text(log) == ""
    assert not act(None, clear_logs=True)["changed"]


@pytest.mark.ends
def test_logs_of_a_stopped_process_are_cleared_too(stage):
    daemon, act = stage(shell("echo something; exit 1", startretries="0"))
    failed(act("started"))
    assert act(None, clear_logs=True, check=True)["changed"]
    assert act(None, clear_logs=True)["changed"]
    assert not act(None, clear_logs=True)["changed"]
    assert text(daemon.info("web").stdout_logfile) == ""


@pytest.mark.ends
def test_without_wait(stage):
    _daemon, act = stage(dict(SLEEP, startsecs="20"))
    result = done(act("started", wait=False), "STARTING", ["start"])
    assert result["took"] < 15


@pytest.mark.ends
def test_everything_at_once(stage):
    programs = {f"p{number:02d}": SLEEP for number in range(40)}
    _daemon, act = stage(SLEEP, programs=programs)
    result = act("started", names=["p*"])
    assert not result["failed"]
    assert len(result["processes"]) == 40
    assert result["took"] < 30
    result = act("stopped", names=["p*"])
    assert [item["after"] for item in result["processes"]] == ["STOPPED"] * 40
    assert result["took"] < 30
