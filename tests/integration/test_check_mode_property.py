# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode changes nothing and foresees exactly what the real run does: over 500 random pairs of configurations.

Every case starts from what real runs, hand edits, restarts of the daemon and stopped processes have left behind.
A failure names its seed and step; ``pytest -k 'release and seed'`` runs them again.
"""

from __future__ import annotations

import os

import pytest
import worlds

SEEDS = range(8)
# Cases for each seed. Before 4.2.2 a process must be a second old before it may be stopped: fewer cases.
STEPS = {"3.4.0": 8, "4.0.4": 8, "4.2.5": 24, "4.3.0": 24}
assert len(SEEDS) * sum(STEPS.values()) >= 500


@pytest.mark.parametrize("seed", SEEDS)
def test_check_mode_foresees_the_run_and_changes_nothing(daemons, record, version, seed):
    world = worlds.World(daemons, "%s %d" % (version, seed))
    proxy = record(world.daemon)
    real_run(world, world.declared.arguments(wait=False), proxy.url)
    for step in range(STEPS[version]):
        world.history.clear()
        disturb(world)
        world.declared.vary()
        arguments = world.declared.arguments(wait=False, purge=world.dice.random() < 0.3)
        problem = compare(world, arguments, proxy)
        assert not problem, "seed %s, step %d: %s\nafter %s\nwith %s" % (seed, step, problem, world.history, arguments)


def disturb(world):
    """Something that happens to a host between two runs."""
    processes = world.settle()
    fate = world.dice.random()
    running = sorted(
        name for name, seen in processes.items() if seen.statename == "RUNNING" and seen.group != "foreign"
    )
    if fate < 0.25 and running:
        name = world.dice.choice(running)
        world.daemon.client().call("stopProcess", name, False)
        world.history.append("stop %s" % name)
    elif fate < 0.5 and running:
        # Whether an edit was applied is seen by a process that has been running ever since.
        group = world.dice.choice(running).split(":")[0]
        keys = [key for key in world.declared.items if key[1] == group]
        if keys:
            world.edit(*world.dice.choice(keys))
            if world.dice.random() < 0.4:
                world.apply_by_hand(group)
    elif fate < 0.55:
        world.restart_daemon()
    elif fate < 0.65 and running:
        world.remove_by_hand(world.dice.choice(running).split(":")[0])
    elif fate < 0.7 and world.declared.items:
        path = world.path(*world.dice.choice(sorted(world.declared.items)))
        os.chmod(path, 0o644)
        world.history.append("chmod %s" % path)
    world.settle()


def real_run(world, arguments, url):
    result = world.run(arguments, url=url)
    assert not result["failed"], result
    return result, world.settle()


def compare(world, arguments, proxy):
    """What the check says and does against what the real run does; returns what is wrong."""
    folders = (world.daemon.conf_dir, world.state_dir)
    before, files = world.settle(), worlds.stamps(*folders)
    del proxy.calls[:]
    foreseen = world.run(arguments, check=True, url=proxy.url)
    if foreseen["failed"]:
        return "check mode failed: %s" % foreseen["msg"]
    if proxy.mutating:
        return "check mode called %s" % proxy.mutating
    changed = {path for path, stamp in worlds.stamps(*folders).items() if files.get(path) != stamp}
    if changed or set(files) != set(worlds.stamps(*folders)):
        return "check mode changed files: %s" % changed
    if pids(world.daemon.client().processes()) != pids(before):
        return "check mode moved a process"
    result = world.run(arguments, url=proxy.url)
    if result["failed"]:
        return "the run failed: %s" % result["msg"]
    after = world.settle()
    return differences(foreseen, result, restarted(before, after))


def pids(processes):
    return {name: (seen.statename, seen.pid) for name, seen in processes.items()}


def restarted(before, after):
    """Processes that ran and run again, as another process."""
    return sorted(
        name for name, seen in before.items() if seen.pid and name in after and after[name].pid not in (0, seen.pid)
    )


def differences(foreseen, result, moved):
    """Compare a prediction with a result and with the processes that really restarted."""
    for key in ("changed", "restarted"):
        if foreseen[key] != result[key]:
            return "%s: foreseen %s, was %s (moved: %s)" % (key, foreseen[key], result[key], moved)
    if foreseen["restarted"] != moved:
        return "restarted: foreseen %s, but these moved: %s" % (foreseen["restarted"], moved)
    if said_to_restart(foreseen) != moved:
        return "diff: foreseen %s, but these moved: %s" % (said_to_restart(foreseen), moved)
    if sorted(flat(foreseen)) != sorted(flat(result)):
        return "actions: foreseen %s, were %s" % (flat(foreseen), flat(result))
    for ours, theirs in zip(foreseen["programs"], result["programs"]):
        if [ours[key] for key in ("name", "action", "reasons")] != [
            theirs[key] for key in ("name", "action", "reasons")
        ]:
            return "program: foreseen %s, was %s" % (ours, theirs)
    return ""


def flat(result):
    return [(action["action"], action.get("name", "")) for action in result["actions"]]


def said_to_restart(result):
    """Names that the diff of the processes marks as restarted."""
    lines = [
        line for diff in result["diff"] if diff["after_header"] == "processes" for line in diff["after"].split("\n")
    ]
    return sorted(line.split(" ")[0] for line in lines if line.endswith("(restarted)"))
