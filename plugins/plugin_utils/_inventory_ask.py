# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a daemon is asked for an inventory, and its answer as plain data that can be cached.

Nothing it says is believed to have the right type or a reasonable size: what has not counts as no answer.
"""

from __future__ import annotations

import time
import typing as t

from ..module_utils import _errors, _said
from ..module_utils._fleet import loop as _loop
from ..module_utils._rpc import records as _records, script as _script
from ..module_utils._tasks import info as _info
from . import _inventory_endpoints

METHODS = ("getSupervisorVersion", "getAPIVersion", "getIdentification", "getState", "getPID", "getAllProcessInfo")
MOST_PROCESSES = 20_000
LONGEST = 1024  # characters of a text; longer ones are cut
LONGEST_NAME = 255
LARGEST = 1 << 53
REQUIRED = ("group", "name", "state", "statename")

Record = dict[str, t.Any]


def ask(targets: t.Sequence[_inventory_endpoints.Target], parallel: int) -> list[Record]:
    """Ask all of them at once; a record for each, in order. A record has no credentials in it."""
    jobs = [_loop.Job(target.endpoint.url, target.endpoint, script(), target.timeout) for target in targets]
    checked = int(time.time())
    results = _loop.run(jobs, parallel)
    if any(isinstance(ended.error, _errors.Interrupted) for ended in results):
        raise KeyboardInterrupt  # half an inventory is none
    return [_record(target, ended, checked) for target, ended in zip(targets, results)]


def script() -> _script.Script:
    """The one request to each daemon. Raises ProtocolError or Fault for an answer that is of no use."""
    answers = yield _script.Calls([(method, ()) for method in METHODS])
    for answer in answers:
        if isinstance(answer, _errors.Fault):
            raise answer
    try:
        return facts(dict(zip(METHODS, answers)))
    except (TypeError, KeyError, ValueError) as error:
        raise _errors.ProtocolError(f"the daemon's answers have an unknown shape: {error}") from None


def facts(answers: t.Mapping[str, t.Any]) -> Record:
    """Plain data from the answers. Raises TypeError, KeyError or ValueError for what no Supervisor says."""
    state = answers["getState"]
    infos = answers["getAllProcessInfo"]
    if not isinstance(state, dict) or not isinstance(infos, list):
        raise TypeError("getState is no map, or getAllProcessInfo no list")
    if len(infos) > MOST_PROCESSES:
        raise ValueError(f"{len(infos)} processes; {MOST_PROCESSES} are possible")
    return {
        "version": _text("getSupervisorVersion", answers["getSupervisorVersion"], LONGEST_NAME),
        "api_version": _text("getAPIVersion", answers["getAPIVersion"], LONGEST_NAME),
        "identification": _text("getIdentification", answers["getIdentification"], LONGEST_NAME),
        "state": _text("statename", state["statename"], LONGEST_NAME),
        "pid": _number("getPID", answers["getPID"]),
        "processes": [_process(info) for info in infos],
    }


def _process(info: t.Any) -> Record:
    if not isinstance(info, dict):
        raise TypeError("getAllProcessInfo holds something that is no map")
    missing = [field for field in REQUIRED if field not in info]
    if missing:
        raise KeyError(f"a process without {missing[0]}")
    numbers = {"state", "pid", "start", "stop", "now", "exitstatus"}
    names = {"group", "name", "statename"}
    known: dict[str, t.Any] = {}
    for field in _records.Process._fields:
        if field in info:
            longest = LONGEST_NAME if field in names else LONGEST
            known[field] = _number(field, info[field]) if field in numbers else _text(field, info[field], longest)
    return _info.process_data(_records.Process(**known))


def _text(what: str, value: t.Any, longest: int) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{what} is {type(value).__name__}, not text")
    if longest == LONGEST_NAME and len(value) > longest:
        raise ValueError(f"{what} has {len(value)} characters")
    return _cut(_said.line(value), longest)


def _cut(value: str, longest: int) -> str:
    return value if len(value) <= longest else value[: longest - 1] + "\u2026"


def _number(what: str, value: t.Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{what} is {type(value).__name__}, not a number")
    if abs(value) > LARGEST:
        raise ValueError(f"{what} is {len(str(value))} digits long")
    return value


def _record(target: _inventory_endpoints.Target, ended: _loop.Ended, checked: int) -> Record:
    url = target.endpoint.url
    if ended.error is None:
        return {"url": url, "checked": checked, "reachable": True, **ended.value}
    message = ended.error.message if url in ended.error.message else f"{url}: {ended.error.message}"
    message = _cut(_said.line(message[: 2 * LONGEST]), LONGEST)
    return {"url": url, "checked": checked, "reachable": False, "failure": failure(ended.error), "error": message}


def failure(error: _errors.SupervisorError) -> str:
    """One word for what went wrong, to group by: refused, missing, denied, unresolved, tls, timeout..."""
    if isinstance(error, _errors.Unauthorized):
        return "unauthorized"
    if isinstance(error, _errors.DeadlineExceeded):
        return "timeout"
    if isinstance(error, _errors.ProtocolError):
        return "protocol"
    if isinstance(error, _errors.Fault):
        return "fault"
    if isinstance(error, _errors.Unexpected):
        return "unexpected"
    return str(error.details.get("reason", "unreachable"))
