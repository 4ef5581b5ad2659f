# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Surveys of AWX: every variable of the table as a question, by AWX's rules, with no default that it would drop."""

from __future__ import annotations

import typing as t

import pytest
import yaml

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _awx_survey, _playbook_table, _playbook_values

BOOKS = _playbook_table.playbooks()
ROWS = [(book, row) for book in BOOKS.values() for row in book.variables.values()]
NAMES = [f"{row.name}" for _book, row in ROWS]
FILE = _playbook_table.FILE.parents[1] / "playbooks" / "vars" / "awx_templates.yml"
TEMPLATES = yaml.safe_load(FILE.read_text(encoding="utf-8"))["__awx_templates"]
NUMBER = _playbook_table.Variable("control_x", ["X."], "int", "integer", default=5, min=1, max=9)


@pytest.mark.parametrize(("book", "row"), ROWS, ids=NAMES)
def test_question(book: _playbook_table.Playbook, row: _playbook_table.Variable) -> None:
    asked = _awx_survey.question(book, row)
    assert (asked["variable"], asked["type"], asked["required"]) == (row.name, row.survey, row.required)
    assert asked["question_name"]
    assert row.description[0] in asked["question_description"]
    assert all(isinstance(asked.get(limit, 0), int) for limit in ("min", "max"))
    assert ("choices" in asked) == (row.survey in ("multiplechoice", "multiselect"))
    for choice in asked.get("choices", "").splitlines():
        _playbook_values.value(row, choice)


@pytest.mark.parametrize(("book", "row"), ROWS, ids=NAMES)
def test_a_default_is_said_where_it_can_be_and_means_the_same(
    book: _playbook_table.Playbook, row: _playbook_table.Variable
) -> None:
    asked = _awx_survey.question(book, row)
    silent = row.required or row.secret or row.default in (None, "", [])
    assert ("default" not in asked) == silent
    if not silent:
        assert _awx_survey.fault(asked, asked["default"]) == ""
        assert _playbook_values.value(row, asked["default"]) == row.default


@pytest.mark.parametrize(
    "row",
    [
        NUMBER._replace(default=0),
        NUMBER._replace(default=10),
        NUMBER._replace(type="float", default=1.5),
        NUMBER._replace(type="str", survey="text", default="x" * 2000),
        NUMBER._replace(type="str", survey="multiplechoice", choices=("a", "b"), default="c"),
        NUMBER._replace(type="list", survey="multiselect", choices=("a", "b"), default=["a"]),
        NUMBER._replace(type="str", survey="password", secret=True, default="hush"),
    ],
    ids=lambda row: f"{row.survey} {row.default}"[:30],
)
def test_a_default_that_awx_would_drop_without_a_word_is_not_there(row: _playbook_table.Variable) -> None:
    assert "default" not in _awx_survey.question(BOOKS["control"], row)


def test_bounds_are_whole_numbers_within_those_of_the_table() -> None:
    asked = _awx_survey.question(BOOKS["control"], NUMBER._replace(type="float", min=0.1, max=9.9))
    assert (asked["min"], asked["max"]) == (1, 9)


@pytest.mark.parametrize(
    ("kind", "answer", "right"),
    [
        ("integer", 5, True),
        ("integer", "5", False),
        ("integer", True, False),
        ("integer", 10, False),
        ("float", 1.5, True),
        ("text", "12345", True),
        ("text", 5, False),
        ("text", "1" * 10, False),
        ("multiplechoice", "a", True),
        ("multiplechoice", "", False),
        ("multiselect", ["a", "b"], True),
        ("multiselect", "a", False),
        ("multiselect", ["c"], False),
    ],
)
def test_what_awx_takes_for_an_answer(kind: str, answer: t.Any, right: bool) -> None:
    asked = {"type": kind, "min": 1, "max": 9, "choices": "a\nb"}
    assert (_awx_survey.fault(asked, answer) == "") == right


def test_certificates_fit_into_an_answer() -> None:
    asked = _awx_survey.question(BOOKS["awx"], BOOKS["awx"].variables["awx_supervisor_certificates"])
    assert _awx_survey.fault(asked, "x" * 20_000) == ""


def test_a_variable_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="status_hots: no variable of the playbook status"):
        _awx_survey.survey(BOOKS["status"], ["status_hosts", "status_hots"])


def test_other_defaults_are_proposed_if_they_are_right() -> None:
    names = ["control_hosts", "control_programs", "control_timeout"]
    proposed = {"control_hosts": "all", "control_programs": "web,worker:*", "control_timeout": "30"}
    spec = _awx_survey.survey(BOOKS["control"], names, proposed)["spec"]
    assert [question["default"] for question in spec] == ["all", "web,worker:*", 30]
    with pytest.raises(ValueError, match="control_timeout: 'soon' is no number; give a number from"):
        _awx_survey.survey(BOOKS["control"], names, {"control_timeout": "soon"})
    with pytest.raises(ValueError, match="control_host: no variable of the playbook control"):
        _awx_survey.survey(BOOKS["control"], names, {"control_host": "all"})


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template["name"])
def test_a_template_asks_for_what_there_is_and_sets_what_it_does_not_ask_for(template: dict[str, t.Any]) -> None:
    book = BOOKS[template["playbook"]]
    survey = _awx_survey.survey(book, template["asks"])
    assert [question["variable"] for question in survey["spec"]] == template["asks"]
    sets = template.get("sets", {})
    assert set(sets) <= set(book.variables)
    assert not set(sets) & set(template["asks"])
    for name, value in sets.items():
        assert _playbook_values.value(book.variables[name], value) == value
    needed = {row.name for row in book.variables.values() if row.required}
    assert needed <= {*sets, *template["asks"]}
