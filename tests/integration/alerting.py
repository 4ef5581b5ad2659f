# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listener of the role alerts beside a real supervisord, or with a test in supervisord's place."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys

import collection
import daemons as _daemons

PROGRAM = os.path.join(collection.ROOT, "roles", "alerts", "files", "supervisord_fleet_alerts")
EVENTS = "PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE,REMOTE_COMMUNICATION,TICK_60"
SERIALS = itertools.count(1000)  # supervisord never gives one twice
QUICK = {"settle": 0.5, "window": 4, "every": 3, "remind": 0}


def settings(folder, **more):
    """Settings with quick times, in a folder of a test."""
    value = {"host": "web01.example.com", "folder": os.path.join(folder, "alerts"), "calm": QUICK, "look_every": 2}
    return dict(value, **more)


def write(value):
    """Write settings into their folder's own file; return its path."""
    os.makedirs(value["folder"], exist_ok=True)
    path = value["folder"] + ".json"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        json.dump(value, stream)
    return path


def section(daemon, python=sys.executable, buffer_size=1000, **more):
    """The options of the listener's section, as the role writes them; its settings lie in ``daemon.dir``."""
    command = "%s -I %s run %s/alerts.json" % (python, PROGRAM, daemon.dir)
    options = {"command": command, "events": EVENTS, "buffer_size": buffer_size, "autorestart": "true"}
    return dict(options, stderr_logfile=os.path.join(daemon.dir, "alerts.log"), stdout_logfile="NONE", **more)


def beside(daemon, python=sys.executable, buffer_size=1000, login=None, **value):
    """Declare the listener for a daemon that is not started yet, with these settings."""
    value = settings(daemon.dir, supervisor=login or {"url": daemon.url}, **value)
    path = write(value)
    daemon.write("eventlistener:alerts", section(daemon, python, buffer_size))
    return path


def log(daemon):
    """What the listener said of itself."""
    path = os.path.join(daemon.dir, "alerts.log")
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as stream:
        return stream.read()


class Pipe:
    """The listener with a test in supervisord's place, which speaks the protocol and nothing else."""

    def __init__(self, path, python=sys.executable, limit=None):
        environment = {
            "SUPERVISOR_ENABLED": "1",
            "SUPERVISOR_PROCESS_NAME": "alerts",
            "SUPERVISOR_GROUP_NAME": "alerts",
        }
        pipe = subprocess.PIPE
        command = [python, "-I", PROGRAM, "run", path]
        if limit:
            command = ["prlimit", "--fsize=%d:unlimited" % limit, *command]
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)

    def ready(self):
        """Read READY."""
        line = self.process.stdout.readline()
        assert line == b"READY\n", (line, self.process.stderr.read())

    def send(self, name, payload, serial=None):
        """Send an event without waiting for its acknowledgement; return its serial."""
        serial = next(SERIALS) if serial is None else serial
        body = payload.encode()
        head = "ver:3.0 server:supervisor serial:%d pool:alerts poolserial:%d eventname:%s len:%d\n"
        self.process.stdin.write((head % (serial, serial, name, len(body))).encode() + body)
        self.process.stdin.flush()
        return serial

    def acknowledged(self):
        """Read the acknowledgement of one event, and the next READY."""
        answer = self.process.stdout.read(len(b"RESULT 2\nOKREADY\n"))
        return answer == b"RESULT 2\nOKREADY\n"

    def event(self, name, payload, serial=None):
        """Send an event and wait until it is acknowledged."""
        self.send(name, payload, serial)
        assert self.acknowledged()

    def state(self, program, state, extra="", come_from="RUNNING"):
        """Send an event of a program's state."""
        words = "processname:%s groupname:%s from_state:%s %s" % (program, program, come_from, extra)
        self.event("PROCESS_STATE_" + state, words.strip())

    def end(self):
        """End it as supervisord does."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(20)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()

    def kill(self):
        """End it without a word."""
        self.process.kill()
        self.process.wait(20)


wait_for = _daemons.wait_for
