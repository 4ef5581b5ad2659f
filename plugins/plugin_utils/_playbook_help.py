# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of a playbook as people read them: on a terminal, and as a page of Markdown. No I/O."""

from __future__ import annotations

import textwrap
import typing as t

from ._playbook_table import Playbook, Variable

WIDTH = 110
KINDS = {
    "str": "text",
    "bool": "true or false",
    "int": "whole number",
    "float": "number",
    "hosts": "pattern of hosts",
    "batch": "number, or a share such as 25%",
}
ELEMENTS = {
    "name": "names",
    "label": "names",
    "state": "states",
    "path": "paths",
    "port": "ports",
    "pair": "names and ports",
    "status": "status codes",
}
MARKS = {"host": " ¹", "early": " ²"}
SCOPES = {"host": "may differ per host in the inventory", "early": "with -e only"}


def kind(row: Variable) -> str:
    """What a variable takes, in a few words."""
    if row.choices:
        words = ", ".join(row.choices)
        return f"any of {words}" if row.type == "list" else f"one of {words}"
    what = ELEMENTS[row.elements] if row.type == "list" else KINDS[row.type]
    return f"{what}, or {', '.join(row.words)}" if row.words else what


def default(row: Variable) -> str:
    """What an empty answer means."""
    if row.required:
        return "required"
    if row.default_text:
        return row.default_text
    if isinstance(row.default, list):
        return ",".join(map(str, row.default)) or "none"
    if isinstance(row.default, bool):
        return str(row.default).lower()
    return str(row.default) or "none"


def meaning(row: Variable) -> str:
    """All that is said about it."""
    more = [f"Only with {name}={wanted}." for name, wanted in row.goes_with.items()]
    return " ".join([*row.description, *more])


def text(book: Playbook) -> list[str]:
    """Lines for a terminal."""
    lines = [f"supervisord.fleet.{book.name}", ""]
    for sentence in book.description:
        lines += textwrap.wrap(sentence, WIDTH)
    lines += ["", *(f"  ansible-playbook -i inventory {example}" for example in book.examples), ""]
    for row in book.variables.values():
        about = [f"default: {default(row)}" if not row.required else "required", kind(row)]
        about += [SCOPES[row.scope]] if row.scope in SCOPES else []
        lines += [f"{row.name}  ({'; '.join(about)})"]
        lines += textwrap.wrap(meaning(row), WIDTH, initial_indent="    ", subsequent_indent="    ")
    return [*lines, "", *textwrap.wrap(RULES, WIDTH)]


RULES = (
    'An empty answer ("", null or an empty list) means the default. A list, "a,b" and one a line are equal. '
    "Give a value with -e NAME=VALUE (AWX: survey or extra variables)."
)


def page(books: t.Iterable[Playbook]) -> str:
    """The page of all playbooks, as Markdown."""
    parts = [part for book in books for part in _chapter(book)]
    return "\n".join(parts).rstrip("\n") + "\n"


def _chapter(book: Playbook) -> list[str]:
    first, *others = book.description
    lines = [f"## {book.name}", "", first, "", "```sh"]
    lines += [f"ansible-playbook -i inventory {example}" for example in book.examples]
    lines += ["```", ""]
    for sentence in others:
        lines += [sentence, ""]
    lines += ["| variable | default | value | meaning |", "|---|---|---|---|"]
    for row in book.variables.values():
        cells = (_cell(words) for words in (default(row), kind(row), meaning(row)))
        lines += [f"| `{row.name}`{MARKS.get(row.scope, '')} | {' | '.join(cells)} |"]
    return [*lines, ""]


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
