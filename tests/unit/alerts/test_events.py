# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events as supervisord writes them."""

from __future__ import annotations

import os

import pytest
from supervisord_fleet_alerts import events as _events, protocol as _protocol

HEAD = b"ver:3.0 server:supervisor serial:21 pool:listener poolserial:10 eventname:PROCESS_STATE_EXITED len:%d\n"
BODY = "processname:cät groupname:g from_state:RUNNING expected:0 pid:2766".encode()


@pytest.fixture
def pipes():
    """What supervisord writes to, what it reads, and a listener between them."""
    to, out, saved = os.pipe(), os.pipe(), os.dup(2)
    listener = _protocol.Listener(to[0], out[1])
    yield to[1], out[0], listener
    os.dup2(saved, 2)
    for descriptor in {*to, *out, saved}:
        try:
            os.close(descriptor)
        except OSError:
            pass


def test_an_event_has_its_words():
    seen = _events.event(_events.header(HEAD % len(BODY)), BODY)
    assert (seen.name, seen.serial, seen.pool_serial) == ("PROCESS_STATE_EXITED", 21, 10)
    assert seen.words["expected"] == "0"
    assert _events.program(seen) == "g:cät"


def test_a_remote_event_has_data():
    body = b"type:mine\nfirst\nsecond"
    seen = _events.event(_events.header(b"eventname:REMOTE_COMMUNICATION len:5\n"), body)
    assert seen.words == {"type": "mine"}
    assert seen.data == "first\nsecond"
    assert seen.serial == -1


@pytest.mark.parametrize("line", [b"", b"READY", b"eventname:X", b"len:5", b"eventname:X len:-1", b"eventname:X len:x"])
def test_what_is_no_header_is_said_to_be_none(line):
    with pytest.raises(_events.BadHeader):
        _events.header(line)


def test_events_come_in_any_pieces(pipes):
    to, out, listener = pipes
    whole = (HEAD % len(BODY) + BODY) * 2
    seen = []
    for number in range(len(whole)):
        os.write(to, whole[number : number + 1])
        seen.append(listener.read())
    events = [one for one in seen if one]
    assert len(events) == 2
    assert seen[-1] == events[1]
    listener.done()
    assert os.read(out, 100) == b"RESULT 2\nOKREADY\n"


def test_nothing_stray_reaches_supervisord(pipes):
    _to, out, listener = pipes
    mine = os.fstat(listener._out)
    for descriptor in range(3, 60):
        try:
            same = os.fstat(descriptor).st_ino == mine.st_ino
        except OSError:
            continue
        assert not same or descriptor in (out, listener._out) or not os.get_inheritable(descriptor)
    assert not os.get_inheritable(listener._out)


def test_an_end_is_told(pipes):
    to, _out, listener = pipes
    os.close(to)
    with pytest.raises(_protocol.Closed):
        listener.read()
