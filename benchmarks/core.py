# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast supervisor_program is, next to a loop over community.general.supervisorctl and to supervisorctl itself.

All figures come from one run on one machine, over Ansible's local connection (no SSH): what counts are the ratios.
Both sides run with the ansible-core of PyPI's package ``ansible``, which brings community.general; it lives in an
environment of its own in the cache. Times are those of whole tasks as a user waits for them, see callback/.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(ROOT, "tests", "integration"))

import collection  # noqa: E402  found by the line above
import daemons  # noqa: E402  see above
import targets  # noqa: E402  see above

LOCK = os.path.join(ROOT, "requirements", "bench.txt")
with open(LOCK, "rb") as stream:
    LOCKED = stream.read()
ANSIBLE = re.search(rb"^ansible==(\S+)", LOCKED, re.MULTILINE).group(1).decode()
COMMAND = "/bin/sleep 1000"
SIZES = (1, 50, 200, 500)
ROUNDS = 9


def main():
    version = daemons.installed()[-1]
    bench = Bench(version)
    print("ansible %s, Supervisor %s, Python %s, local connection\n" % (ANSIBLE, version, platform.python_version()))
    rows = [start_fifty(bench), no_operation(bench), *change_many(bench)]
    table(("what", "supervisor_program", "compared with", "ratio", "target", ""), rows)
    print()
    table(("programs", "first run", "no-op", "check mode", "peak memory", "per program"), growth(bench))
    return 1 if any(row[-1] == "MISSED" for row in rows) else 0


class Bench:
    """Runs playbooks and modules against daemons of one release."""

    def __init__(self, version):
        self.version = version
        self.environment = environment()

    def daemon(self, size=50):
        """A running daemon. Each child closes ``minfds`` files one by one, so more than are needed cost time."""
        return daemons.Daemon(self.version, {}, supervisord={"minfds": "1024" if size < 300 else "2048"}).start()

    def supervisorctl(self):
        return os.path.join(os.path.dirname(daemons.binary(self.version)), "supervisorctl")

    def play(self, tasks):
        """Run one play of tasks; returns [(name, seconds)]."""
        with tempfile.TemporaryDirectory(prefix="sfbench") as folder:
            book, times = os.path.join(folder, "play.json"), os.path.join(folder, "times")
            with open(book, "w", encoding="utf-8") as stream:
                json.dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}], stream)
            environ = dict(
                os.environ,
                ANSIBLE_CALLBACK_PLUGINS=os.path.join(HERE, "callback"),
                ANSIBLE_CALLBACKS_ENABLED="task_times",
                ANSIBLE_COLLECTIONS_PATH=collection.path(),
                ANSIBLE_LOCALHOST_WARNING="false",
                TASK_TIMES=times,
            )
            command = [
                os.path.join(self.environment, "bin", "ansible-playbook"),
                "-i",
                "localhost,",
                "-c",
                "local",
                book,
            ]
            python = os.path.join(self.environment, "bin", "python")
            command += ["-e", "ansible_python_interpreter=%s" % python]
            done = subprocess.run(command, env=environ, capture_output=True, encoding="utf-8", check=False)
            if done.returncode:
                raise SystemExit("%s\n%s" % (done.stdout[-3000:], done.stderr[-3000:]))
            with open(times, encoding="utf-8") as stream:
                lines = [line.split("\t") for line in stream]
        return [(name, float(seconds)) for name, seconds, _verdict in lines]


