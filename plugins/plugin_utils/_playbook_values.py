# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person or a survey typed, as the value that a playbook uses: one rule for each type of the table.

A row of the table and a value in, a value out, or a ValueError that says what is wrong with it and what to do.
"""

from __future__ import annotations

import json
import re
import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

from ..module_utils import _near, _shown
from ._playbook_hosts import split
from ._playbook_table import Variable

LONGEST = 60  # characters of a value that a message shows
# Names of programs and states hold no white space; paths, patterns and labels may.
COMMAS = ("path", "pattern", "label")


class Unclear(t.NamedTuple):
    """Stands for a value that refers to something that is not there."""

    why: str


def value(row: Variable, given: t.Any) -> t.Any:
    """The value that a play uses. An empty answer, "", null or a list of these, is the default."""
    if isinstance(given, Unclear):
        raise ValueError(f"it cannot be worked out, {given.why}; define that, or leave {row.name} out")
    if is_empty(given):
        return list(row.default) if isinstance(row.default, list) else row.default
    if row.secret:
        return _secret(given)
    if row.type == "list":
        return list(dict.fromkeys(ELEMENTS[row.elements](row, item) for item in _items(given, row.elements)))
    if row.type == "hosts":
        return _hosts(row, given)
    return SCALARS[row.type](row, _single(given))


def _secret(given: t.Any) -> str:
    """A text as it is, to the last space; no message says it."""
    if not isinstance(given, str):
        raise ValueError("it is no text; give a text, a number in quotes")
    return str(given)


def is_empty(given: t.Any) -> bool:
    """Is this what a survey gives for a question that was left empty?"""
    if isinstance(given, list):
        return all(map(is_empty, given))
    return given is None or (isinstance(given, str) and not given.strip())


def shown(given: t.Any) -> str:
    """A value for a message, on one line, not too long, and with no login of an address."""
    text = repr(_shown.address(str(given))) if isinstance(given, str) else repr(given)
    return text if len(text) <= LONGEST else text[: LONGEST - 4] + "..." + text[-1]


def _single(given: t.Any) -> t.Any:
    """A multiselect with one answer is that answer."""
    if isinstance(given, list):
        filled = [item for item in given if not is_empty(item)]
        if len(filled) > 1:
            raise ValueError(f"{shown(list(given))} are several values; give one")
        return _single(filled[0])
    return given.strip() if isinstance(given, str) else given


def _items(given: t.Any, elements: str) -> list[t.Any]:
    """The items of a list: a list, JSON, or a text with commas or line breaks between them."""
    if isinstance(given, list):
        return [item for part in given if not is_empty(part) for item in _items(part, elements)]
    if not isinstance(given, str):
        return [given]
    if given.strip().startswith("["):
        try:
            return _items(json.loads(given), elements)
        except ValueError:
            pass  # a glob begins like this as well
    parts = re.split(r"[,\r\n]" if elements in COMMAS else r"[,\s]", given)
    return [part.strip() for part in parts if part.strip()]


def _text(row: Variable, given: t.Any) -> str:
    if isinstance(given, bool):
        raise ValueError(f"{given} is a truth value and no text; write it in quotes if it is a name")
    if not isinstance(given, (str, int, float)):
        raise ValueError(f"{shown(given)} is no text; give plain text")
    text = str(given)
    for word in row.words:
        if text.lower() == word:
            return word
    if row.choices:
        return _choice(row, text)
    if row.form and not re.fullmatch(row.form, text):
        raise ValueError(f"{shown(text)} cannot be used; give {row.form_means}")
    return text


def _choice(row: Variable, text: str) -> str:
    known = {choice.lower(): choice for choice in row.choices}
    if text.lower() not in known:
        cure = _near.hint(text, row.choices, "choose one of these")
        raise ValueError(f"{shown(text)} is none of {', '.join(row.choices)}; {cure}")
    return known[text.lower()]


def _bool(_row: Variable, given: t.Any) -> bool:
    try:
        return boolean(given)
    except TypeError:
        raise ValueError(f"{shown(given)} is neither true nor false; give one of these") from None


def _number(row: Variable, given: t.Any) -> int | float:
    whole = row.type != "float"
    kind = "whole number" if whole else "number"
    text = str(given).strip()
    if isinstance(given, bool) or not re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{0,15})?|[+-]?\.[0-9]{1,15}", text):
        raise ValueError(f"{shown(given)} is no {kind}; give {_bounds(row)}")
    number = float(text)
    if whole and number != int(number):
        raise ValueError(f"{shown(given)} is no {kind}; give {_bounds(row)}")
    if (row.min is not None and number < row.min) or (row.max is not None and number > row.max):
        raise ValueError(f"{shown(given)} is out of bounds; give {_bounds(row)}")
    return int(number) if number == int(number) else number


def _bounds(row: Variable) -> str:
    if row.min is None or row.max is None:
        return "a number"
    return f"a number from {row.min:g} to {row.max:.15g}"


def _batch(_row: Variable, given: t.Any) -> int | str:
    text = re.sub(r"\s+", "", str(given))
    share = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)%", text)
    if share and 0 < float(share.group(1)) <= 100:
        return text
    if isinstance(given, bool) or not re.fullmatch(r"0*[1-9][0-9]{0,8}(\.0*)?", text):
        raise ValueError(f"{shown(given)} is no size of a batch; give a number from 1, or a share such as 25%")
    return int(float(text))


def _hosts(row: Variable, given: t.Any) -> str:
    """A pattern for the keyword ``hosts``, its parts with a comma between them."""
    return ",".join(part for item in _items(given, "pattern") for part in split(_text(row, item)))


def _port(row: Variable, given: t.Any) -> int:
    return int(_number(row._replace(type="int"), given))


def _pair(row: Variable, given: t.Any) -> str:
    text = _text(row, given)
    try:
        _port(row, text.rpartition(":")[2])
    except ValueError as error:
        raise ValueError(f"the port of {shown(text)}: {error}") from None
    return text


SCALARS: dict[str, t.Callable[[Variable, t.Any], t.Any]] = {
    "str": _text,
    "bool": _bool,
    "int": _number,
    "float": _number,
    "batch": _batch,
}
ELEMENTS: dict[str, t.Callable[[Variable, t.Any], t.Any]] = {
    "name": _text,
    "label": _text,
    "path": _text,
    "status": _text,
    "state": _text,
    "port": _port,
    "pair": _pair,
}
