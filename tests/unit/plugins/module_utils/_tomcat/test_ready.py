# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for HTTP: deadlines that hold, answers as they are, and the end of the log when it fails."""

import contextlib
import http.server
import os
import socket
import ssl
import subprocess
import threading
import time

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils import _wait
from ansible_collections.supervisord.fleet.plugins.module_utils._tomcat import ready as _ready

OK = frozenset({200})


class Clock(_wait.Clock):
    def __init__(self):
        self.time = 0.0

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds


def target(name="app", timeout=10, log="", url="u", status=OK):
    return _ready.Target(name, url, status, timeout, log)


def script(*answers):
    left = list(answers)
    return lambda url, timeout: left.pop(0) if len(left) > 1 else left[0]


def test_it_waits_for_the_expected_answer():
    asker = script((0, "no answer"), (503, "HTTP 503"), (200, "HTTP 200"))
    answer = _ready.wait([target()], 5, asker, Clock())[0]
    assert (answer.ready, answer.seen, answer.seconds) == (True, "HTTP 200", 0.5)


def test_the_deadline_holds_and_the_log_is_told(tmp_path):
    log = tmp_path / "app.log"
    log.write_bytes(b"first\n\x1b[31mSEVERE\x00 \xff Address already in use\x1b[0m\nlast\n")
    answer = _ready.wait([target(timeout=3, log=str(log))], 2, script((404, "HTTP 404")), Clock())[0]
    assert (answer.ready, answer.seen, answer.seconds) == (False, "HTTP 404", 3)
    assert answer.log == ["SEVERE\ufffd \ufffd Address already in use", "last"]


def test_no_request_outlasts_the_deadline():
    limits = []

    def slow(url, timeout):
        limits.append(timeout)
        clock.sleep(timeout)
        return 0, "no answer (timed out)"

    clock = Clock()
    assert not _ready.wait([target(timeout=7)], 0, slow, clock)[0].ready
    assert limits[0] == 5
    assert clock.time <= 7.2


def test_each_target_is_judged_alone():
    asker = {"a": (200, "HTTP 200"), "b": (500, "HTTP 500")}.get
    targets = [target("one", url="a"), target("two", url="b", timeout=1)]
    found = _ready.wait(targets, 0, lambda url, timeout: asker(url), Clock())
    assert [(answer.name, answer.ready) for answer in found] == [("one", True), ("two", False)]


def versions(tmp_path, *answers):
    """A Tomcat with a version that it has not begun with: a target, a way to let it begin, and what was asked."""
    war = tmp_path / "webapps" / "shop##002.war"
    war.parent.mkdir()
    war.write_bytes(b"")
    urls, left = [], list(answers)

    def asker(url, _timeout):
        urls.append(url)
        return left.pop(0) if url == "health" else (200, "HTTP 200")

    def begin():
        tracker = war.parent / "shop##002" / "META-INF" / "war-tracker"
        tracker.parent.mkdir(parents=True)
        tracker.write_bytes(b"")

    return _ready.Target("app", "page", OK, 1, "", health="health", deployed=(str(war),)), asker, begin, urls


def test_a_version_that_tomcat_has_not_begun_with_is_not_ready_although_another_one_answers(tmp_path):
    target, asker, _begin, urls = versions(tmp_path)
    answer = _ready.wait([target], 0, asker, Clock())[0]
    assert (answer.ready, answer.seen) == (False, "Tomcat has not begun to deploy shop##002.war")
    assert urls == []


def test_a_version_that_has_not_started_is_not_ready_although_another_one_answers(tmp_path):
    target, asker, begin, urls = versions(tmp_path, *[(503, "HTTP 503")] * 5)
    begin()
    answer = _ready.wait([target], 0, asker, Clock())[0]
    assert not answer.ready
    assert answer.seen == "HTTP 503 from its health check: an application has not started"
    assert set(urls) == {"health"}


def test_a_version_is_ready_when_all_have_started_and_the_page_answers(tmp_path):
    target, asker, begin, urls = versions(tmp_path, (503, "HTTP 503"), (200, "HTTP 200"))
    begin()
    assert _ready.wait([target], 0, asker, Clock())[0].ready
    assert urls == ["health", "health", "page"]


@pytest.mark.parametrize("path", ["", "/nowhere/at/all"])
def test_no_log_is_no_error(path):
    assert _ready.tail(path, 5) == []


