# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listener's routes against servers that judge and answer as the real services do."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import alerting
import pytest
import receivers

FATAL = ("PROCESS_STATE_FATAL", "processname:a groupname:a from_state:BACKOFF")
SECRET = "SEC0123456789"
PASSWORD = "hunter2-Z9x"


@pytest.fixture
def servers():
    """``servers(service)`` starts a receiver that is stopped after the test."""
    started = []

    def start(service=None):
        started.append(receivers.Web(service))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def mail(tmp_path):
    """``mail(**options)`` starts a mail server."""
    started = []

    def start(**options):
        started.append(receivers.Mail(str(tmp_path), **options))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def listener(tmp_path):
    """``listener(routes, **settings)`` starts one with the test in supervisord's place."""
    started = []

    def start(routes, **more):
        path = alerting.write(alerting.settings(str(tmp_path), routes=routes, **more))
        started.append(alerting.Pipe(path))
        started[-1].ready()
        return started[-1]

    yield start
    for pipe in started:
        pipe.end()


def tried(tmp_path, routes, **more):
    """Send a test through these routes; return exit status, what it says of each, and all of its output."""
    path = alerting.write(alerting.settings(str(tmp_path), routes=routes, **more))
    command = [sys.executable, "-I", alerting.PROGRAM, "test", path]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    return done.returncode, json.loads(done.stdout)["routes"], done.stdout + done.stderr


def services(servers):
    """A route of each kind of chat, with the server that judges it."""
    return {
        "dingtalk": (servers(receivers.dingtalk(SECRET)), "/robot/send?access_token=t0ken", {"secret": SECRET}),
        "wecom": (servers(receivers.wecom), "/cgi-bin/webhook/send?key=k3y", {}),
        "feishu": (servers(receivers.feishu(SECRET)), "/open-apis/bot/v2/hook/x", {"secret": SECRET}),
        "slack": (servers(receivers.slack), "/services/T0/B0/x", {}),
        "teams": (servers(receivers.teams), "/workflows/x?sig=y", {}),
    }


