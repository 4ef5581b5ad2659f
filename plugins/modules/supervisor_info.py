#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: supervisor_info
short_description: Gather information about a supervisord, its processes and their logs
version_added: 0.1.0
description:
  - Returns the daemon's version and state, its processes and groups, and if asked for the ends of their logs, their
    configuration, and the differences between what the configuration files declare and what runs.
  - Never changes anything. In particular it does not make the daemon read its configuration again.
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.connection
  - supervisord.fleet.attributes.info
  - supervisord.fleet.attributes.action_group
options:
  names:
    description:
      - Only these processes. V(group:name) names one, V(group:*) or V(group:) a whole group, and V(web*) everything
        whose group or process name matches. A name that matches nothing is no error here.
    type: list
    elements: str
    aliases: [name]
  in_state:
    description:
      - Only processes in one of these states.
    type: list
    elements: str
    choices: [STOPPED, STARTING, RUNNING, BACKOFF, STOPPING, EXITED, FATAL, UNKNOWN]
  log_lines:
    description:
      - So many of the last lines of both logs of each process; V(0) returns none.
      - On the daemon's own machine the files are read, so that colour codes, control characters and bytes that are not
        UTF-8 do no harm. Elsewhere the daemon is asked, which fails on bytes that are not UTF-8; the list is empty
        then.
    type: int
    default: 0
  config:
    description:
      - Whether to return the configuration of the processes as the daemon tells it. It is the one read last, which is
        not always the one that runs. It has six options under Supervisor 3, about thirty under Supervisor 4.
    type: bool
    default: false
  drift:
    description:
      - Whether to compare the configuration files with what runs. Needs a daemon on the same machine whose files the
        module may read.
    type: bool
    default: false
seealso:
  - module: supervisord.fleet.supervisor_process
  - module: supervisord.fleet.supervisor_program
"""

EXAMPLES = r"""
- name: Look at everything
  supervisord.fleet.supervisor_info:
  register: supervisor

- name: Say what does not run
  ansible.builtin.debug:
    msg: "{{ supervisor.processes | rejectattr('state', 'eq', 'RUNNING') | map(attribute='name') | list }}"

- name: Show the last words of what has failed
  supervisord.fleet.supervisor_info:
    in_state: [FATAL, BACKOFF, EXITED]
    log_lines: 20

- name: See whether someone has edited files without applying them
  supervisord.fleet.supervisor_info:
    drift: true
  register: supervisor
  failed_when: supervisor.drift.groups | length > 0
"""

RETURN = r"""
daemon:
  description: The daemon itself.
  returned: success
  type: dict
  contains:
    url:
      description: Its address.
      type: str
      returned: success
      sample: unix:///run/supervisor.sock
    version:
      description: Version of Supervisor.
      type: str
      returned: success
      sample: 4.2.5
    api_version:
      description: Version of its XML-RPC interface.
      type: str
      returned: success
      sample: "3.0"
    identification:
      description: Its C(identifier).
      type: str
      returned: success
      sample: supervisor
    state:
      description: Its state.
      type: str
      returned: success
      sample: RUNNING
    pid:
      description: Its process ID.
      type: int
      returned: success
      sample: 812
processes:
  description: The processes, ordered by group and name.
  returned: success
  type: list
  elements: dict
  sample: []
groups:
  description: The groups of these processes by name, each with its C(processes), and C(states) counting them by state.
  returned: success
  type: dict
  sample: {}
config:
  description: What the daemon tells about the configuration of each process. V(none) is a null here.
  returned: if O(config=true)
  type: list
  elements: dict
  sample: []
drift:
  description: Differences between the files and what runs.
  returned: if O(drift=true)
  type: dict
  sample: {}
"""

from ..module_utils import _info, _module, _states


def main() -> None:
    """Ask and return."""
    spec = {
        "names": {"type": "list", "elements": "str", "aliases": ["name"]},
        "in_state": {"type": "list", "elements": "str", "choices": list(_states.CODES)},
        "log_lines": {"type": "int", "default": 0},
        "config": {"type": "bool", "default": False},
        "drift": {"type": "bool", "default": False},
    }
    _module.run(spec, lambda module: _info.gather(_module.client(module), module.params))


if __name__ == "__main__":
    main()
