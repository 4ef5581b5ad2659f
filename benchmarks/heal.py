# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon the rulebook heal has programs RUNNING again that became FATAL at the same time on many hosts.

All is real: supervisord, ansible-rulebook, the playbook control. Of the programs some can be started again, and some
never come up: these must be given up and told after --tries. Times are from when the last of them was FATAL.

usage: heal.py [--daemons 50] [--fail 10] [--lost 2] [--interval 5] [--tries 3]
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(ROOT, "tests", "integration"))

import daemons  # noqa: E402  found by the line above
import farm  # noqa: E402  see above
import receivers  # noqa: E402  see above
import rulebooks  # noqa: E402  see above

LOGIN = ("admin", "only-of-this-benchmark")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, default in (("daemons", 50), ("fail", 10), ("lost", 2), ("interval", 5), ("tries", 3)):
        parser.add_argument("--" + name, type=int, default=default)
    options = parser.parse_args()
    rulebooks.environment()
    version = daemons.installed()[-1]
    web = receivers.Web()
    many = farm.Farm(version, options.daemons, {"web": rulebooks.MORTAL}, LOGIN)
    with many as fleet, tempfile.TemporaryDirectory(prefix="heal") as folder:
        measure(options, fleet, web, pathlib.Path(folder))


def measure(options, fleet, web, folder):
    route = {"name": "ops", "type": "webhook", "url": web.url}
    listed = [
        {"name": "n%02d" % number, "server_url": url, "vars": {"alerts_routes": [route]}}
        for number, url in enumerate(fleet.urls)
    ]
    where = folder / "fleet.supervisor.yml"
    login = {"username": LOGIN[0], "password": LOGIN[1]}
    where.write_text(json.dumps({"plugin": "supervisord.fleet.supervisor", "endpoints": listed, **login}))
    variables = {"heal_endpoints": listed, "heal_username": LOGIN[0], "heal_password": LOGIN[1], "heal_tell": "ops"}
    variables.update(heal_interval=options.interval, heal_tries=options.tries)
    failing = [number * options.daemons // options.fail for number in range(options.fail)]
    lost = failing[: options.lost]
    with rulebooks.Rulebook(folder, "supervisord.fleet.heal", where, variables, "-vv") as rulebook:
        rulebook.wait(lambda: rulebook.looks() > 1, "the first looks")
        rulebooks.fail(fleet, {number: "loop" if number in lost else "broken" for number in failing})
        began, healed = time.monotonic(), {}

        def look():
            for number in set(failing) - set(lost) - set(healed):
                if rulebooks.state(fleet, number) == "RUNNING":
                    healed[number] = time.monotonic() - began
            return len(healed) == len(failing) - len(lost)

        rulebook.wait(look, "programs that run again", timeout=300)
        if lost:
            rulebook.wait(lambda: web.requests, "what was given up", timeout=300)
        told = time.monotonic() - began
        settled = rulebook.looks()
        rulebook.wait(lambda: rulebook.looks() > settled + 2, "looks that tell nothing more")
        runs = rulebook.runs()
    times = sorted(healed.values())
    control, status = (runs.count("supervisord.fleet." + name) for name in ("control", "status"))
    print("%d daemons, %d programs FATAL at once, a look every %d s" % (fleet.size, len(failing), options.interval))
    print("RUNNING again: %d of %d" % (len(times), len(failing) - len(lost)))
    print("after FATAL: median %.1f s, worst %.1f s" % (statistics.median(times), times[-1]))
    given_up = "%d given up after %d starts, told after %.1f s by %d message(s)"
    print(given_up % (len(lost), options.tries, told, len(web.requests)))
    print("playbook runs: %d (control %d, status %d)" % (len(runs), control, status))


if __name__ == "__main__":
    main()
