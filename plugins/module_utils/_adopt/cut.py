# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take sections out of the text of a file, with their own comments, and leave the rest byte for byte as it was.

What comes out is read again, so that nothing of it can mean anything else than before.
"""

import re
import typing as t

from .. import _errors
from .._config import ini as _ini
from .._options import dialect as _dialect

_HEADER = re.compile(rb"\[([^\]\n]+)\]")
_COMMENT = (b"#", b";")


class Block(t.NamedTuple):
    """Lines that belong together: a section with the comment right above it. ``section``: "" for what comes first."""

    section: str
    lines: t.List[bytes]


def sections(data: bytes, file: str, reader: _dialect.Dialect) -> t.Dict[str, t.Dict[str, str]]:
    """What a file holds on its own: section -> option -> text. Raises ConfigError."""
    found = _ini.alone(data, file, reader).sections
    return {name: {key: value.text for key, value in options.items()} for name, options in found.items()}


def without(data: bytes, names: t.Container[str], file: str, reader: _dialect.Dialect) -> t.Optional[bytes]:
    """The file without these sections; None when no section is left.

    :param file: its path, for messages.
    :raises _errors.ConfigError: it cannot be read, or cannot be taken apart line by line.
    """
    before = sections(data, file, reader)
    kept = {name: options for name, options in before.items() if name not in names}
    if not kept:
        return None
    rest = _joined([block for block in _blocks(data, reader) if block.section not in names])
    return _proven(rest, kept, file, reader)


def only(data: bytes, names: t.Container[str], file: str, reader: _dialect.Dialect) -> bytes:
    """These sections of the file, each with an empty line before it; b"" when it has none of them. Raises as above."""
    before = sections(data, file, reader)
    kept = {name: options for name, options in before.items() if name in names}
    blocks = [block for block in _blocks(data, reader) if block.section and block.section in names]
    text = b"".join(b"\n" + b"".join(_trimmed(block.lines)).rstrip(b"\n") + b"\n" for block in blocks)
    return _proven(text, kept, file, reader) if text else b""


def _proven(text: bytes, kept: t.Dict[str, t.Dict[str, str]], file: str, reader: _dialect.Dialect) -> bytes:
    try:
        same = sections(text, file, reader) == kept
    except _errors.ConfigError:
        same = False
    if not same:
        raise _errors.ConfigError(
            "%s cannot be taken apart section by section; move its sections to files of their own by hand. Nothing was "
            "changed." % file,
            file=file,
        )
    return text


def _blocks(data: bytes, reader: _dialect.Dialect) -> t.List[Block]:
    """The lines of a file by section; a header stands in the first column."""
    found = [Block("", [])]
    for line in data.splitlines(True):
        header = _HEADER.match(line)
        if header:
            above = _comment_above(found[-1].lines)
            name = header.group(1).decode("latin-1" if reader.python < 3 else "utf-8", "surrogateescape")
            found.append(Block(name, above + [line]))
        else:
            found[-1].lines.append(line)
    return found


def _comment_above(lines: t.List[bytes]) -> t.List[bytes]:
    """Take the comment off the end of a block that stands right above the next header, without an empty line."""
    start = len(lines)
    while start and lines[start - 1].startswith(_COMMENT):
        start -= 1
    above = lines[start:]
    del lines[start:]
    return above


def _joined(blocks: t.List[Block]) -> bytes:
    """Blocks as one text, which ends as a text should: with one line break."""
    lines = [line for block in blocks for line in block.lines]
    return b"".join(_trimmed(lines)).rstrip(b"\n") + b"\n"


def _trimmed(lines: t.List[bytes]) -> t.List[bytes]:
    """Without empty lines at the end."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]
