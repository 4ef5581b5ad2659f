# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of variables that look like a role's, and are not: misspelt ones, and those of other roles. No I/O."""

from __future__ import annotations

import fnmatch
import re
import typing as t

from ..module_utils import _near

# What has a role's prefix and is read by others, or set by the role.
ELSEWHERE = {
    "alerts": ("alerts_test_*",),
    "jdk": ("jdk_java_home", "jdk_java_homes"),
    "load_balancer": ("load_balancer_member_address", "load_balancer_member_weight"),
    "monitor_web": ("monitor_web_server",),
    "supervisor": ("supervisor_server_*",),
}
# So near to a variable of the role that it can hardly be anything else.
NEAR = 0.7


class Strange(t.NamedTuple):
    """What was found: faults for names that are nearly right, and words about the rest."""

    faults: list[str]
    words: list[str]


def strange(role: str, known: t.Collection[str], variables: t.Mapping[str, t.Any], others: t.Sequence[str]) -> Strange:
    """Look at all variables of a host.

    :param known: the role's variables.
    :param variables: those of the host, not templated.
    :param others: patterns of names that belong to something else (ROLE_other_variables).
    """
    prefix = f"{role}_"
    passed = (*ELSEWHERE.get(role, ()), *others)
    names = [
        name
        for name in variables
        if name.startswith(prefix)
        and name not in known
        and not any(fnmatch.fnmatchcase(name, pattern) for pattern in passed)
        and not _registered(variables[name])
    ]
    found = Strange([], [])
    for name in sorted(names):
        if _used(name, variables):
            continue
        near = _near.near(name[len(prefix) :], [one[len(prefix) :] for one in known], 1, NEAR)
        if near:
            found.faults.append(
                f"{name} is no variable of the role {role}; did you mean {prefix}{near[0]}? "
                f"(If it belongs to something else, name it in {prefix}other_variables.)"
            )
        else:
            found.words.append(
                f"{name} is no variable of the role {role} and does nothing here. See 'ansible-doc -t role "
                f"supervisord.fleet.{role}'; if it belongs to something else, name it in {prefix}other_variables."
            )
    return found


def _registered(value: t.Any) -> bool:
    """Whether it is the result of a task, which a play has registered under such a name."""
    return isinstance(value, dict) and "changed" in value and ("failed" in value or "skipped" in value)


def _used(name: str, variables: t.Mapping[str, t.Any]) -> bool:
    """Whether the template of another variable names it: who does that has not misspelt it."""
    word = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
    return any(_names(word, value) for other, value in variables.items() if other not in (name, "hostvars", "vars"))


def _names(word: re.Pattern[str], value: t.Any, depth: int = 6) -> bool:
    if isinstance(value, str):
        return ("{{" in value or "{%" in value) and bool(word.search(value))
    if depth and isinstance(value, dict):
        return any(_names(word, item, depth - 1) for item in value.values())
    if depth and isinstance(value, (list, tuple)):
        return any(_names(word, item, depth - 1) for item in value)
    return False
