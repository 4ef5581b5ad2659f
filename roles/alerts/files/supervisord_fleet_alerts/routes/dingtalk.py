# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DingTalk's custom robots. The answer is always 200: ``errcode`` is the verdict. 20 messages a minute."""

import base64
import hashlib
import hmac
import typing as t
import urllib.parse

from .. import message as _message, web as _web
from . import batch as _batch, verdicts as _verdicts

ROOM = 15000  # bytes; a request has at most 20 kB
SOON = {-1, 130101, 130102, 410100, 90018, 660026}  # busy, or too many messages
OWN = {430101, 430102, 430103, 430104, 460101}  # the message itself


def signed(url: str, secret: str, now: float) -> str:
    """The address with time and signature: HMAC-SHA256 over ``MILLISECONDS\\nSECRET``, keyed by the secret."""
    stamp = str(int(now * 1000))
    text = ("%s\n%s" % (stamp, secret)).encode("utf-8")
    signature = base64.b64encode(hmac.new(secret.encode("utf-8"), text, hashlib.sha256).digest()).decode("ascii")
    query = urllib.parse.urlencode([("timestamp", stamp), ("sign", signature)])
    return "%s%s%s" % (url, "&" if "?" in url else "?", query)


def request(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> _web.Request:
    """Markdown: the title is what a phone shows."""
    title, text = batch.text()
    named = " ".join("@" + number for number in route.get("at_mobiles") or ())
    shown = "#### %s\n\n%s" % (unlinked(title), _message.fitted(text, ROOM, quoted))
    body = {
        "msgtype": "markdown",
        "markdown": {"title": title, "text": "%s\n\n%s" % (shown, named) if named else shown},
        "at": {"atMobiles": list(route.get("at_mobiles") or ()), "isAtAll": bool(route.get("at_all"))},
    }
    url = signed(route["url"], route["secret"], batch.now) if route.get("secret") else route["url"]
    return _batch.posted(url, body)


def unlinked(text: str) -> str:
    """A text that leads nowhere and shows no picture: parts of it are what programs and servers said."""
    return text.replace("](", "] (")


def quoted(text: str) -> str:
    """A text as it is, in Markdown: a block of code."""
    return "```\n%s\n```" % text.replace("```", "'''")


def verdict(answer: _web.Answer) -> _verdicts.Verdict:
    """``errcode`` 0 is well; 310000 (sign, keyword or address do not fit), 400101 (no such robot): for a person."""
    return _verdicts.by_code(answer, ("errcode",), ("errmsg",), SOON, OWN)
