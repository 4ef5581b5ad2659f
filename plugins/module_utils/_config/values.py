# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn option texts into values, accepting and refusing exactly what Supervisor does.

Each parser takes (text, machine, dialect) and raises ValueError with Supervisor's own wording, except that values
which may be secret are not quoted.
"""

import functools
import os
import re
import shlex
import signal
import typing as t

from .._options import daemon as _daemon, dialect as _dialect
from . import machine as _machine

_TRUE = ("yes", "true", "on", "1")
_FALSE = ("no", "false", "off", "0")
_UNITS = {"kb": 1024, "mb": 1024**2, "gb": 1024**3}
_NUMBER2 = re.compile(r"^\s*[-+]?\s*\d+\s*\Z", re.ASCII)
_LONG2 = re.compile(r"^\s*[-+]?\s*\d+[lL]\s*\Z", re.ASCII)
_OCTAL2 = re.compile(r"^\s*[-+]?\s*(0[oO])?[0-7]+\s*\Z", re.ASCII)
_ENTRY_POINT = re.compile(r"^\s*(?P<spec>[\w.]+\s*(:\s*[\w.]+)?)\s*(?P<extras>\[.*\]\s*)?\Z")
_EXTRAS = re.compile(r"^\[\s*([\w.-]+(\s*,\s*[\w.-]+)*)?\s*\]\s*\Z")
# Attributes of Supervisor's level class: the long names; the short ones are names of another class, yet also accepted.
_LEVELS = _daemon.LOG_LEVELS

AUTO = "AUTO"
SYSLOG = "SYSLOG"

Host = _machine.Host
Parse = t.Callable[[str, _machine.Host, _dialect.Dialect], t.Any]


def say(reader: _dialect.Dialect, form: str, *values: t.Any) -> str:
    """Fill in the text of an error, in the form the daemon sees; values in it are shown as text, not as bytes."""
    return reader.native(form % tuple(reader.portable(value) if isinstance(value, str) else value for value in values))


def _int(text: str, reader: _dialect.Dialect, base: str = "int") -> int:
    """Read what Python's int() reads; Python 2 knows no underscores but allows a space after the sign."""
    if reader.python >= 3:
        return int(text)
    if not _NUMBER2.match(text):
        raise ValueError(say(reader, "invalid literal for %s() with base 10: %r", base, text))
    return int(re.sub(r"\s", "", text))


def integer(text: str, _host: Host, reader: _dialect.Dialect) -> int:
    """Read a whole number. Python 2 also takes the suffix L of its long numbers."""
    if reader.python < 3 and _LONG2.match(text):
        return int(re.sub(r"[\slL]", "", text))
    return _int(text, reader, "long")


def boolean(text: str, _host: Host, reader: _dialect.Dialect) -> bool:
    """Read a truth value."""
    lowered = text.lower()
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise ValueError(say(reader, "not a valid boolean value: %r", text))


def autorestart(text: str, machine: Host, reader: _dialect.Dialect) -> str:
    """Read a truth value or ``unexpected``; give "true", "false" or "unexpected"."""
    if text.lower() == "unexpected":
        return "unexpected"
    try:
        return "true" if boolean(text, machine, reader) else "false"
    except ValueError:
        raise ValueError(say(reader, "invalid 'autorestart' value %r", text.lower()))


def byte_size(text: str, _host: Host, reader: _dialect.Dialect) -> int:
    """Read a number with an optional suffix KB, MB or GB."""
    lowered = text.lower()
    unit = _UNITS.get(lowered[-2:])
    return _int(lowered[:-2], reader) * unit if unit else _int(lowered, reader)


def octal(text: str, _host: Host, reader: _dialect.Dialect) -> int:
    """Read octal digits."""
    try:
        if reader.python < 3 and not _OCTAL2.match(text):
            raise ValueError(text)
        return int(re.sub(r"\s", "", text) if reader.python < 3 else text, 8)
    except ValueError:
        raise ValueError(say(reader, "%s can not be converted to an octal type", text))


