# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every variable of every playbook, and all that people and surveys give: what is meant, or a refusal with a reason."""

from __future__ import annotations

import math
import typing as t

import pytest

from ansible_collections.supervisord.fleet.plugins.plugin_utils import _playbook_table, _playbook_values

ROWS = [row for book in _playbook_table.playbooks().values() for row in book.variables.values()]
EMPTY = ("", "  ", "\n", None, [], [""], [None, " "])
NAMES = ["web", "worker:*"]
MAPPING = {"a": 1}
# Type (or elements of a list) -> what is given -> what it means.
RIGHT: dict[str, list[tuple[t.Any, t.Any]]] = {
    "bool": [
        *((word, True) for word in (True, "true", "True", "yes", "YES", "on", "1", 1, ["true"], " yes\n")),
        *((word, False) for word in (False, "false", "no", "No", "off", "0", 0, ["false"])),
    ],
    "batch": [(1, 1), ("3", 3), ("25%", "25%"), (" 5 % ", "5%"), ("12.5%", "12.5%"), (["100%"], "100%"), (2.0, 2)],
    "hosts": [
        ("web1", "web1"),
        (["a", "b"], "a,b"),
        ("a\nb\n", "a,b"),
        ("a,b:c,!d", "a,b,c,!d"),
        ("app_hosts:&east", "app_hosts,&east"),
        ("~(web|db)[0-9]+", "~(web|db)[0-9]+"),
        ('["a", "b"]', "a,b"),
        ("10.0.0.41", "10.0.0.41"),
    ],
    "name": [
        *((form, NAMES) for form in (NAMES, "web,worker:*", "web, worker:*", "web\nworker:*\n", "web worker:*")),
        *((form, NAMES) for form in ('["web", "worker:*"]', ["web,worker:*"], ["web", "", "worker:*", "web"])),
        ("[wx]eb*", ["[wx]eb*"]),
        (8080, ["8080"]),
    ],
    "label": [
        ("The SSH key, Vault", ["The SSH key", "Vault"]),
        (["The SSH key"], ["The SSH key"]),
        ("The SSH key\nVault\n", ["The SSH key", "Vault"]),
    ],
    "state": [
        *((form, ["FATAL"]) for form in ("FATAL", "fatal", ["Fatal"], " fatal ,")),
        *((form, ["RUNNING", "BACKOFF"]) for form in ("running,BACKOFF", "running\r\nbackoff", ["running", "backoff"])),
    ],
    "path": [
        ("a.json,b.html", ["a.json", "b.html"]),
        ("a.json\nb.csv", ["a.json", "b.csv"]),
        ("/srv/my reports/a.html", ["/srv/my reports/a.html"]),
    ],
    "port": [(8080, [8080]), ("8080,8443", [8080, 8443]), ([8080, "8443"], [8080, 8443]), ("8080\n8443", [8080, 8443])],
    "pair": [("web:8080,api:9000", ["web:8080", "api:9000"]), (["g:web:1"], ["g:web:1"]), ("a:1\nb:2", ["a:1", "b:2"])],
    "status": [("200", ["200"]), (200, ["200"]), ("200-399,401", ["200-399", "401"]), (["200", 204], ["200", "204"])],
}
WRONG: dict[str, list[t.Any]] = {
    "str": [True, MAPPING, ["a", "b"]],
    "bool": ["yes please", "maybe", 2, -1, ["yes", "no"], MAPPING, "null"],
    "int": ["soon", "1x", True, "1.5", 1.5, MAPPING, [1, 2], "٣", "1e1", "0x10", "nan", "1,2", "9" * 5000],
    "float": ["soon", "5s", False, MAPPING, [1, 2], "٣", "1e1", "nan", "inf", "1,5", "9" * 5000],
    "batch": [0, "0", "0%", "101%", "-1", -1, "a quarter", True, 1.5, "%", [1, 2], MAPPING, "25 percent"],
    "hosts": [True, MAPPING, ["a", MAPPING]],
    "name": [True, MAPPING, ["web", MAPPING]],
    "label": [True, MAPPING, ["web", MAPPING]],
    "state": ["fatl", "RUNNING,DEAD", True, 3, MAPPING],
    "path": ["a.txt", "a", "a.json,b", True, 5, MAPPING],
    "port": [0, 65536, "http", "80-90", True, 80.5, MAPPING, "-1"],
    "pair": ["web", "web:0", "web:65536", "web:http", ":80", True, MAPPING],
    "status": ["20", "200-", "600", "ok", True, MAPPING, "200-3999"],
}


