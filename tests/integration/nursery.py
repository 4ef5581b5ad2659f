# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts real supervisord without the quarter of a second that each needs to load its own code.

One interpreter for each release has Supervisor imported and makes a child for each daemon. Such a daemon is a
supervisord as it is, with its own configuration, session, environment and children; what tells it from one that was
started by its command is its command line, and that it ends together with the tests.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import subprocess
import threading

# Runs in Supervisor's own interpreter, which may be Python 2.7. A request per line, answered by a process id.
SEED = """
import ctypes, gc, json, os, signal, sys, traceback
from supervisor import supervisord
prctl = ctypes.CDLL(None).prctl
if hasattr(gc, "freeze"):
    gc.freeze()

def native(text):
    return text.encode("utf-8") if sys.version_info[0] == 2 else text

def grow(request):
    prctl(1, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(request["folder"])
    os.environ.clear()
    for key, value in request["environ"].items():
        os.environ[native(key)] = native(value)
    null = os.open(os.devnull, os.O_RDWR)
    output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number, descriptor in ((0, null), (1, output), (2, output)):
        os.dup2(descriptor, number)
    for descriptor in (null, output):
        os.close(descriptor)
    sys.argv = ["supervisord", "-c", native(request["config"])]
    code = 1
    try:
        supervisord.main(sys.argv[1:])
        code = 0
    except SystemExit as error:
        code = error.code or 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in iter(sys.stdin.readline, ""):
    request = json.loads(line)
    pid = os.fork()
    if pid == 0:
        grow(request)
    sys.stdout.write("%d\\n" % pid)
    sys.stdout.flush()
"""


class Nursery:
    """Makes daemons of one release, for which ``python`` has Supervisor."""

    def __init__(self, python):
        pipe = subprocess.PIPE
        self._seed = subprocess.Popen([python, "-c", SEED], stdin=pipe, stdout=pipe, encoding="utf-8")
        self._turn = threading.Lock()

    def start(self, config, folder, output):
        """Start a daemon with a configuration, in a folder, what it prints going to the file ``output``."""
        request = {"config": config, "folder": folder, "output": output, "environ": dict(os.environ)}
        with self._turn:
            self._seed.stdin.write(json.dumps(request) + "\n")
            self._seed.stdin.flush()
            return Process(int(self._seed.stdout.readline()))

    def close(self):
        """End everything that was made here."""
        self._seed.kill()
        self._seed.communicate()


class Process:
    """What a test needs of a ``subprocess.Popen``, for a process that is another one's child."""

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        """None while it runs, then 0: nobody but its parent gets to know how it ended."""
        return 0 if self._ended(0) else None

    def wait(self, timeout):
        """Wait until it has ended."""
        if not self._ended(timeout):
            raise subprocess.TimeoutExpired("supervisord", timeout)

    def _ended(self, timeout):
        """Has it ended, or does it within so many seconds?"""
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return True
        try:
            return bool(select.select([descriptor], [], [], timeout)[0])
        finally:
            os.close(descriptor)


@functools.cache
def of(python):
    """The nursery of this process for an interpreter, which ends with the process."""
    nursery = Nursery(python)
    atexit.register(nursery.close)
    return nursery
