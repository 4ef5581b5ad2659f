# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""firewalld: which ports it lets in, now and after a reload, and how these are changed.

It is spoken to through firewall-cmd, which takes many ports in one call. A port that is removed from somebody's range
cuts that range in two (measured with 1.3.3), so what has become part of a wider range stays.
"""

import re
import typing as t

from .. import _errors
from . import ports as _ports

COMMAND = "firewall-cmd"
NOW, PERMANENT = "now", "permanent"
PLACES = (NOW, PERMANENT)
Run = t.Callable[[t.List[str]], t.Tuple[int, str, str]]
_ROUTES, _ROUTES_6 = "/proc/net/route", "/proc/net/ipv6_route"
_PROTOCOL = "tcp"
_NOT_RUNNING, _NO_ZONE, _BUS = 252, 112, 36  # codes of firewall-cmd
_NO_BUS = "Failed to connect to socket"  # where D-Bus does not run no firewalld does, as in most containers


class State(t.NamedTuple):
    """Open TCP ports, place -> zone -> ranges."""

    opened: t.Dict[str, t.Dict[str, t.List[_ports.Range]]]

    def has(self, place: str, thing: str) -> bool:
        """Is this port open there?"""
        zone, port = apart(thing)
        return _ports.within(port, self.opened[place].get(zone, ()))

    def is_of_others(self, place: str, thing: str, own: t.Container[str]) -> bool:
        """Has it become part of a range that holds ports of somebody else?"""
        zone, port = apart(thing)
        around = [one for one in self.opened[place].get(zone, ()) if one.low <= port <= one.high]
        return any(thing_of(zone, other) not in own for one in around for other in range(one.low, one.high + 1))


def thing_of(zone: str, port: int) -> str:
    """How the register calls a port of a zone."""
    return "%s %d/%s" % (zone, port, _PROTOCOL)


def apart(thing: str) -> t.Tuple[str, int]:
    """Zone and port of such a text."""
    zone, _space, port = thing.rpartition(" ")
    return zone, int(port.partition("/")[0])


def default_zone(run: Run) -> str:
    """The zone of interfaces that are in no other; "" where firewalld does not run."""
    code, output, error = run([COMMAND, "--get-default-zone"])
    if code == _NOT_RUNNING or (code == _BUS and _NO_BUS in error + output):
        return ""
    return _checked(["--get-default-zone"], code, output, error).strip()


def zone(run: Run, default: str, routes: str = _ROUTES, routes_6: str = _ROUTES_6) -> str:
    """The zone that guards the interface of the default route: what comes from elsewhere comes through it.

    That of IPv4 counts first, that of IPv6 on a host without one.
    """
    for interface in _default_interfaces(_rows(routes), _rows(routes_6)):
        code, output, _error = run([COMMAND, "--get-zone-of-interface=%s" % interface])
        if code == 0 and output.strip():
            return output.strip()
    return default


def state(run: Run, zones: t.Iterable[str], needed: str, option: str) -> State:
    """What is open in these zones; one that is not there any more has nothing open.

    :param needed: the zone that must be there.
    :param option: what names it, for the message.
    :raises _errors.OptionError: it is not.
    """
    opened = {}  # type: t.Dict[str, t.Dict[str, t.List[_ports.Range]]]
    for place in PLACES:
        opened[place] = {}
        for name in sorted(zones):
            words = _where(place) + ["--zone=%s" % name, "--list-ports"]
            code, output, error = run([COMMAND] + words)
            if code == _NO_ZONE and name == needed:
                raise _errors.OptionError(
                    "%s is %s, and firewalld has no such zone%s. Name one that firewall-cmd --get-zones "
                    "shows, or leave it empty for the zone of the default route."
                    % (option, name, " in its permanent rules" if place == PERMANENT else "")
                )
            found = [] if code == _NO_ZONE else _checked(words, code, output, error).split()
            opened[place][name] = [
                one for word in found if word.endswith("/" + _PROTOCOL) for one in _ports.ranges(word.partition("/")[0])
            ]
    return State(opened)


def change(run: Run, place: str, verb: str, things: t.Iterable[str]) -> None:
    """Open or close ports in one place, one call for each zone.

    :param verb: ``add`` or ``remove``.
    :raises _errors.SupervisorError: firewalld does not; in its words.
    """
    by_zone = {}  # type: t.Dict[str, t.List[int]]
    for thing in things:
        name, port = apart(thing)
        by_zone.setdefault(name, []).append(port)
    for name, found in sorted(by_zone.items()):
        words = ["--%s-port=%d/%s" % (verb, port, _PROTOCOL) for port in sorted(found)]
        words = _where(place) + ["--zone=%s" % name] + words
        _checked(words, *run([COMMAND] + words))


def _where(place: str) -> t.List[str]:
    return ["--permanent"] if place == PERMANENT else []


def _checked(words: t.List[str], code: int, output: str, error: str) -> str:
    if code != 0:
        raise _errors.SupervisorError(
            "firewalld refuses %s: %s" % (" ".join([COMMAND] + words), (error or output).strip() or "code %d" % code)
        )
    return output


def _rows(routes: str) -> t.List[t.List[str]]:
    try:
        with open(routes) as stream:
            return [line.split() for line in stream]
    except OSError:
        return []


def _default_interfaces(rows: t.List[t.List[str]], rows_6: t.List[t.List[str]]) -> t.List[str]:
    # A line is interface, destination, gateway, flags...; the default route has the destination 0 and the mask 0.
    found = [row[0] for row in rows if len(row) > 7 and row[1] == "00000000" and row[7] == "00000000"]
    # With IPv6 destination, its length..., flags, interface. The kernel has one more on lo, which refuses.
    found += [row[9] for row in rows_6 if len(row) > 9 and row[:2] == ["0" * 32, "00"] and row[9] != "lo"]
    return [name for name in found if re.match(r"[A-Za-z0-9_.@:-]+\Z", name)]
