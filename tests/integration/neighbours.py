# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible with what users run the collection under or beside: mitogen, callbacks of others (tools/neighbours)."""

from __future__ import annotations

import glob
import json
import os

import ansible_programs
import collection
import pytest


def needs(name):
    """Mark of tests that need an environment of tools/neighbours."""
    there = os.path.exists(os.path.join(collection.ROOT, ".build", name, "bin", "ansible-playbook"))
    return pytest.mark.skipif(not there, reason=f"{name}: not there, see tools/neighbours")


class Ansible(ansible_programs.Ansible):
    """The programs of one of these environments.

    :param environment: environment variables, such as those that turn a neighbour on.
    """

    def __init__(self, name, folder, **environment):
        super().__init__("", folder, **environment)
        self.home = os.path.join(collection.ROOT, ".build", name)
        self.programs = os.path.join(self.home, "bin")
        # The Python it was made from, which knows nothing of Ansible, as that of a host.
        self.python = os.path.realpath(os.path.join(self.programs, "python"))

    def library(self, *names):
        """The path of a file or folder of one of the packages."""
        return glob.glob(os.path.join(self.home, "lib", "python3*", "site-packages", *names))[0]

    def play(self, tasks, *arguments, **more):
        """Run tasks on this machine. ``more``: keywords of the play; returns the ended process."""
        here = {"hosts": "localhost", "connection": "local", "gather_facts": False}
        here["vars"] = {"ansible_python_interpreter": self.python}
        path = self.folder / "play.yml"
        path.write_text(json.dumps([{**here, **more, "tasks": tasks}]), encoding="utf-8")
        return self.run("ansible-playbook", "-i", "localhost,", path, *arguments)


class Mitogen(Ansible):
    """Ansible with the strategy of mitogen. A run that does not use it fails."""

    def __init__(self, folder, **environment):
        super().__init__("mitogen", folder, **environment)
        plugins = self.library("ansible_mitogen", "plugins", "strategy")
        self.environment.update(ANSIBLE_STRATEGY="mitogen_linear", ANSIBLE_STRATEGY_PLUGINS=plugins)

    def run(self, program, *arguments, **more):
        ended = super().run(program, *arguments, **more)
        assert "Use of strategy plugins not included in ansible.builtin" in ended.stderr, ended.stderr
        return ended
