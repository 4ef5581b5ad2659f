# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random configurations: files of the corpus with lines moved, doubled, cut, indented, or given hostile values."""

from __future__ import annotations

import values

HEADERS = (
    "[program:web]", "[program:db]", "[program:a b]", "[group:g]", "[group:web]", "[eventlistener:watch]",
    "[fcgi-program:php]", "[supervisord]", "[unix_http_server]", "[inet_http_server:x]", "[DEFAULT]",
    "[supervisorctl]", "[rpcinterface:supervisor]", "[include]", "[program:]", "[]", "[program:x]y]",
    "[program:x] ; y", " [program:z]",
)  # fmt: skip
LINES = (
    "command=/bin/cat", "command = /bin/echo %(program_name)s", "numprocs=2",
    "process_name=%(program_name)s_%(process_num)d", "autostart=false", "autorestart=unexpected", "startsecs=5",
    "exitcodes=0,2", "stopsignal=HUP", "user=root", "umask=022", "priority=5", "programs=web,db", "programs=web",
    "events=TICK_5,PROCESS_STATE", "buffer_size=5", "redirect_stderr=true", "socket=unix:///tmp/x.sock",
    "socket=tcp://localhost:9000", "socket_mode=0700", "port=9001", "file=/tmp/s.sock", "username=u", "password=p",
    "chmod=0770", "chown=daemon", "stdout_logfile=/tmp/a.log", "stdout_logfile=AUTO", "stderr_logfile=NONE",
    "stdout_logfile_maxbytes=1KB", "stopasgroup=true", "killasgroup=false", "serverurl=AUTO",
    'environment=A="1",B="2"', "environment=A='x y',", "directory=%(here)s", "loglevel=debug", "minfds=10",
    "identifier=x", "files=conf.d/*.conf", "logfile=/tmp/s.log", "childlogdir=/tmp",
    "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface", "; comment", "# comment", "",
    "   ", "rem x", "  continued", "\tcontinued ; x", "junk", "key", "=x", "no_such_option=%d",
)  # fmt: skip
KEYS = (
    "command", "environment", "directory", "stdout_logfile", "startsecs", "autostart", "exitcodes", "stopsignal",
    "umask", "priority", "numprocs", "process_name", "user", "serverurl", "programs", "events", "socket", "port",
    "file", "username", "password", "loglevel", "stdout_logfile_maxbytes", "identifier",
)  # fmt: skip
SMALL = (
    "1", "0", "-1", "", "true", "off", "AUTO", "none", "0x1", "1_0", "10L", "- 1", "٣", "1kb", "1 MB", "root", "0,1",
    "0,", "USR1", "%(ENV_PLAIN)s", "%(here)s", "%(program_name)s", "%(process_num)d", "%(numprocs)d", "%(ENV_NONE)s",
    "%%", "%", "%d", "a;b ;c #d", '"', "'", '""', "A=1", 'A="x"', "A=1 B=2", "A=%(here)s", "A=é", "localhost:9001",
    "*:1", "unix:///tmp/y", "tcp://a:1", "web,db", "TICK",
)  # fmt: skip


def value(rng):
    """Give a random value for an option: half the time a short one that may well be right."""
    return rng.choice(SMALL) if rng.random() < 0.6 else values.value(rng)


def line(rng):
    kind = rng.random()
    if kind < 0.2:
        return rng.choice(HEADERS)
    if kind < 0.7:
        return rng.choice(LINES)
    return rng.choice(KEYS) + rng.choice(("=", " = ", ": ", " =")) + value(rng)


def mutant(rng, originals):
    """Give the bytes of a random configuration made from one of ``originals`` (texts)."""
    lines = rng.choice(originals).split("\n")
    for _turn in range(rng.randint(1, 4)):
        kind, place = rng.random(), rng.randint(0, len(lines))
        if kind < 0.6:
            lines.insert(place, line(rng))
        elif kind < 0.7:
            del lines[place : place + 1]
        elif kind < 0.8:
            lines[place:place] = lines[place - 3 : place]
        elif kind < 0.9:
            lines[place : place + 1] = [rng.choice((" ", "\t", "  ; ")) + text for text in lines[place : place + 1]]
        else:
            rng.shuffle(lines)
    return rng.choice(("\n", "\n", "\n", "\r\n")).join(lines).encode()
