#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open ports in firewalld, and close those again that are not needed any more."""

DOCUMENTATION = r"""
---
module: firewall_ports
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Open ports in firewalld, and close those again that are not needed any more
description:
  - Used by the roles P(supervisord.fleet.load_balancer#role), P(supervisord.fleet.monitor_web#role),
    P(supervisord.fleet.supervisor#role) and P(supervisord.fleet.tomcat_app#role).
  - Where firewalld does not run, nothing is done.
  - Opens TCP ports in the rules of this moment and in the permanent ones, without a reload, which would drop what
    others have opened for this moment only.
  - What it has opened, and for whom, is noted in O(register). A port is closed when nobody wants it any more that it
    was opened for. What was open already, and what has become part of somebody's range since, is never closed.
options:
  holders:
    description: Who wants which ports. Those that are not named keep theirs.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of a role, or of an instance of one, under which its ports are noted.
        type: str
        required: true
      ports:
        description: Its TCP ports; none closes all that were opened for it.
        type: list
        elements: int
        default: []
  zone:
    description: Zone of firewalld. By default that of the interface of the default route, or firewalld's default zone.
    type: str
    default: ""
  needed:
    description: Fail where firewalld does not run.
    type: bool
    default: false
  close:
    description: V(false) only opens, for use before a change that may go back.
    type: bool
    default: true
  variable:
    description: Variables of the caller begin with it, for messages.
    type: str
    default: ""
  register:
    description: File with what was opened.
    type: path
    default: /var/lib/supervisord-fleet/firewall.json
extends_documentation_fragment:
  - supervisord.fleet.attributes
"""

EXAMPLES = r"""
- name: Let others reach the shop
  supervisord.fleet.firewall_ports:
    holders:
      - name: load_balancer
        ports: [8000, 8001]
"""

RETURN = r"""
running:
  description: Whether firewalld runs. Nothing else is returned where it does not.
  type: bool
  returned: success
zone:
  description: The zone.
  type: str
  returned: firewalld runs
opened:
  description: What was opened, each as zone and port.
  type: list
  elements: str
  returned: firewalld runs
  sample: [public 8000/tcp]
closed:
  description: What was closed, in the same form.
  type: list
  elements: str
  returned: firewalld runs
superfluous:
  description: What O(close=false) has left open, and nobody wants any more.
  type: list
  elements: str
  returned: firewalld runs
"""

import typing as t

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
from ..module_utils import _errors, _module
from ..module_utils._access import firewalld as _firewalld, register as _register
from ..module_utils._host import lock as _lock


def main() -> None:
    """Read, decide, change."""
    holder = {
        "name": {"type": "str", "required": True},
        "ports": {"type": "list", "elements": "int", "default": []},
    }  # type: t.Dict[str, t.Dict[str, t.Any]]
    spec = {
        "holders": {"type": "list", "elements": "dict", "required": True, "options": holder},
        "zone": {"type": "str", "default": ""},
        "needed": {"type": "bool", "default": False},
        "close": {"type": "bool", "default": True},
        "variable": {"type": "str", "default": ""},
        "register": {"type": "path", "default": "/var/lib/supervisord-fleet/firewall.json"},
    }  # type: t.Dict[str, t.Dict[str, t.Any]]
    _module.run(spec, ports, connection=False)


def ports(module: t.Any) -> t.Dict[str, t.Any]:
    """Bring the ports of the holders to what is wanted."""
    params = module.params
    run = _spoken(module)
    default = _firewalld.default_zone(run) if run else ""
    if run is None or not default:
        _refuse_missing(params, run is not None)
        return {"changed": False, "running": False}
    zone = params["zone"] or _firewalld.zone(run, default)
    option = params["variable"] + "firewall_zone" if params["variable"] else "zone"
    with _lock.Lock(params["register"], who="firewall_ports"):
        known = _register.read(params["register"])
        state = _firewalld.state(run, {zone} | {_firewalld.apart(thing)[0] for thing in known}, zone, option)
        plan = _register.plan(known, _wanted(params["holders"], zone), _seen(state))
        opened, closing = plan.missing, _of_nobody(plan.superfluous, state, known)
        after = plan.after if params["close"] else _register.united(known, plan.after)
        closed = closing if params["close"] else {place: [] for place in closing}
        if not module.check_mode and (any(opened.values()) or any(closed.values()) or after != known):
            _apply(run, params["register"], opened, closed, (known, after))
    left = sorted(set().union(*closing.values())) if not params["close"] else []
    return _result(zone, opened, closed, left)


