# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of roles in real runs of ansible-playbook: what a role works with, and what it says when it refuses."""

from __future__ import annotations

import json
import os
import re

import ansible_programs
import collection
import pytest
import yaml

pytestmark = pytest.mark.plays

ROLES = ("alerts", "jdk", "load_balancer", "monitor_web", "supervisor", "tomcat_app")
# One for each ansible-core.
RELEASES = ("4.0.4", "4.2.5", "4.3.0")
USERS = [{"name": "admin", "password": "correct horse battery"}]


def dump(roles):
    """A play in which each host takes the variables of these roles, and writes what the roles would work with."""
    taken = "{{ dict(%s | zip([%s])) | to_json }}" % (list(roles), ", ".join("__" + role for role in roles))
    return [
        {
            "hosts": "all",
            "gather_facts": False,
            "tasks": [
                *(
                    {"ansible.builtin.include_role": {"name": "supervisord.fleet." + role, "tasks_from": "take"}}
                    for role in roles
                ),
                {
                    "ansible.builtin.copy": {
                        "content": taken,
                        "dest": "{{ inventory_dir }}/{{ inventory_hostname }}.json",
                    },
                    "no_log": True,
                },
            ],
        }
    ]


class Play:
    """Runs that take the variables of some roles, and nothing else."""

    def __init__(self, version, folder):
        self.ansible = ansible_programs.Ansible(version, folder)
        self.folder = folder

    def inventory(self, *hosts, **group):
        (self.folder / "group_vars").mkdir(exist_ok=True)
        (self.folder / "group_vars" / "all.json").write_text(json.dumps({"ansible_connection": "local", **group}))
        (self.folder / "hosts.ini").write_text("\n".join(hosts) + "\n")

    def run(self, roles, *arguments, play=None):
        (self.folder / "play.yml").write_text(play or json.dumps(dump(roles)))
        return self.ansible.run("ansible-playbook", "-i", "hosts.ini", "play.yml", *arguments)

    def taken(self, roles, *arguments):
        ended = self.run(roles, *arguments)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert "DEPRECAT" not in ended.stderr, ended.stderr
        return json.loads((self.folder / "a.json").read_text())


@pytest.fixture(params=RELEASES)
def play(request, tmp_path):
    return Play(request.param, tmp_path)


def options(role):
    with open(os.path.join(collection.ROOT, "roles", role, "meta", "argument_specs.yml"), encoding="utf-8") as stream:
        return yaml.safe_load(stream)["argument_specs"]["variables"]["options"]


def test_an_empty_answer_for_every_variable_of_every_role_is_its_default(play):
    play.inventory("a", monitor_web_users=USERS)
    untouched = play.taken(ROLES)
    empty = {name: "" for role in ROLES for name in options(role) if name != "monitor_web_users"}
    kept = {
        "alerts_user": None,
        "jdk_link": None,
        "supervisor_logrotate_file": None,
    }  # an empty text has a meaning of its own there
    answered = play.taken(ROLES, "-e", json.dumps({**empty, **kept}))
    nothing = play.taken(ROLES, "-e", json.dumps(dict.fromkeys(empty)))
    assert answered == untouched
    assert nothing == untouched
    assert untouched["monitor_web"]["port"] == 80
    assert untouched["jdk"]["link"] == "/usr/local/java"
    assert untouched["tomcat_app"]["java_home"] == ""  # worked out of what the role jdk leaves behind, and did not here


def test_extra_variables_win_and_are_converted(play):
    play.inventory("a", monitor_web_users=USERS, tomcat_app_jvm_options=["-Xss1m"], monitor_web_tls=False)
    texts = {
        "tomcat_app_jvm_options": "-Xms64m '-Dname=two words'",
        "tomcat_app_environment": "A=1",
        "tomcat_app_startsecs": "7\n",
        "monitor_web_tls": "yes",
        "supervisor_programs": '[{"name": "web", "command": "/bin/web", "exitcodes": "0,2"}]',
        "supervisor_purge": "False",
    }
    found = play.taken(ROLES, "-e", json.dumps(texts))
    assert found["tomcat_app"]["jvm_options"] == ["-Xms64m", "-Dname=two words"]
    assert found["tomcat_app"]["environment"] == {"A": "1"}
    assert found["tomcat_app"]["startsecs"] == 7
    assert found["monitor_web"]["tls"] is True
    assert found["monitor_web"]["port"] == 443  # worked out of the converted value
    assert found["supervisor"]["programs"] == [{"name": "web", "command": "/bin/web", "exitcodes": ["0", "2"]}]
    assert found["supervisor"]["purge"] is False


