# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS for daemons behind a TLS proxy (Supervisor itself speaks none)."""

import functools
import os
import select
import socket
import ssl
import typing as t

from .. import _errors
from . import endpoint as _endpoint


def wrap(connection: socket.socket, endpoint: _endpoint.Endpoint) -> ssl.SSLSocket:
    """A connected socket with TLS around it; the handshake is still to be done."""
    return context_of(endpoint).wrap_socket(connection, server_hostname=endpoint.host, do_handshake_on_connect=False)


def handshake(connection: ssl.SSLSocket, url: str) -> bool:
    """Go on with the handshake. Raises what ``wants`` knows, or ConnectionFailed (reason ``tls``)."""
    try:
        connection.do_handshake()
    except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
        raise
    except (ssl.SSLError, ssl.CertificateError) as error:
        raise failed(url, error) from error
    return True


def wants(error: OSError) -> int:
    """What a call that cannot go on waits for, as ``select`` has it; 0 for any other error."""
    if isinstance(error, ssl.SSLWantReadError):
        return select.POLLIN
    return select.POLLOUT if isinstance(error, ssl.SSLWantWriteError) else 0


def is_own(error: BaseException) -> bool:
    """Is this an error of TLS and not one of the operating system?"""
    return isinstance(error, ssl.SSLError)


def failed(url: str, error: BaseException) -> _errors.ConnectionFailed:
    """The error for a handshake that failed, or a certificate refused later (TLS 1.3)."""
    return _errors.ConnectionFailed(
        "supervisord at %s was not reached: the TLS handshake failed: %s (see ca_path, client_cert, client_key and "
        "validate_certs)" % (url, getattr(error, "verify_message", "") or error),
        url=url,
        reason="tls",
    )


def context_of(endpoint: _endpoint.Endpoint) -> ssl.SSLContext:
    """Settings of the connection. Raises OptionError for certificate files that cannot be used."""
    paths = (endpoint.ca_path, endpoint.client_cert, endpoint.client_key)
    return _context(*paths, endpoint.validate_certs, tuple(_version(path) for path in paths + _system(paths[0])))


def _system(ca_path: t.Optional[str]) -> t.Tuple[t.Optional[str], ...]:
    """Where the system's authorities are, if they count."""
    if ca_path:
        return ()
    known = ssl.get_default_verify_paths()
    return (known.cafile, known.capath)


def _version(path: t.Optional[str]) -> t.Optional[t.Tuple[int, int, int]]:
    """What is another when a file is; None for one that is not there."""
    try:
        found = os.stat(path) if path else None
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns) if found else None


@functools.lru_cache(maxsize=None)
def _context(
    ca_path: t.Optional[str],
    client_cert: t.Optional[str],
    client_key: t.Optional[str],
    validate_certs: bool,
    _versions: t.Tuple[t.Optional[t.Tuple[int, int, int]], ...],
) -> ssl.SSLContext:
    """One for all daemons with the same settings: reading the certificates of the system takes time.

    Only while the files are the same: under mitogen a process runs many tasks, and one of them may renew a certificate.
    """
    for option, path in (("ca_path", ca_path), ("client_cert", client_cert), ("client_key", client_key)):
        try:
            if path:
                open(path, "rb").close()
        except OSError as error:
            raise _errors.OptionError("%s: %s cannot be read: %s" % (option, path, error.strerror)) from error
    try:
        context = ssl.create_default_context(cafile=ca_path or None)
        if client_cert:
            context.load_cert_chain(client_cert, client_key or None)
    except (ssl.SSLError, OSError) as error:
        raise _errors.OptionError(
            "ca_path, client_cert or client_key does not hold what it should (PEM text): %s" % error
        ) from error
    if not validate_certs:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
