# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site that EL has inside nginx.conf itself, with its test page. Pure: text in, text out."""

import re
import typing as t

# Nothing but what the package says there, in any order: a site that somebody has made of it is left alone.
_OWN = re.compile(
    r"server \{ (?:(?:listen (?:\[::\]:)?80(?: default_server)?|server_name _|root /usr/share/nginx/html"
    r"|include /etc/nginx/default\.d/\*\.conf|error_page [0-9 ]+ /\w+\.html) ; "
    r"|location (?:= /\w+\.html|/) \{ \} )+\}\Z"
)
_START = re.compile(r"^[ \t]*server\s*\{", re.MULTILINE)
_COMMENT = re.compile(r"#.*")
INCLUDED = "/etc/nginx/default.d"
OF_THE_PACKAGE = "php.conf"  # of php-fpm, which is of no use without a site


def switched_off(text: str, included: t.Iterable[str] = ()) -> str:
    """The text with that site as a comment.

    :param included: names of the files in INCLUDED. With one that is of no package the site is in use, and stays.
    """
    if any(name.endswith(".conf") and name != OF_THE_PACKAGE for name in included):
        return text
    for match in _START.finditer(text):
        end = _end(text, match.end())
        block = text[match.start() : end]
        if _OWN.match(re.sub(r"\s*([{};])\s*|\s+", r" \1 ", _COMMENT.sub("", block)).strip().replace("  ", " ")):
            lines = ["#" + line for line in block.split("\n")]
            return text[: match.start()] + "\n".join(lines) + text[end:]
    return text


def _end(text: str, start: int) -> int:
    """Where the block ends whose brace is before ``start``; the end of the text for one without an end."""
    depth, place = 1, start
    for line in text[start:].splitlines(keepends=True):
        for match in re.finditer(r"[{}]", _COMMENT.sub("", line)):
            depth += 1 if match.group(0) == "{" else -1
            if depth == 0:
                return place + match.end()
        place += len(line)
    return len(text)
