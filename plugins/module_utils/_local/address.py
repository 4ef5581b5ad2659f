# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a daemon of this machine listens and how to log in, from its files as this daemon reads them."""

import os
import typing as t

from .. import _errors
from .._config import daemon as _daemon, reader as _reader, scope as _scope, source as _source
from .._host import supervisords as _supervisords
from .._rpc import endpoint as _endpoint, interface as _interface
from . import main_file as _main_file, reading as _reading

_PYTHON2 = (3, 4, 0)  # both it and Supervisor 4 run on Python 2, and read %(here)s of included files differently


def read(
    config_file: str, process: t.Optional[_supervisords.Supervisord], source: t.Optional[_source.Source] = None
) -> _endpoint.Endpoint:
    """The address in a configuration: a unix socket if there is one, else an inet port.

    :param process: the daemon, for its Python and the variables that only it has; None if none runs.
    :param source: where files come from; the disk unless told otherwise.
    Raises ConfigError if the main file cannot be read, or if the daemon has no HTTP server.
    """
    reader = _reader.of("", process.pid if process else 0)
    found = _address(config_file, reader, source)
    if reader.dialect.python < 3 and found.local and not os.path.exists(found.socket_path):
        older = reader._replace(dialect=reader.dialect._replace(version=_PYTHON2))
        other = _address(config_file, older, source)
        if other.local and os.path.exists(other.socket_path):
            return other
    return found


def process_at(url: str) -> t.Optional[_supervisords.Supervisord]:
    """The living daemon whose files name this address; None if none does."""
    for process in _main_file.believed() if url.startswith("unix:") else ():
        try:
            if process.config and read(process.config, process).url == url:
                return process
        except _errors.SupervisorError:
            continue
    return None


def _address(config_file: str, reader: _reader.Reader, source: t.Optional[_source.Source]) -> _endpoint.Endpoint:
    context = _reading.context(config_file, reader, source)
    try:
        _daemon.supervisord(context)  # its environment counts for the sections after it
    except _errors.ConfigError:
        pass  # spoilt since the start
    try:
        servers = _daemon.servers(context)
        client = _client(context)
    except _errors.ConfigError as error:
        raise _errors.ConfigError(
            "%s. So it is not known where supervisord listens: mend it, run this as root (become), who sees variables "
            "that only the daemon has, or set server_url" % error.message,
            **error.details,
        ) from None
    for kind, option in (("unix_http_server", "file"), ("inet_http_server", "port")):
        for name, values in servers.items():
            if name.startswith(kind):
                return _of(kind, _portable(values, reader.dialect), client, option)
    raise _errors.ConfigError(
        "%s has neither [unix_http_server] nor [inet_http_server]%s: nothing can control this supervisord; add one, or "
        "set server_url" % (config_file, _where(context)),
        file=config_file,
    )


def _where(context: _scope.Context) -> str:
    """What else was looked at, and what could not be."""
    tree = context.tree
    parts = [", nor has a file that it includes"] if len(tree.files) > 1 else []
    parts += [" (%s cannot be read: %s)" % skipped for skipped in tree.skipped]
    return "".join(parts)


def _client(context: _scope.Context) -> t.Dict[str, t.Any]:
    """What [supervisorctl] knows of the credentials."""
    scope = context.scope("supervisorctl", "supervisorctl", here=context.here)
    return _portable({name: scope.text(name) for name in ("username", "password")}, context.reader)


def _portable(values: t.Mapping[str, t.Any], dialect: t.Any) -> t.Dict[str, t.Any]:
    return {name: dialect.portable(value) if isinstance(value, str) else value for name, value in values.items()}


def _of(kind: str, server: t.Mapping[str, t.Any], client: t.Mapping[str, t.Any], option: str) -> _endpoint.Endpoint:
    username, password = _credentials(server, client)
    if kind == "unix_http_server":
        return _endpoint.Endpoint("unix://" + server[option], username, password)
    host, port = server[option]
    return _endpoint.Endpoint(
        "http://%s:%s" % ("127.0.0.1" if _interface.is_every(host) else host, port), username, password
    )


def _credentials(
    server: t.Mapping[str, t.Any], client: t.Mapping[str, t.Any]
) -> t.Tuple[t.Optional[str], t.Optional[str]]:
    """User and clear-text password; a server section with {SHA} leaves only [supervisorctl] to know it."""
    username, password = server.get("username"), server.get("password")
    if not username:
        return None, None
    if password is not None and not password.startswith("{SHA}"):
        return username, password
    if client.get("username") == username:
        return username, client.get("password")
    return username, None
