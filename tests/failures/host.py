# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host of the scenario: commands on it, changes made to it with Ansible, and what is to be seen of it."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import pathlib
import subprocess
import tempfile
import typing as t

HERE = pathlib.Path(__file__).resolve().parent
LOOK = (HERE / "look.py").read_text(encoding="utf-8")


class Outcome(t.NamedTuple):
    """What one run of ansible-playbook did to one host.

    ``message`` holds the messages of all tasks that failed and were not rescued, ``warnings`` what the run warned of.
    ``results`` has each task's result, newest last.
    """

    code: int
    changed: int
    message: str
    warnings: str
    results: t.Sequence[t.Mapping[str, t.Any]]
    output: str

    @property
    def failed(self) -> bool:
        return self.code != 0

    @property
    def result(self) -> t.Mapping[str, t.Any]:
        """The result of the last task."""
        return self.results[-1]


class Look(t.NamedTuple):
    """What is to be seen of a host.

    :ivar pids: process id by ``group:process`` for each process that runs.
    :ivar states: state by ``group:process``.
    :ivar files: digest, mode and owner by path, of all that the collection may write.
    :ivar services: pid by name of a systemd service that is active.
    """

    pids: t.Mapping[str, int]
    states: t.Mapping[str, str]
    files: t.Mapping[str, str]
    services: t.Mapping[str, int]


class Host:
    """One host by its name in the inventory of the scenario's run; ``folder`` is that of the run."""

    def __init__(self, name: str, folder: pathlib.Path, scratch: pathlib.Path) -> None:
        self.name = name
        self.folder = folder
        self.scratch = scratch
        self._address = self._connection()

    def _connection(self) -> t.List[str]:
        known = subprocess.run(
            ["ansible-inventory", "-i", str(self.folder / "inventory"), "--host", self.name],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        variables = json.loads(known.stdout)
        self.variables = variables
        return [
            "ssh", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
            "-o", "ControlMaster=auto", "-o", "ControlPersist=60s", "-o", f"ControlPath={self.scratch}/%C",
            "-i", variables["ansible_private_key_file"], f"{variables['ansible_user']}@{variables['ansible_host']}",
        ]  # fmt: skip

    def sh(self, script: str, check: bool = True) -> str:
        """Run a shell script as root; returns what it prints. Raises AssertionError with all it said if it fails."""
        run = subprocess.run(
            [*self._address, "sudo", "sh"], input=script, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=300,
        )  # fmt: skip
        assert not check or run.returncode == 0, f"{script}\nended with {run.returncode}: {run.stdout}"
        return run.stdout.strip()

    def look(self) -> Look:
        """See what runs and what stands in files."""
        run = subprocess.run(
            [*self._address, "sudo", "python3", "-"], input=LOOK, stdout=subprocess.PIPE, text=True, check=True,
            timeout=300,
        )  # fmt: skip
        return Look(**json.loads(run.stdout))

    def role(self, name: str, check: bool = False, **variables: t.Any) -> Outcome:
        """Run one role with the variables of the inventory and these."""
        return self._play(HERE / "play.yml", check, {"failures_role": name, **variables})

    def module(self, name: str, check: bool = False, **options: t.Any) -> Outcome:
        """Run one task, as root."""
        task = {"name": "Make a change", f"supervisord.fleet.{name}": options}
        play = {"name": "A task", "hosts": "all", "become": True, "gather_facts": False, "tasks": [task]}
        path = self.scratch / f"{name}.yml"
        path.write_text(json.dumps([play]), encoding="utf-8")
        return self._play(path, check, {})

    def playbook(self, name: str, check: bool = False, **variables: t.Any) -> Outcome:
        """Run one of the collection's playbooks."""
        return self._play(pathlib.Path("supervisord.fleet." + name), check, variables)

    def with_others(self, others: t.Iterable[Host]) -> Host:
        """The same, but changes go to the others as well."""
        several = copy.copy(self)
        several.name = ",".join([self.name, *(other.name for other in others)])
        return several

    def start_module(self, name: str, **options: t.Any) -> subprocess.Popen[str]:
        """Start a run of one task and do not wait for it."""
        task = {"name": "Make a change", f"supervisord.fleet.{name}": options}
        play = {"name": "A task", "hosts": "all", "become": True, "gather_facts": False, "tasks": [task]}
        path = self.scratch / f"{name}-beside.yml"
        path.write_text(json.dumps([play]), encoding="utf-8")
        return subprocess.Popen(
            self._command(path, False, {}), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=self._environment(self.scratch / "beside.json"),
        )  # fmt: skip

    def start_role(self, name: str, **variables: t.Any) -> subprocess.Popen[str]:
        """Start a run of one role and do not wait for it. It leads a process group of its own."""
        return subprocess.Popen(
            self._command(HERE / "play.yml", False, {"failures_role": name, **variables}), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, env=self._environment(self.scratch / "beside.json"),
            start_new_session=True,
        )  # fmt: skip

    def _play(self, playbook: pathlib.Path, check: bool, variables: t.Mapping[str, t.Any]) -> Outcome:
        told = self.scratch / "results.json"
        with contextlib.suppress(FileNotFoundError):
            told.unlink()
        run = subprocess.run(
            self._command(playbook, check, variables), capture_output=True, text=True,
            check=False, env=self._environment(told), timeout=600,
        )  # fmt: skip
        return self._outcome(run, told)

    def _command(self, playbook: pathlib.Path, check: bool, variables: t.Mapping[str, t.Any]) -> t.List[str]:
        # Of its own, for runs that are at work at the same time.
        extra = pathlib.Path(tempfile.mkdtemp(dir=self.scratch)) / "extra.json"
        extra.write_text(json.dumps(variables), encoding="utf-8")
        command = ["ansible-playbook", "-i", str(self.folder / "inventory"), "--limit", self.name, "-e", f"@{extra}"]
        return [*command, *(["--check"] if check else []), str(playbook)]

    def _environment(self, told: pathlib.Path) -> t.Dict[str, str]:
        return {
            **os.environ,
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback"),
            "ANSIBLE_CALLBACKS_ENABLED": "told",
            "FAILURES_TOLD": str(told),
        }

    def _outcome(self, run: subprocess.CompletedProcess[str], told: pathlib.Path) -> Outcome:
        assert told.exists(), f"ansible-playbook ended with {run.returncode}: {run.stdout}{run.stderr}"
        rows = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
        results = [row["result"] for row in rows]
        failed = [str(row["result"].get("msg", row["result"])) for row in rows if row["failed"]]
        warnings = [str(word) for result in results for word in result.get("warnings") or []]
        changed = sum(bool(result.get("changed")) for result in results)
        return Outcome(
            run.returncode, changed, "\n".join(failed), "\n".join(warnings), results, run.stdout + run.stderr
        )
