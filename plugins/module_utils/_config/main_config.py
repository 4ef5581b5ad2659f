# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs into the main configuration file: declared sections completed, secrets made safe, weak ones refused.

Pure: takes what the user declared and returns sections; reads and writes nothing.
"""

import typing as t

from .. import _errors
from .._options import password as _password, table as _table
from .._rpc import interface as _interface

Values = t.Dict[str, t.Any]
Section = t.Tuple[str, str, Values]  # kind, name, option -> value

SERVERS = ("unix_http_server", "inet_http_server")
MAIN_FACTORY = "supervisor.rpcinterface:make_main_rpcinterface"
MAIN_RPCINTERFACE = {"name": "supervisor", "rpcinterface_factory": MAIN_FACTORY}


def sections(declared: t.Dict[str, t.Any], hash_passwords: bool = True, allow_short: bool = False) -> t.List[Section]:
    """The sections of the whole file, in the order in which they are written.

    :param declared: section kind -> options; ``rpcinterface`` and ``ctlplugin`` -> list of items. A server that is
        missing or empty is not written.
    :param hash_passwords: store the servers' passwords as SHA-1, which hides them from a reader of the file.
    :param allow_short: do not refuse a password for its length.
    :raises _errors.OptionError: a weak or half-given password; the message names the option.
    """
    given = {kind: _given(declared.get(kind)) for kind in SERVERS + ("supervisord", "supervisorctl", "include")}
    for kind in SERVERS:
        _check_credentials(kind, given[kind])
    if not (allow_short and short_password(given["inet_http_server"])):
        _check_reachable(given["inet_http_server"])
    given["supervisorctl"] = _client_section(given)
    found: t.List[Section] = [(kind, "", _stored(given[kind], hash_passwords)) for kind in SERVERS if given[kind]]
    found.append(("supervisord", "", given["supervisord"]))
    found.extend(_plugins("rpcinterface", _with_main_interface(declared.get("rpcinterface") or [])))
    found.append(("supervisorctl", "", given["supervisorctl"]))
    found.extend(_plugins("ctlplugin", declared.get("ctlplugin") or []))
    if given["include"].get("files"):
        found.append(("include", "", given["include"]))
    return found


def is_secret(found: t.List[Section]) -> bool:
    """Whether the file must not be read by everybody: it holds a password or variables for programs."""
    return any(values.get("password") or values.get("environment") for _kind, _name, values in found)


def _given(values: t.Optional[Values]) -> Values:
    return {key: value for key, value in (values or {}).items() if value is not None}


def _check_credentials(kind: str, server: Values) -> None:
    """Refuse what Supervisor would take for "no authentication" or never accept."""
    username, password = server.get("username"), server.get("password")
    if username is None and password is None:
        return
    if not username or not password:
        missing = "password" if username else "username"
        raise _errors.OptionError(
            "%s.%s is %s: Supervisor wants both username and password, and an empty username would let everybody in. "
            "Set both, or neither." % (kind, missing, "empty" if server.get(missing) == "" else "missing")
        )
    if password.startswith(_password.SHA) and not _password.SHA_FORM.match(password):
        raise _errors.OptionError(
            "%s.password starts with {SHA} but is not followed by 40 lower-case hex digits, so no password would ever "
            "match. Give the clear password (it is stored as a hash) or the lower-case SHA-1 of it." % kind
        )


def _check_reachable(inet: Values) -> None:
    """Demand a strong password as soon as other hosts can reach the web server."""
    host = str(inet.get("port", "")).rpartition(":")[0]
    if not inet or _interface.is_loopback(host):
        return
    problem = _password.weakness(inet.get("password") or "", inet.get("username") or "")
    if problem:
        raise _errors.OptionError(
            "inet_http_server.port %s is reachable from other hosts, and whoever logs in there controls every program. "
            "inet_http_server.password %s. Set inet_http_server.username and a random password of at least %d "
            "characters (for the role supervisor: in the variable supervisor_inet_http_server, best from a vault), "
            "or listen on 127.0.0.1 only." % (inet.get("port"), problem, _password.SHORTEST)
        )


def short_password(inet: Values) -> str:
    """A warning about a password of the web server that is short, and weak in no other way; "" if it is not."""
    host = str(inet.get("port", "")).rpartition(":")[0]
    password = inet.get("password") or ""
    if not inet or _interface.is_loopback(host) or not _password.is_short(password, inet.get("username") or ""):
        return ""
    return (
        "inet_http_server.password has only %d characters, and inet_http_server.port %s is reachable from other hosts: "
        "whoever guesses it controls every program. It is kept because short passwords are allowed "
        "(allow_short_passwords; role supervisor: supervisor_allow_short_passwords). Change it to at least %d "
        "characters." % (len(password), inet.get("port"), _password.SHORTEST)
    )


def _stored(server: Values, hash_passwords: bool) -> Values:
    """The server's options as they are written."""
    password = server.get("password")
    if not hash_passwords or not password or password.startswith(_password.SHA) or "%(ENV_" in password:
        return server
    return dict(server, password=_password.hashed(password))


def _client_section(given: t.Dict[str, Values]) -> Values:
    """[supervisorctl], completed so that it reaches the first server there is: it can only log in with clear text."""
    client = dict(given["supervisorctl"])
    unix, inet = (given[kind] for kind in SERVERS)
    if "serverurl" in client:
        return client
    server = unix or inet
    if unix:
        client["serverurl"] = "unix://%s" % unix.get("file", "")
    elif inet:
        host, _colon, port = str(inet.get("port", "")).rpartition(":")
        client["serverurl"] = "http://%s:%s" % ("127.0.0.1" if _interface.is_every(host) else host, port)
    if not str(server.get("password", "")).startswith(_password.SHA):
        for name in ("username", "password"):
            if server.get(name) and name not in client:
                client[name] = server[name]
    return client


def _with_main_interface(items: t.List[Values]) -> t.List[Values]:
    """Without the interface named supervisor the daemon would answer to nothing."""
    if any(item.get("name") == MAIN_RPCINTERFACE["name"] for item in items):
        return items
    return [dict(MAIN_RPCINTERFACE)] + items


def _plugins(kind: str, items: t.List[Values]) -> t.List[Section]:
    """[rpcinterface:x] and [ctlplugin:x]: the factory under its full name, and the plugin's own options."""
    found: t.List[Section] = []
    for item in items:
        values = {option.name: item.get(option.param) for option in _table.options(kind)}
        values.update(item.get("options") or {})
        found.append((kind, item["name"], _given(values)))
    names = [name for _kind, name, _values in found]
    for name in names:
        if names.count(name) > 1:
            raise _errors.OptionError("%ss: %s is declared twice; keep one." % (kind, name))
    return found
