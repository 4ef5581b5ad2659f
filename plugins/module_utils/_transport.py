# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes to and from one daemon: AF_UNIX, TCP or TLS, keep-alive, and one deadline per call that always holds."""

import errno
import os
import select
import socket
import stat
import threading
import typing as t

from . import _endpoint, _errors, _wait, _wire

_REASONS = {
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
    errno.ECONNREFUSED: "refused",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.ECONNRESET: "closed",
    errno.EPIPE: "closed",
    errno.ECONNABORTED: "closed",
}

_CURES = {
    "missing": "there is no such socket: supervisord is not running, or it uses another socket (see server_url and "
    "config_file)",
    "refused": "nothing listens there: supervisord is not running (a socket file can outlive a killed daemon)",
    "denied": "permission denied: use become, or the chmod/chown options of [unix_http_server]",
    "unresolved": "the host name cannot be resolved",
    "tls": "the TLS handshake failed (see ca_path, client_cert, client_key and validate_certs)",
    "closed": "the connection was closed before the answer was complete: the daemon is restarting or has died",
    "unreachable": "the host cannot be reached",
}

_PHASES = {
    "connect": "it does not accept the connection",
    "send": "it accepts the connection but does not read the request",
    "wait": "it accepts the connection but does not answer (hung, stopped by a signal, or not Supervisor)",
    "receive": "its answer did not end in time",
}


def connection_failed(url: str, reason: str, detail: str = "") -> _errors.ConnectionFailed:
    """The error for a daemon that was not reached; the message says what to do about it."""
    text = "supervisord at %s was not reached: %s" % (url, _CURES[reason])
    return _errors.ConnectionFailed(text + (" [%s]" % detail if detail else ""), url=url, reason=reason)


def of_oserror(url: str, error: OSError) -> _errors.ConnectionFailed:
    """The same for an error of the operating system."""
    return connection_failed(url, _REASONS.get(error.errno or 0, "unreachable"), error.strerror or str(error))


