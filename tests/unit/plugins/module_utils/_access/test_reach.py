# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports that are asked: one that answers, one that nobody has, and words for what stands between."""

import errno
import socket

import pytest

from ansible_collections.supervisord.fleet.plugins.module_utils._access import reach as _reach


def test_who_listens_answers_and_who_does_not_is_told_in_the_order_asked():
    with socket.socket() as server, socket.socket() as taken:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        taken.bind(("127.0.0.1", 0))  # nobody listens
        wanted = [_reach.Port("127.0.0.1", one.getsockname()[1]) for one in (taken, server)]
        closed, answers = _reach.ask_all(wanted, 5)
    assert closed.startswith("refused: nothing listens there")
    assert answers == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EHOSTUNREACH, "x"), "No route to host, as when a firewall rejects it"),
        (OSError(errno.ECONNRESET, "x"), "Connection reset by peer"),
        (TimeoutError(), "no answer within 5 s, as when a firewall drops what it does not let in"),
        (socket.gaierror(-2, "Name or service not known"), "its name has no address (Name or service not known)"),
    ],
)
def test_what_stands_between_is_told(monkeypatch, error, words):
    def connect(_address, _timeout):
        raise error

    monkeypatch.setattr(_reach.socket, "create_connection", connect)
    assert _reach.ask(_reach.Port("x", 1), 5) == words


def test_nothing_to_ask_is_fine():
    assert _reach.ask_all([], 5) == []
