# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any XML-RPC method, with an honest "changed" and an honest check mode."""

import itertools
import typing as t

from .. import _errors
from .._rpc import batch as _batch, methods as _methods, script as _script

Entry = t.Dict[str, t.Any]


class Call(t.NamedTuple):
    """One call asked for; ``method`` with its namespace."""

    method: str
    params: t.List[t.Any]
    read_only: bool

    @property
    def immediate(self) -> bool:
        """Does the daemon answer at once, so that it may share a request with others?"""
        return _methods.is_immediate(self.method, self.params)


def calls_of(params: t.Dict[str, t.Any]) -> t.List[Call]:
    """The calls that a task asks for. Raises OptionError for names no method can have."""
    if params["calls"] and params["params"]:
        raise _errors.OptionError("params goes with method; inside calls, each call has its own params")
    asked = params["calls"] or [{"method": params["method"], "params": params["params"], "read_only": None}]
    calls = []
    for number, call in enumerate(asked):
        method = _batch.qualified(call["method"])
        if method.count(".") != 1 or method == "system.multicall":
            where = "calls[%d].method" % number if params["calls"] else "method"
            cure = "list the calls in O(calls)" if method == "system.multicall" else "write namespace.method"
            raise _errors.OptionError(
                "%s %r cannot be called: %s" % (where, call["method"], cure.replace("O(calls)", "calls"))
            )
        declared = params["read_only"] if call.get("read_only") is None else call["read_only"]
        calls.append(Call(method, list(call["params"] or []), _methods.is_read_only(method, bool(declared))))
    return calls


def perform(calls: t.Sequence[Call], ignored: t.FrozenSet[t.Any], predict: bool) -> _script.Script:
    """Make all calls in order, or, to ``predict``, only those that change nothing.

    Neighbours that answer at once share one multicall; a fault does not keep the later ones from being made.
    """
    entries = []  # type: t.List[Entry]
    processes = {}  # type: t.Mapping[str, t.Any]
    if predict and any(not call.read_only for call in calls):
        processes = yield from _script.processes()
    for together, group in itertools.groupby(calls, key=lambda call: (call.immediate, predict and not call.read_only)):
        neighbours = list(group)
        answers = []  # type: t.List[t.Any]
        if together[1]:
            answers = [_predicted(call, processes) for call in neighbours]
        else:
            for part in [neighbours] if together[0] else [[call] for call in neighbours]:
                answers += yield from _script.multicall([(call.method, call.params) for call in part])
        entries += [_entry(call, answer, ignored, together[1]) for call, answer in zip(neighbours, answers)]
    return entries


def _predicted(call: Call, processes: t.Mapping[str, t.Any]) -> t.Any:
    try:
        return _methods.predict(call.method, call.params, processes)
    except _errors.Fault as fault:
        return fault


def _entry(call: Call, answer: t.Any, ignored: t.FrozenSet[t.Any], predicted: bool) -> Entry:
    entry = {"method": call.method, "result": None, "changed": False, "failed": False, "fault": None}  # type: Entry
    if predicted:
        entry["predicted"] = True
    if isinstance(answer, _errors.Fault):
        entry["fault"] = {"code": answer.code, "name": answer.name, "text": answer.text}
        harmless = _methods.is_idempotent(call.method, answer.code) or ignored & {str(answer.code), answer.name}
        entry["failed"] = not harmless
        entry["changed"] = not predicted and _methods.has_acted(call.method, answer.code)
    elif predicted:
        entry["changed"] = bool(answer)
    else:
        entry["result"] = answer
        entry["changed"] = not call.read_only and _methods.has_changed(call.method, answer)
        bad = [item for item in _methods.failures(call.method, answer) if str(item["status"]) not in ignored]
        entry["failed"] = bool(bad)
    return entry


def complaint(entries: t.Sequence[Entry]) -> str:
    """What failed, in one sentence; empty if nothing did."""
    parts = []
    for entry in entries:
        if entry["failed"] and entry["fault"]:
            parts.append("%s: %s (fault %d)" % (entry["method"], entry["fault"]["text"], entry["fault"]["code"]))
        elif entry["failed"]:
            bad = _methods.failures(entry["method"], entry["result"])
            names = ", ".join("%s:%s %s" % (item["group"], item["name"], item["description"]) for item in bad)
            parts.append("%s: %s" % (entry["method"], names))
    return "; ".join(parts)


def result_of(entries: t.Sequence[Entry], single: bool) -> t.Dict[str, t.Any]:
    """The module's result. Raises a SupervisorError that carries it if any call failed."""
    result = {"changed": any(entry["changed"] for entry in entries), "calls": list(entries)}  # type: t.Dict[str, t.Any]
    if single:
        result["result"] = entries[0]["result"]
    message = complaint(entries)
    if message:
        raise _errors.SupervisorError(message, **result)
    return result


def script(
    _endpoint: t.Any, params: t.Dict[str, t.Any], check: bool, _config_file: t.Optional[str] = None
) -> _script.Script:
    """What a task asks for: all calls, or in check mode a prediction for those that change something.

    Raises OptionError at once for what no daemon could be asked.
    """
    return _carry_out(calls_of(params), params, check)


def _carry_out(calls: t.Sequence[Call], params: t.Dict[str, t.Any], check: bool) -> _script.Script:
    ignored = frozenset(str(fault) for fault in params["ignore_faults"])
    entries = yield from perform(calls, ignored, check)
    return result_of(entries, single=bool(params["method"]))
