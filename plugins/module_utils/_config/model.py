# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the daemon would run for a configuration, and how two such models differ."""

import hashlib
import json
import typing as t
from collections import OrderedDict

from .._options import dialect as _dialect, option as _option, table as _table
from . import (
    claims as _claims,
    daemon as _daemon,
    groups as _groups,
    machine as _machine,
    scope as _scope,
    tree as _tree,
)

Group = _groups.Group
Process = _groups.Process


class Model(t.NamedTuple):
    """A resolved configuration.

    ``groups`` by name in Supervisor's order. ``daemon``: section -> option -> effective value.
    ``sections``: section -> files it is written in. ``warnings``: doubtful but accepted. ``hazards``: accepted when
    the daemon rereads, yet it would not survive its next start. ``collisions``: names used twice, so that every
    reread reports a change or a process is missing. ``ignored``: (section, option) that Supervisor does not know.
    ``conflicts``: sections that claim one socket, or a file that one of them would spoil; accepted just the same.
    """

    groups: t.Dict[str, Group]
    daemon: t.Dict[str, t.Dict[str, t.Any]]
    sections: t.Dict[str, t.Tuple[str, ...]]
    warnings: t.Tuple[str, ...]
    hazards: t.Tuple[str, ...]
    collisions: t.Tuple[str, ...]
    ignored: t.Tuple[t.Tuple[str, str], ...]
    conflicts: t.Tuple[_claims.Conflict, ...] = ()


class Change(t.NamedTuple):
    """A daemon option that differs. ``needs``: live, programs (each restarts at the next update), restart, daemon."""

    section: str
    option: str
    needs: str


_NEEDS = {"restart": "restart", "daemon": "daemon", "diff_all": "programs", "client": "live", "next_read": "live"}


def resolve(
    tree: _tree.Tree,
    dialect: _dialect.Dialect,
    environ: t.Mapping[str, str],
    hostname: str = "",
    host: t.Optional[_machine.Host] = None,
) -> Model:
    """Read a tree as the daemon would.

    :param environ: the daemon's environment; hostname: its node name; host: accounts and directories.
    Raises ConfigError with Supervisor's wording plus file and section (details: file, line, section, option, reason).
    """
    context = _scope.Context(tree, dialect, environ, hostname, host or _machine.Host())
    if "supervisord" not in tree.sections:
        raise context.error(".ini file does not include supervisord section", "supervisord")
    daemon: t.Dict[str, t.Dict[str, t.Any]] = OrderedDict()
    daemon["supervisord"] = _daemon.supervisord(context)
    daemon.update(_daemon.plugins(context))
    found = [
        _with_environment(group, daemon["supervisord"]["environment"], dialect) for group in _groups.groups(context)
    ]
    daemon.update(_daemon.servers(context))
    daemon.update(_daemon.others(context))
    conflicts = _claims.conflicts(context, found, daemon)
    by_name: t.Dict[str, Group] = OrderedDict()
    for group in found:
        by_name.setdefault(group.name, group)
    return Model(
        by_name,
        OrderedDict((name, _plain(values, dialect)) for name, values in daemon.items()),
        {dialect.portable(name): tuple(files) for name, files in tree.store.origins.items()},
        tuple(context.warnings),
        tuple(context.hazards),
        tuple(collisions(found)),
        tuple(_daemon.ignored(context)),
        tuple(conflicts),
    )


def _plain(values: t.Any, dialect: _dialect.Dialect) -> t.Any:
    """Turn texts back from bytes-as-characters (Python 2), at any depth."""
    if isinstance(values, str):
        return dialect.portable(values)
    if isinstance(values, dict):
        return {dialect.portable(key): _plain(value, dialect) for key, value in values.items()}
    return values


def _with_environment(group: Group, common: t.Dict[str, str], dialect: _dialect.Dialect) -> Group:
    """Add the [supervisord] environment to every process, which wins for names both have."""
    if not common:
        return group
    base = _plain(common, dialect)
    processes = []
    for process in group.processes:
        merged = dict(base, **process.options["environment"])
        processes.append(process._replace(options=dict(process.options, environment=merged)))
    return group._replace(processes=tuple(processes))


def collisions(found: t.Iterable[Group]) -> t.List[str]:
    """Say which names are used twice: Supervisor accepts that, but then never comes to rest or drops a process."""
    sentences = []
    seen: t.Dict[str, Group] = {}
    for group in found:
        if group.name in seen:
            pair = "[%s] and [%s]" % (seen[group.name].sections[0], group.sections[0])
            sentences.append("%s share the group name %r; every update would restart it" % (pair, group.name))
        seen.setdefault(group.name, group)
        names = [process.name for process in group.processes]
        for name in sorted({name for name in names if names.count(name) > 1}):
            sentences.append("group %r has more than one process named %r; only one would run" % (group.name, name))
    return sentences


def describe(group: Group) -> t.Dict[str, t.Any]:
    """Give everything that shapes a running group as plain data. It holds secrets (environment, command)."""
    return {
        "name": group.name,
        "kind": group.kind,
        "priority": group.priority,
        "options": group.options,
        "processes": [[process.name, process.options] for process in group.processes],
    }


def fingerprint(group: Group) -> str:
    """Give a digest over all that shapes a running group; unlike Supervisor's comparison it misses nothing.

    Order counts where it does for Supervisor: processes and exit codes; not the environment and events.
    """
    text = json.dumps(describe(group), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def differing(old: Group, new: Group) -> t.List[str]:
    """List the names of options in which two groups differ, sorted; ``processes`` when their names or order do.

    Only names: values may be secret.
    """
    names = {key for key in set(old.options) | set(new.options) if old.options.get(key) != new.options.get(key)}
    names.update(field for field in ("kind", "priority") if getattr(old, field) != getattr(new, field))
    if [process.name for process in old.processes] != [process.name for process in new.processes]:
        names.add("processes")
    before = {process.name: process.options for process in old.processes}
    for process in new.processes:
        options = before.get(process.name, process.options)
        names.update(key for key in process.options if process.options[key] != options.get(key))
    return sorted(names)


def daemon_changes(old: Model, new: Model) -> t.List[Change]:
    """List the options of the daemon itself that differ, with what each needs to take effect."""
    changes = []
    for section in sorted(set(old.daemon) | set(new.daemon)):
        before, after = old.daemon.get(section, {}), new.daemon.get(section, {})
        kind = _daemon.kind_of(section)
        for option in sorted(set(before) | set(after)):
            if before.get(option) != after.get(option) or (option in before) != (option in after):
                row = _table.option(kind, option) if kind else None
                applies = row.applies if row else _section_cost(kind)
                changes.append(Change(section, option, _NEEDS[applies]))
    return changes


def _section_cost(kind: t.Optional[str]) -> str:
    """Give the cost of an option the table does not know: that of a plugin's own option."""
    return "client" if kind in ("ctlplugin", "supervisorctl") else "restart"


COSTS = _option.COSTS