class Transport:
    """One connection to one daemon, opened when first needed.

    :param endpoint: where, and with which credentials.
    :param timeout: seconds that one ``post`` may take, all of it: name resolution, connect, TLS, send, receive.
    """

    def __init__(
        self,
        endpoint: _endpoint.Endpoint,
        timeout: float = 10.0,
        clock: t.Optional[_wait.Clock] = None,
        max_answer: int = _wire.MAX_BODY,
    ) -> None:
        self.endpoint = endpoint
        self.timeout = timeout
        self._clock = clock or _wait.Clock()
        self._max_answer = max_answer
        self._socket = None  # type: t.Optional[socket.socket]
        self._phase = "connect"
        self._deadline = 0.0

    @property
    def local(self) -> bool:
        """Do paths that the daemon names exist on this machine?"""
        return self.endpoint.url.startswith("unix:")

    def post(self, body: bytes, timeout: t.Optional[float] = None) -> bytes:
        """Send one request and return the body of the answer.

        :param timeout: seconds, if less than the transport's own is wanted.
        Raises ConnectionFailed, Unauthorized, ProtocolError or DeadlineExceeded; the connection is then closed.
        """
        limit = self.timeout if timeout is None else min(timeout, self.timeout)
        self._deadline = self._clock.now() + limit
        self._phase = "connect"
        try:
            parser = self._exchange(body)
        except socket.timeout:
            self.close()
            raise self._late(limit) from None
        except OSError as error:
            self.close()
            raise of_oserror(self.endpoint.url, error) from error
        except _errors.SupervisorError as error:
            self.close()
            error.details.setdefault("url", self.endpoint.url)
            raise
        if not parser.reusable:
            self.close()
        self._check_status(parser)
        return parser.body

    def close(self) -> None:
        """Forget the connection; the next ``post`` opens a new one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _late(self, limit: float) -> _errors.DeadlineExceeded:
        return _errors.DeadlineExceeded(
            "supervisord at %s gave no complete answer within %g s: %s"
            % (self.endpoint.url, limit, _PHASES[self._phase]),
            timeout=limit,
            url=self.endpoint.url,
            phase=self._phase,
        )

    def _check_status(self, parser: _wire.AnswerParser) -> None:
        url = self.endpoint.url
        if parser.status == 401:
            given = (
                "the user name or password is wrong" if self.endpoint.username else "it wants a user name and password"
            )
            raise _errors.Unauthorized("supervisord at %s refused the call (HTTP 401): %s" % (url, given), url=url)
        if parser.status != 200:
            raise _errors.ProtocolError(
                "supervisord at %s answered HTTP %d instead of an XML-RPC answer%s"
                % (url, parser.status, _HTTP_CAUSES.get(parser.status, "")),
                url=url,
                status=parser.status,
            )

    def _left(self) -> float:
        left = self._deadline - self._clock.now()
        if left <= 0:
            raise socket.timeout()
        return left

    def _exchange(self, body: bytes) -> _wire.AnswerParser:
        if self._socket is not None and _has_input(self._socket):
            self.close()  # closed by the daemon while idle (it does so at a restart)
        if self._socket is None:
            self._socket = self._connect()
        endpoint = self.endpoint
        credentials = (endpoint.username, endpoint.password or "") if endpoint.username else None
        request = _wire.encode_request(body, endpoint.host_header, endpoint.path, credentials)
        self._phase = "send"
        self._socket.settimeout(self._left())
        self._socket.sendall(request)
        return self._receive(self._socket)

    def _receive(self, connection: socket.socket) -> _wire.AnswerParser:
        parser = _wire.AnswerParser(self._max_answer)
        self._phase = "wait"
        while not parser.complete:
            connection.settimeout(self._left())
            data = connection.recv(65536)
            if data:
                self._phase = "receive"
                parser.feed(data)
            elif parser.started:
                parser.end()
            else:
                raise connection_failed(self.endpoint.url, "closed")
        return parser

    def _connect(self) -> socket.socket:
        if self.local:
            return self._connect_unix(self.endpoint.socket_path)
        if self.endpoint.url.startswith("https:"):
            return self._connect_tls()
        return self._connect_tcp()

    def _connect_tls(self) -> socket.socket:
        from . import _tls  # only https needs it, and importing ssl takes time

        context = _tls.context_of(self.endpoint)
        connection = self._connect_tcp()
        try:
            connection.settimeout(self._left())
            return _tls.wrap(connection, self.endpoint, context)
        except BaseException:
            connection.close()
            raise

    def _connect_unix(self, path: str) -> socket.socket:
        if os.path.exists(path) and not stat.S_ISSOCK(os.stat(path).st_mode):
            raise connection_failed(self.endpoint.url, "missing", "%s is not a socket" % path)
        while True:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.settimeout(self._left())
                connection.connect(path)
                return connection
            except BlockingIOError:  # the queue of a hung daemon is full; the kernel does not wait for AF_UNIX
                connection.close()
                self._clock.sleep(min(0.05, self._left()))
            except BaseException:
                connection.close()
                raise

    def _connect_tcp(self) -> socket.socket:
        last = None  # type: t.Optional[OSError]
        addresses = self._resolve()
        for index, (family, kind, protocol, _name, address) in enumerate(addresses):
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self._left() / (len(addresses) - index))
                connection.connect(address)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connection
            except OSError as error:
                connection.close()
                last = error
        raise last or OSError(errno.EHOSTUNREACH, "no address")

    def _resolve(self) -> t.List[t.Any]:
        """Look the name up in a thread: the resolver of the C library knows no deadline."""
        found = []  # type: t.List[t.Any]

        def look_up() -> None:
            try:
                found.append(socket.getaddrinfo(self.endpoint.host, self.endpoint.port, type=socket.SOCK_STREAM))
            except OSError as error:
                found.append(error)

        thread = threading.Thread(target=look_up)
        thread.daemon = True
        thread.start()
        thread.join(self._left())
        if not found:
            raise socket.timeout()
        if isinstance(found[0], OSError):
            raise connection_failed(self.endpoint.url, "unresolved", found[0].strerror or "")
        return t.cast(t.List[t.Any], found[0])


_HTTP_CAUSES = {
    404: ": the path of server_url is wrong (Supervisor answers at /RPC2)",
    500: ": the call failed inside the daemon (its log has the traceback; reading a log that holds bytes which are "
    "not UTF-8 does this)",
    400: ": it did not understand the request",
    502: ": the proxy in front of it cannot reach it",
    503: ": the proxy in front of it cannot reach it",
    504: ": the proxy in front of it got no answer",
}


def _has_input(connection: socket.socket) -> bool:
    poller = select.poll()
    poller.register(connection, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poller.poll(0))
