# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are killed at random moments, and runs at the same time as others, at a real daemon.

``test_killed.py`` tries some. Any number, by hand:

    . tools/env.sh
    python tests/integration/chaos.py kills 200
    python tests/integration/chaos.py pairs 500
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import time

import collection

collection.make_importable()

import daemons  # noqa: E402  the collection has to be importable first
import targets  # noqa: E402

from ansible_collections.supervisord.fleet.plugins.module_utils._host import state_dir as _state_dir  # noqa: E402

NAMES = ("a", "b", "c", "d", "e", "f")
MODULES = ("supervisor_program", "supervisor_program", "supervisor_process", "supervisor_config", "supervisor_orphans")


def declaration(dice):
    """Some of the programs, each with one of several commands, one of which no reread would notice as changed."""
    names = dice.sample(NAMES, dice.randint(2, len(NAMES)))
    return [
        {
            "name": name,
            "command": "/bin/sleep %d" % dice.choice((1001, 1002, 1003)),
            "startsecs": 0,
            "environment": {"FLAVOUR": dice.choice(("plain", "sweet"))},
        }
        for name in names
    ]


class World:
    """A daemon, and what is declared for it.

    :ivar declared: the programs of the last run that is to hold.
    """

    def __init__(self, version, seed):
        self.dice = random.Random("%s %s" % (version, seed))
        self.target = targets.of(version)
        self.daemon = daemons.Daemon(version, {}).start()
        self.main = self._main("info")
        self.declared = []

    def close(self):
        self.daemon.destroy()
        notes = os.path.realpath(self.daemon.conf).strip("/").replace("/", "-")
        folder = _state_dir.default()
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            if name.startswith(notes):
                os.unlink(os.path.join(folder, name))

    def _main(self, level):
        own = {
            "logfile": self.daemon.log,
            "pidfile": self.daemon.dir + "/supervisord.pid",
            "childlogdir": self.daemon.dir,
        }
        return {
            "adopt": True,  # the file is not of this collection
            "path": self.daemon.conf,
            "supervisord": dict(own, nodaemon=True, minfds=256, loglevel=level),
            "unix_http_server": {"file": self.daemon.socket, "chmod": "0700"},
            "include": {"files": [self.daemon.conf_dir + "/*.conf"]},
        }

    def change(self, module):
        """Options of a random change with a module."""
        mine = {"config_file": self.daemon.conf}
        if module == "supervisor_program":
            return dict(mine, programs=declaration(self.dice), purge=True)
        if module == "supervisor_process":
            return dict(mine, all=True, state=self.dice.choice(("restarted", "started")))
        if module == "supervisor_orphans":
            return dict(mine, state="absent", start=True)
        return self._main(self.dice.choice(("info", "debug", "warn")))

    def start(self, module, options):
        """Begin a run, in a session of its own."""
        return self.target.start(module, options)

    def run(self, module, options):
        return self.target.run(module, options)

    def converge(self):
        """The result of a run with what is declared, and what is wrong after it: "" if nothing is."""
        result = self.run(
            "supervisor_program", {"config_file": self.daemon.conf, "programs": self.declared, "purge": True}
        )
        if result["failed"]:
            return result, "it failed: " + result["msg"]
        return result, self.damage()

    def damage(self):
        """How the host differs from what is declared, as anybody can see it; "" if it does not."""
        wanted = {item["name"]: (item["command"].split()[-1], item["environment"]["FLAVOUR"]) for item in self.declared}
        files = sorted(os.listdir(self.daemon.conf_dir))
        if files != sorted(name + ".conf" for name in wanted):
            return "files %s for programs %s" % (files, sorted(wanted))
        found = {process.group: process for process in self.daemon.client().processes().values()}
        if set(found) != set(wanted):
            return "groups %s for programs %s" % (sorted(found), sorted(wanted))
        for name, process in sorted(found.items()):
            if not process.pid or not _runs(process.pid, *wanted[name]):
                return "%s is %s and not %s" % (name, process.statename, wanted[name])
        return ""


