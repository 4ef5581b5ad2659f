#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: supervisor_process
short_description: Start, stop, restart and signal processes of a running supervisord
version_added: 0.1.0
description:
  - Brings existing processes of a running C(supervisord) into a state, waits until they are there, and reports the
    truth about each of them. Processes are selected by name, glob, group or present state, as many as wanted in one
    task.
  - It speaks XML-RPC itself. Neither C(supervisorctl) nor any Python package is needed on the managed host.
  - It knows the traps of every process state. A stop right after a start (whose signal would be lost) waits a moment, a
    process in C(STOPPING) is waited for and then started, one in C(BACKOFF) is waited for until it runs or is given up,
    one in C(UNKNOWN) is left alone with an advice, because C(supervisord) itself can die of it.
  - It does not apply changed configuration. Use M(supervisord.fleet.supervisor_program) for that.
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.connection
  - supervisord.fleet.servers
  - supervisord.fleet.attributes
  - supervisord.fleet.attributes.action_group
attributes:
  idempotent:
    support: partial
    details:
      - V(started) and V(stopped) are. V(restarted), V(signalled) and O(stdin) act each time.
  platform:
    platforms: posix
options:
  lock_timeout:
    description:
      - Seconds to wait for another run that changes the same daemon, of whatever module of this collection. V(0) does
        not wait. A run that has waited tells for whom in RV(waited_for).
      - Ignored by what changes no state (check mode, no O(state), V(signalled)) and with O(servers).
    type: float
    default: 600
  names:
    description:
      - The processes. V(group:name) names one, V(group:*) or V(group:) a whole group, and V(web*) everything whose
        group or process name matches. C(*), C(?) and C([...]) are globs in both halves.
      - A program that is in no group is its own group, so V(web) is enough for it.
      - A name that matches nothing is an error, which says what comes closest.
      - In results and messages, characters that a terminal would obey or that nobody sees are replaced by U+FFFD. A
        name with such characters is known by the one that is shown as well.
    type: list
    elements: str
    aliases: [name]
  in_state:
    description:
      - Only processes that are in one of these states now. With O(names) both must hold. It is no error if none is.
        An empty list chooses none.
    type: list
    elements: str
    choices: [STOPPED, STARTING, RUNNING, BACKOFF, STOPPING, EXITED, FATAL, UNKNOWN]
  all:
    description:
      - All processes of the daemon. Ignored beside O(in_state), which chooses among all of them by itself.
      - One of O(names), O(in_state) and O(all=true) is needed.
    type: bool
    default: false
  state:
    description:
      - V(started) makes sure that the processes run. V(stopped) makes sure that they do not.
      - V(restarted) stops and starts them. All are stopped at once, then started by priority.
      - V(signalled) sends O(signal). A process that is not running is an error then.
      - Each of them costs only the processes selected; the daemon and all others are left alone.
    type: str
    choices: [started, stopped, restarted, signalled]
  signal:
    description:
      - The signal for O(state=signalled), for example V(HUP), V(SIGUSR1) or V(10). With any other state it is refused.
      - Needs Supervisor 3.2.0. A process in C(STOPPING) takes it since 4.2.2.
    type: str
  stdin:
    description:
      - Text to write to the standard input of the processes, after O(state) has been reached. A newline at the end is
        not added. With O(state=stopped) it is refused.
      - Never use it on an event listener, whose protocol it would break.
    type: str
  clear_logs:
    description:
      - Whether to empty the logs of the processes, before O(state) is looked at. Nothing is changed if they are empty.
      - The daemon can do it for running processes only. For others the files are truncated by the module, which needs
        write permission to them, on the same machine.
      - On the same machine a log is left alone, and the process fails, if it is a link, has other names (hard links) in
        a folder that others can write, belongs to another account in a folder that everybody can write, or lies behind
        a link of some account's to a folder that does not belong to that account. What is no file, such as a pipe or
        V(/dev/stdout), has nothing to empty.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the state is reached. With V(false) the module ends when the daemon has accepted the
        request, and does not see failures that follow.
      - Ignored unless O(state) is V(started), V(stopped) or V(restarted).
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds in which all processes together must have reached the state.
      - The default is computed, so that the slowest way to success fits, from the C(startsecs), C(startretries) and
        C(stopwaitsecs) of the processes, and a tenth of a second for each of them; it is at least 60 and at most 21600
        (six hours).
      - Ignored unless O(state) is V(started), V(stopped) or V(restarted).
    type: float
  settle:
    description:
      - Seconds that a started process must go on in C(RUNNING), with the same process ID, to count as started.
      - C(RUNNING) itself only says that it has lived for C(startsecs). With C(startsecs=0), when it says nothing, one
        second is asked for in any case.
      - Ignored unless O(state) is V(started) or V(restarted), and with O(wait=false).
    type: float
    default: 0.0
  one_shot:
    description:
      - Whether a process that has ended with an expected exit code counts as started. Use it for jobs that run once.
      - Ignored unless O(state) is V(started) or V(restarted).
    type: bool
    default: false
  max_parallel:
    description:
      - So many processes may be starting at the same time; V(0) is no limit. Use it for programs that are heavy to
        start.
      - Processes are started by ascending priority in any case, and those of a higher number not before those of the
        lower ones are there or have failed.
      - Ignored unless O(state) is V(started) or V(restarted).
    type: int
    default: 0
  log_lines:
    description:
      - So many of its last log lines are returned for each failed process, from standard error, or from standard output
        if that is empty or redirected. V(0) returns none. Ignored unless O(state) is V(started), V(stopped) or
        V(restarted).
    type: int
    default: 20
