# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault of the settings names the key, the value and what to do, and shows no secret."""

from __future__ import annotations

import json
import os

import pytest
from supervisord_fleet_alerts import config as _config, settings as _settings

HOOK = {"name": "hook", "type": "webhook", "url": "https://example.com/x?token=hunter2"}
MAIL = {"name": "mail", "type": "smtp", "host": "mx", "sender": "a@b", "to": ["c@d"]}


def value(**more):
    return {"host": "web01", "folder": "/var/lib/x", **more}


def faults(given):
    with pytest.raises(_settings.Faults) as caught:
        _config.checked(given)
    return caught.value.faults


def test_little_is_needed():
    made = _config.checked(value(routes=[HOOK]))
    assert made["calm"]["settle"] == 15
    assert made["routes"][0]["timeout"] == 10
    assert made["language"] == "en"
    assert made["supervisor"]["password"] == ""


@pytest.mark.parametrize(
    ("type_", "number"), [("dingtalk", 20), ("wecom", 20), ("feishu", 60), ("slack", 50), ("webhook", 0)]
)
def test_services_that_limit_are_not_asked_for_more(type_, number):
    made = _config.checked(value(routes=[dict(HOOK, type=type_)]))
    assert made["routes"][0]["per_minute"] == number


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_mail_has_a_port_for_each_way(security, port):
    assert _config.checked(value(routes=[dict(MAIL, security=security)]))["routes"][0]["port"] == port


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"hots": 1}, ["hots", "did you mean host?"]),
        ({"host": None}, ["host: missing"]),
        ({"host": ""}, ["host: missing"]),
        ({"folder": "x"}, ["folder", "'x'", "absolute path"]),
        ({"language": "de"}, ["language", "'de'", "en, zh"]),
        ({"log_lines": "twenty"}, ["log_lines", "'twenty'", "whole number"]),
        ({"log_lines": "2.5"}, ["log_lines", "'2.5'", "whole number"]),
        ({"log_lines": True}, ["log_lines", "whole number"]),
        ({"log_lines": 1000}, ["log_lines", "1000", "from 0 to 200"]),
        ({"calm": {"settle": -1}}, ["calm.settle", "-1"]),
        ({"calm": []}, ["calm", "a mapping, not a list"]),
        ({"routes": {}}, ["routes", "list of mappings"]),
        ({"routes": ["x"]}, ["routes[0].type", "webhook"]),
        ({"routes": [dict(HOOK, type="dingding")]}, ["routes[0].type", "'dingding'", "dingtalk"]),
        ({"routes": [dict(HOOK, url="example.com")]}, ["routes[0].url", "(hidden)", "https://"]),
        ({"routes": [dict(HOOK, secrte="x")]}, ["routes[0].secrte", "did you mean secret?"]),
        ({"routes": [HOOK, HOOK]}, ["routes", "'hook'", "more than one"]),
        ({"routes": [dict(MAIL, password="p", security="none")]}, ["routes[0].security", "in clear"]),
        ({"routes": [{"name": "c", "type": "command", "command": ["ls"]}]}, ["routes[0].command", "absolute"]),
        ({"routes": [HOOK], "rules": [{"routes": ["hok"]}]}, ["rules[0].routes", "'hok'", "did you mean hook?"]),
        ({"rules": [{"kinds": ["fatl"]}]}, ["rules[0].kinds", "'fatl'", "did you mean fatal?"]),
        ({"rules": [{"severity": "bad"}]}, ["rules[0].severity", "'bad'", "critical"]),
        ({"severities": {"exitd": "info"}}, ["severities.exitd", "did you mean exited?"]),
        ({"watch": [{"name": "w", "program": "a"}]}, ["watch[0]", "url, memory_mb or both"]),
        ({"watch": [{"name": "w", "program": "a", "url": "http://x", "fails": 9}]}, ["watch[0].fails", "9"]),
        ({"watch": [{"name": "w", "program": "a", "url": "http://x", "expect": ["ok"]}]}, ["watch[0].expect", "'ok'"]),
        ({"title": "$hots"}, ["title", "$hots", "did you mean $host?".replace("$", "")]),
        ({"body": "100$"}, ["body", "$$"]),
        ({"masks": ["("]}, ["masks[0]", "regular expression"]),
        ({"routes": [dict(HOOK, token="hunter2\n")]}, ["routes[0].token", "(hidden)", "line break at its end"]),
        ({"routes": [dict(HOOK, secret="hunter2\n")]}, ["routes[0].secret", "(hidden)", "line break at its end"]),
        ({"routes": [dict(HOOK, headers={"X-Key": "hunter2\r\nA: b"})]}, ["routes[0].headers", "one line each"]),
        ({"routes": [dict(HOOK, headers={"X Key": "x"})]}, ["routes[0].headers", "names of headers"]),
        ({"routes": [dict(HOOK, proxy="ftp://u:hunter2@p")]}, ["routes[0].proxy", "(hidden)"]),
        ({"routes": [dict(MAIL, to=["a@b\nBcc: c@d"])]}, ["routes[0].to", "one line each"]),
        ({"routes": [dict(MAIL, sender="a@b\nBcc: c@d")]}, ["routes[0].sender", "one line"]),
        ({"routes": [dict(HOOK, type="alertmanager", labels={"my-team": "x"})]}, ["routes[0].labels", "underscores"]),
        ({"watch": [{"name": "w", "program": "a", "url": "http://u:hunter2@[x/"}]}, ["watch[0].url", "http://"]),
        ({"watch": [{"name": "w", "program": "a", "url": "http://x:99999/"}]}, ["watch[0].url", "99999"]),
        ({"watch": [{"name": "w", "program": "a", "url": "http://:80/"}]}, ["watch[0].url", "has a host"]),
        ({"watch": [{"name": "w", "program": "a", "url": "http://x/\u6f22"}]}, ["watch[0].url", "http://"]),
    ],
)
def test_faults(more, words):
    given = {key: one for key, one in value(**more).items() if one is not None}
    found = "\n".join(faults(given))
    assert all(word in found for word in words), found
    assert "hunter2" not in found


