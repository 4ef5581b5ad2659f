# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event listener protocol: supervisord's events come in at file 0, and nothing but answers goes out at file 1.

One stray byte at file 1 would make supervisord stop sending events for good, without a sign of it. So the real file 1
is moved away first, where no program that is started and no ``print`` can find it; all else that is written goes to
standard error.
"""

import os
import typing as t

from . import events as _events

READY = b"READY\n"
OK = b"RESULT 2\nOK"
MOST = 8 << 20  # bytes of an event; supervisord sends log output as events where it is told to


class Closed(Exception):
    """supervisord is gone, or has closed the pipes."""


class Listener:
    """This end of the pipes to supervisord."""

    def __init__(self, incoming: int = 0, outgoing: int = 1) -> None:
        self._in = incoming
        self._out = os.dup(outgoing)  # closed in whatever is started: dup() sees to it
        os.dup2(2, outgoing)
        self._buffer = b""
        self._words = {}  # type: t.Dict[str, str]

    def fileno(self) -> int:
        """What to wait for."""
        return self._in

    def ready(self) -> None:
        """Ask for the next event.

        :raises Closed: nobody hears it.
        """
        self._write(READY)

    def done(self) -> None:
        """The event is kept; ask for the next.

        :raises Closed: nobody hears it.
        """
        self._write(OK + READY)

    def read(self) -> t.Optional[_events.Event]:
        """What has come is read; return the event once it is whole.

        :raises Closed: nothing will come any more.
        :raises _events.BadHeader: it is no event.
        """
        try:
            data = os.read(self._in, 1 << 16)
        except OSError as error:
            raise Closed(str(error))
        if not data:
            raise Closed("supervisord has closed the listener's input")
        self._buffer += data
        return self._event()

    def _event(self) -> t.Optional[_events.Event]:
        if not self._words:
            line, newline, rest = self._buffer.partition(b"\n")
            if not newline:
                if len(line) > 1 << 16:
                    raise _events.BadHeader("supervisord sends no end of a line")
                return None
            self._words, self._buffer = _events.header(line), rest
        length = int(self._words["len"])
        if length > MOST:
            raise _events.BadHeader("supervisord announces an event of %d bytes" % length)
        if len(self._buffer) < length:
            return None
        payload, self._buffer = self._buffer[:length], self._buffer[length:]
        words, self._words = self._words, {}
        return _events.event(words, payload)

    def _write(self, data: bytes) -> None:
        try:
            while data:
                data = data[os.write(self._out, data) :]
        except OSError as error:
            raise Closed(str(error))
