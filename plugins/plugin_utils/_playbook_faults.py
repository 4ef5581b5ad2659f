# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that is wrong with the variables of a playbook, in sentences that name the variable, the value and the cure.

No I/O: what was given in, sentences out.
"""

from __future__ import annotations

import typing as t

from ..module_utils import _near
from . import _playbook_values as _values
from ._playbook_hosts import Hosts, some
from ._playbook_table import Playbook, Variable, playbooks

# How alike a name must be where it may as well be somebody else's: of an inventory, or without the prefix.
ALIKE = 0.85
# The same for a playbook with a prefix that is everybody's word.
LOOSE = 0.75
HERE = "localhost"  # in the place of groups: the playbook works on no host
TYPED = (
    "it stands on the command line, which everybody on this machine can read while the run lasts; give it in a file "
    "(-e @FILE), best encrypted by ansible-vault."
)


class Given(t.NamedTuple):
    """What a run was given.

    :param run: name -> value of what holds for the whole run: -e, and vars of import_playbook.
    :param extra: the names of those that came with -e.
    :param inventory: gives for a host name -> value of what the inventory says; with all its names, related or not.
    :param typed: the names of secrets that stand on the command line.
    :param unwritable: says why a file of the controller cannot be written, "" if it can.
    """

    run: t.Mapping[str, t.Any]
    extra: t.Collection[str]
    inventory: t.Callable[[str], t.Mapping[str, t.Any]]
    hosts: Hosts
    typed: t.Collection[str] = ()
    unwritable: t.Callable[[str], str] = lambda _path: ""


def faults(book: Playbook, given: Given) -> list[str]:
    """All of them; empty if the run may begin."""
    early, _wrong = _read(book, given.run)
    targets, astray = _targets(book, early, given.hosts)
    effective = {**_shared(book, given, targets), **given.run}
    values, found = _read(book, effective)
    found += _missing(book, effective) + _together(book, values) + _unknown(book, given)
    found += [f"{name}: {TYPED}" for name in given.typed] + _reports(book, values, given)
    if values.get(f"{book.prefix}missing") != "ignore":
        found += astray + _named(book, values, given)
    return found + _of_hosts(book, given, values, targets)


def _shared(book: Playbook, given: Given, targets: list[str]) -> dict[str, t.Any]:
    """What the inventory says for the whole run: the first host speaks for all, as in a task that runs once."""
    told = given.inventory(targets[0]) if targets else {}
    rows = [row for row in book.variables.values() if row.scope == "run" and row.name in told]
    return {row.name: told[row.name] for row in rows if _quiet(row, told[row.name]) is not None}


def sentence(text: str) -> str:
    """A text with a full stop, unless it is a question."""
    return text if text.endswith((".", "?")) else f"{text}."


def _read(book: Playbook, given: t.Mapping[str, t.Any]) -> tuple[dict[str, t.Any], list[str]]:
    """The values that are right, defaults for those not given, and what is wrong with the others."""
    values, found = {}, []
    for name, row in book.variables.items():
        try:
            values[name] = _values.value(row, given.get(name))
        except ValueError as error:
            found.append(sentence(f"{name}: {error}"))
    return values, found


def _missing(book: Playbook, given: t.Mapping[str, t.Any]) -> list[str]:
    empty = [row for row in book.variables.values() if row.required and _values.is_empty(given.get(row.name))]
    return [
        f"{row.name} is required; choose one of {', '.join(row.choices)}."
        if row.choices
        else f"{row.name} is required. {row.description[0]}"
        for row in empty
    ]


def _together(book: Playbook, values: dict[str, t.Any]) -> list[str]:
    """Those that belong to one value of another variable."""
    found = []
    for row in book.variables.values():
        for other, wanted in row.goes_with.items():
            if row.name not in values or values.get(other) is None:
                continue
            fits, filled = values[other] == wanted, not _values.is_empty(values[row.name])
            if fits and not filled:
                found.append(f"{row.name} is required with {other}={wanted}. {row.description[0]}")
            if filled and not fits:
                found.append(f"{row.name}: it has no effect with {other}={values[other]}; leave it out.")
    return found


def _reports(book: Playbook, values: dict[str, t.Any], given: Given) -> list[str]:
    """Files that could not be written in the end, when it is too late to say so: who is first would fail for it."""
    paths = [
        (row.name, path)
        for row in book.variables.values()
        if row.elements == "path"
        for path in values.get(row.name) or []
    ]
    return [sentence(f"{name}: {why}") for name, path in paths for why in [given.unwritable(path)] if why]


def _unknown(book: Playbook, given: Given) -> list[str]:
    """Names that nobody reads although they look like one of the playbook's."""
    others = {name for other in playbooks().values() for name in other.variables}
    found = []
    for name in sorted(set(given.run) - set(book.variables)):
        if name.startswith(book.prefix):
            near = _near.near(name[len(book.prefix) :], _short(book), 1, LOOSE if book.loose else 0.6)
            if near or not book.loose:
                found.append(_stranger(book, name, near))
        elif name in given.extra and name not in others:
            near = _near.near(name, book.variables, 1, ALIKE)
            found += [f"{name} is no variable of this playbook; did you mean {near[0]}?"] if near else []
    return found


