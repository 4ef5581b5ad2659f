# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy between a module and a daemon that writes down every XML-RPC method which passes."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
import threading
import xmlrpc.client

import collection

collection.make_importable()

from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import wire as _wire  # noqa: E402  see above

# Calls that change nothing in a daemon. All others count as mutating, reloadConfig included.
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


class Recorder:
    """Listens on ``url`` and passes every request on to the daemon's socket.

    ``calls`` are (method, params) in order, those inside system.multicall one by one; ``requests`` are the methods
    as they were sent, ``batches`` the calls of each request.

    :param before: is called before each request is passed on, and may hold it up.
    """

    def __init__(self, upstream, before=None):
        self.upstream = upstream
        self.before = before
        self.calls = []
        self.requests = []
        self.batches = []
        self._dir = tempfile.mkdtemp(prefix="sf")
        self.socket = os.path.join(self._dir, "p")
        self.url = "unix://" + self.socket
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.socket)
        self._listener.listen(16)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def methods(self):
        return [method for method, _params in self.calls]

    @property
    def mutating(self):
        return [call for call in self.calls if call[0] not in READ_ONLY]

    def close(self):
        self._listener.close()
        shutil.rmtree(self._dir, ignore_errors=True)

    def _accept(self):
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        # Either side may go away at any time: a module that is killed, a daemon that is stopped.
        with contextlib.suppress(OSError), connection, socket.socket(socket.AF_UNIX) as upstream:
            upstream.connect(self.upstream)
            pending = b""
            while True:
                pending, request, body = self._request(connection, pending)
                if request is None:
                    return
                self._note(body)
                if self.before is not None:
                    self.before()
                upstream.sendall(request)
                self._answer(upstream, connection)

    def _request(self, connection, data):
        while True:
            head, found, rest = data.partition(b"\r\n\r\n")
            if found:
                length = next(int(line[16:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length: "))
                if len(rest) >= length:
                    return rest[length:], head + found + rest[:length], rest[:length]
            more = connection.recv(65536)
            if not more:
                return b"", None, b""
            data += more

    def _answer(self, upstream, connection):
        parser = _wire.AnswerParser()
        while not parser.complete:
            data = upstream.recv(65536)
            if not data:
                return
            connection.sendall(data)
            parser.feed(data)

    def _note(self, body):
        params, method = xmlrpc.client.loads(body)
        self.requests.append(method)
        batch = [(method, params)]
        if method == "system.multicall":
            batch = [(call["methodName"], tuple(call.get("params", ()))) for call in params[0]]
        self.calls.extend(batch)
        self.batches.append(batch)
