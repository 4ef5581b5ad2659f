# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SELinux: the types of ports, folders and switches in the policy, through semanage, all of a change in one import.

A change of the policy takes seconds, however small. ``semanage import`` takes many at once, and all of them or none.
"""

import os
import re
import typing as t

from .. import _errors
from . import ports as _ports

ENFORCE = "/sys/fs/selinux/enforce"  # is there where SELinux is on, whether it enforces or only warns
SEMANAGE, RESTORECON, MATCHPATHCON = "semanage", "restorecon", "matchpathcon"
POLICY = "policy"
BELOW = "(/.*)?"
_PORT = re.compile(r"(?P<type>\S+)\s+tcp\s+(?P<ports>[0-9][0-9, -]*)\Z")
_SWITCH = re.compile(r"(?P<name>\S+)\s+\(\s*(?P<now>on|off)\s*,\s*(?P<later>on|off)\s*\)")
_CONTEXT = re.compile(r"(?P<spec>/\S*)\s+.*\s[^\s:]+:[^\s:]+:(?P<type>\w+)(?::\S+)?\Z")
_PLAIN = re.compile(r"/[A-Za-z0-9_.+@/-]*\Z")
Run = t.Callable[..., t.Tuple[int, str, str]]


class Label(t.NamedTuple):
    """The type of some ports, and whether somebody has set it on this host."""

    type: str
    ports: _ports.Range
    local: bool


class Policy(t.NamedTuple):
    """What the policy says: labels of ports; type of each switch; types of folders that were set on this host."""

    labels: t.List[Label]
    switches: t.Dict[str, bool]
    contexts: t.Dict[str, str]

    def label(self, port: int) -> t.Optional[Label]:
        """The label that counts for a port: that of this host before that of the policy, a narrow one before a wide."""
        found = [one for one in self.labels if one.ports.low <= port <= one.ports.high]
        order = sorted(found, key=lambda one: (not one.local, one.ports.high - one.ports.low))
        return order[0] if order else None

    def names(self, port: int) -> bool:
        """Does it name this very port, so that a label is changed and not added?"""
        return any(one.ports == _ports.Range(port, port) for one in self.labels)


def is_on(enforce: str = ENFORCE) -> bool:
    """Is SELinux on, enforcing or not?"""
    return os.path.exists(enforce)


def policy(run: Run, switches: bool, contexts: bool) -> Policy:
    """Read it. What is not asked for is empty.

    :raises _errors.SupervisorError: semanage does not answer; in its words.
    """
    local = set(labels(_said(run, [SEMANAGE, "port", "-l", "-n", "-C"]), True))
    every = labels(_said(run, [SEMANAGE, "port", "-l", "-n"]), False)
    kept = [one for one in every if one._replace(local=True) not in local]
    states = _said(run, [SEMANAGE, "boolean", "-l", "-n"]) if switches else ""
    folders = _said(run, [SEMANAGE, "fcontext", "-l", "-n", "-C"]) if contexts else ""
    return Policy(sorted(local) + kept, switched(states), typed(folders))


def labels(text: str, local: bool) -> t.List[Label]:
    """What "semanage port -l -n" prints, for TCP."""
    found = [_PORT.match(line.strip()) for line in text.splitlines()]
    return [
        Label(match.group("type"), one, local)
        for match in found
        if match
        for word in match.group("ports").split(",")
        for one in _ports.ranges(word)
    ]


def switched(text: str) -> t.Dict[str, bool]:
    """What "semanage boolean -l -n" prints: name -> whether it is on, now and later."""
    found = [_SWITCH.match(line.strip()) for line in text.splitlines()]
    return {match.group("name"): match.group("now") == match.group("later") == "on" for match in found if match}


def typed(text: str) -> t.Dict[str, str]:
    """What "semanage fcontext -l -n -C" prints: pattern -> type."""
    found = [_CONTEXT.match(line.strip()) for line in text.splitlines()]
    return {match.group("spec"): match.group("type") for match in found if match}


def spec(folder: str) -> str:
    """The pattern for a folder and all in it.

    :raises _errors.OptionError: a path that no pattern of semanage can hold.
    """
    path = folder.rstrip("/")
    if not path or not _PLAIN.match(path):
        raise _errors.OptionError(
            "folders: %r cannot be labelled. Use an absolute path of letters, digits and the characters _ . + @ -, or "
            "label it by hand and set the role's variable *_selinux to false." % folder
        )
    return re.sub(r"([.+])", r"\\\1", path) + BELOW


def default_type(run: Run, path: str) -> str:
    """The type that the policy gives to a file at this path, "" where nobody can tell."""
    code, output, _error = run([MATCHPATHCON, "-n", path])
    parts = output.strip().split(":")
    return parts[2] if code == 0 and len(parts) > 2 else ""


def change(run: Run, lines: t.Sequence[str]) -> None:
    """Have all lines imported, or none.

    :raises _errors.SupervisorError: semanage does not; in its words.
    """
    code, output, error = run([SEMANAGE, "import"], data="".join(line + "\n" for line in lines))
    if code != 0:
        raise _errors.SupervisorError(
            "semanage refuses %s: %s. Nothing of it was changed."
            % ("; ".join(lines), _words(error or output).rstrip("."))
        )


def restore(run: Run, paths: t.Sequence[str], dry: bool) -> t.List[str]:
    """Give files the types that the policy has for them; one line for each that has another.

    :param dry: only look.
    """
    there = [path for path in paths if os.path.lexists(path)]
    if not there:
        return []
    code, output, error = run([RESTORECON, "-R", "-v"] + (["-n"] if dry else []) + there)
    if code != 0:
        raise _errors.SupervisorError("restorecon fails for %s: %s" % (", ".join(there), _words(error or output)))
    return [line for line in output.splitlines() if line.strip()]


def _said(run: Run, words: t.List[str]) -> str:
    code, output, error = run(words)
    if code != 0:
        raise _errors.SupervisorError("%s fails: %s" % (" ".join(words), _words(error or output)))
    return output


def _words(text: str) -> str:
    """What a tool of SELinux has said, without what it says about accounts that are not there."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("libsemanage.add_user")]
    return " ".join(lines[-3:])
