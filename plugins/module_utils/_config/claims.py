# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets and files that one section claims for itself, and the pairs of sections that claim the same.

Supervisor compares none of them. It makes the socket of a FastCGI section when its group is added and again before its
first process starts: a path that is there is removed first, whoever listens on it, and a port that is in use ends
supervisord itself (supervisor socket_manager.py, datatypes.py create_and_bind). So it matters neither whether the
programs run, nor whether they start by themselves. The processes of one section share their socket, as they should; a
member of a [group:x] gets none at all (options.py makes it an ordinary program).
"""

import os
import socket
import typing as t
from collections import OrderedDict

from . import groups as _groups, ini as _ini, scope as _scope, values as _values

ANY = "0.0.0.0"  # nosec: an address that is compared, nothing listens there
SOCKET = "socket"
PIDFILE = "pidfile"
CONFIG = "configuration file"
LOG = "log"
_PREFIX = "unix://"
_ADVICE = {
    SOCKET: "the one that comes second takes it away from the other, and supervisord itself may end. Give one of "
    "them another; processes that share one socket are numprocs of one section",
    PIDFILE: "supervisord writes its number over what is there and removes the file when it ends. Give one of them "
    "another path",
    CONFIG: "what is written there ends in the configuration. Give the log another path",
}

Settings = t.Mapping[str, t.Dict[str, t.Any]]


class Claim(t.NamedTuple):
    """What a section claims. ``name``: as it is written; ``keys``: the file by its real path, and where a link is also
    the link itself; ``address``: host and port instead; ``rotates``: a log that Supervisor rotates.
    """

    kind: str
    section: str
    option: str
    place: str
    name: str
    keys: t.FrozenSet[str] = frozenset()
    address: t.Optional[t.Tuple[str, int]] = None
    rotates: bool = False

    def told(self) -> str:
        """Section, option and place, for a message."""
        return ("[%s] %s" % (self.section, self.option) if self.section else "the configuration file") + self.place


class Conflict(t.NamedTuple):
    """Two claims that do not go together: the sections ("" for a file as such), and the sentence for the user."""

    sections: t.Tuple[str, str]
    message: str


def conflicts(context: _scope.Context, groups: t.Iterable[_groups.Group], daemon: Settings) -> t.List[Conflict]:
    """All pairs, and a warning in the context for each rotating log that several write."""
    claims = list(_daemon(context, daemon))
    for group in groups:
        claims.extend(_sockets(context, group))
        claims.extend(_logs(context, group))
    # A file that is read by two names, or twice, is one file.
    files = OrderedDict((os.path.realpath(file), file) for file in reversed(context.tree.files))
    claims.extend(Claim(CONFIG, "", "", "", file, keys(file) | {real}) for real, file in reversed(files.items()))
    found = list(_same_address(context, [claim for claim in claims if claim.address]))
    by_key: t.Dict[str, t.List[Claim]] = OrderedDict()
    for claim in claims:
        for key in claim.keys:
            by_key.setdefault(key, []).append(claim)
    for same in by_key.values():
        if len(same) > 1:
            found.extend(_of_one_path(context, same))
    return list(OrderedDict.fromkeys(found))


def keys(path: str) -> t.FrozenSet[str]:
    """What a path leads to. A link that is replaced by a socket is one more name for the same."""
    plain = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    return frozenset([plain, os.path.realpath(path)]) if os.path.islink(plain) else frozenset([plain])


def tcp(url: str) -> t.Optional[t.Tuple[str, int]]:
    """Host and port of a FastCGI socket; None for one that is a path."""
    if url.startswith(_PREFIX):
        return None
    host, _colon, port = url[len("tcp://") :].rpartition(":")
    return host, int(port)


def path_of(url: str) -> str:
    """The path of a FastCGI socket that is one."""
    return url[len(_PREFIX) :]


def overlap(one: t.FrozenSet[str], other: t.FrozenSet[str]) -> bool:
    """Can only one of these two addresses be listened on at a time, if the port is the same?"""
    return bool(one & other) or (bool(one) and bool(other) and ANY in one | other)


def addresses(host: str) -> t.FrozenSet[str]:
    """The IPv4 addresses that a host means to the daemon, in whatever spelling; its own text when nobody knows them."""
    if host in ("", "*", ANY):
        return frozenset([ANY])
    try:
        return frozenset([socket.inet_ntoa(socket.inet_aton(host))])  # "127.1" and "0x7f000001" too
    except (OSError, ValueError):
        pass
    try:
        answers = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
    except (OSError, ValueError):
        return frozenset([host.lower()])
    return frozenset(str(answer[4][0]) for answer in answers)


def _daemon(context: _scope.Context, daemon: Settings) -> t.Iterator[Claim]:
    portable = context.reader.portable
    for section, values in daemon.items():
        if section.startswith("unix_http_server"):
            path = portable(values["file"])
            yield Claim(SOCKET, portable(section), "file", _place(context, section, "file"), path, keys(path))
        elif section.startswith("inet_http_server"):
            host, port = values["port"]
            place = _place(context, section, "port")
            yield Claim(SOCKET, portable(section), "port", place, "%s:%d" % (host or "*", port), address=(host, port))
    own = daemon["supervisord"]
    for kind, option in ((PIDFILE, "pidfile"), (LOG, "logfile")):
        written = own.get(option)
        if isinstance(written, str) and _is_file(portable(written)):
            path = portable(_scope.normal_path(written, context))
            place = _place(context, "supervisord", option)
            rotates = kind == LOG and bool(own.get("logfile_maxbytes"))
            yield Claim(kind, "supervisord", option, place, path, keys(path), rotates=rotates)


def _is_file(path: str) -> bool:
    """Can a log of this name be spoilt? What is written to a device is gone anyway."""
    return path not in (_values.AUTO, _values.SYSLOG) and not path.startswith("/dev/")


def _sockets(context: _scope.Context, group: _groups.Group) -> t.Iterator[Claim]:
    url = group.options.get("socket")
    if group.kind != "fcgi-program" or not url:
        return
    section = group.sections[0]
    address = tcp(url)
    paths = frozenset() if address else keys(path_of(url))  # type: t.FrozenSet[str]
    place = _place(context, section, "socket")
    yield Claim(SOCKET, context.reader.portable(section), "socket", place, url, paths, address)


def _logs(context: _scope.Context, group: _groups.Group) -> t.Iterator[Claim]:
    for process in group.processes:
        for stream in ("stdout", "stderr"):
            option = stream + "_logfile"
            path = process.options.get(option)
            if isinstance(path, str) and _is_file(path):
                place = _place(context, context.reader.native(process.section), option)
                rotates = bool(process.options.get(option + "_maxbytes"))
                path = os.path.normpath(os.path.join(context.machine.cwd(), path))
                yield Claim(LOG, process.section, option, place, path, keys(path), rotates=rotates)


def _place(context: _scope.Context, section: str, option: str) -> str:
    value: t.Optional[_ini.Value] = context.store.get(section, option)
    if value is not None:
        return " (file: %r, line %d)" % (value.file, value.line)
    files = context.store.origins.get(section)
    return " (file: %r, by default)" % files[0] if files else ""


def _same_address(context: _scope.Context, claims: t.List[Claim]) -> t.Iterator[Conflict]:
    """Names are only looked up where two ports are the same."""
    for number, claim in enumerate(claims):
        for other in claims[:number]:
            (host, port), (host2, port2) = t.cast(t.Any, (claim.address, other.address))
            if port == port2 and (host == host2 or overlap(addresses(host), addresses(host2))):
                yield _conflict(other, claim)


def _of_one_path(context: _scope.Context, same: t.List[Claim]) -> t.Iterator[Conflict]:
    """Claims of one file: several logs may share it unless it rotates; anything else is alone."""
    first = next((claim for claim in same if claim.kind != LOG), None)
    if first is not None:
        seen = set()
        for claim in same:
            if claim is not first and (claim.kind, claim.section, claim.option) not in seen:
                seen.add((claim.kind, claim.section, claim.option))
                yield _conflict(first, claim)
    elif any(claim.rotates for claim in same):
        text = _rotating(same)
        if text not in context.warnings:
            context.warnings.append(text)


def _conflict(one: Claim, other: Claim) -> Conflict:
    kinds = [kind for kind in (SOCKET, PIDFILE, CONFIG) if kind in (one.kind, other.kind)]
    spelt = one.name if one.name == other.name else "%s and %s" % (one.name, other.name)
    return Conflict(
        (one.section, other.section),
        "%s and %s claim the same, %s: %s" % (one.told(), other.told(), spelt, _ADVICE[kinds[0] if kinds else SOCKET]),
    )


def _rotating(same: t.List[Claim]) -> str:
    """A rotation renames the file for one of the writers; the others go on in what is now web.log.1, or deleted."""
    who = list(OrderedDict.fromkeys("[%s] %s" % (claim.section, claim.option) for claim in same))
    return (
        "%s is written by %d logs (%s) and rotated by Supervisor, which only one of them takes notice of: the others "
        "go on in the renamed file. Let each have its own, for example with %%(process_num)d in the name, redirect "
        "stderr into stdout, or set the logfile_maxbytes to 0 and rotate by other means"
        % (same[0].name, len(same), ", ".join(who[:4]) + (" ..." if len(who) > 4 else ""))
    )
