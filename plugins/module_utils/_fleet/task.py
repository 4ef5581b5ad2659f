# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One script on its way at one daemon: a machine that never blocks and never raises."""

import typing as t

from .. import _errors, _said
from .._rpc import (
    batch as _batch,
    channel as _channel,
    endpoint as _endpoint,
    resolver as _resolver,
    script as _script,
)

# Bytes of one answer: 10,000 processes take about 10 million. Answers of many daemons are in memory at once, and while
# one is read the others wait, so each must be read within a second or so.
MAX_ANSWER = 16 << 20


class Job(t.NamedTuple):
    """A script to carry out at one daemon."""

    name: str
    endpoint: _endpoint.Endpoint
    script: _script.Script
    timeout: float  # seconds for each request: connect, send, answer
    max_answer: int = MAX_ANSWER  # bytes


class Ended(t.NamedTuple):
    """What became of a job: its script's return value, or the error that ended it."""

    name: str
    value: t.Any
    error: t.Optional[_errors.SupervisorError]
    seconds: float


class Task:
    """A job that has begun. ``advance`` goes on with it; ``ended`` is set when there is nothing more to do."""

    def __init__(self, job: Job, resolver: _resolver.Resolver, now: float) -> None:
        self.job = job
        self.channel = _channel.Channel(job.endpoint, resolver, job.max_answer)
        self.ended = None  # type: t.Optional[Ended]
        self._began = now
        self._request = None  # type: t.Optional[_script.Calls]
        self._resume = now  # after a pause
        self._answers = None  # type: t.Optional[t.List[t.Any]]
        self._error = None  # type: t.Optional[_errors.SupervisorError]

    @property
    def until(self) -> float:
        """When ``advance`` must be called at the latest."""
        return self.channel.until if self._request is not None else self._resume

    @property
    def source(self) -> t.Tuple[int, int]:
        """File descriptor to wait for and what for; (-1, 0): for nothing but time."""
        return self.channel.source if self._request is not None else (-1, 0)

    def advance(self, now: float) -> None:
        """Go on as far as that is possible without waiting."""
        while self.ended is None:
            if self._request is not None:
                if not self._receive(now):
                    return
            elif now < self._resume:
                return
            self._step(now)

    def give_up(self, error: _errors.SupervisorError, now: float) -> None:
        """End at once. The script is told, and can return what it has done so far; it gets no more answers."""
        for _request in range(_PATIENCE):
            if self.ended is None:
                self._request, self._answers, self._error = None, None, error
                self._step(now)
        if self.ended is None:
            self._end(now, None, error)
        ended = t.cast(Ended, self.ended)
        if ended.error is not None and ended.error is not error:
            error = type(error)(ended.error.message, **ended.error.details)
        self.ended = ended._replace(error=error)

    def _receive(self, now: float) -> bool:
        """Has the request on its way come to an end, good or bad?"""
        request, url = t.cast(_script.Calls, self._request), self.job.endpoint.url
        try:
            body = self.channel.advance(now)
            if body is None:
                return False
            self._answers = _batch.decode(request.calls, body, url, request.alone)
        except _errors.SupervisorError as error:
            self._error = _batch.located(error, request.calls, url, request.alone)
        except Exception as error:  # noqa: BLE001  see unexpected
            self.channel.close()
            self._error = unexpected(error, url)
        self._request = None
        return True

    def _step(self, now: float) -> None:
        """Give the script what it waits for, and take what it asks for next."""
        answers, error, self._answers, self._error = self._answers, self._error, None, None
        try:
            script = self.job.script
            request = script.throw(error) if error is not None else script.send(answers)
            self._take(request, now)
        except StopIteration as stop:
            self._end(now, stop.value, None)
        except _errors.SupervisorError as raised:
            self._end(now, None, _batch.placed(raised, self.job.endpoint.url))
        except Exception as raised:  # noqa: BLE001  see unexpected
            self._end(now, None, unexpected(raised, self.job.endpoint.url))

    def _take(self, request: t.Any, now: float) -> None:
        if isinstance(request, _script.Pause):
            self._resume = now + request.seconds
        elif not request.calls:
            self._answers = []
        else:
            limit = self.job.timeout if request.timeout is None else min(request.timeout, self.job.timeout)
            try:
                self.channel.begin(_batch.encode(request.calls, request.alone), limit, now)
                self._request = request
            except _errors.SupervisorError as error:
                self._error = error

    def _end(self, now: float, value: t.Any, error: t.Optional[_errors.SupervisorError]) -> None:
        self.channel.close()
        self.ended = Ended(self.job.name, value, error, now - self._began)


def unexpected(error: Exception, url: str) -> _errors.Unexpected:
    """The last net: one daemon's answers must not cost the report about all others, whatever they lead to.

    Nothing known ends here: what a daemon can do wrong is an error with a name, raised where it is noticed. So a
    mistake of ours stays visible: this error has its own class and says where it happened, the tests of bad answers
    accept none of it, and a task for one daemon, which runs the same code, has no such net.
    """
    import traceback  # only for this

    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return _errors.Unexpected(
        "supervisord at %s: its answer led to %s, which nothing here expects. If it is a Supervisor, this is a mistake "
        "of the collection supervisord.fleet: please report it with what stands in exception"
        % (url, _said.brief(error)),
        url=url,
        exception=["%s:%d in %s" % (frame[0].rpartition("/")[2], frame[1], frame[2]) for frame in frames],
    )


_PATIENCE = 1000  # requests that a script told to give up may still ask for in vain
