# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a daemon and its processes look like, as plain data."""

import typing as t

from .. import _errors, _near, _said
from .._process import logs as _logs, select as _select
from .._rpc import script as _script
from . import heartbeat as _heartbeat, settle as _settle

Result = t.Dict[str, t.Any]

SOME = 10  # names that are told beside one that nothing goes by


def process_data(process: t.Any) -> Result:
    """One process. Times are seconds since 1970 by the daemon's clock, 0 = never; uptime is seconds.

    Names are made harmless; ``_select`` knows them so as well.
    """
    return {
        "name": _said.line(process.full_name),
        "group": _said.line(process.group),
        "process": _said.line(process.name),
        "state": _said.line(process.statename),
        "pid": process.pid,
        "uptime": process.uptime,
        "start": process.start,
        "stop": process.stop,
        "now": process.now,
        "exitstatus": process.exitstatus,
        "spawnerr": process.spawnerr,
        "description": process.description,
        "stdout_logfile": process.stdout_logfile,
        "stderr_logfile": process.stderr_logfile,
    }


def groups_of(processes: t.Iterable[t.Any]) -> t.Dict[str, Result]:
    """Group name -> its processes, and how many of them are in which state."""
    groups = {}  # type: t.Dict[str, Result]
    for process in processes:
        group = groups.setdefault(_said.line(process.group), {"processes": [], "states": {}})
        group["processes"].append(_said.line(process.full_name))
        state = _said.line(process.statename)
        group["states"][state] = group["states"].get(state, 0) + 1
    return groups


def unmatched(processes: t.Iterable[t.Any], names: t.Iterable[str]) -> t.Dict[str, t.List[str]]:
    """Each of ``names`` that no process goes by -> some names that there are, the nearest first."""
    those = list(processes)
    lost = [name for name in names if not any(_select.matches(name, process) for process in those)]
    known = dict.fromkeys(name for process in those for name in _names_of(process)) if lost else {}
    found = {}
    for name in lost:
        near = _near.near(name.rstrip("*").rstrip(":"), known)
        some = near + [other for other in known if other not in near]
        found[name] = [_said.line(other) for other in some[:SOME]]
    return found


def _names_of(process: t.Any) -> t.Tuple[str, ...]:
    """The names that people call a process by."""
    alone = process.group == process.name
    return (process.name,) if alone else (process.group, process.name, process.full_name)


def script(
    endpoint: t.Any, params: t.Dict[str, t.Any], check: bool, config_file: t.Optional[str] = None
) -> _script.Script:
    """Daemon, processes and groups from one request; config, logs and drift as asked for.

    :param check: what a dry run has only foretold is not waited for.
    :param config_file: main file of the daemon, for drift.
    """
    snapshot = yield from _script.snapshot()
    chosen = _select.select(snapshot.processes, params["names"], params["in_state"], strict=False)
    if params["settle"] is not None and not check:
        names = [process.full_name for process in chosen]
        waiting = _settle.script(snapshot, names, params["settle"], params["wait_timeout"], endpoint.local)
        snapshot = yield from waiting
        chosen = [snapshot.processes[name] for name in names]
    result = {
        "changed": False,
        "daemon": dict(snapshot._asdict(), url=endpoint.url),
        "processes": [process_data(process) for process in chosen],
        "groups": groups_of(chosen),
    }  # type: Result
    if params["names"]:
        result["unmatched"] = unmatched(snapshot.processes.values(), params["names"])
    del result["daemon"]["processes"]
    if params["log_lines"]:
        for data, process in zip(result["processes"], chosen):
            for channel in ("stdout", "stderr"):
                tail = yield from _logs.tail(process, params["log_lines"], endpoint.local, channel)
                data[channel], data[channel + "_refused"] = tail.lines, tail.refused
    if params["config"]:
        wanted = {process.full_name for process in chosen}
        result["config"] = yield from _config_of(wanted if params["names"] or params["in_state"] else None)
    if params["drift"]:
        result["drift"] = yield from _drift_of(endpoint, snapshot, config_file)
    if params["orphans"]:
        result["orphans"] = _orphans_of(endpoint, snapshot, config_file)
    if params["alerts"]:
        result["alerts"] = _alerts_of(params)
    return result


def _alerts_of(params: t.Dict[str, t.Any]) -> Result:
    if params.get("servers") is not None:
        raise _errors.OptionError(
            "alerts: %s lies on the machine of its daemon; run the module there, without servers" % params["alerts"]
        )
    return _heartbeat.read(params["alerts"])


def _orphans_of(endpoint: t.Any, snapshot: t.Any, config_file: t.Optional[str]) -> Result:
    if config_file is None:
        raise _errors.OptionError(
            "orphans: the daemon at %s is not known to be on this machine; run the module on the daemon's machine, and "
            "name its config_file if server_url is given" % endpoint.url
        )
    from . import orphans as _orphans  # it reads the daemon's files, which takes time

    return _orphans.beside(config_file, snapshot)


def _drift_of(endpoint: t.Any, snapshot: t.Any, config_file: t.Optional[str]) -> _script.Script:
    if not endpoint.local or config_file is None:
        raise _errors.OptionError(
            "drift: the configuration files of the daemon at %s are not known to be on this machine; run the module on "
            "the daemon's machine, through its unix socket, and name its config_file" % endpoint.url
        )
    from .._program import drift as _drift  # it brings the whole parser with it, which takes time

    return _drift.find(snapshot, (yield from _script.configs()), config_file)


def _config_of(wanted: t.Optional[t.Set[str]]) -> _script.Script:
    """The configuration the daemon read last (not always the one that runs), an entry for each process.

    ``None`` and ``AUTO`` come as the text "none" and "auto" from the daemon; here they are None and "AUTO".
    """
    return [
        {key: _plain(value) for key, value in sorted(info.items())}
        for info in (yield from _script.configs())
        if wanted is None or "%s:%s" % (info["group"], info["name"]) in wanted
    ]


def _plain(value: t.Any) -> t.Any:
    return {"none": None, "auto": "AUTO"}.get(value, value) if isinstance(value, str) else value
