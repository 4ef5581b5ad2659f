# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""supervisor_program against real daemons: what a user declares is what runs, and nothing else is touched."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat

import daemons as daemons_
import pytest
import targets

SLEEP = "/bin/sleep 1000"
BYSTANDER = {"bystander": {"command": SLEEP}}


@pytest.fixture
def declare(run_module):
    """``declare(daemon, item, ..., check=False, **options)``: run the module on a list of items."""

    def run(daemon, *items, check=False, diff=False, **options):
        args = dict({"programs": list(items), "state_dir": os.path.join(daemon.dir, "state")}, **options)
        return run_module("supervisor_program", args, daemon, check=check, diff=diff)

    return run


def item(name, command=SLEEP, **options):
    return dict({"name": name, "command": command}, **options)


def actions(result):
    return [action["action"] for action in result["actions"]]


def files(daemon):
    found = {}
    for name in sorted(os.listdir(daemon.conf_dir)):
        with open(os.path.join(daemon.conf_dir, name), "rb") as stream:
            found[name] = stream.read()
    return found


# ---- what is declared is what runs


def test_declared_programs_run_and_the_second_run_changes_nothing(daemons, declare):
    daemon = daemons(BYSTANDER)
    before = daemon.pids()
    wanted = [item("web"), item("job", state="stopped")]
    first = declare(daemon, *wanted)
    assert not first["failed"], first
    assert [program["action"] for program in first["programs"]] == ["added", "added"]
    assert (daemon.state("web:web"), daemon.state("job:job")) == ("RUNNING", "STOPPED")
    second = declare(daemon, *wanted)
    assert (second["changed"], second["actions"], second["restarted"]) == (False, [], [])
    assert daemon.pids()["bystander:bystander"] == before["bystander:bystander"]


def test_one_of_three_changes_and_only_that_one_restarts(daemons, declare):
    daemon = daemons()
    declare(daemon, *[item(name) for name in ("a", "b", "c")])
    before = daemon.pids()
    result = declare(daemon, item("a"), item("b", environment={"MODE": "new"}), item("c"))
    after = daemon.pids()
    assert result["restarted"] == ["b:b"]
    assert [name for name in before if before[name] != after[name]] == ["b:b"]
    assert [program["reasons"] for program in result["programs"]] == [[], ["environment"], []]


def test_a_comment_or_default_written_out_restarts_nothing(daemons, declare):
    daemon = daemons()
    declare(daemon, item("a"))
    before = daemon.pids()
    result = declare(daemon, item("a", priority=999, autostart=True))
    assert [program["action"] for program in result["programs"]] == ["rewritten"]
    assert daemon.pids() == before
    assert not declare(daemon, item("a", priority=999, autostart=True))["changed"]


def test_options_at_the_top_level_declare_one_program(daemons, run_module):
    daemon = daemons()
    args = {"name": "web", "command": SLEEP, "state_dir": daemon.dir + "/state"}
    result = run_module("supervisor_program", args, daemon)
    assert [program["name"] for program in result["programs"]] == ["web"]
    assert daemon.state("web:web") == "RUNNING"


def test_absent_removes_process_group_and_file_and_nothing_else(daemons, declare):
    daemon = daemons(BYSTANDER)
    declare(daemon, item("web"), item("keep"))
    before = daemon.pids()
    result = declare(daemon, {"name": "web", "state": "absent"})
    assert [program["action"] for program in result["programs"]] == ["removed"]
    assert sorted(files(daemon)) == ["bystander.conf", "keep.conf"]
    assert {name: pid for name, pid in before.items() if name != "web:web"} == daemon.pids()
    again = declare(daemon, {"name": "web", "state": "absent"}, {"name": "never", "state": "absent"})
    assert not again["changed"]


