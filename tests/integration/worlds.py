# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random declarations for supervisor_program, and a daemon to try them on: all from one seed, so all repeatable.

Programs are tiny and have startsecs=0, so a case costs a fraction of a second. What they are and what they were
given is seen from outside, in /proc.
"""

from __future__ import annotations

import copy
import os
import random
import signal

import daemons
import inprocess

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors

PROGRAMS = ("a", "b", "c", "d", "e")
GROUPS = ("g", "h")
LISTENERS = ("l",)
FCGI = ("q",)
AT_REST = ("STOPPED", "EXITED", "FATAL")


class Declared:
    """Declared items by section name: kind and name -> item. Keeps the rules that a valid configuration has."""

    def __init__(self, dice, folder):
        self.dice = dice
        self.folder = folder
        self.items = {}
        self.states = (("started",) * 6) + ("stopped", "stopped", "present", "present", "restarted")
        self.vary()

    def vary(self):
        """Another declaration, near the present one; returns the sections that differ."""
        former = copy.deepcopy(self.items)
        for kind, names in (("program", PROGRAMS), ("eventlistener", LISTENERS), ("fcgi-program", FCGI)):
            for name in names:
                self._vary_item(kind, name)
        self._vary_groups()
        return {key for key in set(former) | set(self.items) if former.get(key) != self.items.get(key)}

    def arguments(self, **more):
        """The module's arguments; what is not declared any more is purged or declared absent."""
        programs = [dict(item) for item in self.items.values()]
        if not more.get("purge"):
            every = [("program", PROGRAMS), ("group", GROUPS), ("eventlistener", LISTENERS), ("fcgi-program", FCGI)]
            keys = [(kind, name) for kind, names in every for name in names]
            gone = [key for key in keys if key not in self.items]
            programs += [{"kind": kind, "name": name, "state": "absent"} for kind, name in gone]
        self.dice.shuffle(programs)
        return dict(more, programs=programs)

    def _vary_item(self, kind, name):
        fate = self.dice.random()
        item = self.items.get((kind, name))
        if item is None:
            if fate < (0.5 if kind == "program" else 0.25):
                self.items[kind, name] = self._new(kind, name)
        elif fate < 0.08:
            del self.items[kind, name]
        elif fate < 0.12:
            self.items[kind, name] = self._new(kind, name)
        else:
            item["state"] = self.dice.choice(self.states)
            if fate < 0.4:
                option, value = self.dice.choice(self._options(kind, name))
                item.pop(option, None)
                if value is not None:
                    item[option] = value
                _keep_rules(item)

    def _new(self, kind, name):
        item = {"kind": kind, "name": name, "state": self.dice.choice(self.states)}
        item.update(command="%s/%s 1000" % (self.folder, name), startsecs=0)
        if kind == "eventlistener":
            item["events"] = ["TICK_60"]
        if kind == "fcgi-program":
            item["socket"] = "unix://%s/%s.sock" % (self.folder, name)
        for option, value in self.dice.sample(self._options(kind, name), self.dice.randrange(4)):
            item.pop(option, None)
            if value is not None:
                item[option] = value
        return _keep_rules(item)

    def _options(self, kind, name):
        """All pairs of option and value; None takes the option away."""
        choices = {
            "command": ["%s/%s %d" % (self.folder, name, 1000 + number) for number in range(3)],
            "environment": [None, {"FLAVOUR": "plain"}, {"FLAVOUR": "50 % hot, sweet"}, {"FLAVOUR": "x", "B": ""}],
            "autostart": [None, True, False],
            "autorestart": [None, "true", "false", "unexpected"],
            "priority": [None, 10, 900],
            "numprocs": [None, 1, 2, 3],
            "stdout_logfile": [None, "NONE", "AUTO", os.path.join(self.folder, "%(program_name)s.out")],
            "stderr_logfile": [None, "NONE", "AUTO"],
            "stopsignal": [None, "TERM", "INT", "KILL"],
            "stopwaitsecs": [None, 5],
            "exitcodes": [None, [0], [0, 2]],
            "umask": [None, "022", "077"],
            "directory": [None, "/", self.folder],
            "startretries": [None, 0, 5],
            "stopasgroup": [None, True, False],
        }
        if kind != "eventlistener":
            choices["redirect_stderr"] = [None, True, False]
        else:
            choices["events"] = [["TICK_60"], ["TICK_60", "PROCESS_GROUP"]]
            choices["buffer_size"] = [None, 5]
        if kind == "fcgi-program":
            choices["socket_mode"] = [None, "0700", "0770"]
            choices["socket_backlog"] = [None, 16]
        return [(option, value) for option, values in choices.items() for value in values]

    def _vary_groups(self):
        free = [name for name in PROGRAMS if ("program", name) in self.items]
        for name in GROUPS:
            item = self.items.get(("group", name))
            fate = self.dice.random()
            if item is not None and (fate < 0.15 or not set(item["programs"]) <= set(free)):
                del self.items["group", name]
                item = None
            if item is None and fate > 0.7 and len(free) > 1:
                members = self.dice.sample(free, self.dice.randrange(1, 3))
                item = self.items["group", name] = {"kind": "group", "name": name, "programs": members}
            if item is not None:
                item["state"] = self.dice.choice(self.states)
                item["priority"] = self.dice.choice([1, 1, 1, 50])
                free = [member for member in free if member not in item["programs"]]

    def processes(self):
        """Full name -> item, for every process that is declared."""
        groups = {
            member: name for (kind, name), item in self.items.items() if kind == "group" for member in item["programs"]
        }
        found = {}
        for (kind, name), item in self.items.items():
            if kind == "group":
                continue
            group = groups.get(name, name) if kind == "program" else name
            for number in range(item.get("numprocs") or 1):
                process = "%s_%02d" % (name, number) if "process_name" in item else name
                found["%s:%s" % (group, process)] = item
        return found