def _short(book: Playbook) -> list[str]:
    return [name[len(book.prefix) :] for name in book.variables]


def _stranger(book: Playbook, name: str, near: list[str]) -> str:
    cure = f"did you mean {book.prefix}{near[0]}?" if near else f"-e {book.prefix}help=true shows those that there are."
    return f"{name} is no variable of this playbook; {cure}"


def _targets(book: Playbook, values: dict[str, t.Any], hosts: Hosts) -> tuple[list[str], list[str]]:
    """The hosts that the plays will have, and what is wrong with the choice of them."""
    name = f"{book.prefix}hosts"
    if name not in book.variables:
        return _fixed(book, hosts)
    if name not in values:
        return [], []
    pattern = values[name]
    lost = [f"{name}: {_values.shown(part)} matches no host; {hosts.meant(part)}" for part in hosts.strangers(pattern)]
    everybody, chosen = hosts.chosen(pattern, limited=False), hosts.chosen(pattern)
    if not lost and not everybody:
        lost = [f"{name}: {_values.shown(pattern)} leaves no host at all; {hosts.meant(pattern)}"]
    return chosen, lost + _limit(hosts, f"{name}={pattern}", everybody, chosen)


def _fixed(book: Playbook, hosts: Hosts) -> tuple[list[str], list[str]]:
    """The same for a playbook whose plays have groups of fixed names."""
    pattern = ",".join(group for group in book.groups if hosts.groups.get(group) or group == HERE)
    if not pattern:
        known = ", ".join(book.groups)
        near = [
            name for name in book.groups for name in _near.near(name, set(hosts.groups) - set(book.groups), 1, 0.75)
        ]
        meant = f"did you mean {book.groups[0]} by {near[0]}?" if near else hosts.meant("")
        return [], [f"The inventory has no host in any of the groups {known}, on which this playbook works; {meant}"]
    everybody, chosen = hosts.chosen(pattern, limited=False), hosts.chosen(pattern)
    return chosen, _limit(hosts, pattern, everybody, chosen)


def _limit(hosts: Hosts, what: str, everybody: list[str], chosen: list[str]) -> list[str]:
    if not hosts.limit:
        return []
    lost = [
        f"--limit: {_values.shown(part)} matches no host; {hosts.meant(part)}" for part in hosts.strangers(hosts.limit)
    ]
    if everybody and not chosen and not lost:
        lost = [f"--limit {hosts.limit} leaves none of the hosts of {what}, which are {some(everybody)}."]
    return lost


def _named(book: Playbook, values: dict[str, t.Any], given: Given) -> list[str]:
    """Other patterns of hosts: what was given must be there, the default need not."""
    found = []
    for row in book.of_type("hosts"):
        pattern = values.get(row.name, row.default)
        if row.name == f"{book.prefix}hosts" or pattern in (row.default, *row.words):
            continue
        for part in given.hosts.strangers(pattern):
            found.append(f"{row.name}: {_values.shown(part)} matches no host; {given.hosts.meant(part)}")
    return found


def _of_hosts(book: Playbook, given: Given, values: dict[str, t.Any], targets: list[str]) -> list[str]:
    """What is wrong with what the inventory says, each once, with the hosts for which it says so."""
    wrong: dict[str, list[str]] = {}
    seen: dict[str, dict[str, str]] = {}
    for host in targets:
        for name, item in given.inventory(host).items():
            row = book.variables.get(name)
            for fault in _of_host(book, name, item, row, values, given):
                wrong.setdefault(fault, []).append(host)
            if row is not None and row.scope == "run" and name not in given.run:
                seen.setdefault(name, {}).setdefault(repr(_quiet(row, item)), host)
    return [f"{fault} The inventory says so for {some(hosts)}." for fault, hosts in wrong.items()] + [
        _several(name, those) for name, those in seen.items() if len(those) > 1
    ]


def _several(name: str, those: dict[str, str]) -> str:
    """A sentence about a variable of the whole run of which hosts say different things."""
    said = " and ".join(f"{item} ({host})" for item, host in list(those.items())[:2])
    return f"{name}: the inventory says {said}, but there is one for the whole run; give it with -e."


def _of_host(
    book: Playbook, name: str, item: t.Any, row: Variable | None, values: dict[str, t.Any], given: Given
) -> list[str]:
    if row is None:
        near = _near.near(name[len(book.prefix) :], _short(book), 1, ALIKE) if name.startswith(book.prefix) else []
        return [_stranger(book, name, near)] if near else []
    if name in given.run and row.scope != "early":
        return []
    try:
        read = _values.value(row, item)
    except ValueError as error:
        return [sentence(f"{name}: {error}")]
    if row.scope == "early" and not _values.is_empty(item) and read != values.get(name):
        return [
            f"{name}: {_values.shown(item)} comes too late, Ansible needs it before it knows any host; give it with -e."
        ]
    return []


def _quiet(row: Variable, item: t.Any) -> t.Any:
    try:
        return _values.value(row, item)
    except ValueError:
        return None  # told elsewhere