def test_states_move_as_declared(daemons, declare):
    daemon = daemons()
    declare(daemon, item("web"))
    assert [p["action"] for p in declare(daemon, item("web", state="stopped"))["programs"]] == ["stopped"]
    assert daemon.state("web:web") == "STOPPED"
    assert not declare(daemon, item("web", state="stopped"))["changed"]
    assert not declare(daemon, item("web", state="present"))["changed"]
    assert daemon.state("web:web") == "STOPPED"
    assert [p["action"] for p in declare(daemon, item("web"))["programs"]] == ["started"]
    pid = daemon.info("web:web").pid
    result = declare(daemon, item("web", state="restarted"))
    assert result["restarted"] == ["web:web"]
    assert daemon.info("web:web").pid not in (0, pid)


def test_restarted_with_a_change_restarts_once(daemons, declare):
    daemon = daemons()
    log = os.path.join(daemon.dir, "starts")
    command = "/bin/sh -c 'echo x >> %s; exec sleep 1000'" % log
    declare(daemon, item("web", command))
    declare(daemon, item("web", command, state="restarted", environment={"A": "1"}))
    with open(log, encoding="utf-8") as stream:
        assert stream.read() == "x\nx\n"


def test_present_keeps_a_stopped_program_stopped_through_a_change(daemons, declare):
    daemon = daemons()
    declare(daemon, item("web", state="stopped"))
    result = declare(daemon, item("web", state="present", startsecs=2))
    assert [program["action"] for program in result["programs"]] == ["updated"]
    assert daemon.state("web:web") == "STOPPED"


def test_present_starts_again_what_ran_without_autostart(daemons, declare):
    daemon = daemons()
    declare(daemon, item("web", autostart=False))
    declare(daemon, item("web", autostart=False, state="present", stopwaitsecs=7))
    assert daemon.state("web:web") == "RUNNING"


@pytest.mark.parametrize("state", ["FATAL", "EXITED", "BACKOFF", "STOPPED"])
def test_started_from_every_state_of_rest(daemons, declare, state):
    daemon = daemons()
    flag = os.path.join(daemon.dir, "flag")
    # Fails, or ends, until the flag is there.
    codes = {"FATAL": "exit 3", "BACKOFF": "exit 3", "EXITED": "sleep 1.5", "STOPPED": "sleep 1000"}
    command = "/bin/sh -c 'test -e %s && exec sleep 1000; %s'" % (flag, codes[state])
    retries = 0 if state == "FATAL" else 4
    wanted = item("web", command, startretries=retries, autorestart="false", startsecs=1)
    declare(daemon, dict(wanted, state="present"))
    if state == "STOPPED":
        declare(daemon, dict(wanted, state="stopped"))
    daemon.wait_state("web:web", state)
    open(flag, "w").close()
    result = declare(daemon, dict(wanted, autorestart="unexpected") if state == "EXITED" else wanted)
    assert not result["failed"], result
    assert daemon.state("web:web") == "RUNNING"


def test_groups_listeners_and_fastcgi(daemons, declare):
    daemon = daemons()
    socket = os.path.join(daemon.dir, "f.sock")
    listener = "/bin/sh -c 'while :; do printf \"READY\\n\"; read line || exit; sleep 1000; done'"
    wanted = [
        item("a"),
        item("b", numprocs=2, process_name="%(program_name)s_%(process_num)d"),
        {"name": "g", "kind": "group", "programs": ["a", "b"], "priority": 5},
        {"name": "ears", "kind": "eventlistener", "command": listener, "events": ["TICK_3600"], "buffer_size": 20},
        {"name": "php", "kind": "fcgi-program", "command": SLEEP, "socket": "unix://" + socket, "socket_mode": "0700"},
    ]
    first = declare(daemon, *wanted)
    assert not first["failed"], first
    assert set(daemon.pids()) == {"g:a", "g:b_0", "g:b_1", "ears:ears", "php:php"}
    assert not declare(daemon, *wanted)["changed"]
    assert sorted(files(daemon)) == [
        "a.conf",
        "b.conf",
        "eventlistener-ears.conf",
        "fcgi-program-php.conf",
        "group-g.conf",
    ]
    # Supervisor itself does not notice this one.
    wanted[4] = dict(wanted[4], socket_mode="0770")
    result = declare(daemon, *wanted)
    assert result["restarted"] == ["php:php"]
    assert stat.S_IMODE(os.stat(socket).st_mode) == 0o770
    # A member takes its whole group along; the module says so beforehand, Supervisor cannot do less.
    wanted[0] = item("a", environment={"X": "1"})
    assert declare(daemon, *wanted)["restarted"] == ["g:a", "g:b_0", "g:b_1"]