def routes_of(found):
    return [
        dict({"name": kind, "type": kind, "url": server.url + path}, **more)
        for kind, (server, path, more) in found.items()
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_chat_services_take_it(servers, listener, language):
    found = services(servers)
    pipe = listener(routes_of(found), language=language)
    pipe.event(*FATAL)
    alerting.wait_for(lambda: all(server.taken for server, _path, _more in found.values()), what="all services")
    for server, _path, _more in found.values():
        assert server.refused == []
        assert "FATAL" in json.dumps(server.taken)


def test_a_test_says_what_arrived(servers, tmp_path):
    status, result, _text = tried(tmp_path, routes_of(services(servers)))
    assert status == 0
    assert {name: one["arrived"] for name, one in result.items()} == dict.fromkeys(result, True)


def test_a_wrong_secret_is_the_services_to_tell(servers, tmp_path):
    found = services(servers)
    wrong = [dict(one, secret=PASSWORD) for one in routes_of(found) if "secret" in one]
    status, result, text = tried(tmp_path, wrong)
    assert status == 1
    assert result["dingtalk"]["why"] == "code 310000: sign not match"
    assert result["feishu"]["why"].startswith("code 19021: sign match fail")
    assert PASSWORD not in text
    assert "t0ken" not in text


def test_a_place_that_is_not_there_is_told_without_its_address(tmp_path):
    routes = [
        {"name": "down", "type": "webhook", "url": "http://127.0.0.1:1/%s" % PASSWORD},
        {"name": "nowhere", "type": "webhook", "url": "http://%s.invalid/" % "name"},
    ]
    status, result, text = tried(tmp_path, routes)
    assert status == 1
    assert result["down"]["why"] == "127.0.0.1: Connection refused"
    assert "name.invalid" in result["nowhere"]["why"]
    assert PASSWORD not in text


def test_a_service_that_is_too_slow_is_left_in_time(tmp_path):
    with receivers.silent() as held:
        url = "http://127.0.0.1:%d/" % held.getsockname()[1]
        _status, result, _text = tried(tmp_path, [{"name": "slow", "type": "webhook", "url": url, "timeout": 1}])
    assert result["slow"]["why"] == "127.0.0.1 did not answer within 1 s"


def test_a_redirect_is_not_followed(servers, tmp_path):
    other, first = servers(), servers()
    first.answer = (302, {"Location": other.url}, b"")
    _status, result, _text = tried(tmp_path, [{"name": "r", "type": "webhook", "url": first.url}])
    assert result["r"]["arrived"] is False
    assert other.requests == []


def echo(path, _headers, _body):
    """As servers do that name what they do not have."""
    return "path", (404, {}, ("Cannot POST " + path).encode())


def test_what_a_server_repeats_of_the_address_is_hidden(servers, listener, tmp_path):
    beat = tmp_path / "beat.json"
    server = servers(echo)
    route = {"name": "r", "type": "slack", "url": "%s/services/T0/B0/%s?key=%s" % (server.url, SECRET, PASSWORD)}
    pipe = listener([route], heartbeat={"file": str(beat)})
    pipe.event(*FATAL)
    alerting.wait_for(lambda: "Cannot POST" in _said(pipe), what="the answer")
    alerting.wait_for(lambda: "Cannot POST" in beat.read_text(), what="the answer in the sign of life")
    for text in (_said(pipe), beat.read_text()):
        assert SECRET not in text
        assert PASSWORD not in text


@pytest.mark.parametrize("headers", [{"Retry-After": "\xb2"}, {"Retry-After": "soon"}])
def test_a_time_that_is_none_makes_no_message_go(servers, listener, headers):
    server = servers()
    server.answer = (503, headers, b"")
    pipe = listener([{"name": "r", "type": "webhook", "url": server.url}])
    pipe.event(*FATAL)
    alerting.wait_for(lambda: len(server.requests) >= 4, what="four attempts")
    server.answer = None
    alerting.wait_for(lambda: server.taken, what="the message")


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_mail_goes_over_tls_with_a_login(mail, listener, tls):
    server = mail(login=("me", PASSWORD), tls=tls)
    route = letter(server, security=tls, username="me", password=PASSWORD)
    pipe = listener([route], language="zh", host="web01.example.com")
    pipe.event(*FATAL)
    alerting.wait_for(lambda: server.mails, what="a mail")
    to, got = server.mails[0]
    assert to == ["ops@example.com", "on@example.com"]
    assert got["Subject"] == "[严重] web01.example.com:a 处于 FATAL 状态:supervisord 已放弃启动"
    assert "程序:a" in got.get_content()
    assert got["Message-ID"].endswith("@web01.example.com>")
    assert server.logins == 1


def letter(server, **more):
    route = {"name": "mail", "type": "smtp", "host": "localhost", "port": server.port, "ca_file": server.ca}
    return dict(route, sender="fleet@example.com", to=["ops@example.com", "on@example.com"], **more)


@pytest.mark.parametrize(
    ("options", "more", "words"),
    [
        (
            {"login": ("me", "other")},
            {"username": "me", "password": PASSWORD},
            "535 5.7.8 Authentication credentials invalid",
        ),
        ({"login": ("me", PASSWORD)}, {}, "530 5.7.0 Authentication required"),
        ({}, {"ca_file": ""}, "certificate verify failed"),
        ({"tls": "none"}, {}, "STARTTLS extension not supported"),
    ],
)
def test_mail_that_is_not_taken(mail, tmp_path, options, more, words):
    status, result, text = tried(tmp_path, [letter(mail(**options), **more)])
    assert status == 1
    assert words in result["mail"]["why"]
    assert PASSWORD not in text


def test_mail_comes_when_the_server_takes_it_again(mail, listener):
    server = mail()
    server.trouble = (451, "4.7.1 greylisted, come back")
    pipe = listener([letter(server)])
    pipe.event(*FATAL)
    alerting.wait_for(lambda: "greylisted" in _said(pipe), what="the refusal")
    server.trouble = None
    alerting.wait_for(lambda: server.mails, what="the mail")


def _said(pipe):
    os.set_blocking(pipe.process.stderr.fileno(), False)
    pipe.text = getattr(pipe, "text", "") + (pipe.process.stderr.read() or b"").decode()
    return pipe.text


def test_a_command_gets_the_documented_json(listener, tmp_path):
    script = tmp_path / "take"
    script.write_text("#!/bin/sh\nenv > %s/env\ncat > %s/taken.new && mv %s/taken.new %s/taken\n" % ((tmp_path,) * 4))
    script.chmod(0o755)
    pipe = listener([{"name": "c", "type": "command", "command": [str(script)]}])
    pipe.event(*FATAL)
    alerting.wait_for((tmp_path / "taken").exists, what="the command")
    value = json.loads((tmp_path / "taken").read_text())
    assert value["version"] == 1
    assert value["alerts"][0]["kind"] == "fatal"
    assert "SUPERVISOR" not in (tmp_path / "env").read_text()


def test_what_was_not_taken_comes_in_order_when_the_service_is_back(servers, listener):
    server = servers()
    server.stop()
    pipe = listener([{"name": "hook", "type": "webhook", "url": server.url, "at_once": 1}])
    for name in "abcdef":
        pipe.state(name, "FATAL")
    server.start()
    alerting.wait_for(lambda: len(server.taken) == 6, what="all messages")
    assert [one["program"] for one in receivers.alerts(server)] == list("abcdef")


def test_one_slow_route_holds_no_other(servers, listener):
    quick, slow = servers(), servers()
    slow.hang = 1000
    routes = [{"name": name, "type": "webhook", "url": one.url} for name, one in (("slow", slow), ("quick", quick))]
    pipe = listener(routes)
    for name in "abc":
        pipe.state(name, "FATAL")
        alerting.wait_for(lambda name=name: name in str(quick.taken), what="the quick one")
    assert slow.taken == []


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, b"no"),
        (429, {"Retry-After": "1"}, b"slowly"),
        (200, {}, b'{"errcode":130101,"errmsg":"send too fast"}'),
        (200, {}, b"<html>somebody else's page</html>"),
    ],
)
def test_what_is_not_taken_is_tried_again(servers, listener, answer):
    server = servers(receivers.dingtalk(SECRET))
    server.answer = answer
    url = server.url + "/robot/send?access_token=t0ken"
    pipe = listener([{"name": "ding", "type": "dingtalk", "url": url, "secret": SECRET}])
    pipe.event(*FATAL)
    alerting.wait_for(lambda: len(server.requests) > 1, what="another try")
    server.answer = None
    alerting.wait_for(lambda: server.taken, what="the message")
    assert len(server.taken) == 1


