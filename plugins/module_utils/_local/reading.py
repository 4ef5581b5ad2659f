# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the files of a daemon of this machine, as far as it can be read."""

import typing as t

from .. import _errors
from .._config import daemon as _daemon, reader as _reader, scope as _scope, source as _source, tree as _tree


def context(path: str, reader: _reader.Reader, source: t.Optional[_source.Source] = None) -> _scope.Context:
    """What stands in a main file and all that it includes, for sections to be read from.

    A daemon that runs goes on when one of its files is spoilt later. So an included file that it could not read any
    more is passed over here; whoever changes something reads them all, and says so.

    Raises ConfigError if the main file cannot be read.
    """
    source = source or _source.Disk()
    gone = {}  # type: t.Dict[str, t.Optional[bytes]]
    while True:
        try:
            files = _source.Overlay(source, gone)
            tree = _tree.load(path, files, reader.dialect, reader.environ, reader.hostname)
            break
        except _errors.ConfigError as error:
            file = str(error.details.get("file", path))
            if file != path and file not in gone:
                gone[file] = None
            elif error.details.get("section") == "include":
                tree = _tree.load_main(path, source, reader.dialect)
                break
            else:
                raise
    return _scope.Context(tree, reader.dialect, reader.environ, reader.hostname, reader.host)


def own(config_file: str) -> t.Dict[str, t.Any]:
    """The options of [supervisord]; none if they cannot be understood."""
    try:
        read = context(config_file, _reader.of("", 0))
        return _daemon.supervisord(read) if "supervisord" in read.store.sections else {}
    except _errors.ConfigError:
        return {}


def account(config_file: str) -> t.Optional[int]:
    """The number of the account that the daemon is to run as by its files; None if they name none."""
    return _reader.of("", 0).host.uid(own(config_file).get("user") or "")
