# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What shapes a group changes its fingerprint, what does not leaves it; doubtful things are told."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._config import (
    machine as _machine,
    model as _model,
    tree as _tree,
)
from ansible_collections.supervisord.fleet.plugins.module_utils._options import dialect as _dialect

NEW = _dialect.dialect("4.3.0")
BASE = "[supervisord]\n[unix_http_server]\nfile=/tmp/s.sock\n[rpcinterface:supervisor]\n"
BASE += "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
FCGI = "[fcgi-program:f]\ncommand=/bin/f\n"
PROGRAM = "[program:a]\ncommand=/bin/cat\n"
FCGI = "[fcgi-program:f]\ncommand=/bin/cat\nsocket=unix:///tmp/f.sock\n"
EVENT = "[eventlistener:e]\ncommand=/bin/cat\nevents=TICK_5\n"
ENVIRON = {"HOME": "/tmp"}


class Host(_machine.Host):
    def uid(self, name):
        return {"root": 0, "web": 1000}.get(name)

    def has_uid(self, uid):
        return uid in (0, 1000)

    def gid_of(self, uid):
        return uid

    def is_dir(self, path):
        return path in ("/tmp", "/", "/var/log")

    def daemon_uid(self):
        return 0


def resolve(text, reader=NEW, **more):
    files = {"/etc/s.conf": text.encode()}
    files.update({"/etc/" + name.replace("__", "/"): body.encode() for name, body in more.items()})
    tree = _tree.load("/etc/s.conf", _tree.Memory(files), reader, ENVIRON, "h")
    return _model.resolve(tree, reader, ENVIRON, "h", Host())


def only(text):
    (group,) = resolve("[supervisord]\n" + text).groups.values()
    return group


@pytest.mark.parametrize(
    ("base", "line", "names"),
    [
        (PROGRAM, "command=/bin/dog", ["command"]),
        (PROGRAM, "directory=/x", ["directory"]),
        (PROGRAM, "umask=022", ["umask"]),
        (PROGRAM, "priority=5", ["priority"]),
        (PROGRAM, "autostart=false", ["autostart"]),
        (PROGRAM, "autorestart=true", ["autorestart"]),
        (PROGRAM, "startsecs=5", ["startsecs"]),
        (PROGRAM, "startretries=5", ["startretries"]),
        (PROGRAM, "exitcodes=1,0", ["exitcodes"]),
        (PROGRAM, "stopsignal=HUP", ["stopsignal"]),
        (PROGRAM, "stopwaitsecs=5", ["stopwaitsecs"]),
        (PROGRAM, "stopasgroup=true", ["killasgroup", "stopasgroup"]),
        (PROGRAM, "user=web", ["user"]),
        (PROGRAM, "redirect_stderr=true", ["redirect_stderr", "stderr_logfile"]),
        (PROGRAM, "stdout_logfile=/tmp/x", ["stdout_logfile"]),
        (PROGRAM, "stdout_logfile=NONE", ["stdout_logfile"]),
        (PROGRAM, "stderr_logfile_maxbytes=1KB", ["stderr_logfile_maxbytes"]),
        (PROGRAM, "stdout_syslog=true", ["stdout_syslog"]),
        (PROGRAM, "environment=A='1'", ["environment"]),
        (PROGRAM, "serverurl=http://x/", ["serverurl"]),
        (PROGRAM, "process_name=b", ["processes"]),
        (PROGRAM, "numprocs=2\nprocess_name=%(process_num)d", ["processes"]),
        (FCGI, "socket=unix:///tmp/g.sock", ["socket"]),
        (FCGI, "socket_mode=0770", ["socket_mode"]),
        (FCGI, "socket_owner=web", ["socket_owner"]),
        (FCGI, "socket_backlog=5", ["socket_backlog"]),
        (EVENT, "events=TICK_60", ["events"]),
        (EVENT, "buffer_size=5", ["buffer_size"]),
        (EVENT, "result_handler=x:y", ["result_handler"]),
    ],
)
def test_what_shapes_a_group_changes_the_fingerprint_and_is_named(base, line, names):
    old, new = only(base), only(base + line + "\n")
    assert _model.fingerprint(old) != _model.fingerprint(new)
    for pair in ((old, new), (new, old)):
        assert _model.differing(*pair) == names


