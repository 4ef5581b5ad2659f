# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups that run and stand in no file, as after somebody has moved a file away: do they run what is declared?

Only a reread would tell for certain, and check mode makes none. So the daemon's word and the processes themselves are
taken for evidence: options that it tells, the command and the environment that each process was started with.
"""

import shlex
import typing as t

from .._host import procfs as _procfs
from . import drift as _drift, situation as _situation

# A shell gives these to whatever it becomes.
_OF_SHELLS = frozenset(["PWD", "OLDPWD", "SHLVL", "_"])
_OWN = ("SUPERVISOR_ENABLED", "SUPERVISOR_GROUP_NAME", "SUPERVISOR_PROCESS_NAME", "SUPERVISOR_SERVER_URL")
Infos = t.Sequence[t.Dict[str, t.Any]]


def find(situation: _situation.Situation, ask: t.Callable[[], Infos]) -> t.Set[str]:
    """Names of such groups that run what is declared, by all that is to be seen.

    :param ask: gives what getAllConfigInfo tells; called when there is such a group.
    """
    disk, live = situation.disk, situation.live
    names = {name for name in disk.ours & set(disk.after) & live.active if name not in disk.before}
    names -= set(live.known)
    if not names:
        return set()
    told = {"%s:%s" % (info["group"], info["name"]): info for info in ask()}
    inherited = _procfs.environment(live.pid)
    return {
        name
        for name in names
        if not _drift.differing(disk.after[name], live.processes, told)
        and all(_runs_it(name, process, live.processes, told, inherited) for process in disk.after[name].processes)
    }


def _runs_it(
    group: str,
    process: t.Any,
    processes: t.Mapping[str, t.Any],
    told: t.Mapping[str, t.Mapping[str, t.Any]],
    inherited: t.Mapping[str, str],
) -> bool:
    """Whether a process was started as declared. One that does not run shows nothing, and so is not believed."""
    name = "%s:%s" % (group, process.name)
    pid = processes[name].pid
    options = process.options
    return bool(
        pid
        and _same_environment(_procfs.environment(pid), options["environment"], inherited)
        and ("command" in told.get(name, {}) or _words(options["command"]) == _procfs.cmdline(pid))
    )


def _words(command: str) -> t.List[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return []


def _same_environment(seen: t.Mapping[str, str], declared: t.Mapping[str, str], inherited: t.Mapping[str, str]) -> bool:
    """Whether a process has what is declared and what the daemon has, and nothing else that somebody had declared."""
    if not seen:
        return False
    wanted = dict(inherited, **declared)
    names = (set(seen) | set(declared)) - _OF_SHELLS - set(_OWN)
    return all(seen.get(name) == wanted.get(name) for name in names)
