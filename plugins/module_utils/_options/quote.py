# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quotes and percent signs: spell exact strings so that Supervisor reads them back unchanged.

Four layers read a value, and each needs its own treatment: the INI parser (comments, continuation lines, stripping),
the textual replacement of %(here)s, "%" formatting (once or twice), and for ``environment`` and ``command`` a
shell-like lexer. Functions here handle one layer each; the order is: words or environment, escape, protect.
"""

import re
import typing as t

from .. import _errors
from . import dialect as _dialect, option as _option, table as _table

# Linux refuses to pass a longer "KEY=value" or argument to a program (MAX_ARG_STRLEN, the final NUL included).
MAX_WORD = 128 * 1024

_KEY = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*\Z")
_PLAIN_WORD = re.compile(r"^[A-Za-z0-9_@%+=:,./-]+\Z")
_COMMENT = re.compile(r"(?<=\s)(?=[;#])")
_NOTHING = re.compile(r"%\([A-Za-z_][A-Za-z0-9_]*\)[-#0 +]*\.0*s")  # expansions of no width
_NUMBERS = ("process_num", "numprocs")


class Literal(str):
    """Text in which no ``%`` starts an expansion."""

    __slots__ = ()


def refuse(name: str, why: str, cure: str) -> _errors.UnrepresentableError:
    """Make the error for a value that cannot be written. Never quotes the value: it may be a secret."""
    return _errors.UnrepresentableError("%s: %s; %s" % (name, why, cure), option=name)


def check(text: str, name: str, reader: _dialect.Dialect) -> None:
    """Refuse characters that no spelling can carry. Raises UnrepresentableError."""
    if "\0" in text:
        raise refuse(name, "it contains a NUL character, which no program can receive", "remove it")
    if "\r" in text:
        raise refuse(name, "it contains a carriage return, which Supervisor reads as the end of the line", "remove it")
    if reader.encoding == "ascii" and any(ord(char) > 127 for char in text):
        raise refuse(name, "it is not ASCII but the daemon's locale is", "run the daemon in a UTF-8 locale")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise refuse(name, "it is not valid Unicode text", "use UTF-8")


def _alternatives(item: _table.Option) -> str:
    """Build the pattern of what may follow ``%`` to make an expansion in this option."""
    words = sorted(name for name in item.expand if name.islower() and name not in _NUMBERS)
    if "ENV" in item.expand:
        words.append("ENV_[A-Za-z_][A-Za-z0-9_]*")
    numbers = [name for name in _NUMBERS if name in item.expand]
    form = r"[-#0 +]*\d{0,4}(?:\.\d{1,4})?"
    pattern = r"%%\((?P<word>%s)\)%ss" % ("|".join(words), form)
    if numbers:
        pattern += r"|%%\((?P<number>%s)\)%s[sdioxX]" % ("|".join(numbers), form)
    return pattern


_PATTERNS: t.Dict[t.Tuple[t.FrozenSet[str], str], t.Pattern[str]] = {}


def pattern(item: _table.Option) -> t.Pattern[str]:
    """Give the pattern of an expansion that Supervisor offers for this option."""
    key = (item.expand, item.name)
    if key not in _PATTERNS:
        _PATTERNS[key] = re.compile(_alternatives(item))
    return _PATTERNS[key]


def expands(text: str, item: _table.Option) -> bool:
    """Tell whether ``text`` holds an expansion that Supervisor offers for the option."""
    return not isinstance(text, Literal) and bool(pattern(item).search(text))


def offered(item: _table.Option) -> str:
    """Name the expansions of an option, for a message."""
    forms = ["%%(%s)d" % name for name in _NUMBERS if name in item.expand]
    forms += ["%%(%s)s" % name for name in sorted(item.expand) if name.islower() and name not in _NUMBERS]
    return ", ".join(forms + (["%(ENV_X)s"] if "ENV" in item.expand else []))


def empty(item: _table.Option) -> t.Optional[str]:
    """Give an expansion that yields nothing but is not a space for the INI parser; None if the option has none."""
    for name in ("program_name", "here"):
        if name in item.expand:
            return "%%(%s).0s" % name
    return None


def _literal(text: str, item: _table.Option, passes: int) -> str:
    """Escape text without expansions."""
    escaped = text.replace("%", "%" * 2**passes)
    # 4.x replaces these 8 characters as plain text before it knows about "%%", so they must not stand together.
    if "%(here)s" in escaped:
        nothing = empty(item)
        if nothing is None:
            raise refuse(item.name, "the text %(here)s would be replaced by a directory", "use another value")
        escaped = escaped.replace("%(here)s", "%(here)" + nothing + "s")
    return escaped


def escape(text: str, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    """Escape ``%`` except where it starts an expansion that Supervisor offers for this option.

    :param passes: how often Supervisor formats the option.
    Raises OptionError for an expansion that this Supervisor is too old for.
    """
    if isinstance(text, Literal):
        return _literal(text, item, passes)
    parts = []
    end = 0
    for match in pattern(item).finditer(text):
        parts.append(_literal(text[end : match.start()], item, passes))
        parts.append(_expansion(match, item, passes, reader))
        end = match.end()
    return "".join(parts) + _literal(text[end:], item, passes)


def _expansion(match: t.Match[str], item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    """Spell one expansion so that its value is not formatted again."""
    name = match.group("word") or match.group("number")
    since = _option.EXPAND_SINCE.get(name, "3.0")
    if not reader.at_least(since):
        raise _errors.OptionError(
            "%s: the expansion %%(%s)d needs Supervisor %s or newer, this is %s"
            % (item.name, name, since, ".".join(map(str, reader.version))),
            option=item.name,
        )
    # A variable may hold "%": left to the last pass, its value meets no further formatting.
    return "%" * (2 ** (passes - 1) - 1) + match.group() if name.startswith("ENV_") else match.group()


def protect(text: str, item: _table.Option) -> str:
    """Spell ``text`` so that the INI parser keeps spaces, line breaks and comment characters."""
    nothing = empty(item)
    lines = text.split("\n")
    if nothing is None:
        if len(lines) > 1 or text != text.strip() or _COMMENT.search(text) or text == '""':
            why = "it has outer spaces, a line break, a space before ; or #, or is two quotes"
            raise refuse(item.name, why, "no spelling keeps that, use another value")
        return text
    text = _COMMENT.sub(lambda _match: nothing, text)
    if text != text.strip() or len(lines) > 1:
        return "\n\t".join(nothing + line + nothing for line in text.split("\n"))
    return nothing + text if text[:1] in (";", "#") or text == '""' else text


def word(text: str) -> str:
    """Quote one argument of a command as a POSIX shell would need it."""
    return text if _PLAIN_WORD.match(text) else "'" + text.replace("'", "'\"'\"'") + "'"


def _legacy(name: str, value: str) -> str:
    """Quote a value of ``environment`` for Supervisor up to 4.3: no escapes exist, outer quotes are stripped."""
    shown = value if isinstance(value, Literal) else _NOTHING.sub("", value)
    if shown and (shown[0] in "'\"" or shown[-1] in "'\""):
        cure = "set it in the daemon's own environment or let the program read it from a file"
        raise refuse(name, "it begins or ends with a quote, which Supervisor strips", cure)
    if "'" in value and '"' in value:
        cure = "set it in the daemon's own environment or let the program read it from a file"
        raise refuse(name, "it contains both ' and \", which Supervisor cannot quote", cure)
    return '"%s"' % value if "'" in value else "'%s'" % value


def _posix(value: str) -> str:
    """Quote a value of ``environment`` for Supervisor 4.4, which reads it like a POSIX shell."""
    if "'" not in value:
        return "'%s'" % value
    return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"')


def variable(key: str, value: str, reader: _dialect.Dialect) -> str:
    """Spell one variable of ``environment``. Raises UnrepresentableError naming the key, never the value."""
    name = "environment.%s" % key
    if not _KEY.match(key):
        raise refuse("environment", "%r is not a safe name of a variable" % key, "use letters, digits and _")
    if len(key) + len(value.encode("utf-8", "surrogatepass")) + 2 > MAX_WORD:
        raise refuse(name, "it is longer than 128 KiB, which the system refuses", "pass it in a file")
    check(value, name, reader)
    return key + "=" + (_posix(value) if reader.at_least("4.4.0") else _legacy(name, value))
