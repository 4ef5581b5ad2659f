# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lay the project's Markdown files into the tree from which Sphinx builds the site: ``docs_pages.py FOLDER``.

They keep their places, so that the links between them hold. A link to any other file of the project, such as an example
or a source, becomes one to the repository that galaxy.yml names: the site has no page for it.
"""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
SITE = pathlib.Path(__file__).resolve().parent / "site"
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/*.md", "roles/*/README.md")
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)(?=[#)])")


def pages(root: pathlib.Path = ROOT) -> list[pathlib.Path]:
    """Return the Markdown files that become pages, each relative to ``root``."""
    return [path.relative_to(root) for pattern in PAGES for path in sorted(root.glob(pattern))]


def linked(text: str, page: pathlib.Path, known: set[str], repository: str) -> str:
    """Return a page's text with its links to files that are no pages and no pictures led to the repository."""

    def lead(match: re.Match[str]) -> str:
        target = os.path.normpath(page.parent / match[1])
        if target in known or target.endswith(".png"):
            return match[1]
        return f"{repository}/blob/main/{target}"

    return LINK.sub(lead, text)


def lay(folder: pathlib.Path) -> None:
    """Write all pages and pictures below ``folder``, and the page the site begins with."""
    repository = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["repository"]
    found = pages()
    known = {str(page) for page in found}
    for page in found:
        (folder / page.parent).mkdir(parents=True, exist_ok=True)
        text = (ROOT / page).read_text(encoding="utf-8")
        (folder / page).write_text(linked(text, page, known, repository), encoding="utf-8")
    shutil.copytree(ROOT / "docs/images", folder / "docs/images")
    for path in SITE.glob("*.md"):
        shutil.copy(path, folder)
    for path in SITE.glob("*.rst"):
        shutil.copy(path, folder)


if __name__ == "__main__":
    lay(pathlib.Path(sys.argv[1]))
