# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real supervisord daemons in temporary directories, one per test."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import collection
import nursery

collection.make_importable()

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors  # noqa: E402  see above
from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import (  # noqa: E402  see above
    client as _client,
    endpoint as _endpoint,
    transport as _transport,
)

RELEASES = ("3.4.0", "4.0.4", "4.2.5", "4.3.0")
# Of CentOS 7.7 with EPEL. Only what is marked ``bygone`` runs with it.
BYGONE = "3.1.4"


def venvs():
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.environ.get("SUPERVISOR_VENVS") or os.path.join(cache, "supervisord-fleet", "supervisor")


def binary(version):
    return os.path.join(venvs(), version, "bin", "supervisord")


def python(version):
    """The interpreter that has this release of Supervisor."""
    return os.path.join(os.path.dirname(binary(version)), "python")


def installed():
    """Releases that can be tested here, oldest first."""
    return [version for version in RELEASES if os.access(binary(version), os.X_OK)]


def wait_for(condition, timeout=60.0, what="condition"):
    """Poll until ``condition()`` is true, and return its value. The only waiting in these tests.

    Ever more slowly: many tests wait at the same time, and a look takes both a test's and a daemon's time.
    """
    deadline, pause = time.monotonic() + timeout, 0.01
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, "%s not seen within %g s" % (what, timeout)
        time.sleep(pause)
        pause = min(0.2, pause * 1.5)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def section(header, options):
    return "[%s]\n%s\n" % (header, "".join("%s = %s\n" % item for item in options.items()))


def folder():
    """Make a folder with a short name, since the path of a socket has 107 bytes at most, and without an underscore.

    Of several in a row the inventory makes one, so that in its names a folder with some cannot be found again.
    """
    while True:
        path = tempfile.mkdtemp(prefix="sf")
        if "_" not in path:
            return path
        os.rmdir(path)


