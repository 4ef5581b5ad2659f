#!/usr/bin/env python3
# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a URL so many times a second until a file appears: steady.py URL RATE STOP OUTPUT

Each request is a connection of its own and starts at its time, whether or not those before it have ended, as those of
many people do. Every third is a POST, which a proxy must not send twice. OUTPUT gets the numbers as JSON.
"""

from __future__ import annotations

import http.client
import json
import pathlib
import sys
import threading
import time
from urllib.parse import urlsplit

DEADLINE = 900  # seconds after which it ends by itself
answers: list[tuple[float, float, str]] = []


def ask(host: str, path: str, method: str) -> None:
    """One request; notes when it began, how long it took, and the status or the error."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(host, timeout=60)
    try:
        connection.request(method, path, body=b"" if method == "POST" else None)
        answer = connection.getresponse()
        answer.read()
        word = str(answer.status)
    except (OSError, http.client.HTTPException) as error:
        word = repr(error)
    finally:
        connection.close()
    answers.append((began, time.monotonic() - began, word))


def main(url: str, rate: str, stop: str, output: str) -> int:
    """Ask until told to stop, then write down how it went."""
    parts = urlsplit(url)
    begin = time.monotonic()
    threads = []
    while not pathlib.Path(stop).exists() and time.monotonic() - begin < DEADLINE:
        method = "POST" if len(threads) % 3 == 0 else "GET"
        threads.append(threading.Thread(target=ask, args=(parts.netloc, parts.path or "/", method)))
        threads[-1].start()
        time.sleep(max(0.0, begin + len(threads) / float(rate) - time.monotonic()))
    for thread in threads:
        thread.join()
    result = {
        "requests": len(answers),
        "seconds": round(time.monotonic() - begin, 1),
        "failed": [[round(at - begin, 2), word] for at, _took, word in sorted(answers) if word != "200"],
        "slowest": round(max(took for _at, took, _word in answers), 3),
    }
    pathlib.Path(output).write_text(json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
