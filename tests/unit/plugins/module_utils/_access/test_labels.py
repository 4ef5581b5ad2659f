# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which lines semanage gets, and what is not taken from others."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._access import labels as _labels, selinux as _selinux

POLICY = """\
http_cache_port_t              tcp      3128, 8080
http_port_t                    tcp      80, 443
soundd_port_t                  tcp      8000
ssh_port_t                     tcp      22
unreserved_port_t              tcp      1024-65535
"""
LOG = ("/var/log/shop(/.*)?", ("httpd_log_t", "/var/log/shop"))


@pytest.fixture(autouse=True)
def listening(monkeypatch):
    found = []
    monkeypatch.setattr(_labels._listeners, "listeners", lambda: found)
    return found


def policy(local="", switches=(), contexts=()):
    mine = _selinux.labels(local, True)
    return _selinux.Policy(mine + _selinux.labels(POLICY, False), dict.fromkeys(switches, True), dict(contexts))


def want(ports=(), switches=(), folders=(), holder="lb"):
    good = ["http_cache_port_t"]
    return _labels.Wanted(
        holder, list(ports), "http_port_t", good, "nginx", list(switches), dict(folders), "load_balancer_"
    )


def decide(wanted, seen, known=None, close=True):
    return _labels.decide(wanted, seen, known or {}, close)


def test_only_what_is_not_so_is_set():
    wanted = want([80, 8000, 8001, 8080], ["httpd_can_network_connect", "other"], [LOG])
    found = decide(wanted, policy(switches=["other"]))
    assert found.lines == [
        'fcontext -a -t httpd_log_t "/var/log/shop(/.*)?"',
        "port -m -t http_port_t -p tcp 8000",
        "port -a -t http_port_t -p tcp 8001",
        "boolean -m --on httpd_can_network_connect",
    ]
    assert sorted(found.after) == [
        "folder httpd_log_t /var/log/shop(/.*)?",
        "port http_port_t 8000",
        "port http_port_t 8001",
    ]


def test_a_second_run_has_nothing_to_set():
    first = decide(want([8000], [], [LOG]), policy())
    seen = policy("http_port_t  tcp  8000\n", contexts=[(LOG[0], "httpd_log_t")])
    assert decide(want([8000], [], [LOG]), seen, first.after) == ([], first.after, first.after, ())


def test_what_was_set_is_taken_back_when_it_is_not_wanted():
    first = decide(want([8000], [], [LOG]), policy())
    seen = policy("http_port_t  tcp  8000\n", contexts=[(LOG[0], "httpd_log_t")])
    lines = ['fcontext -d "/var/log/shop(/.*)?"', "port -d -p tcp 8000"]
    later = decide(want(), seen, first.after, close=False)
    assert (later.lines, later.left, later.after) == ([], lines, first.after)
    now = decide(want(), seen, first.after)
    assert (now.lines, now.after) == (lines, {})


def test_what_somebody_has_set_is_good_enough_and_stays():
    seen = policy("http_port_t  tcp  8000\n")
    assert decide(want([8000]), seen) == ([], {}, {}, ())


def test_a_type_that_somebody_has_set_on_this_host_is_not_replaced():
    with pytest.raises(
        _errors.OptionError, match=r"port 8000 has the SELinux type zope_port_t.*load_balancer_selinux: false"
    ):
        decide(want([8000]), policy("zope_port_t  tcp  8000\n"))


def test_a_port_that_another_service_listens_on_keeps_its_type(listening):
    own = _labels._listeners.Listener("0.0.0.0", 22, 0, 7, "nginx", "", False)
    listening.append(own)
    assert decide(want([22]), policy()).lines == ["port -m -t http_port_t -p tcp 22"]
    listening.append(own._replace(process="sshd", pid=8))
    with pytest.raises(
        _errors.OptionError, match=r"port 22 is to get .* sshd \(pid 8\) listens on it.*Nothing was changed"
    ):
        decide(want([22]), policy())


def test_a_folder_that_the_policy_knows_needs_no_pattern_unless_it_has_one():
    def run(_command):
        return 0, "system_u:object_r:bin_t:s0\n", ""

    folders = {"/opt/supervisor/bin(/.*)?": ("bin_t", "/opt/supervisor/bin"), LOG[0]: LOG[1]}
    assert _labels.unlike(run, folders, {}) == dict([LOG])
    known = {_labels.folder_of("/opt/supervisor/bin(/.*)?", "bin_t"): None}
    assert _labels.unlike(run, folders, known) == folders
