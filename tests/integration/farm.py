# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hundreds of real supervisord on loopback ports, cheaply: an interpreter loads Supervisor and becomes many of them.

    with farm.Farm("4.3.0", 1000, {"web": {"command": "/bin/sleep 1000"}}) as many:
        many.urls, many.hang(50)

Each is a supervisord as it is, with its own configuration, port and children; only the memory of the code that they
have in common is shared, so that a thousand need some gigabytes and start within seconds.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import tempfile

import daemons
import nursery

# Daemons of one interpreter. Whenever one of them forks, the kernel takes a lock that all descendants of an interpreter
# share, and with a thousand of those a restart of all of them has been seen to stand still for minutes.
SIBLINGS = 50


class Farm:
    """``size`` daemons of one release, each with the same programs, on ports of 127.0.0.1.

    :param login: user name and password of all of them.
    """

    def __init__(self, version, size, programs, login=None):
        self.version, self.size, self.programs, self.login = version, size, programs, login
        self.dir = tempfile.mkdtemp(prefix="sffarm")
        self.ports, self.pids = [], []
        self.nurseries = []

    @property
    def urls(self):
        return ["http://127.0.0.1:%d" % port for port in self.ports]

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_error):
        self.close()

    def start(self):
        """Start all, and return when each accepts connections."""
        self.nurseries = [nursery.Nursery(daemons.python(self.version)) for _some in range(0, self.size, SIBLINGS)]
        for number, port in enumerate(free_ports(self.size)):
            self.ports.append(port)
            self.pids.append(self._plant(number, port))
        for number in range(self.size):
            daemons.wait_for(lambda number=number: self._grown(number), what="answer of port %d" % self.ports[number])
        return self

    def _plant(self, number, port):
        folder = os.path.join(self.dir, str(port))
        os.mkdir(folder)
        self._write(folder, port)
        return (
            self.nurseries[number // SIBLINGS].start(os.path.join(folder, "supervisord.conf"), folder, os.devnull).pid
        )

    def _grown(self, number):
        """Does it accept connections? Another takes the place of one whose port was taken in the meantime."""
        if nursery.Process(self.pids[number]).poll() is not None:
            [self.ports[number]] = free_ports(1)
            self.pids[number] = self._plant(number, self.ports[number])
        return accepts(self.ports[number])

    def _write(self, folder, port):
        factory = {"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"}
        own = {"logfile": "/dev/null", "logfile_maxbytes": "0", "pidfile": os.path.join(folder, "pid"), "minfds": "64"}
        text = daemons.section("supervisord", dict(own, nodaemon="true", childlogdir=folder, identifier=str(port)))
        login = dict(zip(("username", "password"), self.login or ()))
        text += daemons.section("inet_http_server", {"port": "127.0.0.1:%d" % port, **login})
        text += daemons.section("rpcinterface:supervisor", factory)
        for name, options in self.programs.items():
            text += daemons.section("program:" + name, options)
        with open(os.path.join(folder, "supervisord.conf"), "w", encoding="utf-8") as stream:
            stream.write(text)

    def hang(self, count):
        """Stop so many of them, evenly spread: they accept connections and never answer. Returns their ports."""
        chosen = [number * self.size // count for number in range(count)]
        for number in chosen:
            os.kill(self.pids[number], signal.SIGSTOP)
        return [self.ports[number] for number in chosen]

    def memory(self):
        """Megabytes that all daemons and their programs take together, what they share counted once."""
        total = 0
        for pid in self._members():
            with contextlib.suppress(OSError), open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as stream:
                total += next(int(line.split()[1]) for line in stream if line.startswith("Pss:"))
        return total / 1024.0

    def _members(self):
        sessions = set(self.pids)
        for entry in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError), open("/proc/%s/stat" % entry, encoding="utf-8") as stream:
                if int(stream.read().rpartition(")")[2].split()[3]) in sessions:
                    yield int(entry)

    def close(self):
        """End everything."""
        for pid in list(self._members()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for seeds in self.nurseries:
            seeds.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def free_ports(count):
    """Ports on which nothing listens now, below those that outgoing connections get."""
    found = []
    while len(found) < count:
        port = random.randint(10000, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                if port not in found:
                    found.append(port)
    return found


def accepts(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
