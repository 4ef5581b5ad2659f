# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules for users and modules for the collection's own roles and playbooks are told apart, truly and everywhere."""

from __future__ import annotations

import ast
import pathlib
import re

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))


def first_line(module: str) -> str:
    """What the documentation of a module begins with."""
    tree = ast.parse((ROOT / "plugins" / "modules" / (module + ".py")).read_text(encoding="utf-8"))
    texts = [node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "DOCUMENTATION"]
    return yaml.safe_load(ast.literal_eval(texts[0]))["description"][0]


OWN = [module for module in MODULES if first_line(module).startswith("Used by")]


def users(module: str) -> set[str]:
    """Roles and playbooks with a task of this module."""
    found = set()
    for path in [*ROOT.glob("roles/*/*/**/*.yml"), *ROOT.glob("playbooks/**/*.yml")]:
        if re.search(r"^ *(- )?supervisord\.fleet\.%s:" % module, path.read_text(encoding="utf-8"), re.MULTILINE):
            parts = path.relative_to(ROOT).parts
            in_folder = parts[0] == "roles" or parts[1] == "tasks"
            found.add(parts[1 if parts[0] == "roles" else 2] if in_folder else path.stem)
    return found


@pytest.mark.parametrize("module", OWN)
def test_a_module_for_roles_names_all_who_use_it(module: str) -> None:
    assert set(re.findall(r"supervisord\.fleet\.([a-z_]+)", first_line(module))) == users(module)


def test_the_readme_lists_modules_for_users_apart_from_the_others() -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## What is in it\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")]
    for_users = [name for row in rows if row.startswith(" module ") for name in re.findall(r"`(\w+)`", row)]
    others = [name for row in rows if row.startswith(" `") for name in re.findall(r"`(\w+)`", row)]
    assert sorted(others) == OWN
    assert sorted(for_users) == sorted(set(MODULES) - set(OWN))


def test_the_action_group_is_all_modules_that_have_its_options_and_each_says_so() -> None:
    """As the session for action groups of antsibull-nox asks: ``supervisor_*`` are its members, with this fragment."""
    group = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]["fleet"]
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "plugins" / "modules").glob("*.py")}
    for fragment in ("attributes.action_group", "connection"):
        line = f"\n  - supervisord.fleet.{fragment}\n"
        assert sorted(module for module, text in texts.items() if line in text) == sorted(group), fragment
    assert sorted(group) == [module for module in MODULES if module.startswith("supervisor_")]
