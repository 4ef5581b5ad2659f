# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read INI text exactly as the daemon's own Python does, and remember where every value came from.

Python 2 and Python 3 disagree about comments, blank lines, indentation and what a space is, so the two readers are
spelled out here instead of using whichever ``configparser`` happens to run this code.
"""

import re
import typing as t
from collections import OrderedDict

from .. import _errors
from .._options import dialect as _dialect

_SPACE2 = " \t\n\r\x0b\x0c"  # what Python 2 strips from a byte string
_REMARK = re.compile(r"rem(\s|$)", re.ASCII | re.IGNORECASE)  # a comment in column 0, for Python 2
_HEADER_OLD = re.compile(r"\[(?P<header>[^]]+)\]")  # Python 2 and up to 3.9: ends at the first bracket
_HEADER_NEW = re.compile(r"\[(?P<header>.+)\]")
_OPTION2 = re.compile(r"(?P<option>[^:=\s][^:=]*)\s*(?P<vi>[:=])\s*(?P<value>.*)$", re.ASCII)
_OPTION3 = re.compile(r"(?P<option>.*?)\s*(?P<vi>[:=])\s*(?P<value>.*)$")
_COMMENT313 = re.compile(r"(^|\s)[;#]")


class Value(t.NamedTuple):
    """Text of an option, and the file and line of its key."""

    text: str
    file: str
    line: int


Options = t.Dict[str, Value]


class Store:
    """What has been read so far: sections in order of appearance, [DEFAULT], and the files each section is in."""

    def __init__(self) -> None:
        self.sections: t.Dict[str, Options] = OrderedDict()
        self.defaults: Options = OrderedDict()
        self.origins: t.Dict[str, t.List[str]] = OrderedDict()

    def open(self, header: str, file: str) -> Options:
        """Give the options of a section, made if needed; a section met again is continued, not replaced."""
        if header not in self.sections and header == "DEFAULT":
            return self.defaults
        files = self.origins.setdefault(header, [])
        if file not in files:
            files.append(file)
        return self.sections.setdefault(header, OrderedDict())

    def get(self, section: str, option: str) -> t.Optional[Value]:
        """Look an option up, in [DEFAULT] too; None when it is not written."""
        return self.sections.get(section, {}).get(option) or self.defaults.get(option)

    def items(self, section: str) -> Options:
        """Give all options of a section, those of [DEFAULT] included."""
        merged = OrderedDict(self.defaults)
        merged.update(self.sections.get(section, {}))
        return merged


class _Reader:
    """State while one file is read. ``pending`` holds the lines of values that may still be continued."""

    def __init__(self, store: Store, file: str) -> None:
        self.store = store
        self.file = file
        self.section: t.Optional[Options] = None
        self.option = ""
        self.pending: t.Dict[t.Tuple[int, str], t.Tuple[Options, t.List[str], int]] = OrderedDict()
        self.bad: t.List[int] = []

    def start_section(self, header: str) -> None:
        self.section = self.store.open(header, self.file)
        self.option = ""

    def start_option(self, name: str, value: str, line: int) -> None:
        options = t.cast(Options, self.section)
        self.option = name
        self.pending[(id(options), name)] = (options, [value], line)

    def add(self, line: str) -> None:
        self.pending[(id(self.section), self.option)][1].append(line)

    def missing_header(self, line: int) -> _errors.ConfigError:
        why = "File contains no section headers: line %d stands before the first [section]" % line
        return _errors.ConfigError("%s (file: %r)" % (why, self.file), file=self.file, line=line, reason=why)

    def finish(self, clean: t.Callable[[str], str]) -> None:
        """Store the values. Raises ConfigError if any line was neither header, option, comment nor continuation."""
        if self.bad:
            numbers = ", ".join(str(number) for number in self.bad[:10])
            why = "File contains parsing errors: not a [section] or key=value in line %s" % numbers
            raise _errors.ConfigError("%s (file: %r)" % (why, self.file), file=self.file, line=self.bad[0], reason=why)
        for (_section, name), (options, lines, line) in self.pending.items():
            options[name] = Value(clean("\n".join(lines)), self.file, line)


def decode(data: bytes, file: str, reader: _dialect.Dialect) -> str:
    """Turn the bytes of a file into text as the daemon sees it. Raises ConfigError for bytes it cannot decode."""
    if reader.python < 3:
        return data.decode("latin-1")
    try:
        text = data.decode(reader.encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        why = "%r codec can't decode byte 0x%02x in line %d" % (error.encoding, data[error.start], line)
        raise _errors.ConfigError("%s (file: %r)" % (why, file), file=file, line=line, reason=why)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def alone(data: bytes, file: str, reader: _dialect.Dialect) -> Store:
    """What a file holds by itself. Raises ConfigError as ``read``."""
    store = Store()
    read(data, file, store, reader)
    return store


def read(data: bytes, file: str, store: Store, reader: _dialect.Dialect) -> None:
    """Read one file into ``store``, later values winning. Raises ConfigError (details: file, line, reason)."""
    text = decode(data, file, reader)
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    state = _Reader(store, file)
    if reader.python < 3:
        _read2(lines, state)
        state.finish(lambda text: text)
    else:
        _read3(lines, state, reader)
        state.finish(str.rstrip)


def _read2(lines: t.List[str], state: _Reader) -> None:
    """Read like ConfigParser of Python 2.7."""
    for number, line in enumerate(lines, start=1):
        content = line.strip(_SPACE2)
        if not content or line[0] in "#;" or _REMARK.match(line):
            continue
        if line[0] in _SPACE2 and state.section is not None and state.option:
            state.add(content)
            continue
        header = _HEADER_OLD.match(line)
        if header:
            state.start_section(header.group("header"))
        elif state.section is None:
            raise state.missing_header(number)
        else:
            _option2(line, number, state)


def _option2(line: str, number: int, state: _Reader) -> None:
    """Read a line that must be ``key=value``; only the first ``;`` after a space begins a comment."""
    match = _OPTION2.match(line)
    if not match:
        state.bad.append(number)
        return
    value = match.group("value")
    semicolon = value.find(";")
    # For a ";" in front, the character before it is, by Python's rule for index -1, the last one of the line.
    if semicolon >= 0 and value[semicolon - 1] in _SPACE2:
        value = value[:semicolon]
    value = value.strip(_SPACE2)
    state.start_option(match.group("option").rstrip(_SPACE2).lower(), "" if value == '""' else value, number)


def _read3(lines: t.List[str], state: _Reader, reader: _dialect.Dialect) -> None:
    """Read like configparser of Python 3."""
    header_pattern = _HEADER_NEW if reader.python3(10) else _HEADER_OLD
    strip_comment = _strip_comment313 if reader.python3(13) else _strip_comment
    indent = 0
    for number, line in enumerate(lines, start=1):
        content = "" if line.strip()[:1] in ("#", ";") else strip_comment(line)
        if not content:
            # A blank line is part of the value, a comment line is not.
            if state.option and not line.strip():
                state.add("")
            continue
        depth = len(line) - len(line.lstrip())
        if state.section is not None and state.option and depth > indent:
            state.add(content)
            continue
        indent = depth
        header = header_pattern.match(content)
        if header:
            state.start_section(header.group("header"))
        elif state.section is None:
            raise state.missing_header(number)
        else:
            _option3(content, number, state)


def _option3(content: str, number: int, state: _Reader) -> None:
    """Read a line, free of comments, that must be ``key=value``."""
    match = _OPTION3.match(content)
    if not match or not match.group("option"):
        state.bad.append(number)
        return
    state.start_option(match.group("option").rstrip().lower(), match.group("value").strip(), number)


def _strip_comment(line: str) -> str:
    """Cut an inline comment as Python before 3.13 does.

    It looks at the first ``;`` and the first ``#`` together, then at the second ones, and so on; the first round in
    which one of them follows a space decides. So ``a;b ;c #d`` keeps ``;c``.
    """
    places = [[i for i, char in enumerate(line) if char == mark] for mark in ";#"]
    for turn in range(max(len(places[0]), len(places[1]))):
        starts = [row[turn] for row in places if turn < len(row)]
        starts = [i for i in starts if i == 0 or line[i - 1].isspace()]
        if starts:
            return line[: min(starts)].strip()
    return line.strip()


def _strip_comment313(line: str) -> str:
    """Cut an inline comment as Python 3.13 and newer do: at the first ``;`` or ``#`` after a space."""
    match = _COMMENT313.search(line)
    return line[: match.start()].strip() if match else line.strip()
