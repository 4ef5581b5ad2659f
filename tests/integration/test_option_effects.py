# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No option can be given without effect: with each use of a module each other option makes a difference, is refused by
name, or is documented as ignored. And no option of the connection that stands in module_defaults breaks a module.
"""

from __future__ import annotations

import ast
import os
import pathlib
import runpy

import daemons as daemons_
import inprocess
import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
SLEEP = "/bin/sleep 1000"
LOGIN = ("ops", "correct-horse-battery")
SERVERS = ["the daemon"]  # its address is only known when it runs
CONNECTION = {
    "server_url": "unix:///nowhere/else.sock",
    "username": "somebody",
    "password": "wrong-password-1",
    "timeout": 3.5,
    "ca_path": "/etc/ssl/none.pem",
    "client_cert": "/etc/ssl/none.pem",
    "client_key": "/etc/ssl/none.key",
    "validate_certs": False,
    "config_file": "/nowhere/else.conf",
}
# Module -> uses of it. "fleet" in a name: with servers.
USES = {
    "supervisor_info": {"plain": {}, "names": {"names": ["web"]}, "fleet": {"servers": SERVERS}},
    "supervisor_rpc": {
        "method": {"method": "supervisor.getProcessInfo", "params": ["nothing"]},
        "calls": {"calls": [{"method": "supervisor.startProcess", "params": ["nothing"]}]},
        "fleet": {"method": "supervisor.getProcessInfo", "params": ["nothing"], "servers": SERVERS},
    },
    "supervisor_process": {
        **{state: {"names": ["web"], "state": state} for state in ("started", "stopped", "restarted")},
        "signalled": {"names": ["web"], "state": "signalled", "signal": "CONT"},
        "stdin": {"names": ["web"], "stdin": "text"},
        "clear_logs": {"names": ["web"], "clear_logs": True},
        "all": {"all": True, "state": "stopped"},
        "in_state": {"in_state": ["RUNNING"], "state": "stopped"},
        "fleet": {"names": ["web"], "state": "started", "servers": SERVERS},
    },
    "supervisor_orphans": {
        "query": {"state": "query"},
        "absent": {"state": "absent"},
        "start": {"state": "query", "start": True},
    },
    "supervisor_program": {
        **{
            state: {"name": "new", "command": SLEEP, "state": state}
            for state in ("started", "stopped", "restarted", "present", "absent")
        },
        "programs": {"programs": [{"name": "new", "command": SLEEP}]},
    },
    "supervisor_config": {"plain": {"supervisord": {"loglevel": "debug"}}},
}
MARKER = "; Managed by Ansible, supervisord.fleet.supervisor_program, managed_by="
# What only a real run shows, or a daemon that somebody else has set up, which each has a test for: how long something
# may take, and what becomes of a failure.
ONLY_REAL = {
    "adopt": "test_first_contact, test_handover",
    "allow_short_passwords": "test_first_contact",
    "restart_follows": "test_first_contact",
    "timeout": "test_connection_faults",
    "wait": "test_supervisor_program, test_process_faults",
    "wait_timeout": "test_supervisor_program, test_process_faults",
    "settle": "test_settle, test_process_faults",
    "stay": "test_supervisor_program",
    "log_lines": "test_supervisor_program",
    "max_parallel": "test_supervisor_program",
    "rollback": "test_supervisor_program",
    "state_dir": "test_unchanged_runs",
    "backup": "test_supervisor_program",
    "owner": "test_supervisor_program",
    "group": "test_supervisor_program",
    "mode": "test_supervisor_program",
    "trust_environment": "test_orphans",
    "started_config": "test_start",
    "planned_directories": "test_start",
    "owned_directories": "test_start",
    "planned_packages": "test_start",
    "service": "test_start",
    "hash_passwords": "unit test_main_config",
    "one_shot": "test_what_people_type",
}
# Options whose values are not of any kind.
VALUES = {
    "names": ["nothing"],
    "in_state": ["STOPPED"],
    "servers": SERVERS,
    "signal": "HUP",
    "calls": [{"method": "supervisor.getPID"}],
    "method": "supervisor.getPID",
    "params": ["x"],
    "ignore_faults": ["BAD_NAME"],
    "fail_when": "200%",
    "detail": "none",
    "parallel": -1,
    "ports": {"web": 1},
    "kind": "group",
    "state": "stopped",
    "programs": [{"name": "other", "command": SLEEP}],
    "events": ["TICK_5"],
    "exitcodes": ["7"],
    "conf_dir": "/nowhere",
    "filename": "other.conf",
    "managed_by": "somebody",
    "autorestart": "false",
    "umask": "027",
    "socket_mode": "0770",
    "environment": {"A": "1"},
    "extra_options": {"wait_for": "x"},
    "stopsignal": "HUP",
    "user": "nobody",
    "socket_owner": "nobody",
    "command": "/bin/cat",
    "process_name": "other",
    "result_handler": "supervisor.dispatchers:default_handler",
    "serverurl": "http://localhost:1",
    "socket": "unix:///tmp/x.sock",
    "stdout_logfile": "/tmp/o.log",
    "stderr_logfile": "/tmp/e.log",
    "directory": "/tmp",
    "rpcinterfaces": [{"name": "x", "rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"}],
    "ctlplugins": [{"name": "x", "ctl_factory": "supervisor.rpcinterface:make_main_rpcinterface"}],
    "include": {"files": ["/tmp/none/*.conf"]},
    "unix_http_server": {"file": "/tmp/none.sock"},
    "inet_http_server": {"port": "127.0.0.1:1", "username": "a", "password": "another-password-1"},
    "supervisord": {"loglevel": "warn"},
    "supervisorctl": {"prompt": "x"},
    "executable": daemons_.binary(daemons_.RELEASES[0]),
}


def documented(module):
    """Option -> its documentation, with that of this collection's fragments; and what the module itself says first."""
    tree = ast.parse((ROOT / "plugins" / "modules" / (module + ".py")).read_text(encoding="utf-8"))
    texts = [node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "DOCUMENTATION"]
    own = yaml.safe_load(ast.literal_eval(texts[0]))
    options = {}
    for fragment in own["extends_documentation_fragment"]:
        path = ROOT / "plugins" / "doc_fragments" / (fragment.split(".")[2] + ".py")
        found = yaml.safe_load(runpy.run_path(str(path))["ModuleDocFragment"].DOCUMENTATION)
        options.update(found.get("options") or {})
    options.update(own["options"])
    return own, options


