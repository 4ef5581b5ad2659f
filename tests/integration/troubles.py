# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Thirty troubles, made for real beside one daemon and its listener, and what is told of each.

Run as a program it prints the table: what happened, what was told, how soon, and what the last message says.
"""

from __future__ import annotations

import calendar
import contextlib
import os
import signal
import socket
import sys
import tempfile
import time
import typing

import alerting
import daemons as _daemons
import receivers
import targets

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors

SERVER = """
import http.server, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(float(sys.argv[3]))
        self.send_response(int(sys.argv[2]))
        self.end_headers()
        self.wfile.write(b"it works")
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
ONCE = {"autorestart": "false", "startsecs": "0"}
NO_MORE = {"startretries": "0", "startsecs": "5"}  # a busy daemon may notice an end a second too late
AGAIN = {"autorestart": "true", "startsecs": "0"}
CHECK = {"every": 1, "deadline": 0.5, "fails": 2, "of": 3, "grace": 0}
FATAL, EXITED = ("problem fatal",), ("problem exited",)
SHELL = "/bin/sh -c '%s'"


class Trouble(typing.NamedTuple):
    """A program and what becomes of it.

    :param told: what has to be told of it, in this order, and nothing else.
    :param options: of the program; ``{dir}`` is a folder, ``{python}`` an interpreter, ``{port}`` a port of its own.
    :param watch: the check of it.
    :param deed: what is done to it once it runs.
    :param words: a part of the last message, or of the log in it.
    :param marked: a mark of planned work is about it.
    """

    name: str
    told: tuple[str, ...]
    options: dict[str, str]
    watch: dict[str, typing.Any] | None = None
    deed: str = ""
    words: str = ""
    marked: bool = False


def _runs(command: str = "exec sleep 1000", **more: str) -> dict[str, str]:
    return {"command": SHELL % command, **more}


def _serves(status: int = 200, wait: float = 0) -> dict[str, str]:
    return {"command": "{python} -I {dir}/server.py {port} %d %g" % (status, wait), "stopwaitsecs": "1"}


def _asks(**more: typing.Any) -> dict[str, typing.Any]:
    return {"url": "http://127.0.0.1:{port}/", **more}


