# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon somebody is told, next to superlance, and what supervisord pays for it.

All is real: supervisord, the listener with its default settings, superlance of PyPI, a mail server, an HTTP server, on
this machine. A time begins where supervisord's log has the trouble, and ends where the receiver has the whole message.
superlance's fatalmailbatch sends once a minute, so its programs fail at times that are spread over one.

What supervisord pays is the time in which it answers a call, while five programs end and start as fast as they can.

usage: alerts.py [--rounds 25]
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import platform
import re
import statistics
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(ROOT, "tests", "integration"))

import collection  # noqa: E402  found by the line above

collection.make_importable()

import alerting  # noqa: E402  see above
import core  # noqa: E402  beside this file
import daemons  # noqa: E402  see above
import receivers  # noqa: E402  see above

TARGET = 1.0  # seconds from FATAL to delivery, median
SPREAD = 12  # programs that fail in the minute of a batch
CALLS = 400
FATAL, EXITED = "gave up: (\\S+) entered FATAL", "exited: (\\S+) \\(exit status 3; not expected\\)"
FAILS = {"command": "/bin/false", "autostart": "false", "startretries": "0"}
ENDS = {"command": "/bin/sh -c 'sleep 0.2; exit 3'", "autostart": "false", "autorestart": "false", "startsecs": "0"}
BUSY = {"command": "/bin/true", "autorestart": "true", "startsecs": "0"}
# superlance's way to mail is a program: this one notes when it had the whole message.
MAILER = (
    "#!/bin/sh\ntext=$(cat)\nprintf '%s %s\\n' \"$(date +%s.%N)\" \"$(printf '%s' \"$text\" | tr '\\n' ' ')\" >>{}\n"
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=25)
    rounds = parser.parse_args().rounds
    version = daemons.installed()[-1]
    superlance = os.path.join(
        core.environment("superlance", os.path.join(ROOT, "requirements", "superlance.txt")), "bin"
    )
    print("Supervisor %s, Python %s, load %.1f\n" % (version, platform.python_version(), os.getloadavg()[0]))
    head = ("from a trouble to its message", "told", "median", "slowest", "target", "")
    rows = [
        told("FATAL, webhook", ours(version, FAILS, rounds, FATAL, "webhook"), rounds, TARGET),
        told("FATAL, mail with TLS and login", ours(version, FAILS, rounds, FATAL, "smtp"), rounds, TARGET),
        told(
            "FATAL, superlance fatalmailbatch",
            theirs(version, superlance, "fatalmailbatch", FAILS, SPREAD, FATAL),
            SPREAD,
        ),
        told("exited, webhook", ours(version, ENDS, rounds, EXITED, "webhook"), rounds, TARGET),
        told("exited, superlance crashmail", theirs(version, superlance, "crashmail", ENDS, rounds, EXITED), rounds),
    ]
    core.table(head, rows)
    print()
    core.table(
        ("supervisord's answers while five programs restart", "median", "99 of 100"), answers(version, superlance)
    )
    return 1 if any(row[-1] == "MISSED" for row in rows) else 0


def told(what, times, wanted, target=None):
    """A row: how many were told, and how soon."""
    median = statistics.median(times) if times else float("inf")
    judged = (
        ("<= %g s" % target, "met" if median <= target and len(times) == wanted else "MISSED") if target else ("", "")
    )
    return (what, "%d of %d" % (len(times), wanted), "%.3f s" % median, "%.3f s" % max(times or [median]), *judged)


def happened(daemon, pattern):
    """Program -> when supervisord's log says that it happened."""
    with open(daemon.log, encoding="utf-8") as stream:
        found = re.findall("(\\S+ \\S+) (?:INFO|WARN) " + pattern, stream.read())
    return {name: dt.datetime.strptime(at, "%Y-%m-%d %H:%M:%S,%f").timestamp() for at, name in found}


def start_all(daemon, count, pause):
    for number in range(count):
        start(daemon, number)
        time.sleep(pause)


def programs(options, count):
    return {"p%02d" % number: dict(options) for number in range(count)}


def ours(version, options, count, pattern, kind):
    """Seconds of each message of the listener."""
    daemon = daemons.Daemon(version, programs(options, count))
    web, mail = receivers.Web(), None
    arrived = {}
    if kind == "smtp":
        mail = receivers.Mail(daemon.dir, ("fleet", "word"))
        to = {"sender": "a@localhost", "to": ["b@localhost"], "ca_file": mail.ca, "per_minute": 1000}
        way = dict(to, host="localhost", port=mail.port, username="fleet", password="word")
    else:
        way = {"url": web.url + "/x"}
    alerting.beside(daemon, routes=[dict(way, name="way", type=kind)], calm={})
    daemon.start()
    try:
        daemon.wait_state("alerts:alerts", "RUNNING")
        for number in range(count):
            start(daemon, number)
            _wait_for_message(web, mail, arrived, number + 1)
        times = happened(daemon, pattern)
        return [at - times[name] for name, at in arrived.items() if name in times]
    finally:
        daemon.destroy()
        web.stop()
        if mail:
            mail.stop()


