# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks with ``servers`` that Ansible's own process carries out end as those do that run as a module."""

from __future__ import annotations

import json
import os
import signal
import subprocess

import ansible_programs
import badservers
import daemons as daemons_
import pytest

pytestmark = pytest.mark.plays

SECRET = "correct-horse-battery"
HOSTILE = "/none/{{1+1}}"  # what no path leads to is what the daemon says of the program
# What makes Ansible run a module as it runs any.
ELSEWHERE = {
    "environment": {"environment": {"SOME_VARIABLE": "1"}},
    "python": {"vars": {"ansible_python_interpreter": "{{ playbook_dir }}/python"}},
    "async": {"async": 60, "poll": 1, "vars": {"ansible_async_dir": "{{ playbook_dir }}/jobs"}},
}
VOLATILE = {"seconds", "now", "uptime", "description"}


def stable(value):
    if isinstance(value, dict):
        return {key: stable(item) for key, item in value.items() if key not in VOLATILE}
    return [stable(item) for item in value] if isinstance(value, list) else value


class Runs:
    """Plays of tasks on the controller; ``payloads`` are the modules that Ansible has sent there for the last one."""

    def __init__(self, version, folder):
        self.sent = folder / "sent"
        self.results = folder / "results.json"
        self.play = folder / "play.json"
        self.environment = {
            "ANSIBLE_KEEP_REMOTE_FILES": "true",
            "ANSIBLE_PIPELINING": "false",
            "ANSIBLE_REMOTE_TMP": str(self.sent),
        }
        self.ansible = ansible_programs.Ansible(version, folder, **self.environment)

    def run(self, tasks, *arguments, **play):
        """Run all, whatever fails; returns the results that they register and what Ansible said."""
        written = [dict(task, register=f"result_{number}", ignore_errors=True) for number, task in enumerate(tasks)]
        every = ", ".join(f"result_{number}" for number in range(len(tasks)))
        keep = {"content": "{{ [%s] | to_json }}" % every, "dest": str(self.results), "mode": "0600"}
        last = {"ansible.builtin.copy": keep, "check_mode": False, "diff": False}
        self.write([*written, last], **play)
        ended = self.ansible.run("ansible-playbook", "-i", "localhost,", self.play, *arguments)
        said = ended.stdout + ended.stderr
        assert ended.returncode == 0, said
        assert "Traceback" not in said, said
        return json.loads(self.results.read_text(encoding="utf-8")), said

    def write(self, tasks, **play):
        """Write a play."""
        own = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        head = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": own}
        self.play.write_text(json.dumps([{**head, **play, "tasks": tasks}]), encoding="utf-8")

    @property
    def payloads(self):
        return sorted(path.name[len("AnsiballZ_") :] for path in self.sent.glob("*/AnsiballZ_supervisor_*"))


@pytest.fixture
def runs(version, tmp_path):
    return Runs(version, tmp_path)


def info(**options):
    return {"supervisord.fleet.supervisor_info": options}


def process(**options):
    return {"supervisord.fleet.supervisor_process": options}


def rpc(**options):
    return {"supervisord.fleet.supervisor_rpc": options}


@pytest.fixture
def fleet(daemons, tmp_path):
    """One that answers with a login, one whose login is wrong, and one that is not there."""
    programs = {"web": {"command": "/bin/sleep 1000"}, "lost": {"command": HOSTILE, "startretries": "0"}}
    daemon = daemons(programs, auth=("ops", SECRET), inet=True)
    daemon.wait_state("web", "RUNNING")
    daemon.wait_state("lost", "FATAL")
    good = {"name": "good", "server_url": daemon.inet_url, "username": "ops", "password": SECRET}
    wrong = {"name": "wrong", "server_url": daemon.inet_url, "username": "ops", "password": "wrong" + SECRET}
    return good, wrong, {"name": "none", "server_url": f"unix://{tmp_path}/none"}


def cases(good, wrong, gone):
    """What can become of a task: it does its work, fails, warns, hides, or is not understood."""
    every, alone = [good, wrong, gone], {"servers": [good]}
    login = {"server_url": good["server_url"]}
    return {
        "all": info(**alone),
        "some": info(servers=every, fail_when="all", names=["web", "strange"]),
        "too few": info(servers=every, detail="notable"),
        "login of the task": info(servers=[login], username="ops", password=SECRET),
        "addresses": info(servers=login["server_url"], username="ops", password=SECRET),
        "no server": info(servers=[]),
        "unlogged": dict(info(**alone), no_log=True),
        "not changed": process(**alone, names=["web"], state="started"),
        "predicted": dict(process(**alone, names="web", state="restarted"), check_mode=True, diff=True),
        "no such program": process(**alone, names=["strange"], state="started"),
        "a call": rpc(**alone, method="getSupervisorVersion"),
        "a fault": rpc(**alone, method="startProcess", params=["strange"]),
        "values": rpc(servers=every, calls=[{"method": "getAllProcessInfo"}], fail_when="any"),
        "an unknown option": info(**alone, nmaes=["web"], passwort=SECRET),
        "an unknown option of a server": info(servers=[dict(good, pasword=SECRET)]),
        "no address": info(servers=[{"name": "web", "password": SECRET}]),
        "no list": info(servers="web=" + SECRET),
        "no number": info(**alone, timeout="soon"),
        "two spellings": info(**alone, names=["web"], name=["web"]),
        "a wrong choice": process(**alone, names=["web"], state="begun"),
        "too little": process(**alone, names=["web"]),
        "too much": process(**alone, names=["web"], all=True, state="started"),
        "what goes with it": process(**alone, names=["web"], state="signalled"),
        "another value": info(**alone, fail_when="some"),
        "not for many": info(**alone, drift=True),
    }


