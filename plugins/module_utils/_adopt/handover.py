# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections that move from one file to another: what the files lose, and in which order the names are switched.

A daemon that reads its files while they are switched must see every section. Supervisor puts the options of a section
that is in two files together, the last one winning; so a section may be there twice for a moment when both say the
same, but never not at all: a file that gains a section is switched before the one that loses it.
"""

import typing as t

from .. import _errors
from .._config import model as _model, source as _source, tree as _tree
from .._options import dialect as _dialect
from . import cut as _cut

Contents = t.Mapping[str, t.Optional[bytes]]
Groups = t.Mapping[str, _model.Group]


def edits(
    sections: t.Iterable[str],
    contents: Contents,
    tree: _tree.Tree,
    source: _source.Source,
    dialect: _dialect.Dialect,
) -> t.Dict[str, t.Optional[bytes]]:
    """The files that hold declared sections and are no files of the task: path -> without them, None when they go.

    :param sections: that are declared; contents: the files of the task; tree, source: all files that there are.
    :raises _errors.ConfigError: a file that cannot be taken apart.
    """
    own = {source.real(path) for path in contents}
    losing: t.Dict[str, t.Set[str]] = {}
    for section in sections:
        for path in tree.store.origins.get(section, ()):
            if source.real(path) not in own:
                losing.setdefault(path, set()).add(section)
    found: t.Dict[str, t.Optional[bytes]] = {}
    for path, names in losing.items():
        data = source.read(path)
        if data is not None:
            rest = _cut.without(data, names, path, dialect)
            # The daemon does not start without its main file.
            found[path] = b"" if rest is None and path == tree.path else rest
    return found


class Move(t.NamedTuple):
    """Sections that move. ``order``: the files in the order in which their names are switched; ``losing``: those of
    them that lose a section which another one gains.
    """

    order: t.Tuple[str, ...] = ()
    losing: t.FrozenSet[str] = frozenset()


def plan(files: Contents, source: _source.Source, dialect: _dialect.Dialect) -> Move:
    """In which order the names are switched, so that no section is missing in between.

    :param files: path -> wanted content, of those that change; source: what is there.
    :raises _errors.OptionError: files that trade sections with each other.
    """
    before = {path: _held(source.read(path), path, dialect) for path in files}
    after = {path: _held(new, path, dialect) for path, new in files.items()}
    homes: t.Dict[str, t.Set[str]] = {}
    for path in files:
        for section in after[path] - before[path]:
            homes.setdefault(section, set()).add(path)
    waits = {
        path: {home for section in before[path] - after[path] for home in homes.get(section, ())} for path in files
    }
    losing = frozenset(path for path, needs in waits.items() if needs)
    found: t.List[str] = []
    while waits:
        free = sorted(path for path, needs in waits.items() if not needs & set(waits))
        if not free:
            raise _errors.OptionError(
                "%s would trade sections with each other, and for a moment one of them would be in neither. Move one "
                "by hand first, or give the items other filenames. Nothing was changed." % " and ".join(sorted(waits))
            )
        found.extend(free)
        for path in free:
            del waits[path]
    return Move(tuple(found), losing)


def refuse_mixture(before: Groups, meanwhile: t.Optional[_model.Model], after: Groups) -> None:
    """Refuse a move during which the daemon would read something else of a group that stays as it is.

    :param meanwhile: the configuration with all new files in place and no old one gone; None if it would be refused.
    :raises _errors.OptionError: see above.
    """
    now = meanwhile.groups if meanwhile else {}
    for name in sorted(set(before) & set(after)):
        same = _model.fingerprint(before[name])
        if same == _model.fingerprint(after[name]) and (name not in now or _model.fingerprint(now[name]) != same):
            raise _errors.OptionError(
                "%s stays as it is but moves to another file, and while it is in both Supervisor would read something "
                "else: %s. Declare the same options that its file has now; change them in a later run. Nothing was "
                "changed."
                % (name, ", ".join(_model.differing(before[name], now[name])) if name in now else "nothing of it")
            )


def _held(data: t.Optional[bytes], path: str, dialect: _dialect.Dialect) -> t.Set[str]:
    """Names of the sections in a file; none in one that nobody can read."""
    try:
        return set(_cut.sections(data, path, dialect)) if data else set()
    except _errors.ConfigError:
        return set()
