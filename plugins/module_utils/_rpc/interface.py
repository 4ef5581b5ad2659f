# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which network interfaces an address means: those of every network, or the one that no other machine reaches.

Text in, yes or no out; no name is looked up.
"""

import ipaddress
import re
import typing as t

Address = t.Union[ipaddress.IPv4Address, ipaddress.IPv6Address]

_LOOPBACK_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback") + tuple(
    "localhost%d%s" % (version, domain) for version in (4, 6) for domain in ("", ".localdomain%d" % version)
)
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|[0-9]+")


def is_loopback(address: str) -> bool:
    """Does it mean the machine that uses it, whichever that is?

    :param address: a name or an address, also in brackets, and in any spelling that the C library takes.
    """
    found = _number(address)
    if found is not None:
        return found.is_loopback
    name = address.strip().rstrip(".").lower()
    return name in _LOOPBACK_NAMES or name.endswith(".localhost")


def is_every(address: str) -> bool:
    """Does who listens on it listen on every interface? So it is without an address, too."""
    found = _number(address)
    return address.strip() in ("", "*") if found is None else found.is_unspecified


def _number(address: str) -> t.Optional[Address]:
    """The address as a number; None for a name."""
    text = address.strip().strip("[]").partition("%")[0]
    found: t.Optional[Address] = _ipv4(text)
    if found is None:
        try:
            found = ipaddress.ip_address(text)
        except ValueError:
            return None
    return getattr(found, "ipv4_mapped", None) or found


def _ipv4(text: str) -> t.Optional[ipaddress.IPv4Address]:
    """One of the spellings of C: "127.1" and "0x7f000001" are 127.0.0.1."""
    parts = text.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    try:
        numbers = [int(part, 16 if part[1:2] in ("x", "X") else 8 if part[0] == "0" else 10) for part in parts]
    except ValueError:  # an octal number with an 8 or a 9
        return None
    rest = 256 ** (5 - len(numbers))
    if numbers[-1] >= rest or any(number > 255 for number in numbers[:-1]):
        return None
    high = sum(number << (24 - 8 * index) for index, number in enumerate(numbers[:-1]))
    return ipaddress.IPv4Address(high + numbers[-1])
