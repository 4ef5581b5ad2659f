# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of all variables of the playbooks, meta/playbooks.yml, as records."""

from __future__ import annotations

import functools
import pathlib
import types
import typing as t

import yaml

FILE = pathlib.Path(__file__).resolve().parents[2] / "meta" / "playbooks.yml"


class Variable(t.NamedTuple):
    """One row; the head of the file says what each column means."""

    name: str
    description: list[str]
    type: str
    survey: str
    elements: str = ""
    default: t.Any = None
    default_text: str = ""
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    form: str = ""
    form_means: str = ""
    min: float | None = None
    max: float | None = None
    required: bool = False
    goes_with: t.Mapping[str, str] = types.MappingProxyType({})
    scope: str = "run"
    secret: bool = False


class Playbook(t.NamedTuple):
    """One playbook and its variables."""

    name: str
    description: list[str]
    examples: list[str]
    variables: dict[str, Variable]
    groups: tuple[str, ...] = ()
    loose: bool = False

    @property
    def prefix(self) -> str:
        """What the names of its variables begin with."""
        return f"{self.name}_"

    def of_type(self, kind: str) -> list[Variable]:
        """Its variables of one type."""
        return [row for row in self.variables.values() if row.type == kind]


@functools.cache
def playbooks() -> dict[str, Playbook]:
    """All playbooks by name, in the order of the file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read = yaml.load(FILE.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  both are safe loaders
    return {name: _playbook(name, entry) for name, entry in read.items()}


def playbook(name: str) -> Playbook:
    """One playbook. Raises ValueError for a name that there is not."""
    try:
        return playbooks()[name]
    except KeyError:
        raise ValueError(f"playbook: {name!r} is none of {', '.join(playbooks())}") from None


def _playbook(name: str, entry: dict) -> Playbook:
    rows = {key: Variable(key, **_row(row)) for key, row in entry["variables"].items()}
    return Playbook(name, **{**entry, "variables": rows, "groups": tuple(entry.get("groups", ()))})


def _row(row: dict) -> dict[str, t.Any]:
    return {key: tuple(value) if key in ("choices", "words") else value for key, value in row.items()}
