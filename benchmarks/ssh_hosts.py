# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user waits for on hosts that are reached over SSH: 20 of them, each with 50 programs.

The hosts are podman containers with systemd, made as the test hosts are, with Supervisor installed by the role. Each
row is a whole ansible-playbook process with one task, which has run once before; the floor is a plain script with 32
threads. Every figure is the middle of some rounds, in turns. Memory is the peak of all processes of the run together, a
page that several of them share counted once.

usage: ssh_hosts.py [--hosts 20] [--programs 50] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import secrets
import statistics
import subprocess
import sys
import threading
import time
import typing

import core

HOSTS = pathlib.Path(core.ROOT, "tests", "hosts")
STATE = pathlib.Path(core.ROOT, ".build", "bench")
FLOOR = os.path.join(core.HERE, "floor", "threads.py")
FORKS = "50"
COMMUNITY = {"community.general.supervisorctl": {"name": "web", "state": "restarted"}}
RESTART = {"names": ["web"], "state": "restarted"}
SERVERS = {"servers": "{{ bench_servers }}"}
# Task: rows of (name, the play's hosts, task); the floor has its own words for both.
TASKS: dict[str, list[tuple[str, str, dict[str, object]]]] = {
    "restart": [
        ("community.general.supervisorctl", "all", COMMUNITY),
        ("supervisor_process on each host", "all", {"supervisord.fleet.supervisor_process": RESTART}),
        ("supervisor_process with servers", "localhost", {"supervisord.fleet.supervisor_process": RESTART | SERVERS}),
    ],
    "status": [
        ("command: supervisorctl status", "all", {"ansible.builtin.command": {"argv": ["supervisorctl", "status"]}}),
        ("supervisor_info on each host", "all", {"supervisord.fleet.supervisor_info": {}}),
        ("supervisor_info with servers", "localhost", {"supervisord.fleet.supervisor_info": SERVERS}),
    ],
}


class Run(typing.NamedTuple):
    seconds: float
    cpu: float
    megabytes: float


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--programs", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    options, _others = parser.parse_known_args()
    bench = Bench(options.hosts, options.programs)
    cores = len(os.sched_getaffinity(0))
    print("%d hosts with %d programs each, " % (options.hosts, options.programs), end="")
    print("ansible %s with %s forks, Python %s, %d cores\n" % (core.ANSIBLE, FORKS, platform.python_version(), cores))
    try:
        bench.bring_up()
        core.table(("task", "with", "time", "of the floor", "CPU", "memory"), bench.rows(options.rounds))
    finally:
        bench.remove()
    return 0


