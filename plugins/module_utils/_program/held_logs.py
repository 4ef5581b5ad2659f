# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs that a daemon on this machine writes into a file which is no longer the one at their path. Only looks.

A rule of logrotate that renames a log does that: supervisord writes on into the renamed file, and whoever looks at the
path sees nothing more. Without the right to see the daemon's open files nothing is known, and nothing said.
"""

import os
import typing as t

from .._host import procfs as _procfs
from .._rpc import client as _client, states as _states

Lost = t.Dict[str, str]
Log = t.Tuple[str, str, str]  # name of the process, stream, path

_STREAMS = (("stdout", "stdout_logfile"), ("stderr", "stderr_logfile"))
_SPECIAL = ("/dev/", "/proc/")
DAEMON = "supervisord"


def lost(snapshot: _client.Snapshot, daemon_log: t.Optional[str] = None) -> t.List[Lost]:
    """The logs, each with name, stream, path and, as far as that is known, the file that is written to (held).

    :param daemon_log: path of the daemon's own log by its configuration, which may not be the one it was started with.
    """
    wanted = [
        (process.full_name, stream, getattr(process, option))
        for process in snapshot.processes.values()
        if process.state == _states.RUNNING
        for stream, option in _STREAMS
    ]
    own = (DAEMON, "logfile", daemon_log or "")
    logs = [log for log in wanted + [own] if log[2].startswith("/") and not log[2].startswith(_SPECIAL)]
    suspects = _elsewhere(snapshot.pid, logs)
    # The daemon may have rotated a log between the two halves of a look. What is so twice is so.
    found = {log: held for log, held in _elsewhere(snapshot.pid, list(suspects)).items() if log in suspects}
    runs = {
        process.full_name
        for process in snapshot.processes.values()
        # Until it knows that a process has ended the daemon holds its logs open.
        if _procfs.is_child(process.pid, snapshot.pid)
    }
    return [
        {"name": name, "stream": stream, "path": path, "held": held}
        for (name, stream, path), held in sorted(found.items())
        if name in runs or (name == DAEMON and stream == "logfile" and os.path.dirname(held) == os.path.dirname(path))
    ]


def _elsewhere(pid: int, logs: t.Sequence[Log]) -> t.Dict[Log, str]:
    """Logs of which the daemon does not hold the file at the path -> where the file that it holds seems to be."""
    held = _procfs.open_files(pid) if logs else None
    if held is None:
        return {}
    at_path = {path: _procfs.file_of(pid, path) for _name, _stream, path in logs}
    strays = sorted({held[file] for file in set(held) - set(at_path.values())})
    return {
        log: _renamed(log[2], strays) for log in logs if at_path[log[2]] is not None and at_path[log[2]] not in held
    }


def _renamed(path: str, strays: t.Sequence[str]) -> str:
    """Which of the files that are held and are no log by their path has been this one, by its name; "" if none."""
    near = [stray for stray in strays if stray.startswith(path)]
    name = os.path.basename(path)
    return (near + [stray for stray in strays if os.path.basename(stray).startswith(name)] + [""])[0]
