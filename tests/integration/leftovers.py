# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that outlive their supervisord in every way there is, and processes that only look as if they had."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import daemons as daemons_

LISTEN = "import socket,signal;s=socket.socket();s.bind(('127.0.0.1',%d));s.listen(1);signal.pause()"
STUBBORN = "trap '' TERM; while :; do sleep 0.3; done"


def listener(port):
    """A command that holds a port, and ends at once when it is taken."""
    return '%s -I -S -c "%s"' % (sys.executable, LISTEN % port)


# Name -> options. Each is an orphan, with all that it has started, as soon as its daemon is killed.
KINDS = {
    "plain": lambda: {"command": "/bin/sleep 1000"},
    "shell": lambda: {"command": "/bin/sh -c 'sleep 1000; true'"},
    "pipeline": lambda: {"command": "/bin/sh -c 'sleep 1000 | sleep 1001; true'"},
    "bare": lambda: {"command": "/usr/bin/env -i /bin/sleep 1000"},
    "bare_shell": lambda: {"command": "/usr/bin/env -i /bin/sh -c '/bin/sleep 1000; true'"},
    "own_session": lambda: {"command": "/bin/sh -c 'setsid sleep 1000 & wait'"},
    "detached": lambda: {"command": "/bin/sh -c '(setsid sleep 1000 &); exec sleep 1000'"},
    "left_alone": lambda: {"command": "/bin/sh -c 'sleep 1000 & sleep 1001 & exec sleep 1002'"},
    "busy": lambda: {"command": "/bin/sh -c 'while :; do sleep 0.2; done'"},
    "stubborn": lambda: {"command": '/bin/sh -c "%s"' % STUBBORN},
    "interrupt": lambda: {"command": "/bin/sleep 1000", "stopsignal": "INT"},
    "nobody": lambda: {"command": "/bin/sleep 1000", "user": "nobody"},
    "quiet": lambda: {"command": "/bin/sleep 1000", "stdout_logfile": "NONE", "stderr_logfile": "NONE"},
    "marked": lambda: {"command": "/bin/sleep 1000", "environment": 'A="1",SUPERVISOR_GROUP_NAME="other"'},
    "port": lambda: {"command": listener(daemons_.free_port()), "startsecs": "1", "startretries": "0"},
}


def options(kind):
    """Options of a program of this kind; without a port it runs as soon as it is started."""
    return dict({"startsecs": "0", "autorestart": "unexpected"}, **KINDS[kind]())


class Pid(int):
    """A PID that remembers when its process started: a busy machine uses numbers again within seconds."""

    def __new__(cls, pid):
        made = super().__new__(cls, pid)
        made.ticks = (stat(int(pid)) or (0, 0, 0))[2]
        return made


def stat(pid):
    """(parent, session, start) of a living process; None for one that has ended."""
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as stream:
            fields = stream.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else (int(fields[1]), int(fields[3]), int(fields[19]))


def alive(pid):
    """Does it live? A Pid is not mistaken for another process that has its number now."""
    row = stat(pid)
    return row is not None and getattr(pid, "ticks", row[2]) == row[2]


def pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def environ(pid):
    try:
        with open("/proc/%d/environ" % pid, "rb") as stream:
            return stream.read()
    except OSError:
        return b""


def belonging(daemon):
    """Everything that a living daemon has started, directly or not: its session, its tree, and what names it."""
    url, leader = daemon.url.encode(), daemon.process.pid
    found = {pid for pid in pids() if (stat(pid) or (0, 0, 0))[1] == leader or url in environ(pid)}
    return {Pid(pid) for pid in found | descendants(leader) if alive(pid)} - {leader}


def cmdline(pid):
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as stream:
            return stream.read()
    except OSError:
        return b""


