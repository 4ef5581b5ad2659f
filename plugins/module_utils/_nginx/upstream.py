# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""nginx's file with the upstreams, as the role load_balancer writes it. Pure: text in, text out."""

import re
import typing as t

from .. import _errors

# A server of an upstream, with the member's name behind it; "down" is the one record of who was taken out of service.
SERVER = re.compile(
    r"^(?P<start>\s*server (?P<address>\S+?)(?: [^;\n]*?)??)(?P<down> down)?(?P<end>; # (?P<member>\S+))$", re.MULTILINE
)
UPSTREAM = re.compile(r"^upstream fleet_(?P<app>\S+) \{$(?P<body>.*?)^\}$", re.MULTILINE | re.DOTALL)
# Beside the upstream of an application there is one for each member that sessions stay at: "upstream route_shop.1 {".
_ANY = re.compile(r"^upstream (?:fleet|route)_\S+ \{$.*?^\}$", re.MULTILINE | re.DOTALL)


class Member(t.NamedTuple):
    """A member of an upstream: the application, its name ("c701/app01"), its address, and whether it is out."""

    app: str
    member: str
    address: str
    drained: bool


def members(text: str) -> t.List[Member]:
    """The members in the order of the file."""
    return [
        Member(upstream.group("app"), server.group("member"), server.group("address"), bool(server.group("down")))
        for upstream in UPSTREAM.finditer(text)
        for server in SERVER.finditer(upstream.group("body"))
    ]


def edited(text: str, names: t.Collection[str], active: bool, leave: int) -> str:
    """The text with these members in service or out of it.

    :param leave: so many members of each application must remain in service.
    :raises _errors.OptionError: a member is not there, or too few would be left.
    """
    present = members(text)
    unknown = sorted(set(names) - {item.member for item in present})
    if unknown:
        raise _errors.OptionError(
            "members: %s in no upstream, which has %s; run the role supervisord.fleet.load_balancer again"
            % (" and ".join(unknown) + (" is" if len(unknown) == 1 else " are"), ", ".join(_names(present)) or "nobody")
        )
    changed = _ANY.sub(lambda found: SERVER.sub(lambda server: _line(server, names, active), found.group(0)), text)
    if not active:
        _refuse_too_few(present, members(changed), leave)
    return changed


def _names(found: t.Iterable[Member]) -> t.List[str]:
    return sorted({item.member for item in found})


def _line(server: "t.Match[str]", names: t.Collection[str], active: bool) -> str:
    if server.group("member") not in names:
        return server.group(0)
    return server.group("start") + ("" if active else " down") + server.group("end")


def _refuse_too_few(before: t.List[Member], after: t.List[Member], leave: int) -> None:
    for app in sorted({item.app for item in before}):
        left = [item.member for item in after if item.app == app and not item.drained]
        leaving = [item.member for item in before if item.app == app and not item.drained and item.member not in left]
        if leaving and len(left) < leave:
            raise _errors.OptionError(
                "members: without %s only %d of at least %d members would serve %s; take out fewer at once, or lower "
                "leave" % (", ".join(leaving), len(left), leave, app)
            )
