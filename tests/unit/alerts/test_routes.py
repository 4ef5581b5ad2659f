# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each service is sent, and what its answers mean."""

from __future__ import annotations

import json
import urllib.parse

import notices as _notices
import pytest
from supervisord_fleet_alerts import config as _config, delivery as _delivery, web as _web
from supervisord_fleet_alerts.routes import (
    alertmanager as _alertmanager,
    batch as _batch,
    dingtalk as _dingtalk,
    feishu as _feishu,
    slack as _slack,
    teams as _teams,
    webhook as _webhook,
    wecom as _wecom,
)

URL = "https://example.com/x"
NOW = 1700000000.5


def batch(number=1, **more):
    return _batch.Batch([_notices.message(**more) for _turn in range(number)], _notices.TELLER, NOW)


def body(request):
    return json.loads(request.body.decode("utf-8"))


def answer(status=200, text="", headers=None):
    return _web.Answer(status, headers or {}, text if isinstance(text, bytes) else text.encode())


def test_every_type_of_the_settings_can_be_delivered():
    assert set(_config.TYPES) == {*_delivery.SERVICES, "smtp", "command"}


@pytest.mark.parametrize("name", sorted(_delivery.SERVICES))
def test_hostile_text_makes_no_request_that_cannot_be_sent(name):
    facts = {"log": "\ud800 ``` <!channel> @all <font> \x00" + "漢" * 30000, "reason": "&<>"}
    made = _delivery.SERVICES[name].request({"url": URL, "secret": "s"}, batch(facts=facts))
    assert len(made.body) < 200000
    assert body(made)


def test_the_documented_json():
    value = body(_webhook.request({"url": URL}, batch(2)))
    assert value["version"] == 1
    assert value["sent_at"] == "2023-11-14T22:13:20.500Z"
    assert len(value["alerts"]) == 2
    assert sorted(value["alerts"][0]) == sorted(FIELDS)


FIELDS = """
    key id status say kind area check severity former_severity host group program since at count exit_status reason log
    link title text
""".split()  # noqa: SIM905


def test_a_webhook_can_be_signed_and_log_in():
    made = _webhook.request({"url": URL, "secret": "s", "token": "t", "headers": {"X-Mine": "1"}}, batch())
    assert made.headers["Authorization"] == "Bearer t"
    assert made.headers["X-Mine"] == "1"
    assert made.headers["X-Fleet-Timestamp"] == "1700000000"
    assert made.headers["X-Fleet-Signature"].startswith("sha256=")


def test_the_signature_of_dingtalk():
    # computed with: printf '%s\n%s' 1700000000500 SECabc | openssl dgst -sha256 -hmac SECabc -binary | base64
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(_dingtalk.signed(URL + "?access_token=t", "SECabc", NOW)).query)
    assert query == {"access_token": ["t"], "timestamp": ["1700000000500"], "sign": [DINGTALK]}


def test_the_signature_of_feishu():
    # computed with: openssl dgst -sha256 -mac HMAC -macopt "hexkey:..." -binary /dev/null | base64
    assert _feishu.sign("SECabc", "1700000000") == FEISHU


DINGTALK = "59vZsOjkU+HGgaDE7l14G4I3K9U8HE8g2Vzn9FydvEM="
FEISHU = "XprR1de+0SSBnwWyU/4k6x2TL+Q2SJlM5NNEdAv7MWg="


@pytest.mark.parametrize(
    ("service", "text", "status", "word"),
    [
        (_dingtalk, '{"errcode":0,"errmsg":"ok"}', 200, "ok"),
        (_dingtalk, '{"errcode":310000,"errmsg":"sign not match"}', 200, "wrong"),
        (_dingtalk, '{"errcode":300001,"errmsg":"token is not exist"}', 200, "wrong"),
        (_dingtalk, '{"errcode":130101,"errmsg":"send too fast"}', 200, "later"),
        (_dingtalk, '{"errcode":410100,"errmsg":"too fast"}', 200, "later"),
        (_dingtalk, '{"errcode":400101,"errmsg":"access_token does not exist"}', 200, "wrong"),
        (_dingtalk, '{"errcode":false}', 200, "later"),
        (_dingtalk, '{"errcode":0,"x":%s}' % ("[" * 60 + "]" * 60), 200, "later"),
        (_dingtalk, '{"errcode":460101,"errmsg":"message too long"}', 200, "refused"),
        (_dingtalk, "<html>a proxy</html>", 200, "later"),
        (_dingtalk, "", 502, "later"),
        (_dingtalk, "[]", 200, "later"),
        (_wecom, '{"errcode":0,"errmsg":"ok"}', 200, "ok"),
        (_wecom, '{"errcode":93000,"errmsg":"invalid webhook url"}', 200, "wrong"),
        (_wecom, '{"errcode":45009,"errmsg":"api freq out of limit"}', 200, "later"),
        (_wecom, '{"errcode":40058,"errmsg":"exceed max length 4096"}', 200, "refused"),
        (_feishu, '{"StatusCode":0,"StatusMessage":"success","code":0,"msg":"success"}', 200, "ok"),
        (_feishu, '{"StatusCode":0,"StatusMessage":"success"}', 200, "ok"),
        (_feishu, '{"code":19021,"msg":"sign match fail"}', 200, "wrong"),
        (_feishu, '{"code":19024,"msg":"Key Words Not Found"}', 200, "wrong"),
        (_feishu, '{"code":9499,"msg":"too many request","data":{}}', 200, "later"),
        (_feishu, '{"code":9499,"msg":"Bad Request","data":{}}', 200, "refused"),
        (_feishu, '{"code":11232,"msg":"frequency limited"}', 200, "later"),
        (_slack, "ok", 200, "ok"),
        (_slack, "invalid_payload", 400, "refused"),
        (_slack, "no_team", 400, "wrong"),
        (_slack, "no_service", 404, "wrong"),
        (_slack, "channel_is_archived", 410, "wrong"),
        (_slack, "rate_limited", 429, "later"),
        (_slack, "rollup_error", 500, "later"),
        (_slack, "what?", 200, "wrong"),
        (_teams, "", 202, "ok"),
        (_teams, "1", 200, "ok"),
        (_teams, "Webhook message delivery failed with error: endpoint returned HTTP error 429", 200, "later"),
        (_teams, "Webhook message delivery failed with error: Bad payload", 200, "wrong"),
        (_teams, "", 413, "refused"),
        (_webhook, "", 204, "ok"),
        (_webhook, "", 301, "wrong"),
        (_webhook, "", 401, "wrong"),
        (_webhook, "", 503, "later"),
        (_alertmanager, "", 200, "ok"),
        (_alertmanager, '{"code":601,"message":"..."}', 400, "refused"),
    ],
)
def test_answers(service, text, status, word):
    verdict = service.verdict(answer(status, text))
    assert verdict.word == word
    assert verdict.why or word == "ok"


