# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts a pattern and --limit mean, by Ansible's own rules, and which parts of them mean nobody."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager, split_host_pattern

from ..module_utils import _near, _said

MANY = 8  # so many names are listed
WITHOUT_NAME = ("all", "ungrouped")


class Hosts:
    """The hosts of an inventory.

    :param groups: name of each group -> names of its hosts, as Ansible's variable of that name.
    :param limit: as given with --limit, "" for none.
    """

    def __init__(self, groups: t.Mapping[str, t.Sequence[str]], limit: str = "") -> None:
        self.groups = {str(group): [str(name) for name in names] for group, names in groups.items()}
        self.names = list(dict.fromkeys(name for names in self.groups.values() for name in names))
        self._manager = InventoryManager(None, parse=False)
        for group, names in self.groups.items():
            self._manager.add_group(group)
            for name in names:
                self._manager.add_host(name, group=group)
        self.limit = limit

    def chosen(self, pattern: str, limited: bool = True) -> list[str]:
        """The hosts that a play with this pattern has, by default within --limit."""
        self._manager.subset(self.limit if limited and self.limit else None)
        return self._found(pattern)

    def _found(self, pattern: str) -> list[str]:
        try:
            return [host.name for host in self._manager.get_hosts(pattern)]
        except AnsibleError:
            return []

    def strangers(self, pattern: str) -> list[str]:
        """The parts of a pattern, without ! and &, that name neither a group nor a host."""
        self._manager.subset(None)
        parts = [part.lstrip("!&") for part in split(pattern) if not part.startswith("@")]
        return [part for part in parts if part and part not in self.groups and not self._found(part)]

    def meant(self, part: str) -> str:
        """What to say about a part that names nobody: the nearest name, and what there is."""
        groups = [name for name in self.groups if name not in WITHOUT_NAME]
        if not self.names:
            return "the inventory has no hosts; give one with -i."
        there = f"the inventory has {_listed('group', groups)}{' and ' if groups else ''}{_listed('host', self.names)}"
        near = _near.near(part, [*groups, *self.names], 1)
        return f"did you mean {near[0]}? T{there[1:]}." if near else f"{there}."


def split(pattern: str) -> list[str]:
    """The parts of a pattern, which commas or colons separate; a text may have both, which Ansible misreads."""
    return [part for piece in pattern.split(",") if piece.strip() for part in split_host_pattern(piece)]


def some(names: t.Sequence[str]) -> str:
    """Names with commas, the first of them and how many more."""
    return _said.some(names, MANY)


def _listed(what: str, names: list[str]) -> str:
    return f"the {what}{'s' if len(names) > 1 else ''} {some(names)}" if names else ""
