# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings against a table of what may stand there: every fault names the key, the value and what to do. No effects."""

import difflib
import re
import typing as t
import urllib.parse

from . import masks as _masks

HIDDEN = "(hidden)"


class Key(t.NamedTuple):
    """What may stand under a key.

    ``kind``: str, line, int, number, bool, url, path, name, regex, strings and lines (lists), texts (a mapping of
    texts), headers and labels (the same, of HTTP and of Prometheus), map (a mapping by ``inner``), maps (a list of
    these). ``least`` and ``most`` are bounds of numbers.
    """

    kind: str
    default: t.Any = None
    required: bool = False
    choices: t.Sequence[t.Any] = ()
    least: float = 0
    most: float = 1e9
    secret: bool = False
    inner: t.Optional[t.Mapping[str, "Key"]] = None


Table = t.Mapping[str, Key]


class Faults(Exception):
    """What is wrong, each as a sentence."""

    def __init__(self, faults: t.Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


def near(word: str, known: t.Iterable[str]) -> str:
    """A question for who may have mistyped a word, empty if nothing is like it."""
    found = difflib.get_close_matches(word, list(known), 1)
    return ", did you mean %s?" % found[0] if found else ""


def checked(table: Table, value: t.Any, where: str = "") -> t.Dict[str, t.Any]:
    """The settings with all defaults.

    :raises Faults: something is not as the table says.
    """
    faults = []  # type: t.List[str]
    made = _mapping(table, value, where, faults)
    if faults:
        raise Faults(faults)
    return made


def _mapping(table: Table, value: t.Any, where: str, faults: t.List[str]) -> t.Dict[str, t.Any]:
    if not isinstance(value, dict):
        faults.append("%s: give a mapping, not %s" % (where or "the settings", _named(value)))
        return {}
    for key in value:
        if key not in table:
            faults.append("%s: there is no such key%s" % (_path(where, key), near(str(key), table)))
    made = {}
    for name, key in table.items():
        path, given = _path(where, name), value.get(name)
        if given is None or given == "":
            if key.required:
                faults.append("%s: missing; give %s" % (path, _WANTED[key.kind]))
            given = key.default
            made[name] = _mapping(key.inner or {}, {}, path, faults) if key.kind == "map" and given is None else given
        else:
            made[name] = _value(key, given, path, faults)
    return made


def _value(key: Key, given: t.Any, path: str, faults: t.List[str]) -> t.Any:
    if key.kind == "map":
        return _mapping(key.inner or {}, given, path, faults)
    if key.kind == "maps":
        if not isinstance(given, list):
            faults.append("%s: give a list of mappings, not %s" % (path, _named(given)))
            return []
        return [_mapping(key.inner or {}, one, "%s[%d]" % (path, number), faults) for number, one in enumerate(given)]
    shown = HIDDEN if key.secret else _masks.masked(repr(given))
    given = _plain(key.kind, given)
    if not _KINDS[key.kind](given):
        faults.append("%s: %s; give %s" % (path, shown, _WANTED[key.kind]))
    elif key.choices and given not in key.choices:
        choices = ", ".join(str(choice) for choice in key.choices)
        faults.append("%s: %s; give one of %s%s" % (path, shown, choices, near(str(given), map(str, key.choices))))
    elif key.kind in ("int", "number") and not key.least <= given <= key.most:
        faults.append("%s: %s; give a number from %g to %g" % (path, shown, key.least, key.most))
    return given


def _plain(kind: str, given: t.Any) -> t.Any:
    """The value as it is meant where it came as a text, as from a form: ``"5"``, ``"yes"``, ``"a, b"``."""
    if not isinstance(given, str):
        return given
    text = given.strip()
    if kind in ("int", "number") and re.match(r"-?\d{1,9}(?:\.\d{1,9})?\Z", text):
        return float(text) if "." in text else int(text)
    if kind == "bool":
        return _BOOLS.get(text.lower(), given)
    if kind in ("strings", "lines"):
        return [one.strip() for one in re.split("[,\n]", text) if one.strip()]
    return given


def _path(where: str, key: t.Any) -> str:
    return "%s.%s" % (where, key) if where else str(key)


def _named(value: t.Any) -> str:
    names = {dict: "a mapping", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number")


def _number(value: t.Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _regex(value: t.Any) -> bool:
    try:
        re.compile(value)
    except (re.error, TypeError):
        return False
    return True


def _text(value: t.Any) -> bool:
    return isinstance(value, str)


def _line(value: t.Any) -> bool:
    """A text that cannot begin another header, and is not refused for a line break at its end."""
    return _text(value) and not _CONTROL.search(value)


def _url(value: t.Any) -> bool:
    if not _line(value) or not _URL.match(value):
        return False
    try:
        parts = urllib.parse.urlsplit(value)
        return bool(parts.hostname and all(ord(one) < 127 for one in parts.path + parts.query) and parts.port != 0)
    except ValueError:
        return False


def _texts(value: t.Any) -> bool:
    return isinstance(value, dict) and all(_text(one) for pair in value.items() for one in pair)


def _headers(value: t.Any) -> bool:
    return _texts(value) and all(
        _HEADER.match(name) and _line(one) and all(ord(letter) < 256 for letter in one) for name, one in value.items()
    )


_BOOLS = dict.fromkeys(("true", "yes", "on", "1"), True)
_BOOLS.update(dict.fromkeys(("false", "no", "off", "0"), False))
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_URL = re.compile(r"https?://[^\s/?#]+[^\s]*\Z")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")
_KINDS = {
    "str": _text,
    "line": _line,
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": _number,
    "bool": lambda value: isinstance(value, bool),
    "url": _url,
    "path": lambda value: _text(value) and value.startswith("/"),
    "name": lambda value: _text(value) and bool(_NAME.match(value)),
    "regex": _regex,
    "strings": lambda value: isinstance(value, list) and all(_text(one) and one for one in value),
    "lines": lambda value: isinstance(value, list) and all(_line(one) and one for one in value),
    "texts": _texts,
    "headers": _headers,
    "labels": lambda value: _texts(value) and all(_LABEL.match(name) for name in value),
}  # type: t.Dict[str, t.Callable[[t.Any], bool]]
_WANTED = {
    "str": "a text",
    "line": "a text of one line, without a line break at its end",
    "int": "a whole number",
    "number": "a number",
    "bool": "true or false",
    "url": "an address that begins with http:// or https://, has a host, and no blanks or letters with accents",
    "path": "an absolute path",
    "name": "a name of letters, digits, dots, dashes and underscores",
    "regex": "a regular expression",
    "strings": "a list of texts",
    "lines": "a list of texts of one line each",
    "texts": "a mapping of texts",
    "headers": "a mapping of names of headers to texts of one line each, without a line break at the end",
    "labels": "a mapping of texts whose names have letters, digits and underscores alone",
    "map": "a mapping",
    "maps": "a list of mappings",
}