def test_programs_start_by_priority_and_no_more_than_allowed_at_once(daemons, declare):
    daemon = daemons()
    log = os.path.join(daemon.dir, "order")
    wanted = [
        item(
            name,
            "/bin/sh -c 'echo %s >> %s; exec sleep 1000'" % (name, log),
            autostart=False,
            priority=priority,
        )
        for name, priority in (("late", 30), ("early", 10), ("middle", 20))
    ]
    assert not declare(daemon, *wanted, max_parallel=1)["failed"]
    with open(log, encoding="utf-8") as stream:
        assert stream.read().split() == ["early", "middle", "late"]


# ---- whose files


def test_purge_takes_only_what_the_same_label_wrote(daemons, declare):
    daemon = daemons(BYSTANDER)
    declare(daemon, item("mine"), item("old"), managed_by="shop")
    declare(daemon, item("theirs"), managed_by="billing")
    before = daemon.pids()
    result = declare(daemon, item("mine"), managed_by="shop", purge=True)
    assert [(p["name"], p["action"]) for p in result["programs"]] == [("mine", "none"), ("old", "removed")]
    assert set(daemon.pids()) == {"bystander:bystander", "mine:mine", "theirs:theirs"}
    assert {name: pid for name, pid in before.items() if name != "old:old"} == daemon.pids()


def test_pending_edits_of_others_are_reported_and_left_alone(daemons, declare):
    daemon = daemons(dict(BYSTANDER, other={"command": SLEEP}))
    before = daemon.pids()
    daemon.write("bystander", {"command": "/bin/sleep 2000"})
    daemon.write("fresh", {"command": SLEEP})
    os.unlink(os.path.join(daemon.conf_dir, "other.conf"))
    result = declare(daemon, item("web"))
    assert result["pending"] == {"added": ["fresh"], "changed": ["bystander"], "removed": ["other"]}
    assert {name: pid for name, pid in daemon.pids().items() if name in before} == before
    assert "fresh:fresh" not in daemon.pids()
    assert "left alone: bystander, fresh, other" in json.dumps(result["warnings"])


def test_a_hand_made_file_of_the_same_program_is_taken_over(daemons, declare):
    daemon = daemons({"web": {"command": SLEEP}})
    before = daemon.pids()
    result = declare(daemon, item("web"), backup=True)
    assert [program["action"] for program in result["programs"]] == ["rewritten"]
    assert daemon.pids() == before
    assert len(result["backup_files"]) == 1


def test_drift_is_repaired_although_supervisor_does_not_see_it(daemons, declare):
    daemon = daemons()
    logs = {"stdout_logfile": os.path.join(daemon.dir, "out.log")}
    declare(daemon, item("web", **logs))
    result = declare(daemon, item("web"))  # to AUTO: no difference for Supervisor
    assert result["restarted"] == ["web:web"]
    assert "---" in daemon.info("web:web").stdout_logfile


def test_a_file_edited_and_never_applied_is_noticed(daemons, declare):
    daemon = daemons()
    declare(daemon, item("web"))
    path = os.path.join(daemon.conf_dir, "web.conf")
    with open(path, "rb") as stream:
        good = stream.read()
    with open(path, "wb") as stream:
        stream.write(good.replace(b"1000", b"2000"))
    daemon.client().call("reloadConfig")
    daemon.client().call("stopProcess", "web:web")
    daemon.client().call("removeProcessGroup", "web")
    daemon.client().call("addProcessGroup", "web")
    with open(path, "wb") as stream:
        stream.write(good)  # the file is as declared again, the daemon is not
    result = declare(daemon, item("web"))
    assert result["changed"]
    assert [program["action"] for program in result["programs"]] == ["updated"]
    assert not declare(daemon, item("web"))["changed"]


