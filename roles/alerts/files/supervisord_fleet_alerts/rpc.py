# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One supervisord, asked over XML-RPC: through its unix socket or its port, with a login if it wants one."""

import html
import re
import typing as t
import xml.parsers.expat
import xmlrpc.client

from . import web as _web

STOPS = 6  # the code of the fault that means: supervisord stops, or starts anew
MOST = 32 << 20  # bytes of an answer
_STRING = re.compile(r"<string>(.*?)</string>", re.DOTALL)


class Unanswered(Exception):
    """It did not answer, or not as it should."""


class Fault(Exception):
    """It answers that it will not; ``code`` is Supervisor's."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class Supervisor:
    """The way to one daemon. ``known``: there is one.

    :param url: ``unix:///path`` or ``http://host:port``; empty: there is none.
    """

    def __init__(self, url: str, username: str = "", password: str = "", timeout: float = 5.0) -> None:
        unix = url[len("unix://") :] if url.startswith("unix://") else ""
        self._url = "http://localhost/RPC2" if unix else url.rstrip("/") + "/RPC2"
        self._way = _web.Way(timeout=timeout, unix=unix)
        self._headers = {"Content-Type": "text/xml"}
        self.known = bool(url)
        if username:
            self._headers["Authorization"] = _web.basic(username, password)

    def call(self, method: str, *params: t.Any) -> t.Any:
        """Call ``supervisor.METHOD``.

        :raises Unanswered: no answer, or none that can be read.
        :raises Fault: it refuses.
        """
        text = self._post("supervisor." + method, params)
        try:
            values, _method = xmlrpc.client.loads(text)
        except xmlrpc.client.Fault as fault:
            raise Fault(fault.faultCode, str(fault.faultString))
        except (xml.parsers.expat.ExpatError, ValueError, KeyError, IndexError, xmlrpc.client.Error) as error:
            raise Unanswered("the answer of supervisord cannot be read: %s" % error)
        return values[0]

    def text(self, method: str, *params: t.Any) -> str:
        """The same for a text, which is found in answers too that are no XML: logs hold what programs wrote."""
        answer = self._post("supervisor." + method, params).decode("utf-8", "replace")
        found = _STRING.search(answer)
        if found and "<fault>" not in answer[: found.start()]:
            return html.unescape(found.group(1))
        return str(self.call(method, *params) or "")

    def _post(self, method: str, params: t.Tuple[t.Any, ...]) -> bytes:
        if not self.known:
            raise Unanswered("the listener was not told how to reach supervisord")
        body = xmlrpc.client.dumps(params, method).encode("utf-8")
        try:
            answer = _web.ask(_web.Request(self._url, body, self._headers), self._way, MOST)
        except _web.Failed as failed:
            raise Unanswered(str(failed))
        if answer.status != 200:
            reasons = {401: "it wants a login, or another one", 500: "it cannot say what the log holds"}
            raise Unanswered("supervisord answers status %d: %s" % (answer.status, reasons.get(answer.status, "")))
        return answer.body
