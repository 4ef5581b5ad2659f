# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The monitor's list of daemons: merged from the inventory, and checked for what the application would misread."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import urlsplit

from ..module_utils._rpc import interface as _interface
from . import _reached, _role_hosts

INET = "supervisor_inet_http_server"
SERVER = "monitor_web_server"
_ALONE = (
    "Not asked, because {why}. Give its supervisor_inet_http_server a port with an address that others reach, or say "
    "in its monitor_web_server how this page reaches it."
)


def servers(hosts: list[t.Mapping], extra: list[dict], own: str | None = None) -> list[dict]:
    """Merge and check. Raises ValueError naming the server and what to do; never a password.

    :param own: the host that asks the daemons, by its name in the inventory; None for one that is not in it. A host
        that this one cannot reach (see ``_reached``) gets an ``error``, why, and no login: it is not asked.
    """
    merged: dict[str, dict] = {}
    alone: dict[str, str] = {}
    for host in hosts:
        name = str(host["inventory_hostname"])
        entry, why = _from_host(host, own)
        if entry is not None:
            merged[name] = entry
        if why:
            alone[name] = _ALONE.format(why=why)
    seen: set[str] = set()
    for entry in extra:
        name = str(entry.get("name") or "")
        if name in seen:
            raise ValueError(f"the server {name} is listed twice; give each one a name of its own")
        seen.add(name)
        merged[name] = entry
        alone.pop(name, None)
    return [
        {**_checked(name, entry), **({"error": alone[name]} if name in alone else {})} for name, entry in merged.items()
    ]


def _from_host(host: t.Mapping, own: str | None) -> tuple[dict | None, str]:
    """The entry of a host, None for one without a daemon, and why it cannot be asked."""
    inet, server = _role_hosts.value("supervisor", INET, host, {}), dict(host.get(SERVER) or {})
    if not inet.get("port") and not server:
        return None, ""
    listens, port = _split(str(inet.get("port") or ""))
    found = _reached.reached(host, listens, own, told=str(server.get("url") or ""))  # in whose place the URL comes
    known = {key: inet[key] for key in ("username", "password") if inet.get(key)}
    known.update({key: value for key, value in server.items() if key != "name"})
    if found.why:
        return {"url": _url_of(_shown(host)), "port": known.get("port", port)}, found.why
    return {"url": _url_of(found.address), "port": port, **known}, ""


def _url_of(address: str) -> str:
    return f"http://{_reached.bracketed(address)}/RPC2"


def _shown(host: t.Mapping) -> str:
    """What the page names as the address of a host that it does not ask."""
    address, name = str(host.get("ansible_host") or ""), str(host["inventory_hostname"])
    return name if not address or _interface.is_loopback(address) else address


def _split(port: str) -> tuple[str, str]:
    """Supervisor's ``port`` option: a number, or an address, a colon and a number."""
    address, _colon, number = port.rpartition(":")
    return address.strip(), number.strip()


def _checked(name: str, entry: dict) -> dict:
    if not name or name in (".", "..") or re.search(r"[\x00-\x1f\x7f]", name):
        raise ValueError(f"a server is called {name!r}; give it a name that can be shown")
    unknown = set(entry) - {"name", "url", "port", "username", "password"}
    if unknown:
        raise ValueError(
            f"the server {name} has the unknown key {sorted(unknown)[0]}; known are name, url, port, username, password"
        )
    checked = {"name": name, "url": _url(name, entry.get("url")), "port": _port(name, entry.get("port"))}
    return {**checked, **_login(name, entry)}


def _url(name: str, value: object) -> str:
    url = str(value or "")
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname or parts.username is not None or parts.query or parts.fragment:
        hint = (
            "the application speaks plain HTTP only, also where the URL says https"
            if parts.scheme == "https"
            else "it needs the form http://ADDRESS/RPC2"
        )
        raise ValueError(f"the url of the server {name} cannot be used: {hint}")
    if ":" in parts.netloc.rpartition("]")[2]:
        raise ValueError(f"the url of the server {name} holds a port; the application reads it from port instead")
    return url


def _port(name: str, value: object) -> int:
    text = str(value if value is not None else "")
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ValueError(f"the port of the server {name} is {text!r}; it must be a number from 1 to 65535")
    return int(text)


def is_hash(password: str) -> bool:
    """Is it only the hash of a password, which a server can compare with and nobody can log in with?"""
    return bool(re.match(r"\{SHA\}[0-9a-fA-F]{40}$", password))


def _login(name: str, entry: dict) -> dict:
    username, password = entry.get("username"), entry.get("password")
    if not username and not password:
        return {}
    if not username or not password:
        missing = "password" if username else "username"
        raise ValueError(f"the server {name} has no {missing}; give both username and password, or neither")
    if ":" in str(username):
        raise ValueError(f"the username of the server {name} holds a colon, which HTTP cannot carry")
    if is_hash(str(password)):
        raise ValueError(
            f"the password of the server {name} is a hash; the monitor has to send the password itself. Put the clear "
            "text in the variable (the role supervisor hashes it in the file), or set monitor_web_server for this host"
        )
    return {"username": str(username), "password": str(password)}
