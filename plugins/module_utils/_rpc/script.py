# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Procedures that speak to a daemon, without any I/O: generators that ask for what they need.

A script yields ``Calls`` and is sent their answers, or ``Pause`` and is resumed later; what it returns is its result.
An error of the connection is raised where the script waits for the answers. ``run`` carries out one for one daemon;
an event loop carries out many side by side. Both ways it is the same procedure.
"""

import typing as t

from .. import _errors, _said
from . import records as _records

Answers = t.List[t.Any]

# Calls about processes, or processes that a call is about, in one request. A daemon with thousands takes some
# 25 ms for each start, and more on a busy machine; until a request is done it answers nobody.
AT_ONCE = 50

_SNAPSHOT = ("getSupervisorVersion", "getAPIVersion", "getIdentification", "getState", "getPID", "getAllProcessInfo")


class Calls(t.NamedTuple):
    """Ask for some calls in one request; a Fault takes the place of the answer to a call that faulted.

    Only methods that answer at once can share a request: a late one holds up all after it.
    """

    calls: t.Sequence[t.Tuple[str, t.Sequence[t.Any]]]
    timeout: t.Optional[float] = None  # seconds, if less than usual is wanted
    multicall: bool = False  # for a single call, too: what goes wrong inside the daemon is told as a fault then

    @property
    def alone(self) -> bool:
        """Is it one call, sent as itself?"""
        return len(self.calls) == 1 and not self.multicall


class Pause(t.NamedTuple):
    """Ask for some seconds of rest."""

    seconds: float


Script = t.Generator[t.Union[Calls, Pause], t.Any, t.Any]


def run(client: t.Any, script: Script, clock: t.Any) -> t.Any:
    """Carry out one script for one daemon, waiting for each answer. Returns or raises what the script does.

    :param client: has ``call`` and ``multicall``.
    :param clock: has ``sleep``.
    """
    answers = None  # type: t.Optional[Answers]
    error = None  # type: t.Optional[_errors.SupervisorError]
    try:
        while True:
            request = script.throw(error) if error is not None else script.send(answers)
            answers, error = None, None
            if isinstance(request, Pause):
                clock.sleep(request.seconds)
                continue
            try:
                answers = _ask(client, request)
            except _errors.SupervisorError as raised:
                error = raised
    except StopIteration as stop:
        return stop.value


def _ask(client: t.Any, request: Calls) -> Answers:
    if not request.alone:
        return t.cast(Answers, client.multicall(request.calls, timeout=request.timeout))
    [(method, params)] = request.calls
    try:
        return [client.call(method, *params, timeout=request.timeout)]
    except _errors.Fault as fault:
        return [fault]


def multicall(calls: t.Sequence[t.Tuple[str, t.Sequence[t.Any]]]) -> Script:
    """The answers of several calls, faults in their places, in requests that do not keep the daemon for long."""
    answers = []  # type: Answers
    for first in range(0, len(calls), AT_ONCE):
        answers += yield Calls(calls[first : first + AT_ONCE])
    return answers


def call(method: str, *params: t.Any) -> Script:
    """The answer of one call. Raises Fault."""
    [answer] = yield Calls([(method, params)])
    if isinstance(answer, _errors.Fault):
        raise answer
    return answer


def snapshot() -> Script:
    """Everything about the daemon and its processes, in one request. Raises Fault 6 while it shuts down."""
    version, api, identification, state, pid, infos = yield from _all(_SNAPSHOT)
    try:
        found = _records.Snapshot(version, api, identification, state["statename"], pid, by_name(infos))
    except (TypeError, KeyError):
        raise _odd("getState", state) from None
    if not all(map(isinstance, found, (str, str, str, str, int))):
        raise _odd("getSupervisorVersion, getAPIVersion, getIdentification, getState or getPID", found[:5])
    return found


def look() -> Script:
    """The daemon's process ID, and all processes by ``group:name``, in one request."""
    pid, infos = yield from _all(("getPID", "getAllProcessInfo"))
    if not isinstance(pid, int):
        raise _odd("getPID", pid)
    return pid, by_name(infos)


def processes() -> Script:
    """All processes by ``group:name``."""
    return by_name((yield from call("getAllProcessInfo")))


def configs() -> Script:
    """What the daemon tells about the configuration of each process, as it has read it last."""
    [answer] = yield Calls([("getAllConfigInfo", ())])
    return checked_configs(answer)


def checked_configs(answer: t.Any) -> t.List[t.Dict[str, t.Any]]:
    """The answer to getAllConfigInfo. Raises Fault, or ProtocolError if it is anything else than that."""
    if isinstance(answer, _errors.Fault):
        raise answer
    try:
        if all(isinstance(info["group"] + info["name"], str) for info in answer):
            return t.cast(t.List[t.Dict[str, t.Any]], answer)
    except (TypeError, KeyError):
        pass
    raise _odd("getAllConfigInfo", answer)


def _all(methods: t.Sequence[str]) -> Script:
    """The answers of several calls without parameters. Raises the first Fault."""
    answers = yield Calls([(method, ()) for method in methods])
    for answer in answers:
        if isinstance(answer, _errors.Fault):
            raise answer
    return answers


def by_name(infos: t.Any) -> t.Dict[str, _records.Process]:
    """The answer to getAllProcessInfo by ``group:name``. Raises ProtocolError if it is anything else than that."""
    if not isinstance(infos, list):
        raise _odd("getAllProcessInfo", infos)
    return {process.full_name: process for process in map(_records.process_of, infos)}


def _odd(methods: str, answer: t.Any) -> _errors.ProtocolError:
    return _errors.ProtocolError("%s answered as Supervisor does not: %s" % (methods, _said.brief(answer, 200)))
