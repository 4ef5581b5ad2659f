# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of real daemons, as the real ansible-inventory tells it.

``golden/inventory.yml`` has configurations and what comes of them, with everything replaced that differs from run to
run. ``FLEET_GOLDEN=write pytest tests/integration/test_inventory.py --versions 4.3.0`` writes it anew; look at the
difference before committing it.
"""

from __future__ import annotations

import os
import pathlib
import re

import daemons as daemons_
import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_programs import Ansible

SECRET = "s3cret-Passw0rd"
LOGIN = {"SUPERVISOR_USERNAME": "admin", "SUPERVISOR_PASSWORD": SECRET}
GOLDEN = pathlib.Path(__file__).with_name("golden") / "inventory.yml"
CASES = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
NUMBERS = ("pid", "uptime", "start", "stop", "now")


class Fleet:
    """Two daemons: left runs things, right does nothing and is called so by its identifier."""

    def __init__(self, version):
        self.version = version
        quiet = {"stdout_logfile": "NONE", "stderr_logfile": "NONE"}
        sleep = {"command": "/bin/sleep 1000", "startsecs": "0", **quiet}
        copies = {"numprocs": "2", "process_name": "%(program_name)s_%(process_num)02d"}
        programs = {
            "web": {**sleep, **copies},
            "cron": {**sleep, "command": "/bin/false", "startsecs": "1", "startretries": "0"},
            "idle": {**sleep, "autostart": "false"},
        }
        login = ("admin", SECRET)
        self.left = daemons_.Daemon(version, programs, inet=True, auth=login).start()
        self.right = daemons_.Daemon(version, {}, inet=True, auth=login, supervisord={"identifier": "right"}).start()
        self.left.wait_state("cron:cron", "FATAL")
        daemons_.wait_for(self._has_run_for_a_while, what="an uptime of a second, which counts as a number")

    def _has_run_for_a_while(self):
        return all(process.uptime for process in self.left.client().processes().values() if process.pid)

    @property
    def words(self):
        """What stands for what in the golden file."""
        return {
            str(self.left.port): "LEFT",
            str(self.right.port): "RIGHT",
            self.left.dir.strip("/"): "FOLDER",
            self.version: "VERSION",
            self.version.replace(".", "_"): "VERSION",
            self.left.dir.strip("/").replace("/", "_"): "FOLDER",
        }

    def concrete(self, value):
        """A configuration of the golden file with real addresses."""
        text = yaml.safe_dump(value)
        for word, real in {word: real for real, word in reversed(self.words.items())}.items():
            text = text.replace(word, real)
        return yaml.safe_load(text)

    def close(self):
        self.left.destroy()
        self.right.destroy()


@pytest.fixture(scope="module")
def fleet(version):
    found = Fleet(version)
    yield found
    found.close()


@pytest.fixture
def ansible(version, tmp_path):
    return Ansible(version, tmp_path, **LOGIN)


def plain(value, fleet):
    """The same data without the marks of untrusted text, and without what differs from run to run."""
    if isinstance(value, dict) and set(value) == {"__ansible_unsafe"}:
        return plain(value["__ansible_unsafe"], fleet)
    if isinstance(value, dict):
        return {plain(key, fleet): masked(key, item) or plain(item, fleet) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item, fleet) for item in value]
    if isinstance(value, str):
        for real, word in fleet.words.items():
            value = re.sub(r"(?<![0-9])%s(?![0-9])" % re.escape(real), word, value)
    return value


def masked(key, value):
    if isinstance(value, dict) and "__ansible_unsafe" in value:
        return masked(key, value["__ansible_unsafe"])
    if key in NUMBERS and isinstance(value, int) and value:
        return "NUMBER"
    if key.endswith(("_pid", "_checked")):
        return "NUMBER"
    return re.sub("[0-9]+", "N", value) if key == "description" and isinstance(value, str) else None


def told(listing, fleet, variables):
    """Groups and the variables asked for, in the form of the golden file."""
    hosts = listing.pop("_meta")["hostvars"]
    groups = {name: group.get("hosts", []) for name, group in listing.items()}
    children = {name: sorted(set(group.get("children", [])) - {"ungrouped"}) for name, group in listing.items()}
    found = {
        "groups": {name: hosts for name, hosts in groups.items() if hosts},
        "children": {name: group for name, group in children.items() if group and name != "all"},
        "variables": {
            name: {key: value for key, value in known.items() if variables == "all" or key in variables}
            for name, known in hosts.items()
        },
    }
    known = plain({key: value for key, value in found.items() if value}, fleet)
    return {key: _sorted(item) if key == "groups" else item for key, item in known.items()}


def _sorted(groups):
    return {name: sorted(members) for name, members in groups.items()}


@pytest.mark.ends
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_golden(case, fleet, ansible):
    config = fleet.concrete(case["config"])
    listing = ansible.inventory(config, *case.get("arguments", []), warnings=fleet.concrete(case.get("warnings", [])))
    found = told(listing, fleet, case.get("show", []))
    if os.environ.get("FLEET_GOLDEN") == "write":
        case["inventory"] = found
        GOLDEN.write_text("---\n" + yaml.dump(CASES, Dumper=Indented, sort_keys=False, width=140), encoding="utf-8")
    assert found == case["inventory"]


class Indented(yaml.SafeDumper):
    """Writes lists the way yamllint wants them."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data):
        return True


