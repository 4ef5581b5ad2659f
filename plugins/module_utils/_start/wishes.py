# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits that all programs of a daemon are to get: whether this machine gives them, before a unit says so."""

import typing as t

from .. import _errors
from .._host import account as _account, limits as _limits

# Kind of limit -> option of [supervisord] to which the daemon raises it by itself, and what it is when nobody says.
_RAISED_TO = {"nofile": ("minfds", 1024), "nproc": ("minprocs", 200)}


def refuse(wanted: t.Mapping[str, t.Any], supervisord: t.Mapping[str, t.Any]) -> None:
    """Refuse limits that are none, that this machine does not give, or that the daemon would not leave as they are.

    :param wanted: kind (a key of limits.KINDS) -> number or "unlimited"; None for none.
    :param supervisord: options of the section, as the user has given them.
    :raises _errors.OptionError: with all that is wrong.
    """
    problems = _limits.problems(wanted)
    if not problems:
        for kind, value in sorted(_limits.read(wanted).items()):
            problems += _low(kind, value, supervisord) + _high(kind, value)
    if problems:
        raise _errors.OptionError(
            "%s Nothing was written." % " ".join("limits (supervisor_limits): %s" % text for text in problems)
        )


def _low(kind: str, value: int, supervisord: t.Mapping[str, t.Any]) -> t.List[str]:
    option, default = _RAISED_TO.get(kind, ("", 0))
    given = str(supervisord.get(option) if supervisord.get(option) is not None else default)
    if not given.isdigit() or _limits.enough(value, int(given)):
        return []
    return [
        "%s: %d is less than %s, to which supervisord raises it (%s of [supervisord]). Raise it, or set %s to %d too."
        % (kind, value, given, option, option, value)
    ]


def _high(kind: str, value: int) -> t.List[str]:
    """systemd gives as much as it can itself, without a word; and root may have more than it has here."""
    first = _limits.of(1, kind)
    try:
        if first is None or _limits.enough(first.hard, value) or _limits.root_may_have(kind, value):
            return []
    except _account.Unknown:
        return []  # whoever is not root here cannot try it
    return [
        "%s: %s is more than the %d %s that this machine gives. Lower it, or raise what its container or host gives it."
        % (kind, _limits.shown(value), first.hard, _limits.KINDS[kind].what)
    ]
