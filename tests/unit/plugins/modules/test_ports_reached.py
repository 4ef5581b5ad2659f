# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ports_reached: one message with all that do not answer, and how the playbook uses it."""

import pathlib
import socket

import pytest
import yaml

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.modules import ports_reached as _ports_reached

ROOT = pathlib.Path(__file__).resolve().parents[4]


class Module:
    """What the module needs of AnsibleModule."""

    def __init__(self, ports, **params):
        filled = [
            {"host": "c701", "address": "127.0.0.1", "what": "nginx", "role": "load_balancer", **one} for one in ports
        ]
        self.params = {"ports": filled, "asker": "the balancer", "advice": "", "timeout": 5, "fail": True, **params}


def test_all_that_do_not_answer_are_named_with_what_to_do():
    with socket.socket() as server, socket.socket() as taken:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        taken.bind(("127.0.0.1", 0))
        numbers = [one.getsockname()[1] for one in (server, taken)]
        answer = _ports_reached.ask(Module([{"port": numbers[0]}]))
        assert (answer["asked"], answer["closed"]) == (1, [])
        with pytest.raises(_errors.SupervisorError) as caught:
            _ports_reached.ask(Module([{"port": number} for number in numbers], advice="Or do not ask."))
    lines = caught.value.message.splitlines()
    assert lines[0] == "1 of 2 ports do not answer the balancer:"
    assert lines[1].startswith(f"c701: port {numbers[1]} of 127.0.0.1 (nginx): refused")
    assert "load_balancer_firewall: auto opens it" in lines[1]
    assert lines[2] == "Or do not ask."
    assert [one["port"] for one in caught.value.details["closed"]] == [numbers[1]]


def test_who_only_tells_fails_nothing_and_leaves_out_nothing(monkeypatch):
    monkeypatch.setattr(_ports_reached._reach, "ask_all", lambda ports, _timeout: ["", *["closed"] * (len(ports) - 1)])
    answer = _ports_reached.ask(Module([{"port": number} for number in range(1, 31)], fail=False))
    assert [one["port"] for one in answer["closed"]] == list(range(2, 31))
    assert answer["invocation"]["module_args"]["ports"] == 30


@pytest.mark.parametrize(("why", "resolved"), [("its name has no address (x)", False), ("refused", True)])
def test_a_name_without_an_address_is_told_apart(monkeypatch, why, resolved):
    monkeypatch.setattr(_ports_reached._reach, "ask_all", lambda _ports, _timeout: [why])
    with pytest.raises(_errors.SupervisorError) as caught:
        _ports_reached.ask(Module([{"port": 1}]))
    assert [one["resolved"] for one in caught.value.details["closed"]] == [resolved]


def test_of_many_the_first_are_shown(monkeypatch):
    monkeypatch.setattr(_ports_reached._reach, "ask_all", lambda ports, _timeout: ["closed"] * len(ports))
    with pytest.raises(_errors.SupervisorError, match=r"port 10 of 127.0.0.1 .*\nand 5 more\.\Z"):
        _ports_reached.ask(Module([{"port": number} for number in range(1, 16)]))


@pytest.mark.parametrize("name", ["firewall_ports", "selinux_labels", "ports_reached"])
def test_the_words_that_tasks_write_are_no_words_of_yaml(name):
    """YAML takes "on" and "off" for true and false, also where they are the names of options."""
    tasks = [*ROOT.glob("roles/*/tasks/*.yml"), *ROOT.glob("playbooks/tasks/site/*.yml")]
    used = [
        task[f"supervisord.fleet.{name}"]
        for path in tasks
        for task in yaml.safe_load(path.read_text(encoding="utf-8"))
        if f"supervisord.fleet.{name}" in task
    ]
    assert used
    assert all(isinstance(option, str) for options in used for option in options)
