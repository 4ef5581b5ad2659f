# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon's XML-RPC methods as Python calls that return records."""

import typing as t

from . import _errors, _faults, _transport, _xmlrpc

Call = t.Tuple[str, t.Sequence[t.Any]]

_SNAPSHOT = ("getSupervisorVersion", "getAPIVersion", "getIdentification", "getState", "getPID", "getAllProcessInfo")


class Process(t.NamedTuple):
    """One process as the daemon describes it. Times are seconds since 1970 by the daemon's clock, 0 = never."""

    group: str
    name: str
    state: int
    statename: str
    pid: int = 0
    start: int = 0
    stop: int = 0
    now: int = 0
    spawnerr: str = ""
    exitstatus: int = 0
    stdout_logfile: str = ""
    stderr_logfile: str = ""
    description: str = ""

    @property
    def full_name(self) -> str:
        return "%s:%s" % (self.group, self.name)

    @property
    def uptime(self) -> int:
        """Seconds since the start by the daemon's own clock; 0 when it is not running."""
        return max(0, self.now - self.start) if self.pid else 0


class Snapshot(t.NamedTuple):
    """A daemon and all its processes at one moment."""

    version: str
    api_version: str
    identification: str
    state: str
    pid: int
    processes: t.Dict[str, Process]


def process_of(info: t.Dict[str, t.Any]) -> Process:
    """The record of one getProcessInfo structure."""
    return Process(**{field: info[field] for field in Process._fields if field in info})


def qualified(method: str) -> str:
    """``getState`` means ``supervisor.getState``."""
    return method if "." in method else "supervisor." + method


class Client:
    """Calls to one daemon.

    ``call`` raises what the transport raises, and Fault. ``multicall`` returns faults in their places instead.
    """

    def __init__(self, transport: _transport.Transport) -> None:
        self.transport = transport

    @property
    def url(self) -> str:
        return self.transport.endpoint.url

    @property
    def local(self) -> bool:
        """Are the daemon's files on this machine?"""
        return self.transport.local

    def call(self, method: str, *params: t.Any, timeout: t.Optional[float] = None) -> t.Any:
        """Call one method; a name without a dot belongs to the namespace ``supervisor``."""
        name = qualified(method)
        body = _xmlrpc.encode_call(name, params)
        try:
            return _xmlrpc.decode_answer(self.transport.post(body, timeout))
        except _errors.Fault as fault:
            raise _faults.explain(fault, self.url, name) from None
        except _errors.ProtocolError as error:
            if self.url not in error.message:
                error = _errors.ProtocolError("%s does not answer as supervisord: %s" % (self.url, error.message))
            error.details.update(method=name, url=self.url)
            raise error from None
        except _errors.SupervisorError as error:
            error.details.setdefault("method", name)
            error.details.setdefault("url", self.url)
            raise

    def multicall(self, calls: t.Sequence[Call], timeout: t.Optional[float] = None) -> t.List[t.Any]:
        """Call several methods in one request, one after another; a fault takes the place of its value.

        Only for methods that answer at once: a deferred one (``startProcess`` with wait) holds up all after it.
        """
        if not calls:
            return []
        requests = [{"methodName": qualified(method), "params": list(params)} for method, params in calls]
        answers = self.call("system.multicall", requests, timeout=timeout)
        if not isinstance(answers, list) or len(answers) != len(calls):
            raise _errors.ProtocolError("system.multicall answered %.80r" % (answers,), url=self.url)
        return [self._slot(answer, request["methodName"]) for answer, request in zip(answers, requests)]

    def _slot(self, answer: t.Any, method: t.Any) -> t.Any:
        if isinstance(answer, dict) and "faultCode" in answer:
            return _faults.explain(_xmlrpc.fault_of(answer), self.url, method)
        return answer

    def snapshot(self, timeout: t.Optional[float] = None) -> Snapshot:
        """Everything about the daemon and its processes, in one request. Raises Fault 6 while it shuts down."""
        answers = self.multicall([(method, ()) for method in _SNAPSHOT], timeout)
        for answer in answers:
            if isinstance(answer, _errors.Fault):
                raise answer
        version, api, identification, state, pid, infos = answers
        try:
            processes = [process_of(info) for info in infos]
            return Snapshot(version, api, identification, state["statename"], pid, {p.full_name: p for p in processes})
        except (TypeError, KeyError) as error:
            raise _errors.ProtocolError(
                "the daemon's answers have an unknown shape (%r)" % error, url=self.url
            ) from None

    def look(self) -> t.Tuple[int, t.Dict[str, Process]]:
        """The daemon's process ID, and all processes by ``group:name``, in one request."""
        pid, infos = self.multicall([("getPID", ()), ("getAllProcessInfo", ())])
        for answer in (pid, infos):
            if isinstance(answer, _errors.Fault):
                raise answer
        return pid, self._by_name(infos)

    def processes(self, timeout: t.Optional[float] = None) -> t.Dict[str, Process]:
        """All processes by ``group:name``."""
        return self._by_name(self.call("getAllProcessInfo", timeout=timeout))

    def _by_name(self, infos: t.Any) -> t.Dict[str, Process]:
        try:
            return {process.full_name: process for process in map(process_of, infos)}
        except TypeError as error:
            raise _errors.ProtocolError("getAllProcessInfo has an unknown shape (%r)" % error, url=self.url) from None

    def close(self) -> None:
        self.transport.close()
