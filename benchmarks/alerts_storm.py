# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A storm of events while nobody takes what there is to tell: what the listener loses, keeps and needs.

500 programs end and start in turns, 10,000 events in 10 seconds, and end up FATAL; the receiver is away and comes back
after a while, in which the listener is killed now and then. supervisord's part is played by this program.

usage: alerts_storm.py [--down 300] [--kills 100]
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests", "integration"))

import collection  # noqa: E402  found by the line above

collection.make_importable()

import alerting  # noqa: E402  see above
import core  # noqa: E402  beside this file
import receivers  # noqa: E402  see above

PROGRAMS, EVENTS, SECONDS = 500, 10000, 10.0
MEMORY = 40  # MB


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--down", type=float, default=300)
    parser.add_argument("--kills", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sfstorm") as folder:
        storm = Storm(folder)
        storm.blow()
        print(
            "%d events in %.1f s; the receiver is away for %g s more" % (EVENTS, storm.seconds, options.down),
            flush=True,
        )
        storm.wait(options.down, options.kills)
        rows = storm.come_back()
    core.table(("what", "value", "target", ""), rows)
    return 1 if any(row[-1] == "MISSED" for row in rows) else 0


class Storm:
    """One listener, and a receiver that is away."""

    def __init__(self, folder):
        self.web = receivers.Web()
        self.web.stop()
        route = {"name": "hook", "type": "webhook", "url": self.web.url}
        value = alerting.settings(folder, routes=[route])
        value.update(calm={}, look_every=30)
        self.settings, self.peak, self.kills = alerting.write(value), 0, 0
        self.pipe = alerting.Pipe(self.settings)
        self.pipe.ready()

    def blow(self):
        """Send all events, at most so many a second."""
        began = time.monotonic()
        for number in range(EVENTS - PROGRAMS):
            self.pipe.state(
                "p%03d" % (number % PROGRAMS), *(("EXITED", "expected:0 pid:7") if number % 2 else ("RUNNING",))
            )
            ahead = number / EVENTS * SECONDS - (time.monotonic() - began)
            if ahead > 0:
                time.sleep(ahead)
        for number in range(PROGRAMS):
            self.pipe.state("p%03d" % number, "FATAL")
        self.seconds = time.monotonic() - began
        self.measure()

    def measure(self):
        """Note the most memory that the listener has had."""
        with open("/proc/%d/status" % self.pipe.process.pid, encoding="ascii") as stream:
            self.peak = max(self.peak, next(int(line.split()[1]) for line in stream if line.startswith("VmHWM")) / 1024)

    def wait(self, seconds, kills):
        """Let time go by, and kill the listener now and then."""
        chance, until = random.Random(4), time.monotonic() + seconds
        for left in range(kills, 0, -1):
            time.sleep(max(0.0, (until - time.monotonic()) / left * chance.random()))
            self.measure()
            self.pipe.kill()
            self.pipe.end()
            self.pipe = alerting.Pipe(self.settings)
            self.pipe.ready()
        time.sleep(max(0.0, until - time.monotonic()))

    def come_back(self):
        """Let the receiver come back; rows of what arrived."""
        self.web.start()
        began = time.monotonic()
        alerting.wait_for(lambda: len(self.fatal()) >= PROGRAMS, 400, "all that had to be told")
        taken = time.monotonic() - began
        self.measure()
        self.pipe.end()
        keys = collections.Counter(one["key"] for one in receivers.alerts(self.web))
        self.web.stop()
        return [
            ("programs of which FATAL was told", "%d of %d" % (len(self.fatal()), PROGRAMS), "all", "met"),
            ("until that was told", "%.1f s after the receiver was back" % taken, "", ""),
            ("messages", str(len(keys)), "<= 3 a program", "met" if len(keys) <= 3 * PROGRAMS else "MISSED"),
            ("messages that came twice", str(sum(number > 1 for number in keys.values())), "0", ""),
            ("requests", str(len(self.web.requests)), "", ""),
            ("most memory", "%.1f MB" % self.peak, "<= %d MB" % MEMORY, "met" if self.peak <= MEMORY else "MISSED"),
        ]

    def fatal(self):
        return {one["program"] for one in receivers.alerts(self.web) if one["kind"] == "fatal"}


if __name__ == "__main__":
    sys.exit(main())
