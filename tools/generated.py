# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A document with parts that a tool makes: written anew, or only compared."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

_BLOCK = re.compile(r"(<!-- BEGIN generated: (\w+) -->\n).*?(<!-- END generated -->\n)", re.DOTALL)


def with_parts(text: str, make: t.Callable[[str], str]) -> str:
    """Return a document with its generated parts made anew.

    :param make: makes the part of a name.
    """
    return _BLOCK.sub(lambda match: match.group(1) + make(match.group(2)) + match.group(3), text)


def bring(root: Path, document: Path, updated: t.Callable[[str], str], arguments: t.Sequence[str], tool: str) -> int:
    """Update a document, or with --check only say that it is not up to date; returns the exit status.

    :param root: the folder below which the tool and the document are called by their names.
    """
    before = document.read_text(encoding="utf-8")
    after = updated(before)
    if "--check" in arguments:
        if after != before:
            print(f"not up to date, run {tool}: {document.relative_to(root)}")
        return int(after != before)
    document.write_text(after, encoding="utf-8")
    return 0