def exit_codes(text: str, _host: Host, reader: _dialect.Dialect) -> t.List[int]:
    """Read comma separated numbers from 0 to 255; an empty text is an empty list."""
    try:
        codes = [_int(word, reader) for word in text.split(",")] if text else []
    except ValueError:
        codes = [-1]
    if any(code < 0 or code > 255 for code in codes):
        raise ValueError(say(reader, "not a valid list of exit codes: %r", text))
    return codes


def strings(text: str, _host: Host, reader: _dialect.Dialect) -> t.List[str]:
    """Read comma separated names; an empty text is an empty list."""
    return [strip(word, reader) for word in text.split(",")] if text else []


def strip(text: str, reader: _dialect.Dialect) -> str:
    """Strip what the daemon's Python takes for spaces."""
    return text.strip() if reader.python >= 3 else text.strip(" \t\n\r\x0b\x0c")


def name(text: str, _host: Host, reader: _dialect.Dialect) -> str:
    """Read the name of a program, group or process."""
    stripped = strip(text, reader)
    for char in " :/":
        if char in stripped:
            raise ValueError(say(reader, "Invalid name: %r because of character: %r", text, char))
    return stripped


def environment(text: str, _host: Host, reader: _dialect.Dialect) -> t.Dict[str, str]:
    """Read KEY='value',... as shlex does. The text may hold secrets and is not part of the message."""
    lexer = shlex.shlex(text, posix=reader.at_least("4.4.0"))
    lexer.wordchars += "/.+-():"
    try:
        tokens = list(lexer)
    except ValueError as error:
        raise ValueError(str(error))
    values: t.Dict[str, str] = {}
    for start in range(0, len(tokens), 4):
        triple = tokens[start : start + 3]
        if len(triple) != 3 or triple[1] != "=":
            raise ValueError(
                say(
                    reader, "Unexpected end of key/value pairs in value of environment, after %d good ones", len(values)
                )
            )
        values[triple[0]] = triple[2] if reader.at_least("4.4.0") else triple[2].strip("'\"")
    return values


def log_file(text: str, machine: Host, reader: _dialect.Dialect) -> t.Optional[str]:
    """Read a path, or None for no log, AUTO or SYSLOG."""
    lowered = text.lower()
    if lowered in ("none", "off"):
        return None
    if lowered == "auto":
        return AUTO
    if lowered == "syslog" and reader.at_least("4.2.2"):
        return SYSLOG
    return file_path(text, machine, reader)


def file_path(text: str, machine: Host, reader: _dialect.Dialect) -> str:
    """Read the path of a file whose directory must exist; a bare name is fine."""
    path = machine.expand_user(reader.portable(text))
    directory = os.path.dirname(path)
    if directory and not machine.is_dir(os.path.join(machine.cwd(), directory)):
        raise ValueError(say(reader, "The directory named as part of the path %s does not exist", text))
    return reader.native(path)


def directory(text: str, machine: Host, reader: _dialect.Dialect) -> str:
    """Read the path of an existing directory."""
    path = machine.expand_user(reader.portable(text))
    if not path or not machine.is_dir(os.path.join(machine.cwd(), path)):
        raise ValueError(say(reader, "%s is not an existing directory", text))
    return reader.native(path)


def log_level(text: str, _host: Host, reader: _dialect.Dialect) -> str:
    """Read the name of a log level."""
    if text.lower() not in _LEVELS:
        raise ValueError(say(reader, "bad logging level name %r", text))
    return text.lower()


def _account(text: str, reader: _dialect.Dialect, by_name: t.Callable, exists: t.Callable, what: str) -> int:
    """Read the name or number of an account or group that exists."""
    try:
        number = _int(text, reader)
    except ValueError:
        number = by_name(reader.portable(text))
        if number is None:
            raise ValueError(say(reader, "Invalid %s name %s", what, text))
    else:
        if not exists(number):
            raise ValueError(say(reader, "Invalid %s id %s", what, text))
    return number


def user(text: str, machine: Host, reader: _dialect.Dialect) -> int:
    """Read an account, give its number."""
    return _account(text, reader, machine.uid, machine.has_uid, "user")


