# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One connection to one daemon, AF_UNIX, TCP or TLS, and the request on its way: a machine that never blocks.

Whoever drives it waits for ``source`` or until ``until``, whatever comes first, and calls ``advance``: a transport
does so for one daemon, an event loop for a thousand.
"""

import errno
import os
import select
import socket
import stat
import typing as t

from .. import _errors
from . import endpoint as _endpoint, resolver as _resolver, unreachable as _unreachable, wire as _wire

READ = select.POLLIN
WRITE = select.POLLOUT

_CONNECTING = frozenset([errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY])
_QUICKACK = getattr(socket, "TCP_QUICKACK", None)  # Linux has it
_RETRY = 0.05  # seconds between two attempts at a socket whose queue is full
_PIECE = 64 * 1024  # bytes
_AT_ONCE = 16  # pieces, small or not, taken of an answer before the clock is looked at, and others have their turn


class Channel:
    """One connection, opened when first needed and kept as long as the daemon allows.

    ``begin`` takes a request, ``advance`` goes on with it. Both raise ConnectionFailed, Unauthorized, ProtocolError
    or DeadlineExceeded; the connection is closed then.
    """

    def __init__(
        self, endpoint: _endpoint.Endpoint, resolver: _resolver.Resolver, max_answer: int = _wire.MAX_BODY
    ) -> None:
        self.endpoint = endpoint
        self.until = 0.0  # advance() must be called by then at the latest
        self.socket = None  # type: t.Optional[socket.socket]
        self._resolver = resolver
        self._max_answer = max_answer
        self._credentials = (endpoint.username, endpoint.password or "") if endpoint.username else None
        self._stage = None  # type: t.Optional[t.Callable[[], bool]]
        self._tls = None  # type: t.Any
        self._addresses = []  # type: t.List[t.Any]
        self._last_error = OSError(errno.EHOSTUNREACH, "no address")

    def begin(self, body: bytes, limit: float, now: float) -> None:
        """Take one request, of which the answer must be complete within ``limit`` seconds from ``now``."""
        if self._stage is not None or (self.socket is not None and _has_input(self.socket)):
            self.close()  # given up on, or closed by the daemon while idle (it does so at a restart)
        endpoint = self.endpoint
        self._request = memoryview(_wire.encode_request(body, endpoint.host_header, endpoint.path, self._credentials))
        self._parser = _wire.AnswerParser(self._max_answer)
        self._limit, self._deadline = limit, now + limit
        self._phase = "connect"
        self._reused = self.socket is not None
        self._stage = self._send if self._reused else self._open

    def advance(self, now: float) -> t.Optional[bytes]:
        """Go on as far as that is possible without waiting. The body of the answer when that is complete, else None."""
        self._now, self.until, self._wants = now, self._deadline, 0
        try:
            while t.cast(t.Callable[[], bool], self._stage)():
                if self._parser.complete:
                    return self._answer()
            if now >= self._deadline:
                raise _unreachable.late(self.endpoint.url, self._limit, self._phase)
            return None
        except OSError as error:
            self.close()
            raise self._of_oserror(error) from error
        except _errors.SupervisorError as error:
            self.close()
            error.details.setdefault("url", self.endpoint.url)
            raise

    @property
    def source(self) -> t.Tuple[int, int]:
        """File descriptor to wait for and what for, READ or WRITE. (-1, 0): for nothing but time."""
        if self._stage == self._look_up:
            return self._resolver.fileno(), READ
        return (self.socket.fileno(), self._wants) if self.socket is not None and self._wants else (-1, 0)

    def close(self) -> None:
        """Forget the connection and the request on its way."""
        self._stage = None
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def _answer(self) -> bytes:
        self._stage = None
        if not self._parser.reusable:
            self.close()
        _unreachable.check_status(self.endpoint, self._parser.status)
        return self._parser.body

    def _of_oserror(self, error: OSError) -> _errors.ConnectionFailed:
        if self._tls is not None and self._tls.is_own(error):
            return t.cast(_errors.ConnectionFailed, self._tls.failed(self.endpoint.url, error))
        return _unreachable.of_oserror(self.endpoint.url, error)

    # The stages. Each returns whether the next can follow at once; if not, it has said what must be waited for.

    def _open(self) -> bool:
        if self.endpoint.local:
            return self._open_unix()
        if self.endpoint.url.startswith("https:"):
            from . import tls as _tls  # only https needs it, and importing ssl takes time

            self._tls = _tls
            _tls.context_of(self.endpoint)  # before anything is sent: certificate files that cannot be used
        self._stage, self._phase = self._look_up, "resolve"
        return True

    def _open_unix(self) -> bool:
        path = self.endpoint.socket_path
        if os.path.exists(path) and not stat.S_ISSOCK(os.stat(path).st_mode):
            raise _unreachable.failed(self.endpoint.url, "missing", "%s is not a socket" % path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        code = self.socket.connect_ex(path)
        if code == errno.EAGAIN:  # the queue of a hung daemon is full; the kernel does not wait for AF_UNIX
            self.socket.close()
            self.socket = None
            self.until = min(self._now + _RETRY, self._deadline)
            return False
        if code:
            raise OSError(code, os.strerror(code))
        self._stage = self._send
        return True

    def _look_up(self) -> bool:
        found = self._resolver.find(self.endpoint.host, self.endpoint.port)
        if found is None:
            return False
        if isinstance(found, OSError):
            raise _unreachable.failed(self.endpoint.url, "unresolved", found.strerror or "")
        self._addresses, self._phase = list(found), "connect"
        self._stage = self._next_address
        return True

    def _next_address(self) -> bool:
        if not self._addresses:
            raise self._last_error
        self._address_until = self._now + (self._deadline - self._now) / len(self._addresses)
        family, kind, protocol, _name, address = self._addresses.pop(0)
        self.socket = socket.socket(family, kind, protocol)
        self.socket.setblocking(False)
        code = self.socket.connect_ex(address)
        if code not in _CONNECTING:
            return self._connected(code)
        self._stage = self._connecting  # at once: on the same machine it is there by now
        return True

    def _connecting(self) -> bool:
        connection = t.cast(socket.socket, self.socket)
        code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if not code and not _is_connected(connection):
            if self._now < self._address_until or not self._addresses:
                self._wants, self.until = WRITE, min(self._deadline, self._address_until)
                return False
            code = errno.ETIMEDOUT
        return self._connected(code)

    def _connected(self, code: int) -> bool:
        connection = t.cast(socket.socket, self.socket)
        if code:
            connection.close()
            self.socket, self._last_error = None, OSError(code, os.strerror(code))
            self._stage = self._next_address
            return True
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stage = self._send
        if self._tls is not None:
            self.socket = self._tls.wrap(connection, self.endpoint)
            self._stage = self._handshake
        return True

    def _handshake(self) -> bool:
        if self._io(READ, self._tls.handshake, self.socket, self.endpoint.url) is None:
            return False
        self._stage = self._send
        return True

    def _send(self) -> bool:
        self._phase = "send"
        while self._request:
            sent = self._io(WRITE, t.cast(socket.socket, self.socket).send, self._request)
            if sent is None:
                return False
            self._request = self._request[sent:]
        if self._reused and not self.endpoint.local and _QUICKACK is not None:
            # Supervisor sends an answer in several small parts, of which its kernel keeps the later ones back until
            # the first is acknowledged: from the second answer on, that takes 40 ms without this.
            t.cast(socket.socket, self.socket).setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        self._phase, self._stage = "wait", self._receive
        self._wants = READ  # an answer to what was sent this moment is not there yet
        return False

    def _receive(self) -> bool:
        for _number in range(_AT_ONCE):  # whoever never pauses would keep an endless loop for ever
            data = self._io(READ, t.cast(socket.socket, self.socket).recv, _PIECE)
            if data is None:
                return False
            if data:
                self._phase = "receive"
                self._parser.feed(data)
            elif self._parser.started:
                self._parser.end()
            else:
                raise _unreachable.failed(self.endpoint.url, "closed")
            if self._parser.complete:
                return True
        self.until, self._wants = self._now, READ
        return False

    def _io(self, direction: int, function: t.Callable[..., t.Any], *arguments: t.Any) -> t.Any:
        """The result of one system call, or None if it would have to wait for ``direction`` (TLS: for either)."""
        try:
            return function(*arguments)
        except BlockingIOError:
            self._wants = direction
        except OSError as error:
            self._wants = self._tls.wants(error) if self._tls is not None else 0
            if not self._wants:
                raise
        return None


def _is_connected(connection: socket.socket) -> bool:
    try:
        connection.getpeername()
    except OSError:
        return False
    return True


def _has_input(connection: socket.socket) -> bool:
    poller = select.poll()
    poller.register(connection, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poller.poll(0))
