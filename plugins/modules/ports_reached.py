#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask ports over the network whether somebody answers."""

DOCUMENTATION = r"""
---
module: ports_reached
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Ask ports over the network whether somebody answers
description:
  - Used by the playbook C(supervisord.fleet.site), for what a host cannot know of itself. A service that answers on its
    own host is closed to others where a firewall lets nobody in.
  - Connects to each port, all side by side, and sends nothing. Fails when one does not answer, see O(fail), and
    names the first of these.
  - Runs in check mode as well, since it changes nothing.
options:
  ports:
    description: What to ask.
    type: list
    elements: dict
    required: true
    suboptions:
      host:
        description: Name of the host in the inventory, for messages.
        type: str
        required: true
      address:
        description: Its address, or a name.
        type: str
        required: true
      port:
        description: The port.
        type: int
        required: true
      what:
        description: Who listens there, for messages.
        type: str
        default: ""
      role:
        description: Role that opens it in firewalld, for what to do when it does not answer.
        type: str
        default: ""
  asker:
    description: Who asks, for messages.
    type: str
    default: this host
  advice:
    description: What else to say when one does not answer.
    type: str
    default: ""
  fail:
    description: V(false) only tells what does not answer, for somebody else to be asked.
    type: bool
    default: true
  timeout:
    description: Seconds to wait for each.
    type: float
    default: 5
extends_documentation_fragment:
  - supervisord.fleet.attributes
attributes:
  check_mode:
    details: Does the same in check mode.
  diff_mode:
    support: none
"""

EXAMPLES = r"""
- name: See that the dashboard is to be reached from here
  supervisord.fleet.ports_reached:
    ports:
      - {host: c702, address: 10.0.0.42, port: 80, what: the dashboard}
  delegate_to: localhost
"""

RETURN = r"""
asked:
  description: How many ports were asked.
  type: int
  returned: success
closed:
  description:
    - Those that do not answer, each with C(host), C(address), C(port), C(what), C(role) and C(why).
    - Of many only the first when the module fails.
    - C(resolved) is false where its name has no address.
  type: list
  elements: dict
  returned: always
"""

import typing as t

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
from ..module_utils import _errors, _module
from ..module_utils._access import reach as _reach

SHOWN = 10
HINT = (
    "Where firewalld runs, {role}_firewall: auto opens it, in the zone {role}_firewall_zone; any other firewall, of "
    "the host or between, is yours to open."
)


def main() -> None:
    """Ask, and say who does not answer."""
    port = {
        "host": {"type": "str", "required": True},
        "address": {"type": "str", "required": True},
        "port": {"type": "int", "required": True},
        "what": {"type": "str", "default": ""},
        "role": {"type": "str", "default": ""},
    }  # type: t.Dict[str, t.Dict[str, t.Any]]
    spec = {
        "ports": {"type": "list", "elements": "dict", "required": True, "options": port},
        "asker": {"type": "str", "default": "this host"},
        "advice": {"type": "str", "default": ""},
        "fail": {"type": "bool", "default": True},
        "timeout": {"type": "float", "default": 5},
    }  # type: t.Dict[str, t.Dict[str, t.Any]]
    _module.run(spec, ask, connection=False)


def ask(module: t.Any) -> t.Dict[str, t.Any]:
    """Fail unless all answer, or only tell."""
    given = module.params["ports"]
    found = _reach.ask_all([_reach.Port(one["address"], one["port"]) for one in given], module.params["timeout"])
    closed = [dict(one, why=why, resolved=not why.startswith(_reach.NAMELESS)) for one, why in zip(given, found) if why]
    # The ports of a thousand hosts are not repeated: the result would be many times as long.
    shown = {"module_args": dict(module.params, ports=len(given))}
    if closed and module.params["fail"]:
        raise _errors.SupervisorError(_told(module.params, closed), closed=closed[:SHOWN], invocation=shown)
    return {"changed": False, "asked": len(given), "closed": closed, "invocation": shown}


def _told(params: t.Dict[str, t.Any], closed: t.List[t.Dict[str, t.Any]]) -> str:
    lines = ["%d of %d ports do not answer %s:" % (len(closed), len(params["ports"]), params["asker"])]
    for one in closed[:SHOWN]:
        what = " (%s)" % one["what"] if one["what"] else ""
        hint = " " + HINT.format(role=one["role"]) if one["role"] else ""
        lines.append("%s: port %d of %s%s: %s.%s" % (one["host"], one["port"], one["address"], what, one["why"], hint))
    if len(closed) > SHOWN:
        lines.append("and %d more." % (len(closed) - SHOWN))
    lines.append(params["advice"])
    return "\n".join(line for line in lines if line)


if __name__ == "__main__":
    main()
