# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Thousands of processes in one daemon: each task next to what the daemon alone takes for the same.

usage: benchmarks/many.py [PROGRAMS [NUMPROCS]]

Modules run in this process with the default timeout, so that the figures are the daemon's and the module's own. The
load average is printed beside each: a daemon that shares its processors with others is slower, and so is its floor.
"""

from __future__ import annotations

import os
import resource
import sys
import time
import typing as t
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "integration"))

import daemons
import inprocess

FILES = 20000
LIMIT = 2.0


def main(arguments: list[str]) -> int:
    """Print one table; fail where a task fails, or takes more than twice its floor."""
    programs, each = (int(word) for word in (arguments + ["500", "4"][len(arguments) :])[:2])
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    print(f"{programs} programs x {each} processes, Supervisor {daemons.installed()[-1]}\n")
    print("| what | task, s | daemon alone, s | ratio | target | load | |\n|---|---|---|---|---|---|---|")
    daemon = new_daemon().start()
    try:
        rows = [row(*case) for case in cases(daemon, programs, each)]
    finally:
        daemon.destroy()
    return 0 if all(rows) else 1


def new_daemon() -> daemons.Daemon:
    """A daemon that may have thousands of processes."""
    return daemons.Daemon(daemons.installed()[-1], {}, supervisord={"minfds": str(FILES)}, command=True)


Case = t.Tuple[str, str, dict, t.Callable[[], None]]


def cases(daemon: daemons.Daemon, programs: int, each: int) -> t.Iterator[Case]:
    """What is done: its name, module, arguments, and what the daemon does without the module."""
    client = daemon.client()
    client.transport.timeout = 600.0
    total = programs * each
    declared = [item(number, each) for number in range(programs)]
    wanted = {"programs": declared, "config_file": daemon.conf, "state_dir": os.path.join(daemon.dir, "state")}

    def start_alone() -> None:
        daemon.kill()
        daemon.start()
        daemons.wait_for(lambda: running(daemon) == total, 600)

    def restart_alone() -> None:
        client.call("stopAllProcesses", False)
        daemons.wait_for(lambda: running(daemon) == 0, 600)
        client.call("startAllProcesses", False)
        daemons.wait_for(lambda: running(daemon) == total, 600)

    yield "declare and start all", "supervisor_program", wanted, start_alone
    yield "unchanged", "supervisor_program", wanted, lambda: client.call("getAllProcessInfo")
    every = {"names": ["p*"], "config_file": daemon.conf}
    yield (
        "started: nothing to do",
        "supervisor_process",
        dict(every, state="started"),
        lambda: client.call("getAllProcessInfo"),
    )
    yield "restart all", "supervisor_process", dict(every, state="restarted"), restart_alone


def item(number: int, each: int) -> dict:
    """One program of several processes."""
    name = "%(program_name)s_%(process_num)s"
    logs = {"stdout_logfile": "NONE", "stderr_logfile": "NONE"}
    return dict(logs, name=f"p{number:04d}", command="/bin/sleep 100000", numprocs=each, process_name=name)


def running(daemon: daemons.Daemon) -> int:
    """How many processes are RUNNING."""
    client = daemon.client()
    client.transport.timeout = 600.0
    return sum(process.statename == "RUNNING" for process in client.processes().values())


def seconds(act: t.Callable[[], t.Any]) -> tuple[float, t.Any]:
    """How long something takes, and what it gives."""
    began = time.monotonic()
    value = act()
    return time.monotonic() - began, value


def row(what: str, module: str, args: dict, alone: t.Callable[[], None]) -> bool:
    """One line of the table: was it done, and within twice the floor?"""
    took, result = seconds(lambda: inprocess.run(module, args))
    floor, _value = seconds(alone)
    met = not result["failed"] and took <= LIMIT * floor
    verdict = "met" if met else "MISSED: " + result.get("msg", "too slow")[:200]
    figures = f"{took:.1f} | {floor:.1f} | {took / floor:.2f} | <= {LIMIT:g} | {os.getloadavg()[0]:.1f}"
    print(f"| {what} | {figures} | {verdict} |", flush=True)
    return met


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
