# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies on disk: the files of a task and the whole configuration, as it is and as it will be.

Both are resolved as the daemon would resolve them. What it would refuse is refused here, before anything is written.
"""

import os
import typing as t

from .. import _errors
from .._adopt import handover as _handover
from .._config import ini as _ini, model as _model, reader as _reader, source as _source, tree as _tree
from .._host import files as _files
from . import declare as _declare, first_contact as _first_contact, wanted as _wanted


class Configuration(t.NamedTuple):
    """All of a daemon's files: the main one, how they include each other, what they make it run, or why it would
    refuse them. Nothing of it where there is no main file yet. ``source``: where they come from.
    """

    main: t.Optional[str] = None
    tree: t.Optional[_tree.Tree] = None
    model: t.Optional[_model.Model] = None
    refused: t.Optional[_errors.ConfigError] = None
    source: _source.Source = _source.Disk()

    @property
    def planned(self) -> t.List[str]:
        """Files that are not yet what they are taken to be."""
        return list(self.source.edits) if isinstance(self.source, _source.Overlay) else []


class Disk(t.NamedTuple):
    """``files``: path -> (content now, wanted content); ``before`` and ``after``: groups by name; ``ours``: names of
    those that the task answers for; ``watched``: every file and folder that was looked at, empty when a pattern makes
    them too many to tell; ``links``: those of the files that are links now, and where each leads; ``edited``: those
    that are somebody else's and only lose sections; ``copies``: those of which a copy stays, see ``_host.files``;
    ``order``: in which order the names of those that change are switched.
    """

    files: t.Dict[str, t.Tuple[t.Optional[bytes], t.Optional[bytes]]]
    before: t.Dict[str, _model.Group]
    after: t.Dict[str, _model.Group]
    ours: t.Set[str]
    watched: t.FrozenSet[str] = frozenset()
    warnings: t.Tuple[str, ...] = ()
    links: t.Mapping[str, str] = {}
    edited: t.FrozenSet[str] = frozenset()
    copies: t.Mapping[str, str] = {}
    order: t.Tuple[str, ...] = ()

    @property
    def changed(self) -> t.Dict[str, t.Optional[bytes]]:
        """Path -> wanted content, for the files whose content changes, and links, which are no files of a task."""
        return {path: new for path, (old, new) in self.files.items() if old != new or path in self.links}


def configuration(
    main: t.Optional[str], reader: _reader.Reader, source: t.Optional[_source.Source] = None
) -> Configuration:
    """Read and resolve everything from the main file on; nothing where there is no such file yet.

    :param source: where files come from; the disk unless told otherwise.
    """
    if main is None:
        return Configuration()
    tree = None
    source = source or _source.Disk()
    try:
        tree = _tree.load(main, source, reader.dialect, reader.environ, reader.hostname)
        model = _model.resolve(tree, reader.dialect, reader.environ, reader.hostname, reader.host)
    except _errors.ConfigError as error:
        return Configuration(main, tree, None, error, source)
    return Configuration(main, tree, model, None, source)


def read(wanted: _wanted.Wanted, now: Configuration, reader: _reader.Reader) -> Disk:
    """Compare what lies there with what is wanted.

    :param now: the configuration as it is.
    :raises _errors.OptionError: a file that holds more than one item, or an item that the daemon would not read.
    :raises _errors.ConfigError: the daemon would refuse the configuration, or it would never come to rest.
    """
    files = {path: (_files.read_own(path), new) for path, new in wanted.contents.items()}
    links = {path: _files.link_of(path) for path in files if os.path.islink(path)}
    _refuse_shared_files(wanted.items, reader)
    overlay = _source.Overlay(now.source, wanted.contents)
    changed = {path: new for path, (old, new) in files.items() if old != new or path in links}
    then = configuration(now.main, reader, overlay) if changed else now
    if then.refused:
        raise _explained(then.refused, now.refused, set(wanted.contents))
    if then.model is not None:
        _check_after(wanted.items, now.model, then.model)
    before = now.model.groups if now.model else {}
    after = then.model.groups if then.model else {}
    move = _handover.plan(changed, now.source, reader.dialect)
    if move.losing:
        meanwhile = {path: new for path, new in changed.items() if path not in move.losing}
        both = configuration(now.main, reader, _source.Overlay(now.source, meanwhile))
        _handover.refuse_mixture(before, both.model, after)
    foreign = _first_contact.foreign(set(changed).difference(now.planned), wanted.edited)
    return Disk(
        files,
        before,
        after,
        _ours(wanted, before, after, overlay),
        _watched(then.tree, wanted.conf_dir),
        _warnings(then.tree, now.model, then.model) + _linked(links, wanted.contents) + _first_contact.told(foreign),
        links,
        wanted.edited,
        _first_contact.copies(foreign, then.tree.patterns if then.tree else ()),
        move.order,
    )


def _linked(links: t.Mapping[str, str], contents: t.Mapping[str, t.Optional[bytes]]) -> t.Tuple[str, ...]:
    """What becomes of links: the daemon follows them, and a task that did would write in an application's own tree."""
    return tuple(
        "%s was a link to %s%s: the link is %s, and what it points to is left alone."
        % (
            path,
            target,
            "" if os.path.exists(path) else ", where nothing is",
            "removed" if contents[path] is None else "replaced by a file",
        )
        for path, target in sorted(links.items())
    )


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


