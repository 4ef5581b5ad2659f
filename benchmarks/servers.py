# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task with ``servers``, and the playbooks status and control, cost the controller, beside a former build.

usage: benchmarks/servers.py [REVISION] [--large 1000] [--rounds 5]

Each figure is one of a whole ``ansible-playbook``: seconds until it has ended, seconds of processor time with those of
all its processes, and the most memory that one of them had. Both builds and a play with ``ping`` run in turns, and ask
the same daemons, which are real; medians count. With 20 daemons, each with 50 processes, nearly all is Ansible's own
work; what a thousand of them do meanwhile on the same cores counts as time, not as processor time of the run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import typing as t
from pathlib import Path
from tempfile import TemporaryDirectory

import former

sys.path.insert(0, str(former.ROOT / "tests" / "integration"))

import daemons
import farm

SMALL, PROCESSES = 20, 50
FEW, MANY = 0.65, 0.7  # of the former build's time, with 20 daemons and with a thousand
MEMORY = 1.0
PING = [{"hosts": "localhost", "gather_facts": False, "tasks": [{"ansible.builtin.ping": {}}]}]


class Cost(t.NamedTuple):
    """Of one run, or the medians of several."""

    wall: float
    processor: float
    megabytes: float


def main() -> int:
    """Print one table; fail where a goal is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("revision", nargs="?", default=former.BASE)
    parser.add_argument("--large", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    builds = {"former": former.worktree(options.revision), "this": former.ROOT / ".build" / "collections"}
    print(f"former build: {former.git('show', '-s', '--format=%h %s', options.revision)}\n")
    head = ("run", "daemons", "figure", "former", "this", "ping", "ratio", "target", "")
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    met = []
    for size, processes, limit in ((SMALL, PROCESSES, FEW), (options.large, 1, MANY)):
        programs = {f"web{number:02d}": {"command": "/bin/sleep 100000"} for number in range(processes)}
        with (
            farm.Farm(daemons.installed()[-1], size, programs) as fleet,
            TemporaryDirectory(prefix="sfbench") as folder,
        ):
            time.sleep(3)  # until all have started their programs
            for name, arguments in runs(fleet.urls, Path(folder)).items():
                costs = measured(builds, arguments, folder, options.rounds)
                met += [line(name, size, figure, costs, limit) for figure in Cost._fields]
    return 0 if all(met) else 1


def runs(urls: t.Sequence[str], folder: Path) -> dict[str, list[str]]:
    """What to run: the name, and the arguments of ansible-playbook."""
    hosts = {f"n{number}": {"supervisor_server_url": url} for number, url in enumerate(urls)}
    inventory = folder / "hosts.json"
    inventory.write_text(json.dumps({"app_hosts": {"hosts": hosts}}), encoding="utf-8")
    servers = [{"name": f"n{number}", "server_url": url} for number, url in enumerate(urls)]
    tasks = {
        "supervisor_info": {"servers": servers},
        "supervisor_process": {"servers": servers, "names": ["web00"], "state": "started"},
        "supervisor_rpc": {"servers": servers, "method": "getState"},
    }
    found = {}
    for name, given in tasks.items():
        found[name] = written([{**PING[0], "tasks": [{f"supervisord.fleet.{name}": given}]}], folder / f"{name}.json")
    act = ["-e", "control_action=start", "-e", "control_programs=web00"]
    playbooks: dict[str, list[str]] = {"status": [], "control": act}
    return {
        **found,
        **{name: ["-i", str(inventory), f"supervisord.fleet.{name}", *its] for name, its in playbooks.items()},
    }


def written(play: list[dict], path: Path) -> list[str]:
    """Arguments of ansible-playbook for a play."""
    path.write_text(json.dumps(play), encoding="utf-8")
    return ["-i", "localhost,", "-c", "local", "-e", f"ansible_python_interpreter={sys.executable}", str(path)]


def measured(builds: dict[str, Path], arguments: list[str], folder: str, rounds: int) -> dict[str, Cost]:
    """The medians of each build and of a ping."""
    ping = written(PING, Path(folder, "ping.json"))
    turns = {**{name: (home, arguments) for name, home in builds.items()}, "ping": (builds["former"], ping)}
    costs: dict[str, list[Cost]] = {name: [] for name in turns}
    for turn in range(rounds + 1):  # the first fills caches and is not counted
        for name, (home, given) in turns.items():
            cost = run(home, given, folder)
            costs[name] += [cost] if turn else []
    return {name: Cost(*map(statistics.median, zip(*found))) for name, found in costs.items()}


def run(collections: Path, arguments: list[str], folder: str) -> Cost:
    """One run; what it says is shown where it fails."""
    command = ["ansible-playbook", *arguments]
    known = former.environment(collections, ANSIBLE_REMOTE_TMP=os.path.join(folder, "tmp"))
    began = time.monotonic()
    with subprocess.Popen(command, env=known, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        said = process.stdout.read() if process.stdout else ""
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(said[-3000:])
    return Cost(time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def line(name: str, size: int, figure: str, costs: dict[str, Cost], limit: float) -> bool:
    """Print a line of the table; was its goal met?"""
    before, now, ping = (getattr(costs[one], figure) for one in ("former", "this", "ping"))
    allowed = MEMORY if figure == "megabytes" else limit
    target, met = f"<= {allowed}", round(now / before, 2) <= allowed
    if size == SMALL and figure != "megabytes" and name == "supervisor_info":
        target, met = f"{target}, < ping", met and now < ping
    verdict = "met" if met else "MISSED"
    numbers = f"{before:.2f} | {now:.2f} | {ping:.2f} | {now / before:.2f}"
    print(f"| {name} | {size} | {figure} | {numbers} | {target} | {verdict} |", flush=True)
    return met


if __name__ == "__main__":
    sys.exit(main())
