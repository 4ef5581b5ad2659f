# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Of a task's arguments names, numbers and choices are shown, and nothing that can be a secret."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _shown

SPEC = {
    "name": {"type": "str"},
    "names": {"type": "list", "elements": "str"},
    "state": {"type": "str", "choices": ["a", "b"]},
    "count": {"type": "int"},
    "flag": {"type": "bool"},
    "path": {"type": "path"},
    "password": {"type": "str", "no_log": True},
    "anything": {"type": "str"},
    "environment": {"type": "dict"},
    "command": {"type": "raw"},
    "numprocs": {"type": "raw"},
    "autostart": {"type": "raw"},
    "params": {"type": "list", "elements": "raw"},
    "src": {"type": "str"},
    "programs": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str"},
            "environment": {"type": "dict"},
            "exitcodes": {"type": "list", "elements": "int"},
        },
    },
}


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ({"name": "web", "names": ["a"], "state": "a", "count": 17, "flag": True, "path": "/x"}, None),
        ({"name": None}, {}),
        ({"numprocs": 3, "autostart": True}, None),
        ({"numprocs": "%(ENV_N)s", "autostart": "yes"}, None),
        ({"numprocs": "s1", "command": 4711}, {"numprocs": "********", "command": "********"}),
        ({"password": "s1", "anything": "s1"}, {"password": "********", "anything": "********"}),
        ({"environment": {"JAVA_HOME": "s1", "N": 1}}, {"environment": {"JAVA_HOME": "********", "N": "********"}}),
        ({"command": ["a", "s1"]}, {"command": ["********", "********"]}),
        ({"params": ["s1", ["s1"], {"k": "s1"}]}, {"params": ["********", ["********"], {"k": "********"}]}),
        ({"src": "https://u:s1@h/p?s1"}, {"src": "https://********@h/p?********"}),
        ({"src": "https://h/p#s1"}, {"src": "https://h/p#********"}),
        (
            {"programs": [{"name": "a", "environment": {"K": "s1"}, "exitcodes": [0]}]},
            {"programs": [{"name": "a", "environment": {"K": "********"}, "exitcodes": [0]}]},
        ),
        # what would be refused
        ({"state": "s1", "count": "s1", "flag": "s1"}, {"state": "********", "count": "********", "flag": "********"}),
        ({"environment": "K=s1", "programs": "s1"}, {"environment": "********", "programs": "********"}),
        ({"programs": ["s1", {"name": {"k": "s1"}}]}, {"programs": ["********", {"name": {"k": "********"}}]}),
        ({"unknown": "s1", "other": {"k": "s1"}}, {"unknown": "********", "other": {"k": "********"}}),
        ({"programs": [{"nme": "s1"}]}, {"programs": [{"nme": "********"}]}),
        ({"_ansible_verbosity": 3}, {}),
    ],
)
def test_arguments(arguments, shown):
    assert _shown.arguments(SPEC, arguments) == (arguments if shown is None else shown)


def test_a_line_of_a_log_names_the_members_of_a_list():
    shown = {"programs": [{"name": "a", "numprocs": 2}, {"id": "b"}, {}], "names": ["x"], "state": "a"}
    assert _shown.brief(shown) == {"programs": ["a", "b", "..."], "names": ["x"], "state": "a"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see http://a:s1@h/x, ftp://s1@h/?s1=2", "see http://********@h/x, ftp://********@h/?********"),
        ("https://u:p@s1@h/", "https://********@h/"),
        ("unix:///run/a.sock", "unix:///run/a.sock"),
        ("ops@host?x", "ops@host?x"),
    ],
)
def test_an_address_keeps_neither_login_nor_query(text, shown):
    assert _shown.address(text) == shown
