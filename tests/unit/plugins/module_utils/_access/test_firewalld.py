# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What firewall-cmd is asked and told. Its answers are those of firewalld 1.3.3 (Debian 12), recorded."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._access import firewalld as _firewalld

ROUTES = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t0000580A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth1\t00000000\t0100580A\t0003\t0\t0\t100\t00000000\t0\t0\t0
"""
# Of a host with IPv6 alone: its network, its default route, and what the kernel has on lo.
ROUTES_6 = """\
fd000000000000000000000000000000 40 {0} 00 {0} 00000100 00000001 00000000 00000001     eth2
{0} 00 {0} 00 fd000000000000000000000000000001 00000400 00000003 00000000 00000003     eth3
{0} 00 {0} 00 {0} ffffffff 00000001 00000000 00200200       lo
""".format("0" * 32)


class Commands:
    """Answers by the end of the command line."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def __call__(self, command):
        assert command[0] == "firewall-cmd"
        self.asked.append(" ".join(command[1:]))
        for key, answer in self.answers.items():
            if key in self.asked[-1].replace("-", "_"):
                return answer
        return 0, "success\n", ""


def test_a_firewalld_that_does_not_run_is_no_error():
    stopped = Commands(default=(252, "", "\x1b[91mFirewallD is not running\x1b[00m\n"))
    assert _firewalld.default_zone(stopped) == ""
    assert _firewalld.default_zone(Commands(default=(0, "public\n", ""))) == "public"
    said = "Error: DBUS_ERROR: Failed to connect to socket /run/dbus/system_bus_socket: No such file or directory\n"
    assert _firewalld.default_zone(Commands(default=(36, "", said))) == ""
    with pytest.raises(_errors.SupervisorError, match="Did not receive a reply"):
        _firewalld.default_zone(Commands(default=(36, "", "Error: DBUS_ERROR: Did not receive a reply\n")))


def test_any_other_refusal_is_told_in_its_words():
    with pytest.raises(_errors.SupervisorError, match=r"refuses firewall-cmd --get-default-zone: Error: no bus"):
        _firewalld.default_zone(Commands(default=(1, "", "Error: no bus\n")))


def test_the_zone_is_that_of_the_interface_of_the_default_route(tmp_path):
    routes = tmp_path / "route"
    routes.write_text(ROUTES)
    routes_6 = tmp_path / "ipv6_route"
    routes_6.write_text(ROUTES_6)
    none = str(tmp_path / "none")
    for four, six, interface in ((routes, routes_6, "eth1"), (none, routes_6, "eth3")):
        run = Commands(zone_of_interface=(0, "work\n", ""))
        assert _firewalld.zone(run, "public", str(four), str(six)) == "work"
        assert run.asked == [f"--get-zone-of-interface={interface}"]
    assert _firewalld.zone(Commands(zone_of_interface=(2, "no zone\n", "")), "public", str(routes), none) == "public"
    assert _firewalld.zone(Commands(), "public", none, none) == "public"


def test_ranges_and_other_protocols_are_read_as_they_are_meant():
    run = Commands(list_ports=(0, "8000/tcp 8005-8010/tcp 53/udp\n", ""))
    state = _firewalld.state(run, ["public"], "public", "zone")
    assert run.asked == ["--zone=public --list-ports", "--permanent --zone=public --list-ports"]
    open_ports = [port for port in (53, 8000, 8004, 8007) if state.has("now", _firewalld.thing_of("public", port))]
    assert open_ports == [8000, 8007]
    assert not state.has("now", "work 8000/tcp")


def test_a_zone_that_is_not_there_is_refused_when_it_is_wanted_and_empty_when_it_was():
    gone = (112, "", "\x1b[91mError: INVALID_ZONE: nix\x1b[00m\n")
    with pytest.raises(
        _errors.OptionError, match=r"load_balancer_firewall_zone is nix, and firewalld has no such zone"
    ):
        _firewalld.state(Commands(nix=gone), ["nix"], "nix", "load_balancer_firewall_zone")
    state = _firewalld.state(Commands(nix=gone, list_ports=(0, "\n", "")), ["nix", "public"], "public", "zone")
    assert not state.has("permanent", "nix 80/tcp")


def test_many_ports_are_one_call_for_each_zone():
    run = Commands()
    _firewalld.change(run, "permanent", "add", ["public 8001/tcp", "work 80/tcp", "public 8000/tcp"])
    _firewalld.change(run, "now", "remove", ["public 8000/tcp"])
    _firewalld.change(run, "now", "add", [])
    assert run.asked == [
        "--permanent --zone=public --add-port=8000/tcp --add-port=8001/tcp",
        "--permanent --zone=work --add-port=80/tcp",
        "--zone=public --remove-port=8000/tcp",
    ]


def test_a_port_in_the_midst_of_somebodys_range_is_somebodys():
    run = Commands(list_ports=(0, "8000-8002/tcp 9000-9001/tcp\n", ""))
    state = _firewalld.state(run, ["public"], "public", "zone")
    own = {"public 8001/tcp", "public 9000/tcp", "public 9001/tcp"}
    assert state.is_of_others("now", "public 8001/tcp", own)
    assert not state.is_of_others("now", "public 9000/tcp", own)  # firewalld has put both of ours into one range
