# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A company's proxy as many are: it names the inner host in Host, cuts the path off, and says for whom it asks."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import ssl
import threading
import typing as t
import urllib.parse

PORT = 18391  # stands in the scenario's monitor_web_public_origins
PASSED_ON = ("Authorization", "Origin", "Referer", "Sec-Fetch-Site", "Cookie", "Content-Type")


@contextlib.contextmanager
def running(inner: str, path: str) -> t.Iterator[str]:
    """Serve the monitor at ``inner`` below a path; the address that people see."""
    parts = urllib.parse.urlsplit(inner)

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: self.headers[name] for name in PASSED_ON if self.headers[name] is not None}
            headers["X-Forwarded-For"] = "203.0.113.9"
            if parts.scheme == "https":
                context = ssl._create_unverified_context()
                connection = http.client.HTTPSConnection(parts.netloc, timeout=60, context=context)
            else:
                connection = http.client.HTTPConnection(parts.netloc, timeout=60)
            connection.request(self.command, "/" + self.path[len(path) :], body or None, headers)
            received = connection.getresponse()
            content = received.read()
            self.send_response(received.status)
            for name, value in received.getheaders():
                if name not in ("Connection", "Transfer-Encoding", "Content-Length", "Server", "Date"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = answer  # noqa: N815 the names are those of the base class
        do_POST = answer  # noqa: N815

        def log_message(self, *_words: object) -> None:
            pass

    http.server.ThreadingHTTPServer.allow_reuse_address = True
    with http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{PORT}{path}"
        server.shutdown()