def sort(row: _playbook_table.Variable) -> str:
    return row.elements if row.type == "list" else row.type


def right(row: _playbook_table.Variable) -> list[tuple[t.Any, t.Any]]:
    """What a variable is given in its tests, with the value it then has."""
    if row.type in ("int", "float"):
        low, high = math.ceil(row.min), int(row.max)
        forms = (low, str(low), f" {low}\n", [low], float(low), f"{low}.0")
        return [*((form, low) for form in forms), (high, high), *([("1.5", 1.5)] if row.type == "float" else [])]
    if row.type == "str":
        words = [*row.choices, *row.words]
        found = [(form, word) for word in words for form in (word, word.upper(), word.title(), [word], f" {word}\n")]
        return found if row.choices else [*found, *((form, form) for form in TEXTS.get(row.name, ("some text", "5")))]
    return RIGHT[sort(row)]


TEXTS = {
    "control_signal": ("HUP", "SIGUSR1", "10"),
    "rolling_restart_http": ("/", "/health?full=1", "http://127.0.0.1:8080/x"),
    "recover_service": ("supervisor", "supervisor@east.service"),
    "alerts_test_route": ("ops", "mail-2"),
    "alerts_test_settings": ("/etc/supervisord-fleet-alerts/other.json",),
}
ADDRESSES = ("bootstrap_repository", "bootstrap_repository_key")
TEXTS.update(dict.fromkeys(ADDRESSES, ("http://archive.example.com/7/os/", "file:///mnt/os/")))
TEXTS.update(
    awx_controller=("https://awx.example.com", "http://10.0.0.8:8080/awx"),
    awx_repository=(
        "https://git.example.com/fleet.git",
        "git@git.example.com:ops/fleet.git",
        "ssh://git@git.example.com/x",
    ),
    awx_image=("registry.example.com:5000/ops/fleet-ee:1.2", "fleet"),
    awx_playbooks=("playbooks", "ops/plays"),
    awx_source=("fleet.supervisor.yml", "inventories/east"),
)
# A secret is taken as it is, to the last space.
TEXTS.update({row.name: ("some text", "5", " a ", "{{ x }}") for row in ROWS if row.secret})
TEXTS.update({row.name: ("/etc/supervisor/supervisord.conf",) for row in ROWS if row.name.endswith("_config_file")})
BAD_TEXTS = {
    "control_signal": ("HUP UP", "-9", "a/b"),
    "rolling_restart_http": ("health", "ftp://x", "/a b"),
    "recover_service": ("a b", "a;b"),
    "alerts_test_route": ("some text", "--help"),
    "alerts_test_settings": ("other.json", "/a b"),
}
BAD_TEXTS.update(dict.fromkeys(ADDRESSES, ("archive.example.com", "http://ops:hush@archive.example.com/", "/mnt/os")))
BAD_TEXTS.update(
    awx_controller=("awx.example.com", "https://ops:hush@awx.example.com"),
    awx_repository=("git.example.com", "https://ops:hush@git.example.com/x", "https://git.example.com/a b"),
    awx_image=("a b", "-x", "x@sha256:1"),
    awx_playbooks=("/playbooks", "my plays"),
    awx_source=("/etc/hosts", "a b"),
)
BAD_TEXTS.update({row.name: (5, 1.5) for row in ROWS if row.secret})
BAD_TEXTS.update({row.name: ("supervisord.conf", "./x", "/a b") for row in ROWS if row.name.endswith("_config_file")})