def test_a_group_removed_behind_our_back_comes_back(daemons, declare):
    daemon = daemons()
    declare(daemon, item("web"))
    daemon.client().call("stopProcess", "web:web")
    daemon.client().call("removeProcessGroup", "web")
    assert [p["action"] for p in declare(daemon, item("web"))["programs"]] == ["added"]
    assert daemon.state("web:web") == "RUNNING"


# ---- refused before anything is written


BROKEN = {
    "unknown user": (item("web", user="nosuch"), "Invalid user name nosuch"),
    "missing log directory": (item("web", stdout_logfile="/no/such/dir/x.log"), "/no/such/dir"),
    "no command": ({"name": "web"}, "command"),
    "member that is not there": ({"name": "g", "kind": "group", "programs": ["nobody"]}, "nobody"),
    "name that cannot be addressed": (item("all"), "cannot be used"),
    "name with a slash": (item("a/b"), "cannot be used"),
    "option of another kind": (item("web", events=["TICK_5"]), "events does not belong to kind program"),
    "newline in the command": (item("web", "/bin/sleep 1\r2"), "command"),
    "both quotes in a variable": (item("web", environment={"A": "'\""}), "environment"),
    "stopasgroup against killasgroup": (item("web", stopasgroup=True, killasgroup=False), "killasgroup"),
    "numprocs without process_num": (item("web", numprocs=2), "process_num"),
    "hidden file": (item("web", filename=".web.conf"), "filename"),
    "file outside the directory": (item("web", filename="../web.conf"), "filename"),
    "file that is not included": (item("web", filename="web.txt"), "does not read"),
}


@pytest.mark.parametrize("case", sorted(BROKEN))
def test_what_the_daemon_would_refuse_or_regret_is_refused_before_it_is_written(daemons, declare, record, case):
    bad, word = BROKEN[case]
    daemon = daemons(BYSTANDER)
    before = (files(daemon), daemon.pids())
    proxy = record(daemon)
    for check in (True, False):
        result = declare(daemon, item("fine"), bad, check=check, server_url=proxy.url, config_file=daemon.conf)
        assert result["failed"]
        assert word in result["msg"]
    assert (files(daemon), daemon.pids()) == before
    assert proxy.mutating == []


def test_a_program_twice_is_refused(daemons, declare):
    daemon = daemons()
    assert "declared twice" in declare(daemon, item("web"), item("web"))["msg"]
    result = declare(daemon, item("group-g"), {"name": "g", "kind": "group", "programs": ["group-g"]})
    assert "declared twice" in result["msg"]


def test_a_name_that_a_listener_already_has_is_refused(daemons, declare):
    daemon = daemons({"eventlistener:web": {"command": SLEEP, "events": "TICK_3600"}})
    result = declare(daemon, item("web"))
    assert result["failed"]
    assert "share the group name 'web'" in result["msg"]
    assert "web.conf" not in files(daemon)


def test_a_section_in_a_file_of_others_is_not_mixed(daemons, declare):
    text = "[program:web]\ncommand=%s\n[program:other]\ncommand=%s\n" % (SLEEP, SLEEP)
    daemon = daemons({"all": text})
    before = (files(daemon), daemon.pids())
    assert "defined in %s" % os.path.join(daemon.conf_dir, "all.conf") in declare(daemon, item("web"))["msg"]
    absent = declare(daemon, {"name": "web", "state": "absent"})
    assert "still defined in" in absent["msg"]
    shared = declare(daemon, item("web", filename="all.conf"))
    assert "also holds [program:other]" in shared["msg"]
    assert (files(daemon), daemon.pids()) == before


