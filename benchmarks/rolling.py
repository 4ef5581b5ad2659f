# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rolling restart of 4 programs on 2 hosts, beside a former build: the time beyond starts and settle.

usage: benchmarks/rolling.py [REVISION]

The hosts are two daemons of this machine over Ansible's local connection; what the programs must answer over HTTP is
answered by this script. There is no load balancer: its two tasks a program are not measured here. Both builds run in
turns, each with daemons of its own. Builds that cannot be told where a daemon's configuration is get that one argument
written into their tasks. What nobody can save is the time for which each program must stay up.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

import former

sys.path.insert(0, str(former.ROOT / "tests" / "integration"))

import daemons

ROUNDS, LIMIT = int(os.environ.get("ROUNDS", "5")), 0.5
SETTLE, PROGRAMS = 3, ("one", "two")
HOSTS = ("c1", "c2")


class Well(BaseHTTPRequestHandler):
    """Answers that all is well."""

    def do_GET(self):
        """Answer."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words):
        """Say nothing."""


def main(arguments: list[str]) -> int:
    """Print one table; fail where the goal is missed."""
    revision = arguments[0] if arguments else former.BASE
    builds = {"former": told(former.worktree(revision)), "this": former.ROOT / ".build" / "collections"}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Well)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    took: dict[str, list[float]] = {name: [] for name in builds}
    tasks = dict.fromkeys(builds, 0)
    for turn in range(ROUNDS + 1):  # the first fills caches and is not counted
        for name, collections in builds.items():
            seconds, tasks[name] = restart(collections, url)
            took[name] += [seconds] if turn else []
    floor = len(HOSTS) * len(PROGRAMS) * SETTLE
    beyond = {name: statistics.median(found) - floor for name, found in took.items()}
    ratio = beyond["this"] / beyond["former"]
    print(f"former build: {former.git('show', '-s', '--format=%h %s', revision)}; settle is {floor} s of each run\n")
    print("| what | former | this | ratio | target | |\n|---|---|---|---|---|---|")
    verdict = "met" if ratio <= LIMIT else "missed"
    print(
        f"| beyond settle, s | {beyond['former']:.2f} | {beyond['this']:.2f} | {ratio:.2f} | <= {LIMIT} | {verdict} |"
    )
    print(f"| tasks that Ansible announces | {tasks['former']} | {tasks['this']} | | | |")
    return 0 if verdict == "met" else 1


def told(home: Path) -> Path:
    """A copy whose tasks name the configuration: two daemons of one machine cannot be told apart otherwise."""
    copy = home.with_name(home.name + "-told")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy, symlinks=True, ignore=shutil.ignore_patterns(".git", ".build"))
    for path in copy.glob("ansible_collections/supervisord/fleet/playbooks/tasks/rolling_restart/*.yml"):
        text = path.read_text(encoding="utf-8")
        if "config_file" not in text:
            argument = r"\1\n    config_file: '{{ rolling_restart_config_file }}'"
            text = re.sub(r"(supervisord\.fleet\.supervisor_(?:info|process):)", argument, text)
            path.write_text(text, encoding="utf-8")
    return copy


def restart(collections: Path, url: str) -> tuple[float, int]:
    """Seconds of one whole run, and how many tasks it announced; the run must have restarted all programs."""
    programs = {name: {"command": "/bin/sleep 1000", "startsecs": "1"} for name in PROGRAMS}
    running = {host: daemons.Daemon(daemons.installed()[-1], programs).start() for host in HOSTS}
    try:
        for daemon in running.values():
            for name in PROGRAMS:
                daemon.wait_state(name, "RUNNING")
        before = {host: daemon.pids() for host, daemon in running.items()}
        with TemporaryDirectory(prefix="sfbench") as folder:
            found = run(collections, inventory(running, folder), url, folder)
        if any(before[host][name] == pid for host, daemon in running.items() for name, pid in daemon.pids().items()):
            raise SystemExit("a program was not restarted")
        return found
    finally:
        for daemon in running.values():
            daemon.destroy()


def inventory(running: dict[str, daemons.Daemon], folder: str) -> str:
    """The hosts, as a file."""
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "ansible_user": "root"}
    hosts = {
        name: {**local, "rolling_restart_config_file": daemon.conf, "ansible_remote_tmp": f"{folder}/{name}"}
        for name, daemon in running.items()
    }
    path = Path(folder, "hosts.json")
    path.write_text(json.dumps({"app_hosts": {"hosts": hosts}}))
    return str(path)


def run(collections: Path, hosts: str, url: str, folder: str) -> tuple[float, int]:
    """Run the playbook of one build; what it says is shown where it fails."""
    given = {
        "rolling_restart_programs": ",".join(PROGRAMS),
        "rolling_restart_settle": SETTLE,
        "rolling_restart_http": url,
        "rolling_restart_batch": 1,
    }
    known = former.environment(collections, HOME=folder)
    times = os.environ.get("ROLLING_TIMES")  # a file for the seconds of each task
    if times:
        known.update(
            ANSIBLE_CALLBACK_PLUGINS=str(former.HERE / "callback"),
            ANSIBLE_CALLBACKS_ENABLED="task_times",
            TASK_TIMES=times,
        )
    command = ["ansible-playbook", "-i", hosts, "supervisord.fleet.rolling_restart", "-e", json.dumps(given)]
    began = time.monotonic()
    done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    if done.returncode:
        raise SystemExit(f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return seconds, len(re.findall(r"^TASK \[", done.stdout, re.MULTILINE))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