def owner(text: str, machine: Host, reader: _dialect.Dialect) -> t.Tuple[int, int]:
    """Read ``user`` or ``user:group``; the group is -1 when it is not given."""
    account, colon, group = text.partition(":")
    try:
        uid = user(account, machine, reader)
        return uid, _account(group, reader, machine.gid, machine.has_gid, "group") if colon else -1
    except ValueError:
        raise ValueError(say(reader, "Invalid user:group definition %s", text))


@functools.lru_cache(maxsize=None)
def _signals(python3: bool, stack_fault: bool) -> t.Dict[str, int]:
    """Give the signals that the daemon's Python knows, by name."""
    known = {key: int(getattr(signal, key)) for key in dir(signal) if key.startswith("SIG")}
    if not python3:
        known = {key: number for key, number in known.items() if key not in ("SIG_BLOCK", "SIG_UNBLOCK", "SIG_SETMASK")}
    known.pop("SIGSTKFLT", None)
    return dict(known, SIGSTKFLT=16) if stack_fault else known


def signal_number(text: str, _host: Host, reader: _dialect.Dialect) -> int:
    """Read a signal by name, with or without SIG, or by number."""
    known = _signals(reader.python >= 3, reader.python3(11))
    try:
        number = _int(text, reader)
    except ValueError:
        key = strip(text, reader).upper()
        found = known.get(key if key.startswith("SIG") else "SIG" + key)
        if found is None:
            raise ValueError(say(reader, "value %r is not a valid signal name", text))
        number = found
    if number not in known.values():
        raise ValueError(say(reader, "value %r is not a valid signal number", text))
    return number


def port_number(text: str, machine: Host, reader: _dialect.Dialect) -> int:
    """Read a port."""
    number = integer(text, machine, reader)
    if number < 1:
        raise ValueError(say(reader, "%r is below lower bound (1)", number))
    if number > 65535:
        raise ValueError(say(reader, "%r is above upper bound (65535)", number))
    return number


def host_port(text: str, machine: Host, reader: _dialect.Dialect) -> t.Tuple[str, int]:
    """Read ``[host:]port``; the host is "" for every interface."""
    if ":" not in text:
        try:
            return "", port_number(text, machine, reader)
        except ValueError:
            raise ValueError(say(reader, "not a valid port number: %r ", text))
    # Supervisor 4.0 splits at the first colon, newer ones at the last.
    host, port = text.rsplit(":", 1) if reader.at_least("4.2.0") else text.split(":", 1)
    if not port:
        raise ValueError(say(reader, "no port number specified in %r", port))
    number = port_number(port, machine, reader)
    return "" if host == "*" else host.lower(), number


def entry_point(text: str, machine: Host, reader: _dialect.Dialect) -> str:
    """Read ``module:name``; only what is known not to import is refused.

    "[extras]" may follow and mean nothing; before 4.3 they had to be well formed.
    """
    match = _ENTRY_POINT.match(text)
    extras = match.group("extras") if match else None
    good = match and (not extras or reader.at_least("4.3.0") or _EXTRAS.match(extras))
    if not match or not good or machine.importable(match.group("spec")) is False:
        raise ValueError(say(reader, "%s cannot be resolved", text))
    return match.group("spec")


def unresolved(text: t.Optional[str], machine: Host) -> str:
    """Why an entry point cannot be resolved, or why that is not known; "" when neither is so, or nobody knows."""
    match = _ENTRY_POINT.match(text or "")
    return machine.imported(match.group("spec")).reason if match else ""


def plain(text: str, _host: Host, _reader: _dialect.Dialect) -> str:
    """Take a text as it is."""
    return text


PARSERS: t.Dict[str, Parse] = {
    "autorestart": autorestart,
    "bool": boolean,
    "bytes": byte_size,
    "csv": strings,
    "dir": directory,
    "entry_point": entry_point,
    "env": environment,
    "events": strings,
    "exitcodes": exit_codes,
    "file": file_path,
    "hostport": host_port,
    "int": integer,
    "logfile": log_file,
    "loglevel": log_level,
    "name": name,
    "octal": octal,
    "signal": signal_number,
    "string": plain,
    "user": user,
    "usergroup": owner,
}
