# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A peer that never pauses: whoever drives the channel has its turn, and the deadline holds to the second."""

import socket

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import (
    channel as _channel,
    endpoint as _endpoint,
    resolver as _resolver,
)

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LIMIT = 2.0


class Talker:
    """In the place of a socket: there is always something to receive, and time passes while it is."""

    def __init__(self, real, head, again):
        self.real, self.head, self.again = real, head, again
        self.now, self.received = 0.0, 0

    def send(self, data):
        return len(data)

    def recv(self, size):
        self.received += 1
        self.now += 0.01
        assert self.now < 100 * LIMIT, "nobody looks at the clock"
        data, self.head = self.head or self.again, b""
        return data[:size]

    def fileno(self):
        return self.real.fileno()

    def close(self):
        self.real.close()


def follow(channel, talker):
    while True:
        assert channel.advance(talker.now) is None
        assert channel.until <= LIMIT


@pytest.mark.parametrize(
    ("head", "again"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (OK, b"X: y\r\n"),
        (OK + b"X: ", b"x"),
        (OK + b"Content-Length: 16000000\r\n\r\n", b" " * 65536),
        (OK + b"\r\n", b" "),
        (CHUNKED, b"1\r\nx\r\n"),
        (CHUNKED + b"1;", b"x"),
        (CHUNKED + b"0\r\n", b"X: y\r\n"),
    ],
)
@pytest.mark.parametrize("times", [1, 200])
def test_a_peer_that_never_pauses(tmp_path, head, again, times):
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(1)
        channel = _channel.Channel(_endpoint.make("unix://" + path), _resolver.Resolver(), max_answer=16 << 20)
        channel.begin(b"<methodCall/>", LIMIT, 0.0)
        assert channel.advance(0.0) is None
        channel.socket = talker = Talker(channel.socket, head, again * times)
        with pytest.raises((_errors.DeadlineExceeded, _errors.ProtocolError)):
            follow(channel, talker)
        assert talker.now <= LIMIT + 1
