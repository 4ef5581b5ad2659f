# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics at a port of this machine. Everybody here can call it: none of them can hold it, or make it say anything."""

import http.server
import socketserver
import threading
import typing as t

from . import deadline as _deadline, log as _log

PATIENCE = 3.0  # seconds for one caller; they come one by one


class Port:
    """The port, on 127.0.0.1.

    :param text: the metrics of now.
    """

    def __init__(self, number: int, text: t.Callable[[], str], log: _log.Log) -> None:
        self._number, self._text, self._log = number, text, log
        self._open = False

    def open(self) -> None:
        """Open it unless it is. A former listener, or somebody else, may still have it: try again later."""
        if self._open:
            return
        try:
            server = _Server(("127.0.0.1", self._number), _handler(self._text))
        except OSError as error:
            self._log.say("metrics: port %d: %s" % (self._number, error.strerror))
            return
        self._open = True
        threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


class _Server(http.server.HTTPServer):
    def server_bind(self) -> None:
        """Ask no name server who this machine is."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def process_request(self, request: t.Any, client_address: t.Any) -> None:
        """Answer one caller, for so long and no longer."""
        with _deadline.within(PATIENCE, lambda: [request]):
            super().process_request(request, client_address)

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """Callers come and go; nothing of it belongs into the log."""


def _handler(text: t.Callable[[], str]) -> t.Type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        """Metrics, and nothing else."""

        timeout = PATIENCE

        def do_GET(self) -> None:
            """Answer."""
            body = text().encode("utf-8", "replace") if self.path == "/metrics" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: t.Any) -> None:
            """Say nothing."""

    return Handler
