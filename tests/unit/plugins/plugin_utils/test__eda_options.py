# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.plugin_utils import _eda_options

DOCUMENTATION = """
options:
  port: {type: int, required: true}
  token: {type: str}
  interval: {type: float, default: 10.0}
  checked: {type: bool, default: true}
  states: {type: list, elements: str, choices: [FATAL, EXITED], default: [FATAL]}
  endpoints: {type: raw}
"""


def test_what_is_left_out_and_what_is_empty_has_its_default():
    found = _eda_options.read(
        DOCUMENTATION, {"port": 1, "interval": "", "states": None, "eda_feedback_queue": object()}
    )
    assert found == {
        "port": 1,
        "token": None,
        "interval": 10.0,
        "checked": True,
        "states": ["FATAL"],
        "endpoints": None,
    }


@pytest.mark.parametrize(
    ("name", "given", "wanted"),
    [
        ("port", "5443", 5443),
        ("interval", 3, 3.0),
        ("interval", "0.5", 0.5),
        ("checked", "no", False),
        ("states", "EXITED, FATAL", ["EXITED", "FATAL"]),
        ("states", ["EXITED"], ["EXITED"]),
        ("endpoints", [{"a": 1}], [{"a": 1}]),
    ],
)
def test_values_as_rulebooks_give_them(name, given, wanted):
    found = _eda_options.read(DOCUMENTATION, {"port": 1, name: given})
    assert found[name] == wanted
    assert type(found[name]) is type(wanted)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "port is missing: it has no default"),
        ({"port": "http"}, "port: 'http' is no number; give one"),
        ({"port": 1.5}, "port: 1.5 is no whole number; give one"),
        ({"port": True}, "port: True is no number; give one"),
        ({"port": "nan"}, "port: 'nan' is no number; give one"),
        ({"port": 1, "checked": "maybe"}, "checked: 'maybe' is neither true nor false; give one of these"),
        ({"port": 1, "states": [1]}, "states: [1] is no list of texts; write [a, b], or a,b"),
        ({"port": 1, "states": "FATALS"}, "states: 'FATALS' is none of FATAL, EXITED; did you mean FATAL?"),
        ({"port": 1, "intervall": 3}, "intervall: there is no such option; did you mean interval?"),
    ],
)
def test_a_refusal_names_the_option_the_value_and_the_cure(given, said):
    with pytest.raises(_errors.OptionError) as caught:
        _eda_options.read(DOCUMENTATION, given)
    assert str(caught.value) == said


@pytest.mark.parametrize("token", [1234567890123456, 1e5, True, ["a"], {"a": 1}])
def test_a_token_that_is_no_text_any_more_is_refused_and_not_shown(token):
    with pytest.raises(_errors.OptionError) as caught:
        _eda_options.read(DOCUMENTATION, {"port": 1, "token": token})
    assert "token: its value is" in str(caught.value)
    assert str(token) not in str(caught.value)
    assert "write it in quotes, or choose another" in str(caught.value)


@pytest.mark.parametrize("token", ["{{ vault_token_of_eda }}", "Bearer {{token}} of eda"])
def test_a_secret_that_is_a_template_still_is_refused(token):
    """What stands in a file of variables is not evaluated: the token would be the words between the braces."""
    with pytest.raises(_errors.OptionError) as caught:
        _eda_options.read(DOCUMENTATION, {"port": 1, "token": token})
    assert str(caught.value).startswith("token: its value has {{ }} in it.")
    assert "ansible-vault encrypt_string" in str(caught.value)
    assert token not in str(caught.value)


def test_bounds():
    _eda_options.within({"interval": 1}, [("interval", 1, 10)])
    with pytest.raises(_errors.OptionError) as caught:
        _eda_options.within({"interval": 0.5}, [("interval", 1, 10)])
    assert str(caught.value) == "interval: 0.5 is out of bounds; give a number from 1 to 10"
