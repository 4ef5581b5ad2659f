# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""This build next to a former one: what Ansible sends for a module, and an unchanged run of 50 programs.

usage: benchmarks/former.py [REVISION]

The former build is a git worktree below .build; without a revision it is the commit before the last that touched
plugins/. Both builds run in turns, each with a daemon of its own, over Ansible's local connection.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "tests" / "integration"))

import daemons  # noqa: E402  found by the line above

MODULES = ("supervisor_program", "supervisor_process", "supervisor_info", "supervisor_config")
ROUNDS, TASKS = 4, 10
LIMIT = 1.02
BASE = "e718972"  # what the goals of other benchmarks are measured against


def main(arguments: list[str]) -> int:
    """Print one table; fail where this build is more than 2 % behind."""
    revision = arguments[0] if arguments else git("rev-parse", git("rev-list", "-1", "HEAD", "--", "plugins") + "~1")
    builds = {"former": worktree(revision), "this": ROOT / ".build" / "collections"}
    print(f"former build: {git('show', '-s', '--format=%h %s', revision)}\n")
    rows = [row(f"payload of {name}, bytes", *payload(builds, name)) for name in MODULES]
    rows += [row("unchanged run of 50 programs, s", *unchanged(builds))]
    print("| what | former | this | ratio | target | |\n|---|---|---|---|---|---|")
    print("\n".join(rows))
    return 1 if any(line.endswith("MISSED |") for line in rows) else 0


def row(what: str, former: float, this: float) -> str:
    """One line of the table."""
    met = "met" if this <= LIMIT * former else "MISSED"
    return f"| {what} | {former:,.7g} | {this:,.7g} | {this / former:.3f} | <= {LIMIT} | {met} |".replace(
        "e+05", " 00,000"
    )


def git(*arguments: str) -> str:
    """What git says."""
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def worktree(revision: str) -> Path:
    """A folder in which Ansible finds a former build."""
    home = ROOT / ".build" / "former" / git("rev-parse", "--short", revision)
    build = home / "ansible_collections" / "supervisord" / "fleet"
    if not build.exists():
        git("worktree", "prune")
        git("worktree", "add", "-q", "--detach", str(build), revision)
    return home


def environment(collections: Path, **environ: str) -> dict[str, str]:
    """What Ansible needs to run one build, and nothing of what the caller set for it."""
    known = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE")}
    return {**known, "ANSIBLE_COLLECTIONS_PATH": str(collections), "ANSIBLE_LOCALHOST_WARNING": "false", **environ}


def play(collections: Path, tasks: list[dict], folder: str, **environ: str) -> None:
    """Run tasks with one build."""
    book = Path(folder, "play.json")
    book.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    command = ["ansible-playbook", "-i", "localhost,", "-c", "local", str(book)]
    command += ["-e", f"ansible_python_interpreter={sys.executable}", "-e", f"ansible_remote_tmp={folder}/tmp"]
    known = environment(collections, **environ)
    done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    if "UNREACHABLE" in done.stdout or (done.returncode and "failed=1" not in done.stdout):
        raise SystemExit(f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


def payload(builds: dict[str, Path], module: str) -> list[float]:
    """The size of the file that Ansible sends for a module, with each build. What the module then does is no matter."""
    sizes = []
    for collections in builds.values():
        with TemporaryDirectory(prefix="sfbench") as folder:
            task = {f"supervisord.fleet.{module}": {"config_file": f"{folder}/none"}}
            play(collections, [task], folder, ANSIBLE_KEEP_REMOTE_FILES="true", ANSIBLE_PIPELINING="false")
            sizes.append(float(next(Path(folder, "tmp").glob("*/AnsiballZ_*.py")).stat().st_size))
    return sizes


def unchanged(builds: dict[str, Path]) -> list[float]:
    """Seconds of one task that finds nothing to do, the median of many, each build with a daemon of its own."""
    running = {
        name: daemons.Daemon(daemons.installed()[-1], {}, supervisord={"minfds": "1024"}).start() for name in builds
    }
    times: dict[str, list[float]] = {name: [] for name in builds}
    try:
        for turn in range(ROUNDS + 1):  # the first turn declares and is not counted
            for name, collections in builds.items():
                found = unchanged_turn(collections, running[name])
                times[name] += found if turn else []
    finally:
        for daemon in running.values():
            daemon.destroy()
    return [statistics.median(found) for found in times.values()]


def unchanged_turn(collections: Path, daemon: daemons.Daemon) -> list[float]:
    """Seconds of each task of one play but the first, in which Ansible packs the module."""
    programs = [{"name": f"p{number:03d}", "command": "/bin/sleep 1000"} for number in range(50)]
    arguments = {"programs": programs, "config_file": daemon.conf, "state_dir": os.path.join(daemon.dir, "state")}
    task = {"supervisord.fleet.supervisor_program": arguments}
    with TemporaryDirectory(prefix="sfbench") as folder:
        times = Path(folder, "times")
        callback = {"ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback"), "ANSIBLE_CALLBACKS_ENABLED": "task_times"}
        play(collections, [task] * TASKS, folder, TASK_TIMES=str(times), **callback)
        return [float(line.split("\t")[1]) for line in times.read_text().splitlines()][1:]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
