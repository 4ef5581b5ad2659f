# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook awx with the real modules of awx.awx, before a strict stand-in for the API of AWX (awx_api.py)."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import os
import pickle
import re
import subprocess
import typing as t
from concurrent import futures

import ansible_programs
import awx_api
import awx_survey
import collection
import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import (
    _playbook_faults,
    _playbook_table,
    _playbook_values,
)
from ansible_collections.supervisord.fleet.plugins.plugin_utils._playbook_hosts import Hosts

BOOKS = _playbook_table.playbooks()
GIVEN = {
    "awx_repository": "https://git.example.com/fleet.git",
    "awx_image": "registry.example.com/fleet-ee:1",
    "awx_supervisor_username": "ops",
    "awx_supervisor_password": "s3cret-of-the-Daemon",
    "awx_supervisor_certificates": "-----BEGIN CERTIFICATE-----",
    "awx_credentials": "The SSH key",
    "awx_default_hosts": "supervisor_reachable",
    "awx_notify_url": "https://hooks.example.com/s3cret-of-the-Address",
    "awx_mail_to": "ops@example.com,night@example.com",
    "awx_mail_from": "awx@example.com",
    "awx_mail_host": "mail.example.com",
    "awx_mail_username": "awx",
    "awx_mail_password": "s3cret-of-the-Mail",
}
TEMPLATES = {
    "status": "status",
    "what is wrong": "status",
    "start": "control",
    "stop": "control",
    "restart": "control",
    "rolling restart, plan": "rolling_restart",
    "rolling restart": "rolling_restart",
    "release": "rolling_restart",
    "recover, check": "recover",
    "recover": "recover",
    "adopt": "adopt",
    "alerts, test": "alerts_test",
    "site": "site",
}
# What a person answers where there is no default.
ANSWERS = {"control_programs": "web"}


OLDEST, NEWEST = "3.4.0", "4.3.0"  # of Supervisor, each with an ansible-core, see targets.PAIRS


class Run(t.NamedTuple):
    """How one run went: what it said, how many tasks changed something, and what it sent to change something.

    :param tokens: those that the controller takes in the end.
    """

    code: int
    said: str
    changed: int
    writes: list
    tokens: set


class Play:
    """Runs the playbook against one controller; each variable comes from a file.

    :param release: of Supervisor, which says with which ansible-core (see targets.PAIRS).
    """

    def __init__(self, folder, controller=None, release="", **environment):
        self.release = release
        made = subprocess.run(
            [os.path.join(collection.ROOT, "tools", "awx")], check=True, capture_output=True, encoding="utf-8"
        )
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.numbers = itertools.count()
        self.controller = controller
        self.paths = {"ANSIBLE_COLLECTIONS_PATH": collection.path() + os.pathsep + made.stdout.splitlines()[-1]}
        known = {"CONTROLLER_HOST": controller.url, "CONTROLLER_OAUTH_TOKEN": controller.token} if controller else {}
        self.environment = {"ANSIBLE_PIPELINING": "true", **known, **self.paths, **environment}

    def __call__(self, *arguments, **given):
        before = len(self.controller.writes) if self.controller else 0
        path = self.folder / f"awx-{self.release}-{next(self.numbers)}.json"
        path.write_text(json.dumps({**GIVEN, **given}), encoding="utf-8")
        ansible = ansible_programs.Ansible(self.release, self.folder, **self.environment)
        ended = ansible.run("ansible-playbook", "supervisord.fleet.awx", "-e", f"@{path}", *arguments, timeout=600)
        said = ended.stdout + ended.stderr
        changed = re.findall(r"changed=([0-9]+)", ended.stdout)
        writes = self.controller.writes[before:] if self.controller else []
        tokens = self.controller.tokens if self.controller else set()
        return Run(ended.returncode, said, int(changed[-1]) if changed else 0, writes, set(tokens))


def without_the_collection(folder):
    return Play(folder, ANSIBLE_COLLECTIONS_PATH=collection.path())()


def half_a_login(folder):
    return Play(folder)(awx_mail_from="", awx_supervisor_password="")


WRONG = {
    "awx_repository": "https://me:s3cret@git.example.com/x",
    "awx_mail_password": ["s3cret"],
    "awx_playbooks": "plays/",
}


def wrong(folder):
    return Play(folder)(**WRONG)


def wrong_for_nobody(folder):
    return Play(folder)("--limit", "elsewhere", **WRONG)


def typed(folder):
    return Play(folder)("-e", "awx_token=s3cret")


