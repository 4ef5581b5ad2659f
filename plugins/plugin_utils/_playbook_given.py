# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was given to a playbook, taken from Ansible's variables, and where each comes from."""

from __future__ import annotations

import functools
import typing as t

from ansible.errors import AnsibleError

from . import _playbook_values as _values
from ._playbook_faults import Given
from ._playbook_hosts import Hosts
from ._playbook_table import Playbook

Template = t.Callable[[t.Any], t.Any]


def given(book: Playbook, variables: t.Mapping[str, t.Any], template: Template, extra: t.Mapping[str, t.Any]) -> Given:
    """Read what there is for a playbook.

    :param variables: those of a task.
    :param template: works out a variable that refers to others.
    :param extra: what was given with -e.
    """
    hostvars = variables["hostvars"]
    here = _raw(hostvars, str(variables["inventory_hostname"]))
    # What the inventory does not say, or says otherwise, is of the play: from -e, or from import_playbook.
    run = {
        name: _worked_out(name, item, template)
        for name, item in variables.items()
        if name in extra or (name.startswith(book.prefix) and (name not in here or here[name] != item))
    }

    @functools.cache
    def inventory(host: str) -> dict[str, t.Any]:
        names = [name for name in _raw(hostvars, host) if name.startswith(book.prefix) and name not in extra]
        return {name: hostvars[host][name] for name in names}

    limit = variables.get("ansible_limit") or ""
    return Given(run, frozenset(extra), inventory, Hosts(variables["groups"], str(limit)))


def _raw(hostvars: t.Any, host: str) -> t.Mapping[str, t.Any]:
    """The variables of a host as they are written, so that only those asked for are worked out."""
    found = hostvars.raw_get(host)
    return found if isinstance(found, t.Mapping) else {}


def values(book: Playbook, variables: t.Mapping[str, t.Any], template: Template) -> dict[str, t.Any]:
    """Name without prefix -> value, for one host or for the keywords of a play. Raises ValueError for a wrong one.

    What is missing is None: the first play of the playbook has refused that.
    """
    found = {}
    for name, row in book.variables.items():
        try:
            found[name[len(book.prefix) :]] = _values.value(row, _worked_out(name, variables.get(name), template))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    if found["help"] and "hosts" in found:
        found["hosts"] = "!all"
    return found


def _worked_out(name: str, item: t.Any, template: Template) -> t.Any:
    if item is None or isinstance(item, (bool, int, float)):
        return item
    try:
        return template(item)
    except AnsibleError as error:
        raise ValueError(f"{name} cannot be worked out: {error}") from None
