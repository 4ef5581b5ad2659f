# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event-Driven Ansible for real: ansible-rulebook with the sources and rulebooks here, and real daemons."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request

import alerting
import daemons as daemons_
import farm
import pytest
import receivers
import rulebooks

pytestmark = pytest.mark.newest
SECRET = "Zx9-planted"
LOGIN = ("admin", SECRET + "-login")
TOKEN = SECRET + "-token-of-the-route"
CONTROL, STATUS = "supervisord.fleet.control", "supervisord.fleet.status"
# Where ansible-rulebook itself puts a copy of the inventory for each run, in a folder of its own account alone.
INVENTORY = "/inventory/"


@pytest.fixture(scope="module", autouse=True)
def environment():
    """Made before the first test, so that no test waits for it with a limit of its own."""
    return rulebooks.environment()


@pytest.fixture
def web():
    server = receivers.Web()
    yield server
    server.stop()


def endpoints(fleet, **variables):
    return [{"name": "n%d" % number, "server_url": url, "vars": variables} for number, url in enumerate(fleet.urls)]


def inventory(folder, listed, login=LOGIN):
    """Write an inventory of these endpoints."""
    username, password = login
    document = {"plugin": "supervisord.fleet.supervisor", "endpoints": listed}
    path = folder / "fleet.supervisor.yml"
    path.write_text(json.dumps({**document, "username": username, "password": password}))
    return path


def assert_no_secret(rulebook):
    """Neither in what was said, events and facts included, nor in files of runs, artifacts and job events included."""
    assert SECRET not in rulebook.said
    files = rulebook.files()
    assert [name for name, data in files.items() if SECRET.encode() in data and INVENTORY not in name] == []
    assert any(name.endswith("/env/extravars") for name in files)
    assert any("/job_events/" in name for name in files)


def test_what_fails_together_is_healed_together_and_a_crash_loop_ends(tmp_path, web):
    """Three of five hosts fail: one start for all. One fails for ever: two starts, then a message, then nothing."""
    route = {"name": "ops", "type": "webhook", "url": f"{web.url}/{SECRET}-route", "token": TOKEN}
    with farm.Farm(daemons_.installed()[-1], 5, {"web": rulebooks.MORTAL}, LOGIN) as fleet:
        listed = endpoints(fleet, alerts_routes=[route])
        variables = {"heal_endpoints": listed, "heal_username": LOGIN[0], "heal_password": LOGIN[1]}
        variables.update(heal_interval=1, heal_tries=2, heal_tell="ops")
        rulebooks.fail(fleet, {1: "broken", 2: "broken", 3: "loop"})
        where = inventory(tmp_path, listed)
        with rulebooks.Rulebook(tmp_path, "supervisord.fleet.heal", where, variables, "-vv") as rulebook:
            rulebook.wait(lambda: rulebooks.states(fleet)[1:3] == ["RUNNING", "RUNNING"], "two that run again")
            rulebook.wait(lambda: web.requests, "a message about the third")
            rulebook.wait(lambda: rulebook.said.count("PLAY RECAP") >= 3 and len(rulebook.runs()) == 3, "the last run")
            seen, looks = rulebooks.starts(fleet, 3), rulebook.looks()
            rulebook.wait(lambda: rulebook.looks() > looks + 5, "more looks")
            assert rulebooks.starts(fleet, 3) == seen
            assert rulebook.runs() == [CONTROL, CONTROL, STATUS]
            assert rulebooks.states(fleet) == ["RUNNING", "RUNNING", "RUNNING", "FATAL", "RUNNING"]
        assert "Starting it: web is FATAL on 3 hosts: n1, n2, n3" in rulebook.said
        assert "Starting it: web is FATAL on n3" in rulebook.said
        assert "Given up: web is FATAL, and starting it has not helped on n3" in rulebook.said
        (alert,) = receivers.alerts(web)
        assert (alert["title"], alert["host"]) == ("[critical] web is FATAL on n3", "n3")
        assert_no_secret(rulebook)