def test_results_are_those_of_the_module(runs, fleet):
    tasks = list(cases(*fleet).values())
    here, said = runs.run(tasks, "--diff", "-vvv")
    assert runs.payloads == []
    there, told = runs.run([dict(task, **ELSEWHERE["environment"]) for task in tasks], "--diff", "-vvv")
    assert len(runs.payloads) == len(tasks)
    found, wanted = (dict(zip(cases(*fleet), stable(results))) for results in (here, there))
    for name in wanted:
        assert found[name] == wanted[name], name
    assert SECRET not in said + told
    assert SECRET not in json.dumps([here, there])
    assert [item["name"] for item in found["some"]["servers"] if not item["failed"]] == ["good"]
    assert found["predicted"]["changed"]
    assert found["predicted"]["diff"]


def test_secrets_are_hidden_where_arguments_are_shown(runs, fleet):
    """An option with another spelling of one that is secret is hidden as well."""
    for given in ({}, ELSEWHERE["environment"]):
        [result], said = runs.run([dict(cases(*fleet)["login of the task"], **given)], "-vvvv")
        assert SECRET not in said
        shown = result.get("invocation", {"module_args": {"password": "********"}})  # 2.21 repeats none
        assert shown["module_args"]["password"] == "********"


def test_nothing_that_a_daemon_says_is_evaluated(runs, fleet):
    """No message becomes a template, wherever it is used next."""
    good, _wrong, _gone = fleet
    lost = info(servers=[good], names=["lost"])
    kept = {"ansible.builtin.set_fact": {"kept": "{{ result_0.servers[0] }}"}}
    again = {"ansible.builtin.set_fact": {"again": "{{ kept.processes[0].spawnerr }}"}}
    shown = {"ansible.builtin.debug": {"msg": "<{{ again }}> {{ kept | to_json }}"}}
    results, said = runs.run([lost, kept, again, shown])
    assert runs.payloads == []
    assert f"<can't find command '{HOSTILE}'>" in results[3]["msg"]
    assert results[0]["servers"][0]["processes"][0]["spawnerr"] == f"can't find command '{HOSTILE}'"
    assert "/none/2" not in said + json.dumps(results)


@pytest.mark.parametrize("way", ELSEWHERE)
def test_what_is_asked_for_is_kept(way, runs, fleet):
    """Another environment, another Python or a job of its own is what a module has."""
    good, _wrong, _gone = fleet
    another = runs.ansible.folder / "python"
    another.write_text(f'#!/bin/sh\nexec {runs.ansible.programs}/python "$@"\n', encoding="utf-8")
    another.chmod(0o755)
    [result], _said = runs.run([dict(info(servers=[good]), **ELSEWHERE[way])])
    assert result.get("summary", {}).get("ok") == 1, result
    assert "supervisor_info.py" in runs.payloads


def test_without_servers_it_is_the_module(runs, fleet):
    good, _wrong, _gone = fleet
    alone = {key: value for key, value in good.items() if key != "name"}
    results, _said = runs.run([info(**alone), process(**alone, names=["web"], state="started")])
    assert [result["failed"] for result in results] == [False, False]
    assert runs.payloads == ["supervisor_info.py", "supervisor_process.py"]


def test_paths_are_those_of_the_playbook(runs, fleet, tmp_path):
    good, _wrong, _gone = fleet
    runs.ansible.folder = tmp_path / "elsewhere"
    runs.ansible.folder.mkdir()
    [result], _said = runs.run([info(servers=[good], progress_file="told")])
    assert not result["failed"], result
    assert (tmp_path / "told").exists()
    assert not (runs.ansible.folder / "told").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_all(number, runs, daemons, tmp_path):
    """At once, although a server is silent for a minute; and the next item of a loop is not begun."""
    silent = badservers.Server(badservers.silent, tcp=True)
    told = tmp_path / "told"
    servers = [{"name": "{{ item }}", "server_url": daemons({}).url}, {"server_url": silent.url}]
    task = dict(info(servers=servers, timeout=60, progress_file=str(told)), loop=["this", "that"])
    runs.write([task])
    command = [os.path.join(runs.ansible.programs, "ansible-playbook"), "-i", "localhost,", str(runs.play)]
    environ = ansible_programs.environ(tmp_path, **runs.environment)
    begun = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        daemons_.wait_for(lambda: told.exists() and "this" in told.read_text(encoding="utf-8"))
        os.killpg(begun.pid, number)
        assert begun.wait(timeout=20) != 0
        daemons_.wait_for(lambda: not left(begun.pid))
    finally:
        silent.close()
        for pid in left(begun.pid):
            os.kill(pid, signal.SIGKILL)
        begun.wait(timeout=20)
    assert "that" not in told.read_text(encoding="utf-8")


def left(session):
    """The processes whose session or parent is that of a run; workers of Ansible have a session of their own."""
    found = subprocess.run(["ps", "-eo", "pid=,ppid=,sess="], check=True, capture_output=True, text=True).stdout
    rows = [tuple(map(int, line.split())) for line in found.splitlines()]
    return [pid for pid, parent, own in rows if session in (parent, own)]
