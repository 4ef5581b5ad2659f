# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""firewall_ports: a firewalld in memory, which answers as the real one did (1.3.3)."""

import json

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.modules import firewall_ports as _firewall_ports

BOTH = ["now", "permanent"]


class Module:
    """What the module needs of AnsibleModule, and a firewalld behind it."""

    def __init__(self, path, running=True, installed=True):
        self.opened = {"now": set(), "permanent": set()}
        self.running, self.installed, self.check_mode = running, installed, False
        self.commands, self.noted = [], []
        self.path = path

    def bring(self, ports, holder="lb", **params):
        self.params = {"zone": "", "needed": False, "close": True, "variable": "lb_", "register": str(self.path)}
        self.params.update(holders=[{"name": holder, "ports": ports}], **params)
        return _firewall_ports.ports(self)

    def get_bin_path(self, name):
        return "/usr/bin/" + name if self.installed else None

    def run_command(self, command, data, environ_update):
        assert environ_update["LC_ALL"] == "C"
        if not self.running:
            return 252, "", "FirewallD is not running\n"
        words = command[1:]
        place = "permanent" if "--permanent" in words else "now"
        for word in words:
            verb, _equals, port = word.partition("=")
            if verb in ("--add-port", "--remove-port"):
                self.noted.append(self.path.read_text())
                (self.opened[place].add if verb == "--add-port" else self.opened[place].remove)(port)
        if "--get-default-zone" in words:
            return 0, "public\n", ""
        if "--list-ports" in words:
            return 0, " ".join(sorted(self.opened[place])) + "\n", ""
        if words[0].startswith("--get-zone-of-interface"):
            return 2, "no zone\n", ""
        self.commands.append(" ".join(words))
        return 0, "success\n", ""


@pytest.fixture
def module(tmp_path):
    return Module(tmp_path / "firewall.json")


def test_ports_are_open_now_and_for_good_and_a_second_run_does_nothing(module):
    assert module.bring([8000, 8001])["opened"] == ["public 8000/tcp", "public 8001/tcp"]
    assert module.opened == {"now": {"8000/tcp", "8001/tcp"}, "permanent": {"8000/tcp", "8001/tcp"}}
    assert module.commands == [
        "--permanent --zone=public --add-port=8000/tcp --add-port=8001/tcp",
        "--zone=public --add-port=8000/tcp --add-port=8001/tcp",
    ]
    assert module.bring([8001, 8000])["changed"] is False
    assert len(module.commands) == 2


def test_what_is_to_be_opened_is_noted_before_it_is(module):
    module.bring([8000])
    assert all("public 8000/tcp" in json.loads(text) for text in module.noted)
    assert len(module.noted) == 2


def test_another_port_takes_the_place_of_the_former_only_when_told(module):
    module.bring([8000])
    first = module.bring([8001], close=False)
    assert (first["opened"], first["closed"], first["superfluous"]) == (["public 8001/tcp"], [], ["public 8000/tcp"])
    assert module.opened["now"] == {"8000/tcp", "8001/tcp"}
    second = module.bring([8001])
    assert (second["opened"], second["closed"]) == ([], ["public 8000/tcp"])
    assert module.opened == {"now": {"8001/tcp"}, "permanent": {"8001/tcp"}}


def test_what_somebody_else_has_opened_stays_open(module):
    module.opened = {"now": {"8000/tcp"}, "permanent": {"8000/tcp"}}
    assert module.bring([8000])["changed"] is False
    assert module.bring([])["changed"] is False
    assert module.opened["now"] == {"8000/tcp"}


def test_a_range_that_somebody_has_laid_over_it_is_not_cut(module):
    module.bring([8001])
    module.opened = {"now": {"8000-8005/tcp"}, "permanent": {"8000-8005/tcp"}}
    assert module.bring([])["changed"] is False
    assert module.opened["permanent"] == {"8000-8005/tcp"}
    assert json.loads(module.path.read_text()) == {}


def test_a_dry_run_tells_and_does_nothing(module):
    module.check_mode = True
    assert module.bring([8000])["opened"] == ["public 8000/tcp"]
    assert (module.commands, module.path.exists()) == ([], False)


def test_without_firewalld_nothing_is_done_unless_it_is_needed(module):
    module.running = False
    assert module.bring([8000]) == {"changed": False, "running": False}
    with pytest.raises(
        _errors.OptionError, match=r"lb_firewall is true.*systemctl enable --now firewalld.*auto.*false"
    ):
        module.bring([8000], needed=True)
    module.installed = False
    with pytest.raises(_errors.OptionError, match=r"Install and start the package firewalld"):
        module.bring([8000], needed=True)


def test_a_number_that_is_no_port_is_refused(module):
    with pytest.raises(_errors.OptionError, match=r"holders: lb has the port 70000"):
        module.bring([70000])
