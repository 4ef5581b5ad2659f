#!/usr/bin/python
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declare what supervisord runs."""

DOCUMENTATION = r"""
module: supervisor_program
short_description: Declare the programs of a supervisord, and their state
version_added: 0.1.0
description:
  - Declares any number of programs, groups, event listeners and FastCGI programs of one supervisord, with every option
    that Supervisor has, and the state each is to be in. One task applies them all in one pass.
  - Each declared item becomes a file of its own in the directory that C([include]) of the main configuration names.
    The whole configuration, with the new files in place, is checked by the rules of the running release before
    anything is written. What the daemon would refuse never reaches it, and neither does what it takes and would regret.
  - A socket belongs to one section. A C(socket) of another FastCGI program, whoever declared it and whether it runs or
    not, of the daemon itself or of another service of the host is refused, and so is a log that is a socket, a pidfile
    or a configuration file of the same daemon. Several processes of one FastCGI program share its socket.
    A log that Supervisor rotates and that several processes write gets a warning.
  - Only the groups of what changed are stopped, removed and added again, all stops at the same time and the starts in
    order of O(programs[].priority). Everything else keeps running, with its process ids.
  - A run is all or nothing. When a program does not reach its state, the former files are put back and the groups that
    were touched get back what they ran before. See O(rollback).
  - A change in other files of the directory that was never applied is reported and left alone.
  - Supervisor can only replace whole groups. A change of one member of a C([group:x]) restarts all members.
requirements:
  - Python 3.6 or newer on the managed host; neither C(supervisorctl) nor the Python package C(supervisor).
  - Supervisor 3.4 to 4.3.
  - The module must run on the host of the daemon, as an account that may write its configuration and use its socket.
author:
  - Supervisor Fleet contributors (@supervisord)
extends_documentation_fragment:
  - supervisord.fleet.attributes
  - supervisord.fleet.attributes.action_group
  - supervisord.fleet.connection
attributes:
  check_mode:
    details:
      - Whether a file that was edited by hand has been applied is only known to the daemon, and asking it would change
        its pending configuration. Check mode then takes what is on the disk for what runs.
      - Of a group that runs and stands in no file any more, the options that the daemon tells and the command and
        environment that its processes were started with are taken for what runs.
  diff_mode:
    details:
      - Values of C(environment) and passwords are hidden; that they changed is shown.
  idempotent:
    support: partial
    details:
      - V(restarted) restarts at every run.