def test_every_release_can_be_listed(fleet, ansible):
    found = ansible.inventory({"endpoints": [fleet.left.inet_url, {"server_url": fleet.right.url, "name": "sock"}]})
    known = plain(found["_meta"]["hostvars"], fleet)
    assert {host["supervisord_version"] for host in known.values()} == {"VERSION"}
    assert known["sock"]["ansible_connection"] == "local"
    assert known["sock"]["supervisord_identification"] == "right"
    assert SECRET not in str(found)


def test_graph(fleet, ansible):
    config = {"endpoints": [{"server_url": "127.0.0.1:%d" % fleet.left.port, "name": "c701"}], "group_by": ["program"]}
    ended = ansible.run("ansible-inventory", "-i", ansible.write(config), "--graph")
    lines = [line for line in ended.stdout.splitlines() if "ungrouped" not in line]
    assert lines == [
        "@all:",
        "  |--@supervisor_program_cron:",
        "  |  |--c701",
        "  |--@supervisor_program_idle:",
        "  |  |--c701",
        "  |--@supervisor_program_web:",
        "  |  |--c701",
    ]


@pytest.mark.ends
@pytest.mark.parametrize("policy", ["fail", "duplicate"])
def test_a_source_that_fails(fleet, ansible, policy):
    """Ansible goes on without it, unless told that every source has to work."""
    config = {"endpoints": [fleet.left.inet_url, "127.0.0.1:1"], "unreachable": "fail"}
    words = "1 of 2 supervisord did not answer: 127.0.0.1_1 (supervisord at http://127.0.0.1:1 was not reached"
    if policy == "duplicate":
        config["endpoints"] = [{"server_url": "a", "name": "x"}, {"server_url": "b", "name": "x"}]
        words = "endpoints: http://a:9001 and http://b:9001 would both be the host 'x'; give each a name of its own"
    strict = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
    ended = ansible.run("ansible-inventory", "-i", ansible.write(config), "--list", env=strict)
    assert ended.returncode != 0
    assert words in " ".join(ended.stderr.split())
    assert SECRET not in ended.stderr


def vaulted(text, password):
    """Text as ansible-vault encrypts it."""
    secret = VaultSecret(password.encode())
    return VaultLib([("default", secret)]).encrypt(text, secret).decode()


