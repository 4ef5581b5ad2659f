# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module as a managed host would: an interpreter of its choice, Ansible's module_utils, JSON in and out.

No playbook and no connection: that takes a fifth of the time, and tests what the modules themselves do.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import typing
import zlib

import collection

# What AnsiballZ does on a managed host, without the zip file.
BOOT = """
import runpy, sys
sys.dont_write_bytecode = True
from ansible.module_utils import basic
basic.has_journal = False
basic.syslog.syslog = lambda _priority, _message: None
basic._ANSIBLE_ARGS = sys.stdin.buffer.read()
basic._ANSIBLE_PROFILE = "legacy"
name = "ansible_collections.supervisord.fleet.plugins.modules." + sys.argv[1]
runpy.run_module(name, run_name="__main__", alter_sys=True)
"""

# The same many times: one interpreter that has everything imported and makes a child for each module to run. It reads
# a request per line and answers each with a line. A child can become another user, who may not read the checkout.
SERVER = """
import importlib, json, os, pwd, sys, traceback
# Modules import these when they need them, and another user may not read this interpreter's library.
import glob, platform, tempfile
sys.dont_write_bytecode = True
from ansible.module_utils import basic

def become(name):
    user = pwd.getpwnam(name)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)

def child(request):
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    basic.has_journal = False
    basic.syslog.syslog = lambda _priority, message: os.write(log, (message + "\\n").encode("utf-8", "surrogateescape"))
    for number, key in ((1, "out"), (2, "err")):
        os.dup2(os.open(request[key], os.O_WRONLY | os.O_CREAT, 0o600), number)
    os.environ.clear()
    os.environ.update(request["environ"])
    basic._ANSIBLE_ARGS = request["payload"].encode("utf-8")
    basic._ANSIBLE_PROFILE = "legacy"
    code = 1
    try:
        module = importlib.import_module("ansible_collections.supervisord.fleet.plugins.modules." + request["name"])
        if request["user"]:
            become(request["user"])
        module.main()
    except SystemExit as error:
        code = error.code or 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)

for line in iter(sys.stdin.buffer.readline, b""):
    request = json.loads(line.decode("utf-8"))
    importlib.import_module("ansible_collections.supervisord.fleet.plugins.modules." + request["name"])
    pid = os.fork()
    if pid == 0:
        child(request)
    os.write(1, b"%d\\n" % os.waitpid(pid, 0)[1])
"""

# What each task of Ansible sends beside its arguments; more of it is in _prepare.
TASK = {
    "_ansible_no_log": False,
    "_ansible_debug": False,
    "_ansible_syslog_facility": "LOG_USER",
    "_ansible_keep_remote_files": False,
}

# release of Supervisor -> (Python of the target, ansible-core): what is not installed falls back to what runs pytest.
PAIRS = {
    "3.1.4": ("3.6", "2.16"),
    "3.4.0": ("3.6", "2.16"),
    "4.0.4": ("3.6", "2.16"),
    "4.2.5": ("3.11", "2.19"),
    "4.3.0": ("3.13", "2.21"),
}


class Target(typing.NamedTuple):
    python: str
    module_utils: str

    def __str__(self):
        return "%s with %s" % (self.python, self.module_utils)

    def run(self, name, args, timeout=120.0, logged=None, **options):
        """Run one module; returns its result with ``failed`` and ``rc`` always in it. Options: see ``start``.

        ``logged``: a list that gets what the module sent to the machine's log.
        """
        return _server(self).run(name, *self._prepare(args, **options), timeout=timeout, logged=logged)

    def start(self, name, args, **options):
        """Start one module in an interpreter of its own and return its process, for ``finish``.

        Options: ``check``, ``diff``, ``env`` (more environment variables), ``verbosity``; for ``run`` also ``user``.
        """
        payload, environ, user = self._prepare(args, **options)
        assert user is None, "only run() can become another user"
        pipe = subprocess.PIPE
        command = [self.python, "-c", BOOT, name]
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8", env=environ)
        process.stdin.write(payload)
        process.stdin.close()
        process.stdin = None
        return process

    def _prepare(self, args, check=False, diff=False, env=None, user=None, verbosity=0):
        """Arguments as JSON, environment and user of one run."""
        payload = dict(args, _ansible_check_mode=check, _ansible_diff=diff, _ansible_verbosity=verbosity, **TASK)
        if _asks_for_invocation(self.module_utils):
            payload["_ansible_inject_invocation"] = True
        return json.dumps({"ANSIBLE_MODULE_ARGS": payload}), dict(self.environ(), **(env or {})), user

    def environ(self):
        """The environment of modules, with nothing in it that says where a supervisord is."""
        environ = {key: value for key, value in os.environ.items() if not key.startswith(("SUPERVISOR", "PYTHON"))}
        environ.update(PYTHONPATH="%s:%s" % (_library(self.module_utils), collection.path()), LC_ALL="C.UTF-8")
        return environ


