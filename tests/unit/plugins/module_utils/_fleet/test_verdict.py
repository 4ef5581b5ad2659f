# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One verdict about many servers, and what each is asked with."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._fleet import (
    fleet as _fleet,
    loop as _loop,
    verdict as _verdict,
)

REFUSED = _errors.ConnectionFailed("refused", reason="refused")


def ended(*errors, **kwargs):
    value = {"changed": kwargs.get("changed", False)}
    return [
        _loop.Ended("n%d" % number, None if error else value, error, 0.1234567) for number, error in enumerate(errors)
    ]


def result(all_ended, fail_when="any"):
    return _verdict.result_of(all_ended, ["unix:///%d" % n for n in range(len(all_ended))], _verdict.limit(fail_when))


@pytest.mark.parametrize(
    ("fail_when", "most"),
    [("any", 0), ("all", 99), ("0%", 0), ("10%", 10), ("10.5%", 10), ("99%", 99), ("100%", 100), (" ANY ", 0)],
)
def test_so_many_of_a_hundred_may_fail(fail_when, most):
    fails = _verdict.limit(fail_when)
    assert [number for number in range(101) if not fails(number, 100)] == list(range(most + 1))


def test_no_server_is_no_failure():
    for fail_when in ("any", "all", "0%"):
        assert result([], fail_when)["summary"]["total"] == 0


@pytest.mark.parametrize("fail_when", ["", "some", "10", "-1%", "101%", "%", "nan%"])
def test_a_share_that_is_none_is_refused(fail_when):
    with pytest.raises(_errors.OptionError, match="fail_when"):
        _verdict.limit(fail_when)


def test_each_server_is_counted_once():
    found = result(
        ended(None, _errors.Unauthorized("no"), REFUSED, _errors.OptionError("x"), _errors.DeadlineExceeded("late")),
        "99%",
    )
    assert found["summary"] == {"total": 5, "ok": 1, "changed": 0, "failed": 2, "unreachable": 2}
    assert [item["reachable"] for item in found["servers"]] == [True, True, False, True, False]
    assert found["servers"][2]["reason"] == "refused"
    assert found["warnings"] == ["4 of 5 servers failed: n1: no; n2: refused; n3: x; n4: late"]


def test_a_failure_carries_everything():
    with pytest.raises(_errors.SupervisorError, match="8 of 9 servers failed: .*; and 3 more") as raised:
        result(ended(None, *[REFUSED] * 8, changed=True))
    assert raised.value.details["changed"] is True
    assert len(raised.value.details["servers"]) == 9


def test_an_interrupt_fails_whatever_may():
    with pytest.raises(_errors.Interrupted, match="interrupted: 1 of 2"):
        result(ended(None, _errors.Interrupted("x")), "all")


def test_what_was_done_before_a_failure_is_told():
    failure = _errors.ProcessFailed("x", changed=True, processes=[1], diff={"before": "a", "after": "b"})
    found = result(ended(failure, None), "all")
    assert found["changed"] is True
    assert found["servers"][0]["processes"] == [1]
    assert found["diff"] == [{"before": "a", "after": "b", "before_header": "n0", "after_header": "n0"}]
    assert "diff" not in found["servers"][0]


COMMON = {
    "timeout": 10.0,
    "username": None,
    "password": None,
    "ca_path": None,
    "client_cert": None,
    "client_key": None,
    "validate_certs": True,
}


def servers(*given, **common):
    empty = dict.fromkeys([*COMMON, "name"])
    return _fleet.servers(dict(COMMON, servers=[dict(empty, **item) for item in given], **common))


def test_names_come_from_the_address():
    found = servers(
        {"server_url": "http://h:1/"}, {"server_url": "unix:///run/s"}, {"server_url": "https://h", "name": "x"}
    )
    assert [name for name, _endpoint, _timeout in found] == ["h:1", "/run/s", "x"]


def test_the_options_of_the_task_are_defaults():
    common = {"username": "u", "password": "p", "client_cert": "c", "client_key": "k", "timeout": 3.0}
    url = {"server_url": "https://h"}
    [(_name, found, timeout)] = servers(url, **common)
    assert (found.username, found.password, found.client_cert, found.client_key, timeout) == ("u", "p", "c", "k", 3.0)
    [(_name, found, timeout)] = servers(
        dict(url, username="v", client_cert="d", timeout=1, validate_certs=False), **common
    )
    assert (found.username, found.password, found.client_cert, found.client_key, timeout) == ("v", None, "d", None, 1)
    assert found.validate_certs is False
    [(_name, found, _timeout)] = servers(dict(url, password="q"), **common)
    assert (found.username, found.password) == ("u", "q")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([{"server_url": "http://h:1"}, {"server_url": "http://h:1"}], r"servers\[0\] and servers\[1\] .* 'h:1'"),
        ([{"server_url": "http://h:1"}, {"server_url": "ftp://h"}], r"servers\[1\] \(h\): .*unknown scheme"),
        ([{"server_url": "http://u:secret@h"}], "username and password"),
        ([{"server_url": "http://h", "timeout": 0}], r"servers\[0\].*timeout"),
        ([{"server_url": "http://h", "password": "x"}], "username is not"),
    ],
)
def test_a_server_that_cannot_be_used_is_named(given, words):
    with pytest.raises(_errors.OptionError, match=words) as raised:
        servers(*given)
    assert "secret" not in str(raised.value)
