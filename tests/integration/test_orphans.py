# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What supervisor_orphans takes for proof, what it does not, and what it does about it, with real crashes."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import daemons as daemons_
import leftovers
import pytest
import targets

SLEEP = {"command": "/bin/sleep 1000", "startsecs": "0"}
BARE = {"command": "/usr/bin/env -i /bin/sleep 1000", "startsecs": "0"}


@pytest.fixture
def decoys():
    made = leftovers.Decoys()
    yield made
    made.end()


@pytest.fixture
def crashed(daemons):
    """Factory of daemons that have crashed, with the PIDs of what they left behind in ``left``."""
    made = []

    def make(programs, number=0, **options):
        daemon = daemons(programs, **options)
        daemon.left = leftovers.settled(daemon, number)
        made.append(daemon)
        leftovers.crash(daemon)
        return daemon

    yield make
    for daemon in made:
        leftovers.kill(daemon.left)
        leftovers.end(daemon)


def orphans(result):
    assert not result["failed"], result
    return {entry["pid"]: entry for entry in result["orphans"]}


def suspects(result):
    return {entry["pid"]: entry for entry in result["suspects"]}


def kinds(entry):
    return {item["kind"] for item in entry["evidence"]}


def left_of(daemon, name):
    """The PID of the one orphan with this SUPERVISOR_PROCESS_NAME."""
    (pid,) = [pid for pid in daemon.left if leftovers.environment_of(pid).get("SUPERVISOR_PROCESS_NAME") == name]
    return pid


def text_of(path):
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def note(daemon, pid, name="web", log=None):
    """Write into a log that the daemon has started a process just when it started."""
    ticks = int(text_of("/proc/%d/stat" % pid).rpartition(")")[2].split()[19])
    when = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + ticks / os.sysconf("SC_CLK_TCK")
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(when))
    line = "%s,%03d INFO spawned: '%s' with pid %d\n" % (stamp, when % 1 * 1000, name, pid)
    with open(log or daemon.log, "a", encoding="utf-8") as stream:
        stream.write(line)


def test_a_report_changes_nothing_and_tells_everything(crashed, run_module):
    port = daemons_.free_port()
    daemon = crashed({"web": {"command": leftovers.listener(port), "startsecs": "0"}, "bare": BARE})
    daemons_.wait_for(lambda: connects(port), what="port of web")

    for arguments in ({}, {"state": "absent"}):
        result = run_module("supervisor_orphans", arguments, daemon, check=True, diff=True)
        found = orphans(result)
        assert set(found) == daemon.left
        assert all(leftovers.alive(pid) for pid in daemon.left)
        assert result["changed"] is bool(arguments)
        assert {entry["action"] for entry in found.values()} == ({"stop"} if arguments else {"none"})

    assert result["diff"]["after"] == ""
    assert not result["daemon"]["running"]
    assert result["daemon"]["former_pids"] == [daemon.process.pid]
    web = found[left_of(daemon, "web")]
    assert kinds(web) == {"environment", "session", "spawned"}
    assert (web["name"], web["declared"], web["user"], web["ports"]) == ("web:web", True, "root", [port])
    (bare,) = [entry for pid, entry in found.items() if pid != web["pid"]]
    assert bare["name"] == "bare:bare"
    assert kinds(bare) == {"session", "spawned"}
    assert [(item["port"], item["holder"], item["pid"]) for item in result["ports"]] == [(port, "orphan", web["pid"])]


def connects(port):
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_seed_error_exited_too_quickly_is_repaired(crashed, run_module):
    port = daemons_.free_port()
    web = {"command": leftovers.listener(port), "startsecs": "1", "startretries": "0"}
    daemon = crashed({"web": web, "twice": SLEEP})
    daemons_.wait_for(lambda: connects(port), what="port of web")
    daemon.start()
    daemon.wait_state("web", "FATAL")
    assert daemon.info("web").spawnerr.startswith("Exited too quickly")
    twice = daemon.info("twice").pid

    check = run_module("supervisor_orphans", {"state": "absent", "start": True}, daemon, check=True)
    result = run_module("supervisor_orphans", {"state": "absent", "start": True, "ports": {"web": port}}, daemon)

    assert orphans(check).keys() == orphans(result).keys() == daemon.left
    assert [(one["name"], one["before"], one["after"]) for one in result["started"]] == [
        ("web:web", "FATAL", "RUNNING")
    ]
    assert [one["name"] for one in check["started"]] == ["web:web"]
    assert daemon.info("twice").pid == twice
    assert [(one["holder"], one["pid"]) for one in result["ports"]] == [("nobody", 0)]  # before it was started
    after = run_module("supervisor_orphans", {"state": "absent", "start": True, "ports": {"web": [port]}}, daemon)
    assert not after["changed"]
    assert [(one["holder"], one["pid"]) for one in after["ports"]] == [("program", daemon.info("web").pid)]


