# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of the monitor that sends exactly what it is told to, and reads its page."""

from __future__ import annotations

import base64
import html.parser
import http.client
import json
import re
import socket
import ssl
import time
import typing as t
import urllib.parse
import xmlrpc.client

CONTROL_SECONDS = 60


class Answer(t.NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode()


class Site:
    """One monitor. Paths are sent as they are, without the tidying that other clients do."""

    def __init__(self, url: str, username: str | None = None, password: str = "") -> None:
        self.url = url.rstrip("/")
        parts = urllib.parse.urlsplit(url)
        self.secure, self.host, self.port = parts.scheme == "https", parts.hostname, parts.port
        self.authority = parts.netloc
        self.login = {}
        if username is not None:
            token = base64.b64encode(f"{username}:{password}".encode()).decode()
            self.login = {"Authorization": f"Basic {token}"}

    def send(self, path: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
        """Ask, and ask again where the site says that it was asked too often."""
        while True:
            answer = self._send(path, method, headers or {}, body)
            if answer.status != 429:
                return answer
            time.sleep(0.5)

    def _send(self, path: str, method: str, headers: dict[str, str], body: bytes) -> Answer:
        if self.secure:
            context = ssl._create_unverified_context()
            connection = http.client.HTTPSConnection(self.host, self.port, timeout=CONTROL_SECONDS, context=context)
        else:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=CONTROL_SECONDS)
        started = time.monotonic()
        # putrequest() refuses odd paths; they are the point here.
        connection._validate_path = lambda _path: None
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        length = {"Content-Length": str(len(body))} if body else {}
        for name, value in {"Host": self.authority, **self.login, **length, **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(body or None)
        response = connection.getresponse()
        received = response.read()
        connection.close()
        return Answer(response.status, response.headers, received, time.monotonic() - started)

    def own(self) -> dict[str, str]:
        """The headers that a browser adds to a form of the page."""
        return {"Origin": self.url, "Referer": f"{self.url}/", "Sec-Fetch-Site": "same-origin"}

    def press(self, address: str) -> Answer:
        return self.send(address, "POST", self.own())

    def many(self, action: str, targets: list[list[str]]) -> Answer:
        """What the page's script sends for many processes at once."""
        body = json.dumps({"action": action, "targets": targets}).encode()
        return self.send("/control/many", "POST", {**self.own(), "Content-Type": "application/json"}, body)

    def activity(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.send("/ask/activity").text.splitlines()]

    def page(self) -> Page:
        answer = self.send("/")
        assert answer.status == 200, answer
        return Page(answer)

    def row(self, server: str, process: str) -> Row:
        """A process as the page shows it, once its daemon has answered in time: a busy machine may keep it waiting."""
        deadline = time.monotonic() + CONTROL_SECONDS
        while True:
            rows = self.page().boxes[server].rows
            if process in rows:
                return rows[process]
            assert time.monotonic() < deadline, f"{server} shows {sorted(rows)} without {process}"


class Row(t.NamedTuple):
    state: str
    uptime: str
    buttons: dict[str, str]
    log: str | None
    clear: str | None
    tail: str | None
    streams: str


class Box:
    """What the page shows about one server."""

    def __init__(self) -> None:
        self.title = ""
        self.buttons: dict[str, str] = {}
        self.error = ""
        self.note = ""
        self.rows: dict[str, Row] = {}


class Page(html.parser.HTMLParser):
    """The page, read as a browser would: boxes by server name, and every element that exists."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer
        self.boxes: dict[str, Box] = {}
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.titles: list[str] = []
        self.script: dict[str, str | None] = {}
        self._cells: list[dict] = []
        self._place = ""
        self._box: Box | None = None
        self._name = ""
        self._error = False
        self._streams = ""
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        self.attributes.update(values)
        classes = (values.get("class") or "").split()
        if tag == "table" and "table" in classes and "fleet" not in classes:
            self._box, self._name = Box(), ""
        elif tag == "title":
            self.titles.append("")
        elif tag == "tr":
            self._cells, self._error = [], "rpc-error" in classes
            self._streams = values.get("data-streams") or ""
        elif tag in ("td", "th"):
            self._cells.append({"tag": tag, "text": "", "buttons": {}})
        elif tag == "script" and values.get("id") == "fleet":
            self.script = values
        elif self._cells:
            self._within(tag, values, classes)
        self._place = tag

    def _within(self, tag: str, values: dict, classes: list[str]) -> None:
        cell = self._cells[-1]
        if tag == "a" and "pop" in classes:
            cell["log"], cell["clear"] = values["data-message"], values["href"]
        elif tag == "a" and "log" in classes:
            cell["tail"] = values["href"]
        elif tag == "button" and values.get("formaction"):
            address = values["formaction"]
            cell["buttons"][address.partition("/control/")[2].split("/")[0]] = address
        elif tag == "a" and cell["tag"] == "th":
            cell["link"] = values["href"]
            cell["naming"] = True

    def handle_data(self, data: str) -> None:
        if self._place == "title" and self.titles:
            self.titles[-1] += data
        if self._cells:
            cell = self._cells[-1]
            if "log" not in cell:
                cell["text"] += data
            if cell.get("naming"):
                self._name += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._cells:
            self._cells[-1].pop("naming", None)
        elif tag == "tr" and self._box is not None:
            self._row()
        elif tag == "table" and self._box is not None:
            self.boxes[self._name] = self._box
            self._box = None
        self._place = ""

    def _row(self) -> None:
        box, cells = self._box, self._cells
        self._cells = []
        if cells[0]["tag"] == "th":
            box.title, box.buttons = cells[0]["text"], cells[0]["buttons"]
        elif self._error:
            box.error = cells[0]["text"].strip()
        elif len(cells) == 1:
            box.note = cells[0]["text"].strip()
        else:
            first = cells[0]
            name, state, uptime = (cell["text"].strip() for cell in cells[:3])
            buttons, tail = cells[3]["buttons"], cells[3].get("tail")
            box.rows[name] = Row(state, uptime, buttons, first.get("log"), first.get("clear"), tail, self._streams)


class Daemon:
    """A real daemon, asked over XML-RPC without the monitor."""

    def __init__(self, host: str, port: int, username: str = "", password: str = "") -> None:
        login = f"{urllib.parse.quote(username, safe='')}:{urllib.parse.quote(password, safe='')}@" if username else ""
        self.proxy = xmlrpc.client.ServerProxy(f"http://{login}{host}:{port}/RPC2").supervisor

    def processes(self) -> dict[str, dict]:
        """Name on the page -> what the daemon says."""
        found = {}
        for item in self.proxy.getAllProcessInfo():
            name = item["name"] if item["group"] == item["name"] else f"{item['group']}:{item['name']}"
            found[name] = item
        return found

    def states(self) -> dict[str, str]:
        return {name: item["statename"] for name, item in self.processes().items()}

    def wait(self, name: str, state: str) -> dict:
        """What the daemon says once the process is in the state."""
        deadline = time.monotonic() + CONTROL_SECONDS
        while True:
            item = self.processes()[name]
            if item["statename"] == state:
                return item
            assert time.monotonic() < deadline, f"{name} is {item['statename']}, not {state}"
            time.sleep(0.1)


def raw(site: Site, request: bytes, count: int = 1, answers: int = 0) -> list[int]:
    """The statuses that hand-written requests get, sent all at once on one connection.

    :param answers: how many answers are waited for, where the text holds more than one request.
    """
    with socket.create_connection((site.host, site.port or (443 if site.secure else 80)), 30) as plain:
        wrapped = ssl._create_unverified_context().wrap_socket(plain) if site.secure else plain
        wrapped.sendall(request * count)
        data = b""
        while data.count(b"HTTP/1.1 ") < (answers or count):
            more = wrapped.recv(65536)
            if not more:
                break
            data += more
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", data)]
