# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a main configuration file may hold and yet lays open, or leaves useless: a word about each, with the cure.

The texts name no address: Ansible shows a warning once, however many hosts give it, as long as it is the same.
"""

import typing as t

from .._rpc import interface as _interface
from . import main_config as _main_config

# Plugins that are known to open a port of their own without asking for a password: package -> option, its default.
OWN_PORT = {"multivisor": ("bind", "*:9002")}
CLEAR_TEXT = (
    "inet_http_server listens beyond this host, and Supervisor has no TLS: its password, and all that is asked and "
    "answered, cross the network in clear text. Listen on 127.0.0.1 and let a proxy with TLS or an SSH tunnel lead "
    "there, or keep that network to yourself or encrypted."
)


def warnings(found: t.List[_main_config.Section]) -> t.List[str]:
    """One text for each thing; none for a server that nobody but root, or only who knows the password, can use.

    :param found: from ``main_config.sections``.
    """
    by_kind = {kind: values for kind, _name, values in found}
    unix, inet = by_kind.get("unix_http_server"), by_kind.get("inet_http_server")
    told = _of_inet(inet) + _of_unix(unix)
    for kind, name, values in found:
        if kind == "rpcinterface":
            told.extend(_of_plugin(name, values))
    used = unix or inet or {}
    if used.get("username") and not by_kind["supervisorctl"].get("password"):
        told.append(
            "The server's password was given as a hash, so supervisorctl and the modules on this host cannot log in: "
            "set supervisorctl.username and supervisorctl.password (clear text), too."
        )
    if not unix and not inet:
        told.append(
            "There is neither unix_http_server nor inet_http_server: nothing will be able to control the daemon."
        )
    return told


def _of_inet(server: t.Optional[_main_config.Values]) -> t.List[str]:
    if not server:
        return []
    if not server.get("password"):
        return [
            "inet_http_server has no password: every account of this host can start and stop all programs "
            "at %s. Set inet_http_server.username and password." % server["port"]
        ]
    if _is_loopback(str(server["port"])):
        return []
    return [CLEAR_TEXT]


def _of_unix(server: t.Optional[_main_config.Values]) -> t.List[str]:
    if not server or server.get("password") or not _others_may_write(str(server.get("chmod") or "")):
        return []
    return [
        "unix_http_server.chmod %s without a password lets every account of this host control all programs, and so do "
        "what the daemon may do. Use '0770' and unix_http_server.chown with the group that may, or set "
        "unix_http_server.username and password." % server["chmod"]
    ]


def _others_may_write(mode: str) -> bool:
    try:
        return bool(int(mode, 8) & 0o002)
    except ValueError:  # refused elsewhere, with a better word
        return False


def _of_plugin(name: str, values: _main_config.Values) -> t.List[str]:
    package = str(values.get("supervisor.rpcinterface_factory", "")).partition(":")[0].partition(".")[0]
    if package not in OWN_PORT:
        return []
    option, default = OWN_PORT[package]
    address = str(values.get(option) or default)
    who = "every account of this host" if _is_loopback(address) else "everybody who reaches this host"
    return [
        "rpcinterfaces: %s (%s) opens a port of its own, %s, which asks for no password: %s can control all programs. "
        "Set its option %s to an address on 127.0.0.1, or let a firewall keep others off."
        % (name, package, address, who, option)
    ]


def _is_loopback(address: str) -> bool:
    return _interface.is_loopback(address.rpartition(":")[0])
