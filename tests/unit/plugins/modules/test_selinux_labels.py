# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""selinux_labels: in which order the tools are called, what a dry run leaves alone, what it says without them."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.modules import selinux_labels as _selinux_labels

PORTS = "http_port_t  tcp  80, 443\nunreserved_port_t  tcp  1024-65535\n"


class Module:
    """What the module needs of AnsibleModule, and tools that answer as the real ones did (policycoreutils 3.4)."""

    def __init__(self, path):
        self.path, self.check_mode = path, False
        self.tools = {"semanage", "restorecon", "matchpathcon"}
        self.commands, self.local, self.relabel = [], "", []

    def bring(self, ports=(), restore=(), **params):
        self.params = {"holder": "lb", "port_type": "http_port_t", "port_types_too": [], "program": "nginx"}
        self.params.update(switches=[], folders=[], needed=False, close=True, variable="lb_", register=str(self.path))
        self.params.update(ports=list(ports), restore=list(restore), **params)
        self.commands = []
        return _selinux_labels.label(self)

    def get_bin_path(self, name):
        return "/usr/sbin/" + name if name in self.tools else None

    def run_command(self, command, data, environ_update):
        assert environ_update["LC_ALL"] == "C"
        words = " ".join([command[0].rpartition("/")[2], *command[1:]])
        self.commands.append(words)
        if words == "semanage import":
            self.commands.append(data)
        if words.startswith("semanage port -l"):
            return 0, self.local if "-C" in words else self.local + PORTS, ""
        if words.startswith("restorecon"):
            return 0, "".join("Would relabel %s from a to b\n" % path for path in self.relabel), ""
        if words.startswith("matchpathcon"):
            return 0, "system_u:object_r:var_log_t:s0\n", ""
        return 0, "", ""


@pytest.fixture
def module(tmp_path, monkeypatch):
    monkeypatch.setattr(_selinux_labels._selinux, "is_on", lambda: True)
    return Module(tmp_path / "selinux.json")


def test_the_policy_is_changed_in_one_import_and_files_after_it(module, tmp_path):
    module.relabel = ["x"]
    folders = [{"path": str(tmp_path), "type": "httpd_log_t"}]
    found = module.bring([8000], folders=folders, switches=["httpd_can_network_connect"])
    assert found["changed"]
    assert found["restored"]
    place = module.commands.index("semanage import")
    assert module.commands[place + 1].splitlines()[1:] == [
        "port -a -t http_port_t -p tcp 8000",
        "boolean -m --on httpd_can_network_connect",
    ]
    assert module.commands[place + 2 :] == ["restorecon -R -v -n %s" % tmp_path, "restorecon -R -v %s" % tmp_path]


def test_a_second_run_changes_nothing(module):
    module.bring([8000])
    module.local = "http_port_t  tcp  8000\n"
    assert module.bring([8000])["changed"] is False
    assert "semanage import" not in module.commands


def test_a_dry_run_only_looks(module, tmp_path):
    module.check_mode, module.relabel = True, ["x"]
    found = module.bring([8000], [str(tmp_path)])
    assert found["set"] == ["port -a -t http_port_t -p tcp 8000"]
    assert "semanage import" not in module.commands
    assert "restorecon -R -v %s" % tmp_path not in module.commands
    assert not module.path.exists()


def test_a_dry_run_without_the_tools_that_a_real_run_would_install_tells_all(module):
    module.check_mode, module.tools = True, set()
    assert module.bring([8000])["set"] == ["port -a -t http_port_t -p tcp 8000"]


def test_a_tool_that_is_not_there_is_named_with_its_package(module):
    module.tools = {"restorecon"}
    with pytest.raises(
        _errors.SupervisorError, match=r"semanage is not installed.*policycoreutils-python-utils.*lb_selinux: false"
    ):
        module.bring([8000])
    assert module.bring(restore=["/"])["set"] == []  # needs no semanage


def test_where_selinux_is_off_nothing_is_done_unless_it_is_needed(module, monkeypatch):
    monkeypatch.setattr(_selinux_labels._selinux, "is_on", lambda: False)
    assert module.bring([8000]) == {"changed": False, "enabled": False}
    assert module.commands == []
    assert module.bring([8000], needed=True)["set"] == ["port -a -t http_port_t -p tcp 8000"]