def two_of_a_name(folder):
    """With a login, which has to do for a token."""
    names = ("CONTROLLER_OAUTH_TOKEN", "CONTROLLER_USERNAME", "CONTROLLER_PASSWORD")
    with awx_api.Controller() as controller:
        for _one in range(2):
            controller.put(
                "notification_templates", name="Supervisor by mail", organization=1, notification_type="email"
            )
        return Play(folder, controller, **dict(zip(names, ("", *awx_api.LOGIN))))("-vvv")


def dry(folder):
    with awx_api.Controller() as controller:
        return Play(folder, controller, OLDEST)("--check")


# Runs that end early, and have nothing to do with what the others have made.
APART = (dry, two_of_a_name, half_a_login, wrong, wrong_for_nobody, typed, without_the_collection)


STATE = ("objects", "links", "surveys", "asked", "told")


def made(folder):
    """All runs, at the same time where they do not need each other, and what the controller then has.

    The second is with the newest ansible-core, the others with the oldest: what one has made is no change for another.
    """
    with awx_api.Controller() as controller, futures.ThreadPoolExecutor() as pool:
        machine = next(
            number for number, it in controller.objects["credential_types"].items() if it["name"] == "Machine"
        )
        controller.put("credentials", name="The SSH key", credential_type=machine, organization=1)
        oldest, newest = (Play(folder, controller, release) for release in (OLDEST, NEWEST))
        apart = [pool.submit(one, folder / one.__name__) for one in APART]
        runs = {"first": oldest("-vvv")}
        # Side by side, since neither is to send anything.
        second = pool.submit(newest)
        runs["other"] = oldest("--check", awx_image="registry.example.com/fleet-ee:2", awx_playbooks="plays")
        runs["second"] = second.result()
        runs.update((one.__name__, run.result()) for one, run in zip(APART, apart))
    return {name: tuple(run) for name, run in runs.items()}, {name: getattr(controller, name) for name in STATE}


