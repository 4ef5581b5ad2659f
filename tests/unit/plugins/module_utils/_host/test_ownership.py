# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are as closed as the daemon allows."""

import grp
import os
import pwd

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._host import ownership as _ownership

NOBODY = pwd.getpwnam("nobody")


def test_for_a_daemon_of_the_same_account_nobody_else_reads():
    seen = _ownership.attributes({}, os.geteuid())
    assert seen == (0o600, os.geteuid(), os.getegid())


def test_a_daemon_that_gave_up_roots_rights_can_still_read_and_not_write():
    seen = _ownership.attributes({}, NOBODY.pw_uid)
    assert (seen.mode, seen.uid, seen.gid) == (0o640, os.geteuid(), NOBODY.pw_gid)


def test_what_the_user_says_rules():
    group = grp.getgrgid(NOBODY.pw_gid).gr_name
    seen = _ownership.attributes({"owner": "nobody", "group": group, "mode": "0644"}, os.geteuid())
    assert seen == (0o644, NOBODY.pw_uid, NOBODY.pw_gid)
    assert _ownership.attributes({"owner": "65534", "group": "7"}, 0)[1:] == (65534, 7)


@pytest.mark.parametrize("mode", ["rw-r--r--", "0888", "17777", "-1", ""])
def test_what_is_no_mode_is_refused(mode):
    with pytest.raises(_errors.OptionError, match="not an octal number"):
        _ownership.octal(mode)


@pytest.mark.parametrize("name", ["nosuch", "\u00b2", "9" * 30])
def test_unknown_accounts_are_named(name):
    with pytest.raises(_errors.OptionError, match="owner: there is no account %s" % name):
        _ownership.account(name, "owner")


@pytest.mark.parametrize("name", ["nosuch", "\u00b2"])
def test_unknown_groups_are_named(name):
    with pytest.raises(_errors.OptionError, match="no group %s" % name):
        _ownership.group(name)
