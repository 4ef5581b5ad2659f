# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which lines of ``semanage import`` lead from the policy as it is to what a service needs, and what is refused."""

import typing as t

from .. import _errors
from .._host import listeners as _listeners
from . import register as _register, selinux as _selinux

_PORT, _FOLDER = "port", "folder"


class Wanted(t.NamedTuple):
    """What one holder needs. Ports and switches are plain, folders are pattern -> (type, path)."""

    holder: str
    ports: t.List[int]
    port_type: str
    as_good: t.List[str]
    program: str
    switches: t.List[str]
    folders: t.Dict[str, t.Tuple[str, str]]
    variable: str


class Decision(t.NamedTuple):
    """Lines for semanage, the register to be noted before them, the one after, and lines that are left for later."""

    lines: t.List[str]
    before: _register.Register
    after: _register.Register
    left: t.Sequence[str] = ()


def wanted(params: t.Mapping[str, t.Any]) -> Wanted:
    """The options of a task.

    :raises _errors.OptionError: no port, or a folder that cannot be labelled.
    """
    for port in params["ports"]:
        if not 1 <= port <= 65535:
            raise _errors.OptionError("ports: %d is no port; give a number from 1 to 65535." % port)
    folders = {_selinux.spec(one["path"]): (one["type"], one["path"]) for one in params["folders"]}
    return Wanted(
        params["holder"],
        sorted(set(params["ports"])),
        params["port_type"],
        params["port_types_too"],
        params["program"],
        params["switches"],
        folders,
        params["variable"],
    )


def unlike(
    run: _selinux.Run, folders: t.Dict[str, t.Tuple[str, str]], known: _register.Register
) -> t.Dict[str, t.Tuple[str, str]]:
    """Those that the policy has another type for by itself, and those that were set before."""
    return {
        pattern: (kind, path)
        for pattern, (kind, path) in folders.items()
        if folder_of(pattern, kind) in known or _selinux.default_type(run, path.rstrip("/") + "/x") != kind
    }


def is_folder(thing: str) -> bool:
    """Is it about a folder, as the register calls it?"""
    return thing.startswith(_FOLDER + " ")


def folder_of(pattern: str, kind: str) -> str:
    """How the register calls the type of a folder."""
    return "%s %s %s" % (_FOLDER, kind, pattern)


def decide(want: Wanted, policy: _selinux.Policy, known: _register.Register, close: bool) -> Decision:
    """Compare. Changes nothing.

    :param close: take back what nobody wants any more.
    :raises _errors.OptionError: a port has a type that is somebody else's, or there is no such switch.
    """
    things = {_port_of(port, want.port_type): port for port in want.ports}
    patterns = {folder_of(pattern, kind): pattern for pattern, (kind, _path) in want.folders.items()}
    seen = {thing for thing, port in things.items() if _is_good(policy, port, want)}
    seen |= {thing for thing in list(patterns) + list(known) if _is_there(policy, thing)}
    plan = _register.plan(known, {want.holder: list(things) + list(patterns)}, {_selinux.POLICY: seen})
    missing = plan.missing[_selinux.POLICY]
    for thing in missing:
        if thing in things:
            _refuse_stolen(things[thing], want, policy)
    lines = [_added(thing, policy) for thing in missing] + _switched(want, policy)
    gone = [_removed(thing) for thing in plan.superfluous[_selinux.POLICY]]
    both = _register.united(known, plan.after)
    return Decision(lines + gone, both, plan.after) if close else Decision(lines, both, both, gone)


def _port_of(port: int, kind: str) -> str:
    return "%s %s %d" % (_PORT, kind, port)


def _is_good(policy: _selinux.Policy, port: int, want: Wanted) -> bool:
    label = policy.label(port)
    return label is not None and label.type in [want.port_type] + want.as_good


def _is_there(policy: _selinux.Policy, thing: str) -> bool:
    """Does the policy of this host have it, word by word?"""
    sort, kind, rest = thing.split(" ", 2)
    if sort == _FOLDER:
        return policy.contexts.get(rest) == kind
    label = policy.label(int(rest))
    return label is not None and label.local and label.type == kind and label.ports.low == label.ports.high


def _refuse_stolen(port: int, want: Wanted, policy: _selinux.Policy) -> None:
    """A type that somebody needs is not taken away."""
    label = policy.label(port)
    if label is not None and label.local:
        raise _errors.OptionError(
            "port %d has the SELinux type %s, which somebody has set on this host (semanage port -l -C); %s needs %s. "
            "Choose another port, or set %sselinux: false and see to the type yourself."
            % (port, label.type, want.program, want.port_type, want.variable)
        )
    others = [one for one in _listeners.listeners() if one.port == port and one.process not in ("", want.program)]
    if others:
        raise _errors.OptionError(
            "port %d is to get the SELinux type %s for %s, and %s (pid %s) listens on it. Choose another port, or stop "
            "what listens there. Nothing was changed."
            % (port, want.port_type, want.program, others[0].process, others[0].pid)
        )


def _added(thing: str, policy: _selinux.Policy) -> str:
    sort, kind, rest = thing.split(" ", 2)
    if sort == _FOLDER:
        return 'fcontext %s -t %s "%s"' % ("-m" if rest in policy.contexts else "-a", kind, rest)
    return "port %s -t %s -p tcp %s" % ("-m" if policy.names(int(rest)) else "-a", kind, rest)


def _removed(thing: str) -> str:
    sort, _kind, rest = thing.split(" ", 2)
    return 'fcontext -d "%s"' % rest if sort == _FOLDER else "port -d -p tcp %s" % rest


def _switched(want: Wanted, policy: _selinux.Policy) -> t.List[str]:
    return ["boolean -m --on %s" % name for name in want.switches if not policy.switches.get(name)]
