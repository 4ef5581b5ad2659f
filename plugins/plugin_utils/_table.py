# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows as text: an aligned table for a terminal, CSV, JSON. Pure; what a daemon said is made harmless for each."""

from __future__ import annotations

import collections
import csv
import io
import json
import re
import typing as t
import unicodedata

from ..module_utils import _said
from . import _listener

# Words of a cell that are good or bad news; every other word in the column of states is neither.
GOOD = frozenset({"RUNNING", "ok", "started", "restarted", "stopped", "signalled", "in"})
BAD = frozenset(
    {"FATAL", "BACKOFF", "UNKNOWN", "EXITED", "failed", "unreachable", "unknown", "orphans", *_listener.STATES}
)
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def clean(value: t.Any) -> str:
    """One line without anything that moves a cursor or changes a colour."""
    text = "" if value is None else "yes" if value is True else "no" if value is False else str(value)
    return re.sub(r"\s+", " ", _said.text(text)).strip()


def width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def mood(row: t.Mapping, columns: t.Sequence[str]) -> str:
    """Whether a row is "good" or "bad" news, by its first telling cell from the right; "" if no cell tells."""
    word = telling(row, columns)
    return "" if not word else "good" if word in GOOD else "bad" if word in BAD else "fair"


def telling(row: t.Mapping, columns: t.Sequence[str]) -> str:
    """The word of a row that says how it is."""
    words = (row.get(column) for column in reversed(columns) if column in ("state", "result", "after"))
    return next((clean(word) for word in words if word), "")


def sums(rows: t.Iterable[t.Mapping], columns: t.Sequence[str]) -> str:
    """How many rows have which telling word, the most frequent first: "FATAL 2, RUNNING 17". "" if no cell tells."""
    counts = collections.Counter(filter(None, (telling(row, columns) for row in rows)))
    return ", ".join(f"{word} {count}" for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def text(rows: t.Sequence[t.Mapping], columns: t.Sequence[str]) -> list[str]:
    """A table with a head, in lines; numbers stand at the right. Columns in which nobody has anything are left out."""
    shown = [column for column in columns if any(clean(row.get(column)) for row in rows)] or list(columns)
    cells = [[clean(row.get(column)) for column in shown] for row in rows]
    heads = [column.replace("_", " ").upper() for column in shown]
    widths = [max(map(width, column)) for column in zip(heads, *cells)]
    right = [
        bool(rows) and all(isinstance(row.get(name), (int, float)) or not clean(row.get(name)) for row in rows)
        for name in shown
    ]
    return ["  ".join(map(_padded, line, widths, right)).rstrip() for line in [heads, *cells]]


def _padded(cell: str, size: int, right: bool) -> str:
    space = " " * (size - width(cell))
    return space + cell if right else cell + space


def as_csv(rows: t.Sequence[t.Mapping], columns: t.Sequence[str]) -> str:
    """Comma separated values with a head, safe to open in a spreadsheet."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(row.get(column)) for column in columns])
    return stream.getvalue()


def _harmless(value: t.Any) -> t.Any:
    cell = clean(value)
    return "'" + cell if isinstance(value, str) and cell.startswith(FORMULA) else cell


def as_json(rows: t.Sequence[t.Mapping], about: t.Mapping) -> str:
    """An object with what the report is about, and its rows: as they were said, but a terminal can show the file."""
    written = json.dumps({**about, "rows": list(rows)}, indent=2, ensure_ascii=False, default=str)
    return _said.HARMFUL.sub(lambda found: json.dumps(found.group())[1:-1], written) + "\n"
