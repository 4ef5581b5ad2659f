# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that can be used as they are, and look copied from an ini file or a shell, where they mean another thing."""

import re
import typing as t

# What a shell-like lexer takes as one: a quoted text, an escaped character.
_PIECE = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"|\\.", re.DOTALL)


# A plugin reads what it gets as it stands in the file; what a password holds is nobody's business.
_OTHERS = ("extra_options", "options", "password")


def found(section: str, values: t.Mapping[str, t.Any]) -> t.List[str]:
    """A sentence for each option that is probably meant otherwise. Names options, never values: they may be secret.

    :param section: ``program:web``; values: option -> value.
    """
    sentences = []
    for option, value in sorted(values.items()):
        if option in _OTHERS:
            continue
        for name, text in _texts(option, value):
            if "%%" in text:
                sentences.append(
                    "[%s] %s: a %% stands for itself here, so the %%%% in it reaches the program as two. What is "
                    "%%%% in an ini file is %% here." % (section, name)
                )
            if option == "command" and "\\\n" in _PIECE.findall(text):
                sentences.append(
                    "[%s] %s: a backslash at the end of a line makes a word of the line break, which the program "
                    "gets as an argument. Leave the backslashes out, or fold the lines with >-." % (section, name)
                )
    return sentences


def _texts(option: str, value: t.Any) -> t.Iterator[t.Tuple[str, str]]:
    """The texts of a value, each with the name that an error would have for it; those of a list together."""
    if isinstance(value, dict):
        for key, entry in sorted(value.items(), key=str):
            if isinstance(entry, str):
                yield "%s.%s" % (option, key), entry
    elif isinstance(value, (list, tuple)):
        yield option, " ".join(entry for entry in value if isinstance(entry, str) and "\n" not in entry)
    elif isinstance(value, str):
        yield option, value
