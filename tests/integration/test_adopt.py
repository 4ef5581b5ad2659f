# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand-made installations of every kind: what is read of them, declared again, changes no process."""

from __future__ import annotations

import base64
import json
import os

import pytest
from installations import INSTALLATIONS, LINK

LISTS = {
    "supervisor_programs": "program",
    "supervisor_fcgi_programs": "fcgi-program",
    "supervisor_eventlisteners": "eventlistener",
    "supervisor_groups": "group",
}


@pytest.fixture
def hand_made(daemons, monkeypatch):
    """``hand_made(name)``: a running daemon that somebody has set up by hand."""
    monkeypatch.setenv("NAP", "1000")
    monkeypatch.setenv("AUTO", "true")

    def start(name, started=True):
        main, files = INSTALLATIONS[name]
        daemon = daemons({}, command=True, supervisord={"environment": "COMMON='yes'"})
        with open(daemon.conf, "a") as stream:
            stream.write("\n" + main.replace("{dir}", daemon.dir))
        for file, text in files.items():
            path = os.path.join(daemon.conf_dir, file)
            if text.startswith(LINK):
                theirs = os.path.join(daemon.dir, "theirs-" + file)
                os.symlink(theirs, path)
                path = theirs
            with open(path, "w") as stream:
                stream.write(text.replace(LINK, "").replace("{dir}", daemon.dir))
        daemon.kill()
        return daemon.start() if started else daemon

    return start


def settled(daemon):
    """Its processes, once all that start by themselves are up."""
    for name, process in daemon.client().processes().items():
        if process.statename == "STARTING":
            daemon.wait_state(name, "RUNNING")
    return daemon.pids()


def real(value, secrets):
    """A value with its secrets, as Ansible would have it."""
    if isinstance(value, dict):
        if "_vault" in value:
            return value["before"] + secrets[value["_vault"]] + value["after"]
        return {key: real(item, secrets) for key, item in value.items()}
    return [real(item, secrets) for item in value] if isinstance(value, list) else value


@pytest.fixture
def read(run_module):
    """``read(daemon)``: the result of supervisor_adopt, and the variables with their secrets in place."""

    def run(daemon, **options):
        result = run_module("supervisor_adopt", dict(options, _values=True), daemon)
        assert not result["failed"], result
        values = json.loads(base64.b64decode(result.pop("_values")))
        return result, real(values["variables"], values["secrets"]), values

    return run


def items(variables):
    return [dict(item, kind=kind) for name, kind in LISTS.items() for item in variables.get(name, [])]


@pytest.mark.parametrize("files", ["split", "keep"])
@pytest.mark.parametrize("name", sorted(INSTALLATIONS))
def test_what_is_read_and_declared_again_changes_no_process(hand_made, read, run_module, name, files):
    daemon = hand_made(name)
    before = settled(daemon)
    assert before
    found, variables, _values = read(daemon, files=files)
    assert [entry for entry in found["left_out"] if "stays" in entry["why"]] == []
    args = {
        "programs": items(variables),
        "adopt": True,
        "conf_dir": variables["supervisor_include_dir"],
        "state_dir": daemon.dir + "/state",
    }
    foreseen = run_module("supervisor_program", args, daemon, check=True)
    assert foreseen["restarted"] == []
    result = run_module("supervisor_program", args, daemon)
    assert not result["failed"], result
    assert daemon.pids() == before
    assert [action for action in result["actions"] if action["action"] not in ("write", "delete", "reread")] == []
    assert foreseen["actions"] == result["actions"]
    assert daemon.client().call("reloadConfig") == [[[], [], []]]
    assert run_module("supervisor_program", args, daemon)["changed"] is False
    assert daemon.pids() == before


def test_only_options_that_are_not_the_default_are_told(hand_made, read):
    _found, variables, _values = read(hand_made("one program"))
    (web,) = variables["supervisor_programs"]
    assert set(web) == {"name", "command", "autorestart", "stdout_logfile"}


def test_secrets_are_told_by_name_only_and_expansions_stay(hand_made, read):
    found, variables, values = read(hand_made("variables"))
    assert set(found["secrets"]) == {"vault_env_db_password", "vault_env_url"}
    assert "hunter2" not in json.dumps([found, values["variables"]])
    assert values["secrets"]["vault_env_url"] == "hunter2"
    (env,) = variables["supervisor_programs"]
    assert env["environment"]["DB_PASSWORD"] == "p%s;s#3cret-{{x}}"
    assert env["environment"]["PATH"] == "%(ENV_PATH)s:/opt/bin"
    assert env["autostart"] == "%(ENV_AUTO)s"


def test_a_password_that_the_file_only_has_the_hash_of_is_told_as_such(daemons, read):
    daemon = daemons({}, auth=("admin", "a long way home 17"), sha=True, inet=True)
    found, variables, values = read(daemon)
    assert values["secrets"]["vault_supervisor_password_hash"] == variables["supervisor_inet_http_server"]["password"]
    clear = {name for name, value in values["secrets"].items() if not value.startswith("{SHA}")}
    assert clear == {"vault_supervisorctl_password"}
    (row,) = [entry for entry in found["left_out"] if "clear text" in entry["what"]]
    assert "vault_supervisor_password_hash" in row["why"]
    assert (row["file"], row["line"] > 1) == (daemon.conf, True)


@pytest.mark.ends
def test_what_another_play_declares_already_is_left_to_it(daemons, read, run_module):
    daemon = daemons({"web": {"command": "/bin/sleep 1000"}})
    item = {"name": "app01", "command": "/bin/sleep 1000"}
    run_module("supervisor_program", {"programs": [item], "managed_by": "tomcat_app", "state_dir": daemon.dir}, daemon)
    found, variables, _values = read(daemon)
    assert [program["name"] for program in variables["supervisor_programs"]] == ["web"]
    assert [entry["what"] for entry in found["left_out"] if "another play" in entry["why"]] == ["[program:app01]"]
