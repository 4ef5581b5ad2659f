# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the sections that configure the daemon itself: [supervisord], its HTTP servers and its plugins."""

import os
import typing as t

from .._options import table as _table
from . import scope as _scope, values as _values

Settings = t.Dict[str, t.Dict[str, t.Any]]

# The order in which Supervisor reads them, which decides about the error that is reported first.
_NAMES = (
    "minfds minprocs directory user umask logfile logfile_maxbytes logfile_backups loglevel pidfile identifier "
    "nodaemon silent childlogdir nocleanup strip_ansi"
)
_ORDER = _NAMES.split()
_MAIN_INTERFACE = "supervisor.rpcinterface:make_main_rpcinterface"
_SOCKET_LIMIT = 99


def supervisord(context: _scope.Context) -> t.Dict[str, t.Any]:
    """Read [supervisord]. From 4.2.2 on its environment adds to the names %(ENV_X)s. Raises ConfigError."""
    scope = context.scope("supervisord", "supervisord", here=context.here)
    values: t.Dict[str, t.Any] = {}
    for option in _ORDER:
        if not scope.known(option):
            continue
        # The account is only looked up when the daemon starts.
        values[option] = scope.text(option) if option == "user" else scope.value(option)
    if values["childlogdir"] is None:
        values["childlogdir"] = scope.parse("childlogdir", context.machine.temporary())
    values["environment"] = _environment(context, scope)
    if values["user"] is not None:
        try:
            _values.user(values["user"], context.machine, context.reader)
        except ValueError as error:
            context.hazards.append("[supervisord] user: %s" % context.reader.portable(str(error)))
    return values


def _environment(context: _scope.Context, scope: _scope.Scope) -> t.Dict[str, str]:
    """Read the environment for all programs; its text is formatted twice before Supervisor 4.4. Raises ConfigError."""
    text = t.cast(str, scope.text("environment"))
    row = _table.option("supervisord", "environment")
    if row is not None and row.passes_for(context.reader, "supervisord") > 1:
        scope.names["host_node_name"] = context.hostname
        text = scope.expand(text, "environment", "environment")
    values = t.cast(t.Dict[str, str], scope.parse("environment", text))
    if context.reader.at_least("4.2.2"):
        context.environ.update(("ENV_" + key, value) for key, value in values.items())
    return values


def plugins(context: _scope.Context) -> Settings:
    """Read the [rpcinterface:x] sections. Raises ConfigError."""
    found: Settings = {}
    for section in context.store.sections:
        if not section.startswith("rpcinterface:"):
            continue
        scope = context.scope(section, "rpcinterface")
        key = "supervisor.rpcinterface_factory"
        factory = scope.entry_point(key)
        if factory is None:
            raise scope.fail("section [%s] does not specify a %s" % (section, key))
        found[section] = {key: factory}
        for name, value in context.store.items(section).items():
            if name != key:
                found[section][name] = scope.expand(value.text, name)
        if factory == _MAIN_INTERFACE and len(found[section]) > 1:
            extra = ", ".join(sorted(set(found[section]) - {key}))
            context.hazards.append(
                "[%s] the main interface takes no options, but %s is set there or in [DEFAULT]" % (section, extra)
            )
    return found


def servers(context: _scope.Context) -> Settings:
    """Read the HTTP servers, TCP ones first. Raises ConfigError."""
    found: Settings = {}
    for kind, read in (("inet_http_server", _inet), ("unix_http_server", _unix)):
        for section in context.store.sections:
            if section.startswith(kind):
                found[section] = read(context, context.scope(section, kind))
    return found


def _credentials(scope: _scope.Scope) -> t.Dict[str, t.Any]:
    """Read user name and password: both or none. Raises ConfigError."""
    values = {option: scope.text(option) for option in ("username", "password")}
    if (values["username"] is None) != (values["password"] is None):
        raise scope.fail(
            "Section [%s] contains incomplete authentication: If a username or a password is specified, both the "
            "username and password must be specified" % scope.section
        )
    if values["username"] == "":
        scope.context.warnings.append("[%s] username is empty: the server asks for no password at all" % scope.section)
    return values


def _inet(_context: _scope.Context, scope: _scope.Scope) -> t.Dict[str, t.Any]:
    values = _credentials(scope)
    port = scope.value("port")
    if port is None:
        raise scope.fail("section [%s] has no port value" % scope.section)
    return dict(values, port=port)


def _unix(context: _scope.Context, scope: _scope.Scope) -> t.Dict[str, t.Any]:
    scope.names["here"] = context.here
    path = scope.text("file")
    del scope.names["here"]
    if path is None:
        raise scope.fail("section [%s] has no file value" % scope.section)
    values: t.Dict[str, t.Any] = {"file": _scope.normal_path(_values.strip(path, context.reader), context)}
    values.update(_credentials(scope))
    values["chown"] = scope.value("chown", prefix="Invalid sockchown value")
    values["chmod"] = scope.value("chmod", prefix="Invalid chmod value")
    _check_socket(context, scope.section, context.reader.portable(values["file"]))
    return values


def _check_socket(context: _scope.Context, section: str, path: str) -> None:
    """Note what keeps the daemon from making its socket when it starts."""
    if len(path.encode("utf-8", "surrogateescape")) > _SOCKET_LIMIT:
        context.hazards.append("[%s] file: the path is longer than %d bytes" % (section, _SOCKET_LIMIT))
    if not context.machine.is_dir(os.path.dirname(path)):
        context.hazards.append("[%s] file: the directory of %s does not exist" % (section, path))


def others(context: _scope.Context) -> Settings:
    """Give the text of sections that the daemon does not read itself: [supervisorctl], [ctlplugin:x], [include]."""
    return {
        section: {name: value.text for name, value in context.store.items(section).items()}
        for section in context.store.sections
        if section in ("supervisorctl", "include") or section.startswith("ctlplugin:")
    }


def ignored(context: _scope.Context) -> t.List[t.Tuple[str, str]]:
    """List what Supervisor passes over silently, most often a typing error: (section, "" or option)."""
    found = []
    for section, written in context.store.sections.items():
        kind = kind_of(section)
        if kind is None:
            found.append((section, ""))
        elif not _table.KINDS[kind].extra:
            known = (_table.option(kind, name) for name in written)
            for name, row in zip(written, known):
                if row is None or not context.reader.at_least(row.since):
                    found.append((section, name))
    return found


def kind_of(section: str) -> t.Optional[str]:
    """Give the kind of a section by its title, None for one that Supervisor does not know."""
    head, colon, _name = section.partition(":")
    for kind in ("unix_http_server", "inet_http_server"):
        if section.startswith(kind):
            return kind
    row = _table.KINDS.get(head)
    if row is None or (row.named == "always") != bool(colon):
        return None
    return head