def test_a_broken_file_of_others_is_named_and_nothing_is_written(daemons, declare):
    daemon = daemons(BYSTANDER)
    path = daemon.write("broken", {"command": SLEEP, "autorestart": "sometimes"})
    before = (files(daemon), daemon.pids())
    result = declare(daemon, item("web"))
    assert result["failed"]
    assert path in result["msg"]
    assert "not part of this task" in result["msg"]
    assert (files(daemon), daemon.pids()) == before


def test_a_declared_file_can_repair_what_was_broken(daemons, declare):
    daemon = daemons(BYSTANDER)
    daemon.write("web", {"command": SLEEP, "autorestart": "sometimes"})
    assert not declare(daemon, item("web"))["failed"]
    assert daemon.state("web:web") == "RUNNING"


def test_an_unreadable_include_of_others_is_no_removal(daemons, declare):
    daemon = daemons(BYSTANDER)
    before = daemon.pids()
    path = os.path.join(daemon.conf_dir, "bystander.conf")
    os.rename(path, os.path.join(daemon.dir, "elsewhere"))
    os.symlink("/nowhere/at/all", path)
    result = declare(daemon, item("web"))
    assert not result["failed"], result
    assert daemon.pids()["bystander:bystander"] == before["bystander:bystander"]


def test_a_directory_that_is_not_included_is_refused(daemons, declare, tmp_path):
    daemon = daemons()
    result = declare(daemon, item("web"), conf_dir=str(tmp_path))
    assert "not read by the daemon" in result["msg"]
    assert daemon.conf_dir in result["msg"]


# ---- faults after the first write: all of it is taken back


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"command": "/bin/sh -c 'echo cannot bind port 8080 >&2; exit 1'"}, "cannot bind port 8080"),
        ({"command": "/no/such/program"}, "can't find command"),
        ({"command": "/bin/sh -c 'echo told; exec sleep 1000'", "directory": "/no/such/dir"}, "chdir"),
        (
            {"command": "/bin/sh -c 'sleep 1.6; echo late death; exit 4'", "autorestart": "false", "stay": 2.0},
            "late death",
        ),
    ],
    ids=["fatal", "missing binary", "missing directory", "exits after startsecs"],
)
def test_a_program_that_fails_takes_everything_back_and_says_why(daemons, declare, options, words):
    daemon = daemons(BYSTANDER)
    options = dict(options)
    stay = options.pop("stay", 0.0)
    log = os.path.join(daemon.dir, "log")
    declare(daemon, item("web"), item("calm"))
    before = (files(daemon), daemon.pids())
    bad = item("web", startretries=1, stdout_logfile=log, redirect_stderr=True, **options)
    result = declare(daemon, bad, item("calm"), item("extra"), stay=stay)
    assert result["failed"]
    assert words in result["msg"]
    assert result["rolled_back"]
    after = daemon.pids()
    assert files(daemon) == before[0]
    assert set(after) == set(before[1])
    assert [name for name in after if after[name] != before[1][name]] == ["web:web"]
    assert daemon.state("web:web") == "RUNNING"
    assert not declare(daemon, item("web"), item("calm"))["changed"]


def test_without_rollback_things_stay_to_be_looked_at(daemons, declare):
    daemon = daemons()
    result = declare(daemon, item("web", "/bin/false", startretries=0), rollback=False)
    assert result["failed"]
    assert not result["rolled_back"]
    assert "web.conf" in files(daemon)
    assert daemon.state("web:web") == "FATAL"


def test_a_port_that_is_taken_is_in_the_message(daemons, declare):
    daemon = daemons(inet=True)
    code = "import socket; s = socket.socket(); s.bind(('127.0.0.1', %d))" % daemon.port
    result = declare(daemon, item("web", ["/usr/bin/python3", "-c", code], startretries=0))
    assert result["failed"]
    assert "Address already in use" in result["msg"]
    assert result["msg"].count("Address already in use") == 1
    assert "log" not in result["failed_processes"][0]  # once is enough


