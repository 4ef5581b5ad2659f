# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``command`` and ``environment`` as text, quotes and all: the two that Supervisor reads with lexers of its own.

Same interface as the functions of text.py.
"""

import shlex
import typing as t

from .. import _errors
from . import dialect as _dialect, quote as _quote, table as _table, text as _text


def environment(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    """Spell a map of variables, sorted by name."""
    if not isinstance(value, dict):
        raise _text.wrong(item, value, "give a map of names to texts")
    parts = []
    for key in sorted(value, key=str):
        entry = value[key]
        if isinstance(entry, bool) or not isinstance(entry, (str, int)):
            why = "%s.%s is of type %s; write it as a text, in quotes" % (item.param, key, type(entry).__name__)
            raise _errors.OptionError(why, option=item.param)
        spelled = _quote.variable(str(key), entry if isinstance(entry, str) else str(entry), reader)
        parts.append(_quote.escape(_same(spelled, entry), item, passes, reader))
    return ",".join(parts)


def command(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    """Spell a command: a text is kept (its words are quoted as for a shell), a list is quoted word by word."""
    if isinstance(value, (list, tuple)):
        words = [_argument(entry, item) for entry in value]
        parts = [_same(_quote.word(str(entry)), entry) for entry in value]
    elif isinstance(value, str):
        words = _split(value, item)
        parts = [_same(value.strip("\n"), value)]
    else:
        raise _text.wrong(item, value, "give a text or a list of texts")
    if not words or not words[0]:
        raise _text.wrong(item, value, "name a program to run")
    if any(len(word.encode("utf-8", "surrogatepass")) >= _quote.MAX_WORD for word in words):
        raise _quote.refuse(item.param, "an argument is longer than 128 KiB, which the system refuses", "use a file")
    for part in parts:
        _quote.check(part, item.param, reader)
    return " ".join(_quote.escape(part, item, passes, reader) for part in parts)


def _same(text: str, origin: t.Any) -> str:
    """Mark ``text`` as literal when the value it was made from is."""
    return _quote.Literal(text) if isinstance(origin, _quote.Literal) else text


def _argument(entry: t.Any, item: _table.Option) -> str:
    if isinstance(entry, bool) or not isinstance(entry, (str, int)):
        raise _text.wrong(item, entry, "write every argument as a text, in quotes")
    return str(entry)


def _split(text: str, item: _table.Option) -> t.List[str]:
    """Split like Supervisor will. Raises OptionError for unbalanced quotes, which it would only notice at start."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise _text.wrong(item, text, "its quotes do not match (%s)" % str(error).lower())


CONVERT: t.Dict[str, _text.Convert] = {"command": command, "env": environment}
