# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP request: what cannot be sent is told without its secrets, and nobody holds it for longer than it may."""

from __future__ import annotations

import threading
import time

import pytest
import sockets
from supervisord_fleet_alerts import log as _log, web as _web

SECRET = "hunter2-Z9x"


@pytest.fixture
def place():
    """A port at which connections are taken, and nothing is said."""
    server = sockets.listening()
    yield "http://127.0.0.1:%d" % server.getsockname()[1]
    server.close()


def why(url, headers=None, timeout=5.0):
    with pytest.raises(_web.Failed) as caught:
        _web.ask(_web.Request(url, b"{}", headers or {}), _web.Way(timeout))
    return str(caught.value)


@pytest.mark.parametrize("end", ["\n", "\r\nX-Other: 1", "\u6f22"])
def test_a_header_that_cannot_be_sent_is_not_shown(place, end):
    assert SECRET not in why(place, {"Authorization": "Bearer " + SECRET + end})


def test_an_address_that_cannot_be_sent_is_not_shown(place):
    for path in ("/services/%s\x01" % SECRET, "/services/%s/\u6f22" % SECRET):
        assert SECRET not in why(place + path)


@pytest.mark.parametrize("url", ["http://[x/" + SECRET, "http://x:99999/" + SECRET])
def test_what_is_no_address_is_a_failure_like_others(url):
    assert why(url) == "the address cannot be read"


def test_an_answer_without_end_is_left_in_time():
    """It comes byte by byte, each of them in time, and has no length. What came of it is the answer."""
    server = sockets.listening()

    def drip():
        caller, _address = server.accept()
        with caller:
            try:
                caller.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                while True:
                    caller.sendall(b"x")
                    time.sleep(0.05)
            except OSError:
                pass

    threading.Thread(target=drip, daemon=True).start()
    with server:
        began = time.monotonic()
        answer = _web.ask(_web.Request("http://127.0.0.1:%d" % server.getsockname()[1]), _web.Way(3))
    assert answer.status == 200
    assert set(answer.body) <= set(b"x")
    assert time.monotonic() - began < 60


def test_a_log_hides_what_is_known_to_be_secret():
    assert SECRET not in _log.Log([SECRET]).harmless("POST /services/%s was not found" % SECRET)
