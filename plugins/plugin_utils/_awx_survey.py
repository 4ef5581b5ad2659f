# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Surveys of AWX, made of the table of the playbooks' variables. No I/O.

AWX looks at a default again when a job starts, and leaves one out that is no right answer to its own question, without
a word. So no question is made here with such a default.
"""

from __future__ import annotations

import math
import typing as t

from . import _playbook_help, _playbook_values
from ._playbook_table import Playbook, Variable

Question = dict[str, t.Any]

# Characters of a text: as AWX's own pages have it, but certificates do not fit into that.
LONGEST = {"text": 1024, "textarea": 65536, "password": 1024}
NUMBERS = ("integer", "float")
CHOICES = ("multiplechoice", "multiselect")


def survey(book: Playbook, names: t.Sequence[str], proposed: t.Mapping[str, t.Any] | None = None) -> dict[str, t.Any]:
    """What AWX takes as ``survey_spec``.

    :param names: the variables to ask for, in this order. Raises ValueError for one that the playbook does not have.
    :param proposed: name -> the default of its question. Raises ValueError for what the playbook would refuse.
    """
    proposed = proposed or {}
    lost = [name for name in (*names, *proposed) if name not in book.variables]
    if lost:
        raise ValueError(f"{', '.join(lost)}: no variable of the playbook {book.name}")
    spec = [question(book, book.variables[name], proposed.get(name)) for name in names]
    return {"name": book.name, "description": book.description[0], "spec": spec}


def question(book: Playbook, row: Variable, proposed: t.Any = None) -> Question:
    """The question that asks for a variable."""
    found: Question = {
        "question_name": _title(book, row),
        "question_description": _description(row),
        "required": row.required,
        "type": row.survey,
        "variable": row.name,
        **_limits(row),
    }
    if row.survey in CHOICES:
        found["choices"] = "\n".join(row.choices or ("true", "false"))
    answer = _default(row if proposed is None else _proposing(row, proposed))
    if answer is not None and not fault(found, answer):
        found["default"] = answer
    return found


def fault(asked: Question, answer: t.Any) -> str:
    """What AWX has against an answer to a question, "" if it is right; by the rules of AWX 24."""
    kind, low, high = asked["type"], asked.get("min"), asked.get("max")
    if kind in CHOICES:
        answers = [answer] if kind == "multiplechoice" else answer
        if not isinstance(answers, list):
            return "it is no list"
        return "it is no choice" if set(answers) - set(asked["choices"].splitlines()) else ""
    types = {"integer": (int,), "float": (int, float)}.get(kind, (str,))
    if not isinstance(answer, types) or isinstance(answer, bool):
        return "it is of another type"
    size = answer if kind in NUMBERS else len(str(answer))
    return "it is out of bounds" if (low is not None and size < low) or (high is not None and size > high) else ""


def _title(book: Playbook, row: Variable) -> str:
    words = row.name[len(book.prefix) :].replace("_", " ")
    return words[0].upper() + words[1:]


def _description(row: Variable) -> str:
    text = _playbook_help.meaning(row)
    return text if row.required else f"{text} Left empty: {_playbook_help.default(row)}."


def _limits(row: Variable) -> Question:
    """Bounds, which AWX takes as whole numbers only; those of a text are its length."""
    if row.survey in LONGEST:
        return {"min": 1 if row.required else 0, "max": LONGEST[row.survey]}
    if row.survey not in NUMBERS:
        return {}
    limits = {"min": None if row.min is None else math.ceil(row.min), "max": None if row.max is None else int(row.max)}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _proposing(row: Variable, proposed: t.Any) -> Variable:
    """The same with another default. Raises ValueError."""
    try:
        return row._replace(default=_playbook_values.value(row, proposed), required=False)
    except ValueError as error:
        raise ValueError(f"{row.name}: {error}") from None


def _default(row: Variable) -> t.Any:
    """The default as an answer; None where AWX has no way to say it, or where it must not be said.

    A default of several choices is such a one: it is stored as a text and then refused for not being a list.
    """
    if row.required or row.secret or row.default in (None, "", []) or row.survey == "multiselect":
        return None
    if row.survey in NUMBERS:
        return row.default
    if isinstance(row.default, bool):
        return str(row.default).lower()
    return ",".join(map(str, row.default)) if isinstance(row.default, list) else str(row.default)
