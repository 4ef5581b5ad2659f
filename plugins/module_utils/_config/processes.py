# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn a [program:x], [fcgi-program:x] or [eventlistener:x] section into the processes Supervisor would run."""

import shlex
import typing as t

from . import scope as _scope, values as _values

# Read once for the section, before its numbered processes are made, in Supervisor's order.
_NAMES = (
    "priority autostart autorestart startsecs startretries stopsignal stopwaitsecs stopasgroup killasgroup exitcodes "
    "redirect_stderr numprocs numprocs_start stdout_capture_maxbytes stdout_events_enabled stderr_capture_maxbytes "
    "stderr_events_enabled"
)
_ONCE = _NAMES.split()
_NUMBER_MISSING = "%(process_num) must be present within process_name when numprocs > 1"


class Process(t.NamedTuple):
    """One process of a group: its name, the effective value of every option, and the section it comes from.

    Keys of ``options`` are the names of the options; ``user`` is a uid or None, ``*_logfile`` a path, "AUTO" or None,
    ``environment`` includes that of [supervisord], ``stopsignal`` is a number.
    """

    name: str
    options: t.Dict[str, t.Any]
    section: str = ""


def processes(context: _scope.Context, section: str, kind: str, group: str) -> t.List[Process]:
    """Make the processes of one section, sorted by priority and name. Raises ConfigError."""
    reader = context.reader
    raw = section.split(":", 1)[1]
    try:
        program = _values.name(raw, context.machine, reader)
    except ValueError as error:
        raise context.error(str(error), section)
    scope = context.scope(
        section, kind, here=context.here, program_name=program, host_node_name=context.hostname, group_name=group
    )
    shared = _shared(scope)
    count, start = shared.pop("numprocs"), shared.pop("numprocs_start")
    name_text = _process_name(scope, count)
    if shared["stopasgroup"] and not shared["killasgroup"]:
        raise scope.fail("Cannot set stopasgroup=true and killasgroup=false", "killasgroup")
    environment = scope.written("environment")
    made = []
    for number in range(start, start + count):
        options = dict(shared)
        scope.names["process_num"] = number
        if reader.at_least("4.2.0"):
            scope.names["numprocs"] = count
        options.update(_numbered(scope, environment.text if environment else "", options["redirect_stderr"]))
        name = scope.expand(name_text, "process_name", "process_name")
        effective = {key: _portable(value, reader) for key, value in options.items()}
        made.append(Process(reader.portable(name), effective, reader.portable(section)))
    return sorted(made, key=lambda process: (process.options["priority"], process.name))


def _portable(value: t.Any, reader: t.Any) -> t.Any:
    """Turn text inside a value back from bytes-as-characters (Python 2)."""
    if isinstance(value, str):
        return reader.portable(value)
    if isinstance(value, dict):
        return {reader.portable(key): reader.portable(text) for key, text in value.items()}
    return value


def _shared(scope: _scope.Scope) -> t.Dict[str, t.Any]:
    """Read the options that all processes of the section have in common, in Supervisor's order. Raises ConfigError."""
    values: t.Dict[str, t.Any] = {}
    for option in _ONCE:
        if option == "priority":
            # The pool of an event listener has a default of its own; its processes do not.
            text = scope.text(option) if scope.written(option) else "999"
            values[option] = scope.parse(option, t.cast(str, text))
        elif option == "killasgroup" and not scope.written(option):
            values[option] = values["stopasgroup"]
        else:
            values[option] = scope.value(option)
    url = scope.text("serverurl")
    values["serverurl"] = None if url is None or url.strip().upper() == "AUTO" else url
    values["user"] = scope.value("user")
    values["umask"] = scope.value("umask")
    return values


def _process_name(scope: _scope.Scope, count: int) -> str:
    """Check the unexpanded process name. Raises ConfigError."""
    value = scope.written("process_name")
    text = scope.parse("process_name", value.text if value else "%(program_name)s")
    if count > 1 and "%(process_num)" not in text:
        raise scope.fail(_NUMBER_MISSING, "process_name")
    return t.cast(str, text)


def _numbered(scope: _scope.Scope, environment: str, redirected: bool) -> t.Dict[str, t.Any]:
    """Read the options that may depend on the number of the process. Raises ConfigError.

    The names offered stay in the scope: Supervisor lets those of one process leak into the next as well.
    """
    context = scope.context
    scope.names.update(context.environ)
    values: t.Dict[str, t.Any] = {}
    own = scope.parse("environment", scope.expand(environment, "environment", "environment"))
    if context.reader.at_least("4.2.2"):
        scope.names.update(("ENV_" + key, text) for key, text in own.items())
    values["environment"] = own
    values["directory"] = scope.text("directory")
    for stream in ("stdout", "stderr"):
        values.update(_log(scope, stream))
    if redirected and values["stderr_logfile"] is not None:
        if values["stderr_logfile"] != _values.AUTO:
            _warn(scope, "redirect_stderr=true, so stderr_logfile is ignored")
        values["stderr_logfile"] = None
    command = scope.text("command")
    if command is None:
        raise scope.fail("program section %s does not specify a command" % scope.section)
    values["command"] = command
    _check_command(scope, command)
    return values


def _warn(scope: _scope.Scope, text: str) -> None:
    sentence = "[%s] %s" % (scope.section, text)
    if sentence not in scope.context.warnings:
        scope.context.warnings.append(sentence)


def _log(scope: _scope.Scope, stream: str) -> t.Dict[str, t.Any]:
    """Read the log options of one stream. The path is formatted twice. Raises ConfigError."""
    path, backups, size = (stream + "_logfile", stream + "_logfile_backups", stream + "_logfile_maxbytes")
    syslog = stream + "_syslog"
    text = t.cast(str, scope.text(path))
    values = {path: scope.parse(path, scope.expand(text, path, path))}
    values[backups] = scope.value(backups)
    values[size] = scope.value(size)
    values[syslog] = scope.value(syslog) if scope.known(syslog) else False
    if values[path] == _values.SYSLOG and scope.context.reader.at_least("4.2.2"):
        _warn(scope, "%s=syslog is deprecated, use %s=true" % (path, syslog))
        values.update({path: None, syslog: True})
    if values[path] == _values.AUTO and not values[size]:
        _warn(scope, "%s=AUTO without rotation may fill the disk, set %s above 0" % (path, size))
    return values


def _check_command(scope: _scope.Scope, command: str) -> None:
    """Warn about a command that Supervisor reads now and cannot split into words when it starts the process."""
    try:
        if not shlex.split(command):
            _warn(scope, "command is empty, the program cannot start")
    except ValueError as error:
        _warn(scope, "command cannot be split into words, the program cannot start: %s" % error)
