# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write sections of a configuration file so that Supervisor reads back exactly the values given.

Values are literal, with one exception: an expansion that Supervisor offers for the option, such as
``%(program_name)s`` in ``command``, is passed on. Every other ``%`` stands for itself. Wrap a text in
``_quote.Literal`` to keep even those. What EXTRA holds is not Supervisor's, and is written as it is.
"""

import typing as t

from .. import _errors, _near
from . import (
    command_environment as _command_environment,
    dialect as _dialect,
    names as _names,
    quote as _quote,
    table as _table,
    text as _text,
)

Values = t.Dict[str, t.Any]
Section = t.Tuple[str, str, Values]

EXTRA = "extra_options"  # name -> value: options that plugins read from a section of what the daemon runs

_CONVERT = dict(_text.CONVERT)
_CONVERT.update(_command_environment.CONVERT)


def title(kind: str, name: t.Optional[str] = "") -> str:
    """Give the name of a section, such as ``program:web``. Raises OptionError for a bad or missing name."""
    row = _table.kind_of(kind)
    if row.named == "never" or (row.named == "maybe" and not name):
        if name:
            raise _errors.OptionError("[%s] takes no name, but %r was given" % (kind, name))
        return kind
    return "%s:%s" % (kind, _names.safe_name(name or "", "the name of a %s" % kind))


def _unknown(kind: str, name: str) -> _errors.OptionError:
    known = [item.param for item in _table.options(kind)]
    cure = _near.hint(name, known, "it takes %s" % ", ".join(sorted(known)))
    if _table.kind_of(kind).managed:
        cure += "%s What a plugin reads there belongs in %s." % ("" if cure.endswith("?") else ".", EXTRA)
    return _errors.OptionError("%s is not an option of a %s; %s" % (name, kind, cure), option=name)


def _check_extra(key: str) -> str:
    """Check the name of a plugin's own option: it must survive the INI parser (lower case, no delimiter)."""
    if not _names.OPTION.match(key):
        raise _errors.OptionError("%r cannot be the name of a plugin option; use lower case letters and _" % key)
    return key


def _extras(row: _table.Kind, values: Values) -> t.List[_table.Option]:
    """Give table rows for values the table does not know; only plugins may have such. Raises OptionError."""
    known = {name for item in row.options if not item.hidden for name in (item.name, item.param)}
    unknown = sorted(name for name in values if name not in known and values[name] is not None)
    if unknown and not row.extra:
        raise _unknown(row.name, unknown[0])
    first = row.options[0]
    return [first._replace(name=_check_extra(key), type="string", required=False) for key in unknown]


def _foreign(row: _table.Kind, extra: t.Any) -> t.List[str]:
    """Write options that Supervisor ignores, each as it is. Raises OptionError or UnrepresentableError."""
    if not isinstance(extra, dict):
        raise _errors.OptionError("%s: give a map of names to values" % EXTRA, option=EXTRA)
    lines = []
    for key in sorted(extra, key=str):
        name = "%s.%s" % (EXTRA, key)
        kinds = [kind for kind in _table.MANAGED if _table.option(kind, str(key).lower())]
        if kinds:
            where = "give it as %s, without %s" % (str(key).lower(), EXTRA) if row.name in kinds else "remove it"
            raise _errors.OptionError(
                "%s: this is an option of Supervisor's own, for a %s; %s"
                % (name, row.name if row.name in kinds else kinds[0], where),
                option=name,
            )
        value = "true" if extra[key] is True else "false" if extra[key] is False else extra[key]
        if not isinstance(value, (str, int)):
            raise _errors.OptionError("%s: write the value as a text, in quotes" % name, option=name)
        _quote.check(str(value), name, _dialect.Dialect())
        item = row.options[0]._replace(name=name, expand=frozenset())
        lines.append("%s=%s\n" % (_check_extra(str(key)), _quote.protect(str(value), item)))
    return lines


def _line(item: _table.Option, value: t.Any, kind: str, reader: _dialect.Dialect) -> str:
    """Write one option. Raises OptionError or UnrepresentableError."""
    if not reader.at_least(item.since):
        raise _errors.OptionError(
            "%s needs Supervisor %s or newer, this is %s; leave it out"
            % (item.param, item.since, ".".join(map(str, reader.version))),
            option=item.param,
        )
    escaped = _CONVERT[item.type](value, item, item.passes_for(reader, kind), reader)
    return "%s=%s\n" % (item.name, _quote.protect(escaped, item))


def render_section(kind: str, name: t.Optional[str], values: Values, dialect: _dialect.Dialect) -> str:
    """Write one section, options in the order of the table.

    :param kind: such as "program"; name: of the program, "" for sections that have none.
    :param values: option name -> typed value as in ``table.spec``; None means not written.
    :param dialect: who will read the file.
    Raises OptionError for an unknown option or a wrong value and UnrepresentableError for a value that no spelling
    can carry; details name section and option.
    """
    row = _table.kind_of(kind)
    heading = title(kind, name)
    lines = ["[%s]\n" % heading]
    extra = values.get(EXTRA) if row.managed else None
    values = {key: value for key, value in values.items() if key != EXTRA} if row.managed else values
    try:
        for item in [item for item in row.options if not item.hidden] + _extras(row, values):
            value = values.get(item.name, values.get(item.param))
            if value is not None:
                lines.append(_line(item, value, kind, dialect))
            elif item.required:
                raise _errors.OptionError("%s is missing; a %s needs it" % (item.param, kind), option=item.param)
        lines += _foreign(row, extra) if extra is not None else []
    except _errors.SupervisorError as error:
        details = dict(error.details, section=heading)
        raise type(error)("[%s] %s" % (heading, error.message), **details)
    return "".join(lines)


def comment(text: str, dialect: _dialect.Dialect) -> str:
    """Write comment lines; "" for an empty text."""
    _quote.check(text, "header", dialect)
    return "".join("; %s\n" % line if line.strip() else ";\n" for line in text.split("\n")) if text else ""


def render(sections: t.Iterable[Section], header: str, dialect: _dialect.Dialect) -> str:
    """Write a whole file: ``header`` as comment lines, then the sections in the order given.

    Raises what ``render_section`` raises, and OptionError when a section occurs twice: Supervisor would merge the two.
    """
    parts = [comment(header, dialect)] if header else []
    seen: t.Set[str] = set()
    for kind, name, values in sections:
        heading = title(kind, name)
        if heading in seen:
            raise _errors.OptionError("[%s] is declared twice; merge the two or rename one" % heading)
        seen.add(heading)
        parts.append(render_section(kind, name, values, dialect))
    return "\n".join(parts)
