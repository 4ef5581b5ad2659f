# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it means that a daemon was not reached, as typed errors with words that say what to do. No I/O."""

import errno
import typing as t

from .. import _errors

_REASONS = {
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
    errno.ECONNREFUSED: "refused",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.ECONNRESET: "closed",
    errno.EPIPE: "closed",
    errno.ECONNABORTED: "closed",
}

_CURES = {
    "missing": "there is no such socket: supervisord is not running, or it uses another socket (see server_url and "
    "config_file)",
    "refused": "nothing listens there: supervisord is not running (a socket file can outlive a killed daemon)",
    "denied": "permission denied: use become, or the chmod/chown options of [unix_http_server]",
    "unresolved": "the host name cannot be resolved",
    "tls": "the TLS handshake failed (see ca_path, client_cert, client_key and validate_certs)",
    "closed": "the connection was closed before the answer was complete: the daemon is restarting or has died",
    "unreachable": "the host cannot be reached",
}

_PHASES = {
    "resolve": "its host name is not resolved (see the name servers of this machine)",
    "connect": "it does not accept the connection",
    "send": "it accepts the connection but does not read the request",
    "wait": "it accepts the connection but does not answer: it may be busy (raise timeout where there are thousands of "
    "processes), stopped by a signal, or no Supervisor",
    "receive": "its answer did not end in time (raise timeout)",
}

_HTTP_CAUSES = {
    404: ": the path of server_url is wrong (Supervisor answers at /RPC2)",
    500: ": the call failed inside the daemon (its log has the traceback; reading a log that holds bytes which are "
    "not UTF-8 does this)",
    400: ": it did not understand the request",
    502: ": the proxy in front of it cannot reach it",
    503: ": the proxy in front of it cannot reach it",
    504: ": the proxy in front of it got no answer",
}


def failed(url: str, reason: str, detail: str = "") -> _errors.ConnectionFailed:
    """The error for a daemon that was not reached; the message says what to do about it.

    :param reason: see ``_errors.ConnectionFailed``.
    """
    text = "supervisord at %s was not reached: %s" % (url, _CURES[reason])
    return _errors.ConnectionFailed(text + (" [%s]" % detail if detail else ""), url=url, reason=reason)


def of_oserror(url: str, error: OSError) -> _errors.ConnectionFailed:
    """The same for an error of the operating system."""
    return failed(url, _REASONS.get(error.errno or 0, "unreachable"), error.strerror or str(error))


def late(url: str, limit: float, phase: str) -> _errors.DeadlineExceeded:
    """The error for a daemon that took more than ``limit`` seconds.

    :param phase: what it was busy with then: resolve, connect, send, wait or receive.
    """
    return _errors.DeadlineExceeded(
        "supervisord at %s gave no complete answer within %g s: %s" % (url, limit, _PHASES[phase]),
        timeout=limit,
        url=url,
        phase=phase,
    )


def check_status(endpoint: t.Any, status: int) -> None:
    """Raise Unauthorized or ProtocolError for an HTTP status that is not that of an answer."""
    url = endpoint.url
    if status == 401:
        given = "the user name or password is wrong" if endpoint.username else "it wants a user name and password"
        raise _errors.Unauthorized("supervisord at %s refused the call (HTTP 401): %s" % (url, given), url=url)
    if status != 200:
        raise _errors.ProtocolError(
            "supervisord at %s answered HTTP %d instead of an XML-RPC answer%s"
            % (url, status, _HTTP_CAUSES.get(status, "")),
            url=url,
            status=status,
        )