@pytest.mark.parametrize(
    ("given", "wait"), [("7", 7), ("99999", 600), ("", 0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("\xb2", 0)]
)
def test_who_asks_for_time_gets_it(given, wait):
    assert _webhook.verdict(answer(429, "", {"retry-after": given})).wait == wait


def test_nobody_is_named_by_what_a_program_wrote():
    facts = {"log": "<!channel> <@U1> ``` @all"}
    assert (
        "<!channel>"
        not in body(_slack.request({"url": URL}, batch(facts=facts)))["attachments"][0]["blocks"][0]["text"]["text"]
    )
    assert "<@U1>" not in body(_wecom.request({"url": URL}, batch(facts=facts)))["markdown"]["content"]
    assert body(_dingtalk.request({"url": URL}, batch(facts=facts)))["at"] == {"atMobiles": [], "isAtAll": False}


def test_texts_fit_in_where_they_go():
    facts = {"log": "漢" * 30000}
    assert len(_wecom.request({"url": URL}, batch(facts=facts)).body) < 4096 + 200
    for service in (_dingtalk, _feishu, _teams):
        assert len(service.request({"url": URL, "secret": "s"}, batch(facts=facts)).body) < 28000


MARKS = '<init> & "x_y" [a](b) *\\ `c` #\n'  # that all these services put something before


@pytest.mark.parametrize("number", [1, 3])
def test_texts_full_of_marks_fit_in_as_well(number):
    made = batch(number, facts={"log": MARKS * 130})
    slack = body(_slack.request({"url": URL}, made))["attachments"][0]["blocks"][0]["text"]["text"]
    assert 2000 < len(slack) <= 3000
    names = ["somebody%03d" % one for one in range(100)]
    for named in ((), names, names * 10):
        content = body(_wecom.request({"url": URL, "mentioned": named}, made))["markdown"]["content"]
        assert 2000 < len(content.encode()) <= 4096
    for service, most in ((_dingtalk, 20000), (_feishu, 20 << 10), (_teams, 28 << 10)):
        assert 4000 < len(service.request({"url": URL, "secret": "s"}, made).body) <= most, service


@pytest.mark.parametrize("service", [_dingtalk, _wecom])
def test_nothing_leads_elsewhere(service):
    reason = "BadStatusLine('[login](http://evil.example.com)')"
    made = batch(say="news", kind="restarted", area="news", facts={"reason": reason, "log": ""})
    text = body(service.request({"url": URL}, made))["markdown"]
    assert "](" not in (text.get("text") or text["content"]).partition("```")[0]


def test_an_alert_does_not_end_before_it_began():
    """The clock was set back meanwhile; Alertmanager refuses such alerts."""
    over = body(_alertmanager.request({"url": "http://am"}, batch(say="recovered", since=NOW + 3600, at=NOW)))[0]
    assert over["startsAt"] <= over["endsAt"]


def test_an_alert_of_alertmanager_lasts_until_it_is_said_to_be_over():
    firing = body(_alertmanager.request({"url": "http://am:9093/"}, batch()))[0]
    assert firing["labels"] == {
        "alertname": "SupervisorState",
        "instance": "web01",
        "host": "web01",
        "group": "tomcats",
        "program": "app01",
        "severity": "critical",
    }
    assert (firing["startsAt"], firing["endsAt"]) == ("2023-11-14T22:13:20.000Z", "2023-11-14T22:18:20.500Z")
    over = body(_alertmanager.request({"url": "http://am:9093"}, batch(say="recovered", at=NOW - 1)))[0]
    assert over["endsAt"] == "2023-11-14T22:13:19.500Z"
    assert over["labels"] == firing["labels"]


def test_an_alert_that_gets_worse_ends_the_former_one():
    worse, former = body(_alertmanager.request({"url": "http://am:9093"}, batch(say="worse", former="warning")))
    assert (worse["labels"]["severity"], worse["endsAt"]) == ("critical", "2023-11-14T22:18:20.500Z")
    assert (former["labels"]["severity"], former["endsAt"]) == ("warning", "2023-11-14T22:13:20.250Z")


def test_the_address_of_alertmanager_may_be_short_or_whole():
    for url in ("http://am:9093", "http://am:9093/", "http://am:9093/api/v2/alerts"):
        assert _alertmanager.request({"url": url}, batch()).url == "http://am:9093/api/v2/alerts"
