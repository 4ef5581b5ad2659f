# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A password that crosses the network in clear text is said once in a run, whoever and however many give it."""

from __future__ import annotations

import json
import re

import ansible_programs
import pytest

pytestmark = [pytest.mark.ends, pytest.mark.plays]
HOSTS = ["a", "b", "c"]
LOGIN = {"username": "admin", "password": "unguessable-7"}
# The addresses of servers below are for documentation (RFC 5737): nobody answers there, and the word must come even so.
CONFIG = """
    - supervisord.fleet.supervisor_config:
        path: "{{ folder }}/{{ inventory_hostname }}.conf"
        inet_http_server: {port: "*:1900{{ item }}", username: admin, password: unguessable-7}
        supervisord: {}
      loop: [1, 2]
"""
ONE = """
    - supervisord.fleet.supervisor_info:
        server_url: "{{ url }}"
        username: admin
        password: unguessable-7
        timeout: 0.2
      loop: [1, 2]
      failed_when: false
"""
MANY = """
    - supervisord.fleet.supervisor_info:
        servers:
          - {name: n1, server_url: "http://192.0.2.1:9001"}
          - {name: n2, server_url: "http://192.0.2.2:9001"}
          - {name: n3, server_url: "https://192.0.2.3:9001"}
        username: admin
        password: unguessable-7
        timeout: 0.2
      failed_when: false
"""


@pytest.fixture
def ansible(version, tmp_path):
    return ansible_programs.Ansible(version, tmp_path)


def said(text):
    """How often the word was said. Long lines are broken, somewhere."""
    plain = " ".join(text.split())
    assert "unguessable" not in plain
    return re.findall(r"[^.]*cross(?:es)? the network in clear text", plain)


def play(ansible, tasks, *arguments, **variables):
    path = ansible.folder / "play.yml"
    path.write_text(f"- hosts: all\n  gather_facts: false\n  connection: local\n  tasks:{tasks}")
    variables = json.dumps(
        {"folder": str(ansible.folder), "ansible_python_interpreter": "/usr/bin/python3", **variables}
    )
    ended = ansible.run("ansible-playbook", "-i", ",".join(HOSTS) + ",", "-e", variables, *arguments, path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return said(ended.stderr)


@pytest.mark.parametrize("arguments", [["--check"], []])
def test_by_the_main_configuration_of_many_hosts(ansible, arguments):
    assert len(play(ansible, CONFIG, *arguments)) == 1


def test_by_the_address_of_each_host(ansible):
    assert len(play(ansible, ONE, url="http://192.0.2.{{ item }}:9001")) == 1


@pytest.mark.parametrize("url", ["https://192.0.2.1:9001", "http://127.0.0.1:9", "unix:///nowhere"])
def test_not_by_an_address_that_nobody_can_listen_to(ansible, url):
    assert play(ansible, ONE, url=url) == []


def test_by_many_servers_of_one_task(ansible):
    (word,) = play(ansible, MANY)
    assert "2 of 3 servers (n1, n2)" in word


@pytest.mark.parametrize(("scheme", "count"), [("http", 1), ("https", 0)])
def test_by_an_inventory(ansible, scheme, count):
    config = {"endpoints": [f"{scheme}://192.0.2.[1:2]:9001"], "timeout": 0.2, **LOGIN}
    ended = ansible.run("ansible-inventory", "-i", ansible.write(config), "--list")
    assert ended.returncode == 0, ended.stderr
    assert len(said(ended.stderr)) == count, ended.stderr
