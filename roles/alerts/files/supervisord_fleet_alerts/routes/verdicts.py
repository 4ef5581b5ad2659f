# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer means for a message. No effects."""

import json
import re
import typing as t

from .. import message as _message, web as _web


class Verdict(t.NamedTuple):
    """``word`` is ok, later (try again soon), wrong (whoever asks is refused: a person must mend the settings) or
    refused (this message is not wanted, whenever it comes). ``wait``: seconds that the other side asks for."""

    word: str
    why: str = ""
    wait: float = 0.0


OK = Verdict("ok")
DEEPEST = 50  # brackets of an answer; who nests without end would use up a thread's stack
_SECONDS = re.compile(r"[0-9]{1,9}\Z")  # isdigit() takes more than float() does


def by_status(answer: _web.Answer) -> Verdict:
    """What the status line alone says."""
    status = answer.status
    if 200 <= status < 300:
        return OK
    why = "status %d: %s" % (status, _message.short(answer.text()) or "nothing more is said")
    if status in (408, 425, 429) or status >= 500:
        return Verdict("later", why, retry_after(answer))
    if status in (400, 413, 415, 422):
        return Verdict("refused", why)
    return Verdict("wrong", why)  # redirects too: the address is not right


def retry_after(answer: _web.Answer) -> float:
    """The seconds that the answer asks to wait, 0 if it does not say, never more than ten minutes."""
    text = answer.headers.get("retry-after", "")
    return min(600.0, float(text)) if _SECONDS.match(text) else 0.0


def by_code(
    answer: _web.Answer, keys: t.Sequence[str], words: t.Sequence[str], soon: t.Container[int], own: t.Container[int]
) -> Verdict:
    """What a number in the body says: these services answer 200 to everything.

    :param keys: under which of these it stands; 0 is well.
    :param words: where the reason stands.
    :param soon: numbers that mean: try again.
    :param own: numbers that mean: this message is not wanted.
    """
    plain = by_status(answer)
    body = _object(answer.text())
    numbers = (body[key] for key in keys if isinstance(body.get(key), int))
    code = next((number for number in numbers if not isinstance(number, bool)), None)
    if code is None:
        return plain if plain.word != "ok" else Verdict("later", "status 200, but not the service's own answer")
    if code == 0 and plain.word == "ok":
        return OK
    why = "code %d: %s" % (code, next((str(body[word])[:200] for word in words if body.get(word)), ""))
    word = "later" if code in soon else "refused" if code in own else "wrong"
    return Verdict(word, why, retry_after(answer))


def _object(text: str) -> t.Dict[str, t.Any]:
    if text.count("[") + text.count("{") > DEEPEST:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
