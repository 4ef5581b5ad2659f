# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of what the daemon runs: [program:x], [fcgi-program:x], [eventlistener:x] and [group:x]."""

import typing as t

from . import stream as _stream
from .option import ENVIRONMENT, GROUP, PROCESS, PROGRAM, SOCKET, Option


def _option(
    name: str,
    kind: str,
    default: t.Optional[str],
    description: str,
    *,
    expand: t.FrozenSet[str] = PROGRAM,
    applies: str = "diff",
    **more: t.Any,
) -> Option:
    return Option(name, kind, default, description, applies, expand, **more)


_START = (
    _option(
        "command",
        "command",
        None,
        "What to run, in the foreground. A string is split into words like a shell does, but no shell runs, so pipes, "
        "variables and redirections are plain words; a list is passed on word for word. In this and every other option "
        "a V(%) stands for itself unless it begins one of the expansions, so V(%%) of an ini file is V(%) here. A "
        "backslash at the end of a line continues nothing; fold a long command with C(>-).",
        expand=PROCESS,
        required=True,
    ),
    _option(
        "process_name",
        "name",
        "%(program_name)s",
        "Name of each process. It must contain V(%(process_num\\)d) or similar when C(numprocs) is above 1.",
        expand=PROCESS,
    ),
    _option("numprocs", "int", "1", "How many processes of this program run.", unit="processes"),
    _option("numprocs_start", "int", "0", "Number of the first process, as V(%(process_num\\)d) shows it."),
    _option("directory", "path", None, "Directory to change to before the command runs.", expand=PROCESS),
    _option("umask", "octal", None, "File mode mask of the process, in octal and quoted, such as V('022')."),
    _option(
        "environment",
        "env",
        "",
        "Variables added to the environment that the process inherits from the daemon.",
        expand=ENVIRONMENT,
    ),
    _option(
        "serverurl",
        "string",
        "AUTO",
        "Value of SUPERVISOR_SERVER_URL for the process; V(AUTO) means the daemon's own socket or port.",
    ),
)

_RUN = (
    _option("autostart", "bool", "true", "Whether the program starts together with the daemon."),
    _option(
        "autorestart",
        "autorestart",
        "unexpected",
        "Whether a process that ends is started again: always, never, or only if its exit code is not in C(exitcodes).",
        choices=("true", "false", "unexpected"),
    ),
    _option(
        "startsecs",
        "int",
        "1",
        "How long a process must run to count as started; with V(0) it counts at once, even if it ends.",
        unit="seconds",
    ),
    _option(
        "startretries",
        "int",
        "3",
        "How often a start that failed is repeated before the process becomes FATAL; each pause is 1 s longer.",
        unit="attempts",
    ),
    _option(
        "exitcodes",
        "exitcodes",
        "0",
        "Exit codes that are expected, see C(autorestart). Their order counts as a change.",
        older=(("4.0.0", "0,2"),),
    ),
    _option(
        "stopsignal",
        "signal",
        "TERM",
        "Signal that asks a process to end, by name or number: V(TERM), V(HUP), V(INT), V(QUIT), V(KILL), V(USR1), "
        "V(USR2) or any other the system knows.",
    ),
    _option(
        "stopwaitsecs",
        "int",
        "10",
        "How long a process may take to end after C(stopsignal) before it is sent SIGKILL.",
        unit="seconds",
    ),
    _option(
        "stopasgroup",
        "bool",
        "false",
        "Whether C(stopsignal) goes to the whole Unix process group, children included. Implies C(killasgroup).",
        since="3.0b1",
    ),
    _option(
        "killasgroup",
        "bool",
        None,
        "Whether SIGKILL goes to the whole Unix process group.",
        since="3.0a11",
        default_text="the value of C(stopasgroup)",
    ),
)


def _user(expand: t.FrozenSet[str]) -> Option:
    return _option(
        "user",
        "user",
        None,
        "Unix account (name or number) that runs the process. HOME, USER and LOGNAME keep the daemon's values.",
        expand=expand,
        default_text="the account of the daemon",
    )


def _priority(default: str, text: str) -> Option:
    return _option("priority", "int", default, text, expand=GROUP)


def _redirect(expand: t.FrozenSet[str]) -> Option:
    return _option(
        "redirect_stderr",
        "bool",
        "false",
        "Whether stderr goes where stdout goes. Not possible for an event listener.",
        expand=expand,
    )


_RANK = "Low numbers start first and stop last."
_COMMON = _START + _RUN
_STREAMS = _stream.stream("stdout") + _stream.stream("stderr")

PROGRAM_OPTIONS = _COMMON + (_user(PROGRAM), _priority("999", _RANK), _redirect(PROGRAM)) + _STREAMS

FCGI_OPTIONS = (
    _COMMON
    + (_user(GROUP), _priority("999", _RANK), _redirect(PROGRAM))
    + _STREAMS
    + (
        _option(
            "socket",
            "fcgi_socket",
            None,
            "Socket shared by the processes of a FastCGI program: C(unix:///path) or C(tcp://host:port).",
            expand=SOCKET,
            required=True,
        ),
        _option(
            "socket_owner",
            "usergroup",
            None,
            "Owner of the unix socket as C(user) or C(user:group).",
            expand=GROUP,
            applies="undetected",
            default_text="C(user) and its group",
        ),
        _option(
            "socket_mode",
            "octal",
            "0700",
            "Mode of the unix socket, in octal and quoted.",
            expand=GROUP,
            applies="undetected",
        ),
        _option(
            "socket_backlog",
            "int",
            None,
            "Length of the queue of connections that wait to be accepted.",
            expand=GROUP,
            applies="undetected",
            since="3.4.0",
            minimum=1,
            maximum=65535,
            unit="connections",
            default_text="the system's maximum",
        ),
    )
)

EVENTLISTENER_OPTIONS = (
    _COMMON
    + (
        _user(PROGRAM),
        _priority("-1", _RANK + " This is the priority of the pool; unless written, its processes have 999."),
        _redirect(GROUP),
    )
    + tuple(o._replace(hidden=o.name == "stdout_capture_maxbytes") for o in _STREAMS)
    + (
        _option(
            "events",
            "events",
            None,
            "Event types that the listener gets, such as V(PROCESS_STATE) or V(TICK_60); keep the order stable.",
            expand=GROUP,
            required=True,
        ),
        _option(
            "buffer_size",
            "int",
            "10",
            "How many events wait while every listener is busy; when it is full the oldest is dropped.",
            expand=GROUP,
            minimum=1,
            unit="events",
        ),
        _option(
            "result_handler",
            "entry_point",
            "supervisor.dispatchers:default_handler",
            "Python function, as C(module:name), that judges the listener's answers.",
            expand=GROUP,
        ),
    )
)

GROUP_OPTIONS = (
    _option(
        "programs",
        "csv",
        "",
        "Programs that form the group. They are then named C(group:program) and change together; order matters.",
        expand=GROUP,
    ),
    _priority("999", _RANK),
)
