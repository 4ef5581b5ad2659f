#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: supervisor_orphans
short_description: Find and stop the processes that a dead supervisord has left behind
version_added: 0.1.0
description:
  - When C(supervisord) is killed or crashes, its programs go on, and keep their ports. The next C(supervisord) knows
    nothing of them and starts everything again. Programs that need the same port end in C(FATAL) with C(Exited too
    quickly), all others run twice. This module finds those processes, says what proves that they are orphans of this
    daemon, stops exactly them on request, and starts the programs that have failed.
  - It never looks at names or command lines to decide. See the notes for what it takes for proof. Everything else that
    points to this daemon is listed in RV(suspects) with what is missing, and is never touched.
  - Processes that a living C(supervisord) answers for, this one or another one, are never orphans.
author:
  - Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.connection
  - supervisord.fleet.attributes
  - supervisord.fleet.attributes.action_group
options:
  lock_timeout:
    description:
      - Seconds to wait for another run that changes the same daemon, of whatever module of this collection. V(0) does
        not wait. A run that has waited tells for whom in RV(waited_for).
      - Ignored by what only looks (check mode, O(state=query) without O(start)).
    type: float
    default: 600
  state:
    description:
      - V(query) reports only.
      - V(absent) stops the orphans. Each is sent the C(stopsignal) of its program (C(TERM) if that is not known, and
        for what a program has started itself), and is killed after O(stop_timeout). A process that has children among
        the orphans is asked first, so that it can end them.
    type: str
    choices: [query, absent]
    default: query
  stop_timeout:
    description:
      - Seconds that the orphans have to end before they are killed.
      - The default is the longest C(stopwaitsecs) of the programs concerned, or 10. Ignored with O(state=query).
    type: float
  start:
    description:
      - Whether to start, after that, the processes of the running daemon that are in C(FATAL) or C(BACKOFF), and those
        in C(EXITED) that ended with an exit code that was not expected. It waits until they are C(RUNNING).
      - Needs a running daemon.
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds in which the processes started by O(start) must be there. The default is computed from their options,
        see O(supervisord.fleet.supervisor_process#module:wait_timeout). Ignored without O(start).
    type: float
  ports:
    description:
      - The TCP ports that programs need, by name of the program, group or C(group:process), to be told in RV(ports) who
        holds them. A port or a list of ports each. This is for the report only, and proves nothing.
      - Ports that an orphan holds are reported without this.
    type: dict
  trust_environment:
    description:
      - Whether the environment alone is proof. It has to be complete (all four C(SUPERVISOR_*) variables, with the
        address of this daemon), the process must be older than the running daemon, and nobody living may lead its
        session.
      - Use it when the daemon runs again already and keeps no log of level C(info), because nothing else is left then.
        Look at RV(suspects) first. Services that a program has started on purpose, to go on without it, and processes
        that somebody has given a copy of that environment would be stopped as well.
    type: bool
    default: false
notes:
  - The session is proof together with the environment. The PID of a dead life of the daemon (from its pidfile, or a
    C(supervisord started with pid) line of its log) leads the session of the process, and the process carries all four
    C(SUPERVISOR_*) variables with the address of this daemon.
  - A start noted by the daemon is proof. Its log has a line C(spawned) with this PID, and the process started within
    two seconds of it. At log level C(debug) programs can write such lines too, so the environment is needed as well.
  - What belongs to a proven process is proven, also with an empty environment. That is another member of the same
    session of the dead daemon, a member of a session or process group that a proven process began, a child in the same
    session, a child in a session of its own with the environment, and one with the environment that shares the pipe
    of its program's output.
  - No proof is the environment alone, a command line, a parent of 1, a port, or a session whose number is in the
    pidfile without any other trace. A process that called C(setsid), whose ancestors have ended and whose output goes
    elsewhere, is a suspect therefore.
  - Records count only for processes that their writer could have started. The log of a daemon that runs as an
    unprivileged user says nothing about processes of others, and files that everybody may write say nothing at all.
  - In a container below this machine (another PID namespace) the environment means another daemon, even with the same
    address. Run the module inside the container.
  - Needs Linux. Run it as root, or as the user of the daemon; RV(notes) says what could not be seen.
  - The module itself and all processes above it are never stopped, even if they are orphans (an C(sshd) that was
    under C(supervisord), for example).
seealso:
  - module: supervisord.fleet.supervisor_process
  - module: supervisord.fleet.supervisor_info
"""

EXAMPLES = r"""
- name: See what an earlier supervisord has left behind, and who holds the port of the application
  supervisord.fleet.supervisor_orphans:
    ports:
      dealer-update: 8055
  register: left

- name: Stop the orphans, then start what ended in FATAL because of them
  supervisord.fleet.supervisor_orphans:
    state: absent
    start: true

- name: Give the orphans a minute to finish their work
  supervisord.fleet.supervisor_orphans:
    state: absent
    stop_timeout: 60
"""

RETURN = r"""
waited_for:
  description: Which run was at work at this daemon and was waited for, and how long.
  type: str
  returned: if another run was waited for
  sample: supervisor_program (process 4711 of account 0, since 2026-11-29 08:15:02), for 3.2 s
daemon:
  description: The daemon that the findings are about.
  returned: success
  type: dict
  contains:
    config_file:
      description: Its main configuration file.
      type: str
      returned: success
      sample: /etc/supervisor/supervisord.conf
    pidfile:
      description: Its pidfile by that configuration.
      type: str
      returned: success
      sample: /var/run/supervisord.pid
    running:
      description: Whether it lives.
      type: bool
      returned: success
      sample: true
    reachable:
      description: Whether it answers. If it lives and does not answer, RV(notes) says what to do.
      type: bool
      returned: success
      sample: true
    pid:
      description: Its process ID, V(0) if it does not live.
      type: int
      returned: success
      sample: 4711
    former_pids:
      description: Process IDs of its dead lives that its pidfile and log tell of, from about the machine's start on.
      type: list
      elements: int
      returned: success
      sample: [812]
orphans:
  description: The processes that are proven to be left behind, also when the module fails.
  returned: success
  type: list
  elements: dict
  contains:
    pid:
      description: Its process ID.
      type: int
      returned: success
      sample: 1290
    name:
      description: Group and process that it was started as, or was started by; empty if nothing tells.
      type: str
      returned: success
      sample: web:web
    declared:
      description: Whether the configuration still has that process.
      type: bool
      returned: success
      sample: true
    command:
      description: Its command line, cut after 200 characters.
      type: str
      returned: success
      sample: java -jar web.jar
    user:
      description: The account it runs as.
      type: str
      returned: success
      sample: web
    uid:
      description: The number of that account.
      type: int
      returned: success
      sample: 1000
    started:
      description: When it started, in UTC.
      type: str
      returned: success
      sample: "2026-11-23T15:58:53Z"
    parent:
      description: Process ID of its parent.
      type: int
      returned: success
      sample: 1
    session:
      description: Its session.
      type: int
      returned: success
      sample: 812
    process_group:
      description: Its process group.
      type: int
      returned: success
      sample: 1290
    ports:
      description: The TCP ports on which it listens.
      type: list
      elements: int
      returned: success
      sample: [8080]
    evidence:
      description: What proves it.
      type: list
      elements: dict
      returned: success
      contains:
        kind:
          description:
            - One of V(environment), V(session), V(spawned), V(member), V(descendant), V(pipe) and V(trusted).
          type: str
          returned: success
          sample: session
        text:
          description: The same in words.
          type: str
          returned: success
          sample: session 812, which the daemon led that is dead now (/var/run/supervisord.pid)
    action:
      description:
        - V(none) with O(state=query), V(stop) in check mode, V(stopped), V(killed), V(failed), or V(kept) for one that
          this module runs under.
      type: str
      returned: success
      sample: stopped
    signals:
      description: The signals that it was sent.
      type: list
      elements: str
      returned: success
      sample: [TERM]
    failed:
      description: Whether it could not be stopped.
      type: bool
      returned: success
      sample: false
    reason:
      description: Why, in words.
      type: str
      returned: success
      sample: ""
suspects:
  description:
    - Processes that something connects with a dead life of this daemon, but nothing proves. They are never stopped.
      Entries are as in RV(orphans) without action, signals, failed and reason.
  returned: success
  type: list
  elements: dict
  contains:
    missing:
      description: Why the evidence is no proof.
      type: str
      returned: success
      sample: an environment can be copied, and neither its session nor the daemon's log leads to the daemon
ports:
  description: Who holds the ports of O(ports) and those that orphans hold; with O(state=absent), at the end.
  returned: success
  type: list
  elements: dict
  contains:
    program:
      description: The program that needs the port.
      type: str
      returned: success
      sample: web:web
    port:
      description: The port.
      type: int
      returned: success
      sample: 8080
    address:
      description: The address it is held at.
      type: str
      returned: success
      sample: 0.0.0.0
    holder:
      description:
        - V(program) itself, an V(orphan), a V(suspect), some V(other) process, one that is V(unseen) for want of
          privilege, or V(nobody).
      type: str
      returned: success
      sample: orphan
    pid:
      description: The process that holds it, V(0) if there is none or it is unseen.
      type: int
      returned: success
      sample: 1290
    user:
      description: The account of that process.
      type: str
      returned: if there is one
      sample: web
    command:
      description: The command line of that process.
      type: str
      returned: if there is one
      sample: java -jar web.jar
started:
  description: What O(start) did, with entries as in RV(supervisord.fleet.supervisor_process#module:processes).
  returned: success
  type: list
  elements: dict
  sample: []
notes:
  description: What could not be read or seen, and what to do about it.
  returned: success
  type: list
  elements: str
  sample: []
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import functools
import typing as t

from ..module_utils import _module
from ..module_utils._host import lock as _lock
from ..module_utils._local import connection as _connection
from ..module_utils._tasks import alone as _alone, orphans as _orphans


def main() -> None:
    """Find, stop, start, report."""
    spec = {
        "state": {"type": "str", "choices": ["query", "absent"], "default": "query"},
        "stop_timeout": {"type": "float"},
        "start": {"type": "bool", "default": False},
        "wait_timeout": {"type": "float"},
        "ports": {"type": "dict"},
        "trust_environment": {"type": "bool", "default": False},
        "lock_timeout": {"type": "float", "default": _lock.TIMEOUT},
    }
    _module.run(spec, orphans)


def orphans(module: t.Any) -> t.Dict[str, t.Any]:
    """The daemon need not run; then there is no client."""
    warn = functools.partial(_module.warn, module)
    config_file = _connection.require_config(module.params, dead=True)
    client = _connection.client_or_none(dict(module.params, config_file=config_file), warn, living=False)
    check = module.check_mode
    changes = (module.params["state"] == "absent" or module.params["start"]) and not check

    def work() -> t.Dict[str, t.Any]:
        return _orphans.apply(client, module.params, check, config_file)

    if changes:
        timeout = module.params["lock_timeout"]
        result = _alone.carry_out(timeout, "supervisor_orphans", warn, config_file, client, work)
    else:
        result = work()
    for note in result["notes"]:
        warn(note)
    return result


if __name__ == "__main__":
    main()
