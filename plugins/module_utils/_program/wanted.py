# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that a task wants: where each item lies, what stands in it, and what ``purge`` removes. Judges nothing."""

import os
import typing as t
from collections import OrderedDict

from .. import _errors
from .._config import tree as _tree
from .._host import files as _files, second_name as _second_name
from .._options import dialect as _dialect
from . import declare as _declare, handover as _handover, request as _request

CONF_DIRS = (("/etc/supervisor/conf.d", ".conf"), ("/etc/supervisord.d", ".ini"))


class Wanted(t.NamedTuple):
    """``conf_dir``: where the files lie; ``contents``: path of a file -> its wanted content, None for one that goes;
    ``edited``: those of the files that are somebody else's and only lose sections; ``adopt``: whether that was asked for.
    """

    items: t.List[_declare.Item]
    conf_dir: str
    contents: t.Dict[str, t.Optional[bytes]]
    edited: t.FrozenSet[str] = frozenset()
    adopt: bool = False


def read(request: _request.Request, tree: t.Optional[_tree.Tree], dialect: _dialect.Dialect) -> Wanted:
    """What a task wants on a host whose configuration is ``tree``; None where there is none yet.

    :raises _errors.OptionError: a declared item that cannot be, or no folder for it.
    :raises _errors.ConfigError: a value that cannot be written.
    """
    _declare.check_label(request.managed_by)
    conf_dir, extension = place(request.conf_dir, tree)
    items = _declare.items(request.programs, conf_dir, extension)
    contents: t.Dict[str, t.Optional[bytes]] = {}
    for path, together in by_file(items).items():
        former = together[0].former
        contents[path] = _former(together[0]) if former else _declare.content(together, request.managed_by, dialect)
    if request.purge:
        contents.update(dict.fromkeys(_abandoned(conf_dir, extension, request.managed_by, contents)))
    edits = _handover.edits(items, contents, tree, dialect) if request.adopt and tree else {}
    contents.update(edits)
    return Wanted(items, conf_dir, contents, frozenset(edits), request.adopt)


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


def _abandoned(conf_dir: str, extension: str, managed_by: str, wanted: t.Iterable[str]) -> t.List[str]:
    """Files in the directory that a task with the same label wrote and that are not declared any more."""
    declared = {path for name in wanted for path in (os.path.realpath(name), name)}
    try:
        names = sorted(os.listdir(conf_dir))
    except OSError:
        return []
    paths = [os.path.join(conf_dir, name) for name in names if name.endswith(extension) and not name.startswith(".")]
    return [
        path
        for path in paths
        if os.path.isfile(path)
        and not {os.path.realpath(path), path} & declared
        and _declare.is_managed(_files.read(path), managed_by)
    ]
