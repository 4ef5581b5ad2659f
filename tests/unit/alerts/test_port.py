# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The port of the metrics: who calls it cannot hold it."""

from __future__ import annotations

import http.client
import socket

import pytest
import sockets
from supervisord_fleet_alerts import log as _log, port as _port


@pytest.fixture
def number():
    with sockets.listening() as taken:
        return taken.getsockname()[1]


def asked(number, path="/metrics"):
    caller = http.client.HTTPConnection("127.0.0.1", number, timeout=20)
    caller.request("GET", path)
    answer = caller.getresponse()
    try:
        return answer.status, answer.read()
    finally:
        caller.close()


def test_metrics_and_nothing_else(number):
    _port.Port(number, lambda: "supervisor_up 1\n", _log.Log()).open()
    assert asked(number) == (200, b"supervisor_up 1\n")
    assert asked(number, "/") == (404, b"")


def test_one_who_says_nothing_and_one_who_leaves_hold_nobody(number, monkeypatch, capsys):
    monkeypatch.setattr(_port, "PATIENCE", 0.5)
    _port.Port(number, lambda: "supervisor_up 1\n", _log.Log()).open()
    silent = socket.create_connection(("127.0.0.1", number))
    for byte in b"GET /met":  # and never the end of it
        silent.sendall(bytes([byte]))
    socket.create_connection(("127.0.0.1", number)).close()
    assert asked(number)[0] == 200
    silent.close()
    assert capsys.readouterr() == ("", "")


def test_a_port_that_another_has_is_tried_again(number, capsys):
    port = _port.Port(number, lambda: "supervisor_up 1\n", _log.Log())
    with sockets.listening(number):
        port.open()
        assert "metrics: port %d: Address already in use" % number in capsys.readouterr().err
    port.open()
    port.open()
    assert asked(number)[0] == 200
