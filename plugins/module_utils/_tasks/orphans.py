# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find what a dead supervisord has left behind, stop it on request, and start what has failed because of it."""

import os
import time
import typing as t

from .. import _errors, _said, _wait
from .._host import account as _account, proctable as _proctable, sockets as _sockets
from .._local import main_file as _main_file
from .._orphans import (
    configured as _configured,
    earlier_lives as _earlier_lives,
    ports as _ports,
    proof as _proof,
    reap as _reap,
)
from .._rpc import script as _script
from . import process as _process

Result = t.Dict[str, t.Any]
COMMAND_LENGTH = 200


class Scene:
    """One daemon on this machine, and repeated looks at the processes around it."""

    def __init__(self, estate: _configured.Estate, daemon: int, trust: bool) -> None:
        """Take the first look. ``daemon``: PID that answers, 0 if none does."""
        self.estate = estate
        self.carry = _proof.Carry()
        self.table = _proctable.Table()
        lives = _earlier_lives.read(estate.pidfile, estate.logfile, estate.backups, self.table.booted)
        own = os.getpid()
        self.protected = frozenset([own] + self.table.ancestors(own))
        self.known = _proof.Known(estate.urls, lives, daemon, trust)
        self.findings = _proof.find(self.table, self.known, self.carry)
        self.sockets = _sockets.listening()

    @property
    def proven(self) -> t.List[_proof.Finding]:
        """The findings that may be stopped."""
        return [finding for finding in self.findings if finding.proven]

    def again(self) -> t.List[_proof.Finding]:
        """Look anew; returns what is proven now, also by what was proven before."""
        self.table = _proctable.Table()
        self.findings = _proof.find(self.table, self.known, self.carry)
        return self.proven

    def name(self, finding: _proof.Finding) -> str:
        """``group:name`` of the program that a finding was."""
        return self.estate.full_name(finding.name)

    def signal_of(self, finding: _proof.Finding) -> int:
        """The declared signal for what the daemon itself has started, TERM for what that has started."""
        main = finding.row.group == finding.row.pid
        return self.estate.stop_signal(self.name(finding)) if main else _configured.TERM

    def facts(self, pid: int) -> Result:
        """What is told about any process."""
        row = self.table.rows.get(pid)
        if row is None:
            return {"command": "", "user": "", "uid": -1, "started": ""}
        command = " ".join(self.table.words(pid))
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.table.started(pid)))
        return {"command": _short(command), "user": _account.name(row.uid), "uid": row.uid, "started": started}


def _short(text: str) -> str:
    plain = _said.line(text)
    return plain if len(plain) <= COMMAND_LENGTH else plain[: COMMAND_LENGTH - 3] + "..."


def apply(
    client: t.Any, params: Result, check: bool, config_file: str, clock: t.Optional[_wait.Clock] = None
) -> Result:
    """Everything a task asks for.

    :param client: of the daemon; None if nothing listens at its address.
    :param config_file: the daemon's main file on this machine.
    :raises _errors.SupervisorError: what cannot be done or has failed; with the result in its details.
    """
    clock = clock or _wait.Clock()
    snapshot = client.snapshot() if client is not None else None
    _refuse(params, snapshot)
    living = _main_file.process_of(config_file) if snapshot is None else None
    pid = snapshot.pid if snapshot else living.pid if living else 0
    estate = _configured.read(config_file, snapshot.version if snapshot else "", pid)
    scene = Scene(estate, snapshot.pid if snapshot else 0, params["trust_environment"])
    ports = _wanted_ports(scene, params)
    result = _report(scene, snapshot, ports)
    if params["state"] == "absent":
        _plan(scene, result)
        if not check:
            _stop(scene, result, params["stop_timeout"], clock)
            result["ports"] = _holders(scene, snapshot, ports)
    _fail_if_any(result)
    if params["start"]:
        _start(client, params, check, config_file, clock, result)
    return result


