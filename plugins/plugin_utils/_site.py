# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the monitor's site listens and how people reach it, checked for what nginx would misread or refuse."""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ..module_utils._rpc import interface as _interface

_ORIGIN = re.compile(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?\Z")
_PATH = re.compile(r"/(?:[A-Za-z0-9._~-]+/)*\Z")
_NAME = re.compile(r"[A-Za-z0-9._-]+\Z")
_LINK = re.compile(r"(https?://|mailto:)[^\s<>\"']+\Z")
_USUAL = {"http": "80", "https": "443"}
_OWN = ("ask", "control", "css", "img", "js", "sounds")  # what paths of the dashboard itself begin with
OF_SITE = {"addresses", "names", "path", "origins", "proxies", "links"}


def site(given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Check and tidy. Raises ValueError naming the variable, its value and what to do.

    :param given: addresses, names, path, origins, proxies and links, as in the variables ``monitor_web_*``.
    :returns: the same keys, and local: whether no other machine can connect.
    """
    unknown = sorted(set(given) - OF_SITE)
    if unknown:
        raise ValueError(f"the site has the unknown key {unknown[0]}; known are {', '.join(sorted(OF_SITE))}")
    addresses = _unique(_address(text) for text in _texts(given.get("addresses")))
    return {
        "addresses": addresses,
        "local": bool(addresses) and all(map(_interface.is_loopback, addresses)),
        "names": _unique(_name(text) for text in _texts(given.get("names"))),
        "path": _path(given.get("path")),
        "origins": _unique(_origin(text) for text in _texts(given.get("origins"))),
        "proxies": _unique(_proxy(text) for text in _texts(given.get("proxies"))),
        "links": [_link(dict(link)) for link in given.get("links") or []],
    }


def _texts(value: t.Any) -> list[str]:
    """A list of texts; one alone may stand without the list, and an empty one says nothing."""
    many = value if isinstance(value, (list, tuple)) else [value]
    return [text for text in (str(item).strip() for item in many if item is not None) if text]


def _unique(values: t.Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None


def _bracketed(text: str) -> str | None:
    """An address as nginx writes it, or None."""
    address = _ip(text)
    if address is None:
        return None
    return f"[{address}]" if address.version == 6 else str(address)


def _address(text: str) -> str:
    if text == "*":
        return "0.0.0.0"  # nosec: what nginx is told to do is what the user wants
    found = _bracketed(text)
    if found is None and not (text == "localhost" or (_NAME.match(text) and not re.match(r"[0-9.]+\Z", text))):
        raise ValueError(
            f"monitor_web_address holds {text!r}; give addresses of the host without a port, such as 10.0.0.5 or "
            "fd00::5, and the port in monitor_web_port"
        )
    return found or text


def _name(text: str) -> str:
    found = _bracketed(text)
    if found is None and not _NAME.match(text):
        raise ValueError(
            f"monitor_web_server_names holds {text!r}; give names or addresses as they stand in a browser's address "
            "line, without http:// and without a port"
        )
    return found or text


def _path(value: t.Any) -> str:
    text = "/" + str(value or "").strip("/") + "/"
    text = "/" if text == "//" else text
    if not _PATH.match(text) or "/../" in text or "/./" in text:
        raise ValueError(
            f"monitor_web_path is {value!r}; give the path that the dashboard has on its site, such as /monitor/, of "
            "letters, digits and the characters . _ ~ -"
        )
    if text.split("/")[1] in _OWN:
        raise ValueError(
            f"monitor_web_path is {value!r}, but the dashboard's own paths begin so ({', '.join(_OWN)}); where a proxy "
            "cuts the path off they would be cut off, too. Give another one, such as /monitor/"
        )
    return text


def _origin(text: str) -> str:
    found = _ORIGIN.match(text.lower().rstrip("/"))
    if not found or not 0 < int(found.group(3) or 1) < 65536:
        raise ValueError(
            f"monitor_web_public_origins holds {text!r}; give scheme, name and, unless it is the usual one, port, as "
            "they stand in the browser's address line: https://ops.example or http://ops.example:8080. A path goes "
            "into monitor_web_path"
        )
    scheme, host, port = found.groups()
    # Browsers leave the usual port out.
    return f"{scheme}://{host}" + (f":{int(port)}" if port and port != _USUAL[scheme] else "")


def _proxy(text: str) -> str:
    try:
        network = ipaddress.ip_network(text.replace("[", "").replace("]", ""))
    except ValueError:
        raise ValueError(
            f"monitor_web_trusted_proxies holds {text!r}; give an address such as 10.0.0.7, or a network such as "
            "10.0.0.0/24 whose address has no bits beyond its length"
        ) from None
    if network.prefixlen == 0:
        raise ValueError(
            f"monitor_web_trusted_proxies holds {text!r}, which is everybody: each client could then say that it is "
            "another one. Give the addresses of the proxies"
        )
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def _link(link: dict[str, t.Any]) -> dict[str, str]:
    unknown = sorted(set(link) - {"name", "url"})
    if unknown:
        raise ValueError(f"monitor_web_links has the unknown key {unknown[0]}; known are name and url")
    name, url = str(link.get("name") or ""), str(link.get("url") or "")
    if not name or re.search(r"[\x00-\x1f\x7f]", name):
        raise ValueError(f"monitor_web_links holds a link with the name {name!r}; give the text that people click on")
    if not _LINK.match(url):
        raise ValueError(
            f"monitor_web_links: the url of {name!r} is {url!r}; give one that begins with https://, http:// or mailto:"
        )
    return {"name": name, "url": url}
