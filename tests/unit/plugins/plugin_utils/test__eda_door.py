# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server of supervisor_events, asked over real connections."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ssl
import time

import badservers
import notices
import pytest
from supervisord_fleet_alerts.routes import batch as alerts_batch, webhook

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.plugin_utils import _eda_alerts, _eda_door, _eda_push

TOKEN = "a-token-of-tests-01"
SECRET = "a-secret-of-tests-1"
RIGHT = f"Authorization: Bearer {TOKEN}"


def serve(talk, **rules):
    """What ``talk(port)`` returns beside a door; with it the bodies that were taken, and who was refused with what."""
    taken, refused = [], []

    async def main():
        door = _eda_door.Door(
            _eda_door.Rules(**{"token": TOKEN, "timeout": 5.0, **rules}),
            taken.append,
            lambda _address, status, why: refused.append((status, why)),
        )
        port = await door.open("127.0.0.1", 0)
        try:
            return await talk(port)
        finally:
            await door.close()

    return asyncio.run(main()), taken, refused


async def exchange(port, data, **how):
    """Send all of it; return status and body of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, **how)
    writer.write(data)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    head, _gap, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode().strip()


def request(*headers, body=b"{}", method="POST", length=True):
    lines = [f"{method} /x HTTP/1.1", "Host: eda", *headers, *([f"Content-Length: {len(body)}"] if length else [])]
    return "\r\n".join([*lines, "", ""]).encode() + body


def post(data, **rules):
    return serve(lambda port: exchange(port, data), **rules)


def test_the_right_token():
    answer, taken, refused = post(request(RIGHT, body=b'{"a": 1}'))
    assert (answer, taken, refused) == ((200, "taken"), [b'{"a": 1}'], [])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 401),
        (["Authorization: Bearer wrong"], 401),
        (["Authorization: Bearer \xff"], 401),
        ([f"Authorization: Basic {TOKEN}"], 401),
        ([f"Authorization: {TOKEN}"], 401),
        ([RIGHT, RIGHT], 400),
        ([f"authorization:   bearer   {TOKEN}  "], 200),
    ],
)
def test_no_other_token(headers, status):
    answer, taken, refused = post(request(*headers))
    assert answer[0] == status
    assert len(taken) == (status == 200)
    assert [code for code, _why in refused] == ([] if status == 200 else [status])
    assert TOKEN not in answer[1] + str(refused)


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (request(RIGHT, method="GET"), 405, "only POST"),
        (request(RIGHT, length=False), 411, "Content-Length"),
        (request(RIGHT, "Transfer-Encoding: chunked"), 411, "Content-Length"),
        (request(RIGHT, "Content-Length: x", length=False), 400, "no number"),
        (request(RIGHT, "Content-Length: -1", length=False), 400, "no number"),
        (request(RIGHT, "Content-Length: 2", "Content-Length: 2", length=False), 400, "given twice"),
        (request(RIGHT, "Content-Length : 2", length=False), 400, "or is none"),
        (request(RIGHT, "nonsense"), 400, "or is none"),
        (b"hello\r\n\r\n", 400, "no request of HTTP/1.1"),
        (request(RIGHT, "X: " + "y" * (20 << 10)), 400, "longer than 16384 bytes"),
    ],
)
def test_what_is_no_request_is_refused(data, status, said):
    answer, taken, _refused = post(data)
    assert answer[0] == status
    assert said in answer[1]
    assert taken == []


def test_a_body_that_is_too_large_is_refused_and_its_sender_sees_why():
    answer, taken, _refused = post(request(RIGHT, body=b"x" * (3 << 20)), most=1 << 20)
    assert answer == (413, "the body has 3145728 bytes; 1048576 are possible (option max_bytes)")
    assert taken == []


def test_a_slow_client_costs_the_others_nothing_and_is_let_go():
    async def talk(port):
        slow_head = asyncio.create_task(exchange(port, b"POST /x HTTP/1.1\r\nHost"))
        slow_body = asyncio.create_task(exchange(port, request(RIGHT, "Content-Length: 9", length=False)))
        quick = await exchange(port, request(RIGHT))
        waits = not slow_head.done() and not slow_body.done()
        return quick[0], waits, (await slow_head)[0], (await slow_body)[0]

    answers, taken, _refused = serve(talk, timeout=1.0)
    assert answers == (200, True, 408, 408)
    assert taken == [b"{}"]


def test_only_so_many_connections():
    async def talk(port):
        held = [await asyncio.open_connection("127.0.0.1", port) for _some in range(3)]
        refused = await exchange(port, request(RIGHT))
        for _reader, writer in held:
            writer.close()
        while (answer := await exchange(port, request(RIGHT)))[0] == 503:
            await asyncio.sleep(0.01)
        return refused, answer[0]

    (refused, later), _taken, _refused = serve(talk, connections=3)
    assert refused == (503, "more than 3 connections at once; try again")
    assert later == 200


def test_beyond_twice_as_many_nobody_is_answered(monkeypatch):
    """Who is refused is given time to read why, which many at once could use to have all files of the process open."""
    monkeypatch.setattr(_eda_door, "LINGER", 60.0)

    async def talk(port):
        held = [await asyncio.open_connection("127.0.0.1", port) for _some in range(5)]
        answers = []
        for reader, _writer in held[2:]:
            try:
                answers.append(await asyncio.wait_for(reader.readline(), 10))
            except ConnectionResetError:
                answers.append(b"")
        return answers

    answers, _taken, _refused = serve(talk, connections=2, timeout=60.0)
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 503", b"HTTP/1.1 503", b""]


def signed(body, stamp, secret=SECRET):
    text = f"{stamp}.".encode() + body
    signature = "sha256=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return request(f"X-Fleet-Timestamp: {stamp}", f"X-Fleet-Signature: {signature}", body=body)


def test_signatures():
    now = int(time.time())
    post_signed = {"token": "", "secret": SECRET}
    assert post(signed(b"{}", now), **post_signed)[0] == (200, "taken")
    for data in (
        signed(b"{}", now, "another-secret-of-tests"),
        signed(b"{}", now - 600),
        signed(b"{}", now).replace(b"\r\n\r\n{}", b"\r\n\r\n[]"),
        request(),
    ):
        answer, taken, _refused = post(data, **post_signed)
        assert answer[0] == 401
        assert taken == []


def test_what_the_listener_of_the_role_alerts_itself_sends_is_taken():
    sent = alerts_batch.Batch([notices.message(), notices.message()], notices.TELLER, time.time())
    made = webhook.request({"url": "https://eda.example.com/x", "token": TOKEN, "secret": SECRET}, sent)
    headers = [f"{name}: {value}" for name, value in made.headers.items() if name.lower() != "content-length"]
    answer, taken, _refused = post(request(*headers, body=made.body), secret=SECRET)
    assert (answer, taken) == ((200, "taken"), [made.body])
    assert len(_eda_alerts.read(made.body)) == 2


def test_both_are_asked_for():
    assert post(signed(b"{}", int(time.time())), secret=SECRET)[0][0] == 401


def test_over_tls_while_others_never_say_hello(tmp_path):
    certificates = badservers.Certificates(tmp_path)
    trust = ssl.create_default_context(cafile=certificates.ca)
    taken = []

    async def main():
        door = _eda_door.Door(_eda_door.Rules(token=TOKEN, connections=2), taken.append, lambda *_why: None)
        where = {"host": "127.0.0.1", "port": 0, "certfile": certificates.server, "keyfile": None}
        port = await _eda_push.listen(door, where)
        try:
            silent = [await asyncio.open_connection("127.0.0.1", port) for _some in range(3)]
            answer = await exchange(port, request(RIGHT), ssl=trust, server_hostname="localhost")
            for _reader, writer in silent:
                writer.close()
            return answer
        finally:
            await door.close()

    assert (asyncio.run(main()), taken) == ((200, "taken"), [b"{}"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"certfile": "/nowhere.pem", "keyfile": None}, "certfile '/nowhere.pem' cannot be used: "),
        ({"host": "192.0.2.1"}, "host '192.0.2.1', port 0: cannot listen there: "),
    ],
)
def test_what_cannot_be_opened_is_said_with_the_option(options, said):
    door = _eda_door.Door(_eda_door.Rules(token=TOKEN), lambda _body: None, lambda *_why: None)
    with pytest.raises(_errors.OptionError, match=said):
        asyncio.run(_eda_push.listen(door, {"host": "127.0.0.1", "port": 0, "certfile": None, **options}))


def test_refusals_fill_no_log():
    lines, now = [], [0.0]
    refusals = _eda_door.Refusals(lines.append, lambda: now[0])
    for _some in range(1000):
        refusals("192.0.2.1", 401, "why")
    refusals("192.0.2.2", 401, "why")
    now[0] = 61.0
    refusals("192.0.2.1", 401, "why")
    assert lines == [
        "192.0.2.1: refused with 401, why",
        "192.0.2.2: refused with 401, why",
        "192.0.2.1: refused with 401, why (999 more were refused meanwhile)",
    ]
    for number in range(5000):
        refusals(f"2001:db8::{number:x}", 401, "why")
    assert len(lines) <= refusals.MOST + 10