seealso:
  - module: supervisord.fleet.supervisor_program
  - module: supervisord.fleet.supervisor_info
  - module: supervisord.fleet.supervisor_rpc
"""

EXAMPLES = r"""
- name: Make sure that the web program runs
  supervisord.fleet.supervisor_process:
    names: web
    state: started

- name: Restart all Tomcats, two at a time, and see them stay up for ten seconds
  supervisord.fleet.supervisor_process:
    names: tomcat-*
    state: restarted
    max_parallel: 2
    settle: 10

- name: Start whatever supervisord has given up
  supervisord.fleet.supervisor_process:
    in_state: [FATAL, BACKOFF, EXITED]
    state: started

- name: Stop everything before a backup
  supervisord.fleet.supervisor_process:
    all: true
    state: stopped
    wait_timeout: 120

- name: Make the workers of a group read their configuration again
  supervisord.fleet.supervisor_process:
    names: "workers:*"
    state: signalled
    signal: HUP

- name: Start with empty logs, on a daemon that listens on a port
  supervisord.fleet.supervisor_process:
    names: web
    state: restarted
    clear_logs: true
    server_url: http://127.0.0.1:9001
    username: admin
    password: "{{ supervisor_password }}"

- name: Restart a program of a thousand daemons, 200 at a time; go on unless more than 5 % fail
  supervisord.fleet.supervisor_process:
    servers:
      - name: c701
        server_url: http://c701.example.com:9001
      - name: c702
        server_url: http://c702.example.com:9001
    username: admin
    password: "{{ supervisor_password }}"
    parallel: 200
    fail_when: 5%
    names: web
    state: restarted
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
waited_for:
  description: Which run was at work at this daemon and was waited for, and how long.
  type: str
  returned: if another run was waited for
  sample: supervisor_program (process 4711 of account 0, since 2026-11-29 08:15:02), for 3.2 s
processes:
  description: The selected processes, ordered by group and name, also when the module fails.
  returned: always, if the daemon was reached, without O(servers)
  type: list
  elements: dict
  contains:
    name:
      description: Group and process.
      type: str
      returned: success
      sample: web:web
    group:
      description: Its group.
      type: str
      returned: success
      sample: web
    before:
      description: Its state when the module looked first.
      type: str
      returned: success
      sample: STOPPED
    after:
      description: Its state at the end; in check mode the one expected.
      type: str
      returned: success
      sample: RUNNING
    pid_before:
      description: Its process ID when the module looked first, V(0) if it had none.
      type: int
      returned: success
      sample: 0
    pid:
      description: Its process ID at the end, V(0) if it has none.
      type: int
      returned: success
      sample: 4711
    actions:
      description: What was done to it, in order; some of V(clear_logs), V(stop), V(start), V(signal) and V(stdin).
      type: list
      elements: str
      returned: success
      sample: [start]
    failed:
      description: Whether it is not as wanted.
      type: bool
      returned: success
      sample: false
    reason:
      description: Why, in words.
      type: str
      returned: success
      sample: started
    log:
      description: The last lines it wrote, if it failed.
      type: list
      elements: str
      returned: success
      sample: []
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
import functools
import typing as t

from ..module_utils import _module, _servers
from ..module_utils._host import lock as _lock
from ..module_utils._rpc import states as _states
from ..module_utils._tasks import alone as _alone, process as _process


def main(make: t.Optional[t.Callable[..., t.Any]] = None) -> None:
    """Select, change, wait, report.

    :param make: see ``_module.run``.
    """
    spec = {
        "names": {"type": "list", "elements": "str", "aliases": ["name"]},
        "in_state": {"type": "list", "elements": "str", "choices": list(_states.CODES)},
        "all": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["started", "stopped", "restarted", "signalled"]},
        "signal": {"type": "str"},
        "stdin": {"type": "str"},
        "clear_logs": {"type": "bool", "default": False},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float"},
        "settle": {"type": "float", "default": 0.0},
        "one_shot": {"type": "bool", "default": False},
        "max_parallel": {"type": "int", "default": 0},
        "log_lines": {"type": "int", "default": 20},
        "lock_timeout": {"type": "float", "default": _lock.TIMEOUT},
    }
    _module.run(
        dict(_servers.FLEET, **spec),
        process,
        required_one_of=[("names", "in_state", "all"), ("state", "stdin", "clear_logs")],
        required_if=[("state", "signalled", ("signal",))],
        mutually_exclusive=[("names", "all")],
        prepare=_servers.prepare,
        make=make,
    )


def process(module: t.Any) -> t.Dict[str, t.Any]:
    """Select, change, wait, report: alone at a daemon of this machine, if its processes change their states."""
    changes = module.params["state"] in ("started", "stopped", "restarted") and not module.check_mode
    warn = functools.partial(_module.warn, module)
    alone = functools.partial(_alone.carry_out, module.params["lock_timeout"], "supervisor_process", warn)
    return _servers.carry_out(module, _process.script, alone if changes else None)


if __name__ == "__main__":
    main()
