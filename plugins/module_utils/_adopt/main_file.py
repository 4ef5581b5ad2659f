# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a main file says of the daemon itself, as variables of the role supervisor."""

import os
import re
import typing as t
from collections import OrderedDict

from .._config import daemon as _daemon, main_config as _main_config, model as _model, scope as _scope
from .._options import password as _password, table as _table
from .._rpc import interface as _interface
from . import secrets as _secrets, values as _values

Left = _values.Left
Variables = t.Dict[str, t.Any]
_PLAIN_PATTERN = re.compile(r"^(?P<folder>/[^*?\[\]%]+)/\*(?P<extension>(?:\.[A-Za-z0-9_-]+)?)\Z")
_HASHED = (
    "the file has only its hash, which goes on to stand there by %s. With that nobody can log in: playbooks ask the "
    "host over SSH, and the dashboard refuses it. Let password of supervisor_inet_http_server be the clear text, or "
    "take that variable out where the inventory has it already; the role writes the hash of it, and nothing restarts"
)
_BY_HAND = ("/etc/supervisord.conf", "/etc/supervisord.d", ".ini")  # where the packages of EL and SUSE have them


def variables(
    context: _scope.Context, model: _model.Model, vault: _secrets.Vault, account: str
) -> t.Tuple[Variables, t.List[Left]]:
    """The variables in the order in which people read them, and what none of them says.

    :param vault: takes the secrets.
    :param account: that the daemon runs as, by name; "" for root.
    """
    left: t.List[Left] = []
    found: Variables = OrderedDict()
    found["supervisor_config_file"] = context.tree.path
    found.update(includes(context))
    found.update(_unix(context, model, vault, left))
    found.update(_inet(context, vault, left))
    socket = found.get("supervisor_socket_file", "")
    found.update(_own(context, model, vault, left, socket, account))
    found.update(_client(context, vault, left, found))
    found.update(_plugins(context, vault, left))
    left.extend(_unknown(context))
    return found, left


def includes(context: _scope.Context) -> Variables:
    """Which folder the files of programs lie in, and what else is included."""
    value = context.store.get("include", "files")
    words = value.text.split() if value else []
    here = context.here
    pairs = [(word, os.path.normpath(os.path.join(here, word.replace("%(here)s", here)))) for word in words]
    plain = [(word, match) for word, path in pairs for match in [_PLAIN_PATTERN.match(path)] if match]
    if plain:
        chosen, match = plain[0]
        folder, extension = match.group("folder"), match.group("extension")
    else:
        chosen = ""
        at_home = context.tree.path == _BY_HAND[0]
        folder, extension = _BY_HAND[1:] if at_home else (os.path.join(here, "conf.d"), ".conf")
    found: Variables = OrderedDict()
    found["supervisor_include_dir"] = context.reader.portable(folder)
    found["supervisor_include_extension"] = extension
    others = [context.reader.portable(word.replace("%(here)s", here)) for word in words if word != chosen]
    if others:
        found["supervisor_include"] = {"files": others}
    return found


def _section(
    context: _scope.Context, section: str, kind: str, where: str, vault: _secrets.Vault, left: t.List[Left]
) -> t.Dict[str, t.Any]:
    """The options of a section, secrets taken out."""
    if section not in context.store.sections:
        return {}
    read = _values.of_section(context, section, kind)
    left.extend(read.ignored + read.broken)
    return vault.options(where, read.values)


def _further(context: _scope.Context, kind: str, left: t.List[Left]) -> None:
    """Servers besides the one that the role can write."""
    for section in context.store.sections:
        if section.startswith(kind) and section != kind:
            file = context.store.origins[section][0]
            left.append(Left("[%s]" % section, file, 1, "the role writes one server of each kind"))


def _unix(context: _scope.Context, model: _model.Model, vault: _secrets.Vault, left: t.List[Left]) -> Variables:
    _further(context, "unix_http_server", left)
    found: Variables = OrderedDict()
    server = _section(context, "unix_http_server", "unix_http_server", "supervisor_socket", vault, left)
    if not server:
        found["supervisor_unix_http_server_enabled"] = False
        return found
    del server["file"]
    found["supervisor_socket_file"] = model.daemon["unix_http_server"]["file"]
    if server:
        found["supervisor_unix_http_server"] = server
    return found


def _inet(context: _scope.Context, vault: _secrets.Vault, left: t.List[Left]) -> Variables:
    _further(context, "inet_http_server", left)
    found: Variables = OrderedDict()
    server = _section(context, "inet_http_server", "inet_http_server", "supervisor", vault, left)
    if server:
        found["supervisor_inet_http_server"] = server
        left.extend(_clear_text(context, server, vault))
        weak = _weakness(server, vault)
        if weak.startswith("has only"):
            found["supervisor_allow_short_passwords"] = True
        elif weak:
            value = context.store.get("inet_http_server", "password") or context.store.get("inet_http_server", "port")
            why = "it %s, and the role refuses that for a port that other hosts reach: change it first" % weak
            where = (value.file, value.line) if value else (context.tree.path, 1)
            left.append(Left("password of [inet_http_server]", where[0], where[1], why))
    return found


