#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Give ports and folders the types that SELinux wants for them, and switch on what a service needs."""

DOCUMENTATION = r"""
---
module: selinux_labels
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
version_added: 0.2.0
short_description: Give ports and folders the types that SELinux wants for them, and switch on what a service needs
description:
  - Used by the roles P(supervisord.fleet.load_balancer#role), P(supervisord.fleet.monitor_web#role),
    P(supervisord.fleet.supervisor#role) and P(supervisord.fleet.tomcat_app#role).
  - Where SELinux is off, nothing is done, see O(needed).
  - Sets what is not so already, in the policy, so that a relabelling of the host keeps it, all in one transaction. Then
    gives the files of O(folders) and O(restore) the types that the policy has for them.
  - What it has set, and for whom, is noted in O(register). Types of ports and patterns of folders are taken back when
    nobody wants them any more that they were set for. What was there already is never taken back, and switches stay on.
  - The type of a port that another service listens on, or that somebody has set by hand, is not changed; the module
    fails then.
options:
  holder:
    description: Name of the role, under which its types are noted.
    type: str
    required: true
  ports:
    description: TCP ports that are to have the type O(port_type).
    type: list
    elements: int
    default: []
  port_type:
    description: Type for O(ports).
    type: str
    default: http_port_t
  port_types_too:
    description: Other types that are as good.
    type: list
    elements: str
    default: [http_cache_port_t]
  program:
    description: Program that listens on O(ports).
    type: str
    default: nginx
  switches:
    description: Booleans of SELinux that are to be on, now and after a boot.
    type: list
    elements: str
    default: []
  folders:
    description: Folders that are to have a type, with all in them. They need not exist.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: Absolute path.
        type: path
        required: true
      type:
        description: The type.
        type: str
        required: true
  restore:
    description: Files and folders that are to have the types that the policy has for them, with all in them.
    type: list
    elements: path
    default: []
  needed:
    description:
      - Set it all also where SELinux is off at present. It is in force once SELinux is on and the host was relabelled.
    type: bool
    default: false
  close:
    description: V(false) only sets, for use before a change that may go back.
    type: bool
    default: true
  variable:
    description: Variables of the caller begin with it, for messages.
    type: str
    default: ""
  register:
    description: File with what was set.
    type: path
    default: /var/lib/supervisord-fleet/selinux.json
extends_documentation_fragment:
  - supervisord.fleet.attributes
"""

EXAMPLES = r"""
- name: Let nginx listen there, and PHP write its log
  supervisord.fleet.selinux_labels:
    holder: shop
    ports: [8000]
    folders:
      - {path: /var/log/shop, type: httpd_log_t}
"""

RETURN = r"""
enabled:
  description: Whether SELinux is on. Nothing else is returned where it is off and O(needed) is not set.
  type: bool
  returned: success
set:
  description: What was set in the policy, as lines of C(semanage import).
  type: list
  elements: str
  returned: something was looked at
  sample: [port -a -t http_port_t -p tcp 8001]
restored:
  description: What C(restorecon) says that it has changed.
  type: list
  elements: str
  returned: something was looked at
superfluous:
  description: What O(close=false) has left as it is, and nobody wants any more, as lines of C(semanage import).
  type: list
  elements: str
  returned: something was looked at
"""

import typing as t

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
from ..module_utils import _errors, _module
from ..module_utils._access import labels as _labels, register as _register, selinux as _selinux
from ..module_utils._host import lock as _lock

TOOLS = {
    _selinux.SEMANAGE: "policycoreutils-python-utils (EL 7: policycoreutils-python)",
    _selinux.RESTORECON: "policycoreutils",
}


