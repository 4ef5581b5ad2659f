#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: supervisor_config
short_description: Write Supervisor's main configuration file
version_added: 0.1.0
description:
  - Writes the whole C(supervisord.conf) from typed sections. What is not declared is not in the file; nothing of
    the old file is kept.
  - The new file is judged together with all included files by Supervisor's own rules before it is written, so that
    a file with which the daemon would not start never gets onto the disk.
  - An included file can hold a C([supervisord]) or server section too, and what it sets wins. Where that differs from
    what is declared here, a warning names the option, the file and the line; see RV(overridden).
  - What supervisord finds out only when it starts is found out before, with the daemon's own Python and as the account
    that it will run as. Refused are an address that another process holds or that this host does not have, a plugin
    that cannot be imported, a limit that cannot be had, and a log or socket that the daemon could not make. A warning
    tells what cannot be known from here, in check mode too.
  - Never touches the daemon. The result tells whether the daemon must restart to take the file over, and why. Nothing
    is put back when a restart fails all the same; the role supervisor does that.
  - A weak password for a web server that other hosts can reach is refused. A warning says that it crosses the network
    in clear text, that everybody on the host may use a socket without a password, and that a plugin opens a port of
    its own which asks for none.
  - Of the options of the connection only O(config_file) is of use here. The others are ignored, so that they can be set
    for all modules at once (C(module_defaults) of C(group/supervisord.fleet.fleet)).
author: Supervisor Fleet contributors (@supervisord-fleet)
extends_documentation_fragment:
  - supervisord.fleet.attributes
  - supervisord.fleet.attributes.action_group
  - supervisord.fleet.connection
attributes:
  diff_mode:
    details:
      - Passwords and variables for programs are hidden; the difference still says which of them changed.
  platform:
    platforms: posix