def start(daemon, number):
    with contextlib.suppress(Exception):  # that it fails is what is wanted
        daemon.client().call("startProcess", "p%02d:p%02d" % (number, number), False)


def _wait_for_message(web, mail, arrived, count):
    """Note when the message about each program came."""

    def look():
        now = time.time()
        texts = (
            [str(one) for _to, one in mail.mails]
            if mail
            else [body.decode() for _at, _path, _head, body in web.requests]
        )
        times = [now] * len(texts) if mail else [request[0] for request in web.requests]
        for at, text in zip(times, texts):
            for name in re.findall(r"\bp\d\d\b", text):
                arrived.setdefault(name, at)
        return len(arrived) >= count

    daemons.wait_for(look, 10)


def theirs(version, folder, name, options, count, pattern):
    """Seconds of each message of a listener of superlance."""
    with tempfile.TemporaryDirectory(prefix="sfalerts") as scratch:
        out, mailer = os.path.join(scratch, "mails"), os.path.join(scratch, "sendmail")
        with open(os.open(mailer, os.O_WRONLY | os.O_CREAT, 0o755), "w", encoding="utf-8") as stream:
            stream.write(MAILER.format(out))
        daemon = daemons.Daemon(version, programs(options, count))
        web = None
        if name == "crashmail":
            command, events = "%s/crashmail -a -m b@localhost -s %s" % (folder, mailer), "PROCESS_STATE_EXITED"
        else:
            web = receivers.Mail(daemon.dir, tls="none")
            command = "%s/%s --toEmail=b@localhost --fromEmail=a@localhost --smtpHost=localhost:%d" % (
                folder,
                name,
                web.port,
            )
            events = "PROCESS_STATE,TICK_60"
        section = {"command": command, "events": events, "buffer_size": "1000", "autorestart": "true"}
        daemon.write("eventlistener:theirs", section)
        daemon.start()
        try:
            daemon.wait_state("theirs:theirs", "RUNNING")
            start_all(daemon, count, 0.5 if name == "crashmail" else 60 / count)
            return _theirs_arrived(daemon, out, web, pattern, count)
        finally:
            daemon.destroy()
            if web:
                web.stop()


def _theirs_arrived(daemon, out, mail, pattern, count):
    """Wait for all messages, 130 seconds at most; return the seconds of each."""
    arrived = {}
    with contextlib.suppress(Exception):  # what has not come by then is missing in the table
        daemons.wait_for(lambda: _note(out, mail, arrived) >= count, 130)
    times = happened(daemon, pattern)
    return [at - times[name] for name, at in arrived.items() if name in times]


def _note(out, mail, arrived):
    found = [(time.time(), str(one)) for _to, one in mail.mails] if mail else []
    if os.path.exists(out):
        with open(out, encoding="utf-8") as stream:
            found += [(float(line.split()[0]), line) for line in stream]
    for at, text in found:
        for name in re.findall(r"\bp\d\d\b", text):
            arrived.setdefault(name, at)
    return len(arrived)


def answers(version, folder):
    """Rows: how fast supervisord answers with no listener, with ours, and with theirs."""
    silent = receivers.silent()
    dead = "http://127.0.0.1:%d/x" % silent.getsockname()[1]
    web = receivers.Web()
    crash = {"command": "%s/crashmail -a -m b -s /bin/true" % folder, "events": "PROCESS_STATE_EXITED"}
    try:
        for what, url, section in (
            ("no listener", None, None),
            ("the listener", web.url + "/x", None),
            ("the listener, and nobody answers it", dead, None),
            ("superlance crashmail", None, dict(crash, buffer_size="1000")),
        ):
            daemon = daemons.Daemon(version, {"busy%d" % number: dict(BUSY) for number in range(5)})
            if url:
                alerting.beside(daemon, routes=[{"name": "w", "type": "webhook", "url": url}], calm={})
            if section:
                daemon.write("eventlistener:theirs", section)
            daemon.start()
            try:
                time.sleep(2)
                yield (what, *("%.1f ms" % (1000 * value) for value in answer_times(daemon)))
            finally:
                daemon.destroy()
    finally:
        silent.close()
        web.stop()


def answer_times(daemon):
    """Median, and what 99 of 100 calls do not exceed."""
    client, times = daemon.client(), []
    for _number in range(CALLS):
        began = time.monotonic()
        client.call("getState")
        times.append(time.monotonic() - began)
        time.sleep(0.01)
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.99)]


if __name__ == "__main__":
    sys.exit(main())
