# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of modules that can speak to many daemons in one task."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the options in ``_servers.FLEET``."""

    DOCUMENTATION = r"""
options:
  servers:
    description:
      - Do it at each of these daemons instead of at one, all of them at the same time. The task runs once, on one
        machine (usually C(localhost)) that reaches all of them over the network; no SSH is needed.
      - On the controller, which is over the connection C(local), without C(become), C(async) and C(environment) and
        with the Python that Ansible itself has, no module is started for it. Ansible's own process asks, in half of
        the time.
      - A list of addresses alone will do as well, and so will one text with commas between them.
      - A daemon that is down or hung, or answers as no Supervisor does, costs the others nothing. Every server has its
        result, see RV(servers), and O(fail_when) says how many may fail.
      - An answer of a server may have 16 MiB, which is enough for 10,000 processes.
      - The options of the connection (O(username), O(password), O(timeout), O(ca_path), O(client_cert),
        O(client_key), O(validate_certs)) are then defaults for all of them. A server with a O(servers[].username) of
        its own gets no password but its own O(servers[].password), and likewise a certificate no key but its own.
      - O(server_url) and O(config_file) are ignored then, so that they can be set for all modules (C(module_defaults)).
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - What it is called in the results. Must be unique. The default is host and port, or the path of the socket.
        type: str
      server_url:
        description:
          - Address of the daemon, as O(server_url).
        type: str
        required: true
      username:
        description:
          - As O(username).
        type: str
      password:
        description:
          - As O(password).
        type: str
      timeout:
        description:
          - As O(timeout).
        type: float
      ca_path:
        description:
          - As O(ca_path).
        type: path
      client_cert:
        description:
          - As O(client_cert).
        type: path
      client_key:
        description:
          - As O(client_key).
        type: path
      validate_certs:
        description:
          - As O(validate_certs).
        type: bool
  parallel:
    description:
      - With O(servers), at so many of them at the same time at most. V(0) means at all of them, as far as the limit of
        open files allows; it is raised if that helps. Ignored without O(servers).
    type: int
    default: 0
  fail_when:
    description:
      - With O(servers), how many of them must have failed, or not have been reached, for the task to fail. V(any) fails
        it for a single one, V(all) only if no server is left, and a percentage such as V(10%) if more than that share
        failed.
      - Failures below that are told in a warning, and in RV(summary) and RV(servers). Ignored without O(servers).
    type: str
    default: any
  detail:
    description:
      - What of the result is returned, of each of O(servers) or of the one daemon.
      - V(all) is everything. V(notable) leaves out processes and calls that are well and to which nothing was done, and
        the groups, and tells in C(states) how many processes are in which state. Notable is what is C(FATAL),
        C(BACKOFF), C(UNKNOWN) or has C(EXITED) with a status that was not expected, what has failed, and what
        something was done to. V(none) leaves only C(states) and what says how it went at all.
      - ansible-runner, and with it AWX, shows C({}) instead of a result with more than 700,000 characters, which some
        thirty servers with 50 processes each have. A task that is started by it and has such a result says so, unless
        this option is given.
      - The default is V(all).
    type: str
    choices: [all, notable, none]
    version_added: 0.2.0
  progress_file:
    description:
      - With O(servers), append a line of JSON to this file for each server as soon as it has ended, with C(name),
        C(reachable), C(failed), C(changed), C(msg), C(seconds), C(done) and C(total). It is on the machine the module
        runs on.
      - Ignored without O(servers).
      - If it is not given, E(SUPERVISOR_PROGRESS_FILE) of the environment the module runs in is used.
      - The callback P(supervisord.fleet.progress#callback) sets that variable and shows the lines while the task runs.
      - When the task is interrupted (Ctrl-C, SIGTERM), every server that had not ended yet gets a line that says so.
        This is a true report also when Ansible itself ends before it can show the module's result.
    type: path
"""

    # What tools/generate_docs.py writes into each of the modules.
    RETURN = r"""
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
"""
