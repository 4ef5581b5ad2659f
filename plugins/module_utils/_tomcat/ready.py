# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask URLs until they answer as expected, all at once and each with its own deadline."""

import http.client
import os
import threading
import typing as t
import urllib.error
import urllib.request

from .. import _said, _wait

REQUEST_SECONDS = 5.0  # one request; a server that hangs longer is asked again
LOG_BYTES = 65536


class Target(t.NamedTuple):
    """One URL to wait for; status is what counts as ready, timeout is in seconds, log a file for the message."""

    name: str
    url: str
    status: t.FrozenSet[int]
    timeout: float
    log: str


class Answer(t.NamedTuple):
    """How it went: ready, the last thing seen, seconds waited, the end of the log when it failed."""

    name: str
    ready: bool
    seen: str
    seconds: float
    log: t.List[str]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer of the server that is asked; where it leads is not its business."""

    def redirect_request(self, *args: t.Any, **kwargs: t.Any) -> None:
        return None


def ask(url: str, timeout: float) -> t.Tuple[int, str]:
    """One GET, never through a proxy: (status, words for people); status 0 when there was no HTTP answer."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
    try:
        with opener.open(url, timeout=timeout) as answer:
            return answer.getcode(), "HTTP %d" % answer.getcode()
    except urllib.error.HTTPError as error:
        return error.code, "HTTP %d" % error.code
    except (OSError, http.client.HTTPException) as error:
        return 0, "no answer (%s)" % (getattr(error, "reason", None) or error)


def wait(
    targets: t.List[Target],
    lines: int,
    asker: t.Callable[[str, float], t.Tuple[int, str]] = ask,
    clock: t.Optional[_wait.Clock] = None,
) -> t.List[Answer]:
    """Wait for all targets side by side; the order of the answers is that of the targets.

    :param lines: how many lines of a failed target's log to return.
    """
    clock = clock or _wait.Clock()
    answers = {}  # type: t.Dict[int, Answer]

    def follow(index: int, target: Target) -> None:
        answers[index] = _follow(target, lines, asker, clock)

    threads = [threading.Thread(target=follow, args=pair) for pair in enumerate(targets)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[index] for index in range(len(targets))]


def _follow(target: Target, lines: int, asker: t.Callable[[str, float], t.Tuple[int, str]], clock: t.Any) -> Answer:
    start = clock.now()
    while True:
        left = target.timeout - (clock.now() - start)
        status, seen = asker(target.url, max(0.1, min(REQUEST_SECONDS, left)))
        waited = clock.now() - start
        if status in target.status:
            return Answer(target.name, True, seen, waited, [])
        if waited >= target.timeout:
            return Answer(target.name, False, seen, waited, tail(target.log, lines))
        clock.sleep(min(0.25, target.timeout - waited))


def tail(path: str, lines: int) -> t.List[str]:
    """The last lines of a log, without control characters; none when it cannot be read."""
    if not path or lines < 1:
        return []
    try:
        with open(path, "rb") as handle:
            handle.seek(max(0, os.fstat(handle.fileno()).st_size - LOG_BYTES))
            text = handle.read().decode("utf-8", "replace")
    except OSError:
        return []
    return _said.text(text).rstrip("\n").split("\n")[-lines:]
