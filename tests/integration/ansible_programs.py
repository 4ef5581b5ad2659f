# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs Ansible's own programs, of the ansible-core that goes with a release of Supervisor (see ``targets.PAIRS``)."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import collection
import targets


def programs(version):
    """The folder with ansible-inventory and the others."""
    core = targets.PAIRS.get(version, ("", ""))[1]
    folder = os.path.join(collection.ROOT, ".build", "core-" + core, "bin")
    return folder if os.path.exists(os.path.join(folder, "ansible-inventory")) else os.path.dirname(sys.executable)


def environ(home, **more):
    """An environment with nothing in it that says where a supervisord is, or how Ansible is configured."""
    known = {key: value for key, value in os.environ.items() if not key.startswith(("SUPERVISOR", "ANSIBLE", "PYTHON"))}
    known.update(
        ANSIBLE_COLLECTIONS_PATH=collection.path(),
        ANSIBLE_LOCALHOST_WARNING="false",
        ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
        ANSIBLE_NOCOLOR="1",
        HOME=str(home),
        LC_ALL="C.UTF-8",
        NO_COLOR="1",
    )
    return {**known, **more}


class Ansible:
    """The programs of one ansible-core, run in a folder of their own with inventories written into it.

    :param environment: more environment variables of all runs.
    """

    def __init__(self, version, folder, **environment):
        self.folder = folder
        self.programs = programs(version)
        self.environment = environment

    def write(self, config, name="fleet.supervisor.yml"):
        """Write an inventory: text, or a map that gets ``plugin``, and time for daemons on a busy machine."""
        if isinstance(config, dict):
            config = json.dumps({"plugin": "supervisord.fleet.supervisor", "timeout": 60, **config})
        path = self.folder / name
        path.write_text(config)
        return path

    def run(self, program, *arguments, env=None, timeout=300):
        """Run a program; returns the ended process."""
        command = [os.path.join(self.programs, program), *map(str, arguments)]
        return subprocess.run(
            command,
            check=False,
            capture_output=True,
            encoding="utf-8",
            cwd=self.folder,
            env=environ(self.folder, **{**self.environment, **(env or {})}),
            timeout=timeout,
        )

    def inventory(self, config, *arguments, env=None, warnings=()):
        """What ``ansible-inventory --list`` makes of a configuration.

        Nothing must be written to standard error but lines with one of ``warnings`` in them, all of which must be.
        """
        ended = self.run("ansible-inventory", "-i", self.write(config), "--list", *arguments, env=env)
        assert ended.returncode == 0, ended.stderr
        said = " ".join(ended.stderr.split())
        assert "Traceback" not in said, said
        assert "DEPRECAT" not in said, said
        assert all(warning in said for warning in warnings), said
        assert bool(said) == bool(warnings), said
        return json.loads(ended.stdout)
