# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, texts and logs that a terminal would obey: none of it gets out, and a name that is shown can be used."""

from __future__ import annotations

import json
import re

import badanswers
import badservers
import daemons as daemons_
import pytest
from ansible_programs import Ansible

# A control of one byte, a carriage return, a direction override, an isolate, an end of line of its own, nothing to see.
ODD = "w\u009b31m\r\u202eb\u2066\u2028\u200b!"
SHOWN = "w\ufffd\ufffdb\ufffd\ufffd\ufffd!"
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
EVIL = {
    **badanswers.INFO,
    "group": "g" + ODD,
    "name": "n" + ODD,
    "state": 200,
    "statename": "FATAL" + ODD,
    "spawnerr": "s" + ODD,
    "description": "d" + ODD,
    "stdout_logfile": "/x" + ODD,
}
PLAY = """
- hosts: localhost
  gather_facts: false
  tasks:
    - supervisord.fleet.supervisor_info:
        servers: [{name: evil, server_url: "%(evil)s"}, {name: refusing, server_url: "%(refusing)s"}]
        fail_when: all
      register: seen
    - debug: {var: seen}
    - supervisord.fleet.supervisor_rpc:
        servers: [{name: evil, server_url: "%(evil)s"}, {name: refusing, server_url: "%(refusing)s"}]
        method: getAllProcessInfo
        fail_when: all
    - supervisord.fleet.supervisor_rpc: {server_url: "%(refusing)s", method: getState}
      ignore_errors: true
    - supervisord.fleet.supervisor_process: {server_url: "%(evil)s", names: [none], state: started}
      ignore_errors: true
    - supervisord.fleet.fleet_report:
        title: Seen
        table: "{{ seen.servers | supervisord.fleet.fleet_status }}"
        columns: [host, process, state, message]
        paths: [report.csv, report.html, report.json]
"""


def harmless(text):
    found = HARMFUL.search(text)
    assert found is None, repr(text[max(0, found.start() - 80) : found.end() + 20])


@pytest.fixture
def evil():
    """URLs of a daemon with odd names, and of one that refuses everything in odd words."""
    fault = badservers.says(badservers.http(badanswers.refusal("f" + ODD)))
    servers = {"evil": badservers.Server(badanswers.answers([EVIL])), "refusing": badservers.Server(fault)}
    yield {name: server.url for name, server in servers.items()}
    for server in servers.values():
        server.close()


@pytest.mark.ends
def test_nothing_reaches_a_terminal_or_a_report(version, tmp_path, evil):
    ansible = Ansible(version, tmp_path, ANSIBLE_CALLBACKS_ENABLED="supervisord.fleet.progress")
    (tmp_path / "play.yml").write_text(PLAY % evil)
    ended = ansible.run("ansible-playbook", "-i", "localhost,", "-c", "local", "play.yml", "-vvv", "--diff")
    assert "failed=0" in ended.stdout, ended.stdout
    said = ended.stdout + ended.stderr
    harmless(said)
    assert said.count("n" + SHOWN) > 3
    assert said.count("f" + SHOWN) > 3
    for name in ("report.csv", "report.html", "report.json"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        harmless(text)
        assert "s" + SHOWN in text, name


@pytest.mark.ends
def test_nothing_reaches_an_inventory(version, tmp_path, evil):
    ansible = Ansible(version, tmp_path)
    endpoints = [{"server_url": url, "name": name} for name, url in evil.items()]
    config = ansible.write({"endpoints": endpoints, "unreachable": "group"})
    ended = ansible.run("ansible-inventory", "-i", config, "--list", "-vvv")
    harmless(ended.stdout + ended.stderr)
    hosts = json.loads(ended.stdout[ended.stdout.index("{\n") :])["_meta"]["hostvars"]
    harmless(json.dumps(hosts, ensure_ascii=False))
    (process,) = hosts["evil"]["supervisord_processes"]
    assert process["process"] == {"__ansible_unsafe": "n" + SHOWN}
    assert "f" + SHOWN in hosts["refusing"]["supervisord_error"]["__ansible_unsafe"]


def test_the_log_of_a_program_that_fails(version, daemons, run_module):
    """A real program that writes what a terminal would obey, in its log and by the daemon's own log."""
    script = r"printf 'start\\n50%%%%\\r100%%%%\\n\\302\\233 31m \\342\\200\\256 back \\033[31m red\\n'; exit 3"
    program = {
        "command": f'/bin/sh -c "{script}"',
        "autostart": "false",
        "redirect_stderr": "true",
        "startretries": "0",
    }
    daemon = daemons({"web": program})
    result = run_module("supervisor_process", {"names": ["web"], "state": "started"}, daemon)
    assert result["failed"]
    harmless(json.dumps(result, ensure_ascii=False))
    assert "50%\ufffd100%" in result["msg"]
    assert "\ufffd back" in result["msg"]


@pytest.mark.newest
def test_a_name_that_is_shown_can_be_given_back(version, run_module):
    """The daemon is asked by its own name for the process."""
    odd = "w\u202eb\u200b"
    daemon = daemons_.Daemon(version, {"web": {"command": "/bin/sleep 1000", "process_name": odd}})
    try:
        daemon.start()
        seen = run_module("supervisor_info", {}, daemon)["processes"]
        assert [row["process"] for row in seen] == ["w\ufffdb\ufffd"]
        for name in (seen[0]["name"], seen[0]["process"], "web:" + odd):
            result = run_module("supervisor_process", {"names": [name], "state": "restarted"}, daemon)
            assert not result["failed"], result
            assert [row["actions"] for row in result["processes"]] == [["stop", "start"]]
    finally:
        daemon.destroy()