class Bench:
    """The hosts, and plays against them."""

    def __init__(self, hosts: int, programs: int) -> None:
        self.names = ["bench%02d" % number for number in range(hosts)]
        self.programs = ["web", *("p%03d" % number for number in range(1, programs))]
        self.password = secrets.token_urlsafe(18)
        self.urls: list[str] = []
        self.bin = os.path.join(core.environment(), "bin")
        STATE.mkdir(parents=True, exist_ok=True)
        (STATE / "ansible.cfg").touch()

    def bring_up(self) -> None:
        """Containers, Supervisor, programs, all RUNNING."""
        platforms = [{"name": name, "image": "localhost/supervisord-fleet:trixie"} for name in self.names]
        write("hosts", {"molecule_yml": {"scenario": {"name": "bench"}, "platforms": platforms}})
        self.playbook("set-up", *self.given(), str(HOSTS / "create.yml"), str(HOSTS / "inventory.yml"))
        self.playbook("prepare", str(HOSTS / "prepare.yml"))
        programs = [{"name": name, "command": "/bin/sleep 100000"} for name in self.programs]
        role = {
            "supervisor_programs": programs,
            "supervisor_inet_http_server": {"port": "*:9001", "username": "bench", "password": self.password},
        }
        roles = [{"role": "supervisord.fleet.supervisor"}]
        self.playbook("converge", play("converge", {"hosts": "all", "become": True, "roles": roles, "vars": role}))
        addresses = json.loads(self.inventory())["_meta"]["hostvars"]
        places = [addresses[name]["ansible_host"] for name in self.names]
        self.urls = ["http://bench:%s@%s:9001/RPC2" % (self.password, place) for place in places]
        servers = [
            {"name": name, "server_url": "http://%s:9001" % place, "username": "bench", "password": self.password}
            for name, place in zip(self.names, places)
        ]
        write("servers", {"bench_servers": servers})

    def rows(self, rounds: int) -> typing.Iterator[tuple[str, ...]]:
        """Rows of the table; each way has been used once before the first round counts."""
        for task, ways in TASKS.items():
            runs: dict[str, list[Run]] = {}
            for number in range(rounds + 1):
                for name, once in self.ways(task, ways):
                    runs.setdefault(name, []).extend([once()] if number else [once()][:0])
            middle = {name: Run(*map(statistics.median, zip(*found))) for name, found in runs.items()}
            floor = middle["floor: 32 threads"]
            for name, run in middle.items():
                ratio, seconds = "%.1f" % (run.seconds / floor.seconds), "%.2f s" % run.seconds
                yield (task, name, seconds, ratio, "%.1f s" % run.cpu, "%.0f MB" % run.megabytes)

    def ways(
        self, task: str, ways: list[tuple[str, str, dict[str, object]]]
    ) -> typing.Iterator[tuple[str, typing.Callable[[], Run]]]:
        for name, hosts, action in ways:
            settings = {"hosts": hosts, "become": hosts == "all", "tasks": [{"name": name, **action}]}
            book = play("task-%s" % name.replace(" ", "-").replace(":", ""), settings)
            yield name, lambda book=book: self.playbook("task", book)  # type: ignore[misc]
        yield "floor: 32 threads", lambda: self.floor(task)

    def floor(self, task: str) -> Run:
        run = measured([sys.executable, FLOOR, task, "60"], "floor", given="\n".join(self.urls))
        answers = json.loads((STATE / "floor.log").read_text(encoding="utf-8"))
        assert not answers["waiting"], answers
        return run

    def playbook(self, log: str, *arguments: str) -> Run:
        """Run ansible-playbook to its end; what it prints is in .build/bench/``log``.log."""
        found = STATE / "inventory"
        inventory = ["-i", str(found)] if found.is_dir() else []
        servers = ["-e", "@%s" % (STATE / "servers.json")] if (STATE / "servers.json").exists() else []
        command = [os.path.join(self.bin, "ansible-playbook"), "--forks", FORKS, *inventory, *servers, *arguments]
        return measured(command, log)

    def inventory(self) -> str:
        command = [os.path.join(self.bin, "ansible-inventory"), "-i", str(STATE / "inventory"), "--list"]
        return subprocess.run(command, check=True, env=environment(), stdout=subprocess.PIPE, text=True).stdout

    def given(self) -> tuple[str, ...]:
        words = ("molecule_ephemeral_directory=%s" % STATE, "molecule_instance_config=%s" % (STATE / "hosts.yml"))
        return ("-e", words[0], "-e", words[1], "-e", "@%s" % (STATE / "hosts.json"))

    def remove(self) -> None:
        """No container stays."""
        self.playbook("remove", *self.given(), str(HOSTS / "destroy.yml"))
        (STATE / "servers.json").unlink(missing_ok=True)


def write(name: str, value: object) -> str:
    path = STATE / (name + ".json")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        json.dump(value, stream)
    return str(path)


def play(name: str, settings: dict[str, object]) -> str:
    """Write a play, and return the path of its file."""
    return write(name, [{"gather_facts": "roles" in settings, **settings}])


def environment() -> dict[str, str]:
    """Ansible as it comes, but for what a user with many hosts sets as well: pipelining."""
    return {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": core.collection.path(),
        "ANSIBLE_HOST_KEY_CHECKING": "false",
        "ANSIBLE_PIPELINING": "true",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_CONFIG": str(STATE / "ansible.cfg"),
        "LC_ALL": "C.UTF-8",
    }


def measured(command: list[str], log: str, given: str = "") -> Run:
    """Seconds, CPU seconds and peak megabytes of a process and all that it starts; it must end well."""
    before = time.monotonic()
    with (STATE / (log + ".log")).open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment(),
            start_new_session=True,
        )
        assert process.stdin
        process.stdin.write(given.encode())
        process.stdin.close()
        memory = Memory(process.pid)
        _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - before
    memory.stop()
    if status:
        raise SystemExit((STATE / (log + ".log")).read_text(encoding="utf-8")[-3000:])
    return Run(seconds, usage.ru_utime + usage.ru_stime, max(memory.peak, usage.ru_maxrss) / 1024.0)


class Memory:
    """Looks a few times a second how much memory the processes of a session hold together, in kB."""

    def __init__(self, session: int) -> None:
        self.session, self.peak, self.over = session, 0, threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.over.set()
        self.thread.join()

    def watch(self) -> None:
        while not self.over.wait(0.2):
            self.peak = max(self.peak, sum(map(self.held, pathlib.Path("/proc").glob("[0-9]*"))))

    def held(self, folder: pathlib.Path) -> int:
        """The proportional share of one process, 0 when it belongs to another session or is gone."""
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) != self.session:
                return 0
            lines = (folder / "smaps_rollup").read_text().splitlines()
        except OSError:
            return 0
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    sys.exit(main())
