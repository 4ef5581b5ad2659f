# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs jobs side by side, each in a thread of its own."""

from __future__ import annotations

import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ..module_utils import _client, _endpoint, _errors, _session, _transport


class Job(t.NamedTuple):
    """One daemon and the procedure to run on it."""

    name: str
    endpoint: _endpoint.Endpoint
    script: t.Generator[t.Any, t.Any, t.Any]
    timeout: float


class Ended(t.NamedTuple):
    """How a job ended."""

    name: str
    value: t.Any
    error: t.Optional[_errors.SupervisorError]
    seconds: float


def run(jobs: t.Sequence[Job], parallel: int = 0) -> t.List[Ended]:
    """Run all of them; the results come in the order of the jobs."""
    with ThreadPoolExecutor(max_workers=parallel or min(256, len(jobs) or 1)) as pool:
        return list(pool.map(_one, jobs))


def _one(job: Job) -> Ended:
    begin = time.monotonic()
    client = _client.Client(_transport.Transport(job.endpoint, job.timeout))
    try:
        value, error = _drive(client, job.script), None
    except _errors.SupervisorError as caught:
        value, error = None, caught
    finally:
        client.close()
    return Ended(job.name, value, error, time.monotonic() - begin)


def _drive(client: _client.Client, script: t.Generator[t.Any, t.Any, t.Any]) -> t.Any:
    answers: t.Any = None
    while True:
        try:
            step = script.send(answers)
        except StopIteration as end:
            return end.value
        answers = None
        if isinstance(step, _session.Calls):
            answers = client.multicall(step.calls)
        else:
            time.sleep(step.seconds)
