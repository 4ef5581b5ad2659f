# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast one task speaks to many daemons, next to the plainest script that could do the same.

All daemons are real, on ports of this machine, each with a program ``web`` (startsecs 1); see tests/integration/farm.
Times are those of whole processes, from start to end: the module's own as Ansible runs it on the controller, with
Ansible's module_utils, arguments and result. Every figure is the best of some rounds, in turns. What counts are the
ratios: with a thousand daemons on the same few cores, most of the time is theirs.

usage: fleet.py [--sizes 100,500,1000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import typing

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(ROOT, "tests", "integration"))

import collection  # noqa: E402  found by the line above
import daemons  # noqa: E402  see above
import farm  # noqa: E402  see above
import targets  # noqa: E402  see above

PROGRAMS = {"web": {"command": "/bin/sleep 100000"}}
PYTHON = os.path.realpath(sys.executable)  # without what the tests have installed, as on a managed host
TIMEOUT = 120  # seconds for a request when no daemon hangs
HUNG_TIMEOUT = 3
HUNG = 0.05
RATIO = 1.5
SLOW_FLOOR = 0.8  # a script that does less than the module and still takes this much longer is no floor
INVENTORY = 5  # seconds that ansible-inventory may take beyond the timeout of the daemons that hang
TASKS = {
    "status": ("supervisor_info", {}),
    "restart": ("supervisor_process", {"names": ["web"], "state": "restarted", "log_lines": 0}),
}


class Run(typing.NamedTuple):
    seconds: float
    cpu: float
    megabytes: float
    output: typing.Any


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", default="100,500,1000")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    version = daemons.installed()[-1]
    print("Supervisor %s, Python %s, %d cores\n" % (version, platform.python_version(), len(os.sched_getaffinity(0))))
    head = (
        "daemons",
        "task",
        "module",
        "one loop",
        "ratio",
        "target",
        "",
        "32 threads",
        "CPU (module, loop)",
        "memory",
    )
    table_head(head)
    met, memory = True, {}
    sizes = [int(size) for size in options.sizes.split(",")]
    for size in sizes:
        for cells, ratio, limit, peak in measure(version, size, options.rounds):
            memory.setdefault(cells[1], {})[size] = peak
            verdict = ("", "")
            if size == max(sizes):  # of fewer, Ansible's own start is most of the time
                verdict = ("<= %.2f" % limit, judged(ratio, limit))
                met = met and verdict[1] == "met"
            line((*cells[:5], *verdict, *cells[5:]))
    print("\n" + growth(memory))
    return 0 if met else 1


def judged(ratio, limit):
    """Whether a ratio is reached, which it is not beside a floor that was itself held up."""
    if ratio < SLOW_FLOOR:
        return "MISSED: the floor is slower than the module"
    return "met" if ratio <= limit else "MISSED"


def measure(version, size, rounds):
    """Rows for one number of daemons: (cells, ratio reached, ratio allowed, megabytes)."""
    with farm.Farm(version, size, PROGRAMS) as fleet:
        ports = "\n".join(map(str, fleet.ports))
        servers = [{"name": "n%d" % number, "server_url": url} for number, url in enumerate(fleet.urls)]
        time.sleep(2)  # until all have started their program
        for task in TASKS:
            ours, floor = [], []
            for _round in range(rounds):
                floor.append(script("loop", task, TIMEOUT, ports))
                ours.append(module(task, servers, TIMEOUT))
                counted(ours[-1].output, "ok", size)
                assert not floor[-1].output["waiting"], floor[-1].output
            threads = script("threads", task, TIMEOUT, ports)
            yield row(size, task, min(ours), min(floor), threads, RATIO)
        base = script("loop", "status", TIMEOUT, ports)
        hung = len(fleet.hang(int(size * HUNG)))
        floor = min(script("loop", "status", HUNG_TIMEOUT, ports) for _round in range(rounds))
        ours = min(module("status", servers, HUNG_TIMEOUT) for _round in range(rounds))
        counted(ours.output, "unreachable", hung)
        threads = script("threads", "status", HUNG_TIMEOUT, ports)
        beside = ", %d %% hung for %d s" % (100 * HUNG, HUNG_TIMEOUT)
        limit = (HUNG_TIMEOUT + RATIO * base.seconds) / floor.seconds
        yield row(size, "status" + beside, ours, floor, threads, limit)
        listed = min(inventory(fleet.urls, hung) for _round in range(rounds))
        limit = (HUNG_TIMEOUT + INVENTORY) / floor.seconds
        yield row(size, "ansible-inventory" + beside, listed, floor, threads, limit)


