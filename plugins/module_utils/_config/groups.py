# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Form process groups from the sections, by Supervisor's rules and in its order."""

import re
import typing as t

from .._options import event_types as _event_types
from .._rpc import interface as _interface
from . import processes as _processes, scope as _scope, values as _values

Process = _processes.Process


class Group(t.NamedTuple):
    """A process group as the daemon would run it.

    ``kind`` is group, program, eventlistener or fcgi-program; ``sections`` and ``files`` are those that shape it;
    ``options`` are the group's own: events, buffer_size, result_handler, or socket and socket_owner, _mode, _backlog.
    """

    name: str
    kind: str
    priority: int
    processes: t.Tuple[Process, ...]
    sections: t.Tuple[str, ...]
    files: t.FrozenSet[str]
    options: t.Dict[str, t.Any]


def groups(context: _scope.Context) -> t.List[Group]:
    """Make all groups, sorted by priority and name; several may have the same name. Raises ConfigError."""
    members: t.Set[str] = set()
    made = [_heterogeneous(context, section, members) for section in _named(context, "group")]
    made += [_program(context, section) for section in _named(context, "program") if section not in members]
    made += [_listener(context, section) for section in _named(context, "eventlistener")]
    made += [_fcgi(context, section) for section in _named(context, "fcgi-program") if section not in members]
    return sorted(made, key=lambda group: (group.priority, group.name))


def _named(context: _scope.Context, kind: str) -> t.List[str]:
    """List the sections of a kind in order of appearance."""
    return [section for section in context.store.sections if section.startswith(kind + ":")]


def _name(context: _scope.Context, section: str) -> str:
    """Give the name in a section's title. Raises ConfigError."""
    try:
        return _values.name(section.split(":", 1)[1], context.machine, context.reader)
    except ValueError as error:
        raise context.error(str(error), section)


def _group(
    context: _scope.Context,
    scope: _scope.Scope,
    name: str,
    found: t.List[Process],
    sections: t.Sequence[str] = (),
    **options: t.Any,
) -> Group:
    """Assemble a group."""
    shaping = (scope.section, *sections)
    files = {file for section in shaping for file in context.store.origins[section]}
    priority = scope.value("priority")
    return Group(context.reader.portable(name), scope.kind, priority, tuple(found), shaping, frozenset(files), options)


def _heterogeneous(context: _scope.Context, section: str, members: t.Set[str]) -> Group:
    """Read a [group:x] and the programs it names, which are added to ``members``. Raises ConfigError."""
    name = _name(context, section)
    scope = context.scope(section, "group", here=context.here)
    programs = scope.value("programs")
    scope.value("priority")
    found: t.List[Process] = []
    sections = []
    label = section
    for program in programs:
        kinds = [kind for kind in ("program", "fcgi-program") if "%s:%s" % (kind, program) in context.store.sections]
        if not kinds:
            raise scope.fail("[%s] names unknown program or fcgi-program %s" % (label, program), "programs")
        if len(kinds) > 1:
            reason = "[%s] name %s is ambiguous (exists as program and fcgi-program)" % (label, program)
            raise scope.fail(reason, "programs")
        member = "%s:%s" % (kinds[0], program)
        # Supervisor reuses the variable, so a later complaint names the member before it. Ours names the group.
        if member in members:
            context.warnings.append("[%s] is a member of more than one group and runs once in each" % member)
        members.add(member)
        if kinds[0] == "fcgi-program":
            context.warnings.append(
                "[%s] is a member of [%s], and Supervisor gives a member no socket: it runs as an ordinary program. "
                "Take it out of the group" % (member, label)
            )
        sections.append(member)
        found.extend(_processes.processes(context, member, kinds[0], name))
    return _group(context, scope, name, found, sections)


def _program(context: _scope.Context, section: str) -> Group:
    """Read a [program:x] outside any group. Raises ConfigError."""
    name = _name(context, section)
    scope = context.scope(section, "program", here=context.here)
    scope.value("priority")
    return _group(context, scope, name, _processes.processes(context, section, "program", name))


