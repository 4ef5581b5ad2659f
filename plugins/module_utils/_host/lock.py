# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time: the lock on a daemon's main file, and how long a run waits for it."""

import fcntl
import os
import typing as t

from .. import _errors, _wait


class Lock:
    """Only one run at a time changes the programs of a daemon: two rereads would mix their groups.

    :param path: the daemon's main configuration file; it is locked, not changed.
    :param timeout: seconds to wait for another run.
    :raises _errors.DeadlineExceeded: the other run did not end.
    """

    def __init__(self, path: str, timeout: float = 600.0, clock: t.Optional[_wait.Clock] = None) -> None:
        self.path = path
        self._timeout = timeout
        self._clock = clock or _wait.Clock()
        self._descriptor = -1

    def __enter__(self) -> "Lock":
        """Wait for the lock. Raises DeadlineExceeded, and SupervisorError when the file cannot be opened."""
        try:
            self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise _errors.SupervisorError("Cannot open %s: %s" % (self.path, error.strerror), path=self.path) from None
        try:
            _wait.wait_until(self._locked, self._timeout, 0.2, self._clock, "the end of another task's run")
        except _errors.DeadlineExceeded as error:
            os.close(self._descriptor)
            error.message += "; see which process holds a lock on %s" % self.path
            raise
        return self

    def __exit__(self, *_details: t.Any) -> None:
        """Let the next one in."""
        os.close(self._descriptor)

    def _locked(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
