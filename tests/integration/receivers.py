# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that take alerts: HTTP services that judge and answer as the real ones do, and mail with TLS and login."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import os
import socket
import socketserver
import ssl
import subprocess
import threading
import time
import urllib.parse

LIMIT = 20 * 1024


class Web:
    """An HTTP server of one service.

    :param service: what judges a request, see below; None takes all.
    :param port: to come back at the same place after ``stop``.

    ``taken`` are the bodies that were accepted, ``refused`` the reasons for others. ``answer`` (status, headers, body)
    is given instead of a judgement while it is set; ``hang`` lets callers wait for so many seconds.
    """

    def __init__(self, service=None, port=0):
        self.service, self.taken, self.refused, self.requests = service, [], [], []
        self.answer, self.hang = None, 0.0
        self.port = port
        self._server = None
        self.start()

    def start(self):
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                if len(body) < length:  # the sender was killed
                    self.close_connection = True
                    return
                owner.requests.append((time.time(), self.path, dict(self.headers), body))
                time.sleep(owner.hang)
                status, headers, answer = owner.answer or owner.judge(self.path, self.headers, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_arguments):
                pass

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = True

            def handle_error(self, *_arguments):
                """Callers come and go."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        """From now on nobody listens there."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.port

    def judge(self, path, headers, body):
        if self.service is None:
            self.taken.append(json.loads(body) if body else path)
            return 200, {}, b""
        fault, answer = self.service(path, headers, body)
        (self.refused if fault else self.taken).append(fault or json.loads(body))
        return answer


def alerts(receiver):
    """All alerts that a generic webhook has taken, in order."""
    return [alert for document in list(receiver.taken) for alert in document["alerts"]]


def _json(status, **values):
    return status, {"Content-Type": "application/json"}, json.dumps(values).encode()


def _parsed(body):
    try:
        return json.loads(body)
    except ValueError:
        return {}


def dingtalk(secret):
    """DingTalk: token and signature in the address, always status 200."""

    def judge(path, _headers, body):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query))
        stamp = query.get("timestamp", "")
        wanted = hmac.new(secret.encode(), ("%s\n%s" % (stamp, secret)).encode(), hashlib.sha256).digest()
        value = _parsed(body)
        if query.get("access_token") != "t0ken":
            return "token", _json(200, errcode=300001, errmsg="token is not exist")
        fresh = stamp.isdigit() and abs(time.time() * 1000 - int(stamp)) < 3600000
        if not fresh or query.get("sign") != base64.b64encode(wanted).decode():
            return "sign", _json(200, errcode=310000, errmsg="sign not match")
        if value.get("msgtype") != "markdown" or not value["markdown"]["title"] or not value["markdown"]["text"]:
            return "message", _json(200, errcode=400101, errmsg="missing parameter text")
        if len(body) > LIMIT:
            return "size", _json(200, errcode=460101, errmsg="message too long, exceed 20000 bytes")
        return "", _json(200, errcode=0, errmsg="ok")

    return judge


def wecom(path, _headers, body):
    """WeCom: a key in the address, at most 4096 bytes of Markdown."""
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query))
    value = _parsed(body)
    if query.get("key") != "k3y":
        return "key", _json(200, errcode=93000, errmsg="invalid webhook url")
    if value.get("msgtype") != "markdown" or not value["markdown"].get("content"):
        return "message", _json(200, errcode=40008, errmsg="invalid message type")
    if len(value["markdown"]["content"].encode()) > 4096:
        return "size", _json(200, errcode=40058, errmsg="markdown.content exceed max length 4096")
    return "", _json(200, errcode=0, errmsg="ok")


def feishu(secret):
    """Feishu: the signature stands in the body."""

    def judge(_path, _headers, body):
        value = _parsed(body)
        stamp = str(value.get("timestamp", ""))
        wanted = base64.b64encode(hmac.new(("%s\n%s" % (stamp, secret)).encode(), b"", hashlib.sha256).digest())
        if not stamp.isdigit() or abs(time.time() - int(stamp)) > 3600 or value.get("sign") != wanted.decode():
            return "sign", _json(
                200, code=19021, msg="sign match fail or timestamp is not within one hour from current time"
            )
        if value.get("msg_type") != "interactive" or not value["card"]["elements"]:
            return "message", _json(200, code=9499, msg="Bad Request", data={})
        if len(body) > LIMIT:
            return "size", _json(200, code=11246, msg="card too large")
        return "", _json(200, StatusCode=0, StatusMessage="success", code=0, data={}, msg="success")

    return judge


