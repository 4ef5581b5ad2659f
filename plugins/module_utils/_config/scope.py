# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read typed options of one section: look up, expand, parse, and say where a bad value stands."""

import os
import typing as t

from .. import _errors
from .._options import dialect as _dialect, table as _table
from . import expand as _expand, ini as _ini, machine as _machine, tree as _tree, values as _values

# Sections whose default for an option is a number that only the caller knows.
Default = t.Optional[str]


class Context:
    """What all sections share while one configuration is resolved.

    ``environ`` are the names %(ENV_X)s; Supervisor 4.2.2 and newer add those of [supervisord] environment on the way.
    ``warnings`` and ``hazards`` collect sentences, see model.Model.
    """

    def __init__(
        self,
        tree: _tree.Tree,
        reader: _dialect.Dialect,
        environ: t.Mapping[str, str],
        hostname: str,
        machine: _machine.Host,
    ) -> None:
        self.tree = tree
        self.store = tree.store
        self.reader = reader
        self.machine = machine
        self.environ = _expand.environ_names(environ, reader)
        self.hostname = reader.native(hostname)
        self.here = reader.native(tree.here)
        self.warnings: t.List[str] = []
        self.hazards: t.List[str] = []

    def scope(self, section: str, kind: str, **names: t.Any) -> "Scope":
        """Make a reader of one section; ``names`` are the expansions it offers besides the environment."""
        return Scope(self, section, kind, names)

    def error(self, text: str, section: str, value: t.Optional[_ini.Value] = None, option: str = "") -> Exception:
        """Make a ConfigError from Supervisor's text (in the form the daemon sees), with the place added."""
        files = self.store.origins.get(section, [self.tree.path])
        file = value.file if value else files[0]
        line = ", line %d" % value.line if value else ""
        section = self.reader.portable(section)
        details: t.Dict[str, t.Any] = {"file": file, "section": section, "reason": self.reader.portable(text)}
        if value:
            details["line"] = value.line
        if option:
            details["option"] = option
        message = "%s in section %r (file: %r%s)" % (details["reason"], section, file, line)
        return _errors.ConfigError(message, **details)


class Scope:
    """One section. ``names`` grows while a program is read, see processes.py."""

    def __init__(self, context: Context, section: str, kind: str, names: _expand.Names) -> None:
        self.context = context
        self.section = section
        self.kind = kind
        self.names = names
        self.spilt: t.Set[str] = set()  # options whose value holds the daemon's whole environment

    def default(self, option: str) -> Default:
        """Give the text Supervisor uses when the option is not written."""
        row = _table.option(self.kind, option)
        return row.default_for(self.context.reader) if row else None

    def known(self, option: str) -> bool:
        """Tell whether this Supervisor reads the option at all."""
        row = _table.option(self.kind, option)
        return row is not None and self.context.reader.at_least(row.since)

    def written(self, option: str) -> t.Optional[_ini.Value]:
        """Give the text as it stands in the file, or None."""
        return self.context.store.get(self.section, option)

    def expand(self, text: str, option: str, where: str = "") -> str:
        """Apply ``%`` formatting once. Raises ConfigError."""
        if "%" not in text:
            return text
        names = dict(self.context.environ)
        names.update(self.names)
        if _expand.dumps_names(text):
            self.spilt.add(option)
            self.context.warnings.append(
                "[%s] %s has a bare %%s or %%r, which Supervisor replaces by its whole environment"
                % (self.section, option)
            )
        try:
            return _expand.expand(text, names, where or "%s.%s" % (self.section, option), self.context.reader)
        except ValueError as error:
            raise self.context.error(str(error), self.section, self.written(option), option)

    def text(self, option: str) -> t.Optional[str]:
        """Give the expanded text, the default when it is not written. Raises ConfigError."""
        value = self.written(option)
        return self.expand(value.text, option) if value else self.default(option)

    def parse(self, option: str, text: str, kind: str = "", prefix: str = "", suffix: str = "") -> t.Any:
        """Parse a text by the type of the option, or by ``kind``. Raises ConfigError.

        ``prefix`` replaces the parser's message, ``suffix`` follows it.
        """
        row = _table.option(self.kind, option)
        parser = _values.PARSERS[kind or row.type]  # type: ignore[union-attr]
        try:
            return parser(text, self.context.machine, self.context.reader)
        except ValueError as error:
            reason = prefix + " " + text if prefix else str(error)
            if option in self.spilt:
                reason = "%s has a value that holds the whole environment because of a bare %%s or %%r" % option
            reason += suffix
            raise self.context.error(reason, self.section, self.written(option), option)

    def value(self, option: str, **how: str) -> t.Any:
        """Give the typed value, None when it is neither written nor has a default. Raises ConfigError."""
        text = self.text(option)
        return None if text is None else self.parse(option, text, **how)

    def entry_point(self, option: str) -> t.Optional[str]:
        """Give the text of a function's name, and note when it is not known whether it exists. Raises ConfigError."""
        why = _values.unresolved(self.text(option), self.context.machine)
        suffix = " within [%s]" % self.section
        spec = t.cast(t.Optional[str], self.value(option, suffix=suffix + (": " + why if why else "")))
        if spec is not None and self.context.machine.importable(spec) is None:
            because = ": " + why if why else ""
            self.context.warnings.append(
                "[%s] cannot tell from here whether %s exists%s" % (self.section, spec, because)
            )
        return spec

    def fail(self, text: str, option: str = "") -> Exception:
        """Make a ConfigError about this section."""
        return self.context.error(text, self.section, self.written(option) if option else None, option)


def normal_path(path: str, context: Context) -> str:
    """Make a path absolute and plain, as Supervisor does for sockets and logs."""
    portable = context.machine.expand_user(context.reader.portable(path))
    return context.reader.native(os.path.normpath(os.path.join(context.machine.cwd(), portable)))
