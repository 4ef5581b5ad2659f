# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Host names to addresses, in threads: the resolver of the C library knows no deadline and waits for nobody."""

import collections
import os
import socket
import typing as t

Found = t.Union[t.List[t.Any], OSError]

MAX_THREADS = 64


class Resolver:
    """Looks each name up once. Close it when it is no longer needed; what is still being looked up is given up."""

    def __init__(self) -> None:
        self._known = {}  # type: t.Dict[str, t.Optional[Found]]
        self._queue = collections.deque()  # type: t.Deque[str]
        self._threads = 0
        self._lock = None  # type: t.Any
        self._pipe = ()  # type: t.Tuple[int, ...]

    def find(self, host: str, port: int) -> t.Optional[Found]:
        """The addresses as ``socket.getaddrinfo`` gives them, the error, or None while nothing is known yet.

        ``fileno`` becomes readable when more is known than before.
        """
        if host not in self._known:
            self._known[host] = _numeric(host)
            if self._known[host] is None:
                self._ask(host)
        found = self._known[host]
        if found is None or isinstance(found, OSError):
            return found
        return [item[:4] + ((item[4][0], port) + item[4][2:],) for item in found]

    def fileno(self) -> int:
        """What to wait for; -1 while no name has had to be looked up."""
        return self._pipe[0] if self._pipe else -1

    def drain(self) -> None:
        """Make ``fileno`` unreadable until more is known."""
        try:
            if self._pipe:
                os.read(self._pipe[0], 4096)
        except BlockingIOError:
            pass

    def forget(self) -> None:
        """Look every name up anew when it is asked for again: what was true a minute ago may not be so now."""
        self._known = {host: found for host, found in self._known.items() if found is None}

    def close(self) -> None:
        """Give the file descriptors back."""
        if self._pipe:
            with self._lock:
                for descriptor in self._pipe:
                    os.close(descriptor)
                self._pipe = ()

    def _ask(self, host: str) -> None:
        import threading  # most addresses are numbers or sockets, which need none

        if not self._pipe:
            self._lock = threading.Lock()
            self._pipe = os.pipe()
            for descriptor in self._pipe:
                os.set_blocking(descriptor, False)
        with self._lock:
            self._queue.append(host)
            if self._threads == MAX_THREADS:
                return
            self._threads += 1
        thread = threading.Thread(target=self._work)
        thread.daemon = True  # one that hangs must not keep the process from ending
        thread.start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._queue:
                    self._threads -= 1
                    return
                host = self._queue.popleft()
            try:
                found = _look_up(host)  # type: Found
            except OSError as error:
                found = error
            with self._lock:
                self._known[host] = found
                self._tell()

    def _tell(self) -> None:
        try:
            if self._pipe:
                os.write(self._pipe[1], b".")
        except BlockingIOError:  # it is so full of news that one more says nothing
            pass


def _look_up(host: str, flags: int = 0) -> t.List[t.Any]:
    # Bytes: for text Python loads its tables of international names, which no address here can hold.
    return socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM, flags=flags)


def _numeric(host: str) -> t.Optional[Found]:
    """The address that a number stands for, None for a name."""
    try:
        return _look_up(host, socket.AI_NUMERICHOST)
    except OSError:
        return None
