# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One word about passwords in clear text, however many servers it is about, and none where nobody can read along."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import (
    clear_text as _clear_text,
    endpoint as _endpoint,
)

LOGIN = {"username": "admin", "password": "s3cret"}


@pytest.mark.parametrize(
    "url", ["http://10.0.0.41:9001", "http://n1.example.com", "HTTP://n1:9001", "http://[fd00::1]:1"]
)
def test_said_where_others_can_read_along(url):
    said = _clear_text.of_one(_endpoint.make(url, **LOGIN))
    assert "clear text" in said
    assert "https://" in said
    assert "s3cret" not in said
    assert said == _clear_text.of_one(_endpoint.make("http://other:9001", **LOGIN))


@pytest.mark.parametrize(
    "url",
    [
        "https://n1:9001",
        "unix:///run/s.sock",
        "http://127.0.0.1:1",
        "http://127.8.9.1",
        "http://localhost:1",
        "http://[::1]:1",
    ],
)
def test_not_said_where_nobody_can(url):
    assert _clear_text.of_one(_endpoint.make(url, **LOGIN)) == ""
    assert _clear_text.of_all([("a", _endpoint.make(url, **LOGIN))]) == ""


def test_not_said_without_a_password():
    assert _clear_text.of_one(_endpoint.make("http://n1:9001")) == ""


def test_one_word_about_all():
    open_ = _endpoint.make("http://n1:9001", **LOGIN)
    closed = _endpoint.make("https://n1:9001", **LOGIN)
    said = _clear_text.of_all([("a", open_), ("b", closed), ("c", open_)])
    assert said.startswith("The passwords of 2 of 3 servers (a, c) cross the network in clear text")
    said = _clear_text.of_all([("n%d" % number, open_) for number in range(1000)])
    assert "1000 of 1000 servers (n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 and 990 more)" in said
