# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to one daemon, one after another, each with a deadline that always holds."""

import math
import select
import typing as t

from .. import _wait
from . import channel as _channel, endpoint as _endpoint, resolver as _resolver, wire as _wire


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
        self._resolver = _resolver.Resolver()
        self._channel = _channel.Channel(endpoint, self._resolver, max_answer)

    def post(self, body: bytes, timeout: t.Optional[float] = None) -> bytes:
        """Send one request and return the body of the answer.

        :param timeout: seconds, if less than the transport's own is wanted.
        Raises ConnectionFailed, Unauthorized, ProtocolError or DeadlineExceeded; the connection is then closed.
        """
        limit = self.timeout if timeout is None else min(timeout, self.timeout)
        self._channel.begin(body, limit, self._clock.now())
        if self._channel.socket is None:
            self._resolver.forget()
        while True:
            answer = self._channel.advance(self._clock.now())
            if answer is not None:
                return answer
            self._wait()

    def close(self) -> None:
        """Forget the connection; the next ``post`` opens a new one."""
        self._channel.close()
        self._resolver.close()

    def _wait(self) -> None:
        descriptor, events = self._channel.source
        poller = select.poll()
        if descriptor >= 0:
            poller.register(descriptor, events)
        poller.poll(math.ceil(1000 * max(0.0, self._channel.until - self._clock.now())))
        if descriptor == self._resolver.fileno():
            self._resolver.drain()