def slack(path, headers, body):
    """Slack's incoming webhooks: plain words as answers."""
    value = _parsed(body)
    if path != "/services/T0/B0/x":
        return "path", (404, {}, b"no_service")
    if not headers.get("Content-Type", "").startswith("application/json") or not value.get("text"):
        return "payload", (400, {}, b"invalid_payload")
    sections = [block for one in value.get("attachments", ()) for block in one.get("blocks", ())]
    if any(len(block["text"]["text"]) > 3000 for block in sections):
        return "blocks", (400, {}, b"invalid_attachments")
    return "", (200, {}, b"ok")


def teams(_path, _headers, body):
    """A workflow of Teams: adaptive cards only, 202 and an empty body."""
    value = _parsed(body)
    kinds = [one.get("contentType") for one in value.get("attachments", ())]
    if value.get("type") != "message" or kinds != ["application/vnd.microsoft.card.adaptive"]:
        return "card", _json(400, error={"code": "TriggerInputSchemaMismatch", "message": "no card"})
    if len(body) > 28 * 1024:
        return "size", (413, {}, b"")
    return "", (202, {}, b"")


class Mail(socketserver.ThreadingTCPServer):
    """A mail server: STARTTLS or TLS, and a login before anything else where there is one.

    ``mails`` are what it took. ``trouble`` (a code and a text) is answered to MAIL while it is set.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, folder, login=None, tls="starttls", port=0):
        self.mails, self.trouble, self.logins = [], None, 0
        self.login, self.tls = login, tls
        self.ca = os.path.join(folder, "mail.crt")
        key = os.path.join(folder, "mail.key")
        if not os.path.exists(self.ca):
            command = [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
            ]
            command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", self.ca]
            subprocess.run(command, check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.ca, key)
        super().__init__(("127.0.0.1", port), _Session)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, *_arguments):
        """Callers come and go."""

    def stop(self):
        """From now on nobody listens there."""
        self.shutdown()
        self.server_close()


class _Session(socketserver.BaseRequestHandler):
    def handle(self):
        self.secure = self.known = False
        self.to = []
        if self.server.tls == "tls":
            self._encrypt()
        self.request.settimeout(20)
        self.stream = self.request.makefile("rb")
        self.say("220 localhost ESMTP")
        while True:
            line = self.stream.readline(2000).decode("ascii", "replace").rstrip("\r\n")
            if not line or self.one(*line.split(" ", 1)) is False:
                return

    def say(self, text):
        self.request.sendall(text.encode() + b"\r\n")

    def _encrypt(self):
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.secure = True

    def one(self, verb, rest=""):
        verb = verb.upper()
        if verb == "QUIT":
            self.say("221 bye")
            return False
        if verb == "EHLO":
            offers = ["AUTH PLAIN LOGIN"] if self.secure and self.server.login else []
            offers += [] if self.secure or self.server.tls == "none" else ["STARTTLS"]
            lines = ["localhost", *offers, "8BITMIME"]
            self.say("\r\n".join("250%s%s" % ("-" if n < len(lines) - 1 else " ", x) for n, x in enumerate(lines)))
        elif verb == "STARTTLS":
            self.say("220 go ahead")
            self._encrypt()
            self.stream = self.request.makefile("rb")
        elif verb == "AUTH":
            self.known = (
                rest.split()[-1] == base64.b64encode(("\0%s\0%s" % (self.server.login or ("", ""))).encode()).decode()
            )
            self.server.logins += self.known
            self.say("235 ok" if self.known else "535 5.7.8 Authentication credentials invalid")
        elif verb == "MAIL" and self.server.login and not self.known:
            self.say("530 5.7.0 Authentication required")
        elif verb == "MAIL" and self.server.trouble:
            self.say("%d %s" % self.server.trouble)
        elif verb == "RCPT":
            self.to.append(rest.partition(":")[2].strip("<>"))
            self.say("250 ok")
        elif verb == "DATA":
            self.say("354 go on")
            self._data()
        else:
            self.say("250 ok")
        return True

    def _data(self):
        lines = []
        while True:
            line = self.stream.readline()
            if line in (b".\r\n", b""):
                break
            lines.append(line[1:] if line.startswith(b"..") else line)
        mail = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        self.server.mails.append((list(self.to), mail))
        self.say("250 taken")


def silent():
    """A port where connections are taken and nothing is ever answered; returns the socket."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(50)
    return listener
