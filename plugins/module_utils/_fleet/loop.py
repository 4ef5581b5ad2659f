# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One event loop for many daemons: every script goes on as soon as its own daemon has answered.

Nothing in it waits for a single daemon, so that a hung one costs the others nothing.
"""

import typing as t

from .. import _errors, _wait
from .._host import open_files as _open_files
from .._rpc import resolver as _resolver
from . import poller as _poller, task as _task, timers as _timers

Job = _task.Job
Ended = _task.Ended
Progress = t.Callable[[_task.Ended, int, int], None]

_RESOLVER = -1  # in the place of a job's number
_AT_ONCE = 32


def run(
    jobs: t.Sequence[Job],
    parallel: int = 0,
    deadline: t.Optional[float] = None,
    progress: t.Optional[Progress] = None,
    clock: t.Optional[_wait.Clock] = None,
) -> t.List[Ended]:
    """Carry out all jobs side by side; returns what became of each, in the same order. Raises nothing of theirs.

    KeyboardInterrupt ends it early: what has ended is reported as it is, all others get ``Interrupted`` as their
    error, with what their scripts, told so, could still say about what they had done.

    :param parallel: so many jobs at the same time; 0 = as many as there can be open files.
    :param deadline: seconds for everything together; what has not ended by then gets DeadlineExceeded.
    :param progress: called with each job that has ended, and with how many have and will.
    """
    loop = _Loop(jobs, deadline, progress, clock or _wait.Clock())
    wanted = len(jobs) if parallel <= 0 else min(parallel, len(jobs))
    try:
        with _open_files.files(wanted) as room:
            loop.run(room)
    except KeyboardInterrupt:
        loop.give_up(_interrupted)
    finally:
        loop.close()
    return t.cast(t.List[Ended], loop.ended)


def _interrupted(seconds: float, begun: bool) -> _errors.SupervisorError:
    if not begun:
        return _errors.Interrupted("interrupted after %.1f s: nothing was asked of it" % seconds)
    return _errors.Interrupted("interrupted after %.1f s: what became of the last request is unknown" % seconds)


def _late(seconds: float, begun: bool) -> _errors.SupervisorError:
    what = "what became of the last request is unknown" if begun else "nothing was asked of it"
    return _errors.DeadlineExceeded("after the %.1f s given to all together: %s" % (seconds, what), timeout=seconds)


class _Loop:
    def __init__(
        self,
        jobs: t.Sequence[Job],
        deadline: t.Optional[float],
        progress: t.Optional[Progress],
        clock: _wait.Clock,
    ) -> None:
        self.ended = [None] * len(jobs)  # type: t.List[t.Optional[Ended]]
        self._jobs = jobs
        self._progress = progress
        self._clock = clock
        self._began = clock.now()
        self._deadline = float("inf") if deadline is None else self._began + deadline
        self._resolver = _resolver.Resolver()
        self._resolving = set()  # type: t.Set[int]
        self._poller = _poller.Poller()
        self._timers = _timers.Timers()
        self._tasks = {}  # type: t.Dict[int, _task.Task]
        self._begun = 0
        self._done = 0

    def run(self, room: int) -> None:
        """Go on until all have ended, with at most ``room`` at the same time."""
        while self._done < len(self._jobs):
            now = self._clock.now()
            if now >= self._deadline:
                self.give_up(_late)
                return
            more = self._begin(min(_AT_ONCE, room - len(self._tasks)), now)
            if self._tasks:  # what fails at once, such as a socket that is not there, has ended by now
                self._turn(0.0 if more else min(self._timers.first, self._deadline) - self._clock.now())

    def give_up(self, because: t.Callable[[float, bool], _errors.SupervisorError]) -> None:
        """End everything at once.

        :param because: makes the error for a job from the seconds that have passed and whether it had begun.
        """
        now = self._clock.now()
        for number, job in enumerate(self._jobs):
            task = self._tasks.get(number)
            if task is not None:
                task.give_up(because(now - self._began, True), now)
                self._end(number, task.ended)
            elif self.ended[number] is None:
                self._end(number, Ended(job.name, None, because(now - self._began, False), 0.0))

    def close(self) -> None:
        """Give the file descriptors back."""
        self._resolver.close()
        self._poller.close()

    def _begin(self, count: int, now: float) -> bool:
        """Begin so many more jobs; is there room and work for others at once?

        Not all in one go: the first daemons can work while the last are still being connected to.
        """
        for number in range(self._begun, min(self._begun + count, len(self._jobs))):
            self._begun = number + 1
            self._tasks[number] = _task.Task(self._jobs[number], self._resolver, now)
            self._advance(number)
        return count == _AT_ONCE and self._begun < len(self._jobs)

    def _turn(self, seconds: float) -> None:
        """Wait so long at most, and go on with what can go on."""
        for number in self._poller.poll(seconds):
            if number == _RESOLVER:
                self._resolver.drain()
                for resolving in sorted(self._resolving):
                    self._advance(resolving)
            else:
                self._advance(number)
        for number in self._timers.due(self._clock.now()):
            self._advance(number)

    def _advance(self, number: int) -> None:
        task = self._tasks.get(number)
        if task is None:
            return
        task.advance(self._clock.now())
        self._resolving.discard(number)
        if task.ended is not None:
            self._poller.forget(number)
            self._timers.forget(number)
            self._end(number, task.ended)
            return
        descriptor, events = task.source
        if descriptor >= 0 and descriptor == self._resolver.fileno():
            self._resolving.add(number)
            self._poller.watch(_RESOLVER, self._resolver, events)
        else:
            self._poller.watch(number, task.channel.socket, events)
        self._timers.set(number, task.until)

    def _end(self, number: int, ended: t.Optional[Ended]) -> None:
        self.ended[number] = ended
        self._tasks.pop(number, None)
        self._done += 1
        if self._progress is not None:
            self._progress(t.cast(Ended, ended), self._done, len(self._jobs))