def beside(config_file: str, snapshot: t.Any) -> Result:
    """What an earlier life of a daemon that answers has left behind, in brief, or why that is not known. Only looks."""
    if not os.path.exists("/proc/self/stat"):
        return {"processes": [], "error": "this machine has no /proc as Linux has it"}
    try:
        estate = _configured.read(config_file, snapshot.version, snapshot.pid)
    except _errors.ConfigError as error:
        return {"processes": [], "error": error.message}
    scene = Scene(estate, snapshot.pid, False)
    told = ("command", "user", "started")
    found = [(finding, scene.facts(finding.row.pid)) for finding in scene.proven]
    processes = [
        dict({key: facts[key] for key in told}, name=scene.name(finding), pid=finding.row.pid)
        for finding, facts in found
    ]
    return {"processes": processes, "error": None}


def _refuse(params: Result, snapshot: t.Any) -> None:
    if not os.path.exists("/proc/self/stat"):
        raise _errors.OptionError("supervisor_orphans reads /proc as Linux has it, which is not there on this machine")
    if params["stop_timeout"] is not None and params["stop_timeout"] < 0:
        raise _errors.OptionError("stop_timeout %g: give a number of seconds, 0 or more" % params["stop_timeout"])
    if params["start"] and snapshot is None:
        raise _errors.OptionError(
            "start: no supervisord answers, so nothing can be started. Stop the orphans with state=absent first, then "
            "start supervisord (its service); that starts the programs, or run this again. Nothing was changed."
        )


def _wanted_ports(scene: Scene, params: Result) -> t.Dict[str, t.List[int]]:
    """The ports of the task, and those that orphans hold: their programs need them."""
    found = _ports.check(params["ports"] or {}, scene.estate.programs)
    for finding in scene.proven:
        for number in _ports.of(finding.row.pid, scene.sockets):
            if not any(number in numbers for numbers in found.values()):
                found.setdefault(scene.name(finding) or "(unknown)", []).append(number)
    return found


def _report(scene: Scene, snapshot: t.Any, ports: t.Mapping[str, t.Sequence[int]]) -> Result:
    """What is there now."""
    alive = sorted(_proof.living(scene.table, scene.known))
    orphans = [_orphan(scene, finding) for finding in scene.proven]
    return {
        "changed": False,
        "daemon": {
            "config_file": scene.estate.config_file,
            "pidfile": scene.estate.pidfile,
            "running": bool(snapshot or alive),
            "reachable": snapshot is not None,
            "pid": snapshot.pid if snapshot else (alive or [0])[0],
            "former_pids": sorted(pid for pid in scene.known.lives.lives if pid not in alive),
        },
        "orphans": orphans,
        "suspects": [
            dict(_entry(scene, finding), missing=finding.missing) for finding in scene.findings if not finding.proven
        ],
        "ports": _holders(scene, snapshot, ports),
        "started": [],
        "notes": _notes(scene, snapshot, alive),
    }


def _entry(scene: Scene, finding: _proof.Finding) -> Result:
    row = finding.row
    return dict(
        scene.facts(row.pid),
        pid=row.pid,
        parent=row.parent,
        session=row.session,
        process_group=row.group,
        name=scene.name(finding),
        declared=scene.name(finding) in scene.estate.programs,
        ports=_ports.of(row.pid, scene.sockets),
        evidence=[{"kind": kind, "text": text} for kind, text in sorted(finding.evidence.items())],
    )


def _orphan(scene: Scene, finding: _proof.Finding) -> Result:
    entry = _entry(scene, finding)
    entry.update(action="none", signals=[], failed=False, reason="")
    if finding.row.pid in scene.protected:
        entry.update(action="kept", reason="this very connection depends on it; stop it by another way")
    return entry


def _holders(scene: Scene, snapshot: t.Any, ports: t.Mapping[str, t.Sequence[int]]) -> t.List[Result]:
    """Who holds the ports now."""
    judged = {finding.row.pid: "orphan" if finding.proven else "suspect" for finding in scene.findings}
    own = {name: process.pid for name, process in snapshot.processes.items()} if snapshot else {}

    def judge(name: str, pid: int) -> t.Tuple[str, Result]:
        line = [pid] + scene.table.ancestors(pid)
        mine = any(own.get(full) in line for full in own if name in (full, full.partition(":")[0]) and own[full])
        return "program" if mine else judged.get(pid, "other"), scene.facts(pid)

    return _ports.holders(ports, scene.sockets, judge)