HUNG = ("problem unanswered",)
TROUBLES = [
    Trouble("it ends at once", FATAL, {"command": "/bin/false", **NO_MORE}),
    Trouble(
        "it ends at once, and is tried again",
        ("problem backoff", "worse fatal"),
        _runs("exit 4", startretries="2", startsecs="5"),
    ),
    Trouble("its command is not there", FATAL, {"command": "/nonexistent/app", **NO_MORE}, words="app"),
    Trouble("its command may not be run", FATAL, {"command": "/etc/hostname", **NO_MORE}),
    Trouble("its folder is not there", FATAL, _runs(directory="{dir}/missing", **NO_MORE)),
    Trouble("its log cannot be written", FATAL, _runs(stdout_logfile="{dir}/marks", **NO_MORE)),
    Trouble(
        "its port is taken", FATAL, {"command": "{python} -I {dir}/server.py {taken} 200 0", **NO_MORE}, words="in use"
    ),
    Trouble("it ends with an error", EXITED, _runs("sleep 0.3; exit 3", **ONCE), words="Exit status: 3"),
    Trouble("a signal ends it", EXITED, _runs("kill -SEGV $$", **ONCE), words="SIGSEGV"),
    Trouble(
        "it runs out of memory",
        EXITED,
        _runs('ulimit -v 90000; exec {python} -I -c "bytearray(1 << 30)"', **ONCE),
        words="MemoryError",
    ),
    Trouble("the disk is full", EXITED, _runs("exec echo x >/dev/full", **ONCE), words="Exit status: 1"),
    Trouble(
        "it may open no file", EXITED, _runs("ulimit -n 0; exec cat /etc/hostname", **ONCE), words="Exit status: 1"
    ),
    Trouble("a password is in its log", EXITED, _runs("echo password=hunter22; exit 3", **ONCE), words="********"),
    Trouble(
        "it is killed, and comes back", ("problem exited", "recovered exited"), _runs(), deed="KILL", words="ecover"
    ),
    Trouble("it crashes again and again", ("problem exited", "flapping exited"), _runs("sleep 0.1; exit 5", **AGAIN)),
    Trouble("it hangs", HUNG, _serves(), _asks(), "STOP", "did not answer"),
    Trouble("it hangs for a while", (*HUNG, "recovered unanswered"), _serves(), _asks(), "STOP CONT"),
    Trouble("it is too slow", HUNG, _serves(wait=5), _asks(), words="did not answer"),
    Trouble("it answers with an error", HUNG, _serves(503), _asks(), words="503"),
    Trouble("it answers with something else", HUNG, _serves(), _asks(contains="welcome"), words="welcome"),
    Trouble(
        "it hangs, and is restarted",
        (*HUNG, "news restarted", "recovered unanswered"),
        _serves(),
        _asks(restart_per_hour=2),
        "STOP",
    ),
    Trouble(
        "restarts do not help", (*HUNG, "news restarted", "problem unhealed"), _serves(500), _asks(restart_per_hour=1)
    ),
    Trouble(
        "it uses too much memory",
        ("problem memory",),
        _runs('exec {python} -I -c "import time; x = bytearray(90 << 20); time.sleep(999)"'),
        {"memory_mb": 60},
        words="60 MB",
    ),
    Trouble(
        "what it started uses too much",
        ("problem memory",),
        _runs('{python} -I -c "import time; x = bytearray(90 << 20); time.sleep(999)"; true', stopasgroup="true"),
        {"memory_mb": 60},
        words="60 MB",
    ),
    Trouble(
        "a listener writes what is none of the protocol",
        ("problem deaf",),
        {"command": SHELL % "echo hello; exec sleep 1000", "events": "TICK_5"},
    ),
    Trouble(
        "a listener ends", ("problem exited",), {"command": SHELL % "sleep 2; exit 3", "events": "TICK_60", **ONCE}
    ),
    Trouble("it ends as it should", (), _runs("sleep 0.2; exit 0", **ONCE)),
    Trouble("it ends as it should, and is started again", (), _runs("sleep 0.2; exit 0", **AGAIN)),
    Trouble("a person stops it", (), _runs(), deed="stop"),
    Trouble("a person restarts it", (), _runs(), deed="stop start"),
    Trouble(
        "it will not end when a person stops it",
        (),
        _runs("trap : TERM; while :; do sleep 0.1; done", stopwaitsecs="1"),
        deed="stop",
    ),
    Trouble("somebody is at work there", (), {"command": "/bin/false", **NO_MORE}, marked=True),
]


