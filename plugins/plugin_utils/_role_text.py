# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A text where a list or a mapping belongs: what a person can have meant by it. No I/O.

Extra variables given as ``name=value``, and answers of a survey, are always texts.
"""

from __future__ import annotations

import re
import shlex
import typing as t

import yaml

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_TWO = re.compile(r"\s[A-Za-z_][A-Za-z0-9_]*=")
_REQUIREMENT = re.compile(r"[<>=!~;@\[/]")


def words(text: str) -> list[str]:
    """Split like a shell does, line ends are blanks. Raises ValueError for a quote that nothing closes."""
    return shlex.split(text)


def requirements(text: str) -> list[str]:
    """Packages for pip, by blanks or by commas; the comma of ``foo>=1,<2`` belongs to the package."""
    found: list[str] = []
    for word in words(text):
        plain = word.rstrip(",")
        found += [plain] if _REQUIREMENT.search(plain) else plain.split(",")
    return [name for name in found if name]


def names(text: str) -> list[str]:
    """Names hold neither commas nor blanks: both part them, and line ends do."""
    return [name for name in re.split(r"[,\s]+", text) if name]


def flow(text: str, kind: type) -> t.Any:
    """The list or mapping that JSON, or YAML in one line, writes; None when the text is neither."""
    if not text.lstrip().startswith("[" if kind is list else "{"):
        return None
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return None
    return value if isinstance(value, kind) else None


def pairs(text: str) -> dict[str, str]:
    """``A=1`` one a line, or parted by commas, with quotes where a value holds one. Raises ValueError otherwise.

    Text of an ini file is no such thing: it has blanks around its equals signs, and sections.
    """
    found: dict[str, str] = {}
    for line in text.strip().splitlines():
        lexer = shlex.shlex(line.strip().rstrip(","), posix=True)
        lexer.whitespace, lexer.whitespace_split, lexer.commenters = ",", True, ""
        for part in lexer:
            key, equals, value = part.strip().partition("=")
            if not equals or not _KEY.match(key) or key in found or _TWO.search(value) or value != value.strip():
                raise ValueError("no list of NAME=VALUE")
            found[key] = value
    return found
