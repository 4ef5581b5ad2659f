# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What README and the guides name is there: files, headings, plugins, variables; examples are YAML."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml
from architecture import ROOT

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _playbook_table

if t.TYPE_CHECKING:
    from pathlib import Path

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("roles/*/README.md"))]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
OURS = re.compile(r"supervisord\.fleet\.([a-z_]+)")
FACT = re.compile(r"set_fact:\n\s+([a-z]\w+):")
WORD = re.compile(r"`([a-z][a-z0-9_]+)(?:[:`]|\[|\.)")


def pages() -> t.Any:
    """Every page as a case of a test, under its name."""
    return pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])


def slug(heading: str) -> str:
    """What a heading is called in a link."""
    plain = re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def variables(role: str) -> set[str]:
    """Names that a role knows: what can be given, and facts that it leaves behind."""
    folder = ROOT / "roles" / role
    specs = yaml.safe_load((folder / "meta" / "argument_specs.yml").read_text())["argument_specs"]
    facts = {name for path in folder.glob("tasks/*.yml") for name in FACT.findall(path.read_text())}
    return facts | {name for entry in specs.values() for name in entry.get("options", {})}


@pages()
def test_links_lead_somewhere(page: Path) -> None:
    """Files and headings; addresses elsewhere are not asked."""
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        path, _sharp, heading = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{page.name} links {target}"
        if heading:
            headings = re.findall(r"^#+ (.*)$", there.read_text(), re.MULTILINE)
            assert heading in map(slug, headings), f"{page.name} links {target}"


@pages()
def test_examples_are_yaml(page: Path) -> None:
    """Whoever copies one gets something that parses."""
    for indent, language, text in FENCE.findall(page.read_text()):
        if language in ("yaml", "yml"):
            plain = re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)
            assert yaml.safe_load(plain) is not None, text


@pages()
def test_what_is_called_by_its_full_name_is_there(page: Path) -> None:
    """Modules, plugins, roles and playbooks."""
    there = set(ROLES) | {"git"}
    there |= {path.stem for folder in ("plugins", "playbooks", "extensions") for path in (ROOT / folder).rglob("*.*")}
    assert {name for name in OURS.findall(page.read_text()) if name not in there} == set()


@pages()
def test_variables_of_roles_are_theirs(page: Path) -> None:
    """A word that begins like a role's variable is one, or one that a plugin reads of a host, or a plugin."""
    known = {name for role in ROLES for name in variables(role)}
    known |= {name for book in _playbook_table.playbooks().values() for name in book.variables}
    known |= {path.stem for folder in ("plugins", "playbooks") for path in (ROOT / folder).rglob("*.*")}
    known |= {name for path in (ROOT / "plugins").rglob("*.py") for name in re.findall(r"\"(\w+)\"", path.read_text())}
    prefixes = tuple(f"{role}_" for role in ROLES if role != "supervisor")
    words = {word for word in WORD.findall(page.read_text()) if word.startswith(prefixes)}
    assert words - known == set()
