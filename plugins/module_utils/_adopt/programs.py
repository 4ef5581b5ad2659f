# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a configuration makes a daemon run, as items to declare, each proven: written and read again it is the same."""

import typing as t

from .. import _errors
from .._config import daemon as _daemon, ini as _ini, model as _model, scope as _scope, tree as _tree
from .._options import render as _render, table as _table
from . import values as _values

Left = _values.Left
# Options whose value as it is now may stand for what is written, where that cannot be declared.
_AS_IT_IS = ("command", "directory", "stdout_logfile", "stderr_logfile")
STAYS = "it stays where it is, and the role leaves it alone"


class Item(t.NamedTuple):
    """One section to declare. ``file`` and ``line``: where it begins now; ``files``: all that it is in."""

    kind: str
    name: str
    section: str
    values: t.Dict[str, t.Any]
    files: t.Tuple[str, ...]
    line: int


class Found(t.NamedTuple):
    """``items`` in the order of the files; ``stays``: sections that cannot be declared; ``left``: why, and what
    else.
    """

    items: t.List[Item]
    stays: t.Set[str]
    left: t.List[Left]


def find(context: _scope.Context, model: _model.Model, resolve: t.Callable[[_tree.Tree], _model.Model]) -> Found:
    """All programs, groups, event listeners and FastCGI programs.

    :param model: of the configuration as it is; resolve: makes one of another tree of the same daemon.
    """
    items: t.List[Item] = []
    left: t.List[Left] = []
    stays: t.Set[str] = set()
    for section in context.store.sections:
        kind = _daemon.kind_of(section)
        if kind is None or kind not in _table.MANAGED:
            continue
        read = _values.of_section(context, section, kind)
        left.extend(read.ignored)
        name = context.reader.portable(section.split(":", 1)[1].strip())
        origins = tuple(context.store.origins[section])
        line = min([value.line for value in context.store.sections[section].values()] or [1])
        item = Item(kind, name, section, read.values, origins, max(1, line - 1))
        trouble = read.broken or _unwritable(item, context)
        if trouble:
            stays.add(section)
            left.extend(entry._replace(why="%s; %s" % (entry.why, STAYS)) for entry in trouble)
        else:
            items.append(item)
    items = _proven(items, context, model, resolve, left, stays)
    return Found(items, stays, left)


def _unwritable(item: Item, context: _scope.Context) -> t.List[Left]:
    """Why an item could not be declared, as it stands."""
    try:
        _render.render_section(item.kind, item.name, item.values, context.reader)
    except _errors.SupervisorError as error:
        return [Left("[%s]" % item.section, item.files[0], item.line, error.message)]
    return []


def _proven(
    items: t.List[Item],
    context: _scope.Context,
    model: _model.Model,
    resolve: t.Callable[[_tree.Tree], _model.Model],
    left: t.List[Left],
    stays: t.Set[str],
) -> t.List[Item]:
    """The items that mean the same when they are written anew; the others are added to ``left`` and ``stays``."""
    for last in (False, True):
        differing = _differing(items, context, model, resolve)
        if last:
            break
        items = [
            item._replace(values=_as_it_is(item, differing[item.section], model)) if item.section in differing else item
            for item in items
        ]
    for item in items:
        if item.section in differing:
            stays.add(item.section)
            why = "written anew it would differ in %s; %s" % (", ".join(differing[item.section]), STAYS)
            left.append(Left("[%s]" % item.section, item.files[0], item.line, why))
    return [item for item in items if item.section not in differing]


def _differing(
    items: t.List[Item],
    context: _scope.Context,
    model: _model.Model,
    resolve: t.Callable[[_tree.Tree], _model.Model],
) -> t.Dict[str, t.List[str]]:
    """Section -> names of the options in which it is another one when it is written anew; none in the best case."""
    try:
        again = resolve(_written(items, context)).groups
    except _errors.ConfigError as error:
        section = context.reader.native(str(error.details.get("section", "")))
        return {section: [str(error.details.get("option", "something"))]} if section else {}
    found: t.Dict[str, t.List[str]] = {}
    for name, group in model.groups.items():
        if name in again and _model.fingerprint(again[name]) == _model.fingerprint(group):
            continue
        options = _model.differing(group, again[name]) if name in again else ["its group"]
        for section in group.sections:
            found[section] = options
    return found


def _written(items: t.List[Item], context: _scope.Context) -> _tree.Tree:
    """The tree of the same configuration with these items written anew."""
    store = _ini.Store()
    by_section = {item.section: item for item in items}
    for section, files in context.store.origins.items():
        item = by_section.get(section)
        if item is None:
            store.sections[section] = context.store.items(section)
            store.origins[section] = list(files)
        else:
            text = _render.render_section(item.kind, item.name, item.values, context.reader)
            _ini.read(text.encode("utf-8"), item.files[0], store, context.reader)
    return context.tree._replace(store=store)


def _as_it_is(item: Item, options: t.List[str], model: _model.Model) -> t.Dict[str, t.Any]:
    """The values of an item, with those of some options as they are at this moment, expansions and all."""
    values = dict(item.values)
    for group in model.groups.values():
        for option in options:
            now = (
                {process.options.get(option) for process in group.processes if process.section == item.section}
                if (option in _AS_IT_IS)
                else set()
            )
            if len(now) == 1 and option in values:
                only = now.pop()
                values[option] = "NONE" if only is None else only
    return values
