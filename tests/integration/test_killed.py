# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed leaves nothing half done for good: the next one takes it back or ends it, of whatever module."""

from __future__ import annotations

import os
import signal
import subprocess

import chaos
import pytest
import targets

OLD = {"command": "/bin/sleep 1001", "startsecs": "0"}


def item(name, seconds=1001, **more):
    return dict({"name": name, "command": "/bin/sleep %d" % seconds, "startsecs": 0}, **more)


def declare(*items, **more):
    return dict({"programs": list(items), "purge": True}, **more)


@pytest.fixture
def clean():
    """Worlds of daemons whose notes lie where all modules look for them; with all that they leave removed."""
    made = []

    def make(version, seed=0):
        made.append(chaos.World(version, seed))
        return made[-1]

    yield make
    for world in made:
        world.close()


def killed_at(world, record, method, arguments):
    """Run supervisor_program, and kill it when it is about to call a method for the first time."""
    running = []

    def before():
        if method in proxy.methods and running:
            running[0].send_signal(signal.SIGKILL)

    proxy = record(world.daemon, before)
    process = world.target.start(
        "supervisor_program", dict(arguments, config_file=world.daemon.conf, server_url=proxy.url)
    )
    running.append(process)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert method in proxy.methods


def argument_of(world, name):
    pid = world.daemon.info(name).pid
    with open("/proc/%d/cmdline" % pid, "rb") as stream:
        return stream.read().split(b"\0")[1].decode()


# The first call that changes what runs, and the moments after it.
MOMENTS = ["supervisor.stopProcess", "supervisor.removeProcessGroup", "supervisor.addProcessGroup"]
# What a user may run next.
NEXT = {
    "supervisor_process": {"names": ["other"], "state": "started"},
    "supervisor_orphans": {"state": "absent"},
    "supervisor_program": {"name": "other", "command": "/bin/sleep 1001", "startsecs": 0, "managed_by": "somebody"},
}


@pytest.mark.ends
@pytest.mark.parametrize("after", sorted(NEXT))
@pytest.mark.parametrize("moment", MOMENTS)
def test_programs_that_go_do_not_run_for_ever(clean, version, record, moment, after):
    world = clean(version)
    assert not world.run("supervisor_program", dict(config_file=world.daemon.conf, **NEXT["supervisor_program"]))[
        "failed"
    ]
    first = declare(item("goes"), item("changes"))
    assert not world.run("supervisor_program", dict(first, config_file=world.daemon.conf))["failed"]
    other = world.daemon.info("other").pid
    killed_at(world, record, moment, declare(item("changes", 1002), item("comes", 1003)))

    result = world.run(after, dict(NEXT[after], config_file=world.daemon.conf))

    assert not result["failed"], result
    assert result["changed"] or moment == MOMENTS[-1]  # the daemon still gets that request
    assert "was ended in the midst of its work" in str(result["warnings"])
    assert sorted(world.daemon.pids()) == ["changes:changes", "comes:comes", "other:other"]
    assert argument_of(world, "changes") == "1002"
    assert world.daemon.info("other").pid == other
    again = world.run(after, dict(NEXT[after], config_file=world.daemon.conf))
    assert not again["changed"], again


@pytest.mark.newest
def test_files_go_back_when_the_daemon_knows_nothing_of_them_yet(clean, version, record):
    world = clean(version)
    assert not world.run("supervisor_program", dict(declare(item("web")), config_file=world.daemon.conf))["failed"]
    pids = world.daemon.pids()
    with open(os.path.join(world.daemon.conf_dir, "web.conf"), "rb") as stream:
        text = stream.read()
    killed_at(world, record, "supervisor.reloadConfig", declare(item("web", 1002), item("comes")))
    result = world.run("supervisor_process", {"config_file": world.daemon.conf, "names": ["web"], "state": "started"})
    assert not result["failed"], result
    assert world.daemon.pids() == pids
    assert os.listdir(world.daemon.conf_dir) == ["web.conf"]
    with open(os.path.join(world.daemon.conf_dir, "web.conf"), "rb") as stream:
        assert stream.read() == text


@pytest.mark.newest
def test_check_mode_tells_of_it_and_changes_nothing(clean, version, record):
    world = clean(version)
    assert not world.run("supervisor_program", dict(declare(item("goes")), config_file=world.daemon.conf))["failed"]
    killed_at(world, record, "supervisor.removeProcessGroup", declare(item("comes")))
    before = {name: process.statename for name, process in world.daemon.client().processes().items()}
    result = world.target.run(
        "supervisor_program", dict(declare(item("comes")), config_file=world.daemon.conf), check=True
    )
    assert result["changed"]
    assert "was ended in the midst of its work" in str(result["warnings"])
    assert {name: seen.statename for name, seen in world.daemon.client().processes().items()} == before


