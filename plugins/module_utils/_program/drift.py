# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences between the configuration files of a daemon on this machine and what it runs. Only looks.

The daemon is not made to read its files again, because that alone changes what it would apply next. So the files are
read here as it would read them, and compared with what it tells: option by option, as far as it does.
"""

import typing as t

from .. import _errors
from .._config import model as _model, reader as _reader, source as _source, tree as _tree
from .._host import stamp as _stamp, state_dir as _state_dir
from .._rpc import client as _client, faults as _faults
from . import held_logs as _held_logs, ledger as _ledger, plan as _plan

Result = t.Dict[str, t.Any]

# Names that getAllConfigInfo has for options.
_TOLD_AS = {"user": "uid", "priority": "process_prio"}
_LOGS = ("stdout_logfile", "stderr_logfile")


class Declared(t.NamedTuple):
    """What the files say, as this daemon would read them."""

    tree: _tree.Tree
    model: _model.Model


def declared(config_file: str, snapshot: _client.Snapshot) -> Declared:
    """Read the files. Raises ConfigError if the daemon would refuse them."""
    reader = _reader.of(snapshot.version, snapshot.pid)
    tree = _tree.load(config_file, _source.Disk(), reader.dialect, reader.environ, reader.hostname)
    return Declared(tree, _model.resolve(tree, reader.dialect, reader.environ, reader.hostname, reader.host))


def find(snapshot: _client.Snapshot, infos: t.Sequence[Result], config_file: str) -> Result:
    """All differences; see the documentation of supervisor_info for the shape.

    :param infos: what getAllConfigInfo tells.
    """
    found = {"config_file": config_file, "error": None, "groups": [], "uncertain": [], "skipped": []}  # type: Result
    try:
        wanted = declared(config_file, snapshot)
    except _errors.ConfigError as error:
        found["error"] = _faults.mask(error.message)
        found["logs"] = _held_logs.lost(snapshot)
        return found
    found["logs"] = _held_logs.lost(snapshot, wanted.model.daemon["supervisord"].get("logfile"))
    told = {"%s:%s" % (info["group"], info["name"]): info for info in infos}
    found["skipped"] = [{"path": item.path, "reason": item.reason} for item in wanted.tree.skipped]
    certain = _certain(wanted.model, snapshot, config_file)
    active = {process.group for process in snapshot.processes.values()}
    for name in sorted(active | set(wanted.model.groups)):
        group = wanted.model.groups.get(name)
        if group is None:
            found["groups"].append({"name": name, "status": "removed", "options": [], "files": []})
        elif name not in active:
            if group.processes:
                found["groups"].append(_entry(group, "added", []))
        else:
            options = differing(group, snapshot.processes, told)
            if options or certain.get(name) is False:
                found["groups"].append(_entry(group, "changed", options))
            elif name not in certain:
                found["uncertain"].append(name)
    return found


def _entry(group: t.Any, status: str, options: t.List[str]) -> Result:
    return {"name": group.name, "status": status, "options": options, "files": sorted(group.files)}


def loaded(model: _model.Model, snapshot: _client.Snapshot, config_file: str) -> t.Set[str]:
    """Groups that run what their files say by all that is known: by notes, or by files not changed since the start."""
    certain = _certain(model, snapshot, config_file, -_ledger.START_MARGIN)
    return {name for name, same in certain.items() if same}


def _certain(
    model: _model.Model, snapshot: _client.Snapshot, config_file: str, margin: float = _ledger.START_MARGIN
) -> t.Dict[str, bool]:
    """Group -> does it run what its files say, where that is known from notes or from the files' times."""
    ledger = _ledger.load(_state_dir.path_for(_state_dir.default(), config_file))
    identity, started = _stamp.daemon_identity(snapshot.pid), _stamp.daemon_started(snapshot.pid)
    found = {}
    for name, group in model.groups.items():
        noted = _ledger.active_fingerprint(ledger, identity, name, group.files, snapshot.processes)
        if noted is not None:
            found[name] = noted == _model.fingerprint(group)
        elif _ledger.loaded_at_start(started, group.files, margin):
            found[name] = True
    return found


def differing(group: t.Any, processes: t.Mapping[str, t.Any], told: t.Mapping[str, Result]) -> t.List[str]:
    """Options of a group whose value the daemon tells otherwise. Values are compared, never returned."""
    found = set(_plan.log_drift(group, dict(processes)))
    names = {"%s:%s" % (group.name, process.name) for process in group.processes}
    if names != {name for name, seen in processes.items() if seen.group == group.name}:
        found.add("programs" if group.kind == "group" else "numprocs")
    for process in group.processes:
        info = told.get("%s:%s" % (group.name, process.name), {})
        for option, value in process.options.items():
            key = _TOLD_AS.get(option, option)
            if key in info and not _same(option, value, info[key]):
                found.add(option)
    return sorted(found)


def _same(option: str, value: t.Any, told: t.Any) -> bool:
    """The daemon writes None as "none", and AUTO as "auto" or as the path that it has made up for it."""
    if value is None:
        return told in (None, "none")
    if value == "AUTO":
        return str(told).lower() == "auto" or (option in _LOGS and "---" in str(told))
    if option == "autorestart":
        return str(value).lower() == str(told).lower()
    return bool(value == told)
