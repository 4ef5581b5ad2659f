# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for HTTP: deadlines that hold, answers as they are, and the end of the log when it fails."""

import http.server
import threading

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


@pytest.mark.parametrize("path", ["", "/nowhere/at/all"])
def test_no_log_is_no_error(path):
    assert _ready.tail(path, 5) == []


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