def test_people_are_told_of_programs_and_daemons_and_nothing_is_changed(tmp_path, web):
    route = {"name": "ops", "type": "webhook", "url": f"{web.url}/{SECRET}-route", "token": TOKEN}
    with farm.Farm(daemons_.installed()[-1], 3, {"web": rulebooks.MORTAL}, LOGIN) as fleet:
        listed = endpoints(fleet, alerts_routes=[route])
        gone = {"name": "gone", "server_url": "http://127.0.0.1:%d" % farm.free_ports(1)[0]}
        listed.append({**gone, "vars": {"alerts_routes": [route]}})
        variables = {"notify_endpoints": listed, "notify_username": LOGIN[0], "notify_password": LOGIN[1]}
        variables.update(notify_interval=1, notify_tell="ops")
        rulebooks.fail(fleet, {0: "broken", 2: "broken"})
        before = [rulebooks.starts(fleet, number) for number in range(fleet.size)]
        where = inventory(tmp_path, listed)
        with rulebooks.Rulebook(tmp_path, "supervisord.fleet.notify", where, variables, "-vv") as rulebook:
            rulebook.wait(lambda: len(receivers.alerts(web)) == 2, "two messages")
            looks = rulebook.looks()
            rulebook.wait(lambda: rulebook.looks() > looks + 5, "more looks")
            assert rulebook.runs() == [STATUS, STATUS]
        assert [rulebooks.starts(fleet, number) for number in range(fleet.size)] == before
        assert sorted(alert["title"] for alert in receivers.alerts(web)) == [
            "[critical] supervisord is unreachable on gone",
            "[critical] web is FATAL on 2 hosts: n0, n2",
        ]
        assert_no_secret(rulebook)


PUSHED = """
- name: Heal what the listeners tell of
  hosts: all
  sources:
    - supervisord.fleet.supervisor_events:
        port: "{{ port }}"
        token: "{{ token }}"
        gather: 1
        hosts: web01
  rules:
    - name: Start it
      condition: event.supervisor.kind == "failed"
      action:
        run_playbook:
          name: supervisord.fleet.control
          extra_vars:
            control_action: start
            control_hosts: "{{ event.supervisor.hosts }}"
            control_programs: "{{ event.supervisor.programs }}"
            control_states: "{{ event.supervisor.states }}"
            control_ssh: false
    - name: Say what else there is
      condition: event.supervisor.kind != "failed"
      action:
        debug:
          msg: "{{ event.supervisor.kind }}: {{ event.supervisor.text }}"
"""


def post(port, token, body):
    """The status of a request."""
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
    request = urllib.request.Request("http://127.0.0.1:%d/" % port, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_the_listener_of_the_role_alerts_has_its_program_healed(tmp_path):
    (port,) = farm.free_ports(1)
    flag = tmp_path / "broken"
    programs = {"program:web": {**rulebooks.MORTAL, "command": rulebooks.mortal(str(tmp_path))}}
    daemon = daemons_.Daemon(daemons_.installed()[-1], programs=programs, inet=True)
    route = {"name": "eda", "type": "webhook", "url": "http://127.0.0.1:%d/" % port, "token": TOKEN}
    alerting.beside(daemon, routes=[route], host="web01")
    try:
        daemon.start()
        daemon.wait_state("web", "RUNNING")
        where = inventory(tmp_path, [{"name": "web01", "server_url": daemon.inet_url}], ("", ""))
        (tmp_path / "pushed.yml").write_text(PUSHED)
        variables = {"port": port, "token": TOKEN}
        with rulebooks.Rulebook(tmp_path, str(tmp_path / "pushed.yml"), where, variables, "-vv") as rulebook:
            rulebook.wait(lambda: farm.accepts(port), "the door")
            assert post(port, "a wrong token, long enough", b"{}") == 401
            assert post(port, TOKEN, b"[]") == 422
            assert post(port, TOKEN, b"x" * (2 << 20)) == 413
            flag.touch()
            os.kill(daemon.info("web").pid, 9)
            daemon.wait_state("web", "FATAL")
            rulebook.wait(lambda: daemon.state("web") == "RUNNING", "a program that runs again")
            rulebook.wait(lambda: "recovered: web runs again on web01" in rulebook.said, "the end of the trouble")
            assert rulebook.runs() == [CONTROL]
        assert "refused with 401" in rulebook.said
        assert_no_secret(rulebook)
    finally:
        daemon.destroy()


@pytest.mark.parametrize(
    ("source", "given", "said"),
    [
        (
            "supervisor_poll",
            {"endpoints": ["127.0.0.1"], "intervall": 1},
            "intervall: there is no such option; did you mean interval?",
        ),
        ("supervisor_events", {"port": 1, "token": "{{ number }}"}, "token: its value is int and no text."),
    ],
)
def test_a_bad_option_ends_the_rulebook_with_its_name(tmp_path, source, given, said):
    book = [{"name": "x", "hosts": "all", "sources": [{"supervisord.fleet." + source: given}]}]
    book[0]["rules"] = [{"name": "x", "condition": "event.x is defined", "action": {"none": None}}]
    path = tmp_path / "book.yml"
    path.write_text(json.dumps(book))
    variables = {"number": "1234567890123456789"}
    with rulebooks.Rulebook(tmp_path, str(path), inventory(tmp_path, ["127.0.0.1"]), variables) as rulebook:
        rulebook.end()
    assert said in rulebook.said
    assert "1234567890123456789" not in rulebook.said