def _spoken(module: t.Any) -> t.Optional[_firewalld.Run]:
    """What runs firewall-cmd; None where it is not installed."""
    path = module.get_bin_path(_firewalld.COMMAND)
    return (lambda command: _module.said_by(module, path, command[1:])) if path else None


def _refuse_missing(params: t.Dict[str, t.Any], installed: bool) -> None:
    if not params["needed"]:
        return
    name = params["variable"] + "firewall is true" if params["variable"] else "needed: true"
    cure = "Start it (systemctl enable --now firewalld)" if installed else "Install and start the package firewalld"
    raise _errors.OptionError(
        "%s, and firewalld does not run on this host. %s, or set the variable to auto, which opens ports where "
        "it runs, or to false." % (name, cure)
    )


def _wanted(holders: t.List[t.Dict[str, t.Any]], zone: str) -> t.Dict[str, t.List[str]]:
    wanted = {}  # type: t.Dict[str, t.List[str]]
    for holder in holders:
        for port in holder["ports"]:
            if not 1 <= port <= 65535:
                raise _errors.OptionError(
                    "holders: %s has the port %d; give a number from 1 to 65535." % (holder["name"], port)
                )
        things = [_firewalld.thing_of(zone, port) for port in holder["ports"]]
        wanted[holder["name"]] = wanted.get(holder["name"], []) + things
    return wanted


class _Place:
    """The ports that are open in one place, as a container of things."""

    def __init__(self, state: _firewalld.State, place: str) -> None:
        self.state, self.place = state, place

    def __contains__(self, thing: object) -> bool:
        return self.state.has(self.place, str(thing))


def _seen(state: _firewalld.State) -> t.Dict[str, t.Container[str]]:
    return {place: _Place(state, place) for place in _firewalld.PLACES}


def _of_nobody(
    superfluous: t.Dict[str, t.List[str]], state: _firewalld.State, known: _register.Register
) -> t.Dict[str, t.List[str]]:
    return {
        place: [thing for thing in things if not state.is_of_others(place, thing, known)]
        for place, things in superfluous.items()
    }


def _apply(
    run: _firewalld.Run,
    path: str,
    opened: t.Dict[str, t.List[str]],
    closed: t.Dict[str, t.List[str]],
    registers: t.Tuple[_register.Register, _register.Register],
) -> None:
    known, after = registers
    _register.write(path, _register.united(known, after))
    # What lasts comes first: who is killed in between has nothing open that a reload would close without a word.
    for place in (_firewalld.PERMANENT, _firewalld.NOW):
        _firewalld.change(run, place, "add", opened[place])
        _firewalld.change(run, place, "remove", closed[place])
    _register.write(path, after)


def _result(
    zone: str, opened: t.Dict[str, t.List[str]], closed: t.Dict[str, t.List[str]], left: t.List[str]
) -> t.Dict[str, t.Any]:
    more, less = sorted(set().union(*opened.values())), sorted(set().union(*closed.values()))
    return {
        "changed": bool(more or less),
        "running": True,
        "zone": zone,
        "opened": more,
        "closed": less,
        "superfluous": left,
        "diff": {
            "before_header": "firewalld",
            "after_header": "firewalld",
            "before": "".join("%s\n" % thing for thing in less),
            "after": "".join("%s\n" % thing for thing in more),
        },
    }


if __name__ == "__main__":
    main()