def _refuse_shared_files(items: t.List[_declare.Item], reader: _reader.Reader) -> None:
    """Refuse to replace or remove a file, or a link to one, that holds more than the sections declared for it."""
    for path, together in _wanted.by_file(items).items():
        data = _source.Disk().read(path)
        if data is None:
            continue
        try:
            held = _ini.alone(data, path, reader.dialect).sections
        except _errors.ConfigError:
            continue  # a file that nobody can read holds nothing to lose
        declared = {item.section for item in items}
        others = [name for name in held if name not in declared]
        if others:
            raise _errors.OptionError(
                "%s: its file %s also holds [%s]; move that to a file of its own first, or give this item another "
                "filename. Nothing was changed." % (together[0].section, path, "], [".join(others)),
                file=path,
            )


def _check_after(items: t.List[_declare.Item], before: t.Optional[_model.Model], after: _model.Model) -> None:
    """Refuse what Supervisor accepts and would regret: sections in two files, clashing names, hazards."""
    disk = _source.Disk()
    for item in items:
        origins = set(after.sections.get(item.section, ()))
        ours = disk.real(item.path)  # where a link was, the file itself will be
        elsewhere = sorted(path for path in origins if ours not in (disk.real(path), os.path.realpath(path)))
        if elsewhere:
            raise _errors.OptionError(
                "%s is %s in %s as well, and Supervisor would mix the two; remove it there, or set adopt: true (role "
                "supervisor: supervisor_adopt), which takes it out of that file. Nothing was changed."
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
    _refuse_conflicts(items, before, after)


def _refuse_conflicts(items: t.List[_declare.Item], before: t.Optional[_model.Model], after: _model.Model) -> None:
    """Refuse sections that claim the same socket or file: new ones, and old ones of which this task declares one."""
    declared = {item.section for item in items if item.state != "absent"}
    for conflict in after.conflicts:
        if before is None or conflict not in before.conflicts or declared.intersection(conflict.sections):
            raise _errors.ConfigError("%s. Nothing was changed." % conflict.message)


def _ours(
    wanted: _wanted.Wanted,
    before: t.Mapping[str, _model.Group],
    after: t.Mapping[str, _model.Group],
    source: _source.Source,
) -> t.Set[str]:
    """Names of the groups that the task answers for: those that one of its files shapes, before or after."""
    paths = {source.real(path) for path in wanted.contents if path not in wanted.edited}
    found = {item.name for item in wanted.items if item.state == "absent" and item.name not in after}
    for groups in (before, after):
        for group in groups.values():
            if any(source.real(path) in paths for path in group.files):
                found.add(group.name)
    return found


def _watched(tree: t.Optional[_tree.Tree], conf_dir: str) -> t.FrozenSet[str]:
    """Every file of the configuration, and the folders in which a new one would become part of it."""
    folders = [os.path.dirname(pattern) for pattern in tree.patterns] if tree else []
    if tree is None or any(set("*?[") & set(folder) for folder in folders):
        return frozenset()
    return frozenset(folders).union(tree.files, [conf_dir])


def _warnings(
    tree: t.Optional[_tree.Tree], before: t.Optional[_model.Model], after: t.Optional[_model.Model]
) -> t.Tuple[str, ...]:
    """What the user should know although it stops nothing."""
    found = []
    for skipped in tree.skipped if tree else ():
        why = "a link that leads nowhere" if skipped.reason == "missing" else skipped.reason
        found.append(
            "%s is matched by [include] and cannot be read (%s): the daemon takes its programs for removed."
            % (skipped.path, why)
        )
    if after is not None:
        known = before.warnings if before else ()
        found.extend(text for text in after.warnings if text not in known)
        found.extend("%s. This is in the configuration already." % conflict.message for conflict in after.conflicts)
    return tuple(found)
