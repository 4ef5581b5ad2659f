# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a daemon that lives does not answer: what this machine tells beyond the error of the connection."""

import typing as t

from .. import _errors
from .._host import procfs as _procfs, supervisords as _supervisords

_NOBODY = ("missing", "refused")
_SILENT = ("connect", "send", "wait")
_NO_SOCKET = (
    "supervisord %d (of %s) lives, but nothing answers at %s: its socket was deleted, or its files name another one "
    "than when it was started. Do not start another one: put the former address back into its files, or end it with "
    "SIGTERM, which also ends its programs, and start it again"
)


def explained(
    error: _errors.SupervisorError, process: t.Optional[_supervisords.Supervisord]
) -> _errors.SupervisorError:
    """The error to tell instead: with the truth about the daemon, where that is known.

    :param process: the daemon that was meant, None if none lives.
    """
    if process is None:
        return error
    url = error.details.get("url", "its address")
    if isinstance(error, _errors.ConnectionFailed) and error.details.get("reason") in _NOBODY:
        text = _NO_SOCKET % (process.pid, process.config, url)
    elif error.details.get("phase") in _SILENT and _procfs.is_stopped(process.pid):
        begin = error.message.partition(": it ")[0]
        text = "%s: it is stopped by a signal; kill -CONT %d lets it go on" % (begin, process.pid)
    else:
        return error
    return type(error)(text, **dict(error.details, pid=process.pid))
