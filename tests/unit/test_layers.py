# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of the code: imports go one way, Ansible is known in one place, nothing grows beyond its budget."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UTILS = ROOT / "plugins" / "module_utils"
MODULES = sorted((ROOT / "plugins" / "modules").glob("[a-z]*.py"))
LIBRARY = sorted(UTILS.glob("_[a-z]*.py"))
TASK_FILES = sorted(ROOT.glob("roles/*/tasks/**/*.yml"))
PYTHON = sorted(path for folder in ("plugins", "tools") for path in (ROOT / folder).rglob("*.py"))
ANSIBLE = "_module"  # the one file of module_utils that knows Ansible
# What turns a function of its arguments into something that must be faked in a test.
EFFECTS = {"http", "os", "pathlib", "shutil", "socket", "ssl", "subprocess", "tempfile", "time", "urllib"}
# Rules and text: these take values and return values, and so does all that they import.
PURE = ("_dialect", "_errors", "_options", "_quote", "_render", "_states")


def short(path: Path) -> str:
    """Name a file as people do, for the test's id."""
    return str(path.relative_to(ROOT))


def imported(path: Path) -> set[str]:
    """Return what a file imports: `ansible.x` and `os.path` as they stand, files of module_utils as `_name`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.update(_from(node))
    return names


def _from(node: ast.ImportFrom) -> set[str]:
    module = node.module or ""
    library = module.rpartition("plugins.")[2] if "supervisord.fleet" in module else module
    if node.level or "supervisord.fleet" in module:
        last = library.rpartition(".")[2]
        return {last} if last.startswith("_") else {alias.name for alias in node.names}
    return {module}


def siblings(path: Path) -> set[str]:
    """Return the files of module_utils that a file imports."""
    return {name for name in imported(path) if (UTILS / f"{name}.py").exists()}


def reached(path: Path) -> set[str]:
    """Return every file of module_utils that a file depends on, itself included."""
    found, queue = {path.stem}, [path]
    while queue:
        fresh = siblings(queue.pop()) - found
        found |= fresh
        queue += [UTILS / f"{name}.py" for name in fresh]
    return found


def tops(path: Path) -> set[str]:
    """Return the packages that a file imports from outside the collection."""
    return {name.partition(".")[0] for name in imported(path) if not name.startswith("_")}


def code(source: str) -> dict[int, str]:
    """Return the lines that hold code, by number: documentation and empty lines are no burden."""
    tree = ast.parse(source)
    prose = {
        number
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for number in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    lines = dict(enumerate(source.splitlines(), start=1))
    return {
        number: line
        for number, line in lines.items()
        if number not in prose and line.strip() and not line.strip().startswith("#")
    }


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function of a file, methods and inner ones too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def test_imports_go_one_way() -> None:
    graph = {path.stem: siblings(path) - {path.stem} for path in LIBRARY}
    assert graph, "module_utils is empty"
    while graph:
        free = {name for name, needs in graph.items() if not needs & graph.keys()}
        assert free, f"these files import each other in a circle: {sorted(graph)}"
        graph = {name: needs for name, needs in graph.items() if name not in free}


def test_errors_are_the_ground() -> None:
    assert siblings(UTILS / "_errors.py") == set()


@pytest.mark.parametrize("path", LIBRARY, ids=short)
def test_only_one_file_knows_ansible(path: Path) -> None:
    if path.stem != ANSIBLE:
        assert "ansible" not in tops(path)
        assert ANSIBLE not in siblings(path)


@pytest.mark.parametrize("name", PURE)
def test_rules_and_text_have_no_effects(name: str) -> None:
    effects = {other: tops(UTILS / f"{other}.py") & EFFECTS for other in reached(UTILS / f"{name}.py")}
    assert {other: found for other, found in effects.items() if found} == {}


@pytest.mark.parametrize("path", [path for path in LIBRARY if path.stem != ANSIBLE] + MODULES, ids=short)
def test_managed_hosts_need_only_the_standard_library(path: Path) -> None:
    assert tops(path) - set(sys.stdlib_module_names) - {"ansible_collections"} - siblings(path) == set()


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_modules_reach_ansible_through_one_file(path: Path) -> None:
    # A file without any code is the documentation of an action plugin, which does it all on the controller.
    assert ANSIBLE in siblings(path) or ((ROOT / "plugins" / "action" / path.name).exists() and not imported(path))
    assert "ansible" not in tops(path)


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_modules_decide_about_check_mode_in_one_place(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    gates = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "check_mode"]
    assert len(gates) <= 1


@pytest.mark.parametrize("path", PYTHON, ids=short)
def test_functions_fit_on_a_screen(path: Path) -> None:
    lines = code(path.read_text(encoding="utf-8"))
    lengths = {
        node.name: sum(node.lineno <= number <= (node.end_lineno or 0) for number in lines) for node in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > 40} == {}


@pytest.mark.parametrize("path", LIBRARY, ids=short)
def test_files_stay_about_one_thing(path: Path) -> None:
    length = len(code(path.read_text(encoding="utf-8")))
    assert length <= 250


@pytest.mark.parametrize("path", LIBRARY, ids=short)
def test_functions_of_the_library_say_what_they_do(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    named = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    assert [node.name for node in named if not node.name.startswith("_") and not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", TASK_FILES, ids=short)
def test_task_files_stay_short(path: Path) -> None:
    length = len(path.read_text(encoding="utf-8").splitlines())
    assert length <= 60
