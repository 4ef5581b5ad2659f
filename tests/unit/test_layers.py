# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of the code: wings that import one way, Ansible known in one place, nothing beyond its budget."""

from __future__ import annotations

import ast
import re
import sys
import typing as t

import pytest
from architecture import ROOT, UTILS, dotted, imports, library, used, wing_of

if t.TYPE_CHECKING:
    from pathlib import Path

TESTS = ROOT / "tests" / "unit" / "plugins" / "module_utils"
MODULES = sorted((ROOT / "plugins" / "modules").glob("[a-z]*.py"))
LIBRARY = sorted(UTILS.rglob("*.py"))
TASK_FILES = sorted(ROOT.glob("roles/*/tasks/**/*.yml"))
PYTHON = sorted(path for folder in ("plugins", "tools") for path in (ROOT / folder).rglob("*.py"))
ANSIBLE = "_module"  # the one file of module_utils that knows AnsibleModule
# The files on the roof: they are called by modules only, and may know what a module is.
ROOF = {ANSIBLE, "_servers"}
# Which wing may use which: each exactly these, from the ground up. docs/architecture.md shows the same table.
WINGS = {
    "_errors": "",
    "_markup": "",
    "_near": "",
    "_said": "",
    "_shown": "",
    "_unknown": "_near",
    "_wait": "_errors",
    "_host": "_errors _wait",
    "_access": "_errors _host",
    "_options": "_errors _near",
    "_release": "_errors _host _shown",
    "_java": "_errors _host",
    "_nginx": "_errors _host _wait",
    "_rpc": "_errors _said _shown _wait",
    "_tomcat": "_errors _host _java _markup _near _release _rpc _said _shown _wait",
    "_fleet": "_errors _host _rpc _said _shown _wait",
    "_config": "_errors _host _options _rpc _shown",
    "_adopt": "_config _errors _options _rpc _said",
    "_local": "_config _errors _host _rpc",
    "_start": "_config _errors _host",
    "_process": "_errors _host _near _rpc _said _wait",
    "_orphans": "_config _errors _host _wait",
    "_program": "_adopt _config _errors _host _options _process _rpc _wait",
    "_tasks": "_adopt _config _errors _host _local _near _orphans _process _program _rpc _said _wait",
    "_module": "_errors _said _shown _unknown",
    "_servers": "_errors _fleet _local _module",
}
STOREYS = 7
# What turns a function of its arguments into something that must be faked in a test.
EFFECTS = {"http", "os", "pathlib", "shutil", "socket", "ssl", "subprocess", "tempfile", "time", "urllib"}
# Rules and text: these take values and return values, and so does all that they import.
PURE = (
    "_errors",
    "_markup",
    "_near",
    "_said",
    "_shown",
    "_unknown",
    "_access.ports",
    "_config.ini",
    "_config.masked",
    "_fleet.lean",
    "_fleet.timers",
    "_fleet.verdict",
    "_java.bygone",
    "_nginx.named",
    "_nginx.upstream",
    *(f"_options.{path.stem}" for path in sorted((UTILS / "_options").glob("*.py"))),
    "_process.history",
    "_process.select",
    "_process.steps",
    "_release.patch",
    "_rpc.batch",
    "_rpc.faults",
    "_rpc.interface",
    "_rpc.methods",
    "_rpc.records",
    "_rpc.script",
    "_rpc.states",
    "_rpc.unreachable",
    "_rpc.wire",
    "_rpc.xmlrpc",
    "_tomcat.masked",
)


def short(path: Path) -> str:
    """Name a file as people do, for the test's id."""
    return str(path.relative_to(ROOT))


def wings(path: Path) -> set[str]:
    """Return the wings that a file imports from, besides its own."""
    return used(path) - {wing_of(path)}


def reached(name: str) -> set[str]:
    """Return every file of module_utils that a file depends on, itself included."""
    found, queue = {name}, [name]
    while queue:
        fresh = library(UTILS.joinpath(*queue.pop().split(".")).with_suffix(".py")) - found
        found |= fresh
        queue += fresh
    return found


def tops(path: Path) -> set[str]:
    """Return the packages that a file imports from outside the collection."""
    return {module.partition(".")[0] for module, _name in imports(path)} - {"plugins"}


