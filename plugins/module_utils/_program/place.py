# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where section files lie: a folder, and names in it that the daemon's own [include] patterns match."""

import glob
import os
import re
import typing as t

from .. import _errors
from .._config import source as _source, tree as _tree

# Where a host without a configuration will have them.
CONF_DIRS = (("/etc/supervisor/conf.d", "*.conf"), ("/etc/supervisord.d", "*.ini"))
_GLOB = re.compile(r"[*?[]")
_FIRST = re.compile(r"^[^*?[]*")
_LAST = re.compile(r"[^]*?]*$")  # what follows the last "*", "?" or "[...]"


class Place(t.NamedTuple):
    """``folder``, and the ``patterns`` of the names that the daemon reads there, in its order."""

    folder: str
    patterns: t.Tuple[str, ...]

    def reads(self, name: str) -> bool:
        """Does the daemon read a file of this name there?"""
        return any(_source.matches(name, pattern) for pattern in self.patterns)

    def name_for(self, kind: str, name: str) -> str:
        """The file of a section: ``web.conf`` for a program. Other kinds carry their kind, so that a group may be named
        as its member. "" when no such name matches a pattern.
        """
        stems = ["%s-%s" % (kind, name)]
        if kind == "program":
            stems.insert(0, name)
        for pattern in self.patterns:
            ending = _LAST.findall(pattern)[0] or ".conf"
            for stem in stems:
                for candidate in (stem + ending, _FIRST.findall(pattern)[0] + stem + ending):
                    if _GLOB.search(pattern) and _source.matches(candidate, pattern) and candidate[0] != ".":
                        return candidate
        return ""


def find(conf_dir: t.Optional[str], tree: t.Optional[_tree.Tree]) -> Place:
    """The folder that a task names, or the first that the configuration includes.

    :param conf_dir: as the task names it; None when it does not.
    :param tree: the configuration; None where there is none yet.
    :raises _errors.OptionError: the daemon would not read a file there, or there is no such folder or more than one.
    """
    if tree is None:
        return _expected(conf_dir)
    patterns = [pattern for pattern in tree.patterns if os.path.basename(pattern)]
    if conf_dir:
        found = _tails(conf_dir, patterns)
        if not found:
            raise _errors.OptionError(
                "conf_dir: %s is not read by the daemon: [include] files of %s has no pattern for it, such as %s; add "
                "it there, or name one of: %s."
                % (conf_dir, tree.path, os.path.join(conf_dir, "*.conf"), _listed(_folders(patterns)))
            )
        return Place(conf_dir, found)
    folders = _folders([pattern for pattern in patterns if _GLOB.search(os.path.basename(pattern))])
    # A folder that a pattern names comes before those that one only matches: of these it may be any.
    named = [folder for folder, by_name in folders.items() if by_name]
    if not named and len(folders) != 1:
        raise _errors.OptionError(
            "%s includes no folder that could be chosen without being told: %s. Name one in conf_dir, or add a pattern "
            "such as /some/where/*.conf to its [include] files." % (tree.path, _listed(folders))
        )
    folder = named[0] if named else next(iter(folders))
    return Place(folder, _tails(folder, patterns))


def _expected(conf_dir: t.Optional[str]) -> Place:
    """Where the files of a host will lie that has no configuration yet."""
    if conf_dir:
        return Place(conf_dir, (dict(CONF_DIRS).get(conf_dir, "*.conf"),))
    there = [pair for pair in CONF_DIRS if os.path.isdir(pair[0])]
    folder, pattern = there[0] if there else CONF_DIRS[0 if os.path.exists("/etc/debian_version") else 1]
    return Place(folder, (pattern,))


def _tails(folder: str, patterns: t.Iterable[str]) -> t.Tuple[str, ...]:
    """The patterns of names in a folder, whatever name of the folder the configuration uses."""
    real = os.path.realpath(folder)
    found = []
    for head, tail in map(os.path.split, patterns):
        if os.path.realpath(head) == real if not _GLOB.search(head) else _source.matches(folder, head):
            found.append(tail)
    return tuple(dict.fromkeys(found))


def _folders(patterns: t.Iterable[str]) -> t.Dict[str, bool]:
    """Folders that are there or that a pattern names -> whether one names it, in the order of the patterns."""
    found: t.Dict[str, bool] = {}
    for head in map(os.path.dirname, patterns):
        if not _GLOB.search(head):
            found[head] = True
        else:
            for folder in sorted(glob.glob(head)):
                if os.path.isdir(folder):
                    found.setdefault(folder, False)
    return found


def _listed(folders: t.Iterable[str]) -> str:
    return ", ".join(folders) or "(there is none)"
