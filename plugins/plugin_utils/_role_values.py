# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A variable of a role, from what a person typed to what the role works with. No I/O.

The types are those of ansible-core's argument specifications. What differs: a text for a list of words is split at the
right places, numbers and booleans are never taken for each other, and what cannot be right is refused with a sentence
that names the entry and the cure. Values are told only where numbers, booleans and choices belong, for others may
be secrets.
"""

from __future__ import annotations

import contextlib
import math
import re
import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

from ..module_utils import _near, _said
from . import _role_text, _role_typed

# Modes: YAML reads 0640 without quotes as the number 416.
OCTAL = ("supervisor_config_mode", "umask", "chmod", "socket_mode")
# What examples have in the place of a value.
_PLACEHOLDER = re.compile(r"(?:sha[0-9]+:)?<[^<>\n]+>\Z")
# A value that the daemon fills in is judged by who knows where the daemon allows it.
_EXPANSION = re.compile(r"%\(ENV_[^()]+\)[sd]\Z")
# An empty value that is not the same as none at all.
KEPT = {"alerts_user": "", "jdk_link": "", "supervisor_logrotate_file": "", "supervisor_venv_packages": []}
_EMPTY: tuple[t.Any, ...] = ("", None, [], {})
_NOT_GIVEN = object()

Faults = t.List[str]


class Place(t.NamedTuple):
    """Which value: the words that lead to it, and its own name."""

    name: str
    above: tuple[str, ...] = ()
    hidden: bool = False

    def say(self, what: str) -> str:
        return ": ".join((*self.above, self.name, what))

    def entry(self, number: int, item: t.Any) -> Place:
        """An entry of a list, by its own name where it has one: "program worker", else "program 2"."""
        noun = self.name.rpartition("_")[2]
        noun = noun[:-1] if noun.endswith("s") else f"entry of {noun}"
        called = item.get("name") if isinstance(item, dict) else None
        called = called if isinstance(called, str) and called else str(number)
        return Place(f"{noun} {_said.line(called)[:80]}", (*self.above, self.name), self.hidden)

    def inside(self, key: str, hidden: bool) -> Place:
        return Place(key, (*self.above, self.name), self.hidden or hidden)


def is_empty(value: t.Any) -> bool:
    """Whether it says nothing, as an answer that was left out does."""
    return (value.strip() if isinstance(value, str) else value) in _EMPTY and not isinstance(value, bool)


def says_nothing(name: str, value: t.Any) -> bool:
    """Whether the default of a variable stands for this value of it."""
    return is_empty(value) and not (name in KEPT and value is not None and value == KEPT[name])


def default(name: str, option: dict, value: t.Any, faults: Faults) -> t.Any:
    """The value of a variable that is not given: the role's own, or a fault where the role cannot know it."""
    if option.get("required"):
        faults.append(f"{name} is missing. {_first_sentence(option)}")
        return None
    if is_empty(value):
        return None if option.get("type") in ("bool", "int", "float") else value
    return convert(name, option, value, faults)


def _first_sentence(option: dict) -> str:
    described = option.get("description") or ""
    return (described if isinstance(described, str) else str(described[0])).partition(". ")[0].rstrip(".") + "."


def convert(name: str, option: dict, value: t.Any, faults: Faults) -> t.Any:
    """One variable of a role. What is wrong goes to faults; the result is then of no use."""
    converted = _convert(Place(name, hidden=bool(option.get("no_log"))), option, value, faults)
    return None if converted is _NOT_GIVEN else converted


def _convert(place: Place, option: dict, value: t.Any, faults: Faults) -> t.Any:
    if value is None:
        return _NOT_GIVEN
    if option.get("type") == "raw" and (place.above or option.get("options")):
        option = _role_typed.narrowed(place.name, option, value)
    kind = option.get("type", "str")
    if isinstance(value, str) and not value.strip() and (kind not in ("str", "path", "raw") or option.get("choices")):
        return _NOT_GIVEN
    try:
        if place.above and isinstance(value, str) and _EXPANSION.match(value) and kind not in ("list", "dict"):
            return value
        if kind in ("list", "dict"):
            return (_list if kind == "list" else _dict)(place, option, value, faults)
        converted = _SCALARS[kind](place, option, value)
        if isinstance(converted, str) and _PLACEHOLDER.match(converted.strip()):
            raise _Wrong("is still the placeholder of an example", value)
        choices = option.get("choices")
        if choices and converted not in choices:
            raise _Wrong(f"is none of {', '.join(map(str, choices))}", value)
        return converted
    except _Wrong as wrong:
        shown = f"{_brief(wrong.value)} " if wrong.shows and not place.hidden else ""
        faults.append(place.say(f"{shown}{wrong.says}"))
        return _NOT_GIVEN


class _Wrong(Exception):
    """What is wrong with a value. Without a value to show the sentence says what kind of thing it is."""

    def __init__(self, says: str, value: t.Any = _NOT_GIVEN) -> None:
        super().__init__(says)
        self.says, self.value, self.shows = says, value, value is not _NOT_GIVEN


