# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask URLs until they answer as expected, all at once and each with its own deadline."""

import os
import re
import socket
import sys
import threading
import typing as t
import urllib.parse

from .. import _errors, _said, _wait
from .._host import careful as _careful
from .._rpc import wire as _wire
from . import versions as _versions

REQUEST_SECONDS = 5.0  # one request; a server that hangs longer is asked again
LOG_BYTES = 65536
_PORTS = {"http": 80, "https": 443}
# An address of this very host needs no name to be the right one.
_HERE = re.compile(r"(?:127\.[0-9.]+|::1|localhost)\Z")


class Trust(t.NamedTuple):
    """How far to trust a server with TLS.

    ca_path: file with the authorities, "" for the system's. server_name: the name that its certificate must have; ""
    asks for none, where the address is one of this host. validate: False takes any certificate.
    """

    ca_path: str = ""
    server_name: str = ""
    validate: bool = True


_DEFAULT = Trust()


class Target(t.NamedTuple):
    """One URL to wait for; status is what counts as ready, timeout is in seconds, log a file for the message.

    Before that, ``deployed`` are WARs that a running Tomcat has to have taken up, and ``health`` is the URL of its
    health check, which answers with 200 when all its applications have started.
    """

    name: str
    url: str
    status: t.FrozenSet[int]
    timeout: float
    log: str
    trust: Trust = _DEFAULT
    health: str = ""
    deployed: t.Tuple[str, ...] = ()


class Answer(t.NamedTuple):
    """How it went: ready, the last thing seen, seconds waited, the end of the log when it failed."""

    name: str
    ready: bool
    seen: str
    seconds: float
    log: t.List[str]


def ask(url: str, timeout: float, trust: Trust = _DEFAULT) -> t.Tuple[int, str]:
    """One GET, never through a proxy, no redirect followed: (status, words for people); 0 without an HTTP answer.

    :param timeout: seconds for all of it, however the server spends them; only the look-up of a name is not counted.
    """
    try:
        status = _status(urllib.parse.urlsplit(url), timeout, trust)
        return status, "HTTP %d" % status
    except _errors.ProtocolError as error:
        return 0, "no answer (%s)" % error.message
    except (OSError, ValueError) as error:
        return 0, "no answer (%s)" % (getattr(error, "strerror", None) or error)


def _status(url: urllib.parse.SplitResult, timeout: float, trust: Trust) -> int:
    """The first line of the answer is enough; what comes after its head is not waited for."""
    target = (url.path or "/") + ("?" + url.query if url.query else "")
    if url.scheme not in ("http", "https") or not url.hostname or not re.match(r"[\x21-\x7e]+\Z", target + url.netloc):
        raise ValueError("the URL is not usable: http or https, a host, no blanks")
    request = "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: supervisord.fleet\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    parser = _wire.AnswerParser(sys.maxsize)
    addresses = socket.getaddrinfo(url.hostname, url.port or _PORTS[url.scheme], type=socket.SOCK_STREAM)
    until = _Until(timeout)
    host = url.netloc.rpartition("@")[2]
    if trust.server_name:
        host = trust.server_name + (":%d" % url.port if url.port else "")
    with _connected(addresses, until) as plain, _secured(plain, url, until, trust) as connection:
        connection.settimeout(until.left())
        connection.sendall((request % (target, host)).encode("ascii"))
        while not parser.headed:
            connection.settimeout(until.left())
            data = connection.recv(65536)
            if not data:
                raise _errors.ProtocolError("the connection was closed before the answer")
            parser.feed(data)
    return parser.status


class _Until:
    """A time that is over some time: a server that never pauses, or sends a byte now and then, does not put it off."""

    def __init__(self, seconds: float) -> None:
        self._clock = _wait.Clock()
        self._end = self._clock.now() + seconds

    def left(self) -> float:
        """Seconds that are left. Raises OSError if there are none."""
        left = self._end - self._clock.now()
        if left <= 0:
            raise socket.timeout("timed out")
        return left


def _connected(addresses: t.List[t.Any], until: _Until) -> socket.socket:
    """A connection to the first address that takes one."""
    failure = OSError("the host has no address")
    for family, kind, protocol, _name, address in addresses:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(until.left())
            connection.connect(address)
            return connection
        except OSError as error:
            failure = error
            connection.close()
    raise failure


def _secured(connection: socket.socket, url: urllib.parse.SplitResult, until: _Until, trust: Trust) -> socket.socket:
    if url.scheme == "http":
        return connection
    import ssl  # only https needs it, and importing it takes time

    context = ssl.create_default_context(cafile=trust.ca_path or None)
    name = trust.server_name or ("" if _HERE.match(url.hostname or "") else url.hostname)
    context.check_hostname = bool(trust.validate and name)
    if not trust.validate:
        context.verify_mode = ssl.CERT_NONE
    connection.settimeout(until.left())
    return context.wrap_socket(connection, server_hostname=name or None)


def wait(
    targets: t.List[Target],
    lines: int,
    asker: t.Callable[..., t.Tuple[int, str]] = ask,
    clock: t.Optional[_wait.Clock] = None,
) -> t.List[Answer]:
    """Wait for all targets side by side; the order of the answers is that of the targets.

    :param lines: how many lines of a failed target's log to return.
    :param asker: takes a URL, seconds and, for a target that has its own, the Trust; see ask.
    """
    clock = clock or _wait.Clock()
    answers = {}  # type: t.Dict[int, Answer]

    def follow(index: int, target: Target) -> None:
        answers[index] = _follow(target, lines, asker, clock)

    threads = [threading.Thread(target=follow, args=pair) for pair in enumerate(targets)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[index] for index in range(len(targets))]


def _follow(target: Target, lines: int, asker: t.Callable[..., t.Tuple[int, str]], clock: t.Any) -> Answer:
    start = clock.now()
    trust = [] if target.trust == _DEFAULT else [target.trust]
    while True:
        left = target.timeout - (clock.now() - start)
        status, seen = _look(target, max(0.1, min(REQUEST_SECONDS, left)), asker, trust)
        waited = clock.now() - start
        if status in target.status:
            return Answer(target.name, True, seen, waited, [])
        if waited >= target.timeout:
            return Answer(target.name, False, seen, waited, tail(target.log, lines))
        clock.sleep(min(0.25, target.timeout - waited))


def _look(
    target: Target, seconds: float, asker: t.Callable[..., t.Tuple[int, str]], trust: t.List[Trust]
) -> t.Tuple[int, str]:
    """One look: its status, or 0 where what has to come before the URL is not so yet; and words for people."""
    waiting = [os.path.basename(path) for path in target.deployed if not _versions.taken_up(path)]
    if waiting:
        return 0, "Tomcat has not begun to deploy %s" % ", ".join(waiting)
    if target.health:
        status, seen = asker(target.health, seconds, *trust)
        if status != 200:
            return 0, "%s from its health check: an application has not started" % seen if status else seen
    return asker(target.url, seconds, *trust)


def tail(path: str, lines: int) -> t.List[str]:
    """The last lines of a log, without control characters; none when it cannot be read.

    One that the rules of ``careful`` refuse is not looked at; the one line then says why.
    """
    if not path or lines < 1:
        return []
    try:
        text = _careful.read_end(path, LOG_BYTES).decode("utf-8", "replace")
    except _errors.PlantedPath as error:
        return ["(not shown: %s)" % error.message]
    except OSError:
        return []
    return _said.text(text).rstrip("\n").split("\n")[-lines:]
