# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program of this machine that takes messages: it gets the webhook's JSON, no shell and nothing secret around it."""

import os
import signal
import subprocess
import threading
import typing as t

from .routes import batch as _batch, verdicts as _verdicts, webhook as _webhook

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
SAID = 200  # bytes of what it says on standard error that are kept, the last ones
LINGER = 0.2  # seconds for its last words: what it has left behind may keep its standard error for ever


def deliver(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> _verdicts.Verdict:
    """Run it once.

    Exit status 0 is well, 75 (EX_TEMPFAIL) means to try again, all others that it does not want this message.
    """
    data = _batch.encoded(_webhook.document(batch)) + b"\n"
    name = route["command"][0]
    try:
        started = subprocess.Popen(
            route["command"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        return _verdicts.Verdict("wrong", "%s: %s" % (name, error.strerror))
    said = bytearray()
    threads = [_begun(_feed, started.stdin, data), _begun(_listen, started.stderr, said)]
    try:
        started.wait(route["timeout"])
    except subprocess.TimeoutExpired:
        _kill(started)
        return _verdicts.Verdict("later", "%s did not end within %g s" % (name, route["timeout"]))
    for thread in threads:
        thread.join(LINGER)
    if started.returncode == 0:
        return _verdicts.OK
    words = bytes(said).decode("utf-8", "replace").strip() or "nothing more is said"
    why = "exit status %d: %s" % (started.returncode, words)
    return _verdicts.Verdict("later" if started.returncode == 75 else "refused", why)


def _begun(does: t.Callable[..., None], *arguments: t.Any) -> threading.Thread:
    thread = threading.Thread(target=does, args=arguments, name="command", daemon=True)
    thread.start()
    return thread


def _feed(stream: t.IO[bytes], data: bytes) -> None:
    try:
        with stream:
            stream.write(data)
    except OSError:
        pass  # it need not read all of it


def _listen(stream: t.IO[bytes], said: bytearray) -> None:
    """Keep the last of what it says, however much that is."""
    with stream:
        while True:
            data = os.read(stream.fileno(), 1 << 16)
            if not data:
                return
            said[:] = (said + data)[-SAID:]


def _kill(started: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(started.pid, signal.SIGKILL)
    except OSError:
        pass
    started.wait()