def says_ignored(option):
    return "gnored" in str(option["description"])


def value_of(name, option):
    """A value that is not the default."""
    if name in CONNECTION:
        return CONNECTION[name]
    if name in VALUES:
        return VALUES[name]
    kinds = {"bool": lambda: not option.get("default"), "int": lambda: 3, "float": lambda: 3.5}
    if option["type"] == "raw":
        text = str(option["description"])
        return name != "autostart" if "V(true) or V(false)" in text else 3
    return kinds.get(option["type"], lambda: "/tmp/x" if option["type"] == "path" else "3")()


@pytest.fixture
def daemon(daemons):
    """A daemon that wants a password, with something of each kind that an option is about."""
    programs = {
        "web": {"command": "/bin/sh -c 'echo a line; exec sleep 1000'"},
        "failed": {"command": "/bin/false", "startretries": "0"},
        "forgotten": "%sdefault\n\n[program:forgotten]\ncommand = %s\n" % (MARKER, SLEEP),
    }
    daemon = daemons(programs, auth=LOGIN, inet=True)
    for name, state in (("web:web", "RUNNING"), ("forgotten:forgotten", "RUNNING"), ("failed:failed", "FATAL")):
        daemon.wait_state(name, state)
    return daemon


@pytest.fixture
def outcome(daemon, tmp_path):
    """What a module does with arguments, in check mode, without what differs from run to run."""

    def run(module, args):
        known = {"config_file": str(tmp_path / "main.conf")} if module == "supervisor_config" else {}
        known = known or ({} if "servers" in args else {"config_file": daemon.conf})
        if module == "supervisor_program":
            known["state_dir"] = os.path.join(daemon.dir, "state")
        if args.get("servers") == SERVERS:
            login = {} if "username" in args or "password" in args else {"username": LOGIN[0], "password": LOGIN[1]}
            args = dict(args, servers=[dict({"server_url": daemon.inet_url}, **login)])
        result = inprocess.run(module, dict(known, **args), check=True, diff=True)
        result.pop("invocation", None)
        return _steady(result)

    return run


def _steady(value):
    """A result without times and what else is another at each look."""
    if isinstance(value, dict):
        clock = ("now", "uptime", "seconds", "description", "checked")
        return {key: _steady(item) for key, item in value.items() if key not in clock}
    return [_steady(item) for item in value] if isinstance(value, list) else value