options:
  lock_timeout:
    description:
      - Seconds to wait for another run that changes the same daemon, of whatever module of this collection. V(0) does
        not wait. A run that has waited tells for whom in RV(waited_for).
      - Ignored in check mode.
    type: float
    default: 600
  path:
    description:
      - The file to write. Without it that of O(config_file); one of the two has to be given.
      - A link is followed, and the file that it points to is replaced, if root or the account of the task made the
        link. A link of any other account is followed only into a folder of that account, and refused otherwise.
    type: path
  config_file:
    description: The file to write if O(path) is not given, and ignored if it is.
    type: path
  header:
    description: Comment at the top of the file.
    type: str
    default: Managed by Ansible. Changes made by hand are overwritten.
  unix_http_server:
    description: Section C([unix_http_server]). Without it the daemon has no Unix socket.
    type: dict
    suboptions:
      # BEGIN generated options: unix_http_server
      chmod:
        description:
          - >-
            Mode of the socket, in octal and quoted.
          - >-
            Not written: V(0700). Since Supervisor 3.0. Cost of a change: the daemon restarts, and every program with
            it.
          - >-
            Expansions: V(%(ENV_X\)s).
        type: str
      chown:
        description:
          - >-
            Owner of the socket as C(user) or C(user:group).
          - >-
            Not written: the account of the daemon. Since Supervisor 3.0. Cost of a change: the daemon restarts, and
            every program with it.
          - >-
            Expansions: V(%(ENV_X\)s).
        type: str
      file:
        description:
          - >-
            Path of the Unix socket, at most 99 bytes long.
          - >-
            Required. Since Supervisor 3.0. Cost of a change: the daemon restarts, and every program with it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      password: &unix_http_server-password
        description:
          - >-
            Password that clients must send: clear text, or C({SHA}) and the SHA-1 of the password in lower-case hex.
          - >-
            Not written: nothing is set. Since Supervisor 3.0. Cost of a change: the daemon restarts, and every
            program with it.
          - >-
            Expansions: V(%(ENV_X\)s).
        type: str
      username: &unix_http_server-username
        description:
          - >-
            User name that clients must send. An empty name would turn authentication off and is refused here.
          - >-
            Not written: nothing is set. Since Supervisor 3.0. Cost of a change: the daemon restarts, and every
            program with it.
          - >-
            Expansions: V(%(ENV_X\)s).
        type: str
      # END generated options
  inet_http_server:
    description:
      - Section C([inet_http_server]), Supervisor's web page and RPC over TCP. Without it there is none.
      - When O(inet_http_server.port) is reachable from other hosts, a user name is demanded and a password of at
        least twelve characters that is not commonly known.
    type: dict
    suboptions:
      # BEGIN generated options: inet_http_server
      password: *unix_http_server-password
      port:
        description:
          - >-
            Where the IPv4 server listens: C(host:port). Without a host, or with C(*), it is every interface.
          - >-
            Required. Since Supervisor 3.0. Cost of a change: the daemon restarts, and every program with it.
          - >-
            Expansions: V(%(ENV_X\)s).
        type: str
      username: *unix_http_server-username
      # END generated options
  supervisord:
    description: Section C([supervisord]).
    type: dict
    suboptions:
      # BEGIN generated options: supervisord
      childlogdir:
        description:
          - >-
            Existing directory for V(AUTO) logs.
          - >-
            Not written: the system's directory for temporary files. Since Supervisor 3.0. Cost of a change: the
            daemon restarts, and every program with it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      directory:
        description:
          - >-
            Existing directory the daemon changes to. Ignored when the daemon runs in the foreground.
          - >-
            Not written: no change. Since Supervisor 3.0. Cost of a change: the daemon process must be stopped and
            started; a reload is not enough.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      environment:
        description:
          - >-
            Variables for every program; a program's own C(environment) wins.
          - >-
            Not written: empty. Since Supervisor 3.0. Cost of a change: every program of the daemon restarts.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: dict
      identifier:
        description:
          - >-
            Name by which the daemon introduces itself to clients.
          - >-
            Not written: V(supervisor). Since Supervisor 3.0. Cost of a change: the daemon restarts, and every program
            with it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      logfile:
        description:
          - >-
            File the daemon logs to. Its directory must exist.
          - >-
            Not written: V(supervisord.log). Since Supervisor 3.0. Cost of a change: the daemon restarts, and every
            program with it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      logfile_backups:
        description:
          - >-
            How many rotated logs of the daemon are kept.
          - >-
            A whole number. Unit: files. Not written: V(10). Since Supervisor 3.0. Cost of a change: the daemon
            restarts, and every program with it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: raw
      logfile_maxbytes:
        description:
          - >-
            Size at which the daemon's log is rotated; V(0) never rotates.
          - >-
            Unit: bytes, or with suffix KB, MB or GB. Not written: V(50MB). Since Supervisor 3.0. Cost of a change:
            the daemon restarts, and every program with it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      loglevel:
        description:
          - >-
            How much the daemon logs.
          - >-
            One of V(critical), V(error), V(warn), V(info), V(debug), V(trace), V(blather). Not written: V(info).
            Since Supervisor 3.0. Cost of a change: the daemon restarts, and every program with it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      minfds:
        description:
          - >-
            File descriptors the daemon must be able to open; it raises the limit or refuses to start.
          - >-
            A whole number. Unit: descriptors. Not written: V(1024). Since Supervisor 3.0. Cost of a change: the
            daemon process must be stopped and started; a reload is not enough.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: raw
      minprocs:
        description:
          - >-
            Processes the daemon's account must be allowed to have; it raises the limit or refuses to start.
          - >-
            A whole number. Unit: processes. Not written: V(200). Since Supervisor 3.0. Cost of a change: the daemon
            process must be stopped and started; a reload is not enough.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: raw
      nocleanup:
        description:
          - >-
            Whether the V(AUTO) logs of earlier runs survive a start.
          - >-
            V(true) or V(false). Not written: V(false). Since Supervisor 3.0. Cost of a change: the daemon restarts,
            and every program with it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: raw
      nodaemon:
        description:
          - >-
            Whether the daemon stays in the foreground, as most service units want.
          - >-
            V(true) or V(false). Not written: V(false). Since Supervisor 3.0. Cost of a change: the daemon process
            must be stopped and started; a reload is not enough.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: raw
      pidfile:
        description:
          - >-
            File that holds the daemon's process number.
          - >-
            Not written: V(supervisord.pid). Since Supervisor 3.0. Cost of a change: the daemon restarts, and every
            program with it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      silent:
        description:
          - >-
            Whether a foreground daemon keeps its log off stdout.
          - >-
            V(true) or V(false). Not written: V(false). Since Supervisor 4.2.0. Cost of a change: the daemon restarts,
            and every program with it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: raw
      strip_ansi:
        description:
          - >-
            Whether escape sequences for colours are removed from program logs.
          - >-
            V(true) or V(false). Not written: V(false). Since Supervisor 3.0. Cost of a change: the daemon restarts,
            and every program with it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: raw
      umask:
        description:
          - >-
            File mode mask of the daemon, in octal and quoted. Ignored when the daemon runs in the foreground.
          - >-
            Not written: V(022). Since Supervisor 3.0. Cost of a change: the daemon process must be stopped and
            started; a reload is not enough.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      user:
        description:
          - >-
            Account the daemon switches to when root starts it. Every included file must be readable for that account.
          - >-
            Not written: no switch. Since Supervisor 3.0. Cost of a change: the daemon restarts, and every program
            with it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      # END generated options
  supervisorctl:
    description:
      - Section C([supervisorctl]). Unless O(supervisorctl.serverurl) is given it reaches the first server there is,
        with that server's credentials.
    type: dict
    suboptions:
      # BEGIN generated options: supervisorctl
      history_file:
        description:
          - >-
            File in which C(supervisorctl) keeps what was typed.
          - >-
            Not written: no history. Since Supervisor 3.0a5. Cost of a change: live; only C(supervisorctl) reads it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      password:
        description:
          - >-
            Password C(supervisorctl) sends, in clear text.
          - >-
            Not written: nothing is set. Since Supervisor 3.0. Cost of a change: live; only C(supervisorctl) reads it.
          - >-
            Expansions: V(%(ENV_X\)s).
        type: str
      prompt:
        description:
          - >-
            Prompt of C(supervisorctl).
          - >-
            Not written: V(supervisor). Since Supervisor 3.0. Cost of a change: live; only C(supervisorctl) reads it.
          - >-
            Expansions: V(%(ENV_X\)s).
        type: str
      serverurl:
        description:
          - >-
            Server C(supervisorctl) talks to: C(unix:///path) or C(http://host:port).
          - >-
            Not written: V(http://localhost:9001). Since Supervisor 3.0. Cost of a change: live; only C(supervisorctl)
            reads it.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      username:
        description:
          - >-
            User name C(supervisorctl) sends.
          - >-
            Not written: nothing is set. Since Supervisor 3.0. Cost of a change: live; only C(supervisorctl) reads it.
          - >-
            Expansions: V(%(ENV_X\)s).
        type: str
      # END generated options
  rpcinterfaces:
    description:
      - Sections C([rpcinterface:NAME]). The one named C(supervisor), without which nothing works, is always
        written.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the section.
        type: str
        required: true
      rpcinterface_factory:
        description: Python function, as C(module:name), that makes the RPC interface.
        type: str
        required: true
      options:
        description: The plugin's own options, passed to its factory.
        type: dict
  ctlplugins:
    description: Sections C([ctlplugin:NAME]), plugins of C(supervisorctl).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the section.
        type: str
        required: true
      ctl_factory:
        description: Python function, as C(module:name), that makes the plugin.
        type: str
        required: true
      options:
        description: The plugin's own options, passed to its factory.
        type: dict
  include:
    description: Section C([include]).
    type: dict
    suboptions:
      # BEGIN generated options: include
      files:
        description:
          - >-
            Patterns of files to read after the main one, relative to its directory and without spaces. Order matters.
          - >-
            Required. Since Supervisor 3.0. Cost of a change: live; used the next time the configuration is read.
          - >-
            Expansions: V(%(here\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: list
        elements: str
      # END generated options
  hash_passwords:
    description:
      - Whether the passwords of the servers are written as C({SHA}) hashes. C([supervisorctl]) can only hold clear
        text, so the password of the server that it uses stands in the file all the same.
    type: bool
    default: true
  allow_short_passwords:
    description:
      - Keep a password of O(inet_http_server) that has fewer than twelve characters, with a warning on each run. Meant
        for one that is in use already, until it can be changed. One that everybody knows is refused all the same.
    type: bool
    default: false
  adopt:
    description:
      - Replace a main file that somebody else has written although something would be lost by it, such as a
        C([inet_http_server]), a socket that moves, or processes that restart with the daemon.
      - Without it such a file is refused, and the message says what would be lost. One by which nothing is lost needs
        no word, as the one that comes with a package while its daemon runs nothing yet.
      - Programs, groups, event listeners and FastCGI programs in the file are kept there, until
        O(supervisord.fleet.supervisor_program#module:adopt) takes them over. They are kept in any file that this
        module has written, too.
      - A copy of a file of somebody else's is kept in any case, see RV(backup_file).
    type: bool
    default: false
  restart_follows:
    description:
      - Whether the daemon will be restarted after this. Only for what is said about a file of somebody else's. By
        default it will when RV(restart_required).
    type: bool
  executable:
    description:
      - The installed C(supervisord), which is asked for its version. By default the one on the path. If there is
        none, the newest known release is assumed.
    type: path
  started_config:
    description:
      - Copy of the file as it was when the daemon was started, if the service makes one. RV(restart_required) then
        stays true until the daemon was restarted, also over runs in which the file does not change.
    type: path
  planned_directories:
    description:
      - Directories that will exist when the daemon starts, although they may not exist now, such as those that the
        service makes below C(/run). Without this a file that needs them is refused.
    type: list
    elements: path
    default: []
  owned_directories:
    description:
      - Directories that will belong to the account of the daemon when it starts, with its logs in them, whoever they
        belong to now.
    type: list
    elements: path
    default: []
  planned_packages:
    description:
      - Whether packages will be installed before the daemon starts with this file. A plugin that cannot be imported
        now gives a warning then, and no refusal.
    type: bool
    default: false
  service:
    description:
      - Options of the section C([Service]) of the systemd unit that will start the daemon, as in the unit. Of use are
        C(LimitNOFILE), C(LimitNPROC), C(User), C(Environment), C(StandardOutput), C(WorkingDirectory) and
        C(AmbientCapabilities).
      - Without it the daemon that runs is taken as an example of the next one, and where none runs there are
        warnings instead of refusals.
    type: dict
    default: {}
  limits:
    description:
      - Limits of the kernel that the service will give the daemon and its programs, C(nofile), C(nproc), C(core),
        C(memlock) or C(stack) -> a number (bytes, but for the first two) or V(unlimited). They are not written by this
        module, but refused when the machine does not give them, or the daemon would raise them.
    type: dict
    default: {}
  mode:
    description:
      - Mode of the file. By default V(0644). With a password or variables for programs in it V(0600), or V(0640)
        with the group of O(supervisord.user) when that is not root.
    type: str
  owner:
    description: Owner of the file; root when the module runs as root.
    type: str
  group:
    description: Group of the file.
    type: str
  backup:
    description: Whether to keep a copy of the file when it changes.
    type: bool
    default: false
seealso:
  - module: supervisord.fleet.supervisor_program
"""

EXAMPLES = r"""
- name: Write supervisord.conf with the web page on one address
  supervisord.fleet.supervisor_config:
    path: /etc/supervisor/supervisord.conf
    unix_http_server:
      file: /run/supervisor.sock
      chmod: "0700"
    inet_http_server:
      port: 10.0.0.41:9001
      username: ops
      password: "{{ vault_supervisor_password }}"
    supervisord:
      logfile: /var/log/supervisor/supervisord.log
      pidfile: /run/supervisord.pid
      childlogdir: /var/log/supervisor
      user: root
    include:
      files: [/etc/supervisor/conf.d/*.conf]
  register: main

- name: Restart the daemon only when nothing less will do
  ansible.builtin.systemd_service:
    name: supervisor
    state: restarted
  when: main.restart_required
"""

RETURN = r"""
waited_for:
  description: Which run was at work at this daemon and was waited for, and how long.
  type: str
  returned: if another run was waited for
  sample: supervisor_program (process 4711 of account 0, since 2026-11-29 08:15:02), for 3.2 s
path:
  description: The file; for a link, the one that it points to.
  type: str
  returned: success
  sample: /etc/supervisor/supervisord.conf
mode:
  description: Mode that the file has, or would have.
  type: str
  returned: success
  sample: "0600"
backup_file:
  description: Copy of the file as it was before.
  type: str
  returned: when the file changed, and O(backup=true) or somebody else had written it
  sample: /etc/supervisor/supervisord.conf.2026-11-23@12:00:00~
version:
  description: Release of Supervisor that the file was written and checked for; empty if none was found.
  type: str
  returned: success
  sample: 4.3.0
running_version:
  description: Release of the daemon that runs; empty if none runs, or if it did not tell.
  type: str
  returned: success
  sample: 4.2.5
restart_required:
  description: Whether the running daemon must restart before all of this is in force.
  type: bool
  returned: success
  sample: true
restart_reasons:
  description: Why it must restart; without values, since those may be secrets.
  type: list
  elements: str
  returned: success
  sample: ["loglevel of [supervisord] changed"]
overridden:
  description:
    - Declared options that are not in force, nor will be after a restart, because an included file sets them to
      something else. Each comes with a warning, on every run.
  type: list
  elements: dict
  returned: success
  contains:
    section:
      description: The section that is in both files.
      type: str
    option:
      description: The option.
      type: str
    file:
      description: The included file that sets it.
      type: str
    line:
      description: The line there.
      type: int
  sample: [{section: supervisord, option: identifier, file: /etc/supervisor/conf.d/old.conf, line: 2}]
reload_required:
  description: Whether the set of included files changed, which the daemon notices at its next C(reread).
  type: bool
  returned: success
  sample: false
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import functools
import os
import shutil
import typing as t

from ..module_utils import _errors, _module
from ..module_utils._adopt import first_contact as _first_contact
from ..module_utils._config import (
    exposure as _exposure,
    imports as _imports,
    installed as _installed,
    main_check as _main_check,
    main_config as _main_config,
    masked as _masked,
    overridden as _overridden,
    reader as _reader,
)
from ..module_utils._host import (
    account as _account,
    careful as _careful,
    files as _files,
    lock as _lock,
    ownership as _ownership,
    state_dir as _state_dir,
)
from ..module_utils._local import running as _running
from ..module_utils._options import dialect as _dialect, habits as _habits, render as _render, table as _table
from ..module_utils._process import intent as _intent
from ..module_utils._start import check as _check, service as _service, wishes as _wishes


def _plugin(kind: str) -> t.Dict[str, t.Any]:
    """The argument spec of a list of plugin sections."""
    options = _table.spec(kind)
    for option in _table.options(kind):
        options[option.param]["required"] = option.required
    options.update({"name": {"type": "str", "required": True}, "options": {"type": "dict"}})
    return {"type": "list", "elements": "dict", "default": [], "options": options}


SPEC: t.Dict[str, t.Dict[str, t.Any]] = {
    "path": {"type": "path"},
    "header": {"type": "str", "default": "Managed by Ansible. Changes made by hand are overwritten."},
    "unix_http_server": {"type": "dict", "options": _table.spec("unix_http_server")},
    "inet_http_server": {"type": "dict", "options": _table.spec("inet_http_server")},
    "supervisord": {"type": "dict", "options": _table.spec("supervisord")},
    "supervisorctl": {"type": "dict", "options": _table.spec("supervisorctl")},
    "rpcinterfaces": _plugin("rpcinterface"),
    "ctlplugins": _plugin("ctlplugin"),
    "include": {"type": "dict", "options": _table.spec("include")},
    "hash_passwords": {"type": "bool", "default": True, "no_log": False},
    "executable": {"type": "path"},
    "started_config": {"type": "path"},
    "planned_directories": {"type": "list", "elements": "path", "default": []},
    "owned_directories": {"type": "list", "elements": "path", "default": []},
    "planned_packages": {"type": "bool", "default": False},
    "service": {"type": "dict", "default": {}},
    "limits": {"type": "dict", "default": {}},
    "mode": {"type": "str"},
    "owner": {"type": "str"},
    "group": {"type": "str"},
    "backup": {"type": "bool", "default": False},
    "adopt": {"type": "bool", "default": False},
    "restart_follows": {"type": "bool"},
    "allow_short_passwords": {"type": "bool", "default": False, "no_log": False},
    "lock_timeout": {"type": "float", "default": _lock.TIMEOUT},
}


def main() -> None:
    _module.run(SPEC, alone)


def alone(module: t.Any) -> t.Dict[str, t.Any]:
    """Nobody else changes the daemon or its files meanwhile, unless this only looks."""
    path = module.params["path"] = module.params["path"] or module.params["config_file"]
    if path is None:
        raise _errors.OptionError("path: name the file to write, here or as config_file")
    _wishes.refuse(module.params["limits"], module.params["supervisord"] or {})
    left = _intent.left(_intent.path_for(_state_dir.default(), path))
    if left:
        _module.warn(module, left)
    check = module.check_mode
    if check:
        return config(module, check)
    with _lock.Lock(path, module.params["lock_timeout"], "supervisor_config") as lock:
        return lock.told(config(module, check))


def config(module: t.Any, check: bool) -> t.Dict[str, t.Any]:
    """Plan the file, then write it."""
    params = module.params
    named, path = params["path"], _careful.settle(params["path"])
    before = _files.read(path)
    in_force, running = _in_force(params, before)
    program = _installed.look(
        params["executable"] or shutil.which("supervisord") or "",
        lambda command: module.run_command(command, handle_exceptions=False),
    )
    reader = _reader_of(params, program, running)
    sections = _main_config.sections(
        dict(params, rpcinterface=params["rpcinterfaces"], ctlplugin=params["ctlplugins"]),
        params["hash_passwords"],
        params["allow_short_passwords"],
    )
    after, foreign = _contents(params, path, before, sections, reader)
    verdict = _judged(params, named, after, in_force, running, reader)
    overridden = _overridden.find(named, after, reader)
    reasons = list(verdict.reasons) + _upgraded(program, running)
    harm = _harm(params, named, (before or b"", after), reader, running, reasons) if foreign else ""
    attributes = _attributes(params, sections)
    doubts = _doubts(sections, verdict, running) + [found.sentence for found in overridden]
    for warning in filter(None, [harm, _kept_short(params)] + doubts):
        _module.warn(module, warning)
    shown = _masked.pair((before or b"").decode("utf-8", "replace"), after.decode("utf-8", "replace"))
    result = {
        "changed": before != after or _files.attributes_differ(path, attributes),
        "path": path,
        "mode": "%04o" % attributes.mode,
        "version": program.version if program else "",
        "running_version": running.version if running else "",
        "restart_required": bool(reasons),
        "restart_reasons": reasons,
        "reload_required": verdict.reread,
        "overridden": [{"section": o.section, "option": o.option, "file": o.file, "line": o.line} for o in overridden],
        "diff": {"before": shown[0], "after": shown[1], "before_header": path, "after_header": path},
    }
    if result["changed"] and not check:
        result.update(_write(path, before, after, attributes, params["backup"] or foreign))
    return result


def _contents(
    params: t.Dict[str, t.Any],
    path: str,
    before: t.Optional[bytes],
    sections: t.List[_main_config.Section],
    reader: _reader.Reader,
) -> t.Tuple[bytes, bool]:
    """The file as it is to be, and whether the one that is there was written by somebody else.

    Programs that stand in it stay there until supervisor_program takes them over: a daemon that rereads must see them.
    """
    text = _render.render(sections, params["header"], reader.dialect).encode("utf-8")
    foreign = _first_contact.is_foreign(before, params["header"])
    if foreign and not params["adopt"]:
        return text, True
    return text + _first_contact.kept(before, path, reader.dialect), foreign


def _harm(
    params: t.Dict[str, t.Any],
    path: str,
    texts: t.Tuple[bytes, bytes],
    reader: _reader.Reader,
    running: t.Optional[_running.Running],
    reasons: t.List[str],
) -> str:
    """Refuse to replace the file of somebody else where something would be lost, unless that was asked for: then this
    is the warning.
    """
    living = _first_contact.Living(running.processes, params["restart_follows"]) if running else None
    lost = _first_contact.losses(
        path, texts[0], texts[1], reader, living, reasons, params["planned_directories"] + params["owned_directories"]
    )
    if not lost:
        return ""
    sentence = "%s was not written by this collection, and replacing it does harm: %s." % (path, "; ".join(lost))
    if not params["adopt"]:
        raise _errors.OptionError("%s %s" % (sentence, _first_contact.WORD), path=path, losses=lost)
    return sentence


def _kept_short(params: t.Dict[str, t.Any]) -> str:
    """The warning about a short password that is allowed."""
    return _main_config.short_password(params["inet_http_server"] or {}) if params["allow_short_passwords"] else ""


def _doubts(
    sections: t.List[_main_config.Section], verdict: _main_check.Verdict, running: t.Optional[_running.Running]
) -> t.List[str]:
    """What the user should know although it stops nothing."""
    habits = [text for kind, name, values in sections for text in _habits.found(_render.title(kind, name), values)]
    trouble = [running.trouble] if running and running.trouble else []
    return _exposure.warnings(sections) + habits + list(verdict.warnings) + trouble


def _judged(
    params: t.Dict[str, t.Any],
    named: str,
    after: bytes,
    in_force: t.Optional[bytes],
    running: t.Optional[_running.Running],
    reader: _reader.Reader,
) -> _main_check.Verdict:
    """What the daemon would make of the file. Raises ConfigError when it would not start with it."""
    return _main_check.judge(
        named,
        after,
        in_force if running else None,
        reader,
        params["planned_directories"] + params["owned_directories"],
        functools.partial(_check.look, _start_of(params, running), reader.host.daemon_uid()),
    )


def _start_of(params: t.Dict[str, t.Any], running: t.Optional[_running.Running]) -> _service.Start:
    """What is known about the next start."""
    return _service.Start(
        running.pid if running else 0,
        running is not None,
        params["service"],
        _service.folders(params["owned_directories"]),
        _service.folders(params["planned_directories"]),
    )


def _reader_of(
    params: t.Dict[str, t.Any], program: t.Optional[_installed.Program], running: t.Optional[_running.Running]
) -> _reader.Reader:
    """Who will read the file: the installed program, in the surroundings of the daemon if one runs.

    Raises SupervisorError for a release that must not be used.
    """
    reader = _reader.of(running.version if running else "", running.pid if running else 0)
    if program is None:
        return reader
    dialect = _dialect.dialect(program.version, program.python or None, program.python_minor, reader.dialect.encoding)
    _installed.refuse_unsafe(program.version, dialect.version)
    uid = _account.number((params["supervisord"] or {}).get("user"), reader.host.daemon_uid())
    environ = dict(reader.environ, **_service.environment(params["service"]))
    script = params["executable"] or shutil.which("supervisord") or ""
    importer = _imports.Planned if params["planned_packages"] else _imports.Importer
    reader.host.importer = importer(program.interpreter, script, uid, environ)
    return reader._replace(dialect=dialect)


def _upgraded(program: t.Optional[_installed.Program], running: t.Optional[_running.Running]) -> t.List[str]:
    """The reason for a restart that an upgrade or downgrade gives."""
    if program and running and running.version and running.version != program.version:
        return ["supervisord %s runs and %s is installed" % (running.version, program.version)]
    return []


def _in_force(
    params: t.Dict[str, t.Any], before: t.Optional[bytes]
) -> t.Tuple[t.Optional[bytes], t.Optional[_running.Running]]:
    """The text that the running daemon was started with, as far as that is known, and the daemon."""
    started = params["started_config"]
    copy = _files.read(started) if started else None
    running = _running.look(params["path"], copy)
    if copy is not None:
        return copy, running or _running.Running()
    return before, running


def _attributes(params: t.Dict[str, t.Any], sections: t.List[_main_config.Section]) -> _files.Attributes:
    """Mode and ownership: a file with secrets is for root alone, or for the group of the daemon's own account."""
    uid: t.Optional[int] = 0 if os.geteuid() == 0 else None
    gid = uid
    secret = _main_config.is_secret(sections)
    mode = 0o600 if secret else 0o644
    account = str({kind: values for kind, _name, values in sections}["supervisord"].get("user") or "root")
    if secret and account not in ("root", "0") and gid is not None:
        # Root owns it all the same: whoever may write it could make the daemon keep root.
        gid, mode = _ownership.account(account, "supervisord.user").pw_gid, 0o640
    if params["owner"]:
        uid = _ownership.account(params["owner"], "owner").pw_uid
    if params["group"]:
        gid = _ownership.group(params["group"])
    if params["mode"]:
        mode = _mode(params["mode"], secret)
    return _files.Attributes(mode, uid, gid)


def _mode(text: str, secret: bool) -> int:
    """The mode that was asked for. Raises OptionError when everybody could read a secret."""
    mode = _ownership.octal(text)
    if secret and mode & 0o004:
        raise _errors.OptionError(
            "mode %s lets everybody read the file, and it holds a password or variables for programs. Leave mode out, "
            "or use '0640' with a group." % text
        )
    return mode


def _write(
    path: str, before: t.Optional[bytes], after: bytes, attributes: _files.Attributes, backup: bool
) -> t.Dict[str, t.Any]:
    """Replace the file as a whole, or only its attributes."""
    if before == after:
        _files.set_attributes(path, attributes)
        return {}
    backups = _files.replace({path: after}, attributes, backup)
    return {"backup_file": backups[0]} if backups else {}


if __name__ == "__main__":
    main()
