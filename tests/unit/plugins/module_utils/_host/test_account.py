# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel is asked as another account, in a child that is that account."""

import os
import time

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._host import account as _account

root_only = pytest.mark.parametrize("uid", [65534] if os.geteuid() == 0 else [os.geteuid()])


@root_only
def test_the_child_is_the_account_for_good_and_this_process_is_not(uid):
    mine = os.getuid(), os.geteuid(), os.getgid()
    assert _account.ask(uid, lambda: [os.getuid(), os.geteuid()]) == [uid, uid]
    assert (os.getuid(), os.geteuid(), os.getgid()) == mine


@root_only
def test_rights_are_those_of_the_account(tmp_path, uid):
    secret = tmp_path / "secret"
    secret.write_text("x")
    secret.chmod(0)
    if os.geteuid() != 0 or uid != 0:
        assert _account.ask(uid, lambda: os.access(str(secret), os.W_OK)) is False


def test_this_account_asks_as_itself():
    assert _account.ask(os.geteuid(), lambda: {"a": [1, None]}) == {"a": [1, None]}


def test_a_question_without_an_answer_is_not_known():
    with pytest.raises(_account.Unknown):
        _account.ask(os.geteuid(), lambda: 1 / 0)


def test_a_question_that_hangs_is_ended():
    with pytest.raises(_account.Unknown, match="no answer within"):
        _account.ask(os.geteuid(), lambda: time.sleep(600), seconds=0.2)


def test_an_account_by_name_by_number_and_one_that_is_none():
    assert _account.number("root", 7) == 0
    assert _account.number("65534", 7) == 65534
    assert _account.number("no-such-account", 7) == 7
    assert _account.number(None, 7) == 7
