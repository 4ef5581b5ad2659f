# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is read before a decision: declared items, files as they are and as they will be, the daemon.

Reading changes nothing, so it is the same in check mode. The whole configuration is resolved as the daemon would
resolve it with the declared files in place; what it would refuse is refused here, before anything is written.
"""

import os
import typing as t

from .. import _errors
from .._config import ini as _ini, model as _model, reader as _reader, source as _source, tree as _tree
from .._host import files as _files, stamp as _stamp
from .._rpc import client as _client
from . import declare as _declare, ledger as _ledger, notes as _notes, request as _request

CONF_DIRS = (("/etc/supervisor/conf.d", ".conf"), ("/etc/supervisord.d", ".ini"))


class Situation(t.NamedTuple):
    """What was read. ``before`` and ``after``: groups by name; ``files``: path -> (content now, wanted content);
    ``watched``: every file and folder that was looked at, empty when a pattern makes them too many to tell.
    """

    items: t.List[_declare.Item]
    files: t.Dict[str, t.Tuple[t.Optional[bytes], t.Optional[bytes]]]
    paths: t.FrozenSet[str]
    before: t.Dict[str, _model.Group]
    after: t.Dict[str, _model.Group]
    processes: t.Dict[str, _client.Process]
    ours: t.Set[str]
    known: t.Dict[str, str]
    identity: str
    ledger_path: str
    ledger: _ledger.Ledger
    daemon_uid: int
    warnings: t.Tuple[str, ...] = ()
    watched: t.FrozenSet[str] = frozenset()

    @property
    def active(self) -> t.Set[str]:
        """Names of the groups that the daemon runs."""
        return {process.group for process in self.processes.values()}

    @property
    def changed_files(self) -> t.Dict[str, t.Optional[bytes]]:
        """Path -> wanted content, for the files whose content changes."""
        return {path: new for path, (old, new) in self.files.items() if old != new}


def read(request: _request.Request, config_file: t.Optional[str], snapshot: t.Optional[_client.Snapshot]) -> Situation:
    """Look at everything.

    :param config_file: the daemon's main file; None when there is none yet (check mode on a bare host).
    :param snapshot: the daemon; None when none runs yet (check mode only).
    :raises _errors.OptionError: a declared item that cannot be.
    :raises _errors.ConfigError: the daemon would refuse the configuration, or it would never come to rest.
    """
    _declare.check_label(request.managed_by)
    reader = _reader.of(snapshot.version if snapshot else "", snapshot.pid if snapshot else 0)
    main = config_file if config_file and os.path.exists(config_file) else None
    tree, before, trouble = _resolve(main, _source.Disk(), reader)
    conf_dir, extension = place(request.conf_dir, tree)
    items = _declare.items(request.programs, conf_dir, extension)
    wanted = _wanted(request, items, conf_dir, extension, reader)
    files = {path: (_files.read(path), new) for path, new in wanted.items()}
    _refuse_shared_files(items, files, reader)
    overlay = _source.Overlay(_source.Disk(), wanted)
    after_tree, after, refused = tree, before, trouble
    if any(old != new for old, new in files.values()):
        after_tree, after, refused = _resolve(main, overlay, reader)
    if refused:
        raise _explained(refused, trouble, set(wanted))
    if after is not None:
        _check_after(items, before, after)
    groups_before = before.groups if before else {}
    groups_after = after.groups if after else {}
    paths = frozenset(overlay.real(path) for path in wanted)
    ours = _ours(items, paths, groups_before, groups_after, overlay)
    ledger_path, ledger = _noted(request, config_file)
    identity = _stamp.daemon_identity(snapshot.pid) if snapshot else ""
    return Situation(
        items,
        files,
        paths,
        groups_before,
        groups_after,
        snapshot.processes if snapshot else {},
        ours,
        _known(ours, groups_before, ledger, snapshot),
        identity,
        ledger_path,
        ledger,
        reader.host.daemon_uid(),
        _warnings(after_tree, before, after),
        _watched(after_tree, conf_dir),
    )


def _noted(request: _request.Request, config_file: t.Optional[str]) -> t.Tuple[str, _ledger.Ledger]:
    path = _notes.path_for(request.state_dir, config_file or "none")
    return path, _ledger.load(path)


def _watched(tree: t.Optional[_tree.Tree], conf_dir: str) -> t.FrozenSet[str]:
    """Every file of the configuration, and the folders in which a new one would become part of it."""
    folders = [os.path.dirname(pattern) for pattern in tree.patterns] if tree else []
    if tree is None or any(set("*?[") & set(folder) for folder in folders):
        return frozenset()
    return frozenset(folders).union(tree.files, [conf_dir])


def _wanted(
    request: _request.Request, items: t.List[_declare.Item], conf_dir: str, extension: str, reader: _reader.Reader
) -> t.Dict[str, t.Optional[bytes]]:
    """Path -> wanted content of every file of this task; None for those that go.

    :raises _errors.ConfigError: a value that cannot be written.
    """
    wanted = {item.path: _declare.content(item, request.managed_by, reader.dialect) for item in items}
    if request.purge:
        wanted.update(dict.fromkeys(_abandoned(conf_dir, extension, request.managed_by, wanted)))
    return wanted


def place(conf_dir: t.Optional[str], tree: t.Optional[_tree.Tree]) -> t.Tuple[str, str]:
    """Directory of the section files and how their names end.

    By default that of the first ``[include]`` pattern of the form ``directory/*.extension``.

    :raises _errors.OptionError: the configuration includes no such directory.
    """
    patterns = [os.path.split(pattern) for pattern in tree.patterns] if tree else []
    plain = [(head, tail[1:]) for head, tail in patterns if tail.startswith("*.") and not set("*?[") & set(head)]
    if conf_dir:
        real = os.path.realpath(conf_dir)
        endings = [ending for head, ending in plain if os.path.realpath(head) == real]
        if endings or not tree:
            return conf_dir, endings[0] if endings else dict(CONF_DIRS).get(conf_dir, ".conf")
        raise _errors.OptionError(
            "conf_dir: %s is not read by the daemon: [include] files of %s has no pattern %s; add it there, or name "
            "one of: %s." % (conf_dir, tree.path, os.path.join(conf_dir, "*.conf"), _listed(plain)),
        )
    if plain:
        return plain[0]
    if tree is None:
        found = [pair for pair in CONF_DIRS if os.path.isdir(pair[0])]
        return found[0] if found else CONF_DIRS[0 if os.path.exists("/etc/debian_version") else 1]
    raise _errors.OptionError(
        "%s includes no directory of the form /some/where/*.conf; add one to its [include] files." % tree.path
    )


def _listed(plain: t.List[t.Tuple[str, str]]) -> str:
    return ", ".join(head for head, _ending in plain) or "(there is none)"


def _resolve(
    main: t.Optional[str], source: _source.Source, reader: _reader.Reader
) -> t.Tuple[t.Optional[_tree.Tree], t.Optional[_model.Model], t.Optional[_errors.ConfigError]]:
    """Tree and model of a configuration, or the error for which the daemon would refuse it."""
    if main is None:
        return None, None, None
    tree = None
    try:
        tree = _tree.load(main, source, reader.dialect, reader.environ, reader.hostname)
        return tree, _model.resolve(tree, reader.dialect, reader.environ, reader.hostname, reader.host), None
    except _errors.ConfigError as error:
        return tree, None, error


def _explained(
    refused: _errors.ConfigError, trouble: t.Optional[_errors.ConfigError], declared: t.Set[str]
) -> _errors.ConfigError:
    """Say whose fault it is that the daemon would refuse the configuration. Nothing has been written."""
    details = dict(refused.details)
    if trouble is not None and trouble.message == refused.message and details.get("file") not in declared:
        text = (
            "%s. This is in the configuration already and not part of this task; until it is repaired the daemon "
            "refuses every change. Nothing was changed." % refused.message
        )
    else:
        text = "%s. The daemon would refuse this; nothing was changed." % refused.message
    return _errors.ConfigError(text, **details)


def _refuse_shared_files(
    items: t.List[_declare.Item], files: t.Dict[str, t.Tuple[t.Optional[bytes], t.Any]], reader: _reader.Reader
) -> None:
    """Refuse to replace or remove a file that holds more than the declared section."""
    for item in items:
        data = files[item.path][0]
        if data is None:
            continue
        store = _ini.Store()
        try:
            _ini.read(data, item.path, store, reader.dialect)
        except _errors.ConfigError:
            continue  # a file that nobody can read holds nothing to lose
        others = [name for name in store.sections if name != item.section]
        if others:
            raise _errors.OptionError(
                "%s: its file %s also holds [%s]; move that to a file of its own first, or give this item another "
                "filename. Nothing was changed." % (item.section, item.path, "], [".join(others)),
                file=item.path,
            )


def _check_after(items: t.List[_declare.Item], before: t.Optional[_model.Model], after: _model.Model) -> None:
    """Refuse what Supervisor accepts and would regret: sections in two files, clashing names, hazards."""
    for item in items:
        origins = [os.path.realpath(path) for path in after.sections.get(item.section, ())]
        elsewhere = sorted(path for path in set(origins) if path != os.path.realpath(item.path))
        if elsewhere:
            raise _errors.OptionError(
                "%s is %s in %s as well, and Supervisor would mix the two; remove it there. Nothing was changed."
                % (item.section, "still defined" if item.state == "absent" else "defined", ", ".join(elsewhere)),
                file=elsewhere[0],
            )
        if item.state != "absent" and not origins:
            raise _errors.OptionError(
                "%s: the daemon does not read %s; no [include] pattern matches this name." % (item.section, item.path)
            )
    for sentence in after.collisions + after.hazards:
        if before is None or sentence not in before.collisions + before.hazards:
            raise _errors.ConfigError("%s. Nothing was changed." % sentence)


def _warnings(
    tree: t.Optional[_tree.Tree], before: t.Optional[_model.Model], after: t.Optional[_model.Model]
) -> t.Tuple[str, ...]:
    """What the user should know although it stops nothing."""
    found = []
    for skipped in tree.skipped if tree else ():
        found.append(
            "%s is matched by [include] and cannot be read (%s): the daemon takes its programs for removed."
            % (skipped.path, skipped.reason)
        )
    if after is not None:
        known = before.warnings if before else ()
        found.extend(text for text in after.warnings if text not in known)
    return tuple(found)


def _abandoned(conf_dir: str, extension: str, managed_by: str, wanted: t.Mapping[str, t.Any]) -> t.List[str]:
    """Files in the directory that a task with the same label wrote and that are not declared any more."""
    declared = {os.path.realpath(path) for path in wanted}
    try:
        names = sorted(os.listdir(conf_dir))
    except OSError:
        return []
    paths = [os.path.join(conf_dir, name) for name in names if name.endswith(extension) and not name.startswith(".")]
    return [
        path
        for path in paths
        if os.path.isfile(path)
        and os.path.realpath(path) not in declared
        and _declare.is_managed(_files.read(path), managed_by)
    ]


def _ours(
    items: t.List[_declare.Item],
    paths: t.FrozenSet[str],
    before: t.Dict[str, _model.Group],
    after: t.Dict[str, _model.Group],
    source: _source.Source,
) -> t.Set[str]:
    """Names of the groups that this task answers for: those that one of its files shapes, before or after."""
    found = {item.name for item in items if item.state == "absent" and item.name not in after}
    for groups in (before, after):
        for group in groups.values():
            if any(source.real(path) in paths for path in group.files):
                found.add(group.name)
    return found


def _known(
    ours: t.Set[str],
    before: t.Dict[str, _model.Group],
    ledger: _ledger.Ledger,
    snapshot: t.Optional[_client.Snapshot],
) -> t.Dict[str, str]:
    """Group -> fingerprint of what the daemon runs, for the groups where this can be said for certain."""
    found: t.Dict[str, str] = {}
    if snapshot is None:
        return found
    identity, started = _stamp.daemon_identity(snapshot.pid), _stamp.daemon_started(snapshot.pid)
    for name in ours:
        group = before.get(name)
        files = group.files if group else frozenset()
        noted = _ledger.active_fingerprint(ledger, identity, name, files, snapshot.processes)
        if noted is None and group is not None and _ledger.loaded_at_start(started, group.files):
            noted = _model.fingerprint(group)
        if noted is not None:
            found[name] = noted
    return found
