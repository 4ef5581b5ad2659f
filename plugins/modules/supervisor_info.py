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
  - supervisord.fleet.servers
  - supervisord.fleet.attributes.info
  - supervisord.fleet.attributes.action_group
options:
  names:
    description:
      - Only these processes. V(group:name) names one, V(group:*) or V(group:) a whole group, and V(web*) everything
        whose group or process name matches. A name that matches nothing is no error here, see RV(unmatched).
    type: list
    elements: str
    aliases: [name]
  in_state:
    description:
      - Only processes in one of these states. An empty list chooses none.
    type: list
    elements: str
    choices: [STOPPED, STARTING, RUNNING, BACKOFF, STOPPING, EXITED, FATAL, UNKNOWN]
  settle:
    description:
      - Wait until each of the chosen processes has been C(RUNNING) for so many seconds, and return what is then seen.
        With V(0) it is enough that all of them run. Without this option nothing is waited for.
      - Fails as soon as one of them is C(STOPPED), C(STOPPING), C(FATAL), C(UNKNOWN) or gone, and when the time is up,
        see O(wait_timeout). The message holds the last lines of its log.
      - A dry run waits for nothing, since what it would have waited for has not been done.
    type: float
    version_added: 0.2.0
  wait_timeout:
    description:
      - Seconds to wait beyond O(settle), for processes that are starting, or that the daemon starts again.
    type: float
    default: 30.0
    version_added: 0.2.0
  log_lines:
    description:
      - So many of the last lines of both logs of each process; V(0) returns none.
      - On the daemon's own machine the files are read, so that colour codes, control characters and bytes that are not
        UTF-8 do no harm. Elsewhere the daemon is asked, which fails on bytes that are not UTF-8; the list is empty
        then.
      - It is empty also for a log on the daemon's own machine that is a link or no regular file, or that another
        account may have put there, see O(supervisord.fleet.supervisor_process#module:clear_logs). The daemon is not
        asked for such a one.
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
      - Whether to compare the configuration files with what runs, and the logs that the daemon holds open with the
        files at their paths. Needs a daemon on the same machine whose files the module may read.
    type: bool
    default: false
  orphans:
    description:
      - Whether to look for processes that an earlier life of the daemon has left behind, see
        M(supervisord.fleet.supervisor_orphans), which also stops them. Needs a daemon on the same machine. Others than
        root and the daemon's account may not see all of them.
    type: bool
    default: false
    version_added: 0.2.0
  alerts:
    description:
      - Path of the sign of life that the listener of the role P(supervisord.fleet.alerts#role) writes, its
        C(heartbeat.json), to read it too. Needs a daemon on the same machine.
      - No link is followed to it, a pipe or somebody else's file is refused, and only so much is read as such a file
        can have.
    type: path
    version_added: 0.2.0
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

- name: See that what has just been started stays up
  supervisord.fleet.supervisor_info:
    names: [app01, app02]
    settle: 10

- name: See whether someone has edited files without applying them
  supervisord.fleet.supervisor_info:
    drift: true
  register: supervisor
  failed_when: supervisor.drift.groups | length > 0

- name: Look at a whole fleet at once
  supervisord.fleet.supervisor_info:
    servers: "{{ endpoints }}"
    username: admin
    password: "{{ supervisor_password }}"
    fail_when: all
  delegate_to: localhost
  run_once: true
  register: fleet

- name: Say which are down
  ansible.builtin.debug:
    msg: "{{ fleet.servers | rejectattr('reachable') | map(attribute='name') | list }}"
"""

RETURN = r"""
programs:
  description: Those that have not run for O(settle), the first five of them.
  returned: failure, with O(settle)
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
    state:
      description: Its state, or C(gone).
      type: str
    log:
      description: The last lines of its log.
      type: list
      elements: str
daemon:
  description: The daemon itself.
  returned: success, without O(servers)
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
  description: The processes, ordered by group and name. Times are seconds since 1970 by the daemon's clock, V(0) is
    never.
  returned: success, without O(servers)
  type: list
  elements: dict
  contains:
    name:
      description: Group and process.
      type: str
      returned: success
      sample: tomcat-a:tomcat-a
    group:
      description: Its group.
      type: str
      returned: success
      sample: tomcat-a
    process:
      description: Its name in the group.
      type: str
      returned: success
      sample: tomcat-a
    state:
      description: Its state, one of V(STOPPED), V(STARTING), V(RUNNING), V(BACKOFF), V(STOPPING), V(EXITED), V(FATAL)
        and V(UNKNOWN).
      type: str
      returned: success
      sample: RUNNING
    pid:
      description: Its process ID, V(0) if it has none.
      type: int
      returned: success
      sample: 29082
    uptime:
      description: Seconds since it was started, V(0) if it does not run.
      type: int
      returned: success
      sample: 5
    start:
      description: When it was started last.
      type: int
      returned: success
      sample: 1795439595
    stop:
      description: When it ended last.
      type: int
      returned: success
      sample: 0
    now:
      description: The daemon's clock.
      type: int
      returned: success
      sample: 1795439600
    exitstatus:
      description:
        - Exit status of its last end, V(-1) if a signal ended it, V(0) also if it has not ended yet.
        - Supervisor 3.4 to 4.3 answers V(0) too for a process that ended while it was C(STARTING), such as one that is
          C(FATAL) now; only the daemon's log knows better.
      type: int
      returned: success
      sample: 0
    spawnerr:
      description: Why it could not be started, or that its exit status was not an expected one; empty otherwise.
      type: str
      returned: success
      sample: ""
    description:
      description: What C(supervisorctl status) shows.
      type: str
      returned: success
      sample: pid 29082, uptime 0:00:05
    stdout_logfile:
      description: Log of its standard output, empty if there is none.
      type: str
      returned: success
      sample: /var/log/supervisor/tomcat-a.log
    stderr_logfile:
      description: Log of its standard error, empty if there is none or it is redirected.
      type: str
      returned: success
      sample: ""
    stdout:
      description: Last lines of its standard output.
      type: list
      elements: str
      returned: if O(log_lines) is not V(0)
      sample: ["Server startup in [2164] milliseconds"]
    stderr:
      description: Last lines of its standard error.
      type: list
      elements: str
      returned: if O(log_lines) is not V(0)
      sample: []
    stdout_refused:
      description:
        - Why the log of its standard output was not looked at, such as a link or a pipe in its place; empty if it was.
      type: str
      returned: if O(log_lines) is not V(0)
      sample: ""
    stderr_refused:
      description: The same for standard error.
      type: str
      returned: if O(log_lines) is not V(0)
      sample: ""
groups:
  description: The groups of these processes by name.
  returned: success, without O(servers)
  type: dict
  sample:
    tomcat-a:
      processes: ["tomcat-a:tomcat-a"]
      states:
        RUNNING: 1
unmatched:
  description: Each of O(names) that no process goes by, whatever its state, with up to ten names that there are, the
    nearest first.
  returned: if O(names) is given
  type: dict
  sample:
    ap02: [app02, app01]
config:
  description: What the daemon tells about the configuration of each process, as read last. V(none) is a null here.
  returned: if O(config=true)
  type: list
  elements: dict
  sample:
    - autostart: false
      group: tomcat-a
      group_prio: 999
      inuse: true
      name: tomcat-a
      process_prio: 999
drift:
  description: Differences between the files and what runs. Values are never shown.
  returned: if O(drift=true)
  type: dict
  contains:
    config_file:
      description: The main file.
      type: str
      returned: success
      sample: /etc/supervisor/supervisord.conf
    error:
      description: Why the daemon would refuse the files as they are now, null if it would not. Nothing is compared
        then.
      type: str
      returned: success
      sample: null
    groups:
      description: The groups that differ. C(status) is V(added) for one that is in the files only, V(removed) for one
        that only runs, V(changed) for one that runs with another configuration; C(options) are those known to differ,
        C(files) those that shape the group.
      type: list
      elements: dict
      returned: success
      sample:
        - name: tomcat-a
          status: changed
          options: [startsecs]
          files: [/etc/supervisor/conf.d/tomcat-a.conf]
    uncertain:
      description: Groups in which nothing was found to differ, but whose files have changed since the daemon started.
        What the daemon does not tell, such as C(environment), may differ.
      type: list
      elements: str
      returned: success
      sample: []
    skipped:
      description: Files that an include pattern names and the daemon cannot read, each with C(path) and C(reason). It
        passes over them without a word, and would take their programs for removed.
      type: list
      elements: dict
      returned: success
      sample: []
    logs:
      description:
        - Logs that the daemon writes into a file which is no longer the one at their path, because something else,
          such as a rule of logrotate, has renamed or removed it. What the daemon and this module then show of the log
          is not what the program says now. The signal USR2 makes the daemon open all its logs anew.
        - Each has C(name), that of the process or V(supervisord) for the daemon's own log, C(stream) (V(stdout),
          V(stderr), V(logfile)), C(path), and C(held), the file that is written to, empty if that is not known.
        - Empty too when the module may not look at the open files of the daemon.
      type: list
      elements: dict
      returned: success
      sample:
        - name: tomcat-a:tomcat-a
          stream: stdout
          path: /var/log/supervisor/tomcat-a.log
          held: /var/log/supervisor/tomcat-a.log-20261128
orphans:
  description: What an earlier life of the daemon has left behind. It goes on running beside the programs of now.
  returned: if O(orphans=true)
  type: dict
  contains:
    processes:
      description: The processes of which this is proven.
      type: list
      elements: dict
      returned: success
      sample:
        - name: tomcat-a:tomcat-a
          pid: 4711
          user: tomcat
          started: "2026-11-28T21:30:07Z"
          command: /opt/jdk/bin/java -Dcatalina.base=/opt/tomcat-a
    error:
      description: Why it could not be looked for, null if it was.
      type: str
      returned: success
      sample: null
alerts:
  description: What the listener of the role alerts says of itself. Times are seconds that have gone by, null for a time
    that is not known.
  returned: if O(alerts) is given
  type: dict
  contains:
    error:
      description: Why the file could not be read, null if it was.
      type: str
      returned: success
      sample: null
    written:
      description: Since when it has not been written; it is each 5 seconds.
      type: int
      returned: success
      sample: 3
    heard:
      description: Since when nothing was heard of supervisord, which sends an event each minute at least.
      type: int
      returned: success
      sample: 41
    started:
      description: Since when the listener runs.
      type: int
      returned: success
      sample: 86400
    firing:
      description: Troubles that last.
      type: int
      returned: success
      sample: 0
    unsaved:
      description: Why nothing can be kept on the disk, empty if it can.
      type: str
      returned: success
      sample: ""
    routes:
      description: Its routes, up to 100, each with C(name), C(type), C(waiting) (messages) and C(last_error).
      type: list
      elements: dict
      returned: success
      sample:
        - name: ops
          type: smtp
          waiting: 0
          last_error: ""
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
from ..module_utils._rpc import states as _states
from ..module_utils._tasks import info as _info


def main(make: t.Optional[t.Callable[..., t.Any]] = None) -> None:
    """Ask and return.

    :param make: see ``_module.run``.
    """
    spec = {
        "names": {"type": "list", "elements": "str", "aliases": ["name"]},
        "in_state": {"type": "list", "elements": "str", "choices": list(_states.CODES)},
        "settle": {"type": "float"},
        "wait_timeout": {"type": "float", "default": 30.0},
        "log_lines": {"type": "int", "default": 0},
        "config": {"type": "bool", "default": False},
        "drift": {"type": "bool", "default": False},
        "orphans": {"type": "bool", "default": False},
        "alerts": {"type": "path"},
    }
    _module.run(
        dict(_servers.FLEET, **spec),
        lambda module: _servers.carry_out(module, _info.script),
        prepare=_servers.prepare,
        make=make,
    )


if __name__ == "__main__":
    main()
