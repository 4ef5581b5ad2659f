# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A supervisord in memory: the same states, delays and traps, on a clock that only tests move."""

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors

STATES = {
    "STOPPED": 0,
    "STARTING": 10,
    "RUNNING": 20,
    "BACKOFF": 30,
    "STOPPING": 40,
    "EXITED": 100,
    "FATAL": 200,
    "UNKNOWN": 1000,
}
EPOCH = 1700000000.0
METHODS = {
    "getSupervisorVersion": "_get_version",
    "getPID": "_get_pid",
    "readLog": "_read_log",
    "getProcessInfo": "_get_info",
    "startProcess": "_start",
    "stopProcess": "_stop",
}
TOO_QUICK = "Exited too quickly (process log may have details)"


class FakeClock:
    """Time passes only by sleeping, and a millisecond with each look at it."""

    def __init__(self):
        self.time = 100.0

    def now(self):
        self.time += 0.001
        return self.time

    def sleep(self, seconds):
        assert seconds >= 0
        self.time += seconds


class FakeProcess:
    """One process.

    :param lifetime: seconds until it ends by itself, None = never; a list gives one for each start.
    :param dies: seconds between the stop signal and the end; None = only SIGKILL ends it.
    :param deaf: seconds after the fork in which a stop signal is lost.
    :param unkillable: a stop makes it UNKNOWN.
    :param respawn: seconds after its end in which autorestart brings it back; None = once a request has been answered,
        as by a daemon that nothing else wakes.
    """

    def __init__(self, name, **options):
        self.group, _colon, self.name = name.partition(":")
        self.lifetime = options.pop("lifetime", None)
        self.exitcode = options.pop("exitcode", 1)
        self.startsecs = options.pop("startsecs", 1)
        self.startretries = options.pop("startretries", 3)
        self.stopwaitsecs = options.pop("stopwaitsecs", 10)
        self.autorestart = options.pop("autorestart", "unexpected")
        self.dies = options.pop("dies", 0.01)
        self.deaf = options.pop("deaf", 0.05)
        self.unkillable = options.pop("unkillable", False)
        self.respawn = options.pop("respawn", 0.5)
        self.priority = options.pop("priority", 999)
        self.start_fault = options.pop("start_fault", None)
        assert not options, options
        self.state = "STOPPED"
        self.pid = self.backoff = self.spawns = 0
        self.started = self.stopped = self.until = self.ends = 0.0
        self.spawnerr = ""
        self.exitstatus = 0
        self.lost_stop = self.lost_start = False

    def spawn(self, now, pid):
        lifetime = self.lifetime
        if isinstance(lifetime, list):
            lifetime = lifetime[min(self.spawns, len(lifetime) - 1)]
        self.spawns += 1
        self.started, self.pid, self.spawnerr, self.exitstatus = now, pid, "", 0
        self.ends = float("inf") if lifetime is None else now + lifetime
        self.state = "STARTING" if self.startsecs > 0 else "RUNNING"

    def stop(self, now):
        if self.state == "BACKOFF":
            self.state = "STOPPED"
        elif self.unkillable:
            self.state = "UNKNOWN"
            raise _errors.Fault(30, "FAILED: unknown problem killing")
        else:
            self.lost_stop = now - self.started < self.deaf
            slow = self.dies is None or self.lost_stop
            self.ends = min(self.ends, now + (self.stopwaitsecs if slow else self.dies))
            self.state = "STOPPING"

    def tick(self, now, next_pid):
        """Do the one transition that is due; returns whether there was one."""
        if self.state in ("STARTING", "RUNNING", "STOPPING") and self.ends <= now:
            self._ended(self.ends)
        elif self.state == "STARTING" and now - self.started >= self.startsecs:
            self.state, self.backoff = "RUNNING", 0
        elif self.state == "BACKOFF" and now >= self.until:
            self.spawn(self.until, next_pid())
        elif self.respawn is not None and self._comes_back() and now >= self.stopped + self.respawn:
            self.spawn(self.stopped + self.respawn, next_pid())
        else:
            return False
        return True

    def _ended(self, when):
        self.pid, self.stopped = 0, when
        if self.state == "STOPPING":
            self.state, self.exitstatus = "STOPPED", -1
        elif self.state == "STARTING" and when - self.started < self.startsecs:
            self.backoff += 1
            self.spawnerr = TOO_QUICK
            self.state = "BACKOFF" if self.backoff <= self.startretries else "FATAL"
            self.until = when + self.backoff
            self.backoff = 0 if self.state == "FATAL" else self.backoff
        else:
            self.state, self.exitstatus, self.backoff = "EXITED", self.exitcode, 0
            self.spawnerr = "" if self.exitcode == 0 else "Bad exit code %d" % self.exitcode

    def turn(self, now, next_pid):
        """What the daemon does after it has answered a request."""
        if self.respawn is None and self._comes_back():
            self.spawn(now, next_pid())

    def _comes_back(self):
        again = self.autorestart is True or (self.autorestart == "unexpected" and self.exitcode != 0)
        return again and self.state == "EXITED"

    def info(self, now):
        return {
            "name": self.name,
            "group": self.group,
            "state": STATES[self.state],
            "statename": self.state,
            "pid": self.pid,
            "start": int(EPOCH + self.started) if self.started else 0,
            "stop": int(EPOCH + self.stopped) if self.stopped else 0,
            "now": int(EPOCH + now),
            "spawnerr": self.spawnerr,
            "exitstatus": self.exitstatus,
            "stdout_logfile": "",
            "stderr_logfile": "",
            "logfile": "",
            "description": "",
        }


