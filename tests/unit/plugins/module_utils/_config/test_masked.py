# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A difference shows what changed, and no secret."""

from ansible_collections.supervisord.fleet.plugins.module_utils._config import masked as _masked


def test_secrets_are_hidden_and_a_change_of_one_still_shows():
    before = "[a]\nuser=x\npassword=one\n[b]\npassword = two\nenvironment=A='s1',\n\tB='s2'\nlast=1\n"
    after = "[a]\nuser=y\npassword=other\n[b]\npassword = two\nenvironment=A='s1',\n\tB='s2'\nlast=1\n"
    old, new = _masked.pair(before, after)
    assert old == "[a]\nuser=x\npassword=********\n[b]\npassword =********\nenvironment=********\nlast=1\n"
    assert new == "[a]\nuser=y\npassword=******** (changed)\n[b]\npassword =********\nenvironment=********\nlast=1\n"


def test_a_new_secret_is_no_changed_one():
    assert _masked.pair("", "[a]\nPASSWORD:x\n") == ("", "[a]\nPASSWORD:********\n")


def test_what_only_looks_like_a_secret_stays():
    text = "[a]\npassword_file=/x\n; password=y\n"
    assert _masked.pair(text, text) == (text, text)


def test_arguments_name_variables_and_hide_their_values():
    shown = _masked.arguments(
        {
            "name": "web",
            "user": None,
            "environment": {"TOKEN": "s3cret"},
            "programs": [{"name": "a", "environment": {"KEY": "s3cret"}, "exitcodes": [0]}, "s3"],
            "supervisord": {"loglevel": "info", "environment": "not a map: s3cret"},
        }
    )
    assert shown == {
        "name": "web",
        "environment": {"TOKEN": "********"},
        "programs": [{"name": "a", "environment": {"KEY": "********"}, "exitcodes": [0]}, "s3"],
        "supervisord": {"loglevel": "info", "environment": "********"},
    }