def counted(output, kind, number):
    """Ends with what the module said unless so many daemons ended so: a failed one may have no summary."""
    if output.get("summary", {}).get(kind) != number:
        said = "%s\n%s" % (output.get("msg", "no message"), json.dumps(output)[:2000])
        sys.exit("Not %d daemons are %s: %s" % (number, kind, said))


def row(size, name, ours, floor, threads, limit):
    times = ["%.2f s" % run.seconds for run in (ours, floor)]
    cpu = "%.2f s, %.2f s" % (ours.cpu, floor.cpu)
    memory = "%.0f MB, %.0f MB" % (ours.megabytes, floor.megabytes)
    ratio = ours.seconds / floor.seconds
    cells = (str(size), name, *times, "%.2f" % ratio, "%.2f s" % threads.seconds, cpu, memory)
    return cells, ratio, limit, ours.megabytes


def growth(memory):
    """How much memory each daemon more takes: the same from few to some as from some to many, if it is linear."""
    steps = {}
    for name, peaks in memory.items():
        sizes = sorted(peaks)
        pairs = itertools.pairwise(sizes)
        steps[name] = ["%.0f kB" % (1024 * (peaks[b] - peaks[a]) / (b - a)) for a, b in pairs]
    return "Memory for each daemon more: " + "; ".join("%s %s" % (name, ", then ".join(s)) for name, s in steps.items())


def script(name, task, timeout, ports):
    return run([PYTHON, os.path.join(HERE, "floor", name + ".py"), task, str(timeout)], ports)


def module(task, servers, timeout):
    """One run of the module's process, without a playbook."""
    name, options = TASKS[task]
    arguments = dict(options, servers=servers, timeout=timeout, fail_when="all")
    library = targets._library(targets.of(daemons.installed()[-1]).module_utils)
    environ = dict(os.environ, PYTHONPATH="%s:%s" % (library, collection.path()))
    return run([PYTHON, "-c", targets.BOOT, name], json.dumps({"ANSIBLE_MODULE_ARGS": arguments}), environ)


def inventory(urls, hung):
    """One run of ansible-inventory with the plugin, every process of every daemon in its output."""
    with tempfile.TemporaryDirectory(prefix="sfbench") as folder:
        source = os.path.join(folder, "fleet.supervisor.yml")
        endpoints = [{"server_url": url, "name": "n%d" % number} for number, url in enumerate(urls)]
        with open(source, "w", encoding="utf-8") as stream:
            json.dump(
                {"plugin": "supervisord.fleet.supervisor", "timeout": HUNG_TIMEOUT, "endpoints": endpoints}, stream
            )
        environ = dict(os.environ, ANSIBLE_COLLECTIONS_PATH=collection.path())
        done = run(["ansible-inventory", "-i", source, "--list"], "", environ)
    for group, number in (("supervisor_unreachable", hung), ("supervisor_program_web", len(urls) - hung)):
        hosts = done.output.get(group, {}).get("hosts", [])  # an empty group is not listed
        if len(hosts) != number:
            sys.exit("ansible-inventory lists %d hosts in %s instead of %d: %s" % (len(hosts), group, number, hosts))
    return done


def run(command, given, environ=None):
    """Seconds, CPU seconds and peak megabytes of a process, and what it printed."""
    before = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ)
    process.stdin.write(given.encode("utf-8"))
    process.stdin.close()
    output = process.stdout.read()
    _pid, _status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - before
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024.0, json.loads(output))


def table_head(head):
    line(head)
    print("|%s" % ("---|" * len(head)))


def line(cells):
    print("| %s |" % " | ".join(cells), flush=True)


if __name__ == "__main__":
    sys.exit(main())
