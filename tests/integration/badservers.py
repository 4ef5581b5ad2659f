# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that misbehave in ways no real daemon can be made to."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n"
ANSWER = (
    b"<?xml version='1.0'?><methodResponse><params><param><value><string>4.3.0</string></value></param></params>"
    b"</methodResponse>"
)


def http(body, status=b"200 OK", length=None):
    head = b"HTTP/1.1 %s\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(body) if length is None else length) + body


class Server:
    """Listens on a unix socket (``url``) or, with ``tcp``, on a loopback port, and treats each connection alike.

    :param behave: called with the connected socket and ``stop``, an event that is set at the end of the test.
    """

    def __init__(self, behave, tcp=False, context=None):
        self.dir = tempfile.mkdtemp(prefix="sf")
        self.stop = threading.Event()
        self.behave = behave
        self.context = context
        self.listener = socket.socket(socket.AF_INET if tcp else socket.AF_UNIX)
        self.listener.bind(("127.0.0.1", 0) if tcp else os.path.join(self.dir, "s"))
        self.listener.listen(8)
        scheme = "https" if context else "http"
        address = self.listener.getsockname()
        self.url = f"{scheme}://localhost:{address[1]}" if tcp else "unix://" + address
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError), connection:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            self.behave(connection, self.stop)

    def close(self):
        self.stop.set()
        self.listener.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def read_request(connection):
    data = b""
    while b"</methodCall>" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    return data


def silent(connection, stop):
    """Accept, read, never answer."""
    stop.wait()


def says(data, then_hang=False):
    """Answer every request with the same bytes."""

    def behave(connection, stop):
        while read_request(connection):
            connection.sendall(data)
            if then_hang:
                stop.wait()
            if b"HTTP/1.1" not in data:
                return

    return behave


def says_and_closes(data):
    def behave(connection, stop):
        read_request(connection)
        connection.sendall(data)

    return behave


def drips(data, interval=0.2):
    """Answer one byte at a time."""

    def behave(connection, stop):
        read_request(connection)
        for byte in data:
            connection.sendall(bytes([byte]))
            if stop.wait(interval):
                return

    return behave


def endless(connection, stop):
    """A header that never ends."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not stop.is_set():
        connection.sendall(b"X-More: and more and more and more\r\n" * 100)


def closes(connection, stop):
    """Close at once."""
    time.sleep(0)


class Certificates:
    """A throw-away authority, a server certificate for localhost and a client certificate, below ``dir``."""

    def __init__(self, directory):
        self.dir = str(directory)
        self.ca, self.ca_key = self._path("ca.pem"), self._path("ca.key")
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=test authority", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
            "-keyout", self.ca_key, "-out", self.ca,
        )  # fmt: skip
        self.server = self._issue("localhost", "subjectAltName=DNS:localhost")
        self.client = self._issue("client", "subjectAltName=DNS:client")

    def _path(self, name):
        return os.path.join(self.dir, name)

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)

    def _issue(self, name, extension):
        """Certificate and key of ``name`` in one file."""
        key, request, certificate = (self._path(name + end) for end in (".key", ".csr", ".crt"))
        extensions = self._path(name + ".ext")
        with open(extensions, "w", encoding="ascii") as stream:
            stream.write(
                extension + "\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\nbasicConstraints=CA:FALSE\n"
            )
        self._openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" + name,
            "-keyout", key, "-out", request,
        )  # fmt: skip
        self._openssl(
            "x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.ca_key, "-CAcreateserial", "-days", "2",
            "-extfile", extensions, "-out", certificate,
        )  # fmt: skip
        both = self._path(name + ".pem")
        with open(both, "w", encoding="ascii") as stream:
            for part in (certificate, key):
                with open(part, encoding="ascii") as source:
                    stream.write(source.read())
        return both

    def context(self, want_client=False):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server)
        if want_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca)
        return context
