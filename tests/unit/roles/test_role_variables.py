# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every variable of every role, and all in it, with what people and surveys give: right, or refused by name."""

from __future__ import annotations

import pathlib
import re
import typing as t

import jinja2
import pytest
import yaml

from ansible_collections.supervisord.fleet.plugins.module_utils._options import table as _table
from ansible_collections.supervisord.fleet.plugins.plugin_utils import _role_names, _role_spec, _role_values

ROOT = pathlib.Path(__file__).resolve().parents[3]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
DEFAULTS = {role: yaml.safe_load((ROOT / "roles" / role / "defaults" / "main.yml").read_text()) for role in ROLES}
REFUSED = object()
GIVEN: dict[str, t.Any] = {
    "nothing": None,
    "empty": "",
    "blank": " \n",
    "no entries": [],
    "no keys": {},
    "list": ["seven"],
    "mapping": {"seven": "7"},
    "text": "seven",
    "line": "seven\n",
    "digits": "7\n",
    "number": 7,
    "fraction": 7.5,
    "yes": "Yes",
    "true": True,
}
SAYS_NOTHING = ("nothing", "empty", "blank", "no entries", "no keys")
# What a value of a type is, for each of those that say something.
TYPES: dict[str, dict[str, t.Any]] = {
    "bool": {"yes": True, "true": True},
    "int": {"digits": 7, "number": 7},
    "float": {"digits": 7.0, "number": 7.0, "fraction": 7.5},
    "str": {"text": "seven", "line": "seven", "digits": "7", "number": "7", "fraction": "7.5", "yes": "Yes"},
    "path": {"text": "seven", "line": "seven", "digits": "7", "yes": "Yes"},
    "list of str": {
        "list": ["seven"],
        "text": ["seven"],
        "line": ["seven"],
        "digits": ["7"],
        "number": ["7"],
        "fraction": ["7.5"],
        "yes": ["Yes"],
    },
    "list of int": {"digits": [7], "number": [7]},
    "list of dict": {},
    "dict": {"mapping": {"seven": "7"}},
}


class Variable(t.NamedTuple):
    """An option, and how a value of it looks from above."""

    role: str
    names: tuple[str, ...]
    option: dict[str, t.Any]
    around: t.Callable[[t.Any], t.Any]


def variables(role: str) -> t.Iterator[Variable]:
    """Those of a role, and what is in its mappings, however deep."""
    for name, option in _role_spec.options(role).items():
        yield from below(Variable(role, (name,), option, lambda value: value))


def below(variable: Variable) -> t.Iterator[Variable]:
    """A variable and all in it."""
    yield variable
    inside: dict[str, dict] = variable.option.get("options") or {}
    needed = {name: inner for name, inner in inside.items() if inner.get("required")}
    required = {
        name: (inner.get("choices") or [7 if inner["type"] == "int" else "x"])[0] for name, inner in needed.items()
    }
    for name, inner in inside.items():

        def around(value: t.Any, name: str = name) -> t.Any:
            entry = {**required, name: value}
            return variable.around([entry] if variable.option["type"] == "list" else entry)

        yield from below(Variable(variable.role, (*variable.names, name), inner, around))


ALL = [variable for role in ROLES for variable in variables(role)]


# What the specification can only call raw, since Supervisor takes an expansion there too.
NUMBERS_AND_WORDS = {
    "bool": {"type": "bool"},
    "int": {"type": "int"},
    "autorestart": {"type": "str", "choices": ["true", "false", "unexpected"]},
}
SUPERVISORS = {name: found[0][1].type for name, found in _table.union(*_table.KINDS).items()}


def meant_option(variable: Variable) -> dict[str, t.Any]:
    """The option with the type that Supervisor gives it; one that is a switch or its options, as the switch."""
    if variable.option.get("type") == "raw" and variable.option.get("options"):
        choices = variable.option.get("choices")
        return {"type": "str", "choices": choices} if choices else {"type": "bool"}
    if len(variable.names) < 2 or variable.option.get("type") != "raw":
        return variable.option
    return {**variable.option, **NUMBERS_AND_WORDS.get(SUPERVISORS.get(variable.names[-1], ""), {})}


def expected(variable: Variable, given: str) -> t.Any:
    """What becomes of a value: the value of its type, or a refusal."""
    option, value = meant_option(variable), GIVEN[given]
    kind = option.get("type", "str")
    if kind == "raw":
        return value
    if option.get("choices"):
        words = {str(choice) for choice in option["choices"]}
        return "true" if {"true", "false"} <= words and given in ("yes", "true") else REFUSED
    if kind == "str" and variable.names[-1] in _role_values.OCTAL and not isinstance(value, str):
        return REFUSED
    if kind == "str" and given in ("line", "digits") and raw(variable):
        return value
    if option.get("options") and given == "mapping" and kind == "dict":
        return REFUSED
    return TYPES[f"list of {option['elements']}" if kind == "list" else kind].get(given, REFUSED)


def raw(variable: Variable) -> bool:
    """Whether a text is taken as it is: secrets, contents, and what belongs to a program."""
    name = variable.names[-1]
    return len(variable.names) > 1 or bool(variable.option.get("no_log")) or name.endswith("_content")


