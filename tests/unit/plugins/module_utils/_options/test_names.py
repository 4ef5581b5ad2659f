# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A name that can be addressed is taken, any other is refused with what is wrong with it."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._options import names as _names


@pytest.mark.parametrize(
    "name", ["web", "worker@1", "a+b", "_private", ".x", "a=b", "a^b", "a~", "1", "ALL", "a.b-c_d"]
)
def test_names_that_supervisorctl_can_address(name):
    assert _names.safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "it is empty"),
        (None, "it is empty"),
        ("all", "for all programs"),
        ("a b", "two names"),
        ("a\tb", "two names"),
        ("a:b", "between a group and a process"),
        ("a/b", "Supervisor itself refuses it"),
        ("a;b", "the end of a command"),
        ("a]b", "end of the section's header"),
        ("a,b", "between the programs of a group"),
        ("100%", "begins an expansion"),
        ("web*", "a pattern"),
        ("a[0]", "a pattern"),
        ("what?", "a pattern"),
        ("a$b", "a shell reads it"),
        ("it's", "a shell reads it"),
        ("a#b", "a shell reads it"),
        ("\u00e9", "not ASCII"),
        ("-a", "makes it an option"),
        ("~a", "somebody's home"),
        ("...", "no letter or digit"),
    ],
)
def test_a_name_is_refused_with_its_own_reason(name, why):
    with pytest.raises(_errors.OptionError) as caught:
        _names.safe_name(name, "the name of a program")
    assert why in caught.value.message
    assert caught.value.message.startswith("the name of a program %r cannot be used" % (name or ""))
