# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options, made from the table. Pure: returns data that a tool writes as YAML."""

import typing as t

from . import option as _option, table as _table

# What values of a type look like, where the type of the module's option does not say so.
_FORMS = {
    "bool": "V(true) or V(false).",
    "int": "A whole number.",
    "exitcodes": "Numbers from 0 to 255.",
}
_NAMES = ("here", "program_name", "group_name", "host_node_name", "process_num", "numprocs")


def _default(item: _table.Option) -> str:
    """Say what Supervisor does when the option is not written."""
    if item.default_text:
        return "Not written: %s." % item.default_text
    if item.default is None:
        return "Required." if item.required else "Not written: nothing is set."
    value = "V(%s)" % item.default.replace(")", "\\)") if item.default else "empty"
    older = "".join(", before Supervisor %s V(%s)" % pair for pair in item.older)
    return "Not written: %s%s." % (value, older)


def _facts(item: _table.Option) -> str:
    """Say unit, bounds, default, first version and cost in one line."""
    parts = [_FORMS[item.type]] if item.type in _FORMS else []
    if item.choices:
        parts.append("One of %s." % ", ".join("V(%s)" % choice for choice in item.choices))
    if item.unit:
        parts.append("Unit: %s." % item.unit)
    if item.minimum is not None:
        parts.append("At least %d%s." % (item.minimum, ", at most %d" % item.maximum if item.maximum else ""))
    parts.append(_default(item))
    parts.append("Since Supervisor %s." % item.since)
    parts.append("Cost of a change: %s." % _option.COSTS[item.applies])
    return " ".join(parts)


def _expansions(item: _table.Option) -> str:
    """Say which expansions pass through."""
    names = [name for name in _NAMES if name in item.expand]
    shown = ["V(%%(%s\\)%s)" % (name, "d" if name in ("process_num", "numprocs") else "s") for name in names]
    return "Expansions: %s." % ", ".join(shown + ["V(%(ENV_X\\)s)"])


def _entry(found: t.List[t.Tuple[str, _table.Option]], kinds: t.Sequence[str]) -> t.Dict[str, t.Any]:
    """Document one parameter that one or more kinds share."""
    holders = [kind for kind, _item in found]
    lines = [found[0][1].description]
    others = [kind for kind in kinds if kind not in holders]
    if others:
        word, named = ("Not", others) if len(others) < len(holders) else ("Only", holders)
        lines.append("%s for C(kind=%s)." % (word, "), C(kind=".join(named)))
    facts: t.List[t.Tuple[str, t.List[str]]] = []
    for kind, item in found:
        text = _facts(item)
        for known, who in facts:
            if known == text:
                who.append(kind)
                break
        else:
            facts.append((text, [kind]))
    for text, who in facts:
        lines.append(text if len(facts) == 1 else "For %s: %s" % (", ".join(who), text))
    expansions = _expansions(found[0][1])
    lines.append(expansions)
    entry: t.Dict[str, t.Any] = {"description": lines}
    entry.update(_table.parameter(found[0][1]))
    entry.pop("no_log", None)
    return entry


def document(*kinds: str) -> t.Dict[str, t.Dict[str, t.Any]]:
    """Give the documentation of the options of one kind, or of several kinds merged.

    Returns name -> {description, type, elements, choices}. There is no ``default``: leaving an option out means that
    it is not written, and what Supervisor does then is part of the description.
    """
    return {name: _entry(found, kinds) for name, found in sorted(_table.union(*kinds).items())}