class Daemon:
    """One supervisord with its own directory, socket, logs and include directory.

    :param programs: name -> options of ``[program:name]``; a name with a colon is a whole section header
        ("group:g"); a str value is raw text of the file. Each becomes ``conf.d/<name>.conf``.
    :param auth: (user, password) for all servers; ``sha`` stores it as {SHA} there.
    :param inet: also listen on a loopback port (``inet_url``).
    :param supervisord: more options of ``[supervisord]``.
    :param mode: mode of the socket.
    :param user: run the daemon as this user (tests run as root).
    :param drop_kill: take away root's right to signal other users' processes, which makes a stop end in UNKNOWN.
    :param command: start it by its command, as a person or systemd would, not in a nursery (see there).
    """

    def __init__(
        self,
        version,
        programs,
        auth=None,
        sha=False,
        inet=False,
        supervisord=None,
        mode="0700",
        user=None,
        unix=True,
        drop_kill=False,
        command=False,
    ):
        self.version = version
        self.dir = folder()
        self.conf = os.path.join(self.dir, "supervisord.conf")
        self.conf_dir = os.path.join(self.dir, "conf.d")
        self.socket = os.path.join(self.dir, "s")
        self.log = os.path.join(self.dir, "supervisord.log")
        self.url = "unix://" + self.socket
        self.port = free_port() if inet or not unix else 0
        self.inet_url = "http://127.0.0.1:%d" % self.port
        self.auth, self.sha, self.mode, self.unix = auth, sha, mode, unix
        self.drop_kill = drop_kill
        self.by_command = command or bool(user) or drop_kill
        self.process = None
        os.mkdir(self.conf_dir)
        self.user = user
        if user:
            shutil.chown(self.dir, user)
        self.write_main(supervisord or {})
        for name, options in programs.items():
            self.write(name, options)

    def write_main(self, supervisord):
        own = {
            "logfile": self.log,
            "pidfile": os.path.join(self.dir, "supervisord.pid"),
            "childlogdir": self.dir,
            "nodaemon": "true",
            "minfds": "256",
        }
        server = {}
        client = {"serverurl": self.url}
        if self.auth:
            server = {"username": self.auth[0], "password": self._stored_password()}
            client.update(username=self.auth[0], password=self.auth[1])
        text = section("supervisord", dict(own, **supervisord))
        if self.unix:
            text += section("unix_http_server", dict(file=self.socket, chmod=self.mode, **server))
        if self.port:
            text += section("inet_http_server", dict(port="127.0.0.1:%d" % self.port, **server))
        text += section("supervisorctl", client)
        factory = {"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"}
        text += section("rpcinterface:supervisor", factory)
        text += section("include", {"files": os.path.join(self.conf_dir, "*.conf")})
        with open(self.conf, "w", encoding="utf-8") as stream:
            stream.write(text)

    def _stored_password(self):
        if not self.sha:
            return self.auth[1]
        import hashlib

        return "{SHA}" + hashlib.sha1(self.auth[1].encode()).hexdigest()

    def write(self, name, options):
        """Write conf.d/<name>.conf (the running daemon does not notice)."""
        path = os.path.join(self.conf_dir, name.replace(":", "_") + ".conf")
        text = options if isinstance(options, str) else section(name if ":" in name else "program:" + name, options)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        return path

    def start(self):
        """Start and wait until it answers; returns self."""
        output = os.path.join(self.dir, "output")
        if self.by_command:
            self.process = self._popen(output)
        else:
            self.process = nursery.of(python(self.version)).start(self.conf, self.dir, output)
        wait_for(self.ready, what="answer of %s" % self)
        return self

    def _popen(self, path):
        command = [binary(self.version), "-c", self.conf]
        if self.user:  # the capability: the interpreter may lie where only root may read
            reads = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
            command = ["setpriv", "--reuid", self.user, "--regid", "nogroup", "--clear-groups", *reads, *command]
        if self.drop_kill:
            command = ["setpriv", "--bounding-set", "-kill", *command]
        with open(path, "ab") as output:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, cwd=self.dir
            )

    def ready(self):
        """Does it run and answer?"""
        assert self.process.poll() is None, self.output()
        try:
            return self.client().call("getState")["statename"] == "RUNNING"
        except _errors.SupervisorError:
            return False

    def output(self):
        """What the daemon has written to its standard output and error."""
        with open(os.path.join(self.dir, "output"), encoding="utf-8", errors="replace") as stream:
            return stream.read()

    def client(self, url=None, timeout=10.0):
        """A client for the daemon, or for a proxy before it."""
        username, password = self.auth or (None, None)
        url = url or (self.url if self.unix else self.inet_url)
        return _client.Client(_transport.Transport(_endpoint.Endpoint(url, username, password), timeout))

    def info(self, name):
        """The Process record of "group:name" (or "name")."""
        return _client.process_of(self.client().call("getProcessInfo", name))

    def state(self, name):
        return self.info(name).statename

    def pids(self):
        """full name -> pid of everything that has one."""
        return {name: process.pid for name, process in self.client().processes().items() if process.pid}

    def wait_state(self, name, *states, timeout=60.0):
        """Wait until the process is in one of the states; returns its record."""
        return wait_for(
            lambda: next((p for p in [self.info(name)] if p.statename in states), None),
            timeout,
            "%s in %s" % (name, "/".join(states)),
        )

    def send_signal(self, number):
        """Send the daemon itself a signal."""
        os.kill(self.process.pid, number)

    def session(self):
        """PIDs of all processes of this daemon's session: itself, its children, what they left behind."""
        members = []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % entry, encoding="utf-8", errors="replace") as stream:
                    fields = stream.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.process.pid and fields[0] != "Z":
                members.append(int(entry))
        return members

    def kill(self, number=signal.SIGKILL):
        """End the daemon and everything of its session without ceremony; the directory stays."""
        if self.process is None:
            return
        self._signal(number)
        self.process.wait(10)
        # A child that was forked meanwhile still holds the listening socket until it execs.
        wait_for(lambda: not self._signal(number), what="the end of the session")

    def _signal(self, number):
        """Signal all of the session; returns them."""
        members = self.session()
        for pid in members:
            try:
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        return members

    def destroy(self):
        self.kill()
        shutil.rmtree(self.dir, ignore_errors=True)

    def __repr__(self):
        return "supervisord %s in %s" % (self.version, self.dir)