def _keep_rules(item):
    """What Supervisor wants of options that belong together."""
    item.pop("process_name", None)
    if (item.get("numprocs") or 1) > 1:
        item["process_name"] = "%(program_name)s_%(process_num)02d"
    return item


class World:
    """A daemon with files of others beside those that are declared; its notes are kept in ``state_dir``."""

    def __init__(self, start, seed):
        self.dice = random.Random(seed)
        self.daemon = start({"foreign": {"command": "/bin/sleep 2000", "startsecs": "0"}})
        self.state_dir = os.path.join(self.daemon.dir, "state")
        self.bin = os.path.join(self.daemon.dir, "bin")
        os.mkdir(self.bin)
        for name in (*PROGRAMS, *LISTENERS, *FCGI):
            self.mend(name)
        self.declared = Declared(self.dice, self.bin)
        self.history = []

    def run(self, arguments, check=False, url=None):
        """One run of the module, in this process."""
        # Somebody has edited by hand what the module is to write: that may go.
        arguments = dict(arguments, config_file=self.daemon.conf, state_dir=self.state_dir, adopt=True)
        if url:
            arguments["server_url"] = url
        return inprocess.run("supervisor_program", arguments, check=check, diff=True)

    def path(self, kind, name):
        """The file of a declared item."""
        return os.path.join(self.daemon.conf_dir, (name if kind == "program" else "%s-%s" % (kind, name)) + ".conf")

    def settle(self):
        """Wait until no process is on its way; returns all of them."""
        return daemons.wait_for(self._settled, what="rest of all processes")

    def _settled(self):
        processes = self.daemon.client().processes()
        moving = [process for process in processes.values() if process.statename not in (*AT_REST, "RUNNING")]
        return None if moving else processes

    def edit(self, kind, name):
        """Change a file by hand; the daemon does not notice."""
        path = self.path(kind, name)
        line = self.dice.choice(["stopwaitsecs = 7", "exitcodes = 3", 'environment = HAND="made"', "priority = 77"])
        if kind == "group":
            line = "priority = 77"
        with open(path, encoding="utf-8") as stream:
            lines = stream.read().rstrip("\n").split("\n")
        option = line.split(" ")[0]
        lines = [text for text in lines if not text.replace(" ", "").startswith(option + "=")] + [line]
        with open(path, "w", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")
        self.history.append("edit %s" % path)

    def apply_by_hand(self, group):
        """What ``supervisorctl update <group>`` does."""
        client = self.daemon.client()
        try:
            added, changed, removed = client.call("reloadConfig")[0]
        except _errors.Fault as fault:  # a lost file that others name
            self.history.append("update %s: %s" % (group, fault.message))
            return
        if group in changed + removed:
            self._take_out(group)
        if group in added + changed:
            client.call("addProcessGroup", group)
        self.history.append("update %s" % group)

    def remove_by_hand(self, group):
        """Stop a group and take it out of the daemon; its file stays."""
        self._take_out(group)
        self.history.append("remove %s" % group)

    def _take_out(self, group):
        """Stop and remove; asking for each process on its own spares the second that a group's stop takes."""
        client = self.daemon.client()

        def at_rest():
            active = [p for p in client.processes().values() if p.group == group and p.statename not in AT_REST]
            client.multicall([("stopProcess", (p.full_name, False)) for p in active if p.statename != "STOPPING"])
            return not active

        daemons.wait_for(at_rest, what="rest of group %s" % group)
        client.call("removeProcessGroup", group)

    def mend(self, name):
        """Every program has a command of its own, which can be taken away: then its process fails to start."""
        os.symlink("/bin/sleep", os.path.join(self.bin, name))

    def crash(self, name, pid):
        """Take a program's command away and end its process; returns when it has failed, as its options have it."""
        os.unlink(os.path.join(self.bin, name))
        os.kill(pid, signal.SIGKILL)

        def failed():
            seen = self.daemon.client().processes()
            return not [process for process in seen.values() if process.pid == pid or process.statename == "STARTING"]

        daemons.wait_for(failed, what="end of pid %d" % pid)
        self.mend(name)
        self.history.append("crash of %s" % name)

    def restart_daemon(self):
        """End the daemon with all its programs and start it anew."""
        self.daemon.kill()
        self.daemon.start()
        self.history.append("restart of the daemon")


def command_line(pid):
    """The words of a running process's command."""
    with open("/proc/%d/cmdline" % pid, "rb") as stream:
        return stream.read().decode().rstrip("\0").split("\0")


def environment(pid):
    """The environment a process was started with."""
    with open("/proc/%d/environ" % pid, "rb") as stream:
        return dict(text.split("=", 1) for text in stream.read().decode().split("\0") if "=" in text)


def stamps(*folders):
    """Path -> everything that shows a change, for all files and folders below."""
    found = {}
    for folder in folders:
        for parent, names, files in os.walk(folder):
            for name in [*names, *files, "."]:
                path = os.path.join(parent, name)
                status = os.lstat(path)
                data = b""
                if os.path.isfile(path):
                    with open(path, "rb") as stream:
                        data = stream.read()
                found[path] = (data, status.st_mode, status.st_uid, status.st_mtime_ns, status.st_ctime_ns)
    return found