def test_a_port_held_by_somebody_else_is_told_and_left(daemons, run_module, decoys):
    port = daemons_.free_port()
    pid = decoys.add("holder", [sys.executable, "-c", leftovers.LISTEN % port])
    daemons_.wait_for(lambda: connects(port), what="port of the decoy")
    web = {"command": leftovers.listener(port), "startsecs": "1", "startretries": "0"}
    daemon = daemons({"web": web})
    daemon.wait_state("web", "FATAL")

    result = run_module("supervisor_orphans", {"state": "absent", "start": True, "ports": {"web": port}}, daemon)

    assert result["failed"]
    assert "web:web" in result["msg"]
    assert result["orphans"] == []
    assert [(one["holder"], one["pid"], one["user"]) for one in result["ports"]] == [("other", pid, "root")]
    assert "Address already in use" in str(result["started"][0]["log"])
    assert decoys.dead() == {}


def test_without_a_log_session_and_environment_prove_it(crashed, run_module):
    daemon = crashed({"web": SLEEP, "bare": BARE}, supervisord={"loglevel": "warn"})

    found = orphans(run_module("supervisor_orphans", {}, daemon))

    web = left_of(daemon, "web")
    assert set(found) == daemon.left
    assert kinds(found.pop(web)) == {"environment", "session"}
    assert [kinds(entry) for entry in found.values()] == [{"session", "member"}]


def test_after_a_new_start_without_a_log_only_suspects_are_left(crashed, run_module):
    daemon = crashed({"web": SLEEP}, supervisord={"loglevel": "warn"})
    daemon.start()

    result = run_module("supervisor_orphans", {"state": "absent"}, daemon)
    assert orphans(result) == {}
    assert set(suspects(result)) == daemon.left
    assert "can be copied" in result["suspects"][0]["missing"]
    assert all(leftovers.alive(pid) for pid in daemon.left)

    result = run_module("supervisor_orphans", {"state": "absent", "trust_environment": True}, daemon)
    assert set(orphans(result)) == daemon.left
    assert not any(leftovers.alive(pid) for pid in daemon.left)
    assert daemon.state("web") == "RUNNING"


def test_a_session_number_alone_is_no_proof(crashed, run_module, decoys):
    daemon = crashed({"web": SLEEP})
    pid = decoys.add_detached("of a dead session", ["/bin/sleep", "1000"])
    with open(os.path.join(daemon.dir, "supervisord.pid"), "w", encoding="utf-8") as stream:
        stream.write("%d\n" % leftovers.stat(pid)[1])

    result = run_module("supervisor_orphans", {"state": "absent"}, daemon)

    assert set(orphans(result)) == daemon.left
    assert list(suspects(result)) == [pid]
    assert decoys.dead() == {}


def test_a_process_that_broke_every_tie_is_a_suspect(crashed, run_module):
    command = "/bin/sh -c '(setsid sleep 1000 >/dev/null 2>&1 </dev/null &); exec sleep 1001'"
    daemon = crashed({"web": dict(SLEEP, command=command)}, number=2)
    (away,) = [pid for pid in daemon.left if leftovers.stat(pid)[1] == pid]

    result = run_module("supervisor_orphans", {"state": "absent"}, daemon)

    assert set(orphans(result)) == daemon.left - {away}
    assert list(suspects(result)) == [away]
    assert leftovers.alive(away)


