# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deadline that holds whatever the other side does: whoever waits at a connection then is woken."""

import contextlib
import socket
import threading
import typing as t

Held = t.Callable[[], t.Iterable[t.Optional[socket.socket]]]


@contextlib.contextmanager
def within(seconds: float, held: Held) -> t.Iterator[None]:
    """Do something in so many seconds.

    :param held: the connections that it has when the time is over; they are shut down then.
    """
    ended = threading.Timer(seconds, _wake, (held,))
    ended.daemon = True
    ended.start()
    try:
        yield
    finally:
        ended.cancel()


def _wake(held: Held) -> None:
    for one in held():
        if one is not None:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
