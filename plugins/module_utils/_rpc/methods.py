# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known about each XML-RPC method: does it change anything, does it answer at once. No I/O."""

import typing as t

from .. import _errors
from . import states as _states

READ_ONLY = frozenset(
    [
        "supervisor.getAPIVersion",
        "supervisor.getVersion",
        "supervisor.getSupervisorVersion",
        "supervisor.getIdentification",
        "supervisor.getState",
        "supervisor.getPID",
        "supervisor.getProcessInfo",
        "supervisor.getAllProcessInfo",
        "supervisor.getAllConfigInfo",
        "supervisor.readLog",
        "supervisor.readMainLog",
        "supervisor.readProcessLog",
        "supervisor.readProcessStdoutLog",
        "supervisor.readProcessStderrLog",
        "supervisor.tailProcessLog",
        "supervisor.tailProcessStdoutLog",
        "supervisor.tailProcessStderrLog",
        "system.listMethods",
        "system.methodHelp",
        "system.methodSignature",
    ]
)

# Methods that answer only when the work is done, unless their last parameter "wait" is false: its place.
_WAIT = {
    "supervisor.startProcess": 1,
    "supervisor.startProcessGroup": 1,
    "supervisor.startAllProcesses": 0,
    "supervisor.stopProcess": 1,
    "supervisor.stopProcessGroup": 1,
    "supervisor.stopAllProcesses": 0,
}
# These answer late even so: the daemon comes back to them once a second.
_ALWAYS_LATE = frozenset(
    [
        "supervisor.startProcessGroup",
        "supervisor.startAllProcesses",
        "supervisor.stopProcessGroup",
        "supervisor.stopAllProcesses",
        "supervisor.clearAllProcessLogs",
    ]
)

# The wanted state was reached already: not a failure, and no change.
_IDEMPOTENT = {"start": 60, "stop": 70, "addProcessGroup": 90}


def is_read_only(method: str, declared: bool = False) -> bool:
    """Does it change nothing? A method of a plugin is believed to change something unless ``declared``."""
    return method in READ_ONLY or (declared and not method.startswith(("supervisor.", "system.")))


def is_immediate(method: str, params: t.Sequence[t.Any]) -> bool:
    """May it stand in a multicall without holding up those after it? Never for what is not known."""
    if method in _ALWAYS_LATE or not method.startswith("supervisor."):
        return False
    if method in _WAIT:
        place = _WAIT[method]
        grouped = isinstance(params[0] if params else None, str) and str(params[0]).endswith((":", ":*"))
        return len(params) > place and not params[place] and not grouped
    return method not in ("supervisor.shutdown", "supervisor.restart")


def is_idempotent(method: str, code: int) -> bool:
    """Does this fault only say that there was nothing to do?"""
    name = method.partition(".")[2]
    return any(name.startswith(prefix) and code == fault for prefix, fault in _IDEMPOTENT.items())


def has_acted(method: str, code: int) -> bool:
    """Did a call do something before it faulted? A start that ends in 40 or 50 has started a process."""
    return method.startswith("supervisor.start") and code in (40, 50)


def has_changed(method: str, result: t.Any) -> bool:
    """Did a mutating call that succeeded with ``result`` change anything?"""
    if method == "supervisor.reloadConfig":
        return any(any(part) for part in result) if isinstance(result, list) else True
    if isinstance(result, list) and method.startswith(("supervisor.start", "supervisor.stop", "supervisor.signal")):
        return any(isinstance(item, dict) and item.get("status") == 80 for item in result)
    return True


def failures(method: str, result: t.Any) -> t.List[t.Dict[str, t.Any]]:
    """Entries of a group call's result that report a failure."""
    if not isinstance(result, list):
        return []
    entries = [item for item in result if isinstance(item, dict) and item.keys() >= _TOLD]
    return [item for item in entries if item["status"] != 80 and not is_idempotent(method, item["status"])]


# What the daemon tells about each process after a call for many.
_TOLD = frozenset(["group", "name", "status", "description"])


def predict(method: str, params: t.Sequence[t.Any], processes: t.Mapping[str, t.Any]) -> bool:
    """Would this mutating call change anything now? Raises Fault where the daemon surely would."""
    name = method.partition(".")[2] if method.startswith("supervisor.") else ""
    if name in ("addProcessGroup", "removeProcessGroup"):
        exists = any(process.group == str(params[0]) for process in processes.values()) if params else False
        if name == "removeProcessGroup" and not exists:
            raise _bad_name(params)
        return exists == (name == "removeProcessGroup")
    states = next((found for prefix, found in _ACTS_ON.items() if name.startswith(prefix)), None)
    if states is None:
        return True
    meant = _meant(name, params, processes)
    if not meant and "All" not in name:
        raise _bad_name(params)
    acts = any(process.state in states for process in meant)
    if not acts and name in ("signalProcess", "sendProcessStdin"):
        raise _errors.Fault(70, "NOT_RUNNING: %s" % params[0])
    return acts


def _bad_name(params: t.Sequence[t.Any]) -> _errors.Fault:
    return _errors.Fault(10, "BAD_NAME: %s" % "".join(map(str, params[:1])))


_ACTS_ON = {
    "start": frozenset([_states.STOPPED, _states.EXITED, _states.FATAL]),
    "stop": _states.ACTIVE,
    "signal": _states.SIGNALLABLE,
    "sendProcessStdin": frozenset([_states.STARTING, _states.RUNNING]),
    "clearProcessLog": frozenset(_states.NAMES),
}


def _meant(name: str, params: t.Sequence[t.Any], processes: t.Mapping[str, t.Any]) -> t.List[t.Any]:
    """The processes that the daemon itself would act on (it knows no globs but ``group:*``)."""
    if "All" in name:
        return list(processes.values())
    wanted = str(params[0]) if params else ""
    if name.endswith("Group"):
        return [process for process in processes.values() if process.group == wanted]
    group, colon, process_name = wanted.partition(":")
    if colon and process_name in ("", "*"):
        return [process for process in processes.values() if process.group == group]
    full = wanted if colon else "%s:%s" % (wanted, wanted)
    return [processes[full]] if full in processes else []