def test_a_stubborn_program_is_stopped_with_sigkill_and_replaced(daemons, declare):
    daemon = daemons()
    command = "/bin/sh -c 'trap \"\" TERM; while :; do sleep 0.1; done'"
    declare(daemon, item("web", command, stopwaitsecs=2))
    pid = daemon.info("web:web").pid
    result = declare(daemon, item("web", command, stopwaitsecs=1))
    assert not result["failed"], result
    assert daemon.info("web:web").pid != pid
    assert not os.path.exists("/proc/%d" % pid)


@pytest.mark.parametrize("stopasgroup", ["true", "false"])
@pytest.mark.parametrize("script", ["sleep 0.3", "exit 1"])
def test_a_crash_loop_is_replaced(script, stopasgroup, daemons, declare):
    looping = {"command": f"/bin/sh -c '{script}'", "startsecs": "0", "autorestart": "true", "stopasgroup": stopasgroup}
    daemon = daemons({"web": looping})
    result = declare(daemon, item("web"), adopt=True)
    assert not result["failed"], result
    assert daemon.state("web:web") == "RUNNING"


def test_a_daemon_that_is_down_is_named_and_nothing_is_written(daemons, declare):
    daemon = daemons()
    daemon.kill()
    for state in ("started", "absent", "present"):
        result = declare(daemon, item("web", state=state))
        assert result["failed"]
        assert daemon.socket in result["msg"]
    assert files(daemon) == {}


def test_a_daemon_that_hangs_is_left_within_the_deadline(daemons, declare):
    daemon = daemons()
    daemon.send_signal(19)
    result = declare(daemon, item("web"), timeout=1)
    assert result["failed"]
    assert "1 s" in result["msg"]
    assert files(daemon) == {}


def test_a_disk_that_is_full_changes_nothing(daemons, run_module):
    daemon = daemons(BYSTANDER)
    before = (files(daemon), daemon.pids())
    # A file system of one page, mounted where the section files go.
    small = os.path.join(daemon.dir, "small")
    os.mkdir(small)
    daemons_.subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=4", "tmpfs", small], check=True)
    try:
        with open(daemon.conf, encoding="utf-8") as stream:
            text = stream.read()
        with open(daemon.conf, "w", encoding="utf-8") as stream:
            stream.write(text.replace("*.conf", "*.conf %s/*.conf" % small))
        programs = [item("p%d" % number) for number in range(8)]
        args = {"programs": programs, "conf_dir": small, "state_dir": daemon.dir + "/state"}
        result = run_module("supervisor_program", args, daemon)
        assert result["failed"]
        assert "No space left" in result["msg"]
        assert os.listdir(small) == []
    finally:
        daemons_.subprocess.run(["umount", small], check=True)
    assert (files(daemon), daemon.pids()) == before


# ---- the run itself ends too early

STUBBORN = "/bin/sh -c 'trap \"\" TERM; while :; do sleep 0.1; done'"


@pytest.fixture
def interrupted(start_module, declare):
    """Start a change of ``slow`` (3 s to stop) and of ``quick``, and hand over while it waits for the stop."""

    def start(daemon):
        first = declare(daemon, item("slow", STUBBORN, stopwaitsecs=3), item("quick"), item("calm"))
        assert not first["failed"], first
        changed = [item("slow", STUBBORN, stopwaitsecs=2), item("quick", startsecs=0), item("calm")]
        args = {"programs": changed, "state_dir": os.path.join(daemon.dir, "state")}
        process = start_module("supervisor_program", args, daemon)
        daemons_.wait_for(lambda: daemon.state("slow:slow") == "STOPPING", what="the stop of slow")
        return process, changed

    return start


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=["TERM", "HUP", "INT"])
def test_a_run_told_to_end_takes_everything_back(daemons, declare, interrupted, number):
    daemon = daemons(BYSTANDER)
    process, _changed = interrupted(daemon)
    calm = daemon.info("calm:calm").pid
    process.send_signal(number)
    result = targets.finish(process)
    assert result["failed"]
    assert "ended by signal %d" % number in result["msg"]
    assert result["rolled_back"]
    assert b"stopwaitsecs=3" in files(daemon)["slow.conf"]
    assert {name: daemon.state(name) for name in ("slow:slow", "quick:quick")} == {
        "slow:slow": "RUNNING",
        "quick:quick": "RUNNING",
    }
    assert daemon.info("calm:calm").pid == calm
    former = [item("slow", STUBBORN, stopwaitsecs=3), item("quick"), item("calm")]
    assert not declare(daemon, *former)["changed"]