def test_children_in_sessions_of_their_own_are_proven_by_their_parents_and_pipes(crashed, run_module):
    programs = {"own": leftovers.options("own_session"), "detached": leftovers.options("detached")}
    daemon = crashed(programs, number=4)

    found = orphans(run_module("supervisor_orphans", {"state": "absent"}, daemon))

    assert set(found) == daemon.left
    leaders = {entry["name"]: kinds(entry) for pid, entry in found.items() if entry["session"] == pid}
    assert leaders == {"own:own": {"environment", "descendant"}, "detached:detached": {"environment", "pipe"}}
    assert not any(leftovers.alive(pid) for pid in daemon.left)


@pytest.mark.ends
def test_lines_that_a_program_wrote_into_the_log_are_no_proof(daemons, run_module, decoys):
    victim = decoys.add_detached("victim", ["/bin/sleep", "1000"])
    script = 'while read line; do echo "$line"; done; exec sleep 1000'
    daemon = daemons({"liar": dict(SLEEP, command="/bin/sh -c '%s'" % script)}, supervisord={"loglevel": "debug"})
    text = os.path.join(daemon.dir, "text")
    note(daemon, victim, log=text)
    daemon.client().call("sendProcessStdin", "liar", text_of(text))
    daemons_.wait_for(lambda: "pid %d" % victim in text_of(daemon.log))
    left = leftovers.settled(daemon)
    leftovers.crash(daemon)

    result = run_module("supervisor_orphans", {"state": "absent"}, daemon)

    assert set(orphans(result)) <= left
    assert suspects(result)[victim]["missing"].startswith("programs write into the daemon's log")
    assert decoys.dead() == {}
    assert not any(leftovers.alive(pid) for pid in left)


@pytest.mark.ends
def test_an_unprivileged_daemon_cannot_name_processes_of_others(crashed, run_module, decoys):
    victim = decoys.add_detached("victim", ["/bin/sleep", "1000"])
    daemon = crashed({"web": SLEEP}, user="nobody")
    note(daemon, victim)

    result = run_module("supervisor_orphans", {"state": "absent"}, daemon)

    assert set(orphans(result)) == daemon.left
    assert decoys.dead() == {}
    assert not any(leftovers.alive(pid) for pid in daemon.left)


@pytest.mark.ends
def test_files_that_everybody_may_write_say_nothing(crashed, run_module, decoys):
    victim = decoys.add_detached("victim", ["/bin/sleep", "1000"])
    daemon = crashed({"web": SLEEP})
    note(daemon, victim)
    os.chmod(daemon.log, 0o666)
    os.chmod(os.path.join(daemon.dir, "supervisord.pid"), 0o666)

    result = run_module("supervisor_orphans", {"state": "absent"}, daemon)

    assert orphans(result) == {}
    assert set(suspects(result)) == daemon.left
    assert len(result["notes"]) == 2
    assert decoys.dead() == {}


@pytest.mark.ends
def test_it_works_as_the_user_of_the_daemon_and_says_what_it_could_not_see(crashed, run_module):
    daemon = crashed({"web": SLEEP, "bare": BARE}, user="nobody")

    result = run_module("supervisor_orphans", {"state": "absent"}, daemon, user="nobody")

    assert set(orphans(result)) == daemon.left
    assert not any(leftovers.alive(pid) for pid in daemon.left)
    assert "as user nobody" in result["notes"][0]
    assert pwd.getpwnam("nobody").pw_uid in {entry["uid"] for entry in result["orphans"]}


def test_a_daemon_that_lives_without_its_socket_has_no_orphans(daemons, run_module):
    daemon = daemons({"web": SLEEP, "bare": BARE})
    pids = leftovers.settled(daemon)
    os.unlink(daemon.socket)

    result = run_module("supervisor_orphans", {"state": "absent"}, daemon)

    assert orphans(result) == {}
    assert result["suspects"] == []
    assert result["daemon"]["pid"] == daemon.process.pid
    assert (result["daemon"]["running"], result["daemon"]["reachable"]) == (True, False)
    assert "Do not start another one" in result["notes"][0]
    assert all(leftovers.alive(pid) for pid in pids)