class Server:
    """One interpreter that runs modules, see ``SERVER``."""

    def __init__(self, target):
        self._dir = tempfile.mkdtemp(prefix="sf")
        pipe = subprocess.PIPE
        command = [target.python, "-c", SERVER]
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=target.environ(), start_new_session=True)
        atexit.register(self.close)

    def run(self, name, payload, environ, user, timeout, logged=None):
        paths = {key: os.path.join(self._dir, key) for key in ("out", "err", "log")}
        request = dict(paths, name=name, payload=payload, environ=environ, user=user)
        self._process.stdin.write(json.dumps(request).encode("utf-8") + b"\n")
        self._process.stdin.flush()
        ready = select.select([self._process.stdout], [], [], timeout)[0]
        line = self._process.stdout.readline() if ready else b""
        if not line:
            self.close()
            _servers.__dict__.clear()
            raise AssertionError("%s did not end within %g s, or took its interpreter with it" % (name, timeout))
        texts = []
        for path in paths.values():
            with open(path, encoding="utf-8") as stream:
                texts.append(stream.read())
            os.unlink(path)
        if logged is not None:
            logged += texts[2].splitlines()
        return _result(texts[0], texts[1], os.WEXITSTATUS(int(line)))

    def close(self):
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        shutil.rmtree(self._dir, ignore_errors=True)


_servers = threading.local()


def _server(target):
    """The server of this target in this thread: two threads can run modules at the same time."""
    found = _servers.__dict__.setdefault("by_target", {})
    if target not in found:
        found[target] = Server(target)
    return found[target]


def finish(process, timeout=120.0):
    """Wait for a module started by ``Target.start``; returns its result."""
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return _result(out, err, process.returncode)


def _result(out, err, code):
    assert "Traceback" not in err, err
    try:
        result = json.loads(out)
    except ValueError:
        raise AssertionError("no JSON but:\n%s\n%s" % (out, err)) from None
    result.setdefault("failed", False)
    result["rc"] = code
    return result


@functools.cache
def of(version):
    """The target that goes with a release of Supervisor."""
    python_version, core = PAIRS.get(version, ("", ""))
    pythons = os.path.join(collection.ROOT, ".build", "pythons")
    path = shutil.which("python" + python_version, path=pythons + os.pathsep + os.environ["PATH"])
    module_utils = _module_utils(os.path.join(collection.ROOT, ".build", "core-" + core))
    if path and module_utils and _works(path):
        return Target(os.path.realpath(path), module_utils)
    return Target(sys.executable, _module_utils(sys.prefix))


def _works(python):
    return subprocess.run([python, "-c", ""], check=False, stderr=subprocess.DEVNULL).returncode == 0


def _module_utils(environment):
    library = os.path.join(environment, "lib")
    for name in sorted(os.listdir(library)) if os.path.isdir(library) else []:
        path = os.path.join(library, name, "site-packages", "ansible", "module_utils")
        if os.path.isdir(path):
            return path
    return None


@functools.cache
def _asks_for_invocation(module_utils):
    """Whether this ansible-core says if a result is to repeat the arguments; older ones always have them repeated."""
    with open(os.path.join(module_utils, "common", "parameters.py"), encoding="utf-8") as stream:
        return "inject_invocation" in stream.read()


@functools.cache
def _library(module_utils):
    """A tree with nothing of Ansible but module_utils, as on a managed host."""
    tree = os.path.join(
        tempfile.gettempdir(), "sf-module-utils-%d" % os.getuid(), "%08x" % zlib.crc32(module_utils.encode())
    )
    package = os.path.join(tree, "ansible")
    os.makedirs(package, exist_ok=True)
    link = os.path.join(package, "module_utils")
    if not os.path.islink(link):
        try:
            os.symlink(module_utils, link)
        except FileExistsError:  # another xdist worker was faster
            pass
    with open(os.path.join(package, "__init__.py"), "a", encoding="utf-8"):
        pass
    return tree
