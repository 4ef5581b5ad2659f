# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration text that may be shown: a difference without the secrets in it."""

import re
import typing as t

# Passwords, and variables for programs, which hold secrets more often than not. The value runs on over every
# following line that is indented, as the INI parser reads it.
_SECRET = re.compile(r"^((?:password|environment)[ \t]*[=:])(.*(?:\n[ \t]+.*)*)", re.IGNORECASE | re.MULTILINE)
_SECTION = re.compile(r"^\[(.+)\]", re.MULTILINE)
HIDDEN = "********"


def pair(before: str, after: str) -> t.Tuple[str, str]:
    """Hide the secrets of two texts in a way that still shows which of them changed."""
    old = _secrets(before)
    return _hide(before, {}), _hide(after, old)


def arguments(params: t.Dict[str, t.Any]) -> t.Dict[str, t.Any]:
    """The arguments of a module as they may appear in a result: names of variables for programs, not their values.

    ``no_log`` on environment would not do: it hides each value wherever it occurs, and "1" occurs in every pid.
    What was not given is left out: with sixty options for each of hundreds of programs it would be most of a result.
    """
    return {key: _shown(key, value) for key, value in params.items() if value is not None}


def _shown(key: str, value: t.Any) -> t.Any:
    if key == "environment":
        return dict.fromkeys(value, HIDDEN) if isinstance(value, dict) else HIDDEN
    if isinstance(value, dict):
        return arguments(value)
    return [_shown(key, item) for item in value] if isinstance(value, list) else value


def _secrets(text: str) -> t.Dict[str, str]:
    """section/option -> value of every secret."""
    return {_place(text, match): match.group(2).strip() for match in _SECRET.finditer(text)}


def _place(text: str, match: t.Any) -> str:
    """section/option of a match."""
    sections = _SECTION.findall(text, 0, match.start())
    return "%s/%s" % (sections[-1] if sections else "", match.group(1).rstrip("=: \t").lower())


def _hide(text: str, old: t.Dict[str, str]) -> str:
    """Replace every secret; one that is in ``old`` with another value is marked as changed."""

    def replacement(match: t.Any) -> str:
        place = _place(text, match)
        changed = place in old and old[place] != match.group(2).strip()
        return match.group(1) + HIDDEN + (" (changed)" if changed else "")

    return _SECRET.sub(replacement, text)
