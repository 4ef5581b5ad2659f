# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last play of site: what does not answer the controller is asked from another host before anybody is blamed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket

import ansible_programs
import collection
import pytest

PLAYBOOKS = os.path.join(collection.ROOT, "playbooks")
TASKS = os.path.join(PLAYBOOKS, "tasks", "site", "ask_ports.yml")
# c702 stands for a host that only the configuration of SSH knows by this name; nothing connects to it in these tests.
NAME = "c702.invalid"
NEIGHBOUR = {"ansible_connection": "local", "ansible_host": "192.0.2.1"}


class Site:
    """A dashboard, and perhaps another host that asks it."""

    def __init__(self, version, folder):
        self.ansible = ansible_programs.Ansible(version, folder)
        self.folder = folder

    def ask(self, port, neighbour, interpreter="", *arguments):
        """Run the tasks; returns the exit code, and what was said without folded lines."""
        hosts = {"c702": {"ansible_host": NAME, "monitor_web_port": port}}
        groups = {"monitor_hosts": {"hosts": hosts}}
        if neighbour:
            groups["app_hosts"] = {"hosts": {"c701": NEIGHBOUR if neighbour is True else neighbour}}
        facts = {"ansible_default_ipv4": {"address": "127.0.0.1"}, "cacheable": True}
        play = {
            "hosts": "app_hosts:monitor_hosts",
            "gather_facts": False,
            "tasks": [
                {"name": "As gathered", "ansible.builtin.set_fact": facts},
                {"name": "Ask", "ansible.builtin.import_tasks": TASKS, "when": "not ansible_check_mode"},
            ],
        }
        end = {
            "hosts": "{{ __fleet_blamed }}",
            "gather_facts": False,
            "vars_files": [os.path.join(PLAYBOOKS, "vars", "outcome.yml")],
            "tasks": [{"name": "End", "ansible.builtin.import_tasks": f"{PLAYBOOKS}/tasks/fleet/blame.yml"}],
        }
        if interpreter:
            groups["all"] = {
                "hosts": {"localhost": {"ansible_connection": "local", "ansible_python_interpreter": interpreter}}
            }
        (self.folder / "hosts.json").write_text(json.dumps(groups))
        (self.folder / "play.json").write_text(json.dumps([play, end]))
        ended = self.ansible.run("ansible-playbook", "-i", "hosts.json", "play.json", *arguments)
        return ended.returncode, " ".join((ended.stdout + ended.stderr).replace('\\"', '"').replace("\\n", " ").split())


@pytest.fixture(params=["4.0.4", "4.3.0"])
def site(request, tmp_path):
    """With the oldest and the newest ansible-core, see targets.PAIRS."""
    return Site(request.param, tmp_path)


@contextlib.contextmanager
def somebody(listens):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listens:
            server.listen(5)
        yield server.getsockname()[1]


def test_a_port_that_another_host_reaches_is_open_whatever_way_the_controller_has(site):
    with somebody(listens=True) as port:
        code, said = site.ask(port, neighbour=True)
    assert code == 0, said
    assert "1 ports from c701" in said


@pytest.mark.parametrize(
    ("neighbour", "who"),
    [(True, "the machine that runs Ansible, nor c701:"), (False, "the machine that runs Ansible:")],
)
def test_a_port_that_nobody_reaches_fails_the_site(site, neighbour, who):
    with somebody(listens=False) as port:
        code, said = site.ask(port, neighbour)
    assert code == 2, said
    assert f"1 of 1 ports do not answer {who} c702: port {port} of 127.0.0.1 (the dashboard): refused" in said
    assert "site_ask_ports=false" in said
    # A relaunch on failed hosts would ask the ports of these alone.
    assert re.findall(r"(\w+) : ok=\d+ changed=\d+ unreachable=\d+ failed=1", said) == ["localhost"]


def test_who_cannot_ask_has_seen_nothing(site):
    """A task that did not run is no answer, also where one that does not reach a port is no failure yet."""
    with somebody(listens=True) as port:
        code, said = site.ask(port, neighbour=True, interpreter="/nowhere/python")
    assert code == 2, said
    assert "/nowhere/python" in said.partition("Say what is wrong")[2]


def test_who_cannot_be_reached_to_ask_has_seen_nothing(site):
    with somebody(listens=False) as nowhere:
        gone = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": nowhere}
        code, said = site.ask(nowhere, neighbour=gone)
    assert code == 2, said
    assert "Failed to connect to the host via ssh" in said.partition("Say what is wrong")[2]


def test_a_dry_run_asks_nobody(site):
    """A first one would find every port closed, which nothing has opened yet."""
    with somebody(listens=False) as port:
        code, said = site.ask(port, True, "", "--check")
    assert code == 0, said