def test_a_log_that_is_a_link_or_a_pipe_is_not_shown(tmp_path):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "link").symlink_to("precious")
    os.mkfifo(str(tmp_path / "pipe"))
    assert _ready.tail(str(tmp_path / "link"), 5) == [
        "(not shown: %s is a link, and a link is not followed there)" % (tmp_path / "link")
    ]
    assert _ready.tail(str(tmp_path / "pipe"), 5) == ["(not shown: %s is not a regular file)" % (tmp_path / "pipe")]


class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(self.path.strip("/")))
        self.send_header("Location", "/200")
        self.end_headers()

    def log_message(self, *words):
        pass


def test_statuses_are_taken_as_they_are(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        base = "http://127.0.0.1:%d" % server.server_port
        try:
            seen = [_ready.ask("%s/%d" % (base, status), 5)[0] for status in (200, 302, 404, 500)]
        finally:
            server.shutdown()
            thread.join()
    assert seen == [200, 302, 404, 500]
    assert _ready.ask(base + "/200", 5)[0] == 0


def answering(data, again=b"", pause=0.0):
    """The URL of a server that says ``data`` to one caller, then ``again`` until that has gone."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)

    def serve():
        connection, _address = listener.accept()
        with contextlib.suppress(OSError), connection, listener:
            connection.recv(65536)
            connection.sendall(data)
            while again:
                connection.sendall(again)
                time.sleep(pause)

    threading.Thread(target=serve, daemon=True).start()
    return "http://127.0.0.1:%d/" % listener.getsockname()[1]


def asked(url, timeout):
    """What asking gives; fails, instead of waiting for ever, when it does not end."""
    found = []
    thread = threading.Thread(target=lambda: found.append(_ready.ask(url, timeout)), daemon=True)
    thread.start()
    thread.join(100)
    assert found, "the server keeps it"
    return found[0]


@pytest.mark.parametrize(
    ("data", "again", "seen"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", "no part of its contents"),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: x\r\n", "header is longer"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[/\r\n\r\n", b"", "HTTP 302"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n", b"x" * 1000, "HTTP 200"),
        (b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 503 Busy\r\n\r\n", b"", "HTTP 503"),
        (b"HTTP/1.1 \xb2\xb9\xb3 OK\r\n\r\n", b"", "not an HTTP answer"),
        (b"SSH-2.0-OpenSSH\r\n", b"", "not an HTTP server"),
        (b"", b"", "closed before the answer"),
    ],
)
def test_no_server_keeps_it(data, again, seen):
    """Whatever it says and however long: one question is over in time, and the others of a run are asked."""
    assert seen in asked(answering(data, again), 60)[1]


@pytest.mark.parametrize("again", [b"x", b"X: " + b"x" * 100 + b"\r\n"])
def test_a_few_bytes_now_and_then_put_nothing_off(again):
    assert asked(answering(b"HTTP/1.1 200 OK\r\nX: ", again, 0.1), 0.5) == (0, "no answer (timed out)")


@pytest.mark.parametrize(
    "url", ["ftp://x/", "http:///x", "http://h:x/", "http://h/a b", "nothing", "http://h/\r\nX: y"]
)
def test_an_url_that_is_none_is_told(url):
    assert _ready.ask(url, 5)[0] == 0


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    """The URL of a server with TLS, and the file with its own certificate, which is for shop.example."""
    folder = tmp_path_factory.mktemp("tls")
    words = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key -out ca -subj /CN=shop.example"
    command = [*words.split(), "-addext", "subjectAltName=DNS:shop.example"]
    subprocess.run(command, cwd=str(folder), check=True, stderr=subprocess.DEVNULL)
    hosts = []

    class Noting(Server):
        def do_GET(self):
            hosts.append(self.headers["Host"])
            super().do_GET()

    with http.server.HTTPServer(("127.0.0.1", 0), Noting) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(folder / "ca"), str(folder / "key"))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda request, address: None
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield "https://127.0.0.1:%d/200" % server.server_port, str(folder / "ca"), hosts
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("ca", "name", "validate", "status", "seen"),
    [
        (True, "", True, 200, "HTTP 200"),
        (True, "shop.example", True, 200, "HTTP 200"),
        (True, "other.example", True, 0, "other.example"),
        (False, "", True, 0, "certificate verify failed"),
        (False, "other.example", False, 200, "HTTP 200"),
    ],
)
def test_a_certificate_is_looked_at_as_far_as_somebody_says(secured, ca, name, validate, status, seen):
    url, path, hosts = secured
    found = _ready.ask(url, 20, _ready.Trust(path if ca else "", name, validate))
    assert found[0] == status
    assert seen in found[1]
    if status:
        assert hosts[-1].partition(":")[0] == (name or "127.0.0.1")
