# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An option that nobody knows is named where it stands, with the one that was probably meant, and no value is told."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _unknown

ITEM = {"name": {"type": "str"}, "command": {"type": "raw"}, "extra_options": {"type": "dict"}}
SPEC = {
    "names": {"type": "list", "aliases": ["name"]},
    "state": {"type": "str"},
    "programs": {"type": "list", "elements": "dict", "options": ITEM},
    "main": {"type": "dict", "options": {"port": {}}},
}
PLUGINS = "An option that a plugin of Supervisor's reads belongs in extra_options."


@pytest.mark.parametrize(
    ("params", "sentences"),
    [
        ({"name": "x", "state": "y", "_ansible_check_mode": True}, []),
        ({"stat": "s1"}, ["stat is not known; did you mean state?"]),
        ({"zzz": "s1"}, ["zzz is not known; there are main, name, names, programs, state."]),
        ({"main": {"prt": "s1"}}, ["main.prt is not known; did you mean port?"]),
        ({"programs": [{"name": "web"}, {"name": "db", "comand": "s1"}]},
         ["programs[1] (db).comand is not known; did you mean command?"]),
        ({"programs": [{"dependent_startup": "s1"}]}, ["programs[0].dependent_startup is not known. " + PLUGINS]),
        ({"programs": "s1", "main": "s1"}, []),
    ],
)  # fmt: skip
def test_what_is_said(params, sentences):
    assert _unknown.found(SPEC, params) == sentences


@pytest.mark.parametrize(
    ("params", "sentences"),
    [
        ({"programs": ["s1", {"name": "web"}]}, ["programs[0] is a text; give a mapping"]),
        ({"main": "s1"}, ["main is a text; give a mapping"]),
        ({"main": "a=b", "programs": ['{"name": "web"}'], "state": "s1"}, []),
        ({"programs": "s1"}, ["programs is a text; give a mapping"]),
    ],
)
def test_a_text_in_place_of_a_mapping(params, sentences):
    assert _unknown.texts(SPEC, params) == sentences


def test_servers_may_be_addresses():
    (sentence,) = _unknown.texts({"servers": {"type": "list", "elements": "dict"}}, {"servers": ["host:9001"]})
    assert sentence == "servers[0] is a text; give an address that begins with unix://, http:// or https://"
