# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members of upstreams: read, taken out and put back in the file, and nothing else of it touched."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._nginx import upstream as _upstream

TEXT = """# server 10.0.0.9:1 down; # c709/app01
upstream fleet_shop {
    zone fleet_shop 64k;
    server 10.0.0.41:8080 weight=1 max_fails=1 fail_timeout=10s; # c701/app01
    server 10.0.0.42:8080 weight=1 max_fails=1 fail_timeout=10s down; # c702/app01
    server 10.0.0.42:8081 weight=1 max_fails=1 fail_timeout=10s; # c702/app02
}
upstream fleet_other.app {
    server [fd00::1]:8080; # c701/app01
    server 10.0.0.43:8080; # c703/app.1
}
upstream somebody {
    server 10.0.0.44:8080; # c701/app01
}
"""
SHOP = "    server 10.0.0.41:8080 weight=1 max_fails=1 fail_timeout=10s"


def test_members_are_read_with_where_and_whether() -> None:
    assert _upstream.members(TEXT) == [
        ("shop", "c701/app01", "10.0.0.41:8080", False),
        ("shop", "c702/app01", "10.0.0.42:8080", True),
        ("shop", "c702/app02", "10.0.0.42:8081", False),
        ("other.app", "c701/app01", "[fd00::1]:8080", False),
        ("other.app", "c703/app.1", "10.0.0.43:8080", False),
    ]


STICKY = """upstream fleet_shop {
    server 10.0.0.41:8080 weight=1; # c701/app01
    server 10.0.0.42:8080 weight=1; # c702/app01
}

upstream route_shop.1 {
    server 10.0.0.41:8080 weight=1; # c701/app01
    server 10.0.0.42:8080 weight=1 backup; # c702/app01
}

upstream route_shop.2 {
    server 10.0.0.42:8080 weight=1; # c702/app01
    server 10.0.0.41:8080 weight=1 backup; # c701/app01
}
"""


def test_a_member_leaves_the_sessions_that_stay_at_it_too() -> None:
    out = _upstream.edited(STICKY, ["c701/app01"], False, 1)
    assert out.count(" down; # c701/app01") == 3
    assert "weight=1 backup down; # c701/app01" in out
    assert [(item.app, item.drained) for item in _upstream.members(out)] == [("shop", True), ("shop", False)]
    assert _upstream.edited(out, ["c701/app01"], True, 1) == STICKY


def test_nothing_is_read_from_nothing() -> None:
    assert _upstream.members("") == []


def test_a_member_leaves_every_upstream_that_has_it_and_comes_back() -> None:
    out = _upstream.edited(TEXT, ["c701/app01"], False, 1)
    assert SHOP + " down; # c701/app01" in out
    assert [item.member for item in _upstream.members(out) if item.drained] == [
        "c701/app01",
        "c702/app01",
        "c701/app01",
    ]
    assert _upstream.edited(out, ["c701/app01"], True, 1) == TEXT


def test_what_is_so_already_stays_so() -> None:
    assert _upstream.edited(TEXT, ["c702/app01"], False, 1) == TEXT
    assert _upstream.edited(TEXT, ["c702/app02"], True, 1) == TEXT


def test_a_name_is_compared_as_a_whole() -> None:
    text = TEXT.replace("c703/app.1", "c703/appx1")
    with pytest.raises(_errors.OptionError, match="c703/app.1 is in no upstream, which has c701/app01, "):
        _upstream.edited(text, ["c703/app.1"], False, 1)


def test_the_last_member_cannot_leave() -> None:
    with pytest.raises(_errors.OptionError, match=r"without c701/app01, c702/app02 only 0 of at least 1 .* serve shop"):
        _upstream.edited(TEXT, ["c701/app01", "c702/app02"], False, 1)


def test_more_can_be_asked_to_stay_or_none() -> None:
    with pytest.raises(_errors.OptionError, match="only 1 of at least 2 members would serve other.app"):
        _upstream.edited(TEXT, ["c703/app.1"], False, 2)
    assert _upstream.edited(TEXT, ["c701/app01", "c702/app02"], False, 0).count(" down;") == 5


def test_an_upstream_without_anybody_left_does_not_stand_in_the_way_of_another() -> None:
    empty = _upstream.edited(TEXT, ["c701/app01", "c702/app02"], False, 0)
    assert "10.0.0.43:8080;" in empty
    with pytest.raises(_errors.OptionError, match="other.app"):
        _upstream.edited(empty, ["c703/app.1"], False, 1)
