# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text right of ``key=`` for a value, one small function for each type of option.

Every function takes (value, option, passes, dialect) and returns text whose ``%`` is escaped but which the INI layer
has not seen yet. It raises OptionError for a wrong value and UnrepresentableError for one that cannot be written.

Supervisor expands every option before it reads it as a number or a truth value. So each type takes a text with an
expansion as well; what it comes to is checked where the whole configuration is, in the daemon's own environment.
"""

import re
import typing as t

from .. import _errors
from . import dialect as _dialect, event_types as _event_types, quote as _quote, table as _table

_SOCKET = re.compile(r"^(unix:///.+|tcp://[^\s:]+:[0-9]+)\Z", re.DOTALL)
_SIZE = re.compile(r"^[-+]?[0-9]+\s*([kmg]b)?\Z", re.IGNORECASE)
_OCTAL = re.compile(r"^0[0-7]{0,4}\Z")
_SHA = re.compile(r"^\{SHA\}[0-9a-f]{40}\Z")
_MAX_SOCKET = 99
# What people and YAML write for a truth value; Supervisor itself knows no single letters.
TRUTH = dict.fromkeys(("true", "yes", "on", "y", "t", "1"), "true")
TRUTH.update(dict.fromkeys(("false", "no", "off", "n", "f", "0"), "false"))

Convert = t.Callable[[t.Any, _table.Option, int, _dialect.Dialect], str]


def wrong(item: _table.Option, value: t.Any, cure: str) -> _errors.OptionError:
    """Make the error for a value of the wrong form; a secret is not shown."""
    shown = "the value" if item.secret or item.type == "env" else repr(value)
    return _errors.OptionError("%s: %s cannot be used; %s" % (item.param, shown, cure), option=item.param)


def string(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    """Any text; numbers count as text, booleans do not: YAML has made them from words such as ``off``."""
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value in ("True", "False"):
        raise wrong(item, value, "write a text and quote words such as 'on', 'off', 'yes' and 'no'")
    text = value if isinstance(value, str) else str(value)
    _quote.check(text, item.param, reader)
    return _quote.escape(text, item, passes, reader)


def _or_expansion(convert: Convert, cure: str) -> Convert:
    """A type whose values are no texts, and a text that Supervisor expands to one."""

    def either(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
        if isinstance(value, str) and _quote.expands(value, item):
            return string(value, item, passes, reader)
        try:
            return convert(value, item, passes, reader)
        except ValueError:
            offered = _quote.offered(item) if isinstance(value, str) and "%(" in value else ""
            raise wrong(item, value, cure + (", or a text with %s" % offered if offered else "")) from None

    return either


def _bool(value: t.Any, _item: _table.Option, _passes: int, _reader: _dialect.Dialect) -> str:
    text = str(value).strip().lower()
    if text not in TRUTH:
        raise ValueError(text)
    return TRUTH[text]


def _int(value: t.Any, item: _table.Option, _passes: int, _reader: _dialect.Dialect) -> str:
    text = str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()
    if isinstance(value, bool) or not re.match(r"^[-+]?[0-9]+\Z", text):
        raise ValueError(text)
    low, high = item.minimum, item.maximum
    if (low is not None and int(text) < low) or (high is not None and int(text) > high):
        raise wrong(item, value, "use a number from %s to %s" % (low, high if high is not None else "any"))
    return str(int(text))


def _octal(value: t.Any, _item: _table.Option, _passes: int, _reader: _dialect.Dialect) -> str:
    """Octal digits with a leading 0: YAML turns an unquoted 022 into 18, and that must not pass for a mode."""
    if not isinstance(value, str) or not _OCTAL.match(value):
        raise ValueError(value)
    return value


def _bytes(value: t.Any, _item: _table.Option, _passes: int, _reader: _dialect.Dialect) -> str:
    if isinstance(value, bool) or not _SIZE.match(str(value).strip()):
        raise ValueError(value)
    return str(value).strip()


def _choice(value: t.Any, item: _table.Option, _passes: int, _reader: _dialect.Dialect) -> str:
    text = str(value).strip().lower()
    if text not in item.choices and "true" in item.choices:
        text = TRUTH.get(text, text)
    if text not in item.choices:
        raise wrong(item, value, "use one of %s" % ", ".join(item.choices))
    return text


def _path(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    if value == "":
        raise wrong(item, value, "leave the option out instead of giving an empty text")
    return string(value, item, passes, reader)


def _socket_path(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    """The daemon binds ``<path>.<pid>`` first, so the usable length is shorter than the system's 107 bytes."""
    if len(str(value).encode("utf-8", "surrogateescape")) > _MAX_SOCKET:
        raise wrong(item, value, "use a path of at most %d bytes" % _MAX_SOCKET)
    return _path(value, item, passes, reader)


