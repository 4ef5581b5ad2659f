# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be sent at once, and by whom."""

import json
import typing as t

from .. import kinds as _kinds, message as _message, web as _web

JSON = {"Content-Type": "application/json; charset=utf-8"}


class Batch(t.NamedTuple):
    """Messages that leave together, at the time ``now``; one where a service takes no more."""

    messages: t.Sequence[_message.Message]
    teller: _message.Teller
    now: float

    def text(self) -> t.Tuple[str, str]:
        """Title and text of all of them."""
        return _message.digest(self.messages, self.teller)

    def over(self) -> bool:
        """Is all of it good news?"""
        return all(one.status == "resolved" for one in self.messages)

    def worst(self) -> str:
        """The colour of the whole: ok, or the worst severity."""
        if self.over():
            return "ok"
        return max((one.severity for one in self.messages if one.status != "resolved"), key=_kinds.rank)


def encoded(body: t.Any) -> bytes:
    """JSON, in which half a character of what a program has said breaks nothing."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def posted(url: str, body: t.Any, headers: t.Optional[t.Mapping[str, str]] = None) -> _web.Request:
    """A request that carries JSON."""
    return _web.Request(url, encoded(body), dict(JSON, **(headers or {})))
