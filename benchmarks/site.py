# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""site.yml beside a former build: from bare hosts, with nothing to do, and with one more Tomcat a host.

usage: benchmarks/site.py [REVISION]

HOSTS (10) hosts in containers, each with two Tomcats; the last one has the dashboard and the load balancer, too. Each
build gets hosts of its own, one build after the other, and so what a build has left decides nothing about the other.
Beside it a play of three pings, which is what asking a host at all costs. Processor time is that of the whole machine,
controller and hosts, so nothing else may run on it. Minutes for each host, and a gigabyte of memory for each two.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import former

HOSTS, ROUNDS = int(os.environ.get("HOSTS", "10")), int(os.environ.get("ROUNDS", "5"))
FOLDER = former.ROOT / ".build" / "bench-site"
PARTS = former.ROOT / "tests" / "hosts"
GOALS = {"first run": 0.8, "nothing to do": 0.5, "one Tomcat more": 0.5}
THIRD = {"tomcat_app_instances": [{"name": name} for name in ("app01", "app02", "app03")]}


class Took(t.NamedTuple):
    """Seconds: of the clock, and of the processors of the machine."""

    wall: float
    busy: float


def main(arguments: list[str]) -> int:
    """Print one table; fail where a goal is missed."""
    revision = arguments[0] if arguments else former.BASE
    builds = {"former": former.worktree(revision), "this": former.ROOT / ".build" / "collections"}
    try:
        found = {name: measured(collections) for name, collections in builds.items()}
    finally:
        hosts("destroy.yml")
    print(f"former build: {former.git('show', '-s', '--format=%h %s', revision)}; {HOSTS} hosts, {ROUNDS} rounds\n")
    print("| what | former | this | ratio | target | |\n|---|---|---|---|---|---|")
    rows = list(table(found["former"], found["this"]))
    print("\n".join(rows))
    return 1 if any("missed" in row for row in rows) else 0


def table(before: dict[str, list[Took]], now: dict[str, list[Took]]) -> t.Iterator[str]:
    """The rows, medians of the rounds."""
    for what in before:
        for index, unit in enumerate(("s", "s of processors")):
            old, new = (statistics.median(took[index] for took in found[what]) for found in (before, now))
            goal = GOALS.get(what)
            verdict = "" if goal is None else "met" if new <= goal * old else "missed"
            target = "" if goal is None else f"<= {goal}"
            print_old, print_new = f"{old:.1f}", f"{new:.1f}"
            yield f"| {what}, {unit} | {print_old} | {print_new} | {new / old:.2f} | {target} | {verdict} |"


def measured(collections: Path) -> dict[str, list[Took]]:
    """What each run of one build took, on hosts that were bare before."""
    prepare()
    pings = FOLDER / "pings.json"
    ping = {"ansible.builtin.ping": {}}
    pings.write_text(json.dumps([{"hosts": "all", "become": True, "gather_facts": False, "tasks": [ping] * 3}]))
    found = {"first run": [run(collections, "supervisord.fleet.site")]}
    run(collections, "supervisord.fleet.site")  # fills caches, and has nothing to do
    found["nothing to do"] = [run(collections, "supervisord.fleet.site", changes=False) for _round in range(ROUNDS)]
    found["one Tomcat more"] = [run(collections, "supervisord.fleet.site", "-e", json.dumps(THIRD))]
    found["three pings"] = [run(collections, str(pings)) for _round in range(ROUNDS)]
    return found


def run(collections: Path, playbook: str, *arguments: str, changes: bool = True) -> Took:
    """One run, which must succeed, and change nothing where that is said."""
    command = ["ansible-playbook", "--forks", "10", playbook, *arguments]
    known = former.environment(collections, ANSIBLE_CONFIG=str(FOLDER / "ansible.cfg"))
    began, busy = time.monotonic(), processors()
    done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    took = Took(time.monotonic() - began, processors() - busy)
    if done.returncode or (not changes and re.search(r"changed=[1-9]", done.stdout)):
        raise SystemExit(f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}")
    print(f"{playbook} {took.wall:.1f} s", file=sys.stderr, flush=True)
    return took