def test_texts_of_a_form_are_what_they_mean():
    routes = [dict(MAIL, to="a@b, c@d\ne@f", timeout="2.5", port="2525", verify="no")]
    made = _config.checked(value(routes=routes, log_lines="7", tell_stopped="Yes", calm="", language=""))
    assert made["routes"][0]["to"] == ["a@b", "c@d", "e@f"]
    assert (made["routes"][0]["timeout"], made["routes"][0]["port"], made["routes"][0]["verify"]) == (2.5, 2525, False)
    assert (made["log_lines"], made["tell_stopped"], made["language"]) == (7, True, "en")


def test_all_faults_are_told_at_once():
    assert len(faults({"hots": 1, "routes": [{"type": "x"}, dict(HOOK, timeout=0)]})) == 5


def test_all_secrets_are_known():
    routes = [dict(HOOK, headers={"X-Key": "s1"}, secret="s2", password="s3", token="s4"), dict(MAIL, password="s5")]
    watch = [{"name": "w", "program": "a", "url": "http://x", "headers": {"Cookie": "s6"}}]
    given = value(routes=routes, watch=watch, supervisor={"password": "s7"}, heartbeat={"url": "https://x/s8"})
    found = _config.secrets(_config.checked(given))
    assert set(found) == {HOOK["url"], "token=hunter2", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "https://x/s8"}


def test_what_a_server_may_repeat_of_an_address_is_a_secret():
    routes = [
        dict(HOOK, url="https://u:p%40ssw@hooks.example.com/services/T0/B0/abcdefgh?key=k1k2k3k4&x=1"),
        dict(HOOK, name="other", proxy="http://u:pr0xy@p:3128"),
    ]
    watch = [{"name": "w", "program": "a", "url": "http://u:w4tch@x/"}]
    found = _config.secrets(_config.checked(value(routes=routes, watch=watch)))
    assert {"abcdefgh", "key=k1k2k3k4&x=1", "k1k2k3k4", "p%40ssw", "p@ssw", "pr0xy", "w4tch"} < set(found)
    assert not {"T0", "1", "u", "hooks.example.com"} & set(found)


def saved(path, text, mode=0o600):
    path.write_text(text)
    os.chmod(path, mode)
    return str(path)


def test_a_file_is_read(tmp_path):
    assert _config.load(saved(tmp_path / "s", json.dumps(value())))["host"] == "web01"


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        ("{}", 0o644, ["mode 0644", "0600"]),
        ("{}", 0o660, ["mode 0660"]),
        ("{", 0o600, ["no JSON"]),
        ("[]", 0o600, ["mapping"]),
        ("\udc80".encode("utf-8", "surrogatepass").decode("latin-1"), 0o600, ["no JSON"]),
        ("{}", 0o600, ["host: missing", "folder: missing"]),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path, text, mode, words):
    with pytest.raises(_config.Unusable) as caught:
        _config.load(saved(tmp_path / "s", text, mode))
    assert all(word in str(caught.value) for word in [*words, str(tmp_path / "s")]), caught.value


def test_no_file_is_refused(tmp_path):
    with pytest.raises(_config.Unusable, match="No such file"):
        _config.load(str(tmp_path / "none"))