@pytest.mark.ends
def test_a_supervisord_among_the_orphans_ends_its_own_programs(daemons, run_module, version):
    inner = daemons({"web": dict(SLEEP, stopsignal="INT")})
    leftovers.settled(inner)
    leftovers.crash(inner)
    leftovers.end(inner)
    command = "/bin/sh -c 'exec %s -c %s >/dev/null 2>&1'" % (daemons_.binary(version), inner.conf)
    outer = daemons({"inner": dict(SLEEP, command=command)})
    daemons_.wait_for(lambda: answers(inner), what="inner daemon")
    programs = leftovers.settled(inner)
    leftovers.crash(outer)
    own = inner.client().call("getPID")

    result = run_module("supervisor_orphans", {"state": "absent"}, outer)

    assert [(pid, entry["signals"]) for pid, entry in orphans(result).items()] == [(own, ["TERM"])]
    assert not any(leftovers.alive(pid) for pid in programs)
    assert "received SIGTERM" in text_of(inner.log)


def answers(daemon):
    try:
        return daemon.client().processes()["web:web"].pid
    except Exception:  # noqa: BLE001  not there yet, in whatever way
        return 0


def test_signals_in_order_and_the_declared_one_first(crashed, run_module):
    stubborn = leftovers.options("stubborn")
    script = 'trap "exit 0" INT; trap "" TERM; while :; do sleep 0.1; done'
    interrupt = dict(SLEEP, command="/bin/sh -c '%s'" % script, stopsignal="INT")
    daemon = crashed({"stubborn": stubborn, "interrupt": interrupt})
    main = {name: left for name in ("stubborn", "interrupt") for left in [main_of(daemon, name)]}

    found = orphans(run_module("supervisor_orphans", {"state": "absent", "stop_timeout": 1}, daemon))

    assert (found[main["stubborn"]]["action"], found[main["stubborn"]]["signals"]) == ("killed", ["TERM", "KILL"])
    assert (found[main["interrupt"]]["action"], found[main["interrupt"]]["signals"]) == ("stopped", ["INT"])


def main_of(daemon, name):
    """The PID that leads the process group of a program."""
    named = [pid for pid in daemon.left if leftovers.environment_of(pid).get("SUPERVISOR_PROCESS_NAME") == name]
    return min(pid for pid in named if os.getpgid(pid) == pid)


@pytest.mark.ends
def test_a_container_with_the_same_address_is_another_daemon(crashed, run_module):
    daemon = crashed({"web": SLEEP})
    copy = leftovers.environment_of(left_of(daemon, "web"))
    box = subprocess.Popen(
        ["unshare", "--pid", "--fork", "sh", "-c", "setsid sleep 1000 & sleep 1000"],
        env=copy,
    )
    try:
        inside = daemons_.wait_for(lambda: leftovers.ready(leftovers.descendants(box.pid), 3))
        result = run_module("supervisor_orphans", {"state": "absent", "trust_environment": True}, daemon)
        assert set(orphans(result)) == daemon.left
        assert not inside & set(suspects(result))
    finally:
        box.send_signal(signal.SIGKILL)
        box.wait(10)
        leftovers.kill(named(copy))


def named(copy):
    """PIDs of everything with the daemon's address in its environment."""
    url = copy["SUPERVISOR_SERVER_URL"].encode()
    return {pid for pid in leftovers.pids() if url in leftovers.environ(pid)}


@pytest.mark.ends
def test_a_daemon_in_the_session_of_its_starter_leaves_only_what_it_noted(daemons, run_module, version, decoys):
    """Started with -n by a shell it leads no session; that of the shell proves nothing, and others may live in it."""
    daemon = daemons({"web": SLEEP, "shell": leftovers.options("shell"), "bare": BARE})
    leftovers.settled(daemon, 4)
    leftovers.crash(daemon)
    leftovers.end(daemon)
    script = '"$0" -c "$1" & sleep 1000 & wait'
    argv = ["/bin/sh", "-c", script, daemons_.binary(version), daemon.conf]
    shell = decoys.add("shell", argv)
    try:
        own = daemons_.wait_for(lambda: pid_of(daemon, shell), what="daemon in the session of a shell")
        left = daemons_.wait_for(lambda: leftovers.ready(leftovers.descendants(own), 4), what="programs")
        os.kill(own, signal.SIGKILL)
        daemons_.wait_for(lambda: not leftovers.alive(own))
        result = run_module("supervisor_orphans", {"state": "absent"}, daemon)
        assert set(orphans(result)) == left
        assert not any(leftovers.alive(pid) for pid in left)
        assert decoys.dead() == {}
    finally:
        leftovers.kill(pid for pid in leftovers.pids() if (leftovers.stat(pid) or (0, 0, 0))[1] == shell)


