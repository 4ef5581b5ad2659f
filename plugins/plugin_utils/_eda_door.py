# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small HTTP server for one thing: JSON that somebody with the token posts. One request for each connection.

Nobody is believed to be quick or brief: all of a request has one deadline, its head and its body have a size, and there
are only so many connections. Nothing of a body is kept before the token was right.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import hashlib
import hmac
import re
import ssl
import time
import typing as t

HEAD = 16 << 10  # bytes of the head of a request
LINGER = 1.0  # seconds that the rest of a refused request is read and thrown away, so that its sender sees the answer
SKEW = 300  # seconds that the clock of who signs may be wrong
_LENGTH = re.compile(r"[0-9]{1,12}")
_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    405: "Method Not Allowed",
    408: "Request Timeout",
    411: "Length Required",
    413: "Content Too Large",
    422: "Unprocessable Content",
    503: "Service Unavailable",
}


class Answer(Exception):
    """Ends a request with this status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Rules(t.NamedTuple):
    """Who may post, and how much."""

    token: str = ""  # of the header Authorization; empty: not asked for
    secret: str = ""  # what bodies are signed with; empty: not asked for
    most: int = 1 << 20  # bytes of a body
    timeout: float = 10.0  # seconds for all of a request
    connections: int = 100


Take = t.Callable[[bytes], None]  # raises Answer for what it does not want
Refusal = t.Callable[[str, int, str], None]  # address, status, why


class Door:
    """Call ``open`` in the loop that is to serve it, and ``close`` in the end."""

    def __init__(self, rules: Rules, take: Take, refused: Refusal) -> None:
        self._rules = rules
        self._take = take
        self._refused = refused
        self._open = 0
        self._server: asyncio.base_events.Server | None = None
        self._tasks: set[t.Any] = set()

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Listen; returns the port. Raises OSError."""
        handshake = self._rules.timeout if tls else None
        self._server = await asyncio.start_server(
            self._client, host, port, limit=HEAD, ssl=tls, ssl_handshake_timeout=handshake
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Listen no more, and let go of everybody."""
        if self._server:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._open >= 2 * self._rules.connections:  # not even to say no, which takes a while
            writer.transport.abort()
            return
        task = asyncio.current_task()
        self._tasks.add(task)
        self._open += 1
        try:
            status, text = await self._answered(reader)
            peer = writer.get_extra_info("peername") or ["?"]
            if status != 200:
                self._refused(str(peer[0]), status, text)
            writer.write(_response(status, text))
            await asyncio.wait_for(writer.drain(), self._rules.timeout)
            if status != 200:
                if writer.can_write_eof():
                    writer.write_eof()
                await asyncio.wait_for(_discard(reader), LINGER)
        except (OSError, EOFError, asyncio.TimeoutError):  # it went away, or takes no answer
            pass
        finally:
            self._open -= 1
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError, asyncio.TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 1)

    async def _answered(self, reader: asyncio.StreamReader) -> tuple[int, str]:
        if self._open > self._rules.connections:
            return 503, f"more than {self._rules.connections} connections at once; try again"
        try:
            self._take(await asyncio.wait_for(self._body(reader), self._rules.timeout))
        except Answer as answer:
            return answer.status, str(answer)
        except asyncio.TimeoutError:
            return 408, f"the request was not there within {self._rules.timeout:g} s"
        except (asyncio.LimitOverrunError, ValueError):
            return 400, f"the head of the request is longer than {HEAD} bytes, or no head"
        return 200, "taken"

    async def _body(self, reader: asyncio.StreamReader) -> bytes:
        method, headers = _head(await reader.readuntil(b"\r\n\r\n"))
        if method != "POST":
            raise Answer(405, "only POST is known here")
        self._check_token(headers.get("authorization", ""))
        if "transfer-encoding" in headers or "content-length" not in headers:
            raise Answer(411, "the length of the body must stand in the header Content-Length")
        if not _LENGTH.fullmatch(headers["content-length"]):
            raise Answer(400, "Content-Length is no number")
        length = int(headers["content-length"])
        if length > self._rules.most:
            raise Answer(413, f"the body has {length} bytes; {self._rules.most} are possible (option max_bytes)")
        body = await reader.readexactly(length)
        self._check_signature(headers, body)
        return body

    def _check_token(self, authorization: str) -> None:
        scheme, _space, given = authorization.partition(" ")
        if self._rules.token and not (scheme.lower() == "bearer" and _same(given.strip(), self._rules.token)):
            raise Answer(401, "the token is missing or wrong: give it to the route of the role alerts as token")

    def _check_signature(self, headers: t.Mapping[str, str], body: bytes) -> None:
        if not self._rules.secret:
            return
        stamp = headers.get("x-fleet-timestamp", "")
        text = stamp.encode("utf-8") + b"." + body
        wanted = "sha256=" + hmac.new(self._rules.secret.encode("utf-8"), text, hashlib.sha256).hexdigest()
        if not _same(headers.get("x-fleet-signature", ""), wanted):
            raise Answer(
                401, "the signature is missing or wrong: give the secret to the route of the role alerts as secret"
            )
        if not _LENGTH.fullmatch(stamp) or abs(time.time() - int(stamp)) > SKEW:
            raise Answer(401, f"the signature is not of these {SKEW} seconds: are the clocks right?")


async def _discard(reader: asyncio.StreamReader) -> None:
    while await reader.read(HEAD):
        pass


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode("utf-8", "replace"))


def _head(data: bytes) -> tuple[str, dict[str, str]]:
    """Method and headers. Raises Answer."""
    first, *lines = data.decode("latin-1").split("\r\n")[:-2]
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise Answer(400, "this is no request of HTTP/1.1")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        if not colon or name != name.strip() or not name or name in headers:
            raise Answer(400, "a header is given twice, or is none")
        headers[name] = value.strip()
    return words[0], headers


def _response(status: int, text: str) -> bytes:
    body = text.encode("utf-8") + b"\n"
    more = "WWW-Authenticate: Bearer\r\n" if status == 401 else "Retry-After: 5\r\n" if status == 503 else ""
    head = f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: text/plain; charset=utf-8\r\n{more}"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode("ascii") + body


def context(certificate: str, key: str) -> ssl.SSLContext:
    """TLS with this certificate. Raises OSError, of which SSLError is one."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(certificate, key or None)
    return made


class Refusals:
    """Words about refused requests that fill no log: the first of each address, then one in a minute with a count.

    :param say: gets a line.
    """

    EVERY = 60.0
    MOST = 1000  # addresses that are told apart

    def __init__(self, say: t.Callable[[str], None], clock: t.Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._next: dict[str, float] = {}
        self._quiet: collections.Counter[str] = collections.Counter()

    def __call__(self, address: str, status: int, why: str) -> None:
        """Somebody was refused."""
        now = self._clock()
        known = address if address in self._next or len(self._next) < self.MOST else "others"
        if now < self._next.get(known, now):
            self._quiet[known] += 1
            return
        self._next[known] = now + self.EVERY
        more = self._quiet.pop(known, 0)
        self._say(f"{known}: refused with {status}, {why}" + (f" ({more} more were refused meanwhile)" if more else ""))