def settled(daemon, number=0):
    """Everything a daemon has started once it is so many, and all have become what they are to be."""
    programs = len(daemon.client().processes())
    own = daemon.client().call("getPID")
    return daemons_.wait_for(
        lambda: ready(descendants(own), programs) and ready(belonging(daemon), number or programs),
        what="programs of %s" % daemon,
    )


def ready(found, number):
    """These processes if all have gone through fork, exec and setsid: until then a child shows its parent's command."""
    if len(found) < number:
        return None
    for pid in found:
        own, row = cmdline(pid), stat(pid)
        if row is None or not own or own.startswith(b"setsid") or own == cmdline(row[0]):
            return None
    return found


def descendants(leader):
    """Everything below a process."""
    found, queue = set(), [leader]
    while queue:
        pid = queue.pop()
        try:
            with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as stream:
                children = [int(word) for word in stream.read().split()]
        except OSError:
            continue
        queue.extend(children)
        found.update(map(Pid, children))
    return found


def crash(daemon):
    """End the daemon as the kernel does when memory runs out; its programs go on."""
    os.kill(daemon.process.pid, signal.SIGKILL)
    daemon.process.wait(10)
    # The kernel counts starts in ticks: a daemon that is started within this one is no younger than what is left.
    now = ticks()
    daemons_.wait_for(lambda: ticks() > now, what="the next tick of the kernel's clock")


def ticks():
    """The time of the kernel's clock, as it counts the starts of processes."""
    return int(time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK"))


class Decoys:
    """Processes started by hand, which nobody may touch."""

    def __init__(self):
        self.started = {}
        self._children = []

    def add(self, what, argv, env=None, session=True):
        """One that is a child of this test, in a session of its own or in that of the test."""
        process = subprocess.Popen(
            argv,
            env=env,
            start_new_session=session,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._children.append(process)
        pid = Pid(process.pid)
        self.started[pid] = what
        return pid

    def add_detached(self, what, argv, env=None):
        """One whose session has no leader any more, and whose parent is the first process: as after a logout."""
        script = '"$@" >/dev/null 2>&1 </dev/null & echo $!'
        done = subprocess.run(
            ["/bin/sh", "-c", script, "sh", *argv],
            env=env,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
            check=True,
        )
        pid = Pid(done.stdout)
        self.started[pid] = what
        return pid

    def dead(self):
        """Those that did not survive."""
        return {pid: what for pid, what in self.started.items() if not alive(pid)}

    def end(self):
        kill(self.started)
        for child in self._children:
            child.wait(10)


def end(daemon):
    """Kill a daemon, so that it starts nothing again, and then all that it has started, also what left its session."""
    if daemon.process.poll() is None:
        crash(daemon)
    while belonging(daemon):
        kill(belonging(daemon))


def kill(numbers):
    """Kill those that are still the processes they were."""
    for pid in numbers:
        try:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def environment_of(pid):
    """The environment of a process, to start another one with it."""
    pairs = [entry.split(b"=", 1) for entry in environ(pid).split(b"\0") if b"=" in entry]
    return {os.fsdecode(key): os.fsdecode(value) for key, value in pairs}


def add_all(decoys, daemon, sample):
    """Every kind of decoy there is; ``sample``: PID of a real child of the daemon."""
    copy = environment_of(sample)
    partly = {key: value for key, value in copy.items() if key != "SUPERVISOR_SERVER_URL"}
    elsewhere = dict(copy, SUPERVISOR_SERVER_URL="unix:///run/some/other.sock")
    argv = ["/bin/sleep", "1000"]
    decoys.add("same command", argv)
    decoys.add("same command, session of the test", argv, session=False)
    decoys.add_detached("same command, detached", argv)
    decoys.add("part of the environment", argv, partly)
    decoys.add_detached("part of the environment, detached", argv, partly)
    decoys.add_detached("environment of another daemon", argv, elsewhere)
    decoys.add("copied environment", argv, copy)
    decoys.add("copied environment, session of the test", argv, copy, session=False)
    decoys.add_detached("copied environment, detached", argv, copy)
