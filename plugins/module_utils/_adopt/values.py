# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a section as values that a person would declare: typed, without what is the default anyway."""

import typing as t

from .. import _errors
from .._config import ini as _ini, scope as _scope, values as _values
from .._options import names as _names, render as _render, table as _table, unquote as _unquote

# Options whose text is kept, apart from its "%". All others are read and written anew.
_PLAIN_TYPES = """
    bytes command dir entry_point fcgi_socket file hostport logfile name password path signal socket_path string user
    usergroup username
"""
_PLAIN = frozenset(_PLAIN_TYPES.split())


class Left(t.NamedTuple):
    """Something that no variable says, or says otherwise: where it stands, and why. Never a value: it may be a
    secret.
    """

    what: str
    file: str
    line: int
    why: str


class Section(t.NamedTuple):
    """``values``: option -> value of what is written; ``ignored``: what had no effect, and so is not told on;
    ``broken``: what has an effect and could not be told.
    """

    values: t.Dict[str, t.Any]
    ignored: t.List[Left]
    broken: t.List[Left]


def of_section(context: _scope.Context, section: str, kind: str) -> Section:
    """What is written in a section.

    :param section: as it stands in the file; kind: such as ``program``.
    """
    found: t.Dict[str, t.Any] = {}
    left: t.List[Left] = []
    broken: t.List[Left] = []
    extra: t.Dict[str, t.Any] = {}
    scope = context.scope(section, kind, **_names_of(context, section, kind))
    written = context.store.items(section)
    order = [row.name for row in _table.kind_of(kind).options if row.name in written]
    for name in order + [name for name in written if name not in order]:
        row = _table.option(kind, name)
        text = written[name]
        if row is None or not context.reader.at_least(row.since):
            _foreign(context, section, kind, name, extra, left)
            continue
        if row.hidden:
            left.append(_left(context, section, name, text, "it has no effect in this kind of section"))
            continue
        try:
            value = value_of(scope, row, text)
        except (ValueError, _errors.SupervisorError) as error:
            broken.append(_left(context, section, name, text, getattr(error, "message", str(error))))
            continue
        if not is_default(scope, row, text):
            found[row.param] = value
    if extra:
        found[_render.EXTRA] = extra
    return Section(found, left, broken)


def _names_of(context: _scope.Context, section: str, kind: str) -> t.Dict[str, t.Any]:
    names: t.Dict[str, t.Any] = {"here": context.here}
    if kind in ("program", "fcgi-program", "eventlistener"):
        name = section.split(":", 1)[1].strip()
        names.update(program_name=name, group_name=name, host_node_name=context.hostname)
    return names


def _foreign(
    context: _scope.Context,
    section: str,
    kind: str,
    name: str,
    extra: t.Dict[str, t.Any],
    left: t.List[Left],
) -> None:
    """An option that Supervisor passes over: a plugin may read it."""
    own = context.store.sections[section].get(name)
    if own is None:
        return  # of [DEFAULT], which is told of once
    if _table.kind_of(kind).managed and _table.option(kind, name) is None and _names.OPTION.match(name):
        extra[name] = context.reader.portable(own.text)
    else:
        left.append(_left(context, section, name, own, "Supervisor does not know this option here"))


def _left(context: _scope.Context, section: str, name: str, text: _ini.Value, why: str) -> Left:
    return Left("%s of [%s]" % (name, context.reader.portable(section)), text.file, text.line, why)


def value_of(scope: _scope.Scope, row: _table.Option, written: _ini.Value) -> t.Any:
    """The value of one option. Raises ValueError or ConfigError for one that cannot be declared."""
    context = scope.context
    here = context.here
    if "%(here)s" in written.text and "%" in here:
        raise ValueError("%(here)s is a folder with a % in its name")
    text = written.text.replace("%(here)s", here)
    passes = row.passes_for(context.reader, scope.kind)
    value = _value(scope, row, text, passes)
    return _portable(value, context)


def _value(scope: _scope.Scope, row: _table.Option, text: str, passes: int) -> t.Any:
    if row.type == "env":
        return _environment(scope, row, text, passes)
    plain = _unquote.literal(text, row, passes)
    if row.type in ("csv", "events", "globs"):
        words = plain.split() if row.type == "globs" else [word.strip() for word in plain.split(",")]
        return [word.upper() if row.type == "events" else word for word in words if word]
    if row.type in _PLAIN:
        return plain.strip("\n") if row.type == "command" else plain
    if "%" in text:
        return plain  # an expansion: read again by whoever reads the file
    parsed = scope.parse(row.name, text)
    if row.type == "octal":
        return "0%o" % parsed
    return {"true": True, "false": False}.get(parsed, parsed) if row.type == "autorestart" else parsed


def _environment(scope: _scope.Scope, row: _table.Option, text: str, passes: int) -> t.Dict[str, str]:
    """Variables with their expansions kept, or as they are now where a quote or comma comes out of an expansion."""
    guarded, back = _unquote.guarded(text, row, passes)
    try:
        pairs = _values.environment(guarded, scope.context.machine, scope.context.reader)
    except ValueError:
        pairs = {}
        back = str
        if text:
            pairs = t.cast(t.Dict[str, str], scope.parse(row.name, scope.expand(text, row.name)))
    return {back(key): back(value) for key, value in pairs.items()}


def _portable(value: t.Any, context: _scope.Context) -> t.Any:
    reader = context.reader
    if isinstance(value, str):
        return reader.portable(value)
    if isinstance(value, dict):
        return {reader.portable(key): reader.portable(text) for key, text in value.items()}
    if isinstance(value, list):
        return [_portable(item, context) for item in value]
    return value


def is_default(scope: _scope.Scope, row: _table.Option, written: _ini.Value) -> bool:
    """Whether Supervisor does the same when the option is not written."""
    if row.name == "killasgroup":
        other = scope.written("stopasgroup")
        default: t.Optional[str] = other.text if other else "false"
    else:
        default = row.default_for(scope.context.reader)
    # Written, the priority of a listener is that of its processes, too.
    if default is None or (row.name == "priority" and scope.kind == "eventlistener"):
        return False
    if written.text == default:
        return True
    if "%" in written.text or "%" in default:
        return False
    try:
        parser = _values.PARSERS[row.type]
        machine, reader = scope.context.machine, scope.context.reader
        return bool(parser(written.text, machine, reader) == parser(default, machine, reader))
    except ValueError:
        return False
