# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon's XML-RPC methods as Python calls that wait for their answers."""

import typing as t

from .. import _errors, _wait
from . import batch as _batch, records as _records, script as _script, transport as _transport

Process = _records.Process
Snapshot = _records.Snapshot
process_of = _records.process_of


# The error of a connection -> the one to raise, from whoever knows more of that daemon.
Explain = t.Callable[[_errors.SupervisorError], _errors.SupervisorError]


class Client:
    """Calls to one daemon.

    ``call`` raises what the transport raises, and Fault. ``multicall`` returns faults in their places instead.
    """

    def __init__(self, transport: _transport.Transport, explain: t.Optional[Explain] = None) -> None:
        self.transport = transport
        self._explain = explain or (lambda error: error)

    @property
    def url(self) -> str:
        """The address of the daemon."""
        return self.transport.endpoint.url

    @property
    def local(self) -> bool:
        """Are the daemon's files on this machine?"""
        return self.transport.endpoint.local

    def call(self, method: str, *params: t.Any, timeout: t.Optional[float] = None) -> t.Any:
        """Call one method; a name without a dot belongs to the namespace ``supervisor``."""
        [answer] = self._request([(method, params)], timeout, alone=True)
        if isinstance(answer, _errors.Fault):
            raise answer
        return answer

    def multicall(self, calls: t.Sequence[_batch.Call], timeout: t.Optional[float] = None) -> t.List[t.Any]:
        """Call several methods in one request, one after another; a fault takes the place of its value.

        Only for methods that answer at once: a deferred one (``startProcess`` with wait) holds up all after it.
        """
        return self._request(calls, timeout, alone=False) if calls else []

    def _request(self, calls: t.Sequence[_batch.Call], timeout: t.Optional[float], alone: bool) -> t.List[t.Any]:
        body = _batch.encode(calls, alone)
        try:
            return _batch.decode(calls, self.transport.post(body, timeout), self.url, alone)
        except (_errors.ConnectionFailed, _errors.DeadlineExceeded) as error:
            raise self._explain(_batch.located(error, calls, self.url, alone)) from None
        except _errors.SupervisorError as error:
            raise _batch.located(error, calls, self.url, alone) from None

    def run(self, script: _script.Script, clock: t.Optional[_wait.Clock] = None) -> t.Any:
        """Carry out a script; returns or raises what it does."""
        try:
            return _script.run(self, script, clock or _wait.Clock())
        except _errors.SupervisorError as error:
            raise _batch.placed(error, self.url)

    def snapshot(self) -> Snapshot:
        """Everything about the daemon and its processes, in one request. Raises Fault 6 while it shuts down."""
        return t.cast(Snapshot, self.run(_script.snapshot()))

    def look(self) -> t.Tuple[int, t.Dict[str, Process]]:
        """The daemon's process ID, and all processes by ``group:name``, in one request."""
        return t.cast(t.Tuple[int, t.Dict[str, Process]], self.run(_script.look()))

    def processes(self) -> t.Dict[str, Process]:
        """All processes by ``group:name``."""
        return t.cast(t.Dict[str, Process], self.run(_script.processes()))

    def close(self) -> None:
        """Close the connection; the next call opens a new one."""
        self.transport.close()