def test_after_a_run_that_was_killed_the_next_one_completes_it(daemons, declare, interrupted):
    daemon = daemons(BYSTANDER)
    process, changed = interrupted(daemon)
    calm = daemon.info("calm:calm").pid
    process.kill()
    process.communicate()
    result = declare(daemon, *changed)
    assert not result["failed"], result
    assert result["changed"]
    assert {name: daemon.state(name) for name in ("slow:slow", "quick:quick")} == {
        "slow:slow": "RUNNING",
        "quick:quick": "RUNNING",
    }
    assert daemon.info("calm:calm").pid == calm
    assert not declare(daemon, *changed)["changed"]
    assert [name for name in os.listdir(daemon.conf_dir) if name.startswith(".")] == []


def test_a_daemon_that_dies_in_the_middle_leaves_the_former_files(daemons, declare, interrupted):
    daemon = daemons(BYSTANDER)
    process, _changed = interrupted(daemon)
    daemon.kill()
    result = targets.finish(process)
    assert result["failed"]
    assert not result["rolled_back"]
    assert "could not be put back completely" in result["msg"]
    assert b"stopwaitsecs=3" in files(daemon)["slow.conf"]


def test_two_runs_at_once_wait_for_each_other(daemons, declare, start_module):
    daemon = daemons()
    processes = []
    for label in ("one", "two"):
        programs = [item("%s%d" % (label, number)) for number in range(5)]
        args = {"programs": programs, "managed_by": label, "state_dir": os.path.join(daemon.dir, "state")}
        processes.append(start_module("supervisor_program", args, daemon))
    results = [targets.finish(process) for process in processes]
    assert [result["failed"] for result in results] == [False, False], results
    assert len(daemon.pids()) == 10
    assert [result["pending"] for result in results] == [{"added": [], "changed": [], "removed": []}] * 2


# ---- check mode, secrets, modes


def test_check_mode_foresees_exactly_what_happens(daemons, declare, record):
    daemon = daemons(BYSTANDER)
    declare(daemon, item("a"), item("b"), item("old"))
    proxy = record(daemon)
    before = (files(daemon), daemon.pids())
    wanted = [item("a"), item("b", startsecs=2), item("new"), {"name": "old", "state": "absent"}]
    options = {"server_url": proxy.url, "config_file": daemon.conf}
    foreseen = declare(daemon, *wanted, check=True, diff=True, **options)
    assert (files(daemon), daemon.pids()) == before
    assert proxy.mutating == []
    done = declare(daemon, *wanted, **options)
    for key in ("changed", "restarted"):
        assert foreseen[key] == done[key], key
    assert [p["action"] for p in foreseen["programs"]] == ["none", "updated", "added", "removed"]
    assert [p["action"] for p in done["programs"]] == ["none", "updated", "added", "removed"]
    assert sorted(map(json.dumps, foreseen["actions"])) == sorted(map(json.dumps, done["actions"]))


def test_check_mode_on_a_host_without_supervisor_takes_everything_as_new(run_module, tmp_path):
    args = {"programs": [item("web")], "config_file": str(tmp_path / "none.conf"), "conf_dir": str(tmp_path)}
    result = run_module("supervisor_program", args, None, check=True)
    assert not result["failed"], result
    assert result["changed"]
    assert os.listdir(str(tmp_path)) == []
    real = run_module("supervisor_program", args, None)
    assert real["failed"]


