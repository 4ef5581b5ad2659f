# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a text of nginx's configuration makes it listen. Pure: text in, addresses out."""

import re
import typing as t

_LISTEN = re.compile(r"^\s*listen\s+(?P<address>[^\s;]+)[^;\n]*;", re.MULTILINE)
_PORT = re.compile(r"(?:(?P<host>\[[^\]]+\]|[^:\[\]]*):)?(?P<port>[0-9]{1,5})\Z")
DEFAULT_PORT = 80


class Listen(t.NamedTuple):
    """An address of a site. ``host``: "" for every IPv4 address; an IPv6 one is without brackets."""

    host: str
    port: int


def listens(text: str) -> t.List[Listen]:
    """All TCP addresses, each once, in the order of the text; sockets of the file system are left out."""
    found = []
    for match in _LISTEN.finditer(text):
        address = match.group("address")
        if address.startswith("unix:"):
            continue
        port = _PORT.match(address)
        host = (port.group("host") or "") if port else address
        number = int(port.group("port")) if port else DEFAULT_PORT
        item = Listen("" if host == "*" else host.strip("[]"), number)
        if item not in found:
            found.append(item)
    return found