def _notes(scene: Scene, snapshot: t.Any, alive: t.Sequence[int]) -> t.List[str]:
    """What limits the findings, in words."""
    notes = list(scene.known.lives.warnings)
    if alive and snapshot is None:
        notes.append(
            "supervisord %d lives, but nothing answers at its address, for example because its socket was deleted. Do "
            "not start another one: end it with SIGTERM, which also ends its programs" % alive[0]
        )
    if os.geteuid() != 0:
        unseen = [row for row in scene.table.rows.values() if row.alive and scene.table.environ(row.pid) is None]
        if unseen:
            notes.append(
                "as user %s the environment of %d of %d processes cannot be seen; those are found by the daemon's log "
                "and session only" % (_account.name(os.geteuid()), len(unseen), len(scene.table.rows))
            )
    return notes


def _plan(scene: Scene, result: Result) -> None:
    """What a run would do to each orphan."""
    for entry in result["orphans"]:
        if entry["action"] != "kept":
            entry["action"] = "stop"
            result["changed"] = True
    if result["changed"]:
        lines = ["%d %s %s\n" % (one["pid"], one["name"], one["command"]) for one in result["orphans"]]
        kept = [line for line, one in zip(lines, result["orphans"]) if one["action"] == "kept"]
        result["diff"] = {"before": "".join(lines), "after": "".join(kept)}


def _stop(scene: Scene, result: Result, timeout: t.Optional[float], clock: _wait.Clock) -> None:
    """Stop them, and add what was found only meanwhile."""
    if timeout is None:
        timeout = scene.estate.stop_wait(scene.name(finding) for finding in scene.proven)
    reaper = _reap.Reaper(scene.again, scene.signal_of, scene.protected, clock)
    first = {finding.row.identity: entry for finding, entry in zip(scene.proven, result["orphans"])}
    for identity, stopped in reaper.run(timeout).items():
        if identity not in first:
            first[identity] = _orphan(scene, reaper.seen[identity])
            result["orphans"].append(first[identity])
        entry = first[identity]
        entry.update(signals=list(stopped.signals), failed=bool(stopped.error), reason=stopped.error)
        entry["action"] = "failed" if stopped.error else "killed" if "KILL" in stopped.signals else "stopped"
    result["changed"] = any(entry["signals"] for entry in result["orphans"])
    scene.again()
    scene.sockets = _sockets.listening()


def _fail_if_any(result: Result) -> None:
    failed = [entry for entry in result["orphans"] if entry["failed"]]
    if failed:
        said = "; ".join("PID %d (%s) %s" % (one["pid"], one["name"], one["reason"]) for one in failed[:5])
        raise _errors.ProcessFailed(
            "%d of %d orphans could not be stopped: %s" % (len(failed), len(result["orphans"]), said), **result
        )


def broken(process: t.Any) -> bool:
    """Has the daemon given it up, or is about to? One that ended as expected has done its work."""
    return process.statename in ("FATAL", "BACKOFF") or (process.statename == "EXITED" and bool(process.spawnerr))


def _start(client: t.Any, params: Result, check: bool, config_file: str, clock: _wait.Clock, result: Result) -> None:
    """Start what has failed, with everything that supervisor_process knows about starting."""
    names = [name for name, process in client.processes().items() if broken(process)]
    if not names:
        return
    wanted = {
        "names": sorted(names),
        "in_state": None,
        "state": "started",
        "stdin": None,
        "clear_logs": False,
        "wait": True,
        "wait_timeout": params["wait_timeout"],
        "settle": 0.0,
        "one_shot": False,
        "max_parallel": 0,
        "log_lines": 20,
    }
    try:
        script = _process.script(client.transport.endpoint, wanted, check, config_file, clock)
        done = _script.run(client, script, clock)
    except _errors.ProcessFailed as error:
        started = error.details.pop("processes", [])
        error.details = dict(result, started=started, changed=result["changed"] or error.details.get("changed", False))
        raise
    result["started"] = done["processes"]
    result["changed"] = result["changed"] or done["changed"]
