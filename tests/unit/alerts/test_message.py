# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people and programs read."""

from __future__ import annotations

import json
import string

import pytest
from notices import TELLER, message
from supervisord_fleet_alerts import kinds as _kinds, message as _message, texts as _texts


def test_a_message_says_what_people_need():
    made = message()
    assert made.title == "[critical] web01: tomcats:app01 is FATAL: supervisord has given up"
    assert made.text.split("\n") == [
        "tomcats:app01 is FATAL: supervisord has given up",
        "Host: web01",
        "Program: tomcats:app01",
        "Since: 2023-11-14T22:13:20.000Z",
        "Exit status: 1",
        "Dashboard: https://fleet.example.com/",
        "one",
        "two",
    ]


def test_what_is_about_no_program_begins_with_what_it_is():
    made = message(subject="", kind="daemon_gone", area="daemon")
    assert made.text.split("\n")[0] == "supervisord ended without stopping"
    teller = TELLER._replace(templates={"body": "$$program $program $what"})
    assert message(subject="", kind="daemon_gone", teller=teller).text == "$program supervisord ended without stopping"


def test_in_chinese():
    made = message(teller=TELLER._replace(language="zh"))
    assert made.title == "[严重] web01:tomcats:app01 处于 FATAL 状态:supervisord 已放弃启动"
    assert "主机:web01" in made.text


def test_a_group_of_the_same_name_is_not_told():
    assert "web01: app01 is" in message(subject="app01:app01").title


@pytest.mark.parametrize(
    ("more", "title"),
    [
        (
            {"say": "flapping", "kind": "exited", "happened": 200, "minutes": 10},
            "ended unexpectedly: 200 times in 10 min",
        ),
        ({"say": "goes_on"}, "is FATAL: supervisord has given up: goes on"),
        ({"say": "recovered"}, "[ok] web01: tomcats:app01 recovered: runs again"),
        ({"say": "ended", "facts": {"why": "stopped"}}, "over (stopped by a person): is FATAL"),
        ({"kind": "unanswered", "area": "http", "facts": {"checked": "health"}}, "does not answer (health)"),
        (
            {"kind": "memory", "area": "memory", "facts": {"value": 900, "limit": 800}},
            "uses 900 MB of memory, more than 800",
        ),
        ({"kind": "backoff", "facts": {"tries": 3}}, "does not stay up, 3 attempts"),
    ],
)
def test_titles(more, title):
    assert title in message(**more).title


def test_good_news_have_no_log():
    assert "two" not in message(say="recovered").text
    assert message(say="recovered", at=1700000100.0).text.split("\n")[4] == "Lasted: 1 min 40 s"


def test_a_users_own_template():
    teller = TELLER._replace(templates={"title": "$host/$name: $kind", "body": "x $reason\ny $$5 ${program}"})
    made = message(teller=teller)
    assert made.title == "web01/app01: fatal"
    assert made.text == "y $5 tomcats:app01"


def test_nothing_that_a_program_says_is_a_template_or_an_order():
    made = message(facts={"log": "$host ${key}\x1b[31m!\x07", "reason": "$limit"})
    assert "$host ${key}!\ufffd" in made.text
    assert "Reason: $limit" in made.text


def test_the_fields_can_be_sent():
    made = message()
    assert json.loads(json.dumps(made.fields)) == made.fields
    wanted = {"key": "abc-1", "id": "abc", "status": "firing", "group": "tomcats", "program": "app01", "exit_status": 1}
    assert {name: made.fields[name] for name in wanted} == wanted
    assert message(say="recovered").status == "resolved"
    assert message(area="news", say="news", kind="test").status == "info"


@pytest.mark.parametrize("language", sorted(_texts.LANGUAGES))
def test_every_language_can_say_everything(language):
    words, english = _texts.LANGUAGES[language], _texts.LANGUAGES["en"]
    assert {key: set(one) for key, one in words.items() if isinstance(one, dict)} == {
        key: set(one) for key, one in english.items() if isinstance(one, dict)
    }
    for kind, (area, _severity) in _kinds.KINDS.items():
        facts = {"checked": "c", "value": 1, "limit": 2, "tries": 3, "reason": "r", "why": "stopped"}
        for say in _kinds.SAYINGS:
            made = message(facts=facts, teller=TELLER._replace(language=language), kind=kind, area=area, say=say)
            assert "$" not in made.title + made.text


def test_the_names_of_templates_are_those_that_are_offered():
    for words in _texts.LANGUAGES.values():
        for template in (words["title"], words["body"]):
            found = {match.group("named") for match in string.Template.pattern.finditer(template)}
            assert found <= set(_texts.NAMES)


def test_several_leave_as_one():
    made = [message(subject="g:a%d" % number) for number in range(25)]
    assert _message.digest(made[:1], TELLER) == (made[0].title, made[0].text)
    title, text = _message.digest(made[:2], TELLER)
    assert title == "web01: 2 messages"
    assert made[1].text in text
    title, text = _message.digest(made, TELLER)
    assert title == "web01: 25 messages"
    assert len(text.split("\n")) == 21
    assert text.endswith("and 5 more")


@pytest.mark.parametrize("most", [3, 4, 5, 6, 7, 8, 9, 10])
def test_a_text_is_cut_between_characters(most):
    assert len(_message.cut("äöü" * 2, most).encode()) <= most
    assert _message.cut("äöü", 6) == "äöü"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59.4, "59 s"), (61, "1 min 1 s"), (3600, "1 h 0 min"), (90061, "25 h 1 min")]
)
def test_how_long_it_lasted(seconds, said):
    assert _message.lasting(seconds) == said
