# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WeCom's group robots. The answer is always 200: ``errcode`` is the verdict. 20 messages a minute, 4096 bytes each."""

import typing as t

from .. import message as _message, web as _web
from . import batch as _batch, verdicts as _verdicts

ROOM = 4000  # bytes of the text, and those that it names
LEAST = 1000
COLOURS = {"ok": "info", "info": "comment", "warning": "warning", "critical": "warning"}
SOON = {-1, 45009, 45033}  # busy, or too many messages
OWN = {40008, 40058, 44004, 45002}  # the message itself


def request(route: t.Mapping[str, t.Any], batch: _batch.Batch) -> _web.Request:
    """Markdown, with the title in colour and each line a quotation."""
    title, text = batch.text()
    head = '**<font color="%s">%s</font>**' % (COLOURS[batch.worst()], escaped(_message.cut(title, 400)))
    named = "".join("\n<@%s>" % name for name in route.get("mentioned") or ())
    named = named if len(named.encode("utf-8")) <= ROOM - LEAST else ""  # who is told matters less than what
    room = ROOM - len((head + named).encode("utf-8"))
    content = "%s\n%s%s" % (head, _message.fitted(text, room, quoted), named)
    return _batch.posted(route["url"], {"msgtype": "markdown", "markdown": {"content": content}})


def quoted(text: str) -> str:
    """Each line a quotation."""
    return "\n".join("> " + escaped(line) for line in text.split("\n"))


def escaped(text: str) -> str:
    """A text that names nobody, leads nowhere and has no colours of its own."""
    return text.replace("<", "\uff1c").replace(">", "\uff1e").replace("](", "] (")


def verdict(answer: _web.Answer) -> _verdicts.Verdict:
    """``errcode`` 0 is well; 93000 (the address is not right) is for a person to mend."""
    return _verdicts.by_code(answer, ("errcode",), ("errmsg",), SOON, OWN)
