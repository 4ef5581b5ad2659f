# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slack, and what understands its incoming webhooks (Mattermost, Rocket.Chat)."""

import typing as t

from .. import message as _message, web as _web
from . import batch as _batch, verdicts as _verdicts

COLOURS = {"ok": "#2eb886", "info": "#439fe0", "warning": "#daa038", "critical": "#a30200"}
ROOM = 2900  # characters of a section's text are at most 3000


def request(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> _web.Request:
    """A message with a coloured attachment; ``&``, ``<`` and ``>`` are the only characters that mean something."""
    title, text = batch.text()
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "```%s```" % _message.fitted(text, ROOM, escaped)}}
    attachment = {"color": COLOURS[batch.worst()], "fallback": escaped(title), "blocks": [section]}
    body = {"text": _message.fitted(title, ROOM, escaped), "attachments": [attachment]}  # type: t.Dict[str, t.Any]
    if route.get("channel"):
        body["channel"] = route["channel"]
    return _batch.posted(route["url"], body)


def escaped(text: str) -> str:
    """A text that names nobody and links nowhere."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("```", "'''")


def verdict(answer: _web.Answer) -> _verdicts.Verdict:
    """Slack answers ``ok``, or one word that says what is wrong."""
    text = answer.text().strip()
    if answer.status == 200 and text and text != "ok" and not text.startswith("{"):
        return _verdicts.Verdict("wrong", "status 200: " + _message.short(text))
    if answer.status == 400 and text in ("no_team", "no_active_hooks", "invalid_token", "user_not_found"):
        return _verdicts.Verdict("wrong", text)
    return _verdicts.by_status(answer)