def pid_of(daemon, shell):
    try:
        pid = daemon.client().call("getPID")
    except Exception:  # noqa: BLE001  not there yet, in whatever way
        return 0
    return pid if (leftovers.stat(pid) or (0, 0, 0))[1] == shell else 0


@pytest.mark.ends
def test_what_the_module_itself_runs_under_is_kept(crashed, version):
    """As over an sshd that was a program of the dead daemon: stopping it would cut off who is at work here."""
    target = targets.of(version)
    run = "$PYTHON $HERE/boot.py supervisor_orphans <$HERE/in >$HERE/out 2>$HERE/err; touch $HERE/done"
    command = "/bin/sh -c 'while [ ! -e $HERE/go ]; do sleep 0.1; done; %s; exec sleep 1000'" % run
    environ = target.environ()
    here = tempfile.mkdtemp(prefix="sf")
    variables = {"HERE": here, "PYTHON": target.python, "PYTHONPATH": environ["PYTHONPATH"], "LC_ALL": "C.UTF-8"}
    environment = ",".join('%s="%s"' % item for item in variables.items())
    daemon = crashed({"above": dict(SLEEP, command=command, environment=environment), "web": SLEEP})
    arguments = {"config_file": daemon.conf, "state": "absent", "_ansible_check_mode": False}
    try:
        for name, text in (
            ("boot.py", targets.BOOT),
            ("in", json.dumps({"ANSIBLE_MODULE_ARGS": arguments})),
            ("go", ""),
        ):
            with open(os.path.join(here, name), "w", encoding="utf-8") as stream:
                stream.write(text)
        daemons_.wait_for(lambda: os.path.exists(os.path.join(here, "done")), what="end of the module")
        assert text_of(os.path.join(here, "err")) == ""
        entries = json.loads(text_of(os.path.join(here, "out")))["orphans"]
    finally:
        shutil.rmtree(here)
    found = {entry["name"]: entry for entry in entries if entry["pid"] == entry["process_group"]}
    assert found["web:web"]["action"] == "stopped"
    assert (found["above:above"]["action"], found["above:above"]["signals"]) == ("kept", [])
    assert "this very connection" in found["above:above"]["reason"]
    assert leftovers.alive(found["above:above"]["pid"])


def test_a_daemon_that_went_to_the_background_by_itself(daemons, run_module, version):
    daemon = daemons({"web": SLEEP, "bare": BARE})
    leftovers.settled(daemon)
    leftovers.crash(daemon)
    leftovers.end(daemon)
    daemon.write_main({"nodaemon": "false"})
    subprocess.run([daemons_.binary(version), "-c", daemon.conf], check=True, stdout=subprocess.DEVNULL, timeout=30)
    own = daemons_.wait_for(lambda: any_pid(daemon), what="daemon in the background")
    left = daemons_.wait_for(lambda: leftovers.ready(leftovers.descendants(own), 2), what="programs")
    os.kill(own, signal.SIGKILL)
    daemons_.wait_for(lambda: not leftovers.alive(own), what="end of the daemon")
    try:
        result = run_module("supervisor_orphans", {"state": "absent"}, daemon)
        assert set(orphans(result)) == left
        assert not any(leftovers.alive(pid) for pid in left)
    finally:
        leftovers.kill(left)


def any_pid(daemon):
    try:
        return daemon.client().call("getPID")
    except Exception:  # noqa: BLE001  not there yet, in whatever way
        return 0


@pytest.mark.ends
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"start": True}, "no supervisord answers"),
        ({"ports": {"nosuch": 80}}, "no program, group or process is named nosuch"),
        ({"ports": {"web": "http"}}, "is no TCP port"),
        ({"ports": {"web": [0]}}, "is no TCP port"),
        ({"stop_timeout": -1}, "stop_timeout"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_happens(crashed, run_module, arguments, words):
    daemon = crashed({"web": SLEEP})

    result = run_module("supervisor_orphans", dict(arguments, state="absent"), daemon)

    assert result["failed"]
    assert words in result["msg"]
    assert all(leftovers.alive(pid) for pid in daemon.left)
