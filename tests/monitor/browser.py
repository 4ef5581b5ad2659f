# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Headless Chromium by way of chromedriver, with nothing but the standard library."""

from __future__ import annotations

import base64
import json
import pathlib
import shutil
import subprocess
import time
import typing as t
import urllib.error
import urllib.parse
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--window-size=1400,1500",
    "--no-proxy-server",
]
SECONDS = 30


class Browser:
    """One browser with one window. The console's messages are kept."""

    def __init__(self, pictures: pathlib.Path) -> None:
        self.pictures = pictures
        self.logged_in: set[str] = set()
        pictures.mkdir(parents=True, exist_ok=True)

    def __enter__(self):
        program = shutil.which("chromedriver")
        assert program, "chromedriver is missing; Debian has it in the package chromium-driver"
        self.process = subprocess.Popen([program, "--port=0"], stdout=subprocess.PIPE, text=True)
        # The port is chosen by the kernel and printed: "... started successfully on port 12345."
        line = next(line for line in self.process.stdout if "successfully on port" in line)
        port = line.strip().rstrip(".").split()[-1]
        self.base = f"http://127.0.0.1:{port}"
        options = {"args": ARGUMENTS, "binary": shutil.which("chromium") or shutil.which("google-chrome")}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}, "acceptInsecureCerts": True}
        answer = self._send("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = f"/session/{answer['sessionId']}"
        return self

    def __exit__(self, *_error: object) -> None:
        self._send("DELETE", self.session)
        self.process.terminate()
        self.process.wait(SECONDS)

    def _send(self, method: str, path: str, body: dict | None = None) -> t.Any:
        data = None if method != "POST" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()[:500]) from None

    def open(self, url: str) -> None:
        self._send("POST", f"{self.session}/url", {"url": url})

    def login(self, url: str, username: str, password: str) -> None:
        """Open an address with a password, which the browser then remembers for the site."""
        if url not in self.logged_in:
            parts = urllib.parse.urlsplit(url)
            account = f"{urllib.parse.quote(username, safe='')}:{urllib.parse.quote(password, safe='')}"
            self.open(parts._replace(netloc=f"{account}@{parts.netloc}").geturl())
            self.logged_in.add(url)
        self.open(url)

    def script(self, code: str, *arguments: object) -> t.Any:
        return self._send("POST", f"{self.session}/execute/sync", {"script": code, "args": list(arguments)})

    def find(self, selector: str) -> list[str]:
        found = self._send("POST", f"{self.session}/elements", {"using": "css selector", "value": selector})
        return [item[ELEMENT] for item in found]

    def click(self, selector: str) -> None:
        """A real click of the mouse on the one element."""
        (element,) = self.find(selector)
        self._send("POST", f"{self.session}/element/{element}/click")

    def enter(self, selector: str, text: str) -> None:
        """Type into the one element, after what it holds is gone."""
        (element,) = self.find(selector)
        self._send("POST", f"{self.session}/element/{element}/clear")
        self._send("POST", f"{self.session}/element/{element}/value", {"text": text})

    def choose(self, selector: str, value: str) -> None:
        """Choose in the one list."""
        self.click(f'{selector} option[value="{value}"]')

    def accept(self) -> str:
        """Say yes to the question that the page asks; its text."""
        text = self._send("GET", f"{self.session}/alert/text")
        self._send("POST", f"{self.session}/alert/accept")
        return text

    def dismiss(self) -> str:
        """Say no to the question that the page asks; its text."""
        text = self._send("GET", f"{self.session}/alert/text")
        self._send("POST", f"{self.session}/alert/dismiss")
        return text

    def text(self, selector: str = "body") -> str:
        (element,) = self.find(selector)
        return self._send("GET", f"{self.session}/element/{element}/text")

    def wait(self, condition: t.Callable[[], t.Any], what: str) -> t.Any:
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                seen = condition()
            except AssertionError:  # the page was being replaced
                seen = None
            if seen:
                return seen
            assert time.monotonic() < deadline, f"not within {SECONDS} s: {what}; the page says: {self.text()[:2000]}"
            time.sleep(0.2)

    def size(self, width: int, height: int, phone: bool = False) -> None:
        """Be a screen of that many points; on a phone the page's own word about its width counts."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        command = {"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics}
        self._send("POST", f"{self.session}/goog/cdp/execute", command)

    def messages(self) -> list[str]:
        return [item["message"] for item in self._send("POST", f"{self.session}/se/log", {"type": "browser"})]

    def picture(self, name: str) -> pathlib.Path:
        path = self.pictures / f"{name}.png"
        path.write_bytes(base64.b64decode(self._send("GET", f"{self.session}/screenshot")))
        return path