def test_secrets_are_in_the_file_only(daemons, declare):
    daemon = daemons()
    secret = "tr0ub4dor&3"
    texts = []
    for value in ("first-" + secret, secret):
        for check in (True, False):
            wanted = item("web", environment={"PASSWORD": value})
            texts.append(json.dumps(declare(daemon, wanted, check=check, diff=True)))
    texts.append(json.dumps(declare(daemon, item("web", environment={"PASSWORD": secret}), conf_dir="/nowhere")))
    texts.append(json.dumps(declare(daemon, item("web", "/bin/false", environment={"P": secret}, startretries=0))))
    texts.append(json.dumps(declare(daemon, item("web", nonsense=1, environment={"P": secret}))))
    assert [text for text in texts if secret in text] == []
    assert "(changed)" in texts[2]
    path = os.path.join(daemon.conf_dir, "web.conf")
    with open(path, encoding="utf-8") as stream:
        assert secret in stream.read()
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_mode_and_owner_are_kept_right(daemons, declare):
    daemon = daemons()
    declare(daemon, item("web"), mode="0644", group="nogroup")
    path = os.path.join(daemon.conf_dir, "web.conf")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o644
    os.chmod(path, 0o600)
    before = daemon.pids()
    result = declare(daemon, item("web"), mode="0644", group="nogroup")
    assert [program["action"] for program in result["programs"]] == ["rewritten"]
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o644
    assert daemon.pids() == before
    assert not declare(daemon, item("web"), mode="0644", group="nogroup")["changed"]
    assert "no account nosuch" in declare(daemon, item("web"), owner="nosuch")["msg"]
    assert "not an octal number" in declare(daemon, item("web"), mode="rw")["msg"]


def test_what_supervisor_does_not_compare_is_applied_even_without_notes(daemons, declare):
    daemon = daemons()
    path = os.path.join(daemon.dir, "q.sock")
    wanted = item("q", kind="fcgi-program", socket="unix://" + path, socket_mode="0700")
    declare(daemon, wanted)
    shutil.rmtree(os.path.join(daemon.dir, "state"))
    before = daemon.pids()
    wanted.update(socket_mode="0770")
    foreseen = declare(daemon, wanted, check=True)
    result = declare(daemon, wanted)
    assert [program["reasons"] for program in result["programs"]] == [["socket_mode"]]
    assert foreseen["restarted"] == result["restarted"] == ["q:q"]
    assert daemon.pids() != before
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o770


def test_check_mode_knows_that_an_edit_was_never_applied(daemons, declare):
    daemon = daemons()
    declare(daemon, item("web"), item("other"))
    before = daemon.pids()
    daemon.write("web", {"command": "/bin/sleep 5"})
    foreseen = declare(daemon, item("web"), item("other"), check=True)
    result = declare(daemon, item("web"), item("other"))
    assert (foreseen["changed"], foreseen["restarted"]) == (result["changed"], result["restarted"]) == (True, [])
    assert foreseen["actions"] == result["actions"]
    assert daemon.pids() == before


def test_the_diff_names_every_process_that_goes_or_restarts(daemons, declare):
    daemon = daemons()
    numbered = item("web", numprocs=2, process_name="%(program_name)s_%(process_num)d")
    group = item("g", None, kind="group", programs=["one", "two"])
    declare(daemon, numbered, group, item("one"), item("two"), item("idle"))
    numbered.update(numprocs=1)
    wanted = [numbered, item("one", "/bin/sleep 1001"), item("idle", "/bin/sleep 1001", state="stopped")]
    for check in (True, False):
        result = declare(daemon, *wanted, check=check, diff=True)
        diff = next(diff for diff in result["diff"] if diff["after_header"] == "processes")
        lines = ["g:one RUNNING (restarted)", "g:two RUNNING (restarted)", "idle:idle STOPPED"]
        assert diff["after"].splitlines() == [*lines, "web:web_0 RUNNING (restarted)", "web:web_1 absent"]
        assert result["restarted"] == ["g:one", "g:two", "web:web_0"]
