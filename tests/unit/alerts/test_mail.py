# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail: what a server says without end takes neither room nor time, and a mailbox loses nothing by Message-IDs."""

from __future__ import annotations

import itertools
import socket
import threading
import time

import notices as _notices
import pytest
from supervisord_fleet_alerts import mail as _mail
from supervisord_fleet_alerts.routes import batch as _batch

ROUTE = {"host": "127.0.0.1", "security": "none", "username": "", "sender": "a@b", "to": ["c@d"], "ca_file": ""}


def batch(*keys):
    return _batch.Batch([_notices.message(key=key) for key in keys], _notices.TELLER, 1700000000.5)


@pytest.fixture
def server():
    """``server(verb, line, pause)`` takes one mail, and answers this verb with this line for ever; what it has sent."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(5)
    sent = []

    def serve(verb, line, pause):
        caller, _address = listener.accept()
        stream = caller.makefile("rb")
        try:
            asked, known = "", {"DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}
            while True:
                if asked == verb:
                    for _turn in itertools.count():
                        sent.append(caller.send(line))
                        time.sleep(pause)
                caller.sendall(known.get(asked, b"220 ok\r\n" if not asked else b"250 ok\r\n"))
                if asked == "DATA":
                    while stream.readline() not in (b".\r\n", b""):
                        pass
                    caller.sendall(b"250 taken\r\n")
                asked = stream.readline().decode()[:4].upper()
        except OSError:
            pass
        finally:
            caller.close()

    def start(verb, line, pause=0.0):
        threading.Thread(target=serve, args=(verb, line, pause), daemon=True).start()
        return dict(ROUTE, port=listener.getsockname()[1], timeout=2.0), sent

    yield start
    listener.close()


def test_a_server_that_does_not_end_is_left(server):
    route, sent = server("", b"220-" + b"x" * 1000 + b"\r\n")
    verdict = _mail.deliver(route, batch("k-1"))
    assert (verdict.word, "says more than" in verdict.why) == ("later", True)
    assert sum(sent) < 20 << 20


def test_a_mail_that_was_taken_was_taken_whatever_is_said_after_it(server):
    route, sent = server("QUIT", b"221-" + b"x" * 1000 + b"\r\n")
    assert _mail.deliver(route, batch("k-1")).word == "ok"
    assert sum(sent) < 20 << 20


def test_the_time_ends_with_the_last_word(server):
    """Each byte comes in time, and the line has no end."""
    route, _sent = server("QUIT", b"x", 0.05)
    began = time.monotonic()
    assert _mail.deliver(route, batch("k-1")).word == "ok"
    assert time.monotonic() - began < 30


def test_a_message_id_is_that_of_just_these_messages():
    """Where a mail came and its answer was lost, it comes again with what is new; mailboxes drop what they have."""
    route = dict(ROUTE, timeout=2.0)
    names = [_mail.letter(route, batch(*keys))["Message-ID"] for keys in (("a-1",), ("a-1", "b-1"), ("a-1", "c-1"))]
    assert len(set(names)) == 3
    assert names[0] == "<a-1@web01>"
    assert names[1] == _mail.letter(route, batch("a-1", "b-1"))["Message-ID"]