options:
  lock_timeout:
    description:
      - Seconds to wait for another run that changes the same daemon, of whatever module of this collection. V(0) does
        not wait. A run that has waited tells for whom in RV(waited_for).
      - Ignored in check mode.
    type: float
    default: 600
  programs:
    description:
      - What to declare. Each item has a name, a kind, a state and the options that Supervisor has for that kind.
      - Give either this list or the options of a single program next to it. A C(group) can only be declared in this
        list, since its own option is called V(programs), too.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the section, the V(web) of C([program:web]). Letters, digits and any of C(_.+@=^~-), not V(all). Any
            other is refused with the reason, which is that C(supervisorctl), a shell or Supervisor itself takes it for
            something else.
        type: str
        required: true
      kind:
        description: What to declare. Without it that of O(kind).
        type: str
        choices: [program, group, eventlistener, fcgi-program]
      state:
        description:
          - V(started) has the processes RUNNING, with the declared configuration. A process that has failed is
            started again, one that runs with it already is left alone. A program with C(autorestart=false) that ended
            with an expected exit code counts as started.
          - V(stopped) has the configuration in place and the processes stopped. Supervisor starts a new or changed
            program with C(autostart=true) for a moment before it can be stopped.
          - V(restarted) restarts the processes, once, also when nothing changed.
          - V(present) has the configuration in place and applied; processes keep the state they had.
          - V(absent) stops the processes, removes the group from the daemon, and the file. Options of Supervisor beside
            it are ignored, so that an item can be taken away by its state alone.
          - For a group this is the state of those of its members that are not declared themselves.
          - Without it that of O(state).
        type: str
        choices: [started, stopped, restarted, present, absent]
      filename:
        description:
          - Name of the file in O(conf_dir). By default the name for a program, kind and name for the other kinds, and
            what else a pattern of C([include]) asks for, such as V(web.conf) and V(group-web.conf), or V(prog-web.conf)
            where the daemon reads C(prog-*.conf). A name that the daemon would not read is refused.
          - Items that all name the same file lie in it together, in the order of the list.
        type: str
      one_shot:
        description:
          - Whether a process that has ended with an expected exit code counts as started. Use it for jobs that run
            once, with C(startsecs=0) if they end within a second.
          - By default this is so for a program with C(autorestart=false). With C(autorestart=true) it is refused.
            Ignored unless the state is V(started) or V(restarted).
        type: bool
      restart_on_files:
        description:
          - Files that the program reads at its start and others write, such as its configuration or a certificate, as
            absolute paths. It is restarted when what they hold has changed since it was started, whoever changed it.
            A folder means all files below it, and C(*), C(?) and C([) make a pattern. Not for C(kind=group).
          - A digest of them is written as the variable C(SUPERVISOR_FLEET_FILES) of its C(environment). What a program
            writes itself must not be named, as it would restart in each run.
        type: list
        elements: str
      extra_options:
        description:
          - Options of the section that Supervisor does not know and a plugin reads, such as
            C(dependent_startup_wait_for), by name. A value is written as it is, without expansions or doubled C(%);
            V(true) and V(false) as these words.
          - Supervisor's own options are refused here. A change is written and reported, and restarts nothing; when it
            is read is the plugin's affair.
        type: dict
      _former:
        description:
          - Go back to the text that was kept when the last change of the item's file began, or leave it as it is. For
            the role P(supervisord.fleet.tomcat_app#role), not for use in tasks.
        type: bool
      # BEGIN generated options: program,group,eventlistener,fcgi-program
      autorestart: &program-autorestart
        description:
          - >-
            Whether a process that ends is started again: always, never, or only if its exit code is not in
            C(exitcodes).
          - >-
            Not for C(kind=group).
          - >-
            One of V(true), V(false), V(unexpected). Not written: V(unexpected). Since Supervisor 3.0. Cost of a
            change: the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: raw
      autostart: &program-autostart
        description:
          - >-
            Whether the program starts together with the daemon.
          - >-
            Not for C(kind=group).
          - >-
            V(true) or V(false). Not written: V(true). Since Supervisor 3.0. Cost of a change: the program (its whole
            group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: raw
      buffer_size: &program-buffer_size
        description:
          - >-
            How many events wait while every listener is busy; when it is full the oldest is dropped.
          - >-
            Only for C(kind=eventlistener).
          - >-
            A whole number. Unit: events. At least 1. Not written: V(10). Since Supervisor 3.0. Cost of a change: the
            program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: raw
      command: &program-command
        description:
          - >-
            What to run, in the foreground. A string is split into words like a shell does, but no shell runs, so
            pipes, variables and redirections are plain words; a list is passed on word for word. In this and every
            other option a V(%) stands for itself unless it begins one of the expansions, so V(%%) of an ini file is
            V(%) here. A backslash at the end of a line continues nothing; fold a long command with C(>-).
          - >-
            Not for C(kind=group).
          - >-
            Required. Since Supervisor 3.0. Cost of a change: the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s),
            V(%(process_num\)d), V(%(numprocs\)d), V(%(ENV_X\)s).
        type: raw
      directory: &program-directory
        description:
          - >-
            Directory to change to before the command runs.
          - >-
            Not for C(kind=group).
          - >-
            Not written: nothing is set. Since Supervisor 3.0. Cost of a change: the program (its whole group)
            restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s),
            V(%(process_num\)d), V(%(numprocs\)d), V(%(ENV_X\)s).
        type: str
      environment: &program-environment
        description:
          - >-
            Variables added to the environment that the process inherits from the daemon.
          - >-
            Not for C(kind=group).
          - >-
            Not written: empty. Since Supervisor 3.0. Cost of a change: the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s),
            V(%(process_num\)d), V(%(numprocs\)d), V(%(ENV_X\)s).
        type: dict
      events: &program-events
        description:
          - >-
            Event types that the listener gets, such as V(PROCESS_STATE) or V(TICK_60); keep the order stable.
          - >-
            Only for C(kind=eventlistener).
          - >-
            Required. Since Supervisor 3.0. Cost of a change: the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: list
        elements: str
      exitcodes: &program-exitcodes
        description:
          - >-
            Exit codes that are expected, see C(autorestart). Their order counts as a change.
          - >-
            Not for C(kind=group).
          - >-
            Numbers from 0 to 255. Not written: V(0), before Supervisor 4.0.0 V(0,2). Since Supervisor 3.0. Cost of a
            change: the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: list
        elements: str
      killasgroup: &program-killasgroup
        description:
          - >-
            Whether SIGKILL goes to the whole Unix process group.
          - >-
            Not for C(kind=group).
          - >-
            V(true) or V(false). Not written: the value of C(stopasgroup). Since Supervisor 3.0a11. Cost of a change:
            the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: raw
      numprocs: &program-numprocs
        description:
          - >-
            How many processes of this program run.
          - >-
            Not for C(kind=group).
          - >-
            A whole number. Unit: processes. Not written: V(1). Since Supervisor 3.0. Cost of a change: the program
            (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: raw
      numprocs_start: &program-numprocs_start
        description:
          - >-
            Number of the first process, as V(%(process_num\)d) shows it.
          - >-
            Not for C(kind=group).
          - >-
            A whole number. Not written: V(0). Since Supervisor 3.0. Cost of a change: the program (its whole group)
            restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: raw
      priority: &program-priority
        description:
          - >-
            Low numbers start first and stop last.
          - >-
            For program, group, fcgi-program: A whole number. Not written: V(999). Since Supervisor 3.0. Cost of a
            change: the program (its whole group) restarts.
          - >-
            For eventlistener: A whole number. Not written: V(-1). Since Supervisor 3.0. Cost of a change: the program
            (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: raw
      process_name: &program-process_name
        description:
          - >-
            Name of each process. It must contain V(%(process_num\)d) or similar when C(numprocs) is above 1.
          - >-
            Not for C(kind=group).
          - >-
            Not written: V(%(program_name\)s). Since Supervisor 3.0. Cost of a change: the program (its whole group)
            restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s),
            V(%(process_num\)d), V(%(numprocs\)d), V(%(ENV_X\)s).
        type: str
      programs:
        description:
          - >-
            Programs that form the group. They are then named C(group:program) and change together; order matters.
          - >-
            Only for C(kind=group).
          - >-
            Not written: empty. Since Supervisor 3.0. Cost of a change: the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: list
        elements: str
      redirect_stderr: &program-redirect_stderr
        description:
          - >-
            Whether stderr goes where stdout goes. Not possible for an event listener.
          - >-
            Not for C(kind=group).
          - >-
            V(true) or V(false). Not written: V(false). Since Supervisor 3.0. Cost of a change: the program (its whole
            group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: raw
      result_handler: &program-result_handler
        description:
          - >-
            Python function, as C(module:name), that judges the listener's answers.
          - >-
            Only for C(kind=eventlistener).
          - >-
            Not written: V(supervisor.dispatchers:default_handler). Since Supervisor 3.0. Cost of a change: the
            program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      serverurl: &program-serverurl
        description:
          - >-
            Value of SUPERVISOR_SERVER_URL for the process; V(AUTO) means the daemon's own socket or port.
          - >-
            Not for C(kind=group).
          - >-
            Not written: V(AUTO). Since Supervisor 3.0. Cost of a change: the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: str
      socket: &program-socket
        description:
          - >-
            Socket shared by the processes of a FastCGI program: C(unix:///path) or C(tcp://host:port).
          - >-
            Only for C(kind=fcgi-program).
          - >-
            Required. Since Supervisor 3.0. Cost of a change: the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(ENV_X\)s).
        type: str
      socket_backlog: &program-socket_backlog
        description:
          - >-
            Length of the queue of connections that wait to be accepted.
          - >-
            Only for C(kind=fcgi-program).
          - >-
            A whole number. Unit: connections. At least 1, at most 65535. Not written: the system's maximum. Since
            Supervisor 3.4.0. Cost of a change: the program restarts; Supervisor itself does not notice the change,
            this collection does.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: raw
      socket_mode: &program-socket_mode
        description:
          - >-
            Mode of the unix socket, in octal and quoted.
          - >-
            Only for C(kind=fcgi-program).
          - >-
            Not written: V(0700). Since Supervisor 3.0. Cost of a change: the program restarts; Supervisor itself does
            not notice the change, this collection does.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      socket_owner: &program-socket_owner
        description:
          - >-
            Owner of the unix socket as C(user) or C(user:group).
          - >-
            Only for C(kind=fcgi-program).
          - >-
            Not written: C(user) and its group. Since Supervisor 3.0. Cost of a change: the program restarts;
            Supervisor itself does not notice the change, this collection does.
          - >-
            Expansions: V(%(here\)s), V(%(ENV_X\)s).
        type: str
      startretries: &program-startretries
        description:
          - >-
            How often a start that failed is repeated before the process becomes FATAL; each pause is 1 s longer.
          - >-
            Not for C(kind=group).
          - >-
            A whole number. Unit: attempts. Not written: V(3). Since Supervisor 3.0. Cost of a change: the program
            (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: raw
      startsecs: &program-startsecs
        description:
          - >-
            How long a process must run to count as started; with V(0) it counts at once, even if it ends.
          - >-
            Not for C(kind=group).
          - >-
            A whole number. Unit: seconds. Not written: V(1). Since Supervisor 3.0. Cost of a change: the program (its
            whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: raw
      stderr_capture_maxbytes: &program-stderr_capture_maxbytes
        description:
          - >-
            Size of the buffer for stderr text between the PROCESS_COMMUNICATION tags; V(0) turns capturing off.
          - >-
            Not for C(kind=group).
          - >-
            Unit: bytes, or with suffix KB, MB or GB. Not written: V(0). Since Supervisor 3.0. Cost of a change: the
            program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: str
      stderr_events_enabled: &program-stderr_events_enabled
        description:
          - >-
            Whether each piece of stderr also becomes a PROCESS_LOG event for event listeners.
          - >-
            Not for C(kind=group).
          - >-
            V(true) or V(false). Not written: V(false). Since Supervisor 3.0a7. Cost of a change: the program (its
            whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: raw
      stderr_logfile: &program-stderr_logfile
        description:
          - >-
            File that receives the process's stderr: a path, V(NONE) for no log, or V(AUTO) for a file that Supervisor
            names itself and deletes when the daemon starts. The directory must exist.
          - >-
            Not for C(kind=group).
          - >-
            Not written: V(AUTO). Since Supervisor 3.0. Cost of a change: the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s),
            V(%(process_num\)d), V(%(numprocs\)d), V(%(ENV_X\)s).
        type: str
      stderr_logfile_backups: &program-stderr_logfile_backups
        description:
          - >-
            How many rotated stderr logs are kept; V(0) keeps none.
          - >-
            Not for C(kind=group).
          - >-
            A whole number. Unit: files. Not written: V(10). Since Supervisor 3.0. Cost of a change: the program (its
            whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s),
            V(%(process_num\)d), V(%(numprocs\)d), V(%(ENV_X\)s).
        type: raw
      stderr_logfile_maxbytes: &program-stderr_logfile_maxbytes
        description:
          - >-
            Size at which the stderr log is rotated; V(0) never rotates, which a device such as /dev/stdout needs.
          - >-
            Not for C(kind=group).
          - >-
            Unit: bytes, or with suffix KB, MB or GB. Not written: V(50MB). Since Supervisor 3.0. Cost of a change:
            the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s),
            V(%(process_num\)d), V(%(numprocs\)d), V(%(ENV_X\)s).
        type: str
      stderr_syslog: &program-stderr_syslog
        description:
          - >-
            Whether stderr also goes to syslog, marked with the process name.
          - >-
            Not for C(kind=group).
          - >-
            V(true) or V(false). Not written: V(false). Since Supervisor 4.0.0. Cost of a change: the program (its
            whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s),
            V(%(process_num\)d), V(%(numprocs\)d), V(%(ENV_X\)s).
        type: raw
      stdout_capture_maxbytes: &program-stdout_capture_maxbytes
        description:
          - >-
            Size of the buffer for stdout text between the PROCESS_COMMUNICATION tags; V(0) turns capturing off.
          - >-
            Only for C(kind=program), C(kind=fcgi-program).
          - >-
            Unit: bytes, or with suffix KB, MB or GB. Not written: V(0). Since Supervisor 3.0. Cost of a change: the
            program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: str
      stdout_events_enabled: &program-stdout_events_enabled
        description:
          - >-
            Whether each piece of stdout also becomes a PROCESS_LOG event for event listeners.
          - >-
            Not for C(kind=group).
          - >-
            V(true) or V(false). Not written: V(false). Since Supervisor 3.0a7. Cost of a change: the program (its
            whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: raw
      stdout_logfile: &program-stdout_logfile
        description:
          - >-
            File that receives the process's stdout: a path, V(NONE) for no log, or V(AUTO) for a file that Supervisor
            names itself and deletes when the daemon starts. The directory must exist.
          - >-
            Not for C(kind=group).
          - >-
            Not written: V(AUTO). Since Supervisor 3.0. Cost of a change: the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s),
            V(%(process_num\)d), V(%(numprocs\)d), V(%(ENV_X\)s).
        type: str
      stdout_logfile_backups: &program-stdout_logfile_backups
        description:
          - >-
            How many rotated stdout logs are kept; V(0) keeps none.
          - >-
            Not for C(kind=group).
          - >-
            A whole number. Unit: files. Not written: V(10). Since Supervisor 3.0. Cost of a change: the program (its
            whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s),
            V(%(process_num\)d), V(%(numprocs\)d), V(%(ENV_X\)s).
        type: raw
      stdout_logfile_maxbytes: &program-stdout_logfile_maxbytes
        description:
          - >-
            Size at which the stdout log is rotated; V(0) never rotates, which a device such as /dev/stdout needs.
          - >-
            Not for C(kind=group).
          - >-
            Unit: bytes, or with suffix KB, MB or GB. Not written: V(50MB). Since Supervisor 3.0. Cost of a change:
            the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s),
            V(%(process_num\)d), V(%(numprocs\)d), V(%(ENV_X\)s).
        type: str
      stdout_syslog: &program-stdout_syslog
        description:
          - >-
            Whether stdout also goes to syslog, marked with the process name.
          - >-
            Not for C(kind=group).
          - >-
            V(true) or V(false). Not written: V(false). Since Supervisor 4.0.0. Cost of a change: the program (its
            whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s),
            V(%(process_num\)d), V(%(numprocs\)d), V(%(ENV_X\)s).
        type: raw
      stopasgroup: &program-stopasgroup
        description:
          - >-
            Whether C(stopsignal) goes to the whole Unix process group, children included. Implies C(killasgroup).
          - >-
            Not for C(kind=group).
          - >-
            V(true) or V(false). Not written: V(false). Since Supervisor 3.0b1. Cost of a change: the program (its
            whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: raw
      stopsignal: &program-stopsignal
        description:
          - >-
            Signal that asks a process to end, by name or number: V(TERM), V(HUP), V(INT), V(QUIT), V(KILL), V(USR1),
            V(USR2) or any other the system knows.
          - >-
            Not for C(kind=group).
          - >-
            Not written: V(TERM). Since Supervisor 3.0. Cost of a change: the program (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: str
      stopwaitsecs: &program-stopwaitsecs
        description:
          - >-
            How long a process may take to end after C(stopsignal) before it is sent SIGKILL.
          - >-
            Not for C(kind=group).
          - >-
            A whole number. Unit: seconds. Not written: V(10). Since Supervisor 3.0. Cost of a change: the program
            (its whole group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: raw
      umask: &program-umask
        description:
          - >-
            File mode mask of the process, in octal and quoted, such as V('022').
          - >-
            Not for C(kind=group).
          - >-
            Not written: nothing is set. Since Supervisor 3.0. Cost of a change: the program (its whole group)
            restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: str
      user: &program-user
        description:
          - >-
            Unix account (name or number) that runs the process. HOME, USER and LOGNAME keep the daemon's values.
          - >-
            Not for C(kind=group).
          - >-
            Not written: the account of the daemon. Since Supervisor 3.0. Cost of a change: the program (its whole
            group) restarts.
          - >-
            Expansions: V(%(here\)s), V(%(program_name\)s), V(%(group_name\)s), V(%(host_node_name\)s), V(%(ENV_X\)s).
        type: str
      # END generated options
  name:
    description:
      - Name of the section of a single program, see O(programs[].name).
    type: str
  kind:
    description:
      - What to declare. For a group use O(programs).
      - Beside O(programs) it is the kind of those items that do not say their own. V(program) if it is not given.
    type: str
    choices: [program, group, eventlistener, fcgi-program]
  state:
    description:
      - The state of a single program, see O(programs[].state).
      - Beside O(programs) it is the state of those items that do not say their own. V(started) if it is not given.
    type: str
    choices: [started, stopped, restarted, present, absent]
  filename:
    description: Name of the file in O(conf_dir), see O(programs[].filename).
    type: str
  one_shot:
    description: Whether an expected end counts as started, see O(programs[].one_shot).
    type: bool
  restart_on_files:
    description: Files that a single program reads at its start, see O(programs[].restart_on_files).
    type: list
    elements: str
  extra_options:
    description: Options that a plugin reads, see O(programs[].extra_options).
    type: dict
  # BEGIN generated options: program,group,eventlistener,fcgi-program without programs
  autorestart: *program-autorestart
  autostart: *program-autostart
  buffer_size: *program-buffer_size
  command: *program-command
  directory: *program-directory
  environment: *program-environment
  events: *program-events
  exitcodes: *program-exitcodes
  killasgroup: *program-killasgroup
  numprocs: *program-numprocs
  numprocs_start: *program-numprocs_start
  priority: *program-priority
  process_name: *program-process_name
  redirect_stderr: *program-redirect_stderr
  result_handler: *program-result_handler
  serverurl: *program-serverurl
  socket: *program-socket
  socket_backlog: *program-socket_backlog
  socket_mode: *program-socket_mode
  socket_owner: *program-socket_owner
  startretries: *program-startretries
  startsecs: *program-startsecs
  stderr_capture_maxbytes: *program-stderr_capture_maxbytes
  stderr_events_enabled: *program-stderr_events_enabled
  stderr_logfile: *program-stderr_logfile
  stderr_logfile_backups: *program-stderr_logfile_backups
  stderr_logfile_maxbytes: *program-stderr_logfile_maxbytes
  stderr_syslog: *program-stderr_syslog
  stdout_capture_maxbytes: *program-stdout_capture_maxbytes
  stdout_events_enabled: *program-stdout_events_enabled
  stdout_logfile: *program-stdout_logfile
  stdout_logfile_backups: *program-stdout_logfile_backups
  stdout_logfile_maxbytes: *program-stdout_logfile_maxbytes
  stdout_syslog: *program-stdout_syslog
  stopasgroup: *program-stopasgroup
  stopsignal: *program-stopsignal
  stopwaitsecs: *program-stopwaitsecs
  umask: *program-umask
  user: *program-user
  # END generated options
  conf_dir:
    description:
      - Directory of the section files. By default that of the first pattern in C([include]) of the main configuration,
        whatever names the pattern asks for, such as C(conf.d/*), C(conf.d/prog-*.conf) or C(conf.d/[a-z]*.conf). The
        daemon must include it.
      - Where only patterns such as C(conf.d/*/*.conf) are included and several directories match, it has to be given.
      - With a pattern that matches any name, O(backup) is refused, as the daemon would read the copy too.
      - A link in it that bears the name of a declared file, for example one to an application's own file, is replaced
        or removed as a link, with a warning; what it points to is left alone. A link that holds more than the declared
        section is refused. If a run fails, the link is put back.
    type: path
  owner:
    description:
      - Account that owns the files; by default that of the user the module runs as.
    type: str
  group:
    description:
      - Group of the files. By default the user's own; if the daemon runs as another account, that account's group.
    type: str
  mode:
    description:
      - Mode of the files, in quotes, such as V('0644').
      - By default V(0600), because C(environment) often holds secrets. If the daemon runs as another account, V(0640)
        with its group, since it has to read them again at every reread.
    type: str
  adopt:
    description:
      - Take over what somebody else has written. A file of the same name is replaced even when what it says differs
        from what is declared, and declared sections are taken out of other files that hold them, the main file too;
        what is left of such a file stays as it was, and one that is left with no section is removed.
      - No program stops for a move alone. At every moment of it each section is in at least one file, and while it is
        in two these say the same, so that C(supervisorctl update) of somebody else does no harm either.
      - Without it both are refused, naming the options that differ or the other file. A file that somebody else has
        written and that says what is declared is replaced in any case.
      - A copy of every file that this collection has not written is kept, see RV(backup_files).
    type: bool
    default: false
  planned_include:
    description:
      - For check mode only. Patterns that C([include]) of the main file will have when the task runs, where an earlier
        task of the same play would write them.
    type: list
    elements: str
    default: []
  backup:
    description: Keep a copy of each file that is replaced or removed, as C(<file>.<time>~) next to it.
    type: bool
    default: false
  managed_by:
    description:
      - Label that is written into the first line of each file. O(purge) only removes files that carry the same one, so
        that several roles can each own programs on one host.
    type: str
    default: default
  purge:
    description:
      - Remove the programs that a task with the same O(managed_by) wrote into O(conf_dir) and that are not declared any
        more. Files written by anybody else are never removed.
    type: bool
    default: false
  wait:
    description:
      - Wait until started processes are RUNNING, which takes their C(startsecs), and stopped ones are stopped.
        With V(false) the task ends as soon as the daemon has accepted everything, and says nothing about the outcome.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds that all stops together, and all starts together, may take. By default this is worked out from the
        C(stopwaitsecs), C(startsecs) and C(startretries) of the programs, so that a healthy one always has enough time.
    type: float
  stay:
    description:
      - Seconds that a process must stay RUNNING without a new process id to count as started. C(startsecs) of the
        program is waited for in any case. Ignored with O(wait=false).
    type: float
    default: 0.0
  max_parallel:
    description:
      - So many processes may be STARTING at the same time; V(0) is any number. Use it for heavy starts such as JVMs.
        Processes with C(autostart) start when their group is added, whatever is said here.
    type: int
    default: 0
  rollback:
    description:
      - When anything fails after the first change, put the former files back and let the groups that were touched run
        what they ran before.
      - With V(false) everything is left as it is at that moment, to look at it. Ignored in check mode.
    type: bool
    default: true
  log_lines:
    description: So many last log lines of each process that failed are part of the message.
    type: int
    default: 20
  state_dir:
    description:
      - Folder for notes about what the daemon is known to run (hashes, no values). With them an unchanged run is one
        single request. By default V(/var/lib/supervisord-fleet) for root, else a folder in the user's home.
    type: path
seealso:
  - module: supervisord.fleet.supervisor_process
  - module: supervisord.fleet.supervisor_info
  - module: supervisord.fleet.supervisor_rpc
"""

EXAMPLES = r"""
- name: A Tomcat, as the program app01
  supervisord.fleet.supervisor_program:
    name: app01
    command: /opt/app01/bin/catalina.sh run
    directory: /opt/app01/bin
    user: tomcat
    environment:
      JAVA_HOME: /usr/local/jdk-17
      JAVA_OPTS: -Xmx512m -Xlog:gc:gc-%t.log
    startsecs: 5
    stopwaitsecs: 60
    stopasgroup: true
    killasgroup: true
    exitcodes: [0, 143]

- name: Everything this play owns, in one pass; what it does not declare any more goes
  supervisord.fleet.supervisor_program:
    managed_by: shop
    purge: true
    max_parallel: 4
    programs:
      - name: web
        command: /srv/shop/bin/web --port 80%(process_num)02d
        process_name: "%(program_name)s_%(process_num)02d"
        numprocs: 4
      - name: worker
        command: [/srv/shop/bin/worker, --queue, "orders; urgent"]
        environment: "{{ shop_worker_environment }}"
      - name: nightly
        command: /srv/shop/bin/nightly
        autostart: false
        state: present
      - name: shop
        kind: group
        programs: [web, worker]
      - name: alerts
        kind: eventlistener
        command: /srv/shop/bin/alerts
        events: [PROCESS_STATE_FATAL, PROCESS_STATE_EXITED]
        buffer_size: 100
      - name: old_web
        state: absent

- name: Restart one program, whether or not it changed
  supervisord.fleet.supervisor_program:
    name: web
    command: /srv/shop/bin/web
    state: restarted
    stay: 10
"""

RETURN = r"""
waited_for:
  description: Which run was at work at this daemon and was waited for, and how long.
  type: str
  returned: if another run was waited for
  sample: supervisor_program (process 4711 of account 0, since 2026-11-29 08:15:02), for 3.2 s
programs:
  description: One entry for each declared item, and for each group that was purged.
  type: list
  elements: dict
  returned: success
  contains:
    name:
      description: Name of the section.
      type: str
    kind:
      description: Kind of the section.
      type: str
    group:
      description: Name of the process group that its processes belong to.
      type: str
    file:
      description: File of the section.
      type: str
    state:
      description: The declared state.
      type: str
    changed:
      description: Whether anything was done for this item.
      type: bool
    action:
      description:
        - What was done, one of V(added), V(updated), V(removed), V(started), V(stopped), V(restarted), V(rewritten)
          (only the file's text or mode) and V(none).
      type: str
    reasons:
      description: Why the group was added, updated or removed; for an update the names of the options that differ.
      type: list
      elements: str
    processes:
      description: Its processes with state and process id before and after, and what was done to each.
      type: list
      elements: dict
  sample:
    - name: app01
      kind: program
      group: app01
      file: /etc/supervisor/conf.d/app01.conf
      state: started
      changed: true
      action: updated
      reasons: [environment]
      processes:
        - name: app01:app01
          before: RUNNING
          after: RUNNING
          pid_before: 4021
          pid: 4177
          actions: []
actions:
  description: Everything that was done, or would be done in check mode, in order.
  type: list
  elements: dict
  returned: success
  sample:
    - {action: write, name: /etc/supervisor/conf.d/app01.conf}
    - {action: reread}
    - {action: stop, name: "app01:app01"}
    - {action: remove, name: app01}
    - {action: add, name: app01}
left_over:
  description:
    - Sections in files that a task with the same O(managed_by) wrote into O(conf_dir) and that this task does not
      declare. They go on running; with O(purge=true) they are removed, and this is empty. A program is given by its
      name, anything else with its kind, such as V(group:web).
    - Where several tasks share a label, each tells here what the others declare.
  type: list
  elements: str
  returned: success
  sample: [ticker]
restarted:
  description: Processes that were running before and run anew, or would in check mode.
  type: list
  elements: str
  returned: success
  sample: ["app01:app01"]
pending:
  description:
    - Groups in files of others that the daemon has not been given yet, as it reported them at the reread. They were
      left alone; C(supervisorctl update) would apply them.
  type: dict
  returned: when the daemon was told to reread
  sample: {added: [], changed: [report], removed: []}
backup_files:
  description: Copies of the files that were replaced or removed.
  type: list
  elements: str
  returned: when O(backup=true), or when a file was replaced that this collection had not written
  sample: ["/etc/supervisor/conf.d/app01.conf.2026-11-23@12:00:00~"]
failed_processes:
  description:
    - The processes that did not become what was wanted, each with state, reason and pid. The last lines of their logs
      are in the message; from the eleventh process on they are here, as C(log).
  type: list
  elements: dict
  returned: when processes failed
  sample:
    - name: app01:app01
      state: FATAL
      pid: 0
      reason: "is FATAL, supervisord gave up: Exited too quickly (process log may have details)"
rolled_back:
  description: Whether the former files and programs were put back after a failure.
  type: bool
  returned: failure after the first change
  sample: true
"""

# For mitogen, which takes a file without the words "from ansible.module_utils." for a program that imports nothing.
import functools
import os
import time
import typing as t

from ..module_utils import _errors, _module
from ..module_utils._host import lock as _lock, state_dir as _state_dir
from ..module_utils._local import connection as _connection
from ..module_utils._options import habits as _habits, table as _table
from ..module_utils._process import intent as _intent
from ..module_utils._program import memo as _memo, request as _request
from ..module_utils._tasks import watched as _watched

STATES = ["started", "stopped", "restarted", "present", "absent"]
DEFAULTS = {"kind": "program", "state": "started"}


def _item() -> t.Dict[str, t.Any]:
    """The argument spec of one declared item."""
    spec: t.Dict[str, t.Any] = _table.spec(*_table.MANAGED)
    spec["kind"] = {"type": "str", "choices": list(_table.MANAGED)}
    spec["state"] = {"type": "str", "choices": STATES}
    spec["filename"] = {"type": "str"}
    spec["name"] = {"type": "str"}
    spec["one_shot"] = {"type": "bool"}
    spec["restart_on_files"] = {"type": "list", "elements": "str"}
    spec["extra_options"] = {"type": "dict"}
    return spec


def _spec() -> t.Dict[str, t.Any]:
    """The argument spec: the list, a single item, and what holds for both."""
    item = _item()
    spec = dict(item)
    item["name"] = {"type": "str", "required": True}
    item["_former"] = {"type": "bool"}
    spec.update(
        programs={"type": "list", "elements": "dict", "options": item},
        conf_dir={"type": "path"},
        owner={"type": "str"},
        group={"type": "str"},
        mode={"type": "str"},
        adopt={"type": "bool", "default": False},
        planned_include={"type": "list", "elements": "str", "default": []},
        backup={"type": "bool", "default": False},
        managed_by={"type": "str", "default": "default"},
        purge={"type": "bool", "default": False},
        wait={"type": "bool", "default": True},
        wait_timeout={"type": "float"},
        stay={"type": "float", "default": 0.0},
        max_parallel={"type": "int", "default": 0},
        rollback={"type": "bool", "default": True},
        log_lines={"type": "int", "default": 20},
        state_dir={"type": "path"},
        lock_timeout={"type": "float", "default": _lock.TIMEOUT},
    )
    return spec


def declared(params: t.Dict[str, t.Any]) -> t.List[t.Dict[str, t.Any]]:
    """The declared items, from the list or from the options of a single one.

    :raises _errors.OptionError: neither, or options of a single program next to the list.
    """
    single = {key: params[key] for key in _item() if key != "programs" and params.get(key) is not None}
    common = {key: single[key] for key in ("kind", "state") if key in single}
    if params["programs"] is None:
        if not params["name"]:
            raise _errors.OptionError("Nothing is declared: give programs, or name and the options of one program.")
        return [dict(DEFAULTS, **single)]
    extra = sorted(set(single) - set(common))
    if extra:
        raise _errors.OptionError(
            "%s cannot stand next to programs; move it into the items it is meant for." % ", ".join(extra)
        )
    # In place: what the run notes of its arguments is what they mean.
    for item in params["programs"]:
        item.update((key, value) for key, value in dict(DEFAULTS, **common).items() if item.get(key) is None)
    return t.cast(t.List[t.Dict[str, t.Any]], params["programs"])


def program(module: t.Any) -> t.Dict[str, t.Any]:
    """Read, decide, and unless this is check mode apply."""
    params = module.params
    # First: what is noted of the arguments then says what the files held.
    _watched.declare(params["programs"] or [params])
    request = _request.Request(
        declared(params),
        params["managed_by"],
        params["purge"],
        params["conf_dir"],
        params["state_dir"] or _state_dir.default(),
        params["backup"],
        params["adopt"],
    )
    for item in request.programs:
        # At once: what they are about is often what the run fails for.
        for text in _habits.found("%s:%s" % (item["kind"], item["name"]), {} if item["state"] == "absent" else item):
            _module.warn(module, text)
    if module.check_mode:
        result, warnings = _foreseen(module, request)
    else:
        began = time.time()
        with _lock.Lock(_connection.require_config(params), params["lock_timeout"], "supervisor_program") as lock:
            result, warnings = _unchanged(module, request, lock.path), []
            if not result:
                result, warnings = _converged(module, request, lock, began)
            result = lock.told(result)
    for text in warnings:
        _module.warn(module, text)
    return result


def _unchanged(module: t.Any, request: _request.Request, config_file: str) -> t.Dict[str, t.Any]:
    """The result, when a former run noted that there is nothing to do and that still holds; else empty."""
    memo = _memo.load(_memo.path_for(request, config_file), _memo.key_of(module.params))
    if memo is None or os.path.exists(_intent.path_for(request.state_dir, config_file)):
        return {}
    pid, processes = _client(module, memo.url).look()
    programs = _memo.programs(memo, pid, processes)
    if programs is None:
        return {}
    result: t.Dict[str, t.Any] = {"changed": False, "programs": programs, "actions": [], "restarted": [], "diff": []}
    result["left_over"] = list(memo.left_over)
    return dict(result, backup_files=[]) if module.params["backup"] else result


def _client(module: t.Any, url: str = "") -> t.Any:
    return _connection.client(module.params, functools.partial(_module.warn, module), url)


def _converged(
    module: t.Any, request: _request.Request, lock: _lock.Lock, began: float
) -> t.Tuple[t.Dict[str, t.Any], t.List[str]]:
    from ..module_utils._tasks import (
        program as _program,  # three times as much code as all the rest, and most runs change nothing
    )

    client = _client(module)
    endpoint = client.transport.endpoint
    lock.share(endpoint.socket_path if endpoint.local else "")
    return _program.run(client, module.params, request, lock.path, began)


def _foreseen(module: t.Any, request: _request.Request) -> t.Tuple[t.Dict[str, t.Any], t.List[str]]:
    from ..module_utils._tasks import program as _program  # see _converged

    request = request._replace(planned_include=tuple(module.params["planned_include"]))
    client = _connection.client_or_none(module.params, functools.partial(_module.warn, module))
    result, warnings = _program.foresee(client, module.params, request, _connection.config_path(module.params))
    if client is None and request.programs:
        warnings.insert(0, "No supervisord answers on this host yet: everything declared is taken as new.")
    return result, warnings


def main() -> None:
    _module.run(_spec(), program)


if __name__ == "__main__":
    main()
