# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts, variables and groups of an inventory, from what the daemons answered. No I/O, no Ansible."""

from __future__ import annotations

import collections
import re
import typing as t

from ..module_utils import _errors
from ..module_utils._rpc import records as _records
from ..module_utils._tasks import info as _info
from . import _inventory_endpoints

Record = t.Mapping[str, t.Any]
# What a daemon calls itself may become a host's name, which is part of file names and patterns.
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_NUMBERED = re.compile(r"(.+)_[0-9]+")
_DAEMON = ("version", "api_version", "identification", "state", "pid")
_ORDER = ("name", "host", "address")  # what a user wrote; the rest of a user's list is filled up with these


def names(
    targets: t.Sequence[_inventory_endpoints.Target], records: t.Sequence[Record], preferences: t.Sequence[str]
) -> list[str]:
    """Name the hosts, by the first preference that names one and no other. Raises OptionError when two get one name.

    A daemon can call itself what it likes, so ``identification`` never takes a name that the configuration gives to
    another one.
    """
    written = [_written(target) for target in targets]
    shared = collections.Counter(found["host"] for found in written)
    for found in written:
        if shared[found["host"]] > 1:
            found["host"] = ""
    claimed: dict[str, int] = {}
    for index, found in enumerate(written):
        for name in filter(None, found.values()):
            claimed.setdefault(name, index)
    said = collections.Counter(record.get("identification") for record in records)
    for index, (found, record) in enumerate(zip(written, records)):
        name = record.get("identification") or ""
        unique = said[name] == 1 and claimed.get(name, index) == index
        found["identification"] = name if unique and _usable(name) else ""
    order = [*preferences, *(item for item in _ORDER if item not in preferences)]
    chosen = [next(found[item] for item in order if found[item]) for found in written]
    _refuse_duplicates(targets, chosen)
    return chosen


def _written(target: _inventory_endpoints.Target) -> dict[str, str]:
    return {"name": target.name, "host": target.endpoint.host, "address": target.address}


def _usable(name: str) -> bool:
    """Not so what Ansible knows as something else, nor what a daemon is called that nobody has given a name."""
    return bool(_SAFE.fullmatch(name)) and name.lower() not in ("localhost", "all", "ungrouped", "supervisor")


def _refuse_duplicates(targets: t.Sequence[_inventory_endpoints.Target], chosen: list[str]) -> None:
    first: dict[str, str] = {}
    for target, name in zip(targets, chosen):
        other = first.setdefault(name, target.endpoint.url)
        if other != target.endpoint.url:
            raise _errors.OptionError(
                f"endpoints: {other} and {target.endpoint.url} would both be the host {name!r}; give each a name of "
                "its own, or choose other hostnames"
            )


def variables(record: Record) -> dict[str, t.Any]:
    """What becomes known about a host, without the prefix of the names."""
    found = {key: record[key] for key in ("url", "reachable", "checked")}
    if not record["reachable"]:
        unknown = {**dict.fromkeys(_DAEMON, ""), "pid": 0, "processes": [], "groups": {}, "states": {}}
        return {**found, **unknown, "error": record["error"], "failure": record["failure"]}
    processes = record["processes"]
    found.update({key: record[key] for key in _DAEMON})
    found["processes"] = processes
    found["groups"] = _groups(processes)
    found["states"] = dict(sorted(collections.Counter(process["state"] for process in processes).items()))
    return found


def server(target: _inventory_endpoints.Target, name: str) -> dict[str, t.Any]:
    """An entry of the modules' option ``servers`` for this host, without credentials."""
    endpoint = target.endpoint
    tls = {key: getattr(endpoint, key) for key in _inventory_endpoints.PATHS if getattr(endpoint, key)}
    checked = {} if endpoint.validate_certs else {"validate_certs": False}
    return {"name": name, "server_url": endpoint.url, **tls, **checked}


def _groups(processes: t.Sequence[Record]) -> dict[str, t.Any]:
    rows = [_records.Process(row["group"], row["process"], 0, row["state"]) for row in processes]
    return _info.groups_of(rows)


def groups(record: Record, prefixes: t.Mapping[str, str]) -> dict[str, list[str]]:
    """Name the groups a host belongs to, by their kind, before characters are replaced that groups cannot have.

    :param prefixes: for each kind of group that is wanted: state, group, program, version, reachability.
    """
    kinds = {"reachability": ["reachable" if record["reachable"] else "unreachable"]}
    if record["reachable"]:
        processes = record["processes"]
        kinds["version"] = [record["version"]]
        kinds["state"] = [process["state"].lower() for process in processes]
        kinds["group"] = [process["group"] for process in processes]
        kinds["program"] = [program(process["group"], process["process"]) for process in processes]
    found = {kind: {prefix + value for value in kinds.get(kind, []) if value} for kind, prefix in prefixes.items()}
    return {kind: sorted(values) for kind, values in found.items()}


def program(group: str, name: str) -> str:
    """Guess the program of a process, which Supervisor does not tell: its name without the number of its copy.

    ``web:web_03`` is of ``web``, ``shop:cart_00`` of ``cart``, ``web:3`` and ``web:web-3`` of ``web``.
    """
    rest = name[len(group) :] if name.startswith(group) else ""
    if name == group or re.fullmatch("[0-9]+", name) or re.fullmatch("[-_.][0-9]+", rest):
        return group
    numbered = _NUMBERED.fullmatch(name)
    return numbered.group(1) if numbered else name
