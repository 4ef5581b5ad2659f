# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module as a managed host would: an interpreter of its choice, Ansible's module_utils, JSON in and out.

No playbook and no connection: that takes a fifth of the time, and tests what the modules themselves do.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import typing
import zlib

import collection

# What AnsiballZ does on a managed host, without the zip file.
BOOT = """
import runpy, sys
sys.dont_write_bytecode = True
from ansible.module_utils import basic
basic._ANSIBLE_ARGS = sys.stdin.buffer.read()
basic._ANSIBLE_PROFILE = "legacy"
name = "ansible_collections.supervisord.fleet.plugins.modules." + sys.argv[1]
runpy.run_module(name, run_name="__main__", alter_sys=True)
"""

# The same as another user, who need not be able to read the checkout or the interpreter.
BOOT_AS = """
import importlib, os, pwd, sys
sys.dont_write_bytecode = True
from ansible.module_utils import basic
basic._ANSIBLE_ARGS = sys.stdin.buffer.read()
basic._ANSIBLE_PROFILE = "legacy"
module = importlib.import_module("ansible_collections.supervisord.fleet.plugins.modules." + sys.argv[1])
user = pwd.getpwnam(sys.argv[2])
os.setgroups([])
os.setgid(user.pw_gid)
os.setuid(user.pw_uid)
module.main()
"""

# release of Supervisor -> (Python of the target, ansible-core): what is not installed falls back to what runs pytest.
PAIRS = {
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

    def run(self, name, args, timeout=120.0, **options):
        """Run one module; returns its result with ``failed`` and ``rc`` always in it. Options: see ``start``."""
        return finish(self.start(name, args, **options), timeout)

    def start(self, name, args, check=False, diff=False, env=None, user=None, verbosity=0):
        """Start one module and return its process, for ``finish``."""
        payload = dict(args, _ansible_check_mode=check, _ansible_diff=diff, _ansible_verbosity=verbosity)
        environ = {key: value for key, value in os.environ.items() if not key.startswith(("SUPERVISOR", "PYTHON"))}
        environ.update(PYTHONPATH="%s:%s" % (_library(self.module_utils), collection.path()), LC_ALL="C.UTF-8")
        environ.update(env or {})
        command = [self.python, "-c", BOOT_AS, name, user] if user else [self.python, "-c", BOOT, name]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8", env=environ)
        process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": payload}))
        process.stdin.close()
        process.stdin = None
        return process


def finish(process, timeout=120.0):
    """Wait for a module started by ``Target.start``; returns its result."""
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert "Traceback" not in err, err
    try:
        result = json.loads(out)
    except ValueError:
        raise AssertionError("no JSON but:\n%s\n%s" % (out, err)) from None
    result.setdefault("failed", False)
    result["rc"] = process.returncode
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
