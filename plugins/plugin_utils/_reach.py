# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the controller reaches the daemons of hosts itself: addresses, logins and TLS options from their variables."""

from __future__ import annotations

import typing as t
from urllib.parse import urlsplit

from ..module_utils import _near
from . import _logins, _servers

Server = dict[str, t.Any]

URL = "supervisor_server_url"
OF_PLUGIN = "supervisord_server"  # set by the inventory plugin
LOGIN = ("username", "password")
TLS = ("ca_path", "client_cert", "client_key", "validate_certs")
OPTIONS = (*LOGIN, *TLS, "timeout")
# The variables of a host that say all this, beside supervisor_inet_http_server and what the inventory plugin sets.
OWN = "supervisor_server_"
VARIABLES = (URL, *(OWN + option for option in OPTIONS))


def servers(hosts: t.Iterable[t.Mapping]) -> list[Server]:
    """Hosts whose daemons the controller can ask itself, as the option ``servers`` of the modules wants them.

    A host that only itself can reach, or whose password the inventory does not know, is left out: it is asked over
    its own connection.
    """
    return [entry for entry in map(_server, hosts) if entry is not None]


def _server(host: t.Mapping) -> Server | None:
    _refuse_misspelt(host)
    own = {option: host.get(OWN + option) for option in OPTIONS}
    own = {option: value for option, value in own.items() if value not in (None, "")}
    found = _address(host, alone="username" in own)
    if found is None:
        return None
    if "username" in own:
        found = {key: value for key, value in found.items() if key not in LOGIN}
    return {"name": str(host["inventory_hostname"]), **found, **own}


def _refuse_misspelt(host: t.Mapping) -> None:
    """Raise ValueError for a name that is nearly one of these variables, and does nothing."""
    for name in host:
        if str(name).startswith(OWN) and name not in VARIABLES:
            near = _near.near(str(name)[len(OWN) :], [known[len(OWN) :] for known in VARIABLES], 1)
            if near:
                who = host["inventory_hostname"]
                raise ValueError(f"{name} of host {who} is no variable that is read; did you mean {OWN}{near[0]}?")


def _address(host: t.Mapping, alone: bool) -> Server | None:
    """Where the daemon is, and what belongs to that. What was said of this host alone comes first.

    :param alone: the login comes from elsewhere.
    """
    name, plugin = str(host["inventory_hostname"]), host.get(OF_PLUGIN)
    if host.get(URL):
        url, more = str(host[URL]), {}
    elif isinstance(plugin, t.Mapping) and plugin.get("server_url"):
        url, more = str(plugin["server_url"]), {key: plugin[key] for key in TLS if key in plugin}
    else:
        return _inet(host, alone)
    return {"server_url": url, **more, **(_logins.of(name, url) or _login(_inet_of(host)))}


def _inet_of(host: t.Mapping) -> t.Mapping:
    inet = host.get(_servers.INET)
    return inet if isinstance(inet, t.Mapping) else {}


def _login(inet: t.Mapping) -> Server:
    """The login of the host's own server, where a clear text of it is known."""
    login = {key: str(inet[key]) for key in LOGIN if inet.get(key)}
    return login if len(login) == len(LOGIN) and not _servers.is_hash(login["password"]) else {}


def _inet(host: t.Mapping, alone: bool) -> Server | None:
    """The server that the role supervisor configures."""
    if alone:
        inet = {key: value for key, value in _inet_of(host).items() if key not in LOGIN}
        host = {**host, _servers.INET: inet}
    try:
        found = _servers.servers([host], [])
    except ValueError:
        return None
    if not found or "error" in found[0]:
        return None
    login = {key: found[0][key] for key in LOGIN if key in found[0]}
    return {"server_url": f"http://{urlsplit(found[0]['url']).netloc}:{found[0]['port']}", **login}
