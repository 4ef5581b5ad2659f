# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event sources and rulebooks: what their documentation says, and what they name, is so. No ansible-rulebook needed."""

from __future__ import annotations

import ast
import re
import runpy
import typing as t

import jinja2
import pytest
import yaml
from architecture import ROOT
from jinja2 import nativetypes

from ansible_collections.supervisord.fleet.plugins.plugin_utils import (
    _awx_survey,
    _eda_options,
    _eda_poll,
    _eda_push,
    _playbook_table,
)

EDA = ROOT / "extensions" / "eda"
SOURCES = {path.stem: path for path in sorted((EDA / "plugins" / "event_source").glob("*.py"))}
RULEBOOKS = {path.stem: path for path in sorted((EDA / "rulebooks").glob("*.yml"))}
MADE = {"supervisor_poll": _eda_poll.Poll, "supervisor_events": _eda_push.Push}
PAGE = (ROOT / "docs" / "eda.md").read_text(encoding="utf-8")


def texts(source: str) -> dict[str, str]:
    """The documentation of a source, without running it."""
    tree = ast.parse(SOURCES[source].read_text(encoding="utf-8"))
    named = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
    return {node.targets[0].id: ast.literal_eval(node.value) for node in named if node.targets[0].id.isupper()}


def used(rulebook: str) -> t.Iterator[tuple[str, dict[str, t.Any]]]:
    """Sources of a rulebook, by their short names, with their arguments."""
    for ruleset in yaml.safe_load(RULEBOOKS[rulebook].read_text(encoding="utf-8")):
        for source in ruleset["sources"]:
            for name, arguments in source.items():
                if name.startswith("supervisord.fleet."):
                    yield name.rpartition(".")[2], arguments


def test_all_are_known() -> None:
    assert set(SOURCES) == set(MADE)
    assert set(RULEBOOKS) == {"heal", "notify"}


@pytest.mark.parametrize("source", SOURCES)
def test_documentation_has_what_readers_of_it_expect(source: str) -> None:
    document = yaml.safe_load(texts(source)["DOCUMENTATION"])
    assert {"author", "short_description", "description", "options", "version_added"} <= document.keys()
    assert not document["short_description"].endswith(".")
    for name, option in document["options"].items():
        assert option["description"], name
        assert option["type"] in _eda_options._TYPES, name
        assert (option.get("elements") == "str") is (option["type"] == "list"), name
        if "default" in option:
            assert _eda_options._value(name, option, option["default"]) == option["default"]


@pytest.mark.parametrize("source", SOURCES)
def test_its_example_works(source: str) -> None:
    evaluated = re.sub(r"{{ \w+ }}", "Zx9-planted-value", texts(source)["EXAMPLES"])
    (entry,) = yaml.safe_load(evaluated)
    options = _eda_options.read(texts(source)["DOCUMENTATION"], entry["supervisord.fleet." + source])
    MADE[source](options)


@pytest.mark.parametrize("source", SOURCES)
def test_it_is_loaded_as_ansible_rulebook_does(source: str) -> None:
    """Alone, with no package around it."""
    found = runpy.run_path(str(SOURCES[source]))
    assert found["_collection"]("_eda_options").SECRET == _eda_options.SECRET


@pytest.mark.parametrize("rulebook", RULEBOOKS)
def test_a_rulebook_gives_sources_what_they_know(rulebook: str) -> None:
    for source, arguments in used(rulebook):
        known = yaml.safe_load(texts(source)["DOCUMENTATION"])["options"]
        assert set(arguments) <= set(known)


@pytest.mark.parametrize("rulebook", RULEBOOKS)
def test_a_rulebook_gives_playbooks_what_they_know(rulebook: str) -> None:
    tables = _playbook_table.playbooks()
    ran = []
    for ruleset in yaml.safe_load(RULEBOOKS[rulebook].read_text(encoding="utf-8")):
        for rule in ruleset["rules"]:
            for action in rule.get("actions") or [rule["action"]]:
                if "run_playbook" in action:
                    name = action["run_playbook"]["name"].rpartition(".")[2]
                    assert set(action["run_playbook"]["extra_vars"]) <= set(tables[name].variables)
                    ran.append(name)
    assert ran


def test_the_job_template_of_the_guide_takes_what_its_rule_gives() -> None:
    """Its survey takes an answer of another type for none at all, and AWX does not start the job."""
    (block,) = [text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "run_job_template" in text]
    job = yaml.safe_load(block)[0]["rules"][0]["action"]["run_job_template"]
    made = yaml.safe_load((ROOT / "playbooks" / "vars" / "awx_templates.yml").read_text(encoding="utf-8"))
    (template,) = [row for row in made["__awx_templates"] if f"Supervisor {row['name']}" == job["name"]]
    book = _playbook_table.playbooks()[template["playbook"]]
    asked = {question["variable"]: question for question in _awx_survey.survey(book, template["asks"])["spec"]}
    event = {"hosts": ["c701", "c702"], "programs": ["web:web", "db:db"], "states": ["FATAL"]}
    jinja = nativetypes.NativeEnvironment(undefined=jinja2.StrictUndefined)  # as ansible-rulebook has it
    for name, value in job["job_args"]["extra_vars"].items():
        given = jinja.from_string(value).render(event={"supervisor": event})
        assert _awx_survey.fault(asked[name], given) == "", name
    assert template["sets"] == {"control_action": "start"}


@pytest.mark.parametrize("rulebook", RULEBOOKS)
def test_each_variable_of_a_rulebook_is_documented(rulebook: str) -> None:
    names = set(re.findall(r"{{ (%s_\w+)" % rulebook, RULEBOOKS[rulebook].read_text(encoding="utf-8")))
    assert len(names) > 5
    assert {name for name in names if f"| `{name}`" not in PAGE} == set()
    assert set(re.findall(r"^\| `(%s_\w+)`" % rulebook, PAGE, re.MULTILINE)) == names


@pytest.mark.parametrize("source", SOURCES)
def test_each_option_of_a_source_is_in_the_guide(source: str) -> None:
    section = PAGE.split(f"## Options of `{source}`")[1].split("\n## ")[0]
    options = yaml.safe_load(texts(source)["DOCUMENTATION"])["options"]
    rows = dict(re.findall(r"^\| `(\w+)` \|([^|]*)\|", section, re.MULTILINE))
    assert set(rows) == set(options)
    for name, option in options.items():
        default = option.get("default")
        shown = "needed" if option.get("required") else "" if default in (None, []) else default
        shown = ", ".join(shown) if isinstance(shown, list) else str(shown).lower() if shown is True else str(shown)
        assert rows[name].strip() == (f"`{shown}`" if shown not in ("", "needed") else shown), name


@pytest.mark.parametrize("source", SOURCES)
def test_a_text_that_is_no_name_and_no_address_is_a_secret(source: str) -> None:
    """An option that is new is shown in no message, unless somebody has thought about it."""
    options = yaml.safe_load(texts(source)["DOCUMENTATION"])["options"]
    texts_ = {name for name, option in options.items() if option["type"] == "str"}
    assert texts_ - {"host", "username"} <= set(_eda_options.SECRET)
    for name in texts_ & set(_eda_options.SECRET):
        assert "12345" not in _eda_options.shown(name, 12345)
