# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How high a limit a service can be given on this machine, tried where that is possible: tables do not tell."""

import os
import resource
import typing as t

from . import account as _account

UNLIMITED = resource.RLIM_INFINITY
# How the kernel's table names them, and resource's number.
KINDS = {"nofile": ("Max open files", resource.RLIMIT_NOFILE), "nproc": ("Max processes", resource.RLIMIT_NPROC)}


class Limit(t.NamedTuple):
    """A limit of a process; UNLIMITED for none."""

    soft: int
    hard: int


def of(pid: int, kind: str, proc: str = "/proc") -> t.Optional[Limit]:
    """A limit of a running process; None if it is gone or may not be seen.

    :param kind: a key of KINDS.
    """
    title = KINDS[kind][0]
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


def enough(limit: int, wanted: int) -> bool:
    """Is a limit at least so high?"""
    return limit == UNLIMITED or (wanted != UNLIMITED and limit >= wanted)


def root_may_have(kind: str, wanted: int) -> bool:
    """Can root of this machine, or container, have a limit so high? Tried in a child, which ends with it.

    :raises _account.Unknown: this account is not root.
    """
    return bool(_account.ask(0, lambda: _raise(KINDS[kind][1], wanted)))


def _raise(number: int, wanted: int) -> bool:
    _soft, hard = resource.getrlimit(number)
    try:
        resource.setrlimit(number, (wanted, wanted if not enough(hard, wanted) else hard))
    except (OSError, ValueError):
        return False
    return True