def environment(name="ansible", lock=LOCK):
    """A virtual environment with what a lock names, made when it is missing or was made from another lock."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    python = "%s %s" % (os.path.realpath(sys.executable), sys.version)
    with open(lock, "rb") as stream:
        recipe = hashlib.sha256(stream.read() + python.encode()).hexdigest()
    folder = os.path.join(cache, "supervisord-fleet", "bench", "%s-%s" % (name, recipe[:16]))
    made = os.path.join(folder, ".made")
    if not os.path.exists(made):
        print("making %s ..." % folder, file=sys.stderr)
        for former in glob.glob(os.path.join(os.path.dirname(folder), name + "-*")):
            shutil.rmtree(former, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [os.path.join(folder, "bin", "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "--only-binary=:all:", "--require-hashes", "-r", lock], check=True)
        with open(made, "w", encoding="utf-8"):
            pass  # it comes last
    return folder


def programs(count, command=COMMAND, **options):
    return [dict({"name": "p%03d" % number, "command": command}, **options) for number in range(count)]


def declare(daemon, wanted, **options):
    """A task that declares programs."""
    arguments = dict(programs=wanted, config_file=daemon.conf, state_dir=os.path.join(daemon.dir, "state"), **options)
    return {"name": "declare", "supervisord.fleet.supervisor_program": arguments}


def start_fifty(bench):
    """50 programs, from nothing to RUNNING: ours three times in one play, each time on a new daemon, the loops once.

    The middle one of ours counts. Ansible packs a module where a play uses it for the first time, which the loops do
    once for 50 rounds.
    """
    daemons_, other = [bench.daemon() for _round in range(3)], bench.daemon()
    try:
        ours = statistics.median(seconds for _name, seconds in bench.play([declare(d, programs(50)) for d in daemons_]))
        tasks = bench.play(loops(bench, other, 50))
        theirs = sum(seconds for _name, seconds in tasks)
        for one in (*daemons_, other):
            assert len(running(one)) == 50, running(one)
    finally:
        for one in (*daemons_, other):
            one.destroy()
    loops_ = "loops: " + ", ".join("%s %.1f s" % task for task in tasks)
    met = ours * 50 <= theirs
    return row("50 programs declared and started", ours, loops_, theirs, theirs / ours, ">= 50", met)


def loops(bench, daemon, count):
    """The tasks that do the same with community.general: a file and two calls for each program."""
    names = ["p%03d" % number for number in range(count)]
    control = {"name": "{{ item }}", "config": daemon.conf, "supervisorctl_path": bench.supervisorctl()}
    text = "[program:{{ item }}]\ncommand = %s\n" % COMMAND
    copy = {"dest": daemon.conf_dir + "/{{ item }}.conf", "content": text, "mode": "0600"}
    return [
        {"name": "copy", "ansible.builtin.copy": copy, "loop": names},
        {"name": "present", "community.general.supervisorctl": dict(control, state="present"), "loop": names},
        {"name": "started", "community.general.supervisorctl": dict(control, state="started"), "loop": names},
    ]


def no_operation(bench):
    """50 programs of which none changes, next to the smallest task there is, in turns."""
    daemon = bench.daemon()
    try:
        task = declare(daemon, programs(50))
        bench.play([task])
        times = bench.play([task, {"name": "ping", "ansible.builtin.ping": {}}] * ROUNDS)
    finally:
        daemon.destroy()
    ours, ping = (statistics.median(s for name, s in times if name == kind) for kind in ("declare", "ping"))
    return row("no-op of 50 programs", ours, "ansible.builtin.ping", ping, ours / ping, "<= 1.3", ours <= 1.3 * ping)


def change_many(bench):
    """47 changed programs, once with stops that take no time and once with stops of 3 s.

    What is to be met is the module's own process, next to that of supervisorctl: what Ansible adds is a ping's time.
    """
    slow = "/bin/sh -c 'sleep 1000 & trap \"sleep 3; kill $!; exit\" TERM; wait'"
    for stop, command in ((0, COMMAND), (3, slow)):
        daemon = bench.daemon()
        try:
            bench.play([declare(daemon, programs(47, command))])
            before = running(daemon)
            ours, _memory = alone(daemon, programs(47, command, umask="027"), False)
            assert running(daemon) == before, running(daemon)
            assert len(before) == 47, before
            theirs = update(bench, daemon) if not stop else None
        finally:
            daemon.destroy()
        what = "47 changed programs, stops of %d s" % stop
        target = "<= 2 s + %d s" % stop
        ratio = theirs / ours if theirs else None
        yield row(what, ours, "supervisorctl update", theirs, ratio, target, ours <= 2 + stop)
    yield whole_task(bench)


def whole_task(bench):
    """The same as a user waits for it, in a play that has used the module before."""
    daemon = bench.daemon()
    ping = {"name": "ping", "ansible.builtin.ping": {}}
    try:
        bench.play([declare(daemon, programs(47))])
        times = bench.play([declare(daemon, programs(47)), ping, declare(daemon, programs(47, umask="027"))])
        assert len(running(daemon)) == 47, running(daemon)
    finally:
        daemon.destroy()
    (_first, (_ping, ping_time), (_name, ours)) = times
    return row(
        "47 changed programs, the whole task", ours, "ansible.builtin.ping", ping_time, ours / ping_time, "-", True
    )


def update(bench, daemon):
    """Seconds that ``supervisorctl update`` needs for the same change, made by hand."""
    for name in os.listdir(daemon.conf_dir):
        with open(os.path.join(daemon.conf_dir, name), "a", encoding="utf-8") as stream:
            stream.write("exitcodes = 7\n")
    before = time.monotonic()
    subprocess.run([bench.supervisorctl(), "-c", daemon.conf, "update"], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - before


def running(daemon):
    return [name for name, seen in daemon.client().processes().items() if seen.statename == "RUNNING"]


def growth(bench):
    """Time and memory of the module's process alone, by the number of programs in one task."""
    for size in SIZES:
        daemon = bench.daemon(size)
        try:
            first, memory = alone(daemon, programs(size), False)
            noop, _memory = alone(daemon, programs(size), False)
            check, _memory = alone(daemon, programs(size, umask="027"), True)
        finally:
            daemon.destroy()
        times = ["%.2f s" % seconds for seconds in (first, noop, check)]
        yield (str(size), *times, "%.0f MB" % memory, "%.1f ms" % (1000 * first / size))


def alone(daemon, wanted, check):
    """Seconds and peak megabytes of one run of the module, without a playbook."""
    arguments = declare(daemon, wanted)["supervisord.fleet.supervisor_program"]
    target = targets.Target(sys.executable, targets.of(daemon.version).module_utils)
    payload = json.dumps({"ANSIBLE_MODULE_ARGS": dict(arguments, _ansible_check_mode=check)})
    environ = dict(os.environ, PYTHONPATH="%s:%s" % (targets._library(target.module_utils), collection.path()))
    before = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        command = [sys.executable, "-c", targets.BOOT, "supervisor_program"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, env=environ, encoding="utf-8")
        process.stdin.write(payload)
        process.stdin.close()
        _pid, _status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - before
        output.seek(0)
        result = json.load(output)
    assert not result.get("failed"), result
    return seconds, usage.ru_maxrss / 1024.0


def row(what, ours, name, theirs, ratio, target, met):
    """One line of the table."""
    compared = "%s: %.2f s" % (name, theirs) if theirs is not None else "-"
    return (what, "%.2f s" % ours, compared, "%.2f" % ratio if ratio else "-", target, "met" if met else "MISSED")


def table(head, rows):
    """Print a Markdown table."""
    print("| %s |" % " | ".join(head))
    print("|%s" % ("---|" * len(head)))
    for cells in rows:
        print("| %s |" % " | ".join(cells), flush=True)


if __name__ == "__main__":
    sys.exit(main())
