#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: supervisor_rpc
short_description: Call any XML-RPC method of a supervisord
version_added: 0.1.0
description:
  - Calls one method or several, of Supervisor itself or of a plugin (C([rpcinterface:x])), and returns their results
    as data.
  - Methods that only read run in check mode, too. What the others would change is predicted from the present state of
    the processes.
  - Use M(supervisord.fleet.supervisor_process) to start and stop processes. This module does exactly what it is told,
    with all the surprises Supervisor has; for example, C(startProcess) without waiting on a process in C(STOPPING)
    answers V(true) and does nothing.
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.connection
  - supervisord.fleet.servers
  - supervisord.fleet.attributes
  - supervisord.fleet.attributes.action_group
attributes:
  check_mode:
    support: partial
    details:
      - What a method of a plugin would change cannot be known. It is reported as changed, unless O(read_only=true).
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - Depends on the method. Faults that only say that there was nothing to do (already started, not running, already
        added) are no failure and no change.
  platform:
    platforms: posix
options:
  method:
    description:
      - The method, with its namespace, for example V(supervisor.getState). Without a dot it belongs to C(supervisor).
    type: str
  params:
    description:
      - Its parameters. Numbers and booleans must be such; quote text that looks like one.
      - They are in no result and in no log.
    type: list
    elements: raw
    default: []
  calls:
    description:
      - Several calls, made in this order. Neighbours that the daemon answers at once are sent as one request
        (C(system.multicall)). Calls that wait (C(startProcess) with C(wait)) are sent one by one, because in one
        request each would hold up all that follow.
      - All of them are made, also if one fails.
    type: list
    elements: dict
    suboptions:
      method:
        description:
          - As O(method).
        type: str
        required: true
      params:
        description:
          - As O(params).
        type: list
        elements: raw
        default: []
      read_only:
        description:
          - As O(read_only), for this call, and ignored likewise. The default is what O(read_only) says.
        type: bool
  read_only:
    description:
      - Whether a method of a plugin changes nothing, so that it may run in check mode and is never reported as changed.
      - Ignored for Supervisor's own methods, which are known.
    type: bool
    default: false
  ignore_faults:
    description:
      - Faults that are no failure, by number (V(10)) or name (V(BAD_NAME)).
    type: list
    elements: str
    default: []
seealso:
  - module: supervisord.fleet.supervisor_process
  - module: supervisord.fleet.supervisor_info
  - name: Supervisor's XML-RPC API
    description: All methods with their parameters and faults.
    link: http://supervisord.org/api.html
"""

EXAMPLES = r"""
- name: Ask for the version
  supervisord.fleet.supervisor_rpc:
    method: getSupervisorVersion
  register: version

- name: Rotate the daemon's own log away and tell an event listener
  supervisord.fleet.supervisor_rpc:
    calls:
      - method: clearLog
      - method: sendRemoteCommEvent
        params: [logs, cleared]

- name: Read the last 2000 bytes of a log
  supervisord.fleet.supervisor_rpc:
    method: readProcessStdoutLog
    params: ["web", -2000, 0]

- name: Remove a group that may be gone already
  supervisord.fleet.supervisor_rpc:
    method: removeProcessGroup
    params: [old]
    ignore_faults: [BAD_NAME]

- name: Ask a plugin
  supervisord.fleet.supervisor_rpc:
    method: cache.getKeys
    read_only: true

- name: Ask twenty daemons for their version, from the controller
  supervisord.fleet.supervisor_rpc:
    servers: "{{ endpoints }}"
    method: getSupervisorVersion
    fail_when: all
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
result:
  description: What the method returned; null if it faulted, or was only predicted in check mode.
  returned: if O(method) is given, without O(servers)
  type: raw
  sample: 4.2.5
calls:
  description: One entry for each call, in order, also when the module fails.
  returned: if the daemon was reached, without O(servers)
  type: list
  elements: dict
  contains:
    method:
      description: The method with its namespace.
      type: str
      returned: success
      sample: supervisor.startProcess
    result:
      description: What it returned.
      type: raw
      returned: success
      sample: true
    changed:
      description: Whether it has changed something, or in check mode would.
      type: bool
      returned: success
      sample: true
    failed:
      description: Whether it has failed.
      type: bool
      returned: success
      sample: false
    fault:
      description: The daemon's fault with C(code), C(name) and C(text), null if there was none. Values that it quotes
        from configuration files are masked.
      type: dict
      returned: success
      sample:
        code: 10
        name: BAD_NAME
        text: "BAD_NAME: web"
    predicted:
      description: Always V(true).
      type: bool
      returned: in check mode, for calls that were not made
      sample: true
# BEGIN generated returns: servers
servers:
  description: One entry for each server, in the order of O(servers), also when the module fails. Besides what is listed
    here it has the same keys as the result for a single daemon.
  returned: if O(servers) is given
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: success
      sample: c701
    server_url:
      description: Its address.
      type: str
      returned: success
      sample: http://c701.example.com:9001
    reachable:
      description: Whether it has answered, be it with an error.
      type: bool
      returned: success
      sample: true
    failed:
      description: Whether it was not reached or anything else went wrong there.
      type: bool
      returned: success
      sample: false
    changed:
      description: Whether anything was changed there.
      type: bool
      returned: success
      sample: false
    msg:
      description: What went wrong, empty if nothing did.
      type: str
      returned: success
      sample: ""
    seconds:
      description: How long it took.
      type: float
      returned: success
      sample: 0.012
states:
  description: How many processes are in which state in the end; with O(servers) it is in each of RV(servers).
  returned: if O(detail) is V(notable) or V(none) and there are processes
  type: dict
  sample:
    RUNNING: 49
    FATAL: 1
summary:
  description: How many servers there are (C(total)), and how many of them are C(ok), have C(failed) or are
    C(unreachable), which are all of them together. C(changed) are those that changed something.
  returned: if O(servers) is given
  type: dict
  sample:
    total: 20
    ok: 18
    changed: 0
    failed: 1
    unreachable: 1
# END generated returns
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import typing as t

from ..module_utils import _module, _servers
from ..module_utils._tasks import rpc as _rpc


def main(make: t.Optional[t.Callable[..., t.Any]] = None) -> None:
    """Call, or in check mode predict.

    :param make: see ``_module.run``.
    """
    call = {
        "method": {"type": "str", "required": True},
        "params": {"type": "list", "elements": "raw", "default": []},
        "read_only": {"type": "bool"},
    }
    spec = {
        "method": {"type": "str"},
        "params": {"type": "list", "elements": "raw", "default": []},
        "calls": {"type": "list", "elements": "dict", "options": call},
        "read_only": {"type": "bool", "default": False},
        "ignore_faults": {"type": "list", "elements": "str", "default": []},
    }
    _module.run(
        dict(_servers.FLEET, **spec),
        lambda module: _servers.carry_out(module, _rpc.script),
        required_one_of=[("method", "calls")],
        mutually_exclusive=[("method", "calls")],
        prepare=_servers.prepare,
        make=make,
    )


if __name__ == "__main__":
    main()