def _clear_text(context: _scope.Context, server: t.Mapping[str, t.Any], vault: _secrets.Vault) -> t.List[Left]:
    """A word about a password of which the file has only the hash."""
    name = (server.get("password") or {}).get(_secrets.MARK, "")
    value = context.store.get("inet_http_server", "password")
    if not value or not vault.values.get(name, "").startswith(_password.SHA):
        return []
    return [Left("clear text of the password of [inet_http_server]", value.file, value.line, _HASHED % name)]


def _weakness(server: t.Mapping[str, t.Any], vault: _secrets.Vault) -> str:
    """Why the role would refuse the password of a server that other hosts reach; "" if it would not."""
    password = vault.values.get((server.get("password") or {}).get(_secrets.MARK, ""), "")
    host = str(server.get("port", "")).rpartition(":")[0]
    return "" if _interface.is_loopback(host) else _password.weakness(password, str(server.get("username", "")))


def _own(
    context: _scope.Context,
    model: _model.Model,
    vault: _secrets.Vault,
    left: t.List[Left],
    socket: str,
    account: str,
) -> Variables:
    """[supervisord]: what differs from what the role writes by itself."""
    own = _section(context, "supervisord", "supervisord", "supervisord", vault, left)
    effective = model.daemon["supervisord"]
    own.pop("nodaemon", None)  # the unit of the role has it in the foreground
    found: Variables = OrderedDict()
    folder = _log_dir(str(effective.get("logfile") or ""), str(effective.get("childlogdir") or ""))
    if folder:
        found["supervisor_log_dir"] = folder
        own.pop("logfile", None)
        own.pop("childlogdir", None)
    elif "childlogdir" not in own:
        own["childlogdir"] = effective["childlogdir"]
    if socket and own.get("pidfile") == os.path.join(os.path.dirname(socket), "supervisord.pid"):
        del own["pidfile"]
    if own.get("user") in ("root", "0"):
        del own["user"]
    elif account and "user" not in own:
        own["user"] = account
    if own:
        found["supervisor_supervisord"] = own
    return found


def _log_dir(logfile: str, children: str) -> str:
    """The folder that the role may take for Supervisor's own: it is that already, and open to read for everybody."""
    folder, name = os.path.split(logfile)
    if name != "supervisord.log" or children != folder or not os.path.isabs(folder):
        return ""
    if os.path.basename(folder) not in ("supervisor", "supervisord"):
        return ""
    facts = os.stat(folder)
    return folder if facts.st_uid == 0 and facts.st_mode & 0o7777 == 0o755 and not os.path.islink(folder) else ""


def _client(context: _scope.Context, vault: _secrets.Vault, left: t.List[Left], found: Variables) -> Variables:
    """[supervisorctl], without what the role finds out from the servers."""
    before = dict(vault.values)
    client = _section(context, "supervisorctl", "supervisorctl", "supervisorctl", vault, left)
    socket = found.get("supervisor_socket_file")
    if socket and client.get("serverurl") in (None, "unix://%s" % socket):
        client.pop("serverurl", None)
        server = found.get("supervisor_unix_http_server", {})
        for name in ("username", "password"):
            if name in client and _plain(server.get(name), vault) == _plain(client[name], vault):
                del client[name]
        if "password" not in client:
            vault.values = before
    return {"supervisor_supervisorctl": client} if client else {}


def _plain(value: t.Any, vault: _secrets.Vault) -> t.Any:
    return vault.values.get(value[_secrets.MARK]) if isinstance(value, dict) else value


def _plugins(context: _scope.Context, vault: _secrets.Vault, left: t.List[Left]) -> Variables:
    """[rpcinterface:x] and [ctlplugin:x], without the interface that the role writes by itself."""
    found: Variables = OrderedDict()
    for kind in ("rpcinterface", "ctlplugin"):
        items = []
        known = {row.name: row.param for row in _table.options(kind)}
        for section in context.store.sections:
            if not section.startswith(kind + ":"):
                continue
            name = section.split(":", 1)[1]
            written = {key: value.text for key, value in context.store.items(section).items()}
            item: t.Dict[str, t.Any] = {"name": name}
            item.update({known[key]: text for key, text in written.items() if key in known})
            options = {key: text for key, text in written.items() if key not in known}
            if options:
                item["options"] = vault.options(name, {"options": options})["options"]
            if item != _main_config.MAIN_RPCINTERFACE:
                items.append(item)
        if items:
            found["supervisor_%ss" % kind] = items
    return found


def _unknown(context: _scope.Context) -> t.List[Left]:
    """Sections that Supervisor does not know: of other tools, or misspelt."""
    found = []
    for value in list(context.store.defaults.values())[:1]:
        why = "what it says is written into each section that had it from there"
        found.append(Left("[DEFAULT]", value.file, value.line, why))
    for section, files in context.store.origins.items():
        if _daemon.kind_of(section) is None:
            found.append(Left("[%s]" % section, files[0], 1, "Supervisor does not know this section"))
    return found
