# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What semanage and its like print (policycoreutils 3.4 with Debian 12's policy, recorded), and what they are told."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._access import selinux as _selinux

PORTS = """\
http_cache_port_t              tcp      3128, 8080, 8118, 10001-10010
http_cache_port_t              udp      3130
http_port_t                    tcp      8001, 80, 443, 488, 8008, 8009, 8443, 8448
soundd_port_t                  tcp      8000, 9433, 16001
unreserved_port_t              sctp     1024-65535
unreserved_port_t              tcp      1024-65535
"""
LOCAL = "http_port_t                    tcp      8001\n"
SWITCHES = """\
httpd_can_network_connect      (on   ,   on)  Allow httpd to can network connect
httpd_can_network_relay        (off  ,  off)  Allow httpd to can network relay
httpd_enable_homedirs          (on   ,  off)  Allow httpd to enable homedirs
"""
CONTEXTS = "/var/log/x\\.y(/.*)?                                all files          system_u:object_r:httpd_log_t:s0 \n"


def tools(commands):
    answers = {
        "semanage port -l -n -C": LOCAL,
        "semanage port -l -n": PORTS,
        "semanage boolean -l -n": SWITCHES,
        "semanage fcontext -l -n -C": CONTEXTS,
    }

    def run(command, data=None):
        commands.append((" ".join(command), data))
        return 0, answers.get(" ".join(command), ""), ""

    return run


def test_the_type_of_a_port_is_the_narrowest_and_that_of_this_host_comes_first():
    policy = _selinux.policy(tools([]), True, True)
    types = {port: policy.label(port).type for port in (80, 8000, 8001, 8080, 10005, 8123)}
    assert types == {
        80: "http_port_t",
        8000: "soundd_port_t",
        8001: "http_port_t",
        8080: "http_cache_port_t",
        10005: "http_cache_port_t",
        8123: "unreserved_port_t",
    }
    assert [port for port in types if policy.label(port).local] == [8001]
    assert policy.label(22) is None
    assert [port for port in types if policy.names(port)] == [80, 8000, 8001, 8080]


def test_a_switch_is_on_when_it_is_so_now_and_after_a_boot():
    policy = _selinux.policy(tools([]), True, True)
    assert [name for name, on in policy.switches.items() if on] == ["httpd_can_network_connect"]


def test_patterns_of_folders_are_read_with_their_types():
    assert _selinux.policy(tools([]), True, True).contexts == {"/var/log/x\\.y(/.*)?": "httpd_log_t"}


def test_only_what_is_needed_is_asked():
    asked = []
    _selinux.policy(tools(asked), False, False)
    assert [command for command, _data in asked] == ["semanage port -l -n -C", "semanage port -l -n"]


def test_a_pattern_means_the_folder_itself():
    assert _selinux.spec("/var/log/x.y/") == "/var/log/x\\.y(/.*)?"


@pytest.mark.parametrize("path", ["/", "", "/a b", '/a"b', "/a\nport", "relative"])
def test_a_folder_that_no_pattern_can_hold_is_refused(path):
    with pytest.raises(_errors.OptionError, match=r"folders: .* cannot be labelled"):
        _selinux.spec(path)


def test_all_lines_are_one_import():
    asked = []
    _selinux.change(tools(asked), ["port -a -t http_port_t -p tcp 8001", "port -d -p tcp 8000"])
    assert asked == [("semanage import", "port -a -t http_port_t -p tcp 8001\nport -d -p tcp 8000\n")]


def test_what_semanage_refuses_is_told_without_its_words_about_accounts():
    said = (
        "libsemanage.add_user: user sddm not in password file\nValueError: Type x_t is invalid, must be a port type\n"
    )
    with pytest.raises(_errors.SupervisorError) as caught:
        _selinux.change(lambda _command, data=None: (1, "", said), ["port -a -t x_t -p tcp 1"])
    assert caught.value.message == (
        "semanage refuses port -a -t x_t -p tcp 1: ValueError: Type x_t is invalid, must be a port type. Nothing of it "
        "was changed."
    )


def test_only_files_that_are_there_are_given_their_types(tmp_path):
    asked = []
    there, none = str(tmp_path), str(tmp_path / "none")
    assert _selinux.restore(tools(asked), [none], True) == []
    assert asked == []
    _selinux.restore(tools(asked), [there, none], True)
    _selinux.restore(tools(asked), [there], False)
    assert [command for command, _data in asked] == ["restorecon -R -v -n " + there, "restorecon -R -v " + there]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((0, "system_u:object_r:bin_t:s0\n", ""), "bin_t"),
        ((0, "<<none>>\n", ""), ""),
        ((127, "", "not installed"), ""),
    ],
)
def test_the_type_that_the_policy_has_by_itself(answer, kind):
    assert _selinux.default_type(lambda _command: answer, "/opt/supervisor/bin/x") == kind
