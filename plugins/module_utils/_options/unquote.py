# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back from the text of a file to the value that a person declares: ``%`` as it is meant, expansions kept."""

import re
import typing as t

from . import quote as _quote, table as _table

_STAND_IN = "FLEETxEXPANSIONx%dx"
_STANDS_IN = re.compile(r"FLEETxEXPANSIONx(\d+)x")


def literal(text: str, item: _table.Option, passes: int) -> str:
    """The value that is written as this text.

    :param passes: how often Supervisor formats the option.
    :raises ValueError: it holds a ``%`` that Supervisor replaces in a way that cannot be declared.
    """
    parts, _expansions = _split(text, item, passes)
    return "".join(parts)


def guarded(text: str, item: _table.Option, passes: int) -> t.Tuple[str, t.Callable[[str], str]]:
    """The text with a plain word in the place of each expansion and each ``%``, for a lexer that would take a ``%`` for
    a word of its own; and what puts them back. Raises ValueError as ``literal``.
    """
    parts, places = _split(text, item, passes)
    kept = [parts[place] for place in places]
    for number, place in enumerate(places):
        parts[place] = _STAND_IN % number
    return "".join(parts), lambda word: _STANDS_IN.sub(lambda match: kept[int(match.group(1))], word)


def _split(text: str, item: _table.Option, passes: int) -> t.Tuple[t.List[str], t.List[int]]:
    """The pieces of a value, and which of them were written with a ``%``."""
    parts: t.List[str] = []
    places: t.List[int] = []
    at = 0
    while at < len(text):
        sign = text.find("%", at)
        if sign < 0:
            break
        parts.append(text[at:sign])
        places.append(len(parts))
        piece, at = _piece(text, sign, item, passes)
        parts.append(piece)
    return parts + [text[at:]], places


def _piece(text: str, at: int, item: _table.Option, passes: int) -> t.Tuple[str, int]:
    """What one ``%`` means, and where it ends: an expansion, which may wait for the last formatting, or a sign."""
    for doubled in range(passes):
        match = _quote.pattern(item).match(text, at + 2**doubled - 1)
        if match and text.startswith("%" * 2**doubled, at):
            return match.group(), match.end()
    if text.startswith("%" * 2**passes, at):
        return "%", at + 2**passes
    raise ValueError("it has a % that Supervisor replaces in a way that cannot be declared")
