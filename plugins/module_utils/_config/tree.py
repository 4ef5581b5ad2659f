# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the main file and its included files, in Supervisor's order and with its idea of what %(here)s means."""

import os
import typing as t

from .. import _errors
from .._options import dialect as _dialect
from . import expand as _expand, ini as _ini, source as _source

Source = _source.Source
Account = _source.Account
Disk = _source.Disk
Memory = _source.Memory
Overlay = _source.Overlay


class Skipped(t.NamedTuple):
    """A file that an include pattern found but Supervisor passes over without a word.

    ``reason``: directory, denied, missing (a dangling link) or unreadable.
    """

    path: str
    reason: str


class Tree(t.NamedTuple):
    """Everything that was read.

    ``store`` holds sections and where they come from, ``files`` the files read, in order, ``patterns`` the include
    patterns made absolute, ``unmatched`` those without any file, ``skipped`` files passed over.
    """

    path: str
    here: str
    store: _ini.Store
    files: t.Tuple[str, ...]
    patterns: t.Tuple[str, ...]
    unmatched: t.Tuple[str, ...]
    skipped: t.Tuple[Skipped, ...]

    @property
    def sections(self) -> t.Dict[str, _ini.Options]:
        """Sections in order of appearance: name -> option -> Value(text, file, line)."""
        return self.store.sections


def _main(path: str, source: Source, store: _ini.Store, reader: _dialect.Dialect) -> None:
    """Read the main file. Raises ConfigError when it is missing, unreadable or broken."""
    data = source.read(path)
    if data is None:
        reason = source.why(path)
        why = "could not %s config file %s" % ("find" if reason == "missing" else "read", path)
        raise _errors.ConfigError(why, file=path, reason=why)
    _ini.read(data, path, store, reader)


def include_patterns(store: _ini.Store, here: str, names: _expand.Names, reader: _dialect.Dialect) -> t.List[str]:
    """Give the include patterns of the main file, made absolute. Raises ConfigError."""
    value = store.get("include", "files")
    if value is None:
        why = ".ini file has [include] section, but no files setting"
        file = store.origins["include"][0]
        raise _errors.ConfigError("%s (file: %r)" % (why, file), file=file, section="include", reason=why)
    try:
        files = _expand.expand(value.text, names, "include.files", reader)
    except ValueError as error:
        message = "%s in section 'include' (file: %r, line %d)" % (error, value.file, value.line)
        raise _errors.ConfigError(
            message, file=value.file, line=value.line, section="include", option="files", reason=str(error)
        )
    words = files.split() if reader.python >= 3 else [word for word in files.translate(_SPACES2).split(" ") if word]
    return [os.path.join(here, word) for word in words]


_SPACES2 = {ord(char): " " for char in "\t\n\r\x0b\x0c"}


def load_main(path: str, source: Source, dialect: _dialect.Dialect) -> Tree:
    """Read the main file alone, for want of what its [include] needs. Raises ConfigError."""
    store = _ini.Store()
    _main(path, source, store, dialect)
    return Tree(path, _expand.directory_of(path), store, (path,), (), (), ())


def load(
    path: str,
    source: Source,
    dialect: _dialect.Dialect,
    environ: t.Mapping[str, str],
    hostname: str,
) -> Tree:
    """Read a configuration.

    :param path: of the main file, absolute.
    :param environ: environment of the daemon, for %(ENV_X)s.
    :param hostname: what the daemon's ``platform.node()`` gives, for %(host_node_name)s.
    Raises ConfigError (details: file, line, section, option, reason where known). Files that an include pattern finds
    but that cannot be read are no error for Supervisor: they end up in ``skipped``.
    """
    here = _expand.directory_of(path)
    native_here = dialect.native(here)
    store = _ini.Store()
    _main(path, source, store, dialect)
    files = [path]
    patterns: t.List[str] = []
    unmatched: t.List[str] = []
    skipped: t.List[Skipped] = []
    textual = dialect.at_least("4.0.0")
    if "include" in store.sections:
        if textual:
            _expand.replace_here(store, path, native_here)
        names = _expand.environ_names(environ, dialect)
        names.update(here=native_here, host_node_name=dialect.native(hostname))
        patterns = [dialect.portable(pattern) for pattern in include_patterns(store, native_here, names, dialect)]
        for pattern in patterns:
            found = sorted(source.glob(pattern))
            if not found:
                unmatched.append(pattern)
            for name in found:
                data = source.read(name)
                if data is None:
                    skipped.append(Skipped(name, source.why(name)))
                else:
                    files.append(name)
                    _ini.read(data, name, store, dialect)
                if textual:
                    _expand.replace_here(store, name, dialect.native(_expand.directory_of(name)))
    return Tree(path, here, store, tuple(files), tuple(patterns), tuple(unmatched), tuple(skipped))