@pytest.mark.ends
@pytest.mark.parametrize("whole", [False, True], ids=["value", "file"])
def test_vault(fleet, ansible, tmp_path, whole):
    (tmp_path / "key").write_text("key")
    value = "!vault |\n" + "".join("      %s\n" % line for line in vaulted(SECRET, "key").splitlines())
    text = "plugin: supervisord.fleet.supervisor\nusername: admin\npassword: %s\nendpoints:\n" % value
    text += "  - 127.0.0.1:%d\n  - server_url: 127.0.0.1:%d\n    password: %s" % (
        fleet.left.port,
        fleet.right.port,
        value,
    )
    if whole:
        text = vaulted(text.replace(value, SECRET + "\n"), "key")
    blank = {"SUPERVISOR_PASSWORD": "wrong"}
    found = ansible.inventory(text, "--vault-password-file", tmp_path / "key", env=blank)
    assert len(found["supervisor_reachable"]["hosts"]) == 2
    assert SECRET not in str(found)


@pytest.mark.ends
def test_credentials_by_a_lookup(fleet, ansible):
    password = "{{ lookup('ansible.builtin.env', 'FLEET_TEST') }}"
    config = {"endpoints": [fleet.left.inet_url], "username": "admin", "password": password}
    found = ansible.inventory(config, env={"FLEET_TEST": SECRET, "SUPERVISOR_PASSWORD": "wrong"})
    assert found["supervisor_reachable"]["hosts"]


@pytest.mark.ends
def test_wrong_credentials(fleet, ansible):
    config = {"endpoints": [fleet.left.inet_url, {"server_url": fleet.right.inet_url, "username": ""}]}
    warnings = ["2 of 2 supervisord did not answer", "the user name or password is wrong", "wants a user name"]
    found = ansible.inventory(config, env={"SUPERVISOR_PASSWORD": "wr0ng-Passw0rd"}, warnings=warnings)
    known = plain(found["_meta"]["hostvars"], fleet)
    assert {host["supervisord_failure"] for host in known.values()} == {"unauthorized"}
    assert "wr0ng" not in str(found)


@pytest.mark.ends
def test_cache(fleet, ansible, tmp_path):
    config = {
        "endpoints": [fleet.right.inet_url, "127.0.0.1:1"],
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(tmp_path / "cache"),
        "cache_timeout": 600,
        "cache_prefix": "fleet_",
    }
    first = ansible.inventory({**config, "cache": True})
    (path,) = (tmp_path / "cache").iterdir()
    assert path.name.startswith("fleet_")
    content = path.read_text()
    assert SECRET not in content
    assert "admin" not in content
    elsewhere = {"SUPERVISOR_PASSWORD": "wrong", "ANSIBLE_INVENTORY_CACHE": "true"}
    assert ansible.inventory(config, env=elsewhere) == first
    (tmp_path / "play.yml").write_text("- hosts: supervisor_unreachable\n  gather_facts: false\n")
    flushed = ansible.run(
        "ansible-playbook", "-i", ansible.write(config), "--flush-cache", "--list-hosts", "play.yml", env=elsewhere
    )
    assert "hosts (2):" in flushed.stdout, flushed.stderr
    again = ansible.inventory(config, env=elsewhere, warnings=["2 of 2 supervisord did not answer"])
    assert len(again["supervisor_unreachable"]["hosts"]) == 2


@pytest.mark.ends
def test_a_play_on_what_was_found(fleet, ansible, tmp_path):
    play = tmp_path / "play.yml"
    play.write_text(PLAY)
    endpoint = {"server_url": "{{ url }}", "name": "left"}
    path = ansible.write({"endpoints": [endpoint], "use_extra_vars": True, "compose": {"place": "site | upper"}})
    ended = ansible.run("ansible-playbook", "-i", path, play, "-e", "site=here", "-e", "url=" + fleet.left.inet_url)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "left: cron:cron is FATAL at HERE" in ended.stdout
    assert "DEPRECAT" not in ended.stderr


PLAY = """
- hosts: supervisor_state_fatal:&supervisor_reachable
  gather_facts: false
  tasks:
    - supervisord.fleet.supervisor_info:
        server_url: "{{ supervisord_url }}"
        in_state: [FATAL]
      delegate_to: localhost
      register: now
    - ansible.builtin.debug:
        msg: "{{ inventory_hostname }}: {{ now.processes[0].name }} is {{ now.processes[0].state }} at {{ place }}"
"""
