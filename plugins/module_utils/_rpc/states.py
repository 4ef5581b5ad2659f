# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of processes, and what can be said from a state alone. No I/O, no clock, no Ansible."""

import typing as t

STOPPED = 0
STARTING = 10
RUNNING = 20
BACKOFF = 30
STOPPING = 40
EXITED = 100
FATAL = 200
UNKNOWN = 1000

NAMES = {
    STOPPED: "STOPPED",
    STARTING: "STARTING",
    RUNNING: "RUNNING",
    BACKOFF: "BACKOFF",
    STOPPING: "STOPPING",
    EXITED: "EXITED",
    FATAL: "FATAL",
    UNKNOWN: "UNKNOWN",
}
CODES = {name: code for code, name in NAMES.items()}

ALIVE = frozenset([STARTING, RUNNING, STOPPING])  # there is a process with a PID
ACTIVE = frozenset([STARTING, RUNNING, BACKOFF])  # Supervisor means it to run
AT_REST = frozenset([STOPPED, EXITED, FATAL])  # its group may be removed
TROUBLE = ("FATAL", "BACKOFF", "UNKNOWN")  # names of those that ask for somebody
SIGNALLABLE = frozenset([STARTING, RUNNING, STOPPING])

START = "start"
STOP = "stop"
CATCH = "catch"  # start and stop it in one request, in which it cannot end and come back
WAIT = "wait"
DONE = "done"
FAIL = "fail"

MAX_REQUESTS = 5  # of one kind for one process, before its coming back every time is called a failure
RESPAWN = 2  # seconds by the daemon's clock after which an EXITED process has not been restarted by itself
LOST_STOP = 0.1  # seconds after fork in which a stop signal can be swallowed
PATIENCE = 3.0  # seconds after which a process that never gets that old is stopped at any age
STEADY = 1.0  # seconds that a process with startsecs=0 must live to count as started


def is_trouble(state: str, spawnerr: str) -> bool:
    """Should somebody look at a process? EXITED is no trouble, unless its exit status was not expected.

    :param state: its name.
    """
    return state in TROUBLE or (state == NAMES[EXITED] and bool(spawnerr))


def unknown_advice(name: str, pid: int) -> str:
    """Why a process in UNKNOWN is left alone, and how a person gets out of it.

    :param pid: 0 if it is not known; releases before 4.2.2 do not tell it.
    """
    which = "pid %d" % pid if pid else 'its pid (see "spawned" in its log)'
    return (
        "%s is UNKNOWN: supervisord could not signal %s, and supervisord itself will die when that process ends. "
        "It was not touched. Shut supervisord down, end %s by hand, then start the service again"
        % (name, which, "pid %d" % pid if pid else "the process")
    )


def exit_hint(seen: t.Any) -> str:
    """How it ended, as far as the daemon says it."""
    if seen.exitstatus == -1:
        return "killed by a signal"
    if seen.exitstatus == 127:
        return "exit status 127: the command, its directory or its user could not be set up"
    return seen.spawnerr or "exit status %d" % seen.exitstatus


_LOG_ERRORS = {
    "ENXIO": "/dev/stdout and /dev/stderr are supervisord's own, and where these are sockets, as under systemd, "
    "nothing can open them. Give the program a file, or NONE",
    "ESPIPE": "what is no file cannot be rotated. Set its logfile_maxbytes to 0",
    "ENOENT": "the folder of the log is not there. Make it first, for the account that supervisord runs as",
    "ENOTDIR": "what is to be its folder is a file. Choose another path",
    "EISDIR": "a folder has this name. Name a file in it",
    "EACCES": "the account that supervisord runs as may not write there. Give it the folder, or choose another path",
    "EROFS": "the file system is read-only. Choose another path",
    "ENOSPC": "no space is left there",
}


def log_advice(seen: t.Any) -> str:
    """What to do about a log that supervisord could not open, which it tells by the name of the error alone."""
    _before, found, rest = seen.spawnerr.partition("error making dispatchers for ")
    name = rest.rpartition(": ")[2]
    if not found or name not in _LOG_ERRORS:
        return ""
    paths = [path for path in (seen.stdout_logfile, seen.stderr_logfile) if path]
    return " [it cannot open a log, %s: %s]" % (" or ".join(paths) or "of its own", _LOG_ERRORS[name])


def is_there(wanted: str, seen: t.Any) -> str:
    """Why nothing needs to be done, for a process that has long been as wanted; empty in case of doubt."""
    if wanted == "started" and seen.state == RUNNING and seen.now - seen.start >= 3:
        return "is RUNNING"
    if wanted == "stopped" and seen.state in (STOPPED, FATAL):
        return "was already %s" % NAMES[seen.state]
    return ""


def predict(wanted: str, seen: t.Any, one_shot: bool = False) -> t.Tuple[str, ...]:
    """The actions that a real run would take now, for check mode: some of "stop", "start".

    :param one_shot: whether a process that has ended as expected counts as started.
    """
    state = seen.state if seen is not None else STOPPED
    if wanted == "stopped":
        return ("stop",) if state in ACTIVE else ()
    if wanted == "restarted":
        return ("stop", "start") if state in ACTIVE else ("start",)
    if one_shot and state == EXITED and not seen.spawnerr:
        return ()
    return ("start",) if state in (STOPPED, EXITED, FATAL, STOPPING) else ()