def wrong(row: _playbook_table.Variable) -> list[t.Any]:
    """What a variable must refuse."""
    found = [*WRONG[sort(row)], *BAD_TEXTS.get(row.name, ())]
    if row.choices and row.type == "str":
        found += ["zzz", *(choice + "x" for choice in row.choices), 3]
    if row.type in ("int", "float"):
        found += [row.min - 1, str(row.min - 1), row.max + 1, str(row.max + 1)]
    return found


def label(item: t.Any) -> str:
    return item.name if isinstance(item, _playbook_table.Variable) else repr(item)[:30]


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_an_empty_answer_is_the_default(row: _playbook_table.Variable) -> None:
    wanted = [] if row.required and row.type == "list" else row.default
    found = [_playbook_values.value(row, given) for given in EMPTY]
    assert found == [None if row.required else wanted] * len(EMPTY)


@pytest.mark.parametrize(("row", "given", "wanted"), [(row, *pair) for row in ROWS for pair in right(row)], ids=label)
def test_what_is_meant_is_what_is_used(row: _playbook_table.Variable, given: t.Any, wanted: t.Any) -> None:
    found = _playbook_values.value(row, given)
    assert (found, type(found)) == (wanted, type(wanted))


@pytest.mark.parametrize(("row", "given"), [(row, given) for row in ROWS for given in wrong(row)], ids=label)
def test_what_cannot_be_meant_is_refused(row: _playbook_table.Variable, given: t.Any) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        _playbook_values.value(row, given)
    said = str(refused.value)
    assert "; " in said, said  # what is wrong, and what to do
    assert len(said) < 300, said
    assert "hush" not in said, said  # a login of an address


@pytest.mark.parametrize("row", [row for row in ROWS if row.secret], ids=label)
@pytest.mark.parametrize("given", [["hush"], {"hush": "hush"}, 5], ids=repr)
def test_a_secret_is_in_no_message(row: _playbook_table.Variable, given: t.Any) -> None:
    with pytest.raises(ValueError, match="it is no text; give a text, a number in quotes"):
        _playbook_values.value(row, given)


def test_a_default_is_a_value_of_its_own() -> None:
    row = next(row for row in ROWS if row.name == "status_programs")
    _playbook_values.value(row, "").append("x")
    assert _playbook_values.value(row, "") == []


@pytest.mark.parametrize("row", [row for row in ROWS if not row.required], ids=label)
def test_a_default_is_a_right_answer(row: _playbook_table.Variable) -> None:
    if row.default not in (None, "", []):
        assert _playbook_values.value(row, row.default) == row.default


def test_a_wrong_word_is_answered_with_the_nearest() -> None:
    row = next(row for row in ROWS if row.name == "control_states")
    with pytest.raises(ValueError, match=r"'fatl' is none of .*; did you mean FATAL\?"):
        _playbook_values.value(row, "running,fatl")


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_every_row_says_what_it_means_and_how_a_survey_asks(row: _playbook_table.Variable) -> None:
    assert all(text.endswith(".") and text[0].isupper() for text in row.description)
    assert row.scope in ("run", "host", "early")
    closed = bool(row.choices) or row.type == "bool"
    kinds = {"list": {"text", "textarea"}, "int": {"integer"}, "float": {"integer", "float"}}
    if closed:
        assert row.survey == ("multiselect" if row.type == "list" else "multiplechoice")
    else:
        assert row.survey in kinds.get(row.type, {"password"} if row.secret else {"text", "textarea"})
    assert (row.form == "") == (row.form_means == "")
    assert row.type not in ("int", "float") or None not in (row.min, row.max)
