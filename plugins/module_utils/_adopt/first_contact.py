# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first time that the main file of somebody else is to be replaced: what would get lost, and what would restart."""

import typing as t

from .. import _errors, _said
from .._config import (
    daemon as _daemon,
    main_check as _main_check,
    main_config as _main_config,
    model as _model,
    reader as _reader,
)
from .._options import dialect as _dialect, password as _password, table as _table
from . import cut as _cut

HEADER = b"; Managed by Ansible"  # how each file begins that this collection writes
# Of the daemon itself, which a program or a client may have noticed; the others are Supervisor's own affair.
_NOTICED = ("environment", "user", "umask", "directory", "logfile", "pidfile", "identifier", "childlogdir")
_SHOWN = 10  # names in a message
WORD = (
    "Set adopt: true (role supervisor: supervisor_adopt: true) to replace it all the same; a copy is kept. To lose "
    "nothing, declare what it has: the playbook supervisord.fleet.adopt writes that down. Nothing was changed."
)


class Living(t.NamedTuple):
    """The daemon that runs with the file: full names of its processes; whether it will restart, None: if it must."""

    processes: t.Tuple[str, ...] = ()
    restarts: t.Optional[bool] = None


def is_foreign(data: t.Optional[bytes], header: str) -> bool:
    """Whether somebody else has written a main file.

    :param header: that this collection writes into it, as the task says.
    """
    if not data:
        return False
    first = data.split(b"\n", 1)[0]
    own = ("; %s" % header.split("\n", 1)[0]).encode("utf-8")
    return not (first.startswith(HEADER) or first == own)


def kept(data: t.Optional[bytes], path: str, reader: _dialect.Dialect) -> bytes:
    """Sections of programs and the like in a main file, as they stand there. Raises ConfigError."""
    if not data:
        return b""
    names = [name for name in _cut.sections(data, path, reader) if _daemon.kind_of(name) in _table.MANAGED]
    return _cut.only(data, names, path, reader) if names else b""


def losses(
    path: str,
    before: bytes,
    after: bytes,
    reader: _reader.Reader,
    living: t.Optional[Living],
    reasons: t.Sequence[str],
    planned: t.Iterable[str] = (),
) -> t.List[str]:
    """What would be lost or restart, in words without values that could be secrets; nothing where no harm is done.

    :param before: the file as it is; after: as it is to be.
    :param living: None if no daemon runs with it.
    :param reasons: why the daemon must restart for it.
    :param planned: folders that will be there by then.
    """
    host = reader.host
    try:
        _tree, old = _main_check.resolve(path, before, reader, host)
    except _errors.ConfigError:
        return []  # a file that no daemon would take holds nothing to lose
    _tree, new = _main_check.resolve(path, after, reader, _main_check.PlannedHost(planned, host))
    found = ["[%s]%s is dropped" % (name, _where(old, name)) for name in old.daemon if _is_gone(name, old, new)]
    found += ["[%s] is dropped" % name for name in _strange(old) if name not in new.sections]
    gone = [name for name in old.sections if _daemon.kind_of(name) in _table.MANAGED and name not in new.sections]
    found += ["[%s] of %s is not read any more" % (name, ", ".join(old.sections[name])) for name in gone[:_SHOWN]]
    if len(gone) > _SHOWN:
        found.append("%d further sections are not read any more" % (len(gone) - _SHOWN))
    if living is None or not living.processes:
        return found
    found += _moved(old, new)
    restarts = bool(reasons) if living.restarts is None else living.restarts
    if restarts:
        found.append("supervisord restarts, and with it: %s" % _said.some(living.processes, _SHOWN))
    return found


def _is_gone(name: str, old: _model.Model, new: _model.Model) -> bool:
    """Whether a section of the daemon is dropped that was there for a reason."""
    if name in new.daemon or _daemon.kind_of(name) not in (
        "inet_http_server",
        "unix_http_server",
        "rpcinterface",
        "ctlplugin",
    ):
        return False
    return old.daemon[name].get("supervisor.rpcinterface_factory") != _main_config.MAIN_FACTORY


def _where(old: _model.Model, name: str) -> str:
    """Where a server that is dropped listens."""
    section = old.daemon[name]
    if "port" in section:
        return " (port %s)" % section["port"][1]
    return " (%s)" % section["file"] if "file" in section else ""


def _strange(old: _model.Model) -> t.List[str]:
    return [name for name, option in old.ignored if not option]


def _moved(old: _model.Model, new: _model.Model) -> t.List[str]:
    """What clients and programs would notice of a daemon that runs."""
    found = []
    for name, section in old.daemon.items():
        kind, now = _daemon.kind_of(name), new.daemon.get(name)
        if now is None:
            continue
        if kind == "unix_http_server" and section["file"] != now["file"]:
            found.append("the socket moves from %s to %s" % (section["file"], now["file"]))
        if kind == "inet_http_server" and section["port"] != now["port"]:
            found.append("the port of [%s] changes from %s to %s" % (name, section["port"][1], now["port"][1]))
        if kind in ("inet_http_server", "unix_http_server"):
            differ = [key for key in ("username", "password") if not _same(section.get(key), now.get(key))]
            found += ["%s of [%s] changes" % (" and ".join(differ), name)] if differ else []
        if kind == "supervisord":
            names = [key for key in _NOTICED if key in section and not _alike(key, section[key], now.get(key))]
            found += ["%s of [supervisord] changes" % ", ".join(names)] if names else []
    return found


def _same(one: t.Optional[str], other: t.Optional[str]) -> bool:
    """Whether the same may log in: the password may be stored as its hash now."""
    return one == other or (one is not None and other == _password.hashed(one))


def _alike(key: str, one: t.Any, other: t.Any) -> bool:
    """Root goes on to be root when that is written down."""
    return bool(one == other or (key == "user" and {one, other} <= {None, "root", "0"}))