def test_a_change_to_auto_counts_although_supervisor_misses_it():
    for before in ("/tmp/x", "NONE"):
        old, new = only(PROGRAM + "stdout_logfile=%s\n" % before), only(PROGRAM + "stdout_logfile=AUTO\n")
        assert _model.differing(old, new) == ["stdout_logfile"]
        assert _model.fingerprint(old) != _model.fingerprint(new)


@pytest.mark.parametrize(
    "line",
    [
        "; comment",
        "startsecs=01",
        "autostart=yes",
        "stopsignal=sigterm",
        "stdout_logfile=auto",
        "stdout_logfile_maxbytes=51200KB",
        "exitcodes= 0",
        "no_such_option=1",
        "environment=",
        "killasgroup=no",
        "serverurl=AUTO",
    ],
)
def test_what_means_the_same_does_not(line):
    old, new = only(PROGRAM), only(PROGRAM + line + "\n")
    assert _model.fingerprint(old) == _model.fingerprint(new)
    assert _model.differing(old, new) == []


def test_order_matters_where_it_does_for_supervisor():
    two = PROGRAM + "[program:b]\ncommand=/bin/cat\n[group:g]\n"
    assert _model.fingerprint(only(two + "programs=a,b\n")) == _model.fingerprint(
        only(two + "programs=a,b\npriority=999\n")
    )
    assert _model.differing(only(two + "programs=a,b\n"), only(two + "programs=b,a\n")) == ["processes"]
    assert _model.differing(only(PROGRAM + "exitcodes=0,1\n"), only(PROGRAM + "exitcodes=1,0\n")) == ["exitcodes"]
    same = ["environment=A='1',B='2'\n", "environment=B='2',A='1'\n"]
    assert _model.fingerprint(only(PROGRAM + same[0])) == _model.fingerprint(only(PROGRAM + same[1]))
    events = [EVENT + "events=TICK_5,TICK_60\n", EVENT + "events=TICK_60,TICK_5\n"]
    assert _model.fingerprint(only(events[0])) == _model.fingerprint(only(events[1]))


def test_the_kind_of_a_group_counts():
    old, new = only(PROGRAM), only("[fcgi-program:a]\ncommand=/bin/cat\nsocket=tcp://a:1\n")
    assert "kind" in _model.differing(old, new)


def test_the_daemons_environment_reaches_every_process_and_the_program_wins():
    model = resolve("[supervisord]\nenvironment=A='1',B='1'\n" + PROGRAM + "environment=B='2'\n")
    assert model.groups["a"].processes[0].options["environment"] == {"A": "1", "B": "2"}


