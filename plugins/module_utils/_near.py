# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which known names are near to one that is not known: what "did you mean" says everywhere. No I/O."""

import typing as t


def near(name: str, known: t.Iterable[str], most: int = 3, cutoff: float = 0.6) -> t.List[str]:
    """The known names that somebody may have meant, the nearest first; upper and lower case do not matter.

    :param most: no more names than this.
    :param cutoff: how alike they must be, from 0 to 1, which is the same text.
    """
    import difflib  # only for a message

    folded = {}  # type: t.Dict[str, str]
    for candidate in known:
        folded.setdefault(candidate.lower(), candidate)
    return [folded[match] for match in difflib.get_close_matches(name.lower(), list(folded), n=most, cutoff=cutoff)]


def hint(name: str, known: t.Iterable[str], otherwise: str = "", cutoff: float = 0.6) -> str:
    """``did you mean web?`` for the nearest of the known names; ``otherwise`` where none is near."""
    found = near(name, known, 1, cutoff)
    return "did you mean %s?" % found[0] if found else otherwise
