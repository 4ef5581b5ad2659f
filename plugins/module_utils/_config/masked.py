# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration text that may be shown: a difference without the secrets in it.

Shown are sections, names of options and variables, and which of the hidden values changed. Hidden are the values of
all variables for programs, of passwords, and of every option that Supervisor does not know: those are a plugin's own.
"""

import re
import shlex
import typing as t

from .. import _shown
from .._options import table as _table

# One option, also one that is commented out. Its value runs on over every following line that is indented, as the
# INI parser reads it; so does a comment's, which is more than the parser would do, and hides more.
_OPTION = re.compile(r"^([;#][;# \t]*)?([^\s=:\[;#][^=:\n]*?)([ \t]*[=:])(.*(?:\n[ \t]+.*)*)", re.MULTILINE)
_SECTION = re.compile(r"^\[(.+)\]", re.MULTILINE)
# The comment at the top of the collection's own files looks like an option that is commented out.
_HEADER = re.compile(r"; Managed by Ansible, [\w.]+, managed_by=[\w.:/@ -]+\Z")
_SECRET_TYPES = ("password", "env")
_QUOTES = "'\""

# section, option, variable -> its value
Hidden = t.Dict[t.Tuple[str, str, str], str]


def pair(before: str, after: str) -> t.Tuple[str, str]:
    """Hide the secrets of two texts in a way that still shows which of them changed."""
    old = {}  # type: Hidden
    return _hide(before, {}, old), _hide(after, old, {})


def _hide(text: str, old: Hidden, found: Hidden) -> str:
    """Replace every secret, and note it in ``found``; one with another value in ``old`` is marked as changed."""

    def mask(place: t.Tuple[str, str, str], value: str) -> str:
        found[place] = value
        return _shown.HIDDEN + (" (changed)" if old.get(place, value) != value else "")

    def replacement(match: t.Any) -> str:
        if _HEADER.match(match.group()):
            return str(match.group())
        comment, name, equals, value = match.groups()
        section = _section(text, match.start())
        kind = _kind_of(section, name.strip().lower())
        if kind == "":
            return _shown.address(match.group())
        place = section, (comment or "") + name.lower()
        variables = _variables(value) if kind == "env" else None
        if variables is None:
            masked = mask(place + ("",), value.strip())
        else:
            # A line for each, in order: a difference then shows the variables that differ, and no others.
            lines = ["%s=%s" % (key, mask(place + (key,), variables[key])) for key in sorted(variables)]
            return "%s%s=%s" % (comment or "", name.strip(), ",\n\t".join(lines))
        return (comment or "") + name + equals + masked

    return _OPTION.sub(replacement, text)


def _section(text: str, end: int) -> str:
    """The section that a place is in."""
    sections = _SECTION.findall(text, 0, end)
    return sections[-1].strip() if sections else ""


def _kind_of(section: str, name: str) -> str:
    """Why a value is hidden: type of the option, "unknown", or "" when it may be shown."""
    kind = section.partition(":")[0]
    option = _table.option(kind, name) if kind in _table.KINDS else None
    if option is None:
        return "unknown"
    return option.type if option.type in _SECRET_TYPES else ""


def _variables(text: str) -> t.Optional[t.Dict[str, str]]:
    """KEY='value',... as Supervisor reads it, whatever quotes it is written in; None for what it would refuse."""
    lexer = shlex.shlex(text)
    lexer.wordchars += "/.+-():"
    try:
        tokens = list(lexer)
    except ValueError:
        return None
    found = {}
    for start in range(0, len(tokens), 4):
        triple = tokens[start : start + 3]
        good = len(triple) == 3 and triple[1] == "=" and triple[0][0] not in _QUOTES
        if not good or tokens[start + 3 : start + 4] not in ([","], []):
            return None
        found[triple[0]] = triple[2].strip(_QUOTES)
    return found or None