def test_groups_come_by_priority_and_name_and_know_their_files():
    main = "[supervisord]\n[include]\nfiles=*.d/*.conf\n[group:g]\nprograms=a,b\npriority=5\n"
    model = resolve(main, x_d__a_conf="", **{"x.d__a.conf": PROGRAM, "x.d__b.conf": "[program:b]\ncommand=x\n" + EVENT})
    assert list(model.groups) == ["e", "g"]
    assert model.groups["g"].files == frozenset(["/etc/s.conf", "/etc/x.d/a.conf", "/etc/x.d/b.conf"])
    assert model.groups["g"].sections == ("group:g", "program:a", "program:b")
    assert model.groups["e"].files == frozenset(["/etc/x.d/b.conf"])
    assert model.sections["program:a"] == ("/etc/x.d/a.conf",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PROGRAM + "[program:b]\ncommand=x\n[group:a]\nprograms=b\n", "share the group name 'a'"),
        (PROGRAM + "[eventlistener:a]\ncommand=x\nevents=TICK_5\n", "share the group name 'a'"),
        (
            PROGRAM + "[program:b]\ncommand=x\nprocess_name=a\n[group:g]\nprograms=a,b\n",
            "more than one process named 'a'",
        ),
    ],
)
def test_names_used_twice_are_told(text, words):
    collisions = resolve("[supervisord]\n" + text).collisions
    assert len(collisions) == 1
    assert words in collisions[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PROGRAM + "redirect_stderr=true\nstderr_logfile=/tmp/x\n", "stderr_logfile is ignored"),
        (PROGRAM + "stdout_logfile_maxbytes=0\n", "may fill the disk"),
        (PROGRAM + "stdout_logfile=syslog\n", "deprecated"),
        (PROGRAM + "command=/bin/date +%s\n", "whole environment"),
        (PROGRAM + "command='x\n", "cannot be split"),
        (PROGRAM + "command=\n", "command is empty"),
        (PROGRAM + "[group:g]\nprograms=a\n[group:h]\nprograms=a\n", "more than one group"),
        ("[inet_http_server]\nport=9001\nusername=\npassword=x\n", "asks for no password"),
        ("[rpcinterface:x]\nsupervisor.rpcinterface_factory=other:thing\n", "cannot tell"),
        (FCGI + "socket=tcp://0.0.0.0:9000\n", "[fcgi-program:f] socket is a port that other hosts may reach"),
        (
            FCGI + "socket=unix:///run/f.sock\nsocket_mode=0777\n",
            "[fcgi-program:f] socket_mode 0777 lets every account",
        ),
    ],
)
def test_doubtful_things_are_told(text, words):
    warnings = resolve("[supervisord]\n" + text).warnings
    assert any(words in warning for warning in warnings), warnings


@pytest.mark.parametrize(
    "lines", ["unix:///run/f.sock", "unix:///f\nsocket_mode=0770", "tcp://127.0.0.1:9000", "tcp://localhost:1"]
)
def test_a_fastcgi_socket_that_strangers_cannot_use_is_not_talked_about(lines):
    assert resolve("[supervisord]\n" + FCGI + "socket=" + lines + "\n").warnings == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("user=nosuch\n", "Invalid user name nosuch"),
        ("[unix_http_server]\nfile=/no/such/s.sock\n", "does not exist"),
        ("[unix_http_server]\nfile=/tmp/%s\n" % ("x" * 100), "longer than 99 bytes"),
        (BASE.split("\n", 1)[1] + "extra=1\n", "takes no options, but extra"),
        ("[DEFAULT]\nautostart=false\n" + BASE.split("\n", 1)[1], "takes no options, but autostart"),
    ],
)
def test_what_only_the_next_start_would_show_is_a_hazard(text, words):
    hazards = resolve("[supervisord]\n" + text).hazards
    assert any(words in hazard for hazard in hazards), hazards
    assert resolve(BASE).hazards == ()


def test_what_supervisor_silently_ignores_is_listed():
    text = "[supervisord]\nsilnt=true\n[program:a]\ncomand=x\ncommand=x\n[Program:b]\ncommand=x\n[program]\n"
    text += "[group:g]\nuser=x\n"
    assert resolve(text).ignored == (
        ("supervisord", "silnt"),
        ("program:a", "comand"),
        ("Program:b", ""),
        ("program", ""),
        ("group:g", "user"),
    )
    old = resolve("[supervisord]\nsilent=true\n" + PROGRAM + "stdout_syslog=true\n", _dialect.dialect("3.4.0"))
    assert old.ignored == (("supervisord", "silent"), ("program:a", "stdout_syslog"))


