# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions and Pythons are read from whatever the daemon says."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._options import dialect as _dialect


@pytest.mark.parametrize(
    ("text", "version", "python"),
    [
        ("4.3.0", (4, 3, 0), 3),
        ("4.2.5-1", (4, 2, 5), 3),
        ("4.4.0.dev0", (4, 4, 0), 3),
        (" 3.4.0", (3, 4, 0), 2),
        ("3.4.0-1.el7", (3, 4, 0), 2),
        ("", _dialect.NEWEST, 3),
        ("unknown", _dialect.NEWEST, 3),
    ],
)
def test_version_text(text, version, python):
    made = _dialect.dialect(text)
    assert made.version == version
    assert made.python == python


def test_python_can_be_told():
    assert _dialect.dialect("4.2.5", 2).python == 2
    assert _dialect.dialect("4.2.5", 3, 6).python_minor == 6


def test_at_least_compares_numbers_not_text():
    assert _dialect.dialect("4.10.0").at_least("4.9.1")
    assert not _dialect.dialect("4.2.1").at_least("4.2.2")
    assert _dialect.dialect("4.2.2").at_least("4.2.2")


def test_an_unknown_minor_version_counts_as_new():
    assert _dialect.dialect("4.3.0").python3(13)
    assert not _dialect.dialect("4.3.0", 3, 11).python3(13)
    assert not _dialect.dialect("3.4.0").python3(6)


def test_python_2_sees_bytes():
    old = _dialect.dialect("3.4.0")
    assert old.native("é€") == "\xc3\xa9\xe2\x82\xac"
    assert old.portable(old.native("é€\udcff")) == "é€\udcff"
    assert _dialect.dialect("4.3.0").native("é") == "é"
