# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a daemon listens and how to log in."""

import functools
import typing as t
from urllib.parse import SplitResult, unquote, urlsplit

from .. import _errors, _shown
from . import interface as _interface


@functools.lru_cache(maxsize=None)
def _split(url: str) -> SplitResult:
    """The parts of an address; all of a thousand are asked for several times, more than urllib remembers."""
    return urlsplit(url)


class Endpoint(t.NamedTuple):
    """Address and credentials of one daemon. ``url`` never holds credentials, so it may be shown."""

    url: str
    username: t.Optional[str] = None
    password: t.Optional[str] = None
    ca_path: t.Optional[str] = None
    client_cert: t.Optional[str] = None
    client_key: t.Optional[str] = None
    validate_certs: bool = True

    @property
    def local(self) -> bool:
        """Do paths that the daemon names exist on this machine?"""
        return self.url.startswith("unix:")

    @property
    def socket_path(self) -> str:
        """Path of the socket of a unix:// address."""
        return unquote(self.url[len("unix://") :])

    @property
    def host(self) -> str:
        """Name or address of the server; empty for a socket."""
        return _split(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The TCP port, also one that the URL leaves to its scheme."""
        return _split(self.url).port or (443 if self.url.startswith("https:") else 80)

    @property
    def in_clear(self) -> bool:
        """Does a password cross a network in clear text on the way there?"""
        return bool(self.password) and _split(self.url).scheme == "http" and not _interface.is_loopback(self.host)

    @property
    def host_header(self) -> str:
        """What an HTTP request names as its host."""
        return "localhost" if self.url.startswith("unix:") else _split(self.url).netloc

    @property
    def path(self) -> str:
        """Path of the request: that of the URL, /RPC2 if it has none."""
        if self.url.startswith("unix:"):
            return "/RPC2"
        path = _split(self.url).path
        return path if path.strip("/") else "/RPC2"


def make(url: str, **options: t.Any) -> Endpoint:
    """Check an address given by the user. Raises OptionError that says what a good one looks like."""
    if "@" in url.partition("://")[2].partition("/")[0] and not url.startswith("unix:"):
        raise _errors.OptionError("server_url holds credentials: give them in username and password instead")
    problem = _problem(url)
    if problem:
        raise _errors.OptionError(
            "server_url %r: %s; use unix:///path/of/the/socket, http://host:port or https://host:port"
            % (_shown.address(url), problem)
        )
    username = options.get("username")
    if username and ":" in username:
        raise _errors.OptionError("username %r holds a colon, which HTTP Basic cannot carry" % username)
    if options.get("password") and not username:
        raise _errors.OptionError("password is set but username is not: Supervisor has both or none")
    if options.get("client_key") and not options.get("client_cert"):
        raise _errors.OptionError("client_key is set but client_cert is not: set both, or client_cert alone")
    return Endpoint(url, **options)


def _problem(url: str) -> str:
    if any(ord(c) <= 32 or ord(c) > 126 for c in url) and not url.startswith("unix:"):
        return "it holds a blank, control or non-ASCII character"
    if url.startswith("unix://"):
        path = unquote(url[len("unix://") :])
        if not path.startswith("/"):
            return "the path of the socket is not absolute"
        return "the path is longer than the 107 bytes a socket can have" if len(path.encode("utf-8")) > 107 else ""
    try:
        parts = _split(url)
        if parts.scheme not in ("http", "https"):
            return "unknown scheme"
        if parts.port == 0:  # reading it raises ValueError for what is no port at all
            return "port 0 is none"
        return "" if parts.hostname else "no host"
    except ValueError as error:
        return str(error)