def _brief(value: t.Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _said.line(_said.brief(value, 40))


def _kind(value: t.Any) -> str:
    kinds = ((bool, "yes or no"), ((int, float), "number"), (str, "text"), (list, "list"), (dict, "mapping"))
    return next((f"a {word}" for kind, word in kinds if isinstance(value, kind)), f"a {type(value).__name__}")


def _bool(_place: Place, _option: dict, value: t.Any) -> bool:
    if isinstance(value, (list, dict)):
        raise _Wrong(f"is {_kind(value)}; write true or false")
    try:
        return bool(boolean(value))
    except TypeError:
        raise _Wrong("is neither true nor false", value) from None


def _int(_place: Place, _option: dict, value: t.Any) -> int:
    if isinstance(value, (list, dict)):
        raise _Wrong(f"is {_kind(value)}; write one whole number")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not re.fullmatch(r"[+-]?[0-9]{1,18}", str(value).strip()):
        raise _Wrong("is no whole number", value)
    return int(value)


def _float(_place: Place, _option: dict, value: t.Any) -> float:
    if isinstance(value, (list, dict)):
        raise _Wrong(f"is {_kind(value)}; write one number")
    try:
        number = math.nan if isinstance(value, bool) or "_" in str(value) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise _Wrong("is no number", value)
    return number


def _str(place: Place, option: dict, value: t.Any) -> str:
    choices = option.get("choices") or ()
    if isinstance(value, (list, dict)):
        raise _Wrong(f"is {_kind(value)}; write one text")
    if place.name in OCTAL and not isinstance(value, str):
        raise _Wrong("is a number by now, for it has no quotes; write it as '0640', in quotes, with a leading 0", value)
    if choices:
        return _choice(choices, value)
    if isinstance(value, bool):
        raise _Wrong("is a yes or no, and a text is needed; put it in quotes", value)
    text = str(value)
    # A line end behind an answer means nothing. Secrets and texts of several lines are as they are.
    single = not place.hidden and not place.above and "\n" not in text.strip()
    return text.strip() if single and not place.name.endswith("_content") else text


def _choice(choices: t.Sequence[str], value: t.Any) -> str:
    word = str(value).strip()
    found = [choice for choice in choices if str(choice).lower() == word.lower()]
    if not found and {"true", "false"} <= set(choices):
        with contextlib.suppress(TypeError):
            return str(boolean(word)).lower()
    return found[0] if found else word


def _path(place: Place, option: dict, value: t.Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"is {_kind(value)}; write a path")
    text = value.strip()
    if "\n" in text:
        raise _Wrong("has several lines; write one path")
    return text


def _raw(_place: Place, _option: dict, value: t.Any) -> t.Any:
    return value


_SCALARS: dict[str, t.Callable[[Place, dict, t.Any], t.Any]] = {
    "bool": _bool, "int": _int, "float": _float, "str": _str, "path": _path, "raw": _raw,
}  # fmt: skip


def _list(place: Place, option: dict, value: t.Any, faults: Faults) -> t.Any:
    inner = option.get("elements", "raw")
    items = value if isinstance(value, list) else _listed(place, inner, value)
    element = {key: item for key, item in option.items() if key in ("options", "choices")}
    found = []
    for number, item in enumerate(items, 1):
        where = place.entry(number, item)
        if inner == "dict" and not isinstance(item, dict):
            faults.append(where.say(f"is {_kind(item)}; write a mapping{_example(option)}"))
            continue
        if inner not in ("dict", "raw") and is_empty(item):
            continue  # such as '{{ "-Ddebug" if debug else "" }}'
        if inner == "str" and isinstance(item, bool):
            faults.append(where.say("is a yes or no; put it in quotes"))
            continue
        found.append(_convert(where, {**element, "type": inner}, item, faults))
    return [item for item in found if item is not _NOT_GIVEN]


def _listed(place: Place, inner: str, value: t.Any) -> list[t.Any]:
    """What stands where a list belongs, as a list."""
    if value == {}:
        return []
    if isinstance(value, str):
        found = _role_text.flow(value, list)
        if found is not None:
            return t.cast("list[t.Any]", found)
    if inner == "dict":
        each = "put a '-' before each entry" if isinstance(value, dict) else "write a list of mappings"
        raise _Wrong(f"is {_kind(value)}; {each}")
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _Wrong(f"is {_kind(value)}; write a list")
    if isinstance(value, str):
        return _split(place, value)
    return [value]


def _split(place: Place, text: str) -> list[str]:
    if place.name.endswith("pip_extra_packages"):
        return _role_text.requirements(text)
    if not place.name.endswith("_options"):
        return _role_text.names(text)
    try:
        return _role_text.words(text)
    except ValueError as error:
        raise _Wrong("has a quotation mark that nothing closes; write a list, one option each") from error


def _example(option: dict) -> str:
    required = [name for name, inner in (option.get("options") or {}).items() if inner.get("required")]
    return f" with {' and '.join(required)}" if required else ""


def _dict(place: Place, option: dict, value: t.Any, faults: Faults) -> t.Any:
    mapping = value if isinstance(value, dict) else _mapped(value)
    spec = option.get("options")
    if not spec:
        return mapping
    for key in mapping:
        if key not in spec:
            cure = _near.hint(str(key), spec, f"it takes {', '.join(sorted(spec))}" if len(spec) < 9 else "")
            faults.append(place.say(f"{_said.line(str(key))[:80]!r} is not known here" + (f"; {cure}" if cure else "")))
    found = {}
    for key, inner in spec.items():
        if key in mapping:
            found[key] = _convert(place.inside(key, bool(inner.get("no_log"))), inner, mapping[key], faults)
        if inner.get("required") and is_empty(mapping.get(key)):
            faults.append(place.say(f"{key} is missing"))
    return {key: item for key, item in found.items() if item is not _NOT_GIVEN}


def _mapped(value: t.Any) -> dict[str, t.Any]:
    """What stands where a mapping belongs, as a mapping."""
    if value == []:
        return {}
    if not isinstance(value, str):
        raise _Wrong(f"is {_kind(value)}; write a mapping, NAME: value")
    found = _role_text.flow(value, dict)
    if found is not None:
        return t.cast("dict[str, t.Any]", found)
    try:
        return t.cast("dict[str, t.Any]", _role_text.pairs(value))
    except ValueError as error:
        raise _Wrong("is a text; write a mapping, one 'NAME: value' a line") from error