PAIRS = [(module, use) for module, uses in USES.items() for use in uses]


@pytest.mark.newest
@pytest.mark.parametrize(("module", "use"), PAIRS, ids=["%s-%s" % pair for pair in PAIRS])
def test_each_option_makes_a_difference_or_is_known_not_to(outcome, module, use):
    base = USES[module][use]
    before = outcome(module, base)
    own, options = documented(module)
    silent = []
    for name, option in sorted(options.items()):
        if name in base or set(option.get("aliases") or ()) & set(base) or name in ONLY_REAL:
            continue
        after = outcome(module, dict(base, **{name: value_of(name, option)}))
        general = name in CONNECTION and "The others are ignored" in str(own["description"])
        if after == before and not says_ignored(option) and not general:
            silent.append(name)
    absent = use == "absent" and module == "supervisor_program"
    told = [name for name in silent if not (absent and "ignored" in str(options["programs"]["suboptions"]["state"]))]
    assert told == []


def test_what_only_a_real_run_shows_has_a_test_that_uses_it():
    for name, files in ONLY_REAL.items():
        texts = [path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py")]
        assert any('"%s"' % name in text or "%s=" % name in text for text in texts), (name, files)


KINDS = {
    "program": {"command": SLEEP},
    "eventlistener": {"command": SLEEP, "events": ["PROCESS_STATE"]},
    "fcgi-program": {"command": SLEEP, "socket": "unix:///tmp/fleet-effects.sock"},
    "group": {"programs": []},
}


@pytest.mark.newest
@pytest.mark.parametrize("kind", KINDS)
def test_each_option_of_an_item_is_written_or_refused(outcome, kind):
    _own, options = documented("supervisor_program")
    base = dict(KINDS[kind], name="new", kind=kind)
    before = outcome("supervisor_program", {"programs": [base]})
    assert not before["failed"], before
    silent, refused = [], []
    for name, option in options["programs"]["suboptions"].items():
        if name in base or name in ("_former", "one_shot"):
            continue
        item = dict(base, **{name: value_of(name, option)})
        after = outcome("supervisor_program", {"programs": [item]})
        if after == before:
            silent.append(name)
        if after["failed"]:
            refused.append(name)
            assert name in after["msg"]
    assert silent == []
    other = [
        name for name in refused if kind in ("program", "fcgi-program") and name.startswith(("std", "start", "stop"))
    ]
    assert other == []


@pytest.mark.newest
@pytest.mark.parametrize(("module", "use"), PAIRS, ids=["%s-%s" % pair for pair in PAIRS])
@pytest.mark.parametrize("servers", [False, True])
def test_connection_options_for_all_modules_break_none(daemon, tmp_path, module, use, servers):
    """As module_defaults of the action group gives them, whether or not a module has a use for them."""
    defaults = dict(CONNECTION, config_file=daemon.conf, server_url=daemon.url, username=LOGIN[0], password=LOGIN[1])
    args = dict(defaults, **USES[module][use])
    if module == "supervisor_config":
        args["path"] = str(tmp_path / "main.conf")
    if module == "supervisor_program":
        args["state_dir"] = os.path.join(daemon.dir, "state")
    if "servers" in args:
        args["servers"] = [{"server_url": daemon.inet_url}]
    elif servers:
        del args["server_url"]
    result = inprocess.run(module, args, check=True)
    failure = result["msg"] if result["failed"] else "BAD_NAME"
    assert "BAD_NAME" in failure  # the daemon was asked
    if module == "supervisor_config":
        assert result["path"] == str(tmp_path / "main.conf")


@pytest.mark.newest
def test_the_main_file_of_the_defaults_is_the_one_that_is_written(outcome, tmp_path):
    result = outcome("supervisor_config", {"supervisord": {}})
    assert result["path"] == str(tmp_path / "main.conf")
    nothing = inprocess.run("supervisor_config", {"supervisord": {}}, check=True)
    assert nothing["msg"] == "path: name the file to write, here or as config_file"


@pytest.mark.newest
def test_a_task_that_names_no_process_changes_none(daemon):
    result = inprocess.run("supervisor_process", {"config_file": daemon.conf, "state": "stopped"})
    assert result["failed"]
    assert daemon.state("web:web") == "RUNNING"
