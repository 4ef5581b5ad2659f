# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP request with a deadline that holds, whatever the other side does. Nothing is followed, nothing is kept."""

import base64
import http.client
import socket
import ssl
import time
import typing as t
import urllib.parse

from . import deadline as _deadline

MOST = 1 << 16  # bytes of an answer that are read


class Failed(Exception):
    """No answer came. The text holds no part of the address but its host."""


class Answer(t.NamedTuple):
    """What came back."""

    status: int
    headers: t.Mapping[str, str]
    body: bytes

    def text(self) -> str:
        """The body, for people and for those that look into it."""
        return self.body.decode("utf-8", "replace")


class Request(t.NamedTuple):
    """What to send, and where to."""

    url: str
    body: t.Optional[bytes] = None
    headers: t.Mapping[str, str] = {}
    method: str = "POST"


class Way(t.NamedTuple):
    """How to get there: seconds for all of it, whom to trust, through which proxy (``http://host:port``) or socket."""

    timeout: float = 10.0
    ca_file: str = ""
    verify: bool = True
    proxy: str = ""
    unix: str = ""


def basic(username: str, password: str) -> str:
    """The value of the header Authorization."""
    return "Basic " + base64.b64encode(("%s:%s" % (username, password)).encode("utf-8")).decode("ascii")


class _Unix(http.client.HTTPConnection):
    """A connection to a socket of this machine."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        """Connect."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def ask(request: Request, way: Way, most: int = MOST) -> Answer:
    """Send a request and wait for the answer, of which so many bytes are read.

    :raises Failed: there is none in time.
    """
    try:
        parts = urllib.parse.urlsplit(request.url)
        connection = _connection(parts, way)
    except OSError as error:
        raise Failed("the file of certificates: %s" % _why(error))
    except ValueError:
        raise Failed("the address cannot be read")
    held = []  # type: t.List[socket.socket]
    began = time.monotonic()
    try:
        with _deadline.within(way.timeout, lambda: held or [connection.sock]):
            connection.connect()
            held.append(connection.sock)  # the connection forgets it once an answer without a length begins
            if time.monotonic() - began >= way.timeout:  # nothing was there to be woken
                raise OSError("connected too late")
            return _exchange(connection, parts, request, most)
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        if time.monotonic() - began >= way.timeout:
            raise Failed("%s did not answer within %g s" % (parts.hostname, way.timeout))
        raise Failed("%s: %s" % (parts.hostname, _why(error)))
    finally:
        connection.close()


def _connection(parts: urllib.parse.SplitResult, way: Way) -> http.client.HTTPConnection:
    if way.unix:
        return _Unix(way.unix, way.timeout)
    proxy = urllib.parse.urlsplit(way.proxy) if way.proxy else None
    host, port = parts.hostname or "", parts.port
    first = (proxy.hostname or "", proxy.port or 3128) if proxy else (host, port)
    if parts.scheme == "https":
        made = http.client.HTTPSConnection(*first, timeout=way.timeout, context=context(way.ca_file, way.verify))
    else:
        made = http.client.HTTPConnection(*first, timeout=way.timeout)  # type: ignore[assignment]
    if proxy:
        login = {"Proxy-Authorization": basic(proxy.username, proxy.password or "")} if proxy.username else {}
        made.set_tunnel(host, port or (443 if parts.scheme == "https" else 80), login)
    return made


def context(ca_file: str, verify: bool) -> ssl.SSLContext:
    """Whom to trust."""
    made = ssl.create_default_context(cafile=ca_file or None)
    if not verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made


def _exchange(
    connection: http.client.HTTPConnection, parts: urllib.parse.SplitResult, request: Request, most: int
) -> Answer:
    target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
    headers = dict({"User-Agent": "supervisord-fleet-alerts", "Connection": "close"}, **request.headers)
    if parts.username and "Authorization" not in headers:
        unquote = urllib.parse.unquote
        headers["Authorization"] = basic(unquote(parts.username), unquote(parts.password or ""))
    try:
        connection.request(request.method, target, request.body, headers)
    except (BrokenPipeError, ConnectionResetError):
        if connection.sock is None:
            raise
        # Who refuses by the headers alone may answer and close before the body was sent: supervisord does.
    answer = connection.getresponse()
    return Answer(answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read(most))


def _why(error: BaseException) -> str:
    """The reason, without what was sent: headers and addresses that cannot be sent are quoted, with their secrets."""
    if not isinstance(error, OSError) and isinstance(error, (ValueError, http.client.InvalidURL)):
        return "its address or a header has characters that cannot be sent"
    return getattr(error, "strerror", "") or str(error) or type(error).__name__
