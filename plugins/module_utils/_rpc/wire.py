# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/1.1 as text: a request to bytes, bytes, also in chunks, to an answer. No sockets, no clock.

Kept apart from the sockets so that one event loop can speak to many daemons with the same code that a blocking
transport uses for one.
"""

import base64
import re
import typing as t

from .. import _errors, _said

MAX_HEAD = 64 * 1024
MAX_BODY = 64 * 1024 * 1024
MAX_FRAMING = 1024 * 1024  # bytes of an answer that are not its body: heads, sizes of chunks, trailers

_STATUS = re.compile(b"(HTTP/1\\.[0-9]) +([0-9]{3})(?: |$)")
_SIZE = re.compile(b"[0-9A-Fa-f]{1,15}[ \\t]*$")
_SWITCHING = 101  # not asked for, so it is no promise of another answer


def authorization(username: str, password: str) -> str:
    """Value of the Authorization header for HTTP Basic (UTF-8, as Supervisor reads it)."""
    pair = ("%s:%s" % (username, password)).encode("utf-8")
    return "Basic " + base64.b64encode(pair).decode("ascii")


def encode_request(
    body: bytes, host: str = "localhost", path: str = "/RPC2", credentials: t.Optional[t.Tuple[str, str]] = None
) -> bytes:
    """Write one POST request.

    Supervisor answers 411 unless "Content-Length: " is spelled with the blank, and never to bare line feeds.
    """
    lines = [
        "POST %s HTTP/1.1" % path,
        "Host: %s" % host,
        "User-Agent: supervisord.fleet",
        "Content-Type: text/xml",
        "Accept: text/xml",
        "Content-Length: %d" % len(body),
    ]
    if credentials:
        lines.append("Authorization: %s" % authorization(*credentials))
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + body


class AnswerParser:
    """Takes the bytes of one answer as they come, in pieces of any size.

    ``feed`` and ``end`` return True as soon as the answer is complete; then ``status``, ``body`` and ``reusable``
    (may the connection carry another request) can be read. Both raise ProtocolError for what is not HTTP, is too
    big or ends too early.
    """

    def __init__(self, max_body: int = MAX_BODY) -> None:
        self.status = 0
        self.headers: t.Dict[str, str] = {}
        self.complete = False
        self._max_body = max_body
        self._buffer = bytearray()
        self._body = bytearray()
        self._framing = 0
        self._length: t.Optional[int] = None
        self._stage = self._head
        self._version = b"HTTP/1.1"

    @property
    def started(self) -> bool:
        """Has any byte of the answer arrived?"""
        return bool(self.status or self._buffer)

    @property
    def headed(self) -> bool:
        """Has the head of the answer come, and with it ``status``? That of an interim answer does not count."""
        return self.complete or self._stage != self._head

    @property
    def body(self) -> bytes:
        """What has arrived of the body, with the chunks joined."""
        return bytes(self._body)

    @property
    def reusable(self) -> bool:
        """False after 401: Supervisor then keeps the socket open, but swallows all that is sent on it."""
        connection = self.headers.get("connection", "").lower()
        persistent = connection == "keep-alive" if self._version == b"HTTP/1.0" else connection != "close"
        framed = self._length is not None or self._chunked
        return self.complete and persistent and framed and self.status != 401 and not self._buffer

    @property
    def _chunked(self) -> bool:
        return "transfer-encoding" in self.headers

    def feed(self, data: bytes) -> bool:
        """Take bytes as they come; returns whether the answer is complete."""
        self._buffer += data
        while not self.complete and self._stage():
            pass
        return self.complete

    def end(self) -> bool:
        """The other side closed the connection."""
        if not self.complete and self._stage == self._rest:
            self.complete = True
        if not self.complete:
            raise _errors.ProtocolError("the connection was closed in the middle of an answer")
        return True

    def _head(self) -> bool:
        if not b"HTTP/".startswith(bytes(self._buffer[:5])):
            raise _errors.ProtocolError("this is not an HTTP server: it sent %r" % bytes(self._buffer[:40]))
        end, width = self._buffer.find(b"\r\n\r\n"), 4
        if end < 0:
            end, width = self._buffer.find(b"\n\n"), 2
        if end < 0:
            if len(self._buffer) > MAX_HEAD:
                raise _errors.ProtocolError("the answer's HTTP header is longer than %d bytes" % MAX_HEAD)
            return False
        head = bytes(self._buffer[:end])
        self._drop(end + width)
        self._read_head(head)
        return True

    def _read_head(self, head: bytes) -> None:
        lines = head.splitlines()
        found = _STATUS.match(lines[0])
        if found is None:
            raise _errors.ProtocolError("this is not an HTTP answer: %r" % lines[0][:80])
        self._version, self.status = found.group(1), int(found.group(2))
        if 100 <= self.status < 200 and self.status != _SWITCHING:
            return
        for line in lines[1:]:
            name, _colon, value = line.decode("latin-1").partition(":")
            self._note(name.strip().lower(), value.strip())
        self._choose_framing()

    def _note(self, name: str, value: str) -> None:
        if name in ("content-length", "transfer-encoding") and self.headers.get(name, value) != value:
            raise _errors.ProtocolError("the answer's header has two different %s" % name.title())
        self.headers[name] = value

    def _choose_framing(self) -> None:
        length, coding = self.headers.get("content-length"), self.headers.get("transfer-encoding", "chunked")
        if coding.lower() != "chunked":
            raise _errors.ProtocolError("the answer comes in a way that was not asked for: %.40r" % coding)
        if self._chunked:
            self._stage = self._chunk_size
        elif self.status in (204, 304):
            self._length, self.complete = 0, True
        elif length is None:
            self._stage = self._rest
        else:
            self._length = _said.number(length)
            if self._length is None:
                raise _errors.ProtocolError("the answer's Content-Length is not a number: %.40r" % length)
            self._check_size(self._length)
            self._stage = self._counted

    def _drop(self, count: int) -> None:
        """Forget bytes that are no part of the body: there may be so many of them and no more."""
        del self._buffer[:count]
        self._framing += count
        if self._framing > MAX_FRAMING:
            raise _errors.ProtocolError(
                "more than %d bytes of the answer are no part of its contents (interim answers, sizes of chunks, "
                "trailers)" % MAX_FRAMING
            )

    def _check_size(self, size: int) -> None:
        if size > self._max_body:
            raise _errors.ProtocolError(
                "the answer is longer than %d bytes: ask for less (fewer or shorter log tails)" % self._max_body
            )

    def _take(self, count: int) -> None:
        self._check_size(len(self._body) + count)
        self._body += self._buffer[:count]
        del self._buffer[:count]

    def _counted(self) -> bool:
        self._take(min(len(self._buffer), self._length - len(self._body)))  # type: ignore[operator]
        self.complete = len(self._body) == self._length
        return False

    def _rest(self) -> bool:
        self._take(len(self._buffer))
        return False

    def _line(self) -> t.Optional[bytes]:
        end = self._buffer.find(b"\n")
        if end < 0:
            if len(self._buffer) > MAX_HEAD:
                raise _errors.ProtocolError("a line of the answer is longer than %d bytes" % MAX_HEAD)
            return None
        line = bytes(self._buffer[:end]).strip()
        self._drop(end + 1)
        return line

    def _chunk_size(self) -> bool:
        line = self._line()
        if line is None:
            return False
        size = line.partition(b";")[0]
        if not _SIZE.match(size):
            raise _errors.ProtocolError("the answer has a bad chunk size: %r" % line[:40])
        self._left = int(size, 16)
        self._check_size(len(self._body) + self._left)
        self._stage = self._chunk_data if self._left else self._trailer
        return True

    def _chunk_data(self) -> bool:
        if len(self._buffer) < self._left + 2:
            return False
        self._take(self._left)
        if self._line() != b"":
            raise _errors.ProtocolError("a chunk of the answer is longer than it says")
        self._stage = self._chunk_size
        return True

    def _trailer(self) -> bool:
        line = self._line()
        self.complete = line == b""
        return line is not None