@pytest.fixture(scope="module")
def kept(tmp_path_factory, worker_id):
    """Made once for all workers, since it takes most of a minute: runs and the state of the controller."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder if worker_id == "master" else folder.parent
    with open(folder / "awx.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = folder / "awx.pickle"
        if not path.exists():
            path.write_bytes(pickle.dumps(made(tmp_path_factory.mktemp("awx"))))
    return pickle.loads(path.read_bytes())


@pytest.fixture(scope="module")
def runs(kept):
    return {name: Run(*run) for name, run in kept[0].items()}


@pytest.fixture(scope="module")
def controller(kept):
    found = awx_api.Controller()
    for name, value in kept[1].items():
        setattr(found, name, value)
    return found


def test_a_dry_run_changes_nothing_and_says_what_it_left_out(runs):
    run = runs["dry"]
    assert run.code == 0, run.said
    assert run.writes == []
    assert run.changed > 0
    assert "What needs something that is not there yet was left out of this dry run" in run.said


def test_the_first_run_makes_all_of_it(runs, controller):
    assert runs["first"].code == 0, runs["first"].said
    assert controller.count() == {
        **dict.fromkeys(
            ("execution_environments", "credential_types", "projects", "inventories", "inventory_sources"), 1
        ),
        **dict.fromkeys(("schedules", "workflow_job_templates", "workflow_approval_templates"), 1),
        "credentials": 2,
        "notification_templates": 2,
        "workflow_job_template_nodes": 4,
        "job_templates": len(TEMPLATES),
    }


def test_the_second_run_changes_nothing(runs):
    run = runs["second"]
    assert (run.code, run.changed, run.writes) == (0, 0, []), run.said
    assert "[WARNING]" not in run.said, run.said
    # What it cannot compare it does not claim to have compared.
    assert "Supervisor by mail was left as it is" in run.said
    assert "Supervisor by mail was left as it is" not in runs["first"].said


def test_a_dry_run_tells_what_is_another_by_now(runs):
    """The execution environment, the project, which then takes only its own files, and the job templates."""
    run = runs["other"]
    assert (run.code, run.changed, run.writes) == (0, 3, []), run.said
    assert "left out of this dry run" not in run.said


def test_no_secret_is_said_by_anybody(runs, controller):
    said = "".join(run.said for run in runs.values())
    assert re.findall("s3cret[-a-zA-Z]*", said) == []
    assert re.findall("s3cret[-a-zA-Z]*", "".join(controller.asked)) == []
    # An address to notify is no secret to AWX, which shows it to whoever may see the notification.
    assert set(re.findall("s3cret[-a-zA-Z]*", "".join(controller.told))) == {"s3cret-of-the-Address"}


def test_what_was_sent_arrived(runs, controller):
    assert controller.named("credentials", "Supervisor login")["inputs"] == {
        "username": "ops",
        "password": "s3cret-of-the-Daemon",
        "certificates": "-----BEGIN CERTIFICATE-----",
    }
    mail = controller.named("notification_templates", "Supervisor by mail")["notification_configuration"]
    assert (mail["password"], mail["recipients"]) == ("s3cret-of-the-Mail", ["ops@example.com", "night@example.com"])
    source = controller.named("inventory_sources", "Supervisor fleet")
    assert (source["source_path"], source["update_cache_timeout"]) == ("fleet.supervisor.yml", 60)
    assert (source["update_on_launch"], source["overwrite"]) == (True, True)


def test_a_job_gets_the_login_as_the_modules_read_it(runs, controller):
    injected = controller.named("credential_types", "Supervisor XML-RPC")["injectors"]
    values = {"username": "ops", "password": "p", "certificates": "PEM"}
    got = {
        name: awx_survey.render(text, values, injected["file"], strict=False) for name, text in injected["env"].items()
    }
    assert got == {
        "SUPERVISOR_USERNAME": "ops",
        "SUPERVISOR_PASSWORD": "p",
        "SUPERVISOR_CERTIFICATES": "/runner/env/template.certificates",
    }


@pytest.mark.parametrize("name", TEMPLATES)
def test_job_template(runs, controller, name):
    it = controller.named("job_templates", f"Supervisor {name}")
    assert it["playbook"] == f"supervisord.fleet.{TEMPLATES[name]}"
    assert it["credentials"] == ["Supervisor login", "The SSH key"]
    assert it["ask_job_type_on_launch"] != (it["allow_simultaneous"] or it["job_type"] == "check")
    assert (it["ask_limit_on_launch"], it["survey_enabled"], it["ask_variables_on_launch"]) == (True, True, False)
    assert (it["job_type"] == "check") == (name == "recover, check")


def asked(controller, kind, name):
    """The survey of a template, and the variables that it sets."""
    it = controller.named(kind, f"Supervisor {name}")
    return controller.surveys[kind, it["id"]], json.loads(it["extra_vars"] or "{}")


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_variable_asked_for_exists_and_each_choice_is_accepted(runs, controller, name):
    book = BOOKS[TEMPLATES[name]]
    survey, sets = asked(controller, "job_templates", name)
    for question in survey["spec"]:
        row = book.variables[question["variable"]]
        for choice in question.get("choices", "").splitlines():
            assert awx_survey.answer(question, [choice] if question["type"] == "multiselect" else choice) == ""
            assert _playbook_values.value(row, choice) is not None
        if row.choices:
            assert question["choices"].splitlines() == list(row.choices)
        for limit in {"integer": (question.get("min"), question.get("max"))}.get(question["type"], ()):
            assert _playbook_values.value(row, limit) == limit
    assert [question["variable"] for question in survey["spec"] if question["variable"] in sets] == []
    assert {question["variable"] for question in survey["spec"] if question["required"]} <= set(ANSWERS)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_launch_with_what_awx_fills_in_is_one_the_playbook_takes(runs, controller, name):
    """And none of the defaults is left out in silence."""
    book = BOOKS[TEMPLATES[name]]
    survey, sets = asked(controller, "job_templates", name)
    filled, lost = awx_survey.defaults(survey)
    assert lost == []
    assert filled.get(f"{book.name}_hosts", "supervisor_reachable") == "supervisor_reachable"
    required = {row: ANSWERS[row] for row in ANSWERS if row in book.variables}
    hosts = Hosts({"all": ["c701"], "app_hosts": ["c701"], "supervisor_reachable": ["c701"]})
    empty = {question["variable"]: "" for question in survey["spec"] if not question["required"]}
    for answers in ({**filled, **sets, **required}, {**empty, **sets, **required}):
        given = _playbook_faults.Given(answers, set(answers), lambda _host: {}, hosts)
        assert _playbook_faults.faults(book, given) == []


def test_the_workflow_waits_for_an_approval_before_it_touches_anything(runs, controller):
    kind = "workflow_job_template_nodes"
    nodes = {it["identifier"]: controller.named(kind, it["identifier"]) for it in controller.objects[kind].values()}
    said = {
        name: (
            controller.template(it["unified_job_template"])["name"],
            it.get("success_nodes") or it.get("always_nodes"),
        )
        for name, it in nodes.items()
    }
    assert said == {
        "look": ("Supervisor status", ["approve"]),
        "approve": ("Supervisor: Approve the rolling restart", ["restart"]),
        "restart": ("Supervisor rolling restart", ["look_again"]),
        "look_again": ("Supervisor what is wrong", []),
    }
    survey, _sets = asked(controller, "workflow_job_templates", "rolling restart with approval")
    assert {question["variable"] for question in survey["spec"]} <= set(BOOKS["rolling_restart"].variables)
    assert awx_survey.defaults(survey) == ({"rolling_restart_batch": "1"}, [])


def test_what_is_wrong_is_looked_at_every_few_minutes(runs, controller):
    schedule = controller.named("schedules", "Supervisor what is wrong")
    assert schedule["rrule"].endswith("FREQ=MINUTELY;INTERVAL=5")
    assert schedule["enabled"]


def test_without_the_collection_it_says_what_to_install(runs):
    run = runs["without_the_collection"]
    assert run.code == 2
    assert (
        "The collection awx.awx is not installed; ansible-galaxy collection install awx.awx:24.6.1 brings it"
        in run.said
    )


def test_what_goes_together_is_told_before_anything_is_asked(runs):
    run = runs["half_a_login"]
    assert run.code == 2
    assert "awx_supervisor_username and awx_supervisor_password go together; give both or none." in run.said


def test_what_is_wrong_is_told_without_the_secrets_in_it(runs):
    run = runs["wrong"]
    assert run.code == 2
    assert set(re.findall(r"awx_\w+(?=: )", run.said)) == set(WRONG), run.said
    assert runs["wrong_for_nobody"].code != 0


def test_a_secret_on_the_command_line_is_refused(runs):
    run = runs["typed"]
    assert run.code == 2
    assert "awx_token: it stands on the command line" in run.said


def test_what_fails_is_told_also_where_a_secret_is_near_and_a_login_will_do_for_a_token(runs):
    run = runs["two_of_a_name"]
    assert run.code == 2
    assert "returned 2 items, expected 1" in run.said
    assert run.tokens == {"s3cret-of-the-Token"}  # that of each task is given back


RIGHT = {"question_name": "Q", "required": False, "type": "text", "variable": "q"}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"type": "number"}, "not one of the allowed"),
        ({"required": "no"}, "'required' missing, or expected"),
        ({"type": "integer", "default": "5"}, "of another type"),
        ({"type": "integer", "min": 0.1}, "limit expected to be integer"),
        ({"type": "multiplechoice"}, "must specify choices"),
        ({"type": "multiplechoice", "choices": "a\nb", "default": "c"}, "from the choices listed"),
        ({"help": "x"}, "unknown"),
        ({"default": "$encrypted$"}, "reserved"),
    ],
)
def test_the_stand_in_refuses_surveys_as_awx_does(question, words):
    with pytest.raises(awx_api.Refused, match=words):
        awx_survey.spec({"name": "", "description": "", "spec": [{**RIGHT, **question}]}, awx_api.Refused)


@pytest.mark.parametrize(
    "question",
    [
        {"type": "multiselect", "choices": "a\nb", "default": "a"},
        {"type": "integer", "default": "", "min": 0},
        {"type": "integer", "default": 5, "min": 6},
        {"type": "text", "default": "long", "max": 3},
    ],
)
def test_the_stand_in_drops_a_default_without_a_word_as_awx_does(question):
    survey = {"name": "", "description": "", "spec": [{**RIGHT, **question}]}
    awx_survey.spec(survey, awx_api.Refused)
    assert awx_survey.defaults(survey) == ({}, ["q"])


@pytest.mark.parametrize("override", [False, True])
def test_the_stand_in_takes_only_files_of_a_project_unless_that_says_otherwise(override):
    there = awx_api.Controller(playbooks=["status.yml"])
    project = there.put("projects", name="p", organization=1, scm_type="git", allow_override=override)
    body = {"project": project, "inventory": there.put("inventories", name="i", organization=1)}
    there.answer("POST", "/api/v2/job_templates/", {}, {"name": "file", "playbook": "status.yml", **body})
    with contextlib.nullcontext() if override else pytest.raises(awx_api.Refused, match="Playbook not found"):
        there.answer(
            "POST", "/api/v2/job_templates/", {}, {"name": "name", "playbook": "supervisord.fleet.status", **body}
        )


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("projects", {"name": "p", "scm_type": "git"}, "SCM URL is required"),
        ("projects", {"name": "p", "scm_url": "x", "branch": "y"}, "no field of it"),
        ("credential_types", {"name": "c", "kind": "ssh"}, "Must be 'cloud' or 'net'"),
        (
            "credential_types",
            {"name": "c", "kind": "cloud", "injectors": {"env": {"A": "{{ gone }}"}}},
            "undefined field",
        ),
        ("execution_environments", {"name": "e", "image": "a b"}, "not a valid image name"),
        ("organizations", {"name": "Default"}, "already exists"),
        ("job_templates", {"name": "j"}, "This field is required"),
    ],
)
def test_the_stand_in_refuses_objects_as_awx_does(kind, body, words):
    with pytest.raises(awx_api.Refused, match=words):
        awx_api.Controller().answer("POST", f"/api/v2/{kind}/", {}, body)
