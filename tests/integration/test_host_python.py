# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts with old Pythons, and the oldest, usual and newest ansible-core: it works, or a sentence says what to do.

A host is this machine with another /usr/bin, that of a mount of its own, which only its shell sees: Ansible finds the
Python there by itself, as on a real host.
"""

from __future__ import annotations

import json
import os
import re
import shutil

import ansible_programs
import collection
import pytest

pytestmark = pytest.mark.plays

CORES = {"2.16": "4.0.4", "2.19": "4.2.5", "2.21": "4.3.0"}
TOOLS = ("sh", "cat", "chmod", "echo", "grep", "head", "id", "mkdir", "mktemp", "rm", "sed", "sleep", "test", "uname")
PYTHONS = {
    "2.7": {"python": "2.7", "python2.7": "2.7"},
    "3.6": {"python3": "3.6", "python3.6": "3.6"},
    "newer": {"python3": "3.9", "python3.9": "3.9"},
    "none": {},
}
BOOTSTRAP = "run the playbook supervisord.fleet.bootstrap for it, which installs one where the system has a package."
HOST_SHELL = """#!/bin/sh
# The shell of a host: it sees FOLDER as /usr/bin.
exec unshare --mount --propagation private /bin/sh -c \\
    'mount --bind "$0" /usr/bin && export PATH=/usr/bin && exec /usr/bin/sh "$@"' FOLDER "$@"
