# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves this host is harmless and holds no secrets: log lines, names, error texts. No effects."""

import re
import typing as t

HIDDEN = "********"
MARK = "\ufffd"
SHORTEST = 4  # characters of a secret that is looked for; shorter ones would hide half of every text

_COLOUR = re.compile("(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]")
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029"
    "\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff\ufffe\uffff]"
)
_WORD = (
    r"[\w.-]{0,60}(?:passwor[dt]|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|credential|"
    r"private[_-]?key)[\w.-]{0,60}"
)
# Lengths are bounded where a log could be written so that every place in it is tried with all that follows.
_RULES = (
    # -----BEGIN PRIVATE KEY----- and all up to its end, or to the end of what is shown
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), HIDDEN),
    (
        re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?(?:basic|bearer|digest|negotiate)?\s*)[^\s\"',;]+"),
        r"\1" + HIDDEN,
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{8,}"), r"\1 " + HIDDEN),
    (re.compile(r"(?i)((?:set-)?cookie\s*:\s*)[^\r\n]+"), r"\1" + HIDDEN),
    (re.compile(r"(://)[^\s/@'\"]*@"), r"\1" + HIDDEN + "@"),
    # password=x, "password": "x", --password x, <password>x
    (
        re.compile(r"(?i)(\b%s[\"']?\s*(?:=>|[:=])\s*)(?!\d+\))(\"[^\"\n]*\"?|'[^'\n]*'?|[^\s,;&\"'}\]<]+)" % _WORD),
        r"\1" + HIDDEN,
    ),
    (re.compile(r"(?i)(--?%s\s+)[^\s-]\S*" % _WORD), r"\1" + HIDDEN),
    (re.compile(r"(?i)(<%s>)[^<\n]+" % _WORD), r"\1" + HIDDEN),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{6,400}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?"), HIDDEN),  # JSON web tokens
    (re.compile(r"\bAKIA[0-9A-Z]{16}\b"), HIDDEN),
)


def clean(text: str) -> str:
    """The same text in which only lines and tabs do anything; colours are left out."""
    if text.isprintable():
        return text
    return _HARMFUL.sub(MARK, _COLOUR.sub("", text).replace("\r\n", "\n"))


def masked(text: str, secrets: t.Iterable[str] = (), patterns: t.Iterable[t.Pattern[str]] = ()) -> str:
    """A text without secrets: those known, those that look like some, and what own patterns match.

    :param patterns: where one has groups, only these are hidden.
    """
    for secret in sorted(filter(_long_enough, secrets), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    for rule, instead in _RULES:
        text = rule.sub(instead, text)
    for pattern in patterns:
        text = pattern.sub(_hide, text)
    return text


def _long_enough(secret: str) -> bool:
    return len(secret) >= SHORTEST


def _hide(match: t.Match[str]) -> str:
    if not match.re.groups:
        return HIDDEN
    whole, start = match.group(0), match.start()
    for number in range(match.re.groups, 0, -1):
        begin, end = match.span(number)
        if begin >= 0:
            whole = whole[: begin - start] + HIDDEN + whole[end - start :]
    return whole


def tail(log: str, lines: int, characters: int) -> str:
    """The last lines of a log, none of them begun in the middle where that can be helped."""
    last = log.rstrip("\n").split("\n")[-lines:] if lines else []
    text = "\n".join(last)
    if len(text) > characters:
        text = text[-characters:]
        text = text.partition("\n")[2] or text
    return text