def test_given_on_the_command_line_in_the_inventory_and_to_the_role_is_the_same(play):
    parameter = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.include_role: {name: supervisord.fleet.tomcat_app, tasks_from: take}
      vars: {tomcat_app_jvm_options: "-Xms64m -Xmx128m", tomcat_app_access_log: "off"}
    - ansible.builtin.assert:
        that:
          - __tomcat_app.jvm_options == ["-Xms64m", "-Xmx128m"]
          - __tomcat_app.access_log is false
"""
    play.inventory("a")
    assert play.run((), play=parameter).returncode == 0
    play.inventory("a", tomcat_app_jvm_options="-Xms64m -Xmx128m")
    assert play.taken(["tomcat_app"])["tomcat_app"]["jvm_options"] == ["-Xms64m", "-Xmx128m"]
    found = play.taken(["tomcat_app"], "-e", "tomcat_app_jvm_options='-Xms1m -Xmx2m'")
    assert found["tomcat_app"]["jvm_options"] == ["-Xms1m", "-Xmx2m"]


def test_templates_omitted_values_and_texts_that_look_like_templates(play):
    play.inventory(
        "a",
        port=9001,
        supervisor_programs=[
            {
                "name": "web",
                "command": "web {{ port }}",
                "user": "{{ nobody | default(omit) }}",
                "startsecs": "{{ 7 }}",
            }
        ],
        supervisor_supervisord={"environment": {"A": "{{ '{{' }} b {{ '}}' }}"}},
    )
    found = play.taken(["supervisor"])["supervisor"]
    assert found["programs"] == [{"name": "web", "command": "web 9001", "startsecs": 7}]
    assert found["supervisord"]["environment"] == {"A": "{{ b }}"}


def test_what_is_taken_is_never_shown(play):
    play.inventory("a", "b", tomcat_app_ajp_secret="Zq-very-secret", supervisor_log_dir="Zq-very-secret")
    ended = play.run(["tomcat_app", "supervisor"], "-vvv")
    assert ended.returncode == 0
    assert "Zq-very-secret" not in ended.stdout + ended.stderr


WRONG = {
    "supervisor_programs": [{"name": "worker", "autorestart": "maybe", "comand": "x"}],
    "supervisor_programms": [],
    "supervisor_start_timeout": "soon",
    "supervisor_inet_http_server": {"port": 9001, "password": ["Zq-very-secret"]},
}


def test_all_faults_are_told_at_once_and_once_for_a_group(play):
    play.inventory("a", "b", "c", **WRONG)
    ended = play.run(["supervisor"])
    assert ended.returncode == 2
    said = ended.stdout + ended.stderr
    for fault in (
        "supervisor_programs: program worker: autorestart: 'maybe' is none of true, false, unexpected",
        "supervisor_programs: program worker: 'comand' is not known here; did you mean command?",
        "supervisor_start_timeout: 'soon' is no whole number",
        "supervisor_inet_http_server: password: is a list; write one text",
        "supervisor_programms is no variable of the role supervisor; did you mean supervisor_programs?",
    ):
        assert fault in said
    assert said.count("'soon' is no whole number") <= 2  # ansible-core may print a message twice, but for one host
    # The others name a host that is still in the play when they are asked; on a busy controller the first is out then.
    assert set(re.findall(r"fatal: \[(\w)\].* have 5 faults, as on [ab];", said)) == {"b", "c"}
    assert "Zq-very-secret" not in said
    assert len(said) < 6000


def test_a_role_refuses_before_it_changes_anything(play):
    play.inventory("a")
    text = "- {hosts: all, gather_facts: false, roles: [{role: supervisord.fleet.jdk, jdk_state: gone, jdk_link: [x]}]}"
    ended = play.run((), play=text)
    assert ended.returncode == 2
    assert "jdk_state: 'gone' is none of present, absent" in ended.stdout + ended.stderr
    assert "jdk_link: is a list; write a path" in ended.stdout + ended.stderr
    assert "changed=0" in " ".join(ended.stdout.split())
    assert len(ended.stdout + ended.stderr) < 6000


def test_variables_of_another_role_are_refused_with_the_page(play):
    play.inventory(
        "a", supervisor_started=True, supervisor_programs=[{"name": "web", "command": "x", "configuration": "a=b\n"}]
    )
    ended = play.run(["supervisor"])
    assert ended.returncode == 2
    assert "docs/from-geerlingguy.md" in ended.stdout + ended.stderr
    assert os.path.exists(os.path.join(collection.ROOT, "docs", "from-geerlingguy.md"))


def test_who_has_other_variables_of_such_names_is_warned_and_can_say_so(play):
    play.inventory("a", supervisor_exporter_port=9876)
    ended = play.run(["supervisor"])
    assert ended.returncode == 0
    assert "supervisor_exporter_port is no variable" in " ".join(ended.stderr.split())
    ended = play.run(["supervisor"], "-e", "supervisor_other_variables=supervisor_exporter_*")
    assert ended.returncode == 0
    assert "supervisor_exporter_port" not in ended.stderr