def processors() -> float:
    """Seconds for which the processors of this machine have worked since it started."""
    with open("/proc/stat", encoding="ascii") as stream:
        ticks = [int(word) for word in stream.readline().split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def prepare() -> None:
    """Bare hosts, and the inventory of them: that of the examples, with passwords and archives on top."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    names = [f"c7{number:02d}" for number in range(1, HOSTS + 1)]
    platforms = [{"name": name, "image": "localhost/supervisord-fleet:bookworm"} for name in names]
    platforms[0]["archives"] = True  # type: ignore[assignment]
    groups = {"app_hosts": names, "monitor_hosts": names[-1:], "lb_hosts": names[-1:]}
    inventory = {group: {"hosts": {name: {} for name in members}} for group, members in groups.items()}
    shutil.copytree(former.ROOT / "examples" / "inventory" / "group_vars", FOLDER / "fleet" / "group_vars")
    (FOLDER / "fleet" / "hosts.json").write_text(json.dumps({"all": {"children": inventory}}))
    (FOLDER / "given.json").write_text(json.dumps(given(platforms)))
    (FOLDER / "ansible.cfg").write_text(
        f"[defaults]\ninventory = {FOLDER}/fleet,{FOLDER}/inventory,{FOLDER}/settings\nhost_key_checking = false\n"
        "localhost_warning = false\ninject_facts_as_vars = false\ntimeout = 60\n"
        "[inventory]\ninventory_unparsed_warning = false\n[ssh_connection]\npipelining = true\n"
    )
    hosts("create.yml", "inventory.yml")
    quietly("ansible-playbook", "-i", str(FOLDER / "inventory"), str(PARTS / "prepare.yml"))
    application = former.ROOT / "tests" / "fixtures" / "monitor_app" / "source"
    quietly(str(former.ROOT / "tests" / "monitor" / "pack"), str(application), str(FOLDER / "monitor"))
    settings()


def given(platforms: list[dict[str, t.Any]]) -> dict[str, t.Any]:
    """What tests/hosts/create.yml wants to know."""
    return {
        "molecule_ephemeral_directory": str(FOLDER),
        "molecule_instance_config": str(FOLDER / "hosts.yml"),
        "molecule_yml": {"scenario": {"name": "bench-site"}, "platforms": platforms},
        # JVMs that start quickly, and time for them to do it.
        "hosts_variables": {
            "tomcat_app_jvm_options": ["-Xms64m", "-Xmx256m", "-XX:TieredStopAtLevel=1"],
            "tomcat_app_ready_timeout": 300,
        },
    }


def settings() -> None:
    """Passwords, and where the application of the dashboard is."""
    folder = FOLDER / "settings" / "group_vars"
    folder.mkdir(parents=True)
    (FOLDER / "settings" / "hosts.json").write_text(json.dumps({"all": {"children": {"app_hosts": {}}}}))
    login = {"port": "*:9001", "username": "fleet", "password": "fleet-of-a-benchmark"}
    archive = FOLDER / "monitor" / "monitor.tar.gz"
    page = {
        "vault_monitor_password": "page-of-a-benchmark",
        "monitor_web_archive": str(archive),
        "monitor_web_checksum": "sha256:" + archive.with_name(archive.name + ".sha256").read_text().split()[0],
        "monitor_web_patches": str(former.ROOT / "tests" / "fixtures" / "monitor_app" / "patches.yml"),
    }
    (folder / "app_hosts.json").write_text(json.dumps({"supervisor_inet_http_server": login}))
    (folder / "monitor_hosts.json").write_text(json.dumps(page))


def hosts(*playbooks: str) -> None:
    """Run playbooks of tests/hosts for the hosts of the benchmark."""
    paths = [str(PARTS / name) for name in playbooks]
    quietly("ansible-playbook", "-e", f"@{FOLDER / 'given.json'}", *paths)


def quietly(*command: str) -> None:
    """Run a command, and show what it says where it fails."""
    done = subprocess.run(command, cwd=former.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