def picky(_path, _headers, body):
    """A service that does not want anything about one program."""
    return ("no", (400, {}, b"no")) if b'"program": "bad"' in body else ("", (200, {}, b""))


def test_a_message_that_a_service_does_not_want_holds_no_other(servers, listener):
    """It refuses the lot; then they come one by one, and the others arrive."""
    server = servers(picky)
    server.stop()
    pipe = listener([{"name": "hook", "type": "webhook", "url": server.url}])
    for name in ("a", "bad", "b"):
        pipe.state(name, "FATAL")
    server.start()
    alerting.wait_for(lambda: len(receivers.alerts(server)) == 2, what="the others")
    assert [one["program"] for one in receivers.alerts(server)] == ["a", "b"]


def test_more_than_a_service_allows_leave_as_one(servers, listener):
    server = servers(receivers.dingtalk(SECRET))
    url = server.url + "/robot/send?access_token=t0ken"
    pipe = listener([{"name": "ding", "type": "dingtalk", "url": url, "secret": SECRET, "at_once": 500}])
    for number in range(300):
        pipe.state("p%03d" % number, "FATAL")
    alerting.wait_for(lambda: "sent ding" in str(_counts(pipe)) and _counts(pipe)["sent ding"] == 300, what="all")
    assert len(server.taken) <= 8
    assert server.refused == []


def _counts(pipe):
    path = os.path.join(os.path.dirname(pipe.process.args[-1]), "alerts", "journal")
    total = {}
    with open(path, encoding="ascii") as stream:
        for line in stream.read().splitlines():
            value = json.loads(line[9:])
            total.update(value.get("k", {}).get("counts", {}))
            for name, number in value.get("c", {}).items():
                total[name] = total.get(name, 0) + number
    return total


def test_no_secret_stands_in_an_argument_the_environment_or_the_log(servers, listener, tmp_path):
    server = servers(receivers.dingtalk(SECRET))
    server.answer = (200, {}, b'{"errcode":310000,"errmsg":"%s"}' % SECRET.encode())
    url = server.url + "/robot/send?access_token=" + PASSWORD
    pipe = listener([{"name": "ding", "type": "dingtalk", "url": url, "secret": SECRET}])
    pipe.event(*FATAL)
    alerting.wait_for(lambda: "310000" in _said(pipe), what="the refusal")
    seen = _said(pipe)
    for name in ("cmdline", "environ"):
        with open("/proc/%d/%s" % (pipe.process.pid, name), encoding="utf-8") as stream:
            seen += stream.read()
    with open(tmp_path / "alerts" / "journal", encoding="utf-8") as stream:
        seen += stream.read()
    assert SECRET not in seen
    assert PASSWORD not in seen
    assert (tmp_path / "alerts" / "journal").stat().st_mode & 0o777 == 0o600
