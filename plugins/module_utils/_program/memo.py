# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run that found nothing to do had looked at, so that the next one may skip reading it all.

Reading and resolving a whole configuration, and loading the code for it, is most of what an unchanged run costs. So
such a run notes its arguments, the stamps of every file and folder that it read, and the daemon process that it asked.
While all of these are the same, and every process is as declared, the next run would find the same, and need not look.
Whatever differs in the least makes a full run. The notes hold hashes, paths and names; no values.
"""

import hashlib
import json
import os
import typing as t

from .._host import stamp as _stamp, state_dir as _state_dir
from .._rpc import states as _states
from . import notes as _notes, request as _request

# To be raised with every release: another release may write the same programs in another way.
VERSION = "0.1.0"
# Seconds. What changed so shortly before a run, or during it, may have changed between being read and being noted.
MARGIN = 2.0


class Memo(t.NamedTuple):
    """Everything noted. ``url``: address of the daemon, if it needs no credentials; ``logs``: name -> log paths;
    ``left_over``: what has to be told again, each time.
    """

    key: str
    daemon: str
    url: str
    stamps: t.Dict[str, t.Optional[_stamp.Stamp]]
    logs: t.Dict[str, t.List[str]]
    programs: t.List[t.Dict[str, t.Any]]
    left_over: t.Sequence[str] = ()


def key_of(params: t.Dict[str, t.Any]) -> str:
    """A digest of all arguments that were given."""
    return _digest([VERSION, _given(params)])


def path_for(request: _request.Request, config_file: str) -> str:
    """Where a task keeps its memo: tasks that declare the same programs share one, whatever their options are."""
    names = sorted("%s:%s" % (item.get("kind"), item.get("name")) for item in request.programs)
    task = _digest([request.managed_by, request.conf_dir, request.purge, names])
    return _state_dir.path_for(request.state_dir, config_file, "-%s.memo" % task[:16])


def load(path: str, key: str) -> t.Optional[Memo]:
    """The memo, if it is about the same arguments, and neither the daemon nor a file is another one since."""
    try:
        with open(path, "r", encoding="utf-8") as handle:
            memo = Memo(**json.load(handle))
        if memo.key != key or _stamp.daemon_identity(int(memo.daemon.partition(":")[0])) != memo.daemon:
            return None
        same = all(_stamp.stamp(name) == noted for name, noted in memo.stamps.items())
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    return memo if same else None


def programs(memo: Memo, pid: int, processes: t.Mapping[str, t.Any]) -> t.Optional[t.List[t.Dict[str, t.Any]]]:
    """What the run would report of each program; None if one is not as declared, or another daemon answers.

    :param pid: of the daemon that answered.
    :param processes: all its processes by full name.
    """
    if pid != int(memo.daemon.partition(":")[0]):
        return None
    groups = {seen.group for seen in processes.values()}
    for program in memo.programs:
        names = [process["name"] for process in program["processes"]]
        if program["state"] == "absent" and program["group"] in groups:
            return None
        if not all(name in processes and _is_well(program["state"], memo, name, processes[name]) for name in names):
            return None
    return [
        dict(program, processes=[_now(item, processes) for item in program["processes"]]) for program in memo.programs
    ]


def make(
    params: t.Dict[str, t.Any],
    daemon: str,
    url: str,
    watched: t.Iterable[str],
    reported: t.List[t.Dict[str, t.Any]],
    processes: t.Mapping[str, t.Any],
    left_over: t.Sequence[str] = (),
) -> Memo:
    """The memo of a run that found nothing to do.

    :param watched: every file and folder that was looked at.
    :param reported: the programs as the run reported them.
    :param left_over: what a task with the same label wrote before.
    """
    names = [
        process["name"] for program in reported for process in program["processes"] if process["name"] in processes
    ]
    logs = {name: [processes[name].stdout_logfile, processes[name].stderr_logfile] for name in names}
    stamps = {path: _stamp.stamp(path) for path in watched}
    return Memo(key_of(params), daemon, url, stamps, logs, reported, list(left_over))


def is_settled(memo: Memo, began: float) -> bool:
    """Was everything noted here left alone since well before the run began (seconds since the epoch)?"""
    limit = (began - MARGIN) * 1e9
    return all(noted is None or noted[2] < limit for noted in memo.stamps.values())


def save(memo: Memo, path: str) -> None:
    """Keep a memo, and drop those about former daemon processes. Without it the next run is a full one."""
    if _notes.write(path, json.dumps(memo._asdict(), sort_keys=True).encode("utf-8")):
        return
    started = _stamp.daemon_started(int(memo.daemon.partition(":")[0])) or 0
    prefix = path.rpartition("-")[0] + "-"
    folder = os.path.dirname(path)
    for name in os.listdir(folder):
        other = os.path.join(folder, name)
        if other.startswith(prefix) and name.endswith(".memo") and os.path.getmtime(other) < started:
            os.unlink(other)


def _is_well(state: str, memo: Memo, name: str, seen: t.Any) -> bool:
    """Is a process in its declared state, and writes it to the logs that it wrote to?"""
    if [seen.stdout_logfile, seen.stderr_logfile] != memo.logs.get(name):
        return False
    return state == "present" or bool(_states.is_there(state, seen))


def _now(process: t.Dict[str, t.Any], processes: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    seen = processes[process["name"]]
    return dict(process, before=seen.statename, after=seen.statename, pid_before=seen.pid, pid=seen.pid)


def _given(value: t.Any) -> t.Any:
    """Arguments without those that were not given: there are sixty for each program."""
    if isinstance(value, dict):
        return {str(name): _given(item) for name, item in value.items() if item is not None}
    return [_given(item) for item in value] if isinstance(value, list) else value


def _digest(value: t.Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode("utf-8", "surrogatepass")).hexdigest()
