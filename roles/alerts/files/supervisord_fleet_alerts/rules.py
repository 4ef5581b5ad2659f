# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is told what: the first rule that fits decides, unless it says ``continue``."""

import fnmatch
import typing as t

from . import kinds as _kinds

Rule = t.Mapping[str, t.Any]


def fits(rule: Rule, notice: t.Mapping[str, t.Any], host: str) -> bool:
    """Does a rule speak of this? Each of its conditions that is given must hold; lists are alternatives, with * and ?.

    A program's condition is compared with ``group:name`` and with ``name``.
    """
    group, _colon, name = notice["subject"].partition(":")
    return (
        _among(rule.get("programs"), notice["subject"], name)
        and _among(rule.get("groups"), group)
        and _among(rule.get("hosts"), host)
        and _among(rule.get("kinds"), notice["kind"])
        and _kinds.rank(notice["severity"]) >= _kinds.rank(rule.get("severity") or _kinds.SEVERITIES[0])
    )


def _among(patterns: t.Optional[t.Sequence[str]], *values: str) -> bool:
    if not patterns:
        return True
    return any(fnmatch.fnmatchcase(value, pattern) for pattern in patterns for value in values)


def routes(rules: t.Sequence[Rule], every: t.Sequence[str], notice: t.Mapping[str, t.Any], host: str) -> t.List[str]:
    """The names of the routes that a notice takes, in their order.

    :param rules: none at all: warnings and worse go everywhere, and so does what ends a trouble that was told.
    :param every: the names of all routes: a rule without ``routes`` means them all.
    """
    if not rules:
        return list(every) if _kinds.rank(notice["severity"]) >= _kinds.rank("warning") else []
    found = []  # type: t.List[str]
    for rule in rules:
        if fits(rule, notice, host):
            found += [] if rule.get("mute") else [name for name in rule.get("routes") or every if name not in found]
            if not rule.get("continue"):
                break
    return found
