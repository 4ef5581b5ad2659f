# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One step of a scenario, as a careful person takes it: a dry run, and then the real one.

rehearse.py FOLDER HOSTS PLAYBOOK [--free TASK]... [--dry | --foretold] [ARGUMENTS OF ANSIBLE-PLAYBOOK], extra
variables as JSON on stdin

FOLDER is that of the scenario's run, HOSTS the hosts to limit it to. The dry run has to succeed, has to leave files and
processes of the hosts alone, and has to foretell each task that changes something and each process that starts, stops
or restarts, and no other. The tasks that --free names, by their beginning, may differ; an empty name is all, and all
processes. --dry ends after the dry run. The last line says how long each took.

To go twice through everything takes long. So without --foretold or --dry there is no dry run, unless FLEET_MORE is set.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import typing as t

import yaml

LEFT = "left to make test-more: dry runs before some of the changes"
CALLBACK = pathlib.Path(__file__).resolve().parents[1] / "failures" / "callback"
# Every file that a role could write, without those that a Tomcat writes, git when it only looks, or systemd when a
# timer of a package has come round; then what runs as a service, or under Supervisor.
LOOK = r"""
find /etc /opt /srv /usr /var/lib/dpkg /var/lib/systemd -xdev \
  -regex '/\(opt\|srv\)/[^/]*/\(logs\|temp\|work\)' -prune -o -path /var/lib/systemd/timers -prune -o \
  '(' -type d -printf '%p %m %u:%g\n' ')' -o \
  '(' -not -name '*.pyc' -not -path '*/.git/index' -printf '%p %s %Ts %m %u:%g %l\n' ')' | sort
[ ! -e /var/lib/selinux ] || find /var/lib/selinux -type f -name '*.local' -printf '%p %s %Ts\n' | sort
[ ! -e /usr/bin/firewall-cmd ] || firewall-cmd --list-all-zones 2>/dev/null
for unit in supervisor supervisord nginx 'php*-fpm'; do systemctl show --property Id,MainPID,ActiveState "$unit"; done
for unit in supervisor supervisord; do
  daemon=$(systemctl show --property MainPID --value "$unit")
  [ "$daemon" = 0 ] || ps --ppid "$daemon" -o pid=,comm= | sort
done
"""


class Run(t.NamedTuple):
    """What a run of ansible-playbook came to.

    ``changed`` holds host and name of each task that changed something, ``processes`` host and what is shown of each
    process that does not run on as it did.
    """

    code: int
    changed: frozenset[tuple[str, str]]
    processes: frozenset[tuple[str, str]]
    output: str
    seconds: float


def look(folder: pathlib.Path, hosts: t.Container[str]) -> set[str]:
    """What is to be seen on the hosts, one line for each thing."""
    known = yaml.safe_load((folder / "instance_config.yml").read_text(encoding="utf-8"))
    quiet = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")
    options = [word for option in quiet for word in ("-o", option)]
    looks = {
        host["instance"]: subprocess.Popen(
            ["ssh", *options, "-i", host["identity_file"], f"{host['user']}@{host['address']}", "sudo", "sh"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for host in known
        if host["instance"] in hosts
    }  # fmt: skip
    told = {name: process.communicate(LOOK, timeout=120)[0] for name, process in looks.items()}
    assert all(process.returncode == 0 for process in looks.values()), told
    return {f"{name}: {line}" for name, text in told.items() for line in text.splitlines()}


def play(folder: pathlib.Path, hosts: str, playbook: str, arguments: t.Sequence[str], given: str) -> Run:
    """Run a playbook with the inventory of the scenario."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        extra, told = pathlib.Path(scratch, "extra.json"), pathlib.Path(scratch, "told")
        extra.write_text(given or "{}", encoding="utf-8")
        environment = {
            "ANSIBLE_CONFIG": str(folder / "ansible.cfg"), "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACK),
            "ANSIBLE_CALLBACKS_ENABLED": "told", "FAILURES_TOLD": str(told),
            "ANSIBLE_NOCOLOR": "1", "ANSIBLE_FORCE_COLOR": "0",
        }  # fmt: skip
        command = ["ansible-playbook", "-i", str(folder / "inventory"), "--limit", hosts, "-e", f"@{extra}", playbook]
        run = subprocess.run(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            env={**os.environ, **environment},
        )  # fmt: skip
        lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if row["result"].get("changed")]
    changed = frozenset((row["host"], row["task"].strip()) for row in rows)
    processes = frozenset((row["host"], line) for row in rows for line in moved(row["result"]))
    return Run(run.returncode, changed, processes, run.stdout, time.monotonic() - begin)


def moved(result: t.Mapping[str, t.Any]) -> list[str]:
    """What a result says of processes that do not run on as they did."""
    entries = result.get("diff") or []
    shown = [entry for entry in entries if isinstance(entry, dict) and entry.get("after_header") == "processes"]
    return [line for entry in shown for line in entry["after"].splitlines()]


def told(title: str, lines: t.Iterable[object]) -> list[str]:
    """The lines under a title; nothing where there are none."""
    rows = [f"  {line}" for line in lines]
    return [title, *rows] if rows else []


def unforeseen(dry: Run, real: Run, free: t.Sequence[str]) -> list[str]:
    """Where the real run has done another thing than the dry run said."""
    missing = sorted(row for row in real.changed - dry.changed if not row[1].startswith(tuple(free)))
    extra = sorted(row for row in dry.changed - real.changed if not row[1].startswith(tuple(free)))
    return [
        *told("changed, and was not foretold:", missing),
        *told("was foretold, and did not change:", extra),
        *told(
            "processes that were foretold otherwise:", sorted(dry.processes ^ real.processes if "" not in free else ())
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("hosts")
    parser.add_argument("playbook")
    parser.add_argument("--free", action="append", default=[])
    parser.add_argument("--dry", action="store_true")
    parser.add_argument("--foretold", action="store_true")
    asked, arguments = parser.parse_known_args()
    given = sys.stdin.read()
    dry = None
    if asked.dry or asked.foretold or os.environ.get("FLEET_MORE"):
        dry = rehearsal(asked, arguments, given)
    if asked.dry and dry:
        print(f"{dry.output}\ndry run {dry.seconds:.1f} s")
        return
    real = play(asked.folder, asked.hosts, asked.playbook, [*arguments, "--diff"], given)
    print(f"{real.output}\nreal run {real.seconds:.1f} s, {f'dry run {dry.seconds:.1f} s' if dry else LEFT}")
    wrong = unforeseen(dry, real, asked.free) if dry else []
    if real.code or wrong:
        sys.exit("\n".join([f"the real run ended with {real.code}", *wrong]))


def rehearsal(asked: argparse.Namespace, arguments: t.Sequence[str], given: str) -> Run:
    """The dry run, which ends all of this if it fails or has touched something."""
    hosts = asked.hosts.split(",")
    before = look(asked.folder, hosts)
    dry = play(asked.folder, asked.hosts, asked.playbook, [*arguments, "--check", "--diff"], given)
    touched = told("the dry run has changed something:", sorted(before ^ look(asked.folder, hosts)))
    if dry.code or touched:
        sys.exit("\n".join([dry.output, f"the dry run ended with {dry.code}", *touched]))
    return dry


if __name__ == "__main__":
    main()
