# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feishu's (Lark's) custom bots. The verdict is ``code`` in the answer. 100 messages a minute, 20 kB each."""

import base64
import hashlib
import hmac
import typing as t

from .. import message as _message, web as _web
from . import batch as _batch, verdicts as _verdicts

ROOM = 15000
COLOURS = {"ok": "green", "info": "blue", "warning": "orange", "critical": "red"}
SOON = {-1, 11232, 11233}  # busy, or too many messages
OWN = {10208, 11246, 19002}  # the message itself
BAD = 9499  # says two things, apart by their words: "Bad Request", and "too many request"


def sign(secret: str, stamp: str) -> str:
    """HMAC-SHA256 over nothing, keyed by ``SECONDS\\nSECRET``."""
    key = ("%s\n%s" % (stamp, secret)).encode("utf-8")
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode("ascii")


def request(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> _web.Request:
    """A card: the title on a coloured bar, the text as it is."""
    title, text = batch.text()
    card = {
        "config": {"wide_screen_mode": True},
        "header": {"template": COLOURS[batch.worst()], "title": {"tag": "plain_text", "content": title}},
        "elements": [{"tag": "div", "text": {"tag": "plain_text", "content": _message.fitted(text, ROOM, str)}}],
    }
    body = {"msg_type": "interactive", "card": card}  # type: t.Dict[str, t.Any]
    if route.get("secret"):
        stamp = str(int(batch.now))
        body.update(timestamp=stamp, sign=sign(route["secret"], stamp))
    return _batch.posted(route["url"], body)


def verdict(answer: _web.Answer) -> _verdicts.Verdict:
    """``code`` (or, older, ``StatusCode``) 0 is well; 19021 (sign), 19022 (address), 19024 (keyword): for a person."""
    many = "too many" in answer.text().lower()
    soon, own = (SOON | {BAD}, OWN) if many else (SOON, OWN | {BAD})
    return _verdicts.by_code(answer, ("code", "StatusCode"), ("msg", "StatusMessage"), soon, own)
