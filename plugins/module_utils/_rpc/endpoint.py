# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a daemon listens and how to log in, from options or from the host's own supervisord.conf."""

import functools
import os
import re
import typing as t
from urllib.parse import SplitResult, unquote, urlsplit

from .. import _errors, _shown

LOOPBACK = re.compile(r"^(localhost|127(\.\d{1,3}){3}|::1)$", re.IGNORECASE)


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
        return bool(self.password) and _split(self.url).scheme == "http" and not LOOPBACK.match(self.host)

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


DEFAULT_CONFIGS = (
    "/etc/supervisor/supervisord.conf",
    "/etc/supervisord.conf",
    "/usr/local/etc/supervisord.conf",
    "/usr/local/etc/supervisor/supervisord.conf",
    "/usr/etc/supervisord.conf",
)


def find_config(explicit: t.Optional[str] = None) -> t.Optional[str]:
    """Path of this machine's supervisord.conf, None if there is none.

    The one given; else the only one in the usual places. Several there, or none: the one a running supervisord uses.
    Raises OptionError if the given file does not exist, or if there are several and no way to tell.
    """
    if explicit:
        if not os.path.isfile(explicit):
            raise _errors.OptionError("config_file: %s does not exist or is not a file" % explicit)
        return os.path.abspath(explicit)
    usual = [path for path in DEFAULT_CONFIGS if os.path.isfile(path)]
    if len(usual) == 1:
        return usual[0]
    from .._host import procfs as _procfs  # hardly any machine has several

    running = _procfs.daemon_configs()
    choice = [path for path in running if path in usual] or ([] if usual else running)
    if len(choice) == 1:
        return choice[0]
    if choice:
        raise _errors.OptionError(
            "several supervisord daemons run here (%s): set config_file or server_url" % ", ".join(choice)
        )
    return usual[0] if usual else None


def from_config(sections: t.Mapping[str, t.Mapping[str, str]], path: str = "supervisord.conf") -> Endpoint:
    """The address in a configuration: a unix socket if there is one, else an inet port.

    :param sections: section name -> option -> value as Supervisor sees it (expanded).
    Raises ConfigError if the daemon has no HTTP server, and so cannot be controlled.
    """
    for kind, option in (("unix_http_server", "file"), ("inet_http_server", "port")):
        for name in sections:
            if name.startswith(kind) and sections[name].get(option):
                url = _url(kind, sections[name][option])
                username, password = _credentials(sections[name], sections.get("supervisorctl", {}))
                return Endpoint(url, username, password)
    raise _errors.ConfigError(
        "%s has neither [unix_http_server] nor [inet_http_server]: nothing can control this supervisord; "
        "add one, or set server_url" % path,
        file=path,
    )


def _url(kind: str, value: str) -> str:
    if kind == "unix_http_server":
        return "unix://" + value
    host, _colon, port = value.rpartition(":")
    return "http://%s:%s" % ("127.0.0.1" if host in ("", "*", "0.0.0.0") else host, port)


def _credentials(server: t.Mapping[str, str], client: t.Mapping[str, str]) -> t.Tuple[t.Optional[str], t.Optional[str]]:
    """User and clear-text password; a server section with {SHA} leaves only [supervisorctl] to know it."""
    username, password = server.get("username"), server.get("password")
    if not username:
        return None, None
    if password is not None and not password.startswith("{SHA}"):
        return username, password
    if client.get("username") == username:
        return username, client.get("password")
    return username, None


def read_config(path: str, environ: t.Mapping[str, str]) -> t.Dict[str, t.Dict[str, str]]:
    """The sections of a main configuration file that say where the daemon listens, expanded.

    Raises ConfigError if the file cannot be read or understood.
    """
    import configparser  # it takes time, and a known address needs none of this

    parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"), strict=False)
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            parser.read_file(stream)
    except OSError as error:
        raise _errors.ConfigError("%s cannot be read: %s" % (path, error.strerror), file=path) from error
    except (configparser.Error, ValueError):
        raise _errors.ConfigError("%s is not a configuration file Supervisor could read" % path, file=path) from None
    names = {"ENV_" + key: value for key, value in environ.items()}
    names["here"] = os.path.dirname(os.path.abspath(path))
    sections = {}  # type: t.Dict[str, t.Dict[str, str]]
    for section in parser.sections():
        if section.startswith(("unix_http_server", "inet_http_server", "supervisorctl")):
            sections[section] = {key: _expand(value, names) for key, value in parser.items(section)}
    return sections


def _expand(value: str, names: t.Mapping[str, str]) -> str:
    try:
        return value % names
    except (KeyError, ValueError, TypeError):
        return value