def storeys(graph: dict[str, set[str]]) -> list[set[str]]:
    """Return what stands on nothing, then what stands on that, and so on. Fails where things stand on each other."""
    rest, found = dict(graph), []
    while rest:
        free = {name for name, needs in rest.items() if not needs & rest.keys()}
        assert free, f"these import each other in a circle: {sorted(rest)}"
        found.append(free)
        rest = {name: needs for name, needs in rest.items() if name not in free}
    return found


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


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_uses_exactly_the_wings_it_may(wing: str) -> None:
    files = [path for path in LIBRARY if wing_of(path) == wing]
    assert files
    assert {other for path in files for other in wings(path)} == set(WINGS[wing].split())


def test_every_file_is_in_a_known_wing() -> None:
    assert {wing_of(path) for path in LIBRARY} == set(WINGS)


def test_wings_stand_on_each_other_in_few_storeys() -> None:
    assert len(storeys({wing: set(uses.split()) for wing, uses in WINGS.items()})) <= STOREYS


def test_files_import_one_way() -> None:
    assert storeys({dotted(path): library(path) - {dotted(path)} for path in LIBRARY})


def test_the_document_shows_the_same_table() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(_\w+)(?:/|\.py)` \|.*\| ([^|]*) \|$", text, re.MULTILINE)
    assert {wing: " ".join(re.findall(r"_\w+", uses)) for wing, uses in rows} == WINGS


def test_no_folder_is_crowded() -> None:
    folders = {path.parent for path in LIBRARY} - {UTILS}
    crowded = {short(folder): len(list(folder.glob("*.py"))) for folder in folders}
    assert {name: count for name, count in crowded.items() if count > 20} == {}
    assert len(list(UTILS.glob("*.py"))) <= 10


def test_files_are_private_at_the_folder_and_plain_inside() -> None:
    names = [path.relative_to(UTILS).parts for path in LIBRARY]
    assert [parts for parts in names if not parts[0].startswith("_") or (parts[-1][0] == "_" and len(parts) > 1)] == []


@pytest.mark.parametrize("path", sorted(TESTS.glob("_*/test_*.py")), ids=short)
def test_tests_stand_where_their_file_does(path: Path) -> None:
    assert (UTILS / path.parent.name / path.name[len("test_") :]).exists()


def test_errors_are_the_ground() -> None:
    assert library(UTILS / "_errors.py") == set()


@pytest.mark.parametrize("path", LIBRARY, ids=short)
def test_only_one_file_knows_ansible(path: Path) -> None:
    if path.stem not in ROOF:
        assert "ansible" not in tops(path)
        assert not ROOF & library(path)
    if path.stem != ANSIBLE:
        assert "AnsibleModule" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MODULES + LIBRARY, ids=short)
def test_what_is_said_leaves_through_one_file(path: Path) -> None:
    """There it is made harmless for terminals."""
    found = re.findall(r"(?<!\w)module\.(?:warn|deprecate|exit_json|fail_json)\(", path.read_text(encoding="utf-8"))
    assert not found or path.stem == ANSIBLE


@pytest.mark.parametrize("name", PURE)
def test_rules_and_text_have_no_effects(name: str) -> None:
    files = {other: UTILS.joinpath(*other.split(".")).with_suffix(".py") for other in reached(name)}
    effects = {other: tops(path) & EFFECTS for other, path in files.items()}
    assert {other: found for other, found in effects.items() if found} == {}


@pytest.mark.parametrize("path", [path for path in LIBRARY if path.stem not in ROOF] + MODULES, ids=short)
def test_managed_hosts_need_only_the_standard_library(path: Path) -> None:
    assert tops(path) - set(sys.stdlib_module_names) == set()


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_modules_reach_ansible_through_one_file(path: Path) -> None:
    # A file without any code is the documentation of an action plugin, which does it all on the controller.
    assert ANSIBLE in library(path) or ((ROOT / "plugins" / "action" / path.name).exists() and not imports(path))
    assert "ansible" not in tops(path)


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_modules_are_modules_to_mitogen(path: Path) -> None:
    """What it looks for is in its planner.py; a file without it is started as a script, where no import works."""
    found = re.search(r"from ansible(?:_collections|\.module_utils)\.", path.read_text(encoding="utf-8"))
    assert found or not imports(path)


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
