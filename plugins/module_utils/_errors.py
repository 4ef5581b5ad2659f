# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, as one tree of exceptions.

Lower layers raise these and never end the process; the module entry point turns the first one that reaches it
into a failed result. ``message`` is for people: it names what was asked, what was seen and what to do.
``details`` is for programs: plain data that becomes part of the result.
"""

import typing as t

# Fault codes of Supervisor's XML-RPC interface (supervisor/xmlrpc.py, class Faults). Match on the number:
# the text is "NAME" or "NAME: detail" and its detail differs between releases.
FAULT_NAMES = {
    1: "UNKNOWN_METHOD",
    2: "INCORRECT_PARAMETERS",
    3: "BAD_ARGUMENTS",
    4: "SIGNATURE_UNSUPPORTED",
    6: "SHUTDOWN_STATE",
    10: "BAD_NAME",
    11: "BAD_SIGNAL",
    20: "NO_FILE",
    21: "NOT_EXECUTABLE",
    30: "FAILED",
    40: "ABNORMAL_TERMINATION",
    50: "SPAWN_ERROR",
    60: "ALREADY_STARTED",
    70: "NOT_RUNNING",
    80: "SUCCESS",
    90: "ALREADY_ADDED",
    91: "STILL_RUNNING",
    92: "CANT_REREAD",
}


class SupervisorError(Exception):
    """Base of everything this collection raises on purpose.

    :param message: the sentence a user reads.
    :param details: plain data (str, int, bool, list, dict) added to the failed result; never a secret.
    """

    def __init__(self, message: str, **details: t.Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class OptionError(SupervisorError):
    """A value given by the user cannot be used; the message names the option, the value and the cure."""


class ConfigError(SupervisorError):
    """Configuration text that Supervisor would refuse. details: file, line, section, option where known."""


class UnrepresentableError(ConfigError):
    """A value that no spelling in a configuration file can carry to the program (NUL, CR, both quotes...)."""


class PlantedPath(SupervisorError):
    """A path, or what is at its end, that another account may have put there to lead this one astray.

    details: path, reason: ``way`` (a link on the way), ``link``, ``kind`` (no regular file), ``names`` (hard links) or
    ``owner``.
    """


class ConnectionFailed(SupervisorError):
    """The daemon was not reached.

    details: url, reason: ``missing`` (no socket file), ``refused`` (stale socket or closed port), ``denied``
    (file permission), ``unresolved`` (host name), ``tls``, ``closed`` (ended mid-answer) or ``unreachable``.
    """


class Unauthorized(ConnectionFailed):
    """HTTP 401: the user name or password is missing or wrong. details: url."""


class DeadlineExceeded(SupervisorError):
    """Something did not happen in the time allowed. details: timeout (seconds), and what was last seen."""


class Interrupted(SupervisorError):
    """Someone ended the work (Ctrl-C, SIGTERM) before it was done; what had been asked for may still happen."""


class ProtocolError(SupervisorError):
    """Something answered, but not with XML-RPC. details: url, status (HTTP status) where known."""


class Unexpected(SupervisorError):
    """Handling what a daemon said led to an error that nothing here raises on purpose.

    Either the daemon answers as none does, or this collection has a mistake. Many daemons are asked side by side, so it
    becomes the error of this one, and is told as what it is. details: url, exception (list of str: where it happened).
    """


class Fault(SupervisorError):
    """The daemon answered with an XML-RPC fault.

    :param code: number of the fault, see FAULT_NAMES.
    :param text: the daemon's own text. It may quote whole configuration values, so it can hold secrets.
    """

    def __init__(self, code: int, text: str, **details: t.Any) -> None:
        self.code = code
        self.text = text
        self.name = FAULT_NAMES.get(code, "FAULT_%d" % code)
        super().__init__("%s (fault %d)" % (text or self.name, code), fault_code=code, fault_name=self.name, **details)


class ProcessFailed(SupervisorError):
    """A process did not reach the wanted state. details: programs (list of per-process results with log tails)."""
