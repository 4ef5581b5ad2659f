# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events as supervisord writes them: a header line of ``key:value`` words, and a payload of so many bytes."""

import re
import typing as t

_NUMBER = re.compile(r"[0-9]{1,18}\Z")


class Event(t.NamedTuple):
    """One event. ``words`` are those of the payload's first line, ``data`` is the rest of it."""

    name: str
    serial: int
    pool_serial: int
    server: str
    words: t.Mapping[str, str]
    data: str


class BadHeader(ValueError):
    """What stands where a header should be is none."""


def header(line: bytes) -> t.Dict[str, str]:
    """The words of a header line.

    :raises BadHeader: it names no event, or no length.
    """
    words = _words(line.decode("utf-8", "replace"))
    if "eventname" not in words or number(words.get("len", "")) < 0:
        raise BadHeader("supervisord sent %r where the header of an event should be" % line[:200])
    return words


def event(words: t.Mapping[str, str], payload: bytes) -> Event:
    """The event of a header and its payload."""
    first, _newline, rest = payload.decode("utf-8", "replace").partition("\n")
    return Event(
        words["eventname"],
        number(words.get("serial", "")),
        number(words.get("poolserial", "")),
        words.get("server", ""),
        _words(first),
        rest,
    )


def program(seen: Event) -> str:
    """The full name of the process that an event is about, ``group:name``; empty where it is about none."""
    name, group = seen.words.get("processname", ""), seen.words.get("groupname", "")
    return "%s:%s" % (group, name) if name else ""


def _words(line: str) -> t.Dict[str, str]:
    pairs = (word.partition(":") for word in line.strip("\r\n").split(" "))
    return {key: value for key, colon, value in pairs if colon}


def number(text: str) -> int:
    """A whole number as supervisord writes it, -1 where there is none: isdigit() takes more than int() does."""
    return int(text) if _NUMBER.match(text) else -1
