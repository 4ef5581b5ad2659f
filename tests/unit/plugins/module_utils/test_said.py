# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is said: a terminal shows it and obeys none of it, and nobody sees one name and gets another."""

import unicodedata

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _said

ALL = [chr(code) for code in range(0x110000)]


def test_no_character_that_a_terminal_obeys_is_left():
    left = _said.text("".join(ALL))
    controls = {char for char in left if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")}
    assert controls == {"\n", "\t"}
    turning = {
        char
        for char in left
        if unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    }
    assert turning == set()
    assert not set("\u200b\u200e\u200f\u061c\ufeff\u2060\u180e") & set(left)


def test_all_that_languages_need_is_left():
    for said in (
        "",
        "web",
        "größer",
        "应用一",
        "שלום",
        "नमस्ते",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\U0001f468\u200d\U0001f469",
        "\u00a0",
        "a\tb\nc",
    ):
        assert _said.text(said) == said


@pytest.mark.parametrize(
    ("said", "text", "line"),
    [
        ("a\r\nb", "a\nb", "a\ufffdb"),
        ("50%\r100%", "50%\ufffd100%", "50%\ufffd100%"),
        ("\x1b[1;31mred\x1b[0m", "red", "red"),
        ("\x9b31mred\x9b0m", "red", "red"),
        ("\x1b]0;title\x07", "\ufffd]0;title\ufffd", "\ufffd]0;title\ufffd"),
        ("web\u202egnp", "web\ufffdgnp", "web\ufffdgnp"),
        ("a\ud800b", "a\ufffdb", "a\ufffdb"),
        ("a\nb\tc", "a\nb\tc", "a\ufffdb\ufffdc"),
    ],
)
def test_texts_and_lines(said, text, line):
    assert (_said.text(said), _said.line(said)) == (text, line)


def test_data_is_made_harmless_to_its_last_text():
    said = {"a\u202e": ["\r", ("\x85", 1, None, True)], 7: {"b": "c"}}
    assert _said.data(said) == {"a\ufffd": ["\ufffd", ["\ufffd", 1, None, True]], 7: {"b": "c"}}


def test_words_of_ansible_are_none_of_a_daemon():
    assert _said.data({"__ansible_any": {"__ansible_word": "__ansible_any"}}) == {
        "\ufffd__ansible_any": {"\ufffd__ansible_word": "__ansible_any"}
    }


@pytest.mark.parametrize(
    "said", ["", "-1", "+1", " 1", "1\n", "1_0", "0x1", "1.0", "\u0663", "\u00b2", "9" * 19, "9" * 5000]
)
def test_only_digits_are_a_number(said):
    assert _said.number(said) is None


def test_numbers():
    assert [_said.number("0"), _said.number("007"), _said.number("9" * 18)] == [0, 7, 10**18 - 1]


def test_the_beginning_of_a_long_value_is_enough():
    assert len(_said.brief(["x" * 1000] * 1000)) <= 80
    assert _said.brief({"a": 1}) == "{'a': 1}"
