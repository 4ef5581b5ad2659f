#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: load_balancer_member
short_description: Take a Tomcat out of nginx's upstreams, and put it back
version_added: 0.1.0
description:
  - Used by the playbook C(supervisord.fleet.rolling_restart).
  - Marks members in the file of the role P(supervisord.fleet.load_balancer#role) and reloads nginx.
  - Ends when no worker of nginx sends requests to a member that is out. Requests that are under way at it go on; wait
    for them (M(ansible.builtin.wait_for) with C(state=drained) on its host) before you stop it.
  - If nginx does not take the change, the file is put back, nginx runs with it, and the
    module fails with nginx's words.
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.attributes
options:
  members:
    description: The members, each as host, a slash and instance.
    type: list
    elements: str
    required: true
  state:
    description:
      - V(drained) takes them out of service, in every upstream that has them.
      - V(active) puts them back.
    type: str
    choices: [active, drained]
    required: true
  leave:
    description: So many members of each application must stay in service, or nothing is changed and the module fails.
    type: int
    default: 1
  path:
    description: The file.
    type: path
    default: /etc/nginx/conf.d/supervisord-fleet-balancer.conf
  nginx:
    description: Program of nginx.
    type: path
    default: nginx
  pid_file:
    description: File with the process ID of nginx.
    type: path
    default: /run/nginx.pid
  timeout:
    description: Seconds nginx has to exchange its workers.
    type: float
    default: 30
seealso:
  - module: supervisord.fleet.http_ready
"""

EXAMPLES = r"""
- name: Take app01 of c701 out of service for a while
  supervisord.fleet.load_balancer_member:
    members: [c701/app01]
    state: drained
  delegate_to: c702

- name: Wait until its last request is answered
  ansible.builtin.wait_for:
    host: 0.0.0.0
    port: 8080
    state: drained
    active_connection_states: [ESTABLISHED]
"""

RETURN = r"""
members:
  description: All members as they are now, in the file's order.
  type: list
  elements: dict
  returned: success
  sample:
    - app: shop
      member: c701/app01
      address: 10.0.0.41:8080
      drained: true
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import fcntl
import typing as t

from ..module_utils import _errors, _module
from ..module_utils._host import careful as _careful, files as _files
from ..module_utils._nginx import reload as _reload, upstream as _upstream


def main() -> None:
    """Read, decide, change."""
    spec = {
        "members": {"type": "list", "elements": "str", "required": True},
        "state": {"type": "str", "choices": ["active", "drained"], "required": True},
        "leave": {"type": "int", "default": 1},
        "path": {"type": "path", "default": "/etc/nginx/conf.d/supervisord-fleet-balancer.conf"},
        "nginx": {"type": "path", "default": "nginx"},
        "pid_file": {"type": "path", "default": "/run/nginx.pid"},
        "timeout": {"type": "float", "default": 30},
    }  # type: t.Dict[str, t.Dict[str, t.Any]]
    _module.run(spec, member, connection=False)


def member(module: t.Any) -> t.Dict[str, t.Any]:
    """Bring the members to the wanted state."""
    path = _careful.settle(module.params["path"])
    _reload.master(module.params["pid_file"])
    # This file stays the same one, unlike the one that is edited: two that edit at once wait for each other.
    with open(module.params["pid_file"], "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        text = _read(path)
        wanted = _upstream.edited(
            text, module.params["members"], module.params["state"] == "active", module.params["leave"]
        )
        # Killed between the two, a former run has left a file by which nobody works.
        behind = wanted == text and _reload.is_behind(_reload.master(module.params["pid_file"]), [path])
        if (wanted != text or behind) and not module.check_mode:
            _change(module, path, wanted)
    return {
        "changed": wanted != text or behind,
        "members": [dict(item._asdict()) for item in _upstream.members(wanted)],
        "diff": {"before_header": path, "after_header": path, "before": _told(text), "after": _told(wanted)},
    }


def _told(text: str) -> str:
    """The members alone: what else is in the file may hold a password."""
    return "".join(
        "%s %s %s%s\n" % (item.app, item.member, item.address, " drained" if item.drained else "")
        for item in _upstream.members(text)
    )


def _read(path: str) -> str:
    content = _files.read(path)
    if content is None:
        raise _errors.SupervisorError(
            "path: there is no %s on this host. Run the role supervisord.fleet.load_balancer first." % path
        )
    return content.decode("utf-8", "surrogateescape")


def _change(module: t.Any, path: str, wanted: str) -> None:
    """Write the file and have nginx follow; otherwise everything is as before."""
    change = _files.Transaction(
        {path: wanted.encode("utf-8", "surrogateescape")}, _files.attributes_of(path) or _files.Attributes(0o644)
    )
    change.stage()
    change.commit()
    try:
        _follow(module)
    except _errors.SupervisorError as error:
        change.restore()
        try:
            _follow(module)
        except _errors.SupervisorError:
            error.message += "\nThe former file is back; nginx goes on as it ran before."
        else:
            error.message += "\nThe former file is back, and nginx runs with it."
        raise error
    finally:
        change.finish()


def _follow(module: t.Any) -> None:
    params = module.params
    _reload.reload(module.run_command, params["nginx"], params["pid_file"], params["timeout"])


if __name__ == "__main__":
    main()