def _listener(context: _scope.Context, section: str) -> Group:
    """Read an [eventlistener:x]. Its name is not checked before its own options are. Raises ConfigError."""
    name = section.split(":", 1)[1]
    scope = context.scope(section, "eventlistener", here=context.here)
    scope.value("priority")
    size = scope.value("buffer_size")
    if size < 1:
        raise scope.fail("[%s] section sets invalid buffer_size (%d)" % (section, size), "buffer_size")
    handler = scope.entry_point("result_handler")
    events = _event_list(scope)
    if scope.value("redirect_stderr"):
        raise scope.fail(
            "[%s] section sets redirect_stderr=true but this is not allowed because it will interfere with the "
            "eventlistener protocol" % section,
            "redirect_stderr",
        )
    found = _processes.processes(context, section, "eventlistener", name)
    return _group(context, scope, name, found, events=events, buffer_size=size, result_handler=handler)


def _event_list(scope: _scope.Scope) -> t.List[str]:
    """Read the event types; their order and repetition do not matter to Supervisor. Raises ConfigError."""
    names = sorted({name.upper() for name in scope.parse("events", scope.text("events") or "")})
    if not names:
        raise scope.fail('[%s] section requires an "events" line' % scope.section)
    for name in names:
        if name not in _event_types.EVENTS:
            raise scope.fail("Unknown event type %s in [%s] events" % (name, scope.section), "events")
    return names


def _fcgi(context: _scope.Context, section: str) -> Group:
    """Read an [fcgi-program:x] outside any group. Raises ConfigError."""
    name = _name(context, section)
    scope = context.scope(section, "fcgi-program", here=context.here)
    scope.value("priority")
    uid = scope.value("user")
    backlog = scope.value("socket_backlog")
    if backlog is not None and not 1 <= backlog <= 65535:
        raise scope.fail("Invalid socket_backlog value %s" % backlog, "socket_backlog")
    owner = scope.value("socket_owner", prefix="Invalid socket_owner value")
    mode_text = scope.text("socket_mode") if scope.written("socket_mode") else None
    mode = None if mode_text is None else scope.parse("socket_mode", mode_text, prefix="Invalid socket_mode value")
    scope.names["program_name"] = name
    socket = _socket(scope, owner, mode)
    if socket.startswith("unix:"):
        mode = 0o700 if mode is None else mode
        if owner is None and uid is not None and uid != context.machine.daemon_uid():
            owner = (uid, context.machine.gid_of(uid))
    context.warnings.extend("[%s] %s" % (scope.section, text) for text in _exposed(socket, mode))
    found = _processes.processes(context, section, "fcgi-program", name)
    del scope.names["program_name"]
    extra: t.Dict[str, t.Any] = {
        "socket": context.reader.portable(socket),
        "socket_owner": list(owner) if owner else None,
    }
    return _group(context, scope, name, found, socket_mode=mode, socket_backlog=backlog, **extra)


def _exposed(socket: str, mode: t.Optional[int]) -> t.Iterator[str]:
    """Give a word about a socket that strangers can use: FastCGI knows no password, and runs what it is told to."""
    if socket.startswith("tcp:") and not _interface.is_loopback(socket[len("tcp://") :].rpartition(":")[0]):
        yield "socket is a port that other hosts may reach, and FastCGI asks for no password; use 127.0.0.1 or unix://"
    elif mode is not None and mode & 0o002:
        yield (
            "socket_mode %04o lets every account of this host use the socket, and FastCGI asks for no password; "
            "use 0770 and a socket_owner with the group of the web server" % mode
        )


def _socket(scope: _scope.Scope, owner: t.Any, mode: t.Any) -> str:
    """Read the address of a FastCGI socket. Raises ConfigError."""
    text = scope.text("socket")
    reader = scope.context.reader

    def shown(value: str) -> str:
        return reader.native(repr(reader.portable(value)))

    suffix = " in [%s] socket" % scope.section
    if not text:
        raise scope.fail('[%s] section requires a "socket" line' % scope.section)
    if text.startswith("unix://"):
        if not text.startswith("unix:///"):
            raise scope.fail(
                "('Unix socket path %%s is not an absolute path', %s)%s" % (shown(text[7:]), suffix), "socket"
            )
        return "unix://" + _scope.normal_path(text[7:], scope.context)
    if owner is not None or mode is not None:
        reason = "socket_owner and socket_mode params should only be used with a Unix domain socket"
        raise scope.fail(reason + suffix, "socket")
    match = re.match(r"tcp://([^\s:]+):(\d+)$", text)
    if not match:
        raise scope.fail("('Bad socket format %%s', %s)%s" % (shown(text), suffix), "socket")
    try:
        port = _values.port_number(match.group(2), scope.context.machine, scope.context.reader)
    except ValueError as error:
        raise scope.fail(str(error) + suffix, "socket")
    return "tcp://%s:%d" % (match.group(1).lower(), port)