def converted(variable: Variable, value: t.Any) -> tuple[t.Any, list[str]]:
    """The way of the role: the value, seen from the variable itself."""
    faults: list[str] = []
    name = variable.names[0]
    option = _role_spec.options(variable.role)[name]
    found = _role_values.convert(name, option, variable.around(value), faults)
    for inner in variable.names[1:]:
        found = (found[0] if isinstance(found, list) and found else found or {}).get(inner)
    return found, faults


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("given", [given for given in GIVEN if given not in SAYS_NOTHING])
def test_a_value_is_right_or_refused_by_name(role: str, given: str) -> None:
    for variable in ALL:
        if variable.role == role:
            found, faults = converted(variable, GIVEN[given])
            meant = expected(variable, given)
            if meant is REFUSED:
                assert faults, (variable.names, given, found)
                assert all(name in faults[0] for name in (variable.names[0], variable.names[-1])), (
                    variable.names,
                    faults,
                )
            else:
                assert (found, faults) == (meant, []), (variable.names, given)
                assert type(found) is type(meant), (variable.names, given)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("given", SAYS_NOTHING)
def test_what_says_nothing_is_the_default_or_not_given(role: str, given: str) -> None:
    for variable in ALL:
        if variable.role != role:
            continue
        if len(variable.names) == 1:
            kept = given in ("empty", "no entries") and _role_values.KEPT.get(variable.names[0]) == GIVEN[given]
            assert _role_values.says_nothing(variable.names[0], GIVEN[given]) is not kept
        elif given in ("nothing", "empty") and not variable.option.get("required"):
            found, faults = converted(variable, GIVEN[given])
            option = meant_option(variable)
            text = option.get("type") in ("str", "path", "raw") and not option.get("choices")
            assert (found, faults) == ("" if text and given == "empty" else None, []), variable.names


@pytest.mark.parametrize("role", ROLES)
def test_the_roles_own_defaults_are_values_of_their_types(role: str) -> None:
    for name, option in _role_spec.options(role).items():
        value, faults = DEFAULTS[role].get(name), []
        if "{{" in str(value) or option.get("required"):
            continue
        assert _role_values.default(name, option, value, faults) in (value, None), name
        assert faults == []


@pytest.mark.parametrize("role", ROLES)
def test_every_default_is_a_variable_and_every_variable_has_a_default(role: str) -> None:
    required = {name for name, option in _role_spec.options(role).items() if option.get("required")}
    assert set(_role_spec.options(role)) - set(DEFAULTS[role]) - required == set()
    assert set(DEFAULTS[role]) - set(_role_spec.options(role)) == set()


@pytest.mark.parametrize("role", ROLES)
def test_a_misspelt_name_is_refused_with_the_right_one(role: str) -> None:
    known = _role_spec.options(role)
    for name in known:
        stem = name[len(role) + 1 :]
        for wrong in (stem + "s", stem[:-1], stem[:1] + stem, stem.replace("_", "", 1)):
            if f"{role}_{wrong}" in (*known, *_role_names.ELSEWHERE.get(role, ())) or len(stem) < 4 or wrong == stem:
                continue
            found = _role_names.strange(role, known, {f"{role}_{wrong}": 1}, ())
            assert len(found.faults) == 1, wrong
            assert f"{role}_{wrong} is no variable" in found.faults[0]
            assert "did you mean" in found.faults[0]


def test_there_are_more_than_a_thousand_cases() -> None:
    assert len(ALL) * len(GIVEN) > 5000


@pytest.mark.parametrize("role", ROLES)
def test_no_name_hides_a_word_that_results_and_mappings_have(role: str) -> None:
    words = {*dir(dict), "ansible_facts", "changed", "diff", "exception", "failed", "msg", "rc", "results", "skipped"}
    assert {name[len(role) + 1 :] for name in _role_spec.options(role)} & words == set()


@pytest.mark.parametrize("role", ROLES)
def test_the_first_thing_a_role_does_with_its_variables_is_to_take_them(role: str) -> None:
    folder = ROOT / "roles" / role / "tasks"
    first = yaml.safe_load((folder / "main.yml").read_text())[0]
    included = first["ansible.builtin.include_tasks"]["file"]
    tasks = yaml.safe_load((folder / included).read_text())
    imported = [task.get("ansible.builtin.import_tasks") for task in tasks]
    before = "" if included == "take.yml" else str(tasks[: imported.index("take.yml")])
    assert first["tags"] == ["always"]
    assert not (folder / f"{_role_spec.ENTRY}.yml").exists()  # ansible-core would check such a file's variables itself
    assert [name for name in _role_spec.options(role) if re.search(rf"\b{name}\b", before)] == []


CONDITIONS = ("when", "that", "until", "failed_when", "changed_when")


def templates(value: t.Any, key: str = "") -> t.Iterator[str]:
    """Everything in a task file, or a file of variables, that Ansible works out."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from templates(item, str(name))
    elif isinstance(value, list):
        for item in value:
            yield from templates(item, key)
    elif isinstance(value, str):
        yield "{{ " + value + " }}" if key in CONDITIONS and "{{" not in value else value


def files(role: str) -> t.Iterator[pathlib.Path]:
    for folder in ("handlers", "tasks", "templates", "vars"):
        yield from (path for path in (ROOT / "roles" / role / folder).rglob("*") if path.is_file())


@pytest.mark.parametrize("role", ROLES)
def test_a_role_never_uses_a_variable_as_somebody_typed_it(role: str) -> None:
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    known, raw_ones = set(_role_spec.options(role)), set()
    for path in files(role):
        text = path.read_text(encoding="utf-8")
        for template in [text] if path.suffix == ".j2" else templates(yaml.safe_load(text)):
            used = {node.name for node in environment.parse(template).find_all(jinja2.nodes.Name)}
            raw_ones |= {f"{path.relative_to(ROOT)}: {name}" for name in used & known}
    assert raw_ones == set()