@pytest.mark.newest
def test_a_file_that_somebody_has_changed_since_is_left_alone(clean, version, record):
    world = clean(version)
    assert not world.run("supervisor_program", dict(declare(item("web")), config_file=world.daemon.conf))["failed"]
    killed_at(world, record, "supervisor.reloadConfig", declare(item("web", 1002)))
    path = world.daemon.write("web", {"command": "/bin/sleep 1009", "startsecs": "0"})
    result = world.run("supervisor_process", {"config_file": world.daemon.conf, "names": ["web"], "state": "started"})
    assert not result["failed"], result
    with open(path, encoding="utf-8") as stream:
        assert "1009" in stream.read()


@pytest.mark.ends
@pytest.mark.parametrize("seed", range(2))
def test_killed_at_random_moments_the_next_run_converges(clean, version, seed):
    world = clean(version, "kills %d" % seed)
    for _turn in range(6):
        _hit, problem = chaos.kill(world)
        assert problem == ""


@pytest.mark.ends
@pytest.mark.parametrize("seed", range(2))
def test_two_runs_at_once_lose_nothing(clean, version, seed):
    world = clean(version, "pairs %d" % seed)
    for _turn in range(6):
        assert chaos.pair(world) == ""


@pytest.mark.newest
def test_a_run_that_waits_says_for_whom_and_not_for_ever(clean, version):
    world = clean(version)
    slow = world.start(
        "supervisor_program", dict(declare(item("slow", startsecs=8, autostart=False)), config_file=world.daemon.conf)
    )
    chaos.daemons.wait_for(lambda: os.listdir(world.daemon.conf_dir), what="the first run at work")
    args = {"config_file": world.daemon.conf, "names": ["slow"], "state": "stopped"}
    late = world.run("supervisor_process", dict(args, lock_timeout=0.5))
    assert late["failed"]
    assert "supervisor_program (process %d" % slow.pid in late["msg"]
    assert "lock_timeout" in late["msg"]
    assert "Nothing was changed" in late["msg"]
    second = world.run("supervisor_process", args)
    assert not targets.finish(slow)["failed"]
    assert not second["failed"], second
    assert second["waited_for"].startswith("supervisor_program (process %d" % slow.pid)
    assert world.daemon.state("slow:slow") == "STOPPED"


@pytest.mark.newest
def test_the_drift_shows_a_group_that_no_file_defines(daemons, run_module):
    daemon = daemons({"web": OLD})
    os.unlink(os.path.join(daemon.conf_dir, "web.conf"))
    result = run_module("supervisor_info", {"drift": True}, daemon)
    assert [(group["name"], group["status"]) for group in result["drift"]["groups"]] == [("web", "removed")]


@pytest.fixture
def full(tmp_path):
    """A file system with room for next to nothing, and a way to fill it."""
    folder = tmp_path / "full"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)], check=True)

    def fill():
        with open(folder / ".ballast", "wb", buffering=0) as stream:
            while True:
                try:
                    stream.write(b"x" * 4096)
                except OSError:
                    return

    yield folder, fill
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.newest
def test_the_way_back_of_programs_needs_no_space(daemons, run_module, full):
    folder, fill = full
    daemon = daemons({})
    conf = folder / "conf.d"
    conf.mkdir()
    with open(daemon.conf, encoding="utf-8") as stream:
        text = stream.read().replace(daemon.conf_dir, str(conf))
    with open(daemon.conf, "w", encoding="utf-8") as stream:
        stream.write(text)
    state = {"state_dir": os.path.join(daemon.dir, "state")}
    first = declare(item("web"), item("goes"), **state)
    assert not run_module("supervisor_program", first, daemon)["failed"]
    pids = daemon.pids()
    files = {path.name: path.read_bytes() for path in conf.iterdir()}
    # It fills the disk when it is started: after the new files were written.
    filler = "/bin/sh -c 'cat /dev/zero >%s/.zero; exit 1'" % folder
    bad = declare(item("web", 1002), item("fills", command=filler, startretries=0, startsecs=1), **state)
    result = run_module("supervisor_program", bad, daemon)
    assert result["failed"]
    assert result["rolled_back"], result["msg"]
    assert {path.name: path.read_bytes() for path in conf.iterdir()} == files
    assert set(daemon.pids()) == set(pids)
    fill()
    late = run_module("supervisor_program", declare(item("web", 1003), item("goes"), **state), daemon)
    assert late["failed"]
    assert "No space left on device" in late["msg"]
    assert {path.name: path.read_bytes() for path in conf.iterdir()} == files
