# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of AWX 24.6.1 for surveys, and for what a type of credentials asks for and injects.

Written after AWX's own code and documentation, not after this collection's: that is what makes it a judge.
"""

from __future__ import annotations

import re

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

TYPES = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
    "integer": int,
    "float": (int, float),
}
QUESTION = {"question_name", "question_description", "required", "type", "variable", "choices", "min", "max", "default"}


def spec(found, refused):
    """A whole survey, as it is sent; raises ``refused``. Choices and defaults are cleaned up in place."""
    for name, kind in (("name", str), ("description", str), ("spec", list)):
        if name not in found:
            raise refused({"error": "Field '%s' is missing from survey spec." % name})
        if not isinstance(found[name], kind):
            raise refused({"error": "Expected %s for field '%s'." % (kind.__name__, name)})
    if not found["spec"]:
        raise refused({"error": "'spec' doesn't contain any items."})
    seen = set()
    for number, question in enumerate(found["spec"]):
        wrong = _question(question, seen)
        if wrong:
            raise refused({"error": "%s (survey question %d)" % (wrong, number)})
        seen.add(question["variable"])


def _question(question, seen):
    """What is wrong with a question."""
    if not isinstance(question, dict):
        return "it is not a json object"
    for name, kind in (("type", str), ("question_name", str), ("variable", str), ("required", bool)):
        if not isinstance(question.get(name), kind):
            return "'%s' missing, or expected to be %s" % (name, kind.__name__)
    if set(question) - QUESTION:
        return "unknown: %s" % sorted(set(question) - QUESTION)  # AWX would keep it, and nobody would read it
    if question["variable"] in seen:
        return "'variable' '%s' duplicated" % question["variable"]
    if question["type"] not in TYPES:
        return "'%s' is not one of the allowed question types" % question["type"]
    for name in ("min", "max"):
        if question.get(name) is not None and not isinstance(question[name], int):
            return "The %s limit expected to be integer" % name
    return _default(question)


def _default(question):
    default, choosing = question.get("default", ""), question["type"] in ("multiplechoice", "multiselect")
    if default != "" and not isinstance(default, TYPES[question["type"]]):
        return "Default value %s is of another type" % default
    if isinstance(default, str) and default.startswith("$encrypted$"):
        return "$encrypted$ is a reserved keyword"
    if not choosing:
        return ""
    if "choices" not in question:
        return "it must specify choices"
    if isinstance(question["choices"], str):
        question["choices"] = "\n".join(choice for choice in question["choices"].splitlines() if choice.strip())
    chosen = [line for line in default.splitlines() if line.strip()]
    if question["type"] == "multiplechoice" and len(chosen) > 1:
        return "Multiple Choice (Single Select) can only have one default value."
    if any(choice not in question["choices"] for choice in chosen):
        return "Default choice must be answered from the choices listed."
    return ""


def answer(question, value):
    """What AWX has against an answer, which is also how it looks at a default when a job starts; "" if nothing."""
    kind, choices = question["type"], question.get("choices", "")
    choices = [line for line in choices.splitlines() if line.strip()] if isinstance(choices, str) else choices
    if kind == "multiselect":
        if not isinstance(value, list):
            return "'%s' value is expected to be a list." % question["variable"]
        return "Value %s is none of the choices" % value if set(value) - set(choices) else ""
    if kind == "multiplechoice":
        return "" if value in choices else "Value %s is none of the choices" % value
    if kind == "integer" and type(value) not in (int,):
        return "Value %s expected to be an integer." % value
    if kind == "float" and type(value) not in (int, float):
        return "Value %s expected to be a numeric type." % value
    if kind in ("text", "textarea", "password") and not isinstance(value, str):
        return "Value %s expected to be a string." % value
    size = value if kind in ("integer", "float") else len(value)
    if question.get("min") not in ("", None) and size < int(question["min"]):
        return "value %s is too small (must be at least %s)." % (value, question["min"])
    if question.get("max") not in ("", None) and size > int(question["max"]):
        return "value %s is too large (must be no more than %s)." % (value, question["max"])
    return ""


def defaults(found):
    """What a job without answers gets: the defaults that are right answers to their questions; and those it loses."""
    given = {question["variable"]: question for question in found["spec"] if question.get("default") is not None}
    lost = sorted(name for name, question in given.items() if answer(question, question["default"]))
    return {name: question["default"] for name, question in given.items() if name not in lost}, lost


FIELD = {"id", "type", "format", "choices", "label", "help_text", "multiline", "secret", "ask_at_runtime", "default"}


def inputs(found, refused):
    """What a type of credentials asks for; a type that is not said is added, as AWX does."""
    if set(found) - {"fields", "required"}:
        raise refused({"inputs": ["Schema validation error (Additional properties are not allowed)"]})
    seen = set()
    for field in found.get("fields", []):
        if not isinstance(field, dict) or set(field) - FIELD or not {"id", "label"} <= set(field):
            raise refused({"inputs": ["Schema validation error in %s" % field]})
        if not re.match(r"^[a-zA-Z_]+[a-zA-Z0-9_]*$", field["id"]) or field["id"] == "tower" or field["id"] in seen:
            raise refused({"inputs": ["%s is an invalid variable name" % field["id"]]})
        if field.get("ask_at_runtime"):
            raise refused({"inputs": ["'ask_at_runtime' is not supported for custom credentials."]})
        if field.setdefault("type", "string") not in ("string", "boolean"):
            raise refused({"inputs": ["%s is no type" % field["type"]]})
        if field["type"] != "string" and {"choices", "multiline", "format", "secret"} & set(field):
            raise refused({"inputs": ["not allowed for %s type" % field["type"]]})
        seen.add(field["id"])
    if set(found.get("required", [])) - seen:
        raise refused({"inputs": ["'required' names no field"]})


class _Files:
    """tower.filename, with a path for each file template."""


KEYS = {
    "env": r"[a-zA-Z_]+[a-zA-Z0-9_]*",
    "extra_vars": r"[a-zA-Z_{}]+[a-zA-Z0-9_{}]*",
    "file": r"template(\.[a-zA-Z_]+[a-zA-Z0-9_]*)?",
}
BLOCKED = {
    "VIRTUAL_ENV",
    "PATH",
    "PYTHONPATH",
    "JOB_ID",
    "INVENTORY_ID",
    "REST_API_URL",
    "REST_API_TOKEN",
    "MAX_EVENT_RES",
}


def injectors(found, asked, refused):
    """What a type of credentials injects: the names of it, and templates that need nothing but the fields."""
    if set(found) - set(KEYS):
        raise refused({"injectors": ["Schema validation error (Additional properties are not allowed)"]})
    for part, entries in found.items():
        for key, template in entries.items():
            if not re.fullmatch(KEYS[part], key) or key in BLOCKED or key.startswith("ANSIBLE_"):
                raise refused({"injectors": ["%s is not allowed in %s" % (key, part)]})
            try:
                render(template, {field["id"]: "EXAMPLE" for field in asked.get("fields", [])}, found.get("file", {}))
            except jinja2.UndefinedError as error:
                raise refused({"injectors": ["%s uses an undefined field (%s)" % (key, error)]}) from None


def render(template, values, files, strict=True):
    """A template of an injector as a job gets it."""
    names = _Files()
    for label in files:
        setattr(names, label.partition(".")[2] or "_", "/runner/env/" + label)
    undefined = jinja2.StrictUndefined if strict else jinja2.Undefined
    return (
        ImmutableSandboxedEnvironment(undefined=undefined)
        .from_string(template)
        .render(tower={"filename": names}, **values)
    )
