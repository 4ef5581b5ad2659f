# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits as units write them, and as the kernel tells and gives them."""

import os
import resource

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import account as _account, limits as _limits


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("65536", (65536, 65536)),
        ("1024:524288", (1024, 524288)),
        (" 1024 : infinity ", (1024, _limits.UNLIMITED)),
        ("infinity", (_limits.UNLIMITED, _limits.UNLIMITED)),
        ("many", None),
        ("", None),
    ],
)
def test_limits_of_a_unit(text, limit):
    assert _limits.parse(text) == (_limits.Limit(*limit) if limit else None)


@pytest.mark.parametrize("kind", sorted(_limits.KINDS))
def test_limits_of_a_process(kind):
    assert _limits.of(os.getpid(), kind) == _limits.Limit(*resource.getrlimit(_limits.KINDS[kind].number))
    assert _limits.of(0, kind) is None


def test_no_limit_is_more_than_any_number():
    assert _limits.enough(_limits.UNLIMITED, 10)
    assert _limits.enough(_limits.UNLIMITED, _limits.UNLIMITED)
    assert not _limits.enough(10, _limits.UNLIMITED)
    assert (_limits.enough(10, 10), _limits.enough(10, 11)) == (True, False)


def test_what_the_kernel_does_not_give_is_tried_without_a_change_here():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if os.geteuid() == 0:
        assert _limits.root_may_have("nofile", before[0])
        assert not _limits.root_may_have("nofile", 2**31)
    else:
        with pytest.raises(_account.Unknown):
            _limits.root_may_have("nofile", before[0])
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before


def test_limits_as_people_write_them():
    wanted = {"nofile": "8192", "nproc": 100, "core": "Unlimited", "stack": None}
    assert _limits.problems(wanted) == []
    assert _limits.read(wanted) == {"nofile": 8192, "nproc": 100, "core": _limits.UNLIMITED}
    assert [_limits.shown(limit) for limit in _limits.read(wanted).values()] == ["8192", "100", "unlimited"]
