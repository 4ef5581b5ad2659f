# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that a task wants: where each item lies, what stands in it, and what ``purge`` removes. Judges nothing."""

import os
import typing as t
from collections import OrderedDict

from .. import _errors
from .._adopt import handover as _handover
from .._config import ini as _ini, tree as _tree
from .._host import files as _files, second_name as _second_name
from .._options import dialect as _dialect
from . import (
    declare as _declare,
    first_contact as _first_contact,
    place as _place,
    request as _request,
)


class Wanted(t.NamedTuple):
    """``conf_dir``: where the files lie; ``contents``: path of a file -> its wanted content, None for one that goes;
    ``left_over``: sections of files that a task with the same label wrote, and that this one does not declare;
    ``edited``: those of the files that are somebody else's and only lose sections; ``adopt``: whether that was asked
    for.
    """

    items: t.List[_declare.Item]
    conf_dir: str
    contents: t.Dict[str, t.Optional[bytes]]
    left_over: t.Tuple[str, ...] = ()
    edited: t.FrozenSet[str] = frozenset()
    adopt: bool = False


def read(request: _request.Request, now: t.Any, dialect: _dialect.Dialect) -> Wanted:
    """What a task wants on a host.

    :param now: its configuration, see ``disk.Configuration``; without a tree where there is none yet.

    :raises _errors.OptionError: a declared item that cannot be, or no folder for it.
    :raises _errors.ConfigError: a value that cannot be written.
    """
    _declare.check_label(request.managed_by)
    tree: t.Optional[_tree.Tree] = now.tree
    place = _place.find(request.conf_dir, tree)
    if request.backup and place.reads("web.conf" + _first_contact.COPY):
        raise _errors.OptionError(
            "backup: the daemon would read the copies as well, since its [include] matches any name in %s (%s). Leave "
            "backup out, or include *.conf only." % (place.folder, " and ".join(place.patterns))
        )
    items = _declare.items(request.programs, place)
    contents: t.Dict[str, t.Optional[bytes]] = {}
    for path, together in by_file(items).items():
        former = together[0].former
        contents[path] = _former(together[0]) if former else _declare.content(together, request.managed_by, dialect)
    abandoned = _abandoned(place, request.managed_by, contents)
    if request.purge:
        contents.update(dict.fromkeys(abandoned))
    left_over = () if request.purge else _sections(abandoned, dialect)
    names = [item.section for item in items]
    edits = _handover.edits(names, contents, tree, now.source, dialect) if request.adopt and tree else {}
    contents.update(edits)
    return Wanted(items, place.folder, contents, left_over, frozenset(edits), request.adopt)


def by_file(items: t.Iterable[_declare.Item]) -> t.Dict[str, t.List[_declare.Item]]:
    """Path of each file -> the items in it, in the order in which they were declared."""
    found: t.Dict[str, t.List[_declare.Item]] = OrderedDict()
    for item in items:
        found.setdefault(item.path, []).append(item)
    return found


def _former(item: _declare.Item) -> bytes:
    """The text that was kept when the last change of this item began, or the one that is there.

    :raises _errors.OptionError: there is neither.
    """
    for path in (_second_name.of(item.path), item.path):
        content = _files.read_own(path)
        if content is not None:
            return content
    raise _errors.OptionError("%s: there is no former %s to go back to." % (item.section, item.path))


def _abandoned(place: _place.Place, managed_by: str, wanted: t.Iterable[str]) -> t.Dict[str, bytes]:
    """Files in the folder that a task with the same label wrote and that are not declared any more: path -> content."""
    declared = {path for name in wanted for path in (os.path.realpath(name), name)}
    try:
        names = sorted(os.listdir(place.folder))
    except OSError:
        return {}
    found = {}
    for path in [os.path.join(place.folder, name) for name in names if place.reads(name)]:
        if os.path.isfile(path) and not {os.path.realpath(path), path} & declared:
            content = _files.read(path)
            if content is not None and _declare.is_managed(content, managed_by):
                found[path] = content
    return found


def _sections(files: t.Mapping[str, bytes], dialect: _dialect.Dialect) -> t.Tuple[str, ...]:
    """What stands in files: a program by its name alone, anything else with its kind."""
    found = []
    for path, content in sorted(files.items()):
        try:
            names = _ini.alone(content, path, dialect).sections
        except _errors.ConfigError:
            continue  # nothing runs that the daemon could not read
        found += [name.partition(":")[2] if name.startswith("program:") else name for name in names]
    return tuple(found)
