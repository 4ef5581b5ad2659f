# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of event sources: ansible-rulebook hands over what a rulebook says, and knows nothing of documentation.

So the documentation of a source is read here, and what it says holds: names, types, defaults, choices.
"""

from __future__ import annotations

import math
import typing as t

import yaml

from ..module_utils import _errors, _near
from . import _inventory_endpoints

SECRET = ("password", "secret", "token")  # options whose value is never shown
_HANDED = ("eda_feedback_queue",)  # what ansible-rulebook itself puts beside the options

Options = dict[str, t.Any]


def read(documentation: str, given: t.Mapping[str, t.Any]) -> Options:
    """Every option of a source with its value. An empty one, null or "", is its default.

    :param documentation: of the source, with ``options`` as Ansible's plugins have them.

    Raises OptionError that names the option, shows the value unless it may be a secret, and says what to do.
    """
    known = yaml.safe_load(documentation)["options"]
    for name in given:
        if name not in known and name not in _HANDED:
            hint = _near.hint(str(name), sorted(known), "see the documentation of the source")
            raise _errors.OptionError(f"{name}: there is no such option; {hint}")
    return {name: _value(name, option, given.get(name)) for name, option in known.items()}


def _value(name: str, option: t.Mapping[str, t.Any], given: t.Any) -> t.Any:
    if given is None or (isinstance(given, str) and not given.strip()):
        if option.get("required"):
            raise _errors.OptionError(f"{name} is missing: it has no default")
        return option.get("default")
    made = _TYPES[option.get("type", "str")](name, given)
    for item in made if isinstance(made, list) else [made]:
        if option.get("choices") and item not in option["choices"]:
            hint = _near.hint(str(item), option["choices"], "choose one of these")
            raise _errors.OptionError(f"{name}: {item!r} is none of {', '.join(option['choices'])}; {hint}")
    return made


def shown(name: str, given: t.Any) -> str:
    """A value for a message."""
    return "its value" if name in SECRET else repr(given)[:60]


def _text(name: str, given: t.Any) -> str:
    if not isinstance(given, str):
        raise _errors.OptionError(
            f"{name}: {shown(name, given)} is {type(given).__name__} and no text. Of a text in {{{{ }}}} that reads "
            "like a number, a truth value or a list, ansible-rulebook makes one; write it in quotes, or choose another"
        )
    if name in SECRET:
        evaluated(name, given)
    return given


def evaluated(what: str, secret: str) -> None:
    """Raises OptionError for a secret that is a template still: whoever reads the rulebook would know it."""
    if "{{" in secret and "}}" in secret:
        raise _errors.OptionError(
            f"{what}: its value has {{{{ }}}} in it. ansible-rulebook takes what variables hold as it stands: give the "
            "value itself, encrypted as ansible-vault encrypt_string writes it, or from the environment with --env-vars"
        )


def _number(name: str, given: t.Any) -> float:
    try:
        found = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError):
        found = math.nan
    if not math.isfinite(found):
        raise _errors.OptionError(f"{name}: {shown(name, given)} is no number; give one")
    return found


def _whole(name: str, given: t.Any) -> int:
    found = _number(name, given)
    if found != int(found):
        raise _errors.OptionError(f"{name}: {shown(name, given)} is no whole number; give one")
    return int(found)


def _boolean(name: str, given: t.Any) -> bool:
    found = given if isinstance(given, bool) else _inventory_endpoints.BOOLEANS.get(str(given).strip().lower())
    if found is None:
        raise _errors.OptionError(f"{name}: {shown(name, given)} is neither true nor false; give one of these")
    return found


def _list(name: str, given: t.Any) -> list[str]:
    """Of texts; one text with commas will do as well."""
    items = given.split(",") if isinstance(given, str) else given
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise _errors.OptionError(f"{name}: {shown(name, given)} is no list of texts; write [a, b], or a,b")
    return [item.strip() for item in items if item.strip()]


_TYPES: dict[str, t.Callable[[str, t.Any], t.Any]] = {
    "str": _text,
    "path": _text,
    "int": _whole,
    "float": _number,
    "bool": _boolean,
    "list": _list,
    "raw": lambda _name, given: given,
}


def within(options: Options, bounds: t.Iterable[tuple[str, float, float]]) -> None:
    """Raises OptionError for the first number out of its bounds.

    :param bounds: name of an option, the lowest and the highest value.
    """
    for name, low, high in bounds:
        if not low <= options[name] <= high:
            value = options[name]
            raise _errors.OptionError(f"{name}: {value:g} is out of bounds; give a number from {low:g} to {high:g}")
