# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the daemon itself: [supervisord], its servers, plugins, includes, and [supervisorctl]."""

import typing as t

from .option import ENV_ONLY, GROUP, HERE, INCLUDE, SERVER, Option

LOG_LEVELS = ("critical", "error", "warn", "info", "debug", "trace", "blather")


def _option(
    name: str,
    kind: str,
    default: t.Optional[str],
    description: str,
    *,
    applies: str = "restart",
    expand: t.FrozenSet[str] = HERE,
    **more: t.Any,
) -> Option:
    return Option(name, kind, default, description, applies, expand, **more)


_CREDENTIALS = (
    _option(
        "username",
        "username",
        None,
        "User name that clients must send. An empty name would turn authentication off and is refused here.",
        expand=SERVER,
    ),
    _option(
        "password",
        "password",
        None,
        "Password that clients must send: clear text, or C({SHA}) and the SHA-1 of the password in lower-case hex.",
        expand=SERVER,
        secret=True,
    ),
)

UNIX_OPTIONS = (
    _option(
        "file", "socket_path", None, "Path of the Unix socket, at most 99 bytes long.", expand=GROUP, required=True
    ),
    _option("chmod", "octal", "0700", "Mode of the socket, in octal and quoted.", expand=SERVER),
    _option(
        "chown",
        "usergroup",
        None,
        "Owner of the socket as C(user) or C(user:group).",
        expand=SERVER,
        default_text="the account of the daemon",
    ),
) + _CREDENTIALS

INET_OPTIONS = (
    _option(
        "port",
        "hostport",
        None,
        "Where the IPv4 server listens: C(host:port). Without a host, or with C(*), it is every interface.",
        expand=SERVER,
        required=True,
    ),
) + _CREDENTIALS

SUPERVISORD_OPTIONS = (
    _option("logfile", "file", "supervisord.log", "File the daemon logs to. Its directory must exist."),
    _option(
        "logfile_maxbytes",
        "bytes",
        "50MB",
        "Size at which the daemon's log is rotated; V(0) never rotates.",
        unit="bytes, or with suffix KB, MB or GB",
    ),
    _option("logfile_backups", "int", "10", "How many rotated logs of the daemon are kept.", unit="files"),
    _option("loglevel", "loglevel", "info", "How much the daemon logs.", choices=LOG_LEVELS),
    _option("pidfile", "file", "supervisord.pid", "File that holds the daemon's process number."),
    _option(
        "umask",
        "octal",
        "022",
        "File mode mask of the daemon, in octal and quoted. Ignored when the daemon runs in the foreground.",
        applies="daemon",
    ),
    _option(
        "nodaemon",
        "bool",
        "false",
        "Whether the daemon stays in the foreground, as most service units want.",
        applies="daemon",
    ),
    _option("silent", "bool", "false", "Whether a foreground daemon keeps its log off stdout.", since="4.2.0"),
    _option(
        "minfds",
        "int",
        "1024",
        "File descriptors the daemon must be able to open; it raises the limit or refuses to start.",
        applies="daemon",
        unit="descriptors",
    ),
    _option(
        "minprocs",
        "int",
        "200",
        "Processes the daemon's account must be allowed to have; it raises the limit or refuses to start.",
        applies="daemon",
        unit="processes",
    ),
    _option("nocleanup", "bool", "false", "Whether the V(AUTO) logs of earlier runs survive a start."),
    _option(
        "childlogdir",
        "dir",
        None,
        "Existing directory for V(AUTO) logs.",
        default_text="the system's directory for temporary files",
    ),
    _option(
        "user",
        "user",
        None,
        "Account the daemon switches to when root starts it. Every included file must be readable for that account.",
        default_text="no switch",
    ),
    _option(
        "directory",
        "dir",
        None,
        "Existing directory the daemon changes to. Ignored when the daemon runs in the foreground.",
        applies="daemon",
        default_text="no change",
    ),
    _option("strip_ansi", "bool", "false", "Whether escape sequences for colours are removed from program logs."),
    _option(
        "environment",
        "env",
        "",
        "Variables for every program; a program's own C(environment) wins.",
        applies="diff_all",
        passes=2,
    ),
    _option("identifier", "string", "supervisor", "Name by which the daemon introduces itself to clients."),
)

SUPERVISORCTL_OPTIONS = (
    _option(
        "serverurl",
        "string",
        "http://localhost:9001",
        "Server C(supervisorctl) talks to: C(unix:///path) or C(http://host:port).",
        applies="client",
    ),
    _option("username", "username", None, "User name C(supervisorctl) sends.", applies="client", expand=ENV_ONLY),
    _option(
        "password",
        "password",
        None,
        "Password C(supervisorctl) sends, in clear text.",
        applies="client",
        expand=ENV_ONLY,
        secret=True,
    ),
    _option("prompt", "string", "supervisor", "Prompt of C(supervisorctl).", applies="client", expand=ENV_ONLY),
    _option(
        "history_file",
        "path",
        None,
        "File in which C(supervisorctl) keeps what was typed.",
        applies="client",
        since="3.0a5",
        default_text="no history",
    ),
)

RPCINTERFACE_OPTIONS = (
    _option(
        "supervisor.rpcinterface_factory",
        "entry_point",
        None,
        "Python function, as C(module:name), that makes the RPC interface.",
        expand=SERVER,
        required=True,
    ),
)

CTLPLUGIN_OPTIONS = (
    _option(
        "supervisor.ctl_factory",
        "entry_point",
        None,
        "Python function, as C(module:name), that makes the C(supervisorctl) plugin.",
        applies="client",
        expand=ENV_ONLY,
        required=True,
    ),
)

INCLUDE_OPTIONS = (
    _option(
        "files",
        "globs",
        None,
        "Patterns of files to read after the main one, relative to its directory and without spaces. Order matters.",
        applies="next_read",
        expand=INCLUDE,
        required=True,
    ),
)