class FakeClient:
    """Takes the place of ``_client.Client``; ``calls`` has (time, verb, name, state) of every accepted change."""

    local = False
    url = "unix:///fake"

    def __init__(self, processes, clock, version="4.3.0"):
        self.clock = clock
        self.version = version
        self.processes_ = {"%s:%s" % (p.group, p.name): p for p in processes}
        self.calls = []
        self.fail_at = None
        self._pid = 1000

    def _next_pid(self):
        self._pid += 1
        return self._pid

    def settle(self, now):
        for process in self.processes_.values():
            for _round in range(1000):
                if not process.tick(now, self._next_pid):
                    break

    def begin(self, name, state, ago=5.0):
        """Bring a process into a state before the test starts."""
        process = self.processes_[name]
        now = self.clock.time
        if state != "STOPPED":
            process.spawn(now - ago, self._next_pid())
        process.state = state
        if state in ("BACKOFF", "EXITED", "FATAL"):
            process.pid, process.stopped, process.until = 0, now - ago + 0.1, now + 1
            process.spawnerr = TOO_QUICK if state != "EXITED" else process.spawnerr
            process.backoff = 1 if state == "BACKOFF" else 0
        if state == "EXITED" and process.exitcode:
            process.spawnerr = "Bad exit code %d" % process.exitcode
        if state == "STOPPING":
            process.ends = now + (process.stopwaitsecs if process.dies is None else process.dies)
        return process

    def multicall(self, calls, timeout=None):
        now = self.clock.now()
        if self.fail_at and now >= self.fail_at[0]:
            raise self.fail_at[1]
        self.settle(now)
        answers = [self._answer(now, method, params) for method, params in calls]
        for process in self.processes_.values():
            process.turn(now, self._next_pid)
        return answers

    def call(self, method, *params, timeout=None):
        answer = self.multicall([(method, params)])[0]
        if isinstance(answer, _errors.Fault):
            raise answer
        return answer

    def _answer(self, now, method, params):
        try:
            return getattr(self, METHODS[method])(now, *params)
        except _errors.Fault as fault:
            return fault

    def _find(self, name):
        if name not in self.processes_:
            raise _errors.Fault(10, "BAD_NAME: %s" % name)
        return self.processes_[name]

    def _get_version(self, now):
        return self.version

    def _get_pid(self, now):
        return 42

    def _read_log(self, now, offset, length):
        return ""

    def _get_info(self, now, name):
        return self._find(name).info(now)

    def _start(self, now, name, wait):
        assert wait is False
        process = self._find(name)
        if process.start_fault:
            raise process.start_fault
        if process.state in ("STARTING", "RUNNING", "BACKOFF"):
            raise _errors.Fault(60, "ALREADY_STARTED: %s" % name)
        self.calls.append((now, "start", name, process.state))
        if process.state == "STOPPING":
            process.lost_start = True  # the daemon says True and does nothing
        else:
            process.spawn(now, self._next_pid())
        return True

    def _stop(self, now, name, wait):
        assert wait is False
        process = self._find(name)
        if process.state not in ("STARTING", "RUNNING", "BACKOFF"):
            raise _errors.Fault(70, "NOT_RUNNING: %s" % name)
        self.calls.append((now, "stop", name, process.state))
        process.stop(now)
        return True
