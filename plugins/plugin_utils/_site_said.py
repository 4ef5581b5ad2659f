# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the variables of a whole site, in one message; and what a run leaves out. No I/O."""

from __future__ import annotations

import os
import typing as t

from ..module_utils import _said

SHOWN = 5


def message(found: t.Mapping[str, t.Sequence[str]], groups: t.Mapping[str, t.Sequence[str]]) -> str:
    """All faults, each once, with those whom it concerns.

    :param found: host -> its faults, for every host of the site.
    :param groups: the groups by which several hosts are named, with their hosts.
    """
    whose: dict[str, list[str]] = {}
    for host, faults in found.items():
        for fault in faults:
            whose.setdefault(fault, []).append(host)
    if not whose:
        return ""
    many = "1 thing is" if len(whose) == 1 else f"{len(whose)} things are"
    lines = [f"- {_named(hosts, groups)}: {fault}" for fault, hosts in whose.items()]
    return "\n".join((f"Nothing was touched. {many} missing or wrong in the variables of this site:", *lines))


def _named(hosts: t.Sequence[str], groups: t.Mapping[str, t.Sequence[str]]) -> str:
    if len(hosts) > 1:
        for name, members in groups.items():
            if set(members) == set(hosts):
                return name
    return _said.some(hosts, SHOWN)


Hosts = t.Mapping[str, t.Sequence[str]]


def left_out(roles: Hosts, groups: Hosts, here: t.Sequence[str]) -> str:
    """What --limit keeps from hosts that other hosts should know of; "" when it keeps nothing.

    :param roles: group -> roles that show or serve the hosts of others.
    :param groups: group -> all its hosts.
    :param here: hosts of this run.
    """
    waiting = {group: [host for host in groups.get(group) or [] if host not in here] for group in roles}
    waiting = {group: hosts for group, hosts in waiting.items() if hosts}
    if not waiting:
        return ""
    what = " and ".join(f"{' and '.join(roles[group])} on {_named(hosts, {})}" for group, hosts in waiting.items())
    return (
        f"--limit leaves out {what}: a host that is new is in no balancer and on no dashboard after this run, and one "
        f"that has changed is there as it was. Afterwards run this playbook again with --limit {':'.join(waiting)}."
    )


def empty_dashboard(group: str, offering: int, members: int) -> str:
    """A word about a dashboard that has nothing to show."""
    return (
        f"{offering} of {members} hosts of {group} have supervisor_inet_http_server with a port or monitor_web_server; "
        "the dashboard will be empty. Set supervisor_inet_http_server for them, or list daemons in monitor_web_servers."
    )


def misplaced(archives: Hosts) -> str:
    """A word about archives in folders of inventories; "" when there are none.

    :param archives: folder -> names of what lies in it.
    """
    told = [f"{folder} ({_named(names, {})})" for folder, names in archives.items()]
    if not told:
        return ""
    place = os.path.join(os.path.dirname(next(iter(archives))), "files")
    return (
        f"Archives lie inside the inventory: {'; '.join(told)}. Ansible reads every file there as an inventory, and "
        f"makes hosts of what it finds. Put them beside it, into {place}."
    )
