# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From any state one run reaches what is declared, and the next changes nothing: 1,000 random states.

Between two runs files are edited, applied by hand, lost; groups come and go behind our back; processes stop, crash
and give up; notes are lost or damaged; the daemon restarts. Others' files and processes are there all the time, some
with edits that were never applied. A failure names its seed, step and what had happened.
"""

from __future__ import annotations

import configparser
import os
import shlex

import daemons as daemons_
import pytest
import worlds

SEEDS = range(10)
# Cases for each seed. Before 4.2.2 a process must be a second old before it may be stopped: fewer cases.
STEPS = {"3.4.0": 10, "4.0.4": 10, "4.2.5": 40, "4.3.0": 40}
assert len(SEEDS) * sum(STEPS.values()) >= 1000

NOTES = [b"", b"{", b'{"version": 2, "daemon": "1:1", "groups": {}}', b"[]"]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_run_converges_and_the_second_changes_nothing(daemons, version, seed):
    world = worlds.World(daemons, "convergence %s %d" % (version, seed))
    for step in range(STEPS[version]):
        case = Case(world)
        problem = case.problem()
        assert not problem, "seed %s, step %d: %s\nafter %s\nwith %s" % (
            seed,
            step,
            problem,
            world.history,
            case.arguments,
        )


class Case:
    """One random state, and the run that has to end it."""

    def __init__(self, world):
        self.world = world
        self.dice = world.dice
        self.touched = set()
        world.history.clear()
        for _number in range(self.dice.randrange(4)):
            self._disturb()
        varied = world.declared.vary() if self.dice.random() < 0.5 else set()
        self.touched |= {name for _kind, name in varied}
        self.purge = self.dice.random() < 0.3
        self.arguments = world.declared.arguments(wait=False, purge=self.purge)

    def _disturb(self):
        """Something that happens to a host between two runs."""
        happenings = [
            self._edit,
            self._edit,
            self._edit_and_apply,
            self._remove_group,
            self._add_program,
            self._add_program_without_file,
            self._stop,
            self._stop,
            self._crash,
            self._lose_notes,
            self._lose_file,
            self._lose_file,
            self._change_mode,
            self._edit_foreign,
            self._edit_foreign,
            self._restart,
        ]
        self.dice.choice(happenings)()

    def _any_item(self):
        keys = [key for key in sorted(self.world.declared.items) if os.path.exists(self.world.path(*key))]
        return self.dice.choice(keys) if keys else None

    def _any_process(self):
        processes = self.world.daemon.client().processes().values()
        names = sorted(p.full_name for p in processes if p.statename == "RUNNING" and not p.group.startswith("foreign"))
        return self.dice.choice(names) if names else None

    def _touch(self, *names):
        """Groups and programs that may move now."""
        self.touched.update(names)
        for (kind, name), item in self.world.declared.items.items():
            if kind == "group" and (name in names or set(item["programs"]) & set(names)):
                self.touched.update([name, *item["programs"]])

    def _edit(self):
        key = self._any_item()
        if key:
            self.world.edit(*key)
            self._touch(key[1])
        return key

    def _edit_and_apply(self):
        key = self._edit()
        if key:
            kept = [key[1], *(name for name in worlds.GROUPS if ("group", name) in self.world.declared.items)]
            self.world.apply_by_hand(self.dice.choice(kept))
            self._touch(*kept)

    def _remove_group(self):
        name = self._any_process()
        if name:
            group = name.split(":")[0]
            self.world.remove_by_hand(group)
            self._touch(group)

    def _add_program(self):
        free = [name for name in worlds.PROGRAMS if ("program", name) not in self.world.declared.items]
        if not free:
            return None
        name = self.dice.choice(free)
        path = self.world.path("program", name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write("[program:%s]\ncommand = %s/%s 3000\nstartsecs = 0\n" % (name, self.world.bin, name))
        self.world.apply_by_hand(name)
        self._touch(name)
        return path

    def _add_program_without_file(self):
        path = self._add_program()
        if path:
            os.unlink(path)
            self.world.history.append("unlink %s" % path)

    def _stop(self):
        name = self._any_process()
        if name:
            self.world.daemon.client().call("stopProcess", name, False)
            self.world.history.append("stop %s" % name)
            self._touch(name.split(":")[0])

    def _crash(self):
        name = self._any_process()
        if name:
            seen = self.world.daemon.info(name)
            self.world.crash(name.split(":")[1].split("_")[0], seen.pid)
            self._touch(name.split(":")[0])

    def _lose_notes(self):
        for entry in os.listdir(self.world.state_dir) if os.path.isdir(self.world.state_dir) else []:
            path = os.path.join(self.world.state_dir, entry)
            if self.dice.random() < 0.5:
                os.unlink(path)
            else:
                with open(path, "wb") as stream:
                    stream.write(self.dice.choice(NOTES))
            self.world.history.append("notes lost")

    def _lose_file(self):
        key = self._any_item()
        if key:
            os.unlink(self.world.path(*key))
            self.world.history.append("unlink %s" % self.world.path(*key))

    def _change_mode(self):
        key = self._any_item()
        if key:
            path = self.world.path(*key)
            os.chmod(path, self.dice.choice([0o644, 0o666, 0o400]))
            if os.geteuid() == 0:
                os.chown(path, self.dice.choice([0, 65534]), -1)
            self.world.history.append("mode of %s" % path)

    def _edit_foreign(self):
        name = self.dice.choice(["foreign", "foreign2"])
        self.world.daemon.write(
            name, {"command": "/bin/sleep %d" % self.dice.randrange(2000, 3000), "startsecs": "0", "priority": "7"}
        )
        self.world.history.append("edit of %s" % name)

    def _restart(self):
        if self.dice.random() < 0.4:
            self.world.restart_daemon()
            self.touched.update(name for _kind, name in self.world.declared.items)

    def problem(self):
        """Run twice; returns what is wrong, or nothing."""
        before = self.world.daemon.client().processes()
        foreign = self._foreign()
        first = self.world.run(self.arguments)
        if first["failed"]:
            return "the run failed: %s" % first["msg"]
        after = self.world.settle()
        wrong = self._untrue(before, after) or self._wrong_files() or self._moved(before, after)
        if wrong or self._foreign() != foreign:
            return wrong or "foreign: %s became %s" % (foreign, self._foreign())
        calm = [
            dict(item, state="started") if item["state"] == "restarted" else item for item in self.arguments["programs"]
        ]
        second = self.world.run(dict(self.arguments, programs=calm))
        if second["failed"] or second["changed"] or second["actions"]:
            return "the second run: %s" % (second.get("msg") or second["actions"])
        if pids(self.world.settle()) != pids(after):
            return "the second run moved a process"
        return ""

    def _foreign(self):
        """Everything about others: their files with times, their processes."""
        paths = [os.path.join(self.world.daemon.conf_dir, name + ".conf") for name in ("foreign", "foreign2")]
        files = {path: os.stat(path).st_ctime_ns for path in paths if os.path.exists(path)}
        processes = self.world.daemon.client().processes().values()
        return files, sorted((p.full_name, p.pid) for p in processes if p.group.startswith("foreign"))

    def _untrue(self, before, after):
        """Declared states that are not true."""
        wanted = self.world.declared.processes()
        groups = {name.split(":")[0] for name in wanted}
        there = {name for name, seen in after.items() if seen.group in groups}
        if there != set(wanted):
            return "there are %s instead of %s" % (sorted(there), sorted(wanted))
        for name, item in wanted.items():
            wrong = untrue(item, before.get(name), after[name])
            if wrong:
                return "%s: %s" % (name, wrong)
        gone = {item["name"] for item in self.arguments["programs"] if item["state"] == "absent"}
        left = sorted(name for name, seen in after.items() if seen.group in gone)
        return "still there: %s" % left if left else ""

    def _wrong_files(self):
        """Files that are not as declared."""
        for (kind, name), item in self.world.declared.items.items():
            path = self.world.path(kind, name)
            parser = configparser.RawConfigParser(strict=True)
            parser.read(path)
            options = set(item) - {"kind", "name", "state"}
            if parser.sections() != ["%s:%s" % (kind, name)] or set(parser.options(parser.sections()[0])) != options:
                return "%s holds %s" % (path, {key: dict(parser.items(key)) for key in parser.sections()})
            if (os.stat(path).st_mode & 0o7777, os.stat(path).st_uid) != (0o600, os.geteuid()):
                return "%s has mode %o" % (path, os.stat(path).st_mode)
        for item in self.arguments["programs"]:
            if item["state"] == "absent" and os.path.exists(self.world.path(item["kind"], item["name"])):
                return "the file of %s is still there" % item["name"]
        return ""

    def _moved(self, before, after):
        """Processes that moved although nothing had happened to them or their group."""
        for name, item in self.world.declared.processes().items():
            names = {item["name"], name.split(":")[0]}
            if item["state"] != "restarted" and not names & self.touched and not self._mates_touched(name):
                seen = before.get(name)
                if seen and seen.statename == "RUNNING" and after[name].pid != seen.pid:
                    return "%s was moved" % name
        return ""

    def _mates_touched(self, name):
        item = self.world.declared.items.get(("group", name.split(":")[0]))
        return item is not None and bool(set(item["programs"]) & self.touched)


def untrue(item, before, seen):
    """What of a declared item does not hold for one of its processes."""
    if item["state"] == "stopped":
        return "runs" if seen.pid else ""
    if item["state"] in ("started", "restarted") and seen.statename != "RUNNING":
        return "is %s" % seen.statename
    if item["state"] == "restarted" and before is not None and before.pid == seen.pid:
        return "was not restarted"
    if not seen.pid:
        return ""
    daemons_.wait_for(
        lambda: worlds.command_line(seen.pid)[0] == shlex.split(item["command"])[0], what="exec of %s" % item
    )
    if worlds.command_line(seen.pid) != shlex.split(item["command"]):
        return "runs %s" % worlds.command_line(seen.pid)
    given = worlds.environment(seen.pid)
    declared = item.get("environment", {})
    if "HAND" in given or any(given.get(key) != value for key, value in declared.items()):
        return "was given %s" % given
    return "" if "FLAVOUR" in declared or "FLAVOUR" not in given else "was given FLAVOUR"


def pids(processes):
    return {name: (seen.statename, seen.pid) for name, seen in processes.items()}
