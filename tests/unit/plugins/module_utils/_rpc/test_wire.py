# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP answers in pieces of any size."""

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _errors
from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import wire as _wire

HEAD = b"HTTP/1.1 200 OK\r\n"


def parse(data, size=None, end=False, **kwargs):
    parser = _wire.AnswerParser(**kwargs)
    size = size or len(data) or 1
    for start in range(0, len(data), size):
        parser.feed(data[start : start + size])
    if end:
        parser.end()
    return parser


@pytest.mark.parametrize("size", [1, 2, 7, None])
@pytest.mark.parametrize(
    ("data", "body", "reusable"),
    [
        (HEAD + b"Content-Length: 5\r\n\r\nhello", b"hello", True),
        (HEAD + b"content-length:5\r\nConnection: close\r\n\r\nhello", b"hello", False),
        (HEAD + b"Content-Length: 0\r\n\r\n", b"", True),
        (
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nTrailer: x\r\n\r\n",
            b"hello",
            True,
        ),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"Content-Length: 5\r\n\r\nhello", b"hello", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", b"hello", False),
        (b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 5\r\n\r\nhello", b"hello", True),
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\nhello", b"hello", False),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b"", True),
        (HEAD + b"Content-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK", b"hello", False),
    ],
)
def test_complete_answers(data, body, reusable, size):
    parser = parse(data, size)
    assert parser.complete
    assert (parser.body, parser.reusable) == (body, reusable)


def test_an_answer_without_length_ends_with_the_connection():
    parser = parse(HEAD + b"\r\nhello")
    assert not parser.complete
    parser.end()
    assert (parser.body, parser.reusable) == (b"hello", False)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"SSH-2.0-OpenSSH\r\n", "not an HTTP server"),
        (b"HTTP/1.1 what\r\n\r\n", "not an HTTP answer"),
        (HEAD + b"X: " + b"x" * 70000, "header is longer"),
        (HEAD + b"Content-Length: -5\r\n\r\n", "not a number"),
        (HEAD + b"Content-Length: 1000\r\n\r\n", "longer than 100"),
        (HEAD + b"\r\n" + b"x" * 200, "longer than 100"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "chunk size"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n", "longer than 100"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 70000, "line of the answer"),
        (HEAD + b"Content-Length: 50\r\n\r\nhello", "in the middle"),
        (b"HTTP/1.1 200", "in the middle"),
        (b"HTTP/1.1 \xb2\xb0\xb0 OK\r\n\r\n", "not an HTTP answer"),
        (b"HTTP/1.1 " + b"2" * 5000 + b"\r\n\r\n", "not an HTTP answer"),
        (b"HTTP/2 200\r\n\r\n", "not an HTTP answer"),
        (HEAD + b"Content-Length: \xb2\r\n\r\n", "not a number"),
        (HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", "not a number"),
        (HEAD + b"Content-Length: 1_0\r\n\r\n", "not a number"),
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", "two different"),
        (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", "not asked for"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n", "chunk size"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n", "chunk size"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"5" * 5000 + b"\r\n", "chunk size"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n", "longer than it says"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 50000, "no part of its contents"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 200000, "no part of its contents"),
    ],
)
def test_bad_answers(data, words):
    with pytest.raises(_errors.ProtocolError, match=words):
        parse(data, end=True, max_body=100)


def test_requests_are_spelled_as_supervisor_wants_them():
    request = _wire.encode_request(b"<x/>", "host:9001", "/RPC2", ("admin", "pä:ss"))
    head, _blank, body = request.partition(b"\r\n\r\n")
    assert body == b"<x/>"
    assert head.startswith(b"POST /RPC2 HTTP/1.1\r\n")
    assert b"\r\nContent-Length: 4\r\n" in request
    assert b"\r\nAuthorization: Basic YWRtaW46cMOkOnNz" in head
    assert b"\n" not in head.replace(b"\r\n", b"")