def _runs(pid, argument, flavour):
    """Does a process run what is declared? It may not have become its program yet."""

    def is_so():
        with open("/proc/%d/cmdline" % pid, "rb") as stream:
            words = stream.read().split(b"\0")
        with open("/proc/%d/environ" % pid, "rb") as stream:
            values = stream.read().split(b"\0")
        return argument.encode() in words and b"FLAVOUR=" + flavour.encode() in values

    with contextlib.suppress(OSError):
        try:
            return daemons.wait_for(is_so, 1.0)
        except AssertionError:
            return False
    return False


def kill(world):
    """Kill a run with SIGKILL at a random moment; then others run, and what they say must be so.

    :returns: whether it hit, and what went wrong ("" if nothing did).
    """
    _result, problem = world.converge()
    if problem:
        return False, "before: " + problem
    module = world.dice.choice(MODULES)
    process = world.start(module, world.change(module))
    # Most of a run is the start of its interpreter; the moments that matter come after it.
    time.sleep(world.dice.uniform(0.05, 0.75))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    hit = process.returncode == -signal.SIGKILL
    if world.dice.random() < 0.5:
        other = world.run(*_other(world))
        if other["failed"]:
            return hit, "%s was killed, then %s" % (module, other["msg"])
    if world.dice.random() < 0.5:
        world.declared = declaration(world.dice)
    for turn in ("first", "second"):
        result, problem = world.converge()
        if problem:
            return hit, "%s was killed, the %s run after it (changed=%s): %s" % (
                module,
                turn,
                result.get("changed"),
                problem,
            )
    return hit, "changed for ever" if result["changed"] else _leftovers(world)


def _other(world):
    module = world.dice.choice(("supervisor_process", "supervisor_orphans"))
    return module, world.change(module)


def _leftovers(world):
    found = [name for name in os.listdir(world.daemon.dir) if ".fleet-" in name]
    return "left over: %s" % found if found else ""


def pair(world):
    """Two runs at once; both must tell the truth, and nothing may be lost.

    Each declares programs of its own, so that both can be right.
    :returns: what went wrong ("" if nothing did).
    """
    first, second = world.dice.choice(MODULES), world.dice.choice(MODULES)
    runs, wanted = [], []
    for number, module in enumerate((first, second)):
        options = world.change(module)
        if module == "supervisor_program":
            for item in options["programs"]:
                item["name"] += str(number)
            options.update(managed_by="run%d" % number)
            wanted += options["programs"]
        runs.append(world.start(module, options))
        time.sleep(world.dice.uniform(0, 0.2))
    results = [targets.finish(run) for run in runs]
    for result in results:
        if result["failed"]:
            return "%s beside %s: %s" % (first, second, result["msg"])
    world.declared = wanted or world.declared
    kept = {item["name"] for item in wanted}
    found = {process.group: process for process in world.daemon.client().processes().values()}
    for item in wanted:
        process = found.get(item["name"])
        if not process or not process.pid:
            return "%s beside %s: %s is lost" % (first, second, item["name"])
        if not _runs(process.pid, item["command"].split()[-1], item["environment"]["FLAVOUR"]):
            return "%s beside %s: %s is not as declared" % (first, second, item["name"])
    files = {name[: -len(".conf")] for name in os.listdir(world.daemon.conf_dir)}
    if not kept <= files or files != set(found):
        return "%s beside %s: files %s, groups %s" % (first, second, sorted(files), sorted(found))
    return ""


def main(what, number):
    """Try a number of them, and print what came of it."""
    hits, problems, version = 0, [], daemons.installed()[-1]
    for seed in range(-(-number // 20)):
        world = World(version, "%s %d" % (what, seed))
        try:
            for _turn in range(20):
                hit, problem = kill(world) if what == "kills" else (True, pair(world))
                hits += hit
                if problem:
                    problems.append("seed %d: %s" % (seed, problem))
                    print(problems[-1], flush=True)
                    break
        finally:
            world.close()
    print("%d %s, %d of them in the midst of a run, %d went wrong" % (number, what, hits, len(problems)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
