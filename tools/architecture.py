#!/usr/bin/env python3
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the wings of module_utils and list their files in docs/architecture.md, from the imports that are there.

usage: tools/architecture.py [--check]

It replaces what stands between `<!-- BEGIN generated: picture -->` (or `index`) and `<!-- END generated -->`.
--check changes nothing and fails if the document is not up to date.
"""

from __future__ import annotations

import ast
import re
import sys
import typing as t
from pathlib import Path

import generated

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "architecture.md"
UTILS = ROOT / "plugins" / "module_utils"
# What everything may use would only cover the picture with arrows.
GROUND = {"_errors", "_near", "_said", "_shown", "_wait"}
CALLERS = {"modules": "plugins/modules", "plugin_utils": "plugins/plugin_utils"}
Graph = t.Dict[str, t.Set[str]]


def dotted(path: Path) -> str:
    """Name a file of module_utils as its imports do, below that folder: `_rpc.wire`."""
    return ".".join(path.relative_to(UTILS).with_suffix("").parts)


def wing_of(path: Path) -> str:
    """Name the wing that a file of module_utils is in; the files at the top are wings of their own."""
    return dotted(path).partition(".")[0]


def imports(path: Path) -> list[tuple[str, str]]:
    """Return each import of a file as the module named and the name taken from it, relative ones made absolute."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            folder = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            module = ".".join([*folder, *filter(None, [node.module])])
            found += [(module.rpartition("supervisord.fleet.")[2], alias.name) for alias in node.names]
    return found


def library(path: Path) -> set[str]:
    """Return the files of module_utils that a file imports, see dotted()."""
    named = {name for module, taken in imports(path) for name in (module, f"{module}.{taken}")}
    prefix = "plugins.module_utils."
    inside = {name[len(prefix) :] for name in named if name.startswith(prefix)}
    return {name for name in inside if UTILS.joinpath(*name.split(".")).with_suffix(".py").exists()}


def used(path: Path) -> set[str]:
    """Return the wings of module_utils that a file imports from, its own too."""
    return {name.partition(".")[0] for name in library(path)}


def graph() -> Graph:
    """Return who uses whom: the wings, and the callers of all of them."""
    found: Graph = {}
    for path in sorted(UTILS.rglob("*.py")):
        wing = wing_of(path)
        found.setdefault(wing, set()).update(used(path) - {wing})
    for name, folder in CALLERS.items():
        found[name] = {wing for path in sorted((ROOT / folder).glob("*.py")) for wing in used(path)}
    return found


def reduced(uses: Graph) -> Graph:
    """Leave out the arrows that follow from others, so that a person can see the rest."""

    def behind(name: str) -> set[str]:
        return uses[name].union(*(behind(other) for other in uses[name]))

    return {name: others - set().union(*(behind(other) for other in others)) for name, others in uses.items()}


def picture(text: str) -> str:
    """Draw the wings as a Mermaid flowchart. What each is about comes from the document's own table."""
    about = dict(re.findall(r"^\| `(_\w+)(?:/|\.py)` \| ([^|.:]*)", text, re.MULTILINE))
    uses = {name: others - GROUND for name, others in graph().items() if name not in GROUND}
    lines = ["```mermaid", "flowchart TD"]
    for name in sorted(uses):
        folder = CALLERS.get(name) or f"{name}{'.py' if (UTILS / f'{name}.py').exists() else '/'}"
        words = about.get(name, "").strip()
        lines.append(f'    {name}["{folder}{f"<br>{words}" if words else ""}"]')
    for name, others in sorted(reduced(uses).items()):
        lines += [f"    {name} --> {other}" for other in sorted(others)]
    return "\n".join([*lines, "```", ""])


def index(_text: str) -> str:
    """List every file of every wing with the first sentence of what it says about itself."""
    lines = []
    for wing in sorted({wing_of(path) for path in UTILS.rglob("*.py")} - {path.stem for path in UTILS.glob("*.py")}):
        lines += ["", f"### {wing}/", "", "| file | what it is about |", "|---|---|"]
        for path in sorted((UTILS / wing).glob("*.py")):
            lines.append(f"| [{path.name}](../{path.relative_to(ROOT)}) | {first_sentence(path)} |")
    return "\n".join([*lines[1:], ""])


def first_sentence(path: Path) -> str:
    """Return the first line of a file's documentation."""
    documentation = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return documentation.splitlines()[0].replace("|", "\\|")


def updated(text: str) -> str:
    """Return the document with its generated parts made anew."""
    parts = {"picture": picture, "index": index}
    return generated.with_parts(text, lambda name: parts[name](text))


def main(arguments: t.Sequence[str]) -> int:
    """Update or check the document; returns the exit status."""
    return generated.bring(ROOT, DOCUMENT, updated, arguments, "tools/architecture.py")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
