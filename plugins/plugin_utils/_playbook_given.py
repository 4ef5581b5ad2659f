# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was given to a playbook, taken from Ansible's variables, and where each comes from."""

from __future__ import annotations

import functools
import re
import typing as t

from ansible.errors import AnsibleError
from jinja2 import Undefined, UndefinedError

from . import _playbook_values as _values
from ._playbook_faults import Given
from ._playbook_hosts import Hosts
from ._playbook_table import Playbook

Template = t.Callable[[t.Any], t.Any]


def given(
    book: Playbook,
    variables: t.Mapping[str, t.Any],
    template: Template,
    extra: t.Mapping[str, t.Any],
    options: t.Iterable[str] = (),
) -> Given:
    """Read what there is for a playbook.

    :param variables: those of a task.
    :param template: works out a variable that refers to others.
    :param extra: what was given with -e.
    :param options: the texts of -e, as they were typed.
    """
    hostvars = variables["hostvars"]
    here = _raw(hostvars, str(variables["inventory_hostname"]))
    # What the inventory does not say, or says otherwise, is of the play: from -e, or from import_playbook.
    run = {
        name: _worked_out(template, item)
        for name, item in variables.items()
        if name in extra or (name.startswith(book.prefix) and (name not in here or here[name] != item))
    }

    @functools.cache
    def inventory(host: str) -> dict[str, t.Any]:
        names = [name for name in _raw(hostvars, host) if name.startswith(book.prefix) and name not in extra]
        its = hostvars[host] if names else {}
        return {name: _worked_out(its.__getitem__, name) for name in names}

    limit = variables.get("ansible_limit") or ""
    hosts = Hosts(variables["groups"], str(limit))
    return Given(run, frozenset(extra), inventory, hosts, _typed(book, options))


def _typed(book: Playbook, options: t.Iterable[str]) -> list[str]:
    """The secrets of a playbook that stand in options themselves, and in no file that these name."""
    texts = [str(text) for text in options if not str(text).startswith("@")]
    secrets = [row.name for row in book.variables.values() if row.secret]
    return [name for name in secrets if any(re.search(rf"\b{name}\b['\"]?\s*[=:]", text) for text in texts)]


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
            found[name[len(book.prefix) :]] = _values.value(row, _worked_out(template, variables.get(name)))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    if found["help"] and "hosts" in found:
        found["hosts"] = "!all"
    return found


def _worked_out(read: t.Callable[[t.Any], t.Any], what: t.Any) -> t.Any:
    """What a variable is once everything that it refers to is put in; Unclear where that is not there."""
    try:
        return _plain(read(what))
    except (AnsibleError, UndefinedError) as error:
        return _values.Unclear(" ".join(str(error).partition(". ")[0].split()))


def _plain(item: t.Any) -> t.Any:
    """The same as lists and maps of plain values, with nothing in it that is worked out later."""
    if isinstance(item, Undefined):
        return str(item)  # it raises what is not there
    if isinstance(item, t.Mapping):
        return {str(key): _plain(part) for key, part in item.items()}
    if isinstance(item, (list, tuple)):
        return [_plain(part) for part in item]
    # ansible-core 2.16 leaves a text of the inventory as it is written where it refers to nothing.
    if isinstance(item, str) and "{{" in item:
        raise UndefinedError(f"{_values.shown(item)} refers to something that is not defined")
    return item
