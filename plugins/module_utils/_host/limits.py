# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How high a limit a service can be given on this machine, tried where that is possible: tables do not tell."""

import os
import re
import resource
import typing as t

from . import account as _account

UNLIMITED = resource.RLIM_INFINITY


class Kind(t.NamedTuple):
    """title: how the kernel's table names it. number: resource's own. what: what it counts, in words."""

    title: str
    number: int
    what: str


# By the names that limits.conf and prlimit have for them.
KINDS = {
    "core": Kind("Max core file size", resource.RLIMIT_CORE, "bytes of a core file"),
    "memlock": Kind("Max locked memory", resource.RLIMIT_MEMLOCK, "bytes of locked memory"),
    "nofile": Kind("Max open files", resource.RLIMIT_NOFILE, "open files"),
    "nproc": Kind("Max processes", resource.RLIMIT_NPROC, "processes"),
    "stack": Kind("Max stack size", resource.RLIMIT_STACK, "bytes of stack"),
}


class Limit(t.NamedTuple):
    """A limit of a process; UNLIMITED for none."""

    soft: int
    hard: int


def of(pid: int, kind: str, proc: str = "/proc") -> t.Optional[Limit]:
    """A limit of a running process; None if it is gone or may not be seen.

    :param kind: a key of KINDS.
    """
    title = KINDS[kind].title
    try:
        with open(os.path.join(proc, str(pid), "limits")) as stream:
            line = next(line for line in stream if line.startswith(title))
    except (OSError, StopIteration):
        return None
    soft, hard = line[len(title) :].split()[:2]
    return Limit(_number(soft), _number(hard))


def parse(text: str) -> t.Optional[Limit]:
    """What a unit of systemd says, ``1024:524288``, ``65536`` or ``infinity``; None for what it would not take."""
    soft, _colon, hard = text.strip().partition(":")
    try:
        return Limit(_number(soft.strip()), _number((hard or soft).strip()))
    except ValueError:
        return None


def _number(text: str) -> int:
    return UNLIMITED if text in ("infinity", "unlimited") else int(text)


def problems(wanted: t.Mapping[str, t.Any]) -> t.List[str]:
    """What is wrong with limits that somebody has written, kind -> number or "unlimited"; None is no wish."""
    found = [
        "%s is no limit that can be set. There are %s." % (kind, ", ".join(sorted(KINDS)))
        for kind in sorted(set(wanted) - set(KINDS))
    ]
    for kind in sorted(set(wanted) & set(KINDS)):
        if wanted[kind] is not None and _written(wanted[kind]) is None:
            found.append("%s: %r is no limit. Use a whole number, or unlimited." % (kind, wanted[kind]))
    return found


def read(wanted: t.Mapping[str, t.Any]) -> t.Dict[str, int]:
    """Limits that have no problems, as numbers; those without a value are left out."""
    numbers = {kind: _written(value) for kind, value in wanted.items() if value is not None}
    return {kind: number for kind, number in numbers.items() if number is not None}


def _written(value: t.Any) -> t.Optional[int]:
    text = str(value).strip().lower()
    if text == "unlimited":
        return UNLIMITED
    return int(text) if re.match("^[0-9]+$", text) else None


def shown(limit: int) -> str:
    """A limit as prlimit and ulimit write it."""
    return "unlimited" if limit == UNLIMITED else str(limit)


def enough(limit: int, wanted: int) -> bool:
    """Is a limit at least so high?"""
    return limit == UNLIMITED or (wanted != UNLIMITED and limit >= wanted)


def root_may_have(kind: str, wanted: int) -> bool:
    """Can root of this machine, or container, have a limit so high? Tried in a child, which ends with it.

    :raises _account.Unknown: this account is not root.
    """
    return bool(_account.ask(0, lambda: _raise(KINDS[kind].number, wanted)))


def _raise(number: int, wanted: int) -> bool:
    _soft, hard = resource.getrlimit(number)
    try:
        resource.setrlimit(number, (wanted, wanted if not enough(hard, wanted) else hard))
    except (OSError, ValueError):
        return False
    return True