def test_changes_of_the_daemon_say_what_they_need():
    old = resolve(BASE + "[include]\nfiles=a/*.conf\n[supervisorctl]\nserverurl=unix:///tmp/s.sock\n")
    text = BASE.replace("[supervisord]\n", "[supervisord]\nloglevel=debug\nminfds=2048\nenvironment=A='1'\n")
    text = (
        text.replace("file=/tmp/s.sock", "file=/tmp/t.sock")
        + "[include]\nfiles=b/*.conf\n[inet_http_server]\nport=9001\n"
    )
    new = resolve(text)
    changes = {(change.section, change.option): change.needs for change in _model.daemon_changes(old, new)}
    assert changes[("supervisord", "loglevel")] == "restart"
    assert changes[("supervisord", "minfds")] == "daemon"
    assert changes[("supervisord", "environment")] == "programs"
    assert changes[("unix_http_server", "file")] == "restart"
    assert changes[("inet_http_server", "port")] == "restart"
    assert changes[("include", "files")] == "live"
    assert changes[("supervisorctl", "serverurl")] == "live"
    assert _model.daemon_changes(new, new) == []


def test_errors_name_file_line_section_and_option():
    with pytest.raises(_errors.ConfigError) as caught:
        resolve("[supervisord]\n[include]\nfiles=*.ini\n", **{"x.ini": "[program:a]\ncommand=x\nstartsecs=soon\n"})
    assert caught.value.message == (
        "invalid literal for int() with base 10: 'soon' in section 'program:a' (file: '/etc/x.ini', line 3)"
    )
    details = caught.value.details
    assert (details["file"], details["line"], details["section"], details["option"]) == (
        "/etc/x.ini",
        3,
        "program:a",
        "startsecs",
    )


@pytest.mark.parametrize(
    "line",
    [
        "environment=TOKEN='hunter2',B",
        "environment=TOKEN='hunter2",
        "environment=TOKEN='hunter2%'",
        "environment=TOKEN='hunter2 %(none)s'",
        "command=/bin/x --token hunter2 %d",
        "startsecs=%s",
    ],
)
@pytest.mark.parametrize("version", ["3.4.0", "4.3.0"])
def test_errors_never_show_secrets(line, version, monkeypatch):
    monkeypatch.setitem(ENVIRON, "SECRET", "hunter2")
    with pytest.raises(_errors.ConfigError) as caught:
        resolve("[supervisord]\n" + PROGRAM + line + "\n", _dialect.dialect(version))
    assert "hunter2" not in caught.value.message + str(caught.value.details)


def test_python_2_values_come_back_as_text():
    old = _dialect.dialect("3.4.0")
    model = resolve("[supervisord]\n[program:a]\ncommand=/bin/é\nenvironment=A='€'\n", old)
    (process,) = model.groups["a"].processes
    assert process.options["command"] == "/bin/é"
    assert process.options["environment"] == {"A": "€"}


def test_fcgi_socket_belongs_to_the_program_unless_told():
    assert only(FCGI + "user=web\n").options["socket_owner"] == [1000, 1000]
    assert only(FCGI).options["socket_owner"] is None
    assert only(FCGI).options["socket_mode"] == 0o700


def test_a_thousand_programs_resolve_in_linear_time():
    """A quadratic reader would need minutes."""
    many = {"p.d__%d.conf" % number: "[program:p%d]\ncommand=%%(here)s/x\n" % number for number in range(1000)}
    model = resolve("[supervisord]\n[include]\nfiles=p.d/*.conf\n", **many)
    assert len(model.groups) == 1000
    assert model.groups["p7"].processes[0].options["command"] == "/etc/p.d/x"


def test_relative_directories_start_where_the_daemon_runs():
    model = resolve("[supervisord]\nchildlogdir=tmp\n" + PROGRAM + "stdout_logfile=var/log/x\n")
    assert model.groups["a"].processes[0].options["stdout_logfile"] == "var/log/x"
    assert resolve("[supervisord]\nlogfile=s.log\n").daemon["supervisord"]["logfile"] == "s.log"
    with pytest.raises(_errors.ConfigError):
        resolve("[supervisord]\nchildlogdir=log\n")
