# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a daemon, a program or a server says, made harmless: text that a terminal shows and does not obey, and numbers.

A terminal obeys control characters, also those of one byte above ASCII (U+0080 to U+009F), moves to the start of the
line for a carriage return, and shows what follows a direction override backwards. Names that hold such things, or
characters that nobody can see, look like other names. Each is replaced by U+FFFD, so that it is seen there was one.
U+200C and U+200D stay: they are invisible, but some languages cannot be written without them.

Only what is shown is made harmless. A daemon is called with the names that it uses itself.
"""

import re
import typing as t

MARK = "\ufffd"

_COLOUR = re.compile("(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]")
HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but not tab and newline
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # which way text runs
    "\u2028\u2029"  # ends of lines that are not seen as such
    "\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # invisible
    "\ud800-\udfff\ufffe\uffff]"  # no characters at all
)
_BREAK = re.compile("[\t\n]+")


def text(said: str) -> str:
    """The same text in which only lines and tabs do anything; colours are left out."""
    if said.isprintable():  # the usual case, and quick
        return said
    return HARMFUL.sub(MARK, _COLOUR.sub("", said).replace("\r\n", "\n"))


def line(said: str) -> str:
    """The same for what is one line, such as a name: line ends and tabs are replaced as well."""
    return said if said.isprintable() else _BREAK.sub(MARK, text(said))


def some(names: t.Sequence[str], most: int) -> str:
    """Names with commas: the first ``most`` of them, and how many more there are."""
    return ", ".join(names[:most]) + (" and %d more" % (len(names) - most) if len(names) > most else "")


def data(said: t.Any) -> t.Any:
    """The same for every text in plain data, keys too; tuples become lists.

    In keys, words that Ansible keeps for itself are marked as well: it would take the rest for a value of its own kind.
    """
    if isinstance(said, str):
        return text(said)
    if isinstance(said, dict):
        return {_key(key): data(value) for key, value in said.items()}
    if isinstance(said, (list, tuple)):
        return [data(value) for value in said]
    return said


def _key(said: t.Any) -> t.Any:
    if not isinstance(said, str):
        return said
    return MARK + text(said) if said.startswith("__ansible") else text(said)


def number(said: str, digits: int = 18) -> t.Optional[int]:
    """The number that these ASCII digits write, None for anything else or for more than ``digits`` of them.

    ``int`` takes the digits of every alphabet, signs, blanks and underscores, of any number: on older Pythons it
    needs minutes for a million of them, newer ones refuse 5,000 with an error of their own.
    """
    return int(said) if re.match("[0-9]{1,%d}\\Z" % digits, said) else None


def brief(said: t.Any, longest: int = 80) -> str:
    """The beginning of how Python writes a value, for a message; a long one is never written out as a whole."""
    import reprlib  # only for a message

    short = reprlib.Repr()
    short.maxstring = short.maxother = longest
    return short.repr(said)[:longest]
