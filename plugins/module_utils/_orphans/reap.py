# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stop the processes that are proven to be orphans, and nothing else: ask, wait, kill."""

import os
import signal
import typing as t

from .. import _wait
from .._host import proctable as _proctable
from . import proof as _proof

# Both are there from Python 3.9 on; the first may still be refused by the kernel (before 5.3).
_OPEN = getattr(os, "pidfd_open", None)
_SEND = getattr(signal, "pidfd_send_signal", None)
Identity = t.Tuple[int, int]
KILL_WAIT = 5.0  # seconds in which the kernel ends a killed process, unless it hangs in a driver or on a dead disk
SHORTEST, LONGEST = 0.05, 0.5  # seconds between two looks at all processes, which cost time on a machine with many


class Stopped(t.NamedTuple):
    """What was done to one process: names of signals, whether it is gone, and what went wrong."""

    signals: t.Tuple[str, ...] = ()
    gone: bool = False
    error: str = ""


def send(row: _proctable.Row, number: int) -> bool:
    """Signal the very process that was looked at; False when it is gone, even if its number is taken again.

    :raises OSError: not permitted.
    """
    handle = _handle(row.pid)
    try:
        now = _proctable.row(row.pid)
        if now is None or not now.alive or now.identity != row.identity:
            return False
        if handle is None or _SEND is None:
            os.kill(row.pid, number)
        else:
            _SEND(handle, number)
    except ProcessLookupError:
        return False
    finally:
        if handle is not None:
            os.close(handle)
    return True


def _handle(pid: int) -> t.Optional[int]:
    """A file descriptor that stands for the process, whatever becomes of its number; None if there are none here."""
    if _OPEN is None or _SEND is None:
        return None
    try:
        return int(_OPEN(pid))
    except OSError:
        return None


class Reaper:
    """Ends processes by and by: those without a proven parent first, so that each can end its own children."""

    def __init__(
        self,
        look: t.Callable[[], t.List[_proof.Finding]],
        number_of: t.Callable[[_proof.Finding], int],
        protected: t.AbstractSet[int],
        clock: _wait.Clock,
    ) -> None:
        """Prepare.

        :param look: what is proven now, with what was proven before; ``number_of``: the signal that a process is asked
            to end with.
        """
        self._look = look
        self._number_of = number_of
        self._protected = protected
        self._clock = clock
        self._pause = SHORTEST
        self.done = {}  # type: t.Dict[Identity, Stopped]
        self.seen = {}  # type: t.Dict[Identity, _proof.Finding]

    def run(self, timeout: float) -> t.Dict[Identity, Stopped]:
        """Stop everything that is proven, also what is only started meanwhile; returns what became of each.

        :param timeout: seconds after which what is left is killed.
        """
        deadline = self._clock.now() + timeout
        left, self._pause = self._wanted(), SHORTEST
        while left and self._clock.now() < deadline:
            parents = {finding.row.pid for finding in left}
            for finding in left:
                if finding.row.parent not in parents and finding.row.identity not in self.done:
                    self._ask(finding)
            left = self._rest(deadline)
        deadline = self._clock.now() + KILL_WAIT
        while left and self._clock.now() < deadline:
            for finding in left:
                self._send(finding, signal.SIGKILL)
            left = self._rest(deadline)
        return self._summary({finding.row.identity for finding in left})

    def _rest(self, deadline: float) -> t.List[_proof.Finding]:
        """Wait a moment, and longer each time unless there is somebody new to ask; returns what is left then."""
        self._clock.sleep(max(0.0, min(self._pause, deadline - self._clock.now())))
        left = self._wanted()
        fresh = any(finding.row.identity not in self.done for finding in left)
        self._pause = SHORTEST if fresh else min(self._pause * 1.5, LONGEST)
        return left

    def _wanted(self) -> t.List[_proof.Finding]:
        found = [finding for finding in self._look() if finding.row.pid not in self._protected]
        self.seen.update((finding.row.identity, finding) for finding in found)
        return [finding for finding in found if not self._hopeless(finding)]

    def _hopeless(self, finding: _proof.Finding) -> bool:
        return bool(self.done.get(finding.row.identity, Stopped()).error)

    def _ask(self, finding: _proof.Finding) -> None:
        self._send(finding, self._number_of(finding))
        self._send(finding, signal.SIGCONT, quiet=True)  # one that is stopped would not hear of it

    def _send(self, finding: _proof.Finding, number: int, quiet: bool = False) -> None:
        before = self.done.get(finding.row.identity, Stopped())
        try:
            sent = send(finding.row, number)
        except OSError as error:
            self.done[finding.row.identity] = before._replace(error="cannot be signalled: %s" % error.strerror)
            return
        name = signal.Signals(number).name[3:]
        if sent and not quiet and name not in before.signals:
            before = before._replace(signals=before.signals + (name,))
        self.done[finding.row.identity] = before

    def _summary(self, left: t.Set[Identity]) -> t.Dict[Identity, Stopped]:
        for identity in self.seen:
            stopped = self.done.get(identity, Stopped())
            if identity in left:
                stopped = stopped._replace(error="is still there %g s after KILL" % KILL_WAIT)
            self.done[identity] = stopped._replace(gone=not stopped.error)
        return self.done
