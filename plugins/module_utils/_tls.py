# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS for daemons behind a TLS proxy (Supervisor itself speaks none)."""

import socket
import ssl

from . import _endpoint, _errors


def wrap(connection: socket.socket, endpoint: _endpoint.Endpoint, context: ssl.SSLContext) -> socket.socket:
    """Do the handshake on a connected socket, within that socket's timeout.

    Raises ConnectionFailed (reason ``tls``) or socket.timeout.
    """
    try:
        return context.wrap_socket(connection, server_hostname=endpoint.host)
    except (ssl.SSLError, ssl.CertificateError) as error:
        if isinstance(error, socket.timeout) or "timed out" in str(error):
            raise socket.timeout() from None
        raise _errors.ConnectionFailed(
            "supervisord at %s was not reached: the TLS handshake failed: %s (see ca_path, client_cert, client_key and "
            "validate_certs)" % (endpoint.url, getattr(error, "verify_message", "") or error),
            url=endpoint.url,
            reason="tls",
        ) from error


def context_of(endpoint: _endpoint.Endpoint) -> ssl.SSLContext:
    """Settings of the connection. Raises OptionError for certificate files that cannot be used."""
    for option in ("ca_path", "client_cert", "client_key"):
        path = getattr(endpoint, option)
        try:
            if path:
                open(path, "rb").close()
        except OSError as error:
            raise _errors.OptionError("%s: %s cannot be read: %s" % (option, path, error.strerror)) from error
    try:
        context = ssl.create_default_context(cafile=endpoint.ca_path or None)
        if endpoint.client_cert:
            context.load_cert_chain(endpoint.client_cert, endpoint.client_key or None)
    except (ssl.SSLError, OSError) as error:
        raise _errors.OptionError(
            "ca_path, client_cert or client_key does not hold what it should (PEM text): %s" % error
        ) from error
    if not endpoint.validate_certs:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