"""
NOISE = ("No start of json char found", "SyntaxError", "MODULE FAILURE", "Traceback")


def make_host(folder, pythons):
    """A shell that sees nothing but some tools and these Pythons."""
    programs = folder / "bin"
    programs.mkdir(parents=True)
    for tool in TOOLS:
        shutil.copy(f"/usr/bin/{tool}", programs / tool)
    for name, version in pythons.items():
        (programs / name).symlink_to(
            os.path.realpath(os.path.join(collection.ROOT, ".build", "pythons", "python" + version))
        )
    shell = folder / "shell"
    shell.write_text(HOST_SHELL.replace("FOLDER", str(programs)))
    shell.chmod(0o755)
    return {"ansible_connection": "local", "ansible_shell_executable": str(shell), "ansible_become": False}


class Hosts:
    """An inventory of such hosts, and the programs of one ansible-core."""

    def __init__(self, core, folder):
        self.ansible = ansible_programs.Ansible(CORES[core], folder)
        self.folder = folder
        self.members = {}

    def add(self, name, pythons, **variables):
        """Make a host of the group app_hosts."""
        self.members[name] = {**make_host(self.folder / name, pythons), **variables}

    def play(self, playbook, *arguments, **given):
        """Run a playbook; returns its exit code, and what it said without folded lines."""
        (self.folder / "hosts.json").write_text(json.dumps({"app_hosts": {"hosts": self.members}}))
        become = {f"{name}_become": False for name in ("status", "recover", "adopt", "bootstrap")}
        extra = json.dumps({**become, "jdk_install_method": "package", **given})
        ended = self.ansible.run("ansible-playbook", "-i", "hosts.json", playbook, "-e", extra, *arguments)
        return ended.returncode, " ".join((ended.stdout + ended.stderr).replace('\\"', '"').split())


@pytest.fixture
def hosts(request, tmp_path):
    return Hosts(getattr(request, "param", "2.19"), tmp_path)


def core(hosts):
    """The whole number of the ansible-core."""
    return re.search(r"core ([0-9.]+)\]", hosts.ansible.run("ansible", "--version").stdout)[1]


def recap(said, host):
    """The counts of a host."""
    counts = re.search(rf"{host} : (.*?ignored=\d+)", said.split("PLAY RECAP")[1])[1]
    return {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", counts)}


@pytest.mark.parametrize("python", ["2.7", "3.6", "newer"])
@pytest.mark.parametrize("hosts", CORES, indirect=True)
def test_nine_pairs_of_controller_and_host(hosts, python):
    hosts.add("c701", PYTHONS[python])
    code, said = hosts.play("supervisord.fleet.site", "--check", "--tags", "site_check")
    assert [word for word in NOISE if word in said] == []
    release = core(hosts)
    if python == "newer" or (python, release[:4]) == ("3.6", "2.16"):
        assert code == 0, said
        # And a module of the collection runs there, see docs/platforms.md.
        module = ("-m", "supervisord.fleet.tomcat_check", "-a", json.dumps({"instances": []}))
        ended = hosts.ansible.run("ansible", "-i", "hosts.json", "app_hosts", *module)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return
    assert code == 2
    least = {"2.16": "3.6", "2.19": "3.8", "2.21": "3.9"}[release[:4]]
    assert f"and ansible-core {release} needs {least} or newer there: " in said
    assert f"This host has Python {'2.7.18' if python == '2.7' else '3.6.'}" in said
    cure = f"use ansible-core 2.16 on the controller, the last one that manages 3.6, or install Python {least} or newer"
    assert (BOOTSTRAP if python == "2.7" else cure) in said


@pytest.mark.parametrize("hosts", ["2.16"], indirect=True)
def test_another_python_of_the_host_is_named_and_used_by_bootstrap(hosts):
    """As on CentOS 7 with its python3, where the interpreter that is used is the old one."""
    hosts.add("c701", {**PYTHONS["2.7"], **PYTHONS["3.6"]}, ansible_python_interpreter="/usr/bin/python")
    code, said = hosts.play("supervisord.fleet.site", "--check", "--tags", "site_check")
    assert code == 2
    assert "This host has Python 2.7.18 (/usr/bin/python) and 3.6." in said
    assert "set ansible_python_interpreter: /usr/bin/python3 for it." in said
    both = hosts.folder / "both.yml"
    both.write_text(json.dumps([{"import_playbook": f"supervisord.fleet.{name}"} for name in ("bootstrap", "site")]))
    code, said = hosts.play(str(both), "--check", "--tags", "site_check")
    assert code == 0, said
    assert "2.16 ok ansible_python_interpreter: /usr/bin/python3" in said
    assert recap(said, "c701")["changed"] == 0


@pytest.mark.parametrize("playbook", ["status", "control", "rolling_restart", "recover", "adopt"])
def test_every_playbook_says_it_of_the_right_host_only(hosts, playbook):
    hosts.add("c701", PYTHONS["2.7"])
    hosts.add("c702", PYTHONS["newer"])
    given = {
        "control": {"control_action": "restart", "control_programs": "web"},
        "rolling_restart": {"rolling_restart_programs": "web", "rolling_restart_load_balancers": "none"},
    }.get(playbook, {})
    code, said = hosts.play(f"supervisord.fleet.{playbook}", **given)
    assert code == 2
    assert [word for word in NOISE if word in said] == []
    blamed = re.findall(r"fatal: \[(c70[12])\]: FAILED! => \{[^}]*This host has Python 2.7.18", said)
    assert set(blamed) == {"c701"}
    assert BOOTSTRAP in said


@pytest.mark.parametrize("hosts", ["2.21"], indirect=True)
def test_site_touches_nothing_when_a_host_cannot_be_managed(hosts):
    hosts.add("c701", PYTHONS["newer"])
    hosts.add("c702", PYTHONS["none"])
    code, said = hosts.play("supervisord.fleet.site", "--check")
    assert code == 2
    assert "c702]: FAILED! =>" in said
    assert "This host has no Python" in said
    assert "TASK" not in said.split("[Gather facts, or say why no module can run here]")[1]
    assert recap(said, "c701")["failed"] == 0
    assert recap(said, "c702")["failed"] == 1


def test_what_is_not_the_fault_of_its_python_is_told_as_it_is(hosts):
    """Whatever ends a module early makes it as mute as a Python that is too old."""
    sudo = hosts.folder / "sudo"
    begun = r"""echo "$*" | sed -n 's/.*\(BECOME-SUCCESS-[a-z]*\).*/\1/p' """
    sudo.write_text(f"#!/bin/sh\n{begun}\necho 'out of memory' >&2\nexit 1\n")
    sudo.chmod(0o755)
    hosts.add("c701", PYTHONS["newer"], ansible_become_exe=str(sudo))
    del hosts.members["c701"]["ansible_become"]
    hosts.ansible.environment["ANSIBLE_BECOME_ALLOW_SAME_USER"] = "true"
    facts = {"supervisord.fleet.host_python": {"facts": True}, "become": True}
    book = hosts.folder / "root.yml"
    tasks = [{"ansible.builtin.ping": {}}, facts]
    book.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
    code, said = hosts.play(str(book))
    assert code == 2
    assert "out of memory" in said
    assert "or newer there" not in said


def test_an_interpreter_of_the_settings_that_is_not_there_is_named(hosts):
    hosts.add("c701", PYTHONS["newer"])
    hosts.ansible.environment["ANSIBLE_PYTHON_INTERPRETER"] = "/opt/gone/python3"
    code, said = hosts.play("supervisord.fleet.site", "--check", "--tags", "site_check")
    assert code == 2
    assert (
        "This host has Python 3.9.18 (/usr/bin/python3) (Ansible takes /opt/gone/python3, which does not run)" in said
    )
    assert "set ansible_python_interpreter: /usr/bin/python3 for it." in said


def test_bootstrap_looks_and_says_what_is_missing(hosts):
    hosts.add("c701", PYTHONS["2.7"])
    hosts.add("c702", PYTHONS["newer"])
    code, said = hosts.play("supervisord.fleet.bootstrap", bootstrap_install=False)
    assert code == 2
    assert "Cannot be managed: failed: This host has Python 2.7.18" in said
    assert "has no package of one that is known here, install one by hand" in said
    assert (recap(said, "c701")["failed"], recap(said, "c702")["failed"]) == (1, 0)
    assert recap(said, "c702")["changed"] == 0


@pytest.mark.parametrize("hosts", ["2.16", "2.21"], indirect=True)
def test_facts_that_are_known_are_not_gathered_again_where_ansible_is_told_so(hosts):
    hosts.add("c701", PYTHONS["newer"])
    play = {"hosts": "all", "gather_facts": False, "tasks": [{"supervisord.fleet.host_python": {"facts": True}}]}
    told = {"ansible.builtin.debug": {"msg": "{{ ansible_facts.distribution }}"}}
    book = hosts.folder / "twice.yml"
    book.write_text(json.dumps([play, {**play, "tasks": [*play["tasks"], told]}]))
    hosts.ansible.environment["ANSIBLE_GATHERING"] = "smart"
    code, said = hosts.play(str(book), "-vvv")
    assert code == 0, said
    assert len(re.findall(r"PUT \S+ TO \S+AnsiballZ_setup", said)) == 1