def main() -> None:
    """Read, decide, change."""
    folder = {
        "path": {"type": "path", "required": True},
        "type": {"type": "str", "required": True},
    }  # type: t.Dict[str, t.Dict[str, t.Any]]
    spec = {
        "holder": {"type": "str", "required": True},
        "ports": {"type": "list", "elements": "int", "default": []},
        "port_type": {"type": "str", "default": "http_port_t"},
        "port_types_too": {"type": "list", "elements": "str", "default": ["http_cache_port_t"]},
        "program": {"type": "str", "default": "nginx"},
        "switches": {"type": "list", "elements": "str", "default": []},
        "folders": {"type": "list", "elements": "dict", "default": [], "options": folder},
        "restore": {"type": "list", "elements": "path", "default": []},
        "needed": {"type": "bool", "default": False},
        "close": {"type": "bool", "default": True},
        "variable": {"type": "str", "default": ""},
        "register": {"type": "path", "default": "/var/lib/supervisord-fleet/selinux.json"},
    }  # type: t.Dict[str, t.Dict[str, t.Any]]
    _module.run(spec, label, connection=False)


def label(module: t.Any) -> t.Dict[str, t.Any]:
    """Bring the types to what is wanted."""
    params = module.params
    on = _selinux.is_on()
    if not on and not params["needed"]:
        return {"changed": False, "enabled": False}
    run, dry = _runner(module), module.check_mode
    wanted = _labels.wanted(params)
    restored = [one["path"] for one in params["folders"]] + params["restore"]
    with _lock.Lock(params["register"], who="selinux_labels"):
        known = _register.read(params["register"])
        # A dry run on a host whose tools are still to come tells all that would be set.
        decided = _decide(run, wanted, known, params["close"], dry and not module.get_bin_path(_selinux.SEMANAGE))
        if not dry:
            told = _apply(run, params["register"], decided, known, restored)
        else:
            told = _selinux.restore(run, restored, True) if module.get_bin_path(_selinux.RESTORECON) else []
    return {
        "changed": bool(decided.lines or told),
        "enabled": on,
        "set": decided.lines,
        "restored": told,
        "superfluous": list(decided.left),
        "diff": {"before": "", "after": "".join("%s\n" % line for line in decided.lines + told)},
    }


def _runner(module: t.Any) -> _selinux.Run:
    """What runs the tools, and says which package is missing where one is not there."""

    def run(command: t.List[str], data: t.Optional[str] = None) -> t.Tuple[int, str, str]:
        path = module.get_bin_path(command[0])
        if not path:
            if command[0] not in TOOLS:
                return 127, "", "%s is not installed" % command[0]
            raise _errors.SupervisorError(
                "SELinux needs types set here, and %s is not installed. Install the package %s, or set %sselinux: "
                "false and see to the types yourself." % (command[0], TOOLS[command[0]], module.params["variable"])
            )
        return _module.said_by(module, path, command[1:], data)

    return run


def _decide(
    run: _selinux.Run, wanted: _labels.Wanted, known: _register.Register, close: bool, bare: bool
) -> _labels.Decision:
    own = any(wanted.holder in entry.holders for entry in known.values())
    wanted = wanted._replace(folders=_labels.unlike(run, wanted.folders, known))
    if not (wanted.ports or wanted.switches or wanted.folders or own):
        return _labels.Decision([], known, known)
    folders = bool(wanted.folders) or any(_labels.is_folder(thing) for thing in known)
    policy = _selinux.Policy([], {}, {}) if bare else _selinux.policy(run, bool(wanted.switches), folders)
    return _labels.decide(wanted, policy, known, close)


def _apply(
    run: _selinux.Run, path: str, decided: _labels.Decision, known: _register.Register, restored: t.List[str]
) -> t.List[str]:
    if decided.before != known:
        _register.write(path, decided.before)
    if decided.lines:
        _selinux.change(run, decided.lines)
    if decided.after != decided.before:
        _register.write(path, decided.after)
    told = _selinux.restore(run, restored, True)
    return _selinux.restore(run, restored, False) or told if told else []


if __name__ == "__main__":
    main()
