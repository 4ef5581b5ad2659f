# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""INI text is read as the daemon's Python reads it, whichever Python runs this."""

import configparser
import random
import sys

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._config import ini as _ini
from ansible_collections.supervisord.fleet.plugins.module_utils._options import dialect as _dialect

PY2 = _dialect.dialect("3.4.0")
PY3 = _dialect.dialect("4.2.5", 3, 11)
PY313 = _dialect.dialect("4.3.0", 3, 13)
PY36 = _dialect.dialect("4.2.5", 3, 6)
SEED = 20261123


def parsed(text, reader, *more):
    store = _ini.Store()
    for number, part in enumerate((text, *more)):
        _ini.read(part if isinstance(part, bytes) else part.encode(), "/f%d" % number, store, reader)
    return store


def values(text, reader):
    """Give the options of section [s]."""
    store = parsed("[s]\n" + text, reader)
    return {name: value.text for name, value in store.sections["s"].items()}


@pytest.mark.parametrize(
    ("text", "two", "three"),
    [
        ("k=a ;b", "a", "a"),
        ("k=a #b", "a #b", "a"),
        ("k=a;b#c", "a;b#c", "a;b#c"),
        ("k=;x", ";x", ";x"),
        ("k=#x", "#x", "#x"),
        ("k= #x", "#x", ""),
        ("k = ;x", ";x", ""),
        ("k=;x ", "", ";x"),
        ("k=a;b ;c", "a;b ;c", "a;b"),
        ("k=a;b ;c #d", "a;b ;c #d", "a;b ;c"),
        ('k=""', "", '""'),
        ("k=  a  ", "a", "a"),
        ("k: a = b", "a = b", "a = b"),
        ("k=a\n  b ;c", "a\nb ;c", "a\nb"),
        ("k=a\n  ;c\n  d", "a\n;c\nd", "a\nd"),
        ("k=a\n\n  b", "a\nb", "a\n\nb"),
        ("k=a\n; comment\n  b", "a\nb", "a\nb"),
        ("k=a\nrem x y\n", "a", None),
        ("k=a\n\n\n", "a", "a"),
        ("k=a\n [x]", "a\n[x]", "a\n[x]"),
        (" k=a", None, "a"),
        ("K=a", "a", "a"),
        ("k=a\nk=b", "b", "b"),
        ("k=a\n\tb\nk=c", "c", "c"),
    ],
)
def test_differences_between_the_pythons(text, two, three):
    for reader, expected in ((PY2, two), (PY3, three)):
        if expected is None:
            with pytest.raises(_errors.ConfigError):
                values(text, reader)
        else:
            assert values(text, reader) == {"k": expected}


def test_python_3_13_finds_the_first_comment():
    assert values("k=a;b ;c #d", PY313) == {"k": "a;b"}
    assert values("k=a;b ;c #d", PY3) == {"k": "a;b ;c"}


def test_a_bracket_in_a_name():
    assert list(parsed("[program:x]y]\n", PY2).sections) == ["program:x"]
    assert list(parsed("[program:x]y]\n", PY36).sections) == ["program:x"]
    assert list(parsed("[program:x]y]\n", PY3).sections) == ["program:x]y"]


def test_sections_merge_across_files_and_remember_where_values_come_from():
    store = parsed("[a]\nx=1\ny=1\n", PY3, "[b]\n[a]\n\ny=2\n")
    assert {name: tuple(value) for name, value in store.sections["a"].items()} == {
        "x": ("1", "/f0", 2),
        "y": ("2", "/f1", 4),
    }
    assert store.origins == {"a": ["/f0", "/f1"], "b": ["/f1"]}


def test_defaults_reach_every_section():
    store = parsed("[DEFAULT]\nx=1\n[a]\ny=2\n", PY3)
    assert list(store.sections) == ["a"]
    assert store.get("a", "x").text == "1"
    assert list(store.items("a")) == ["x", "y"]
    assert store.get("a", "z") is None


def test_crlf_and_lone_carriage_returns():
    assert values("k=a\r\nl=b\r\n", PY2) == {"k": "a", "l": "b"}
    assert values("k=a\r\nl=b\r\n", PY3) == {"k": "a", "l": "b"}
    assert values("k=a\rl=b\n", PY3) == {"k": "a", "l": "b"}
    assert values("k=a\rl=b\n", PY2) == {"k": "a\rl=b"}


@pytest.mark.parametrize("reader", [PY2, PY3, PY313], ids=str)
def test_errors_name_file_and_line_but_not_the_text(reader):
    with pytest.raises(_errors.ConfigError) as caught:
        parsed("[s]\nk=v\npassword hunter2\nnor this\n", reader)
    assert caught.value.details["file"] == "/f0"
    assert caught.value.details["line"] == 3
    assert "line 3, 4" in caught.value.message
    assert "hunter2" not in caught.value.message
    with pytest.raises(_errors.ConfigError) as caught:
        parsed("; comment\nhunter2=x\n[s]\n", reader)
    assert caught.value.details["line"] == 2
    assert "hunter2" not in caught.value.message


def test_bytes_that_are_no_utf_8():
    with pytest.raises(_errors.ConfigError) as caught:
        parsed(b"[s]\nk=1\nl=\xe9\n", PY3)
    assert caught.value.details["line"] == 3
    assert parsed(b"[s]\nk=\xe9\n", PY2).sections["s"]["k"].text == "\xe9"


def test_an_ascii_locale_refuses_what_is_not_ascii():
    with pytest.raises(_errors.ConfigError) as caught:
        parsed("[s]\nk=é\n", _dialect.dialect("4.2.5", 3, 6, "ascii"))
    assert "'ascii' codec" in caught.value.message


def test_a_byte_order_mark_is_text_before_the_first_section():
    for reader in (PY2, PY3):
        with pytest.raises(_errors.ConfigError):
            parsed(b"\xef\xbb\xbf[s]\n", reader)


PIECES = (
    "[s]", "[t]", "[DEFAULT]", "k=v", "k = a ;b", "l: x#y #z", "a;b ;c #d", "\n", "\n", "\n", "\n  ", "\n\t", " ", ";",
    "#", "=", ":", "\r\n", "\u00a0", "\x1c", "\x0b", "key", "[x]y]", '""', "é", "\n\n", "[", "]",
)  # fmt: skip


def test_random_text_reads_like_the_configparser_of_this_python():
    """Supervisor sets the same two options of configparser."""
    reader = _dialect.Dialect((4, 3, 0), 3, sys.version_info[1])
    rng = random.Random(SEED)
    agreed = 0
    for _turn in range(4000):
        text = "".join(rng.choice(PIECES) for _turn in range(rng.randint(1, 25)))
        if rng.random() < 0.8:
            text = "[s]\n" + text
        real = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"), strict=False)
        try:
            real.read_string(text.replace("\r\n", "\n"))
        except configparser.Error:
            with pytest.raises(_errors.ConfigError):
                parsed(text, reader)
            continue
        store = parsed(text, reader)
        assert list(store.sections) == real.sections(), text
        for section in real.sections():
            ours = {name: value.text for name, value in store.items(section).items()}
            assert ours == dict(real.items(section)), text
        agreed += 1
    assert agreed > 500