class Stage:
    """One daemon with a program for each trouble, and its listener."""

    def __init__(self, version: str, troubles: typing.Sequence[Trouble]) -> None:
        self.scratch = tempfile.TemporaryDirectory(prefix="sftroubles")
        self.web, self.troubles = receivers.Web(), troubles
        folder = self.scratch.name
        self._write("server.py", SERVER)
        self.taken, self.marks = receivers.silent(), os.path.join(folder, "marks")
        os.mkdir(self.marks)
        self.names = {"t%02d" % number: one for number, one in enumerate(troubles)}
        marked = [name for name, one in self.names.items() if one.marked]
        self._write("marks/m.json", '{"version": 1, "seconds": 600, "programs": ["%s"]}' % '", "'.join(marked))
        values = self.values = {name: self._values() for name in self.names}
        programs = {self._section(name): self._filled(one.options, values[name]) for name, one in self.names.items()}
        self.daemon = _daemons.Daemon(
            version, dict(programs, last={"command": "/bin/false", "autostart": "false", **NO_MORE})
        )
        watch = [
            dict(CHECK, name=name, program=name, **self._filled(one.watch, values[name]))
            for name, one in self.names.items()
            if one.watch
        ]
        route = {"name": "hook", "type": "webhook", "url": self.web.url}
        python = targets.of(version).python
        calm = {"settle": 0.5, "window": 3, "every": 3, "remind": 0}
        alerting.beside(self.daemon, python, 5000, routes=[route], watch=watch, maintenance=self.marks, calm=calm)

    def _write(self, name: str, text: str) -> None:
        with open(os.path.join(self.scratch.name, name), "w", encoding="utf-8") as stream:
            stream.write(text)

    def _values(self) -> dict[str, typing.Any]:
        taken = self.taken.getsockname()[1]
        return {"dir": self.scratch.name, "python": sys.executable, "port": _daemons.free_port(), "taken": taken}

    def _section(self, name: str) -> str:
        return "eventlistener:" + name if "events" in self.names[name].options else name

    @staticmethod
    def _filled(options: typing.Mapping[str, typing.Any], values: typing.Mapping[str, typing.Any]) -> dict:
        """Options with their placeholders replaced."""
        made = dict(options)
        for word, value in values.items():
            texts = {key: text for key, text in made.items() if isinstance(text, str)}
            made.update({key: text.replace("{%s}" % word, str(value)) for key, text in texts.items()})
        return made

    def play(self) -> None:
        """Start all, do what is to be done, and wait until all is told that has to be."""
        self.began = time.time()
        self.daemon.start()
        self.daemon.wait_state("alerts:alerts", "RUNNING")
        for name, one in self.names.items():
            for deed in one.deed.split():
                self._do(name, deed)
        _daemons.wait_for(lambda: not self.missing(), 90, "what has to be told: %s" % self.missing)
        # What comes after all the others proves that nothing else is on its way.
        with contextlib.suppress(_errors.SupervisorError):  # that it fails is what is wanted
            self.daemon.client().call("startProcess", "last:last", False)
        _daemons.wait_for(lambda: self.told("last"), 30, "the last message")

    def _do(self, name: str, deed: str) -> None:
        full = "%s:%s" % (name, name)
        if deed in ("stop", "start"):
            self.daemon.wait_state(full, "RUNNING" if deed == "stop" else "STOPPED")
            self.daemon.client().call(deed + "Process", full)
            return
        if deed == "CONT":
            _daemons.wait_for(lambda: self.told(name), 30, "its first message")
        pid = self.daemon.wait_state(full, "RUNNING").pid
        if "{port}" in self.names[name].options["command"]:
            _daemons.wait_for(lambda: self._listens(name), 30, "its first answer")
        os.kill(pid, getattr(signal, "SIG" + deed))

    def _listens(self, name: str) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.values[name]["port"]), 1):
            return True
        return False

    def messages(self, name: str) -> list[dict[str, typing.Any]]:
        """What was told of a program, in order."""
        return [one for one in receivers.alerts(self.web) if one["program"] == name]

    def told(self, name: str) -> list[str]:
        """The same in short. What goes on and on is told again and again: once is enough here."""
        words = ["%s %s" % (one["say"], one["kind"]) for one in self.messages(name)]
        return [word for number, word in enumerate(words) if word not in words[:number]]

    def missing(self) -> list[str]:
        return [name for name, one in self.names.items() if len(self.told(name)) < len(one.told)]

    def end(self) -> None:
        self.daemon.destroy()
        self.web.stop()
        self.taken.close()
        self.scratch.cleanup()

    def rows(self) -> typing.Iterator[tuple[str, ...]]:
        """The table."""
        for name, one in self.names.items():
            found = self.messages(name)
            soon = ["%.1f s" % (float(self._when(each)) - self.began) for each in found[:1]]
            yield (
                one.name,
                ", ".join(self.told(name)) or "nothing",
                str(len(found)),
                *(soon or [""]),
                found[-1]["title"] if found else "",
            )

    @staticmethod
    def _when(message: typing.Mapping[str, typing.Any]) -> float:
        at = time.strptime(message["at"][:19], "%Y-%m-%dT%H:%M:%S")
        return calendar.timegm(at) + float("0" + message["at"][19:-1])


def main() -> None:
    """Print the table."""
    stage = Stage(_daemons.installed()[-1], TROUBLES)
    try:
        try:
            stage.play()
        finally:
            print("| what happens | what is told | messages | after the start | the last one |\n|---|---|---|---|---|")
            for row in stage.rows():
                print("| %s |" % " | ".join(row))
    finally:
        stage.end()


if __name__ == "__main__":
    main()
