# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft Teams: a card to a workflow ("When a Teams webhook request is received"), which answers 202."""

import typing as t

from .. import message as _message, web as _web
from . import batch as _batch, verdicts as _verdicts

COLOURS = {"ok": "good", "info": "accent", "warning": "warning", "critical": "attention"}
ROOM = 20000  # bytes; a message has at most 28 kB


def request(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> _web.Request:
    """An adaptive card: the title, and the text as it is."""
    title, text = batch.text()
    head = {"type": "TextBlock", "text": escaped(title), "weight": "bolder", "wrap": True}
    head["color"] = COLOURS[batch.worst()]
    lines = {"type": "TextBlock", "text": _message.fitted(text, ROOM, escaped), "wrap": True, "fontType": "monospace"}
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [head, lines],
        "msteams": {"width": "Full"},
    }  # type: t.Dict[str, t.Any]
    kind = "application/vnd.microsoft.card.adaptive"
    return _batch.posted(
        route["url"], {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}
    )


def escaped(text: str) -> str:
    """A text in which Markdown does nothing: a text block shows a little of it. Lines stay lines."""
    for mark in "\\*_[]`#":
        text = text.replace(mark, "\\" + mark)
    return text.replace("\n", "\n\n")


def verdict(answer: _web.Answer) -> _verdicts.Verdict:
    """A workflow answers 202 and nothing else; an old connector 200 and ``1``, or 200 and what went wrong."""
    text = answer.text().strip()
    if answer.status == 200 and text and text != "1" and not text.startswith("{"):
        later = any(word in text for word in ("429", "throttl", "HTTP error 5"))
        return _verdicts.Verdict("later" if later else "wrong", "status 200: " + _message.short(text))
    return _verdicts.by_status(answer)
