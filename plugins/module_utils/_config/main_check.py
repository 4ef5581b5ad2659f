# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge a main configuration file before it is written: would the daemon start with it, and must it restart?"""

import os
import typing as t

from .. import _errors
from . import machine as _machine, model as _model, reader as _reader, source as _source, tree as _tree

# Every program inherits [supervisord] environment, so all groups would have to be replaced: that is a restart.
_NEEDS_RESTART = ("restart", "daemon", "programs")
UNREADABLE = "what the daemon was started with cannot be read"


class Verdict(t.NamedTuple):
    """What it takes to apply the file. ``reasons`` for a restart hold no values, which may be secrets."""

    reasons: t.Tuple[str, ...] = ()
    reread: bool = False
    warnings: t.Tuple[str, ...] = ()


# The configuration and the one in force, if any -> with what the daemon would not start, and what is doubtful.
Look = t.Callable[[_model.Model, t.Optional[_model.Model]], t.Tuple[t.Sequence[str], t.Sequence[str]]]


class PlannedHost(_machine.Host):
    """This machine, once some directories have been made."""

    def __init__(self, directories: t.Iterable[str], now: _machine.Host) -> None:
        self._directories = {os.path.normpath(path) for path in directories}
        self._uid = now.daemon_uid()
        self.importer = now.importer

    def is_dir(self, path: str) -> bool:
        """Tell whether a directory exists or is planned."""
        return os.path.normpath(path) in self._directories or super().is_dir(path)

    def daemon_uid(self) -> int:
        """Give the account the daemon runs as."""
        return self._uid


def judge(
    path: str,
    text: bytes,
    in_force: t.Optional[bytes],
    reader: _reader.Reader,
    planned: t.Iterable[str] = (),
    look: t.Optional[Look] = None,
) -> Verdict:
    """Resolve the file together with everything it includes, as the daemon would.

    :param text: the file as it is to be.
    :param in_force: the file that the daemon runs with; None when none runs, and then nothing needs a restart.
    :param reader: who will read the file.
    :param planned: directories that will exist when the daemon starts.
    :param look: what only a start finds out, found out now.
    :raises _errors.ConfigError: the daemon would not start with it.
    """
    host = PlannedHost(planned, reader.host)
    try:
        tree, after = resolve(path, text, reader, host)
    except _errors.ConfigError as error:
        raise _errors.ConfigError("%s. %s" % (error.message, _REFUSED), **error.details)
    warnings = ["%s is matched by [include] and cannot be read (%s)." % skipped for skipped in tree.skipped]
    before, reasons, reread = None, [], False
    if in_force is not None:
        try:
            old, before = resolve(path, in_force, reader, host)
            reasons, reread = _reasons(before, after), old.patterns != tree.patterns
        except _errors.ConfigError:
            reasons, reread = [UNREADABLE], True
    for conflict in after.conflicts:
        if before is None or conflict not in before.conflicts:
            raise _errors.ConfigError("%s. Nothing was written." % conflict.message)
    found, doubtful = look(after, before) if look else ((), ())
    old_hazards = before.hazards if before else ()
    new = [text for text in after.hazards if text not in old_hazards]
    if reasons or before is None or new:
        _refuse(new + [text for text in list(after.hazards) + list(found) if text not in new])
    warnings.extend(
        "The daemon would not start again with this: %s." % text for text in list(after.hazards) + list(found)
    )
    warnings.extend("%s." % text for text in list(after.warnings) + list(doubtful))
    return Verdict(tuple(reasons), reread, tuple(warnings))


def _refuse(hazards: t.List[str]) -> None:
    """Refuse what the daemon would not start with, all of it at once. Raises ConfigError."""
    if hazards:
        raise _errors.ConfigError("%s. %s" % ("; ".join(hazards), _REFUSED))


_REFUSED = "The daemon would not start with this, so nothing was written."


def resolve(path: str, text: bytes, reader: _reader.Reader, host: _machine.Host) -> t.Tuple[_tree.Tree, _model.Model]:
    """Tree and model of the configuration with this text as its main file. Raises ConfigError."""
    source = _source.Overlay(_source.Disk(), {path: text})
    tree = _tree.load(path, source, reader.dialect, reader.environ, reader.hostname)
    return tree, _model.resolve(tree, reader.dialect, reader.environ, reader.hostname, host)


def _reasons(before: _model.Model, after: _model.Model) -> t.List[str]:
    """One text for each daemon option, or whole section, that only a restart can apply."""
    found = []
    for change in _model.daemon_changes(before, after):
        if change.needs not in _NEEDS_RESTART:
            continue
        if change.section not in before.daemon or change.section not in after.daemon:
            text = "[%s] was %s" % (change.section, "removed" if change.section in before.daemon else "added")
        else:
            text = "%s of [%s] changed" % (change.option, change.section)
        if text not in found:
            found.append(text)
    return found