def _name(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    if value == "" or any(char in str(value) for char in " :/\n\t"):
        raise wrong(item, value, "use a name without space, ':' and '/'")
    return string(value, item, passes, reader)


def _username(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    if value == "" or ":" in str(value):
        raise wrong(item, value, "use a name that is not empty and has no ':'")
    return string(value, item, passes, reader)


def _password(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    if str(value).startswith("{SHA}") and item.applies != "client" and not _SHA.match(str(value)):
        raise wrong(item, value, "after {SHA} write 40 lower-case hex digits")
    if value == "" or (item.applies == "client" and str(value).startswith("{SHA}")):
        raise wrong(item, value, "use a password that is not empty, here in clear text")
    return string(value, item, passes, reader)


def _fcgi_socket(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    if not isinstance(value, str) or not (_SOCKET.match(value) or "%(" in value):
        raise wrong(item, value, "write unix:///path or tcp://host:port")
    return string(value, item, passes, reader)


def _list(value: t.Any, item: _table.Option) -> t.List[t.Any]:
    if not isinstance(value, (list, tuple)):
        raise wrong(item, value, "give a list")
    return list(value)


def _exitcodes(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    codes = []
    for code in _list(value, item):
        if isinstance(code, str) and _quote.expands(code, item):
            codes.append(string(code, item, passes, reader))
        elif isinstance(code, bool) or not re.match(r"^[0-9]{1,3}\Z", str(code).strip()) or int(code) > 255:
            raise wrong(item, code, "an exit code is a number from 0 to 255")
        else:
            codes.append(str(int(code)))
    return ",".join(codes)


def _csv(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    for name in _list(value, item):
        if not isinstance(name, str) or not name or name != name.strip() or "," in name:
            raise wrong(item, name, "an entry is a name without comma and outer spaces")
    return ",".join(string(name, item, passes, reader) for name in value)


def _event_list(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    names, unknown = [], []
    for entry in _list(value, item):
        name = str(entry).strip()
        if _quote.expands(name, item):
            names.append(string(name, item, passes, reader))
            continue
        names.append(name.upper())
        unknown += [] if name.upper() in _event_types.EVENTS else [name]
    if unknown or not names:
        raise wrong(item, unknown or value, "use one or more of %s" % ", ".join(_event_types.EVENTS))
    return ",".join(names)


def _globs(value: t.Any, item: _table.Option, passes: int, reader: _dialect.Dialect) -> str:
    for pattern in _list(value, item):
        if not isinstance(pattern, str) or not pattern or re.search(r"\s", pattern):
            raise wrong(item, pattern, "a pattern has no spaces, because Supervisor splits at them")
    if not value:
        raise wrong(item, value, "give at least one pattern")
    return " ".join(string(pattern, item, passes, reader) for pattern in value)


CONVERT: t.Dict[str, Convert] = {
    "autorestart": _or_expansion(_choice, ""),
    "bool": _or_expansion(_bool, "use true or false"),
    "bytes": _or_expansion(_bytes, "write a number of bytes, optionally with KB, MB or GB, such as 50MB"),
    "csv": _csv,
    "dir": _path,
    "entry_point": _path,
    "events": _event_list,
    "exitcodes": _exitcodes,
    "fcgi_socket": _fcgi_socket,
    "file": _path,
    "globs": _globs,
    "hostport": _path,
    "int": _or_expansion(_int, "use a whole number"),
    "logfile": _path,
    "loglevel": _or_expansion(_choice, ""),
    "name": _name,
    "octal": _or_expansion(_octal, "write octal digits with a leading 0, in quotes, such as '022'"),
    "password": _password,
    "path": _path,
    "signal": _path,
    "socket_path": _socket_path,
    "string": string,
    "user": _path,
    "usergroup": _path,
    "username": _username,
}
